"""Puts the viewer on the request. Runs before the client scope is opened, so it reads installation-wide tables only.

Fails closed: whoever is not fully signed in has no viewer, and every page asks for one. A locked session has none
either, and is answered by the few addresses that show nothing; see `idle`. Afterwards a request carries

* ``request.viewer``: a `Viewer`, or None;
* ``request.client_id``: the client whose scope is to be opened, or None;
* ``request.shell``: what the top bar says about the person, or None.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from razdar.identity import client_settings, framing, idle, viewers
from razdar.identity.idle import Standing
from razdar.identity.models import User
from razdar.ui import errors

_NOTE_ACTIVITY_EVERY = timedelta(minutes=1)


class WorkplaceMiddleware:
    """Must stand after Django's session and authentication middleware and before the client scope's."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = idle.arrive(request)
        viewer = viewers.for_session(request)
        request.viewer = viewer  # type: ignore[attr-defined]
        request.client_id = viewer.client if viewer else None  # type: ignore[attr-defined]
        request.shell = framing.shell_for(request, viewer) if viewer else None  # type: ignore[attr-defined]
        if found is Standing.LOCKED and not idle.answers_locked(request):
            return idle.refuse_stream() if idle.is_stream(request) else errors.locked(request)
        if viewer:
            _note_activity(viewer.person)
        with client_settings.as_at_home(request, viewer):
            return self.get_response(request)


def _note_activity(person: UUID) -> None:
    # It is shown to whoever looks after people, to the minute; a write at every request would be too much.
    now = timezone.now()
    User.objects.filter(pk=person, last_active_at__lt=now - _NOTE_ACTIVITY_EVERY).update(last_active_at=now)
