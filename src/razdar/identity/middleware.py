"""Puts the viewer on the request. Runs before the client scope is opened, so it reads installation-wide tables only.

Fails closed: whoever is not fully signed in has no viewer, and every page asks for one. Afterwards a request carries

* ``request.viewer``: a `Viewer`, or None;
* ``request.client_id``: the client whose scope is to be opened, or None;
* ``request.shell``: what the top bar says about the person, or None.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.identity import viewers
from razdar.identity.models import User
from razdar.identity.selectors import client_name, display_name
from razdar.ui.labels import ROLE_LABELS
from razdar.ui.shell import Shell

_NOTE_ACTIVITY_EVERY = timedelta(hours=1)


class WorkplaceMiddleware:
    """Must stand after Django's session and authentication middleware and before the client scope's."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = viewers.for_session(request)
        request.viewer = viewer  # type: ignore[attr-defined]
        request.client_id = viewer.client if viewer else None  # type: ignore[attr-defined]
        request.shell = _shell(viewer) if viewer else None  # type: ignore[attr-defined]
        if viewer:
            _note_activity(viewer.person)
        return self.get_response(request)


def _shell(viewer: Viewer) -> Shell:
    return Shell(display_name(viewer.person), ROLE_LABELS[Role(viewer.role)], client_name(viewer.client))


def _note_activity(person: UUID) -> None:
    # Within the idle limit of thirty days an hour more or less does not matter; a write at every request would.
    now = timezone.now()
    User.objects.filter(pk=person, last_active_at__lt=now - _NOTE_ACTIVITY_EVERY).update(last_active_at=now)
