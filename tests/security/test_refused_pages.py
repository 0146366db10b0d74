"""Asking for a page that one may not have is written down, without what it was about."""

from uuid import UUID

import pytest
from django.test import RequestFactory
from django.urls import resolve

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.security import services
from razdar.ui import pages


def test_the_witness_is_registered() -> None:
    assert pages.WITNESSES["security"] is services.note_refused_page


def test_a_refused_page_becomes_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = []
    monkeypatch.setattr(audit, "record_now", events.append)
    request = RequestFactory().get("/language/?q=Kowalska")
    request.resolver_match = resolve("/language/")
    viewer = Viewer(UUID(int=1), "agent", UUID(int=2), "s1")
    services.note_refused_page(request, viewer, Permission.PRIVACY_CUSTOMER_ERASE)
    (event,) = events
    assert (event.actor, event.client, event.mode, event.outcome) == (
        viewer.person,
        viewer.client,
        Mode.DENY,
        Outcome.DENIED,
    )
    assert dict(event.detail) == {"page": "set_language", "needed": "privacy:customer:erase"}
    assert "Kowalska" not in repr(event)
