"""What the frame of a page is told about its person: names, the workplaces to choose from, the lock, what waits."""

import hashlib
from functools import partial

from django.http import HttpRequest
from django.urls import reverse

from razdar.core.disclosure import Role, Viewer
from razdar.core.permissions import Permission
from razdar.identity import approvals, directory, idle, sessions, workplaces
from razdar.identity.selectors import client_name, display_name
from razdar.ui.labels import ROLE_LABELS
from razdar.ui.shell import Lock, Place, Shell, Waiting


def shell_for(request: HttpRequest, viewer: Viewer) -> Shell:
    """The frame of this viewer's pages."""
    return Shell(
        person=display_name(viewer.person),
        role=ROLE_LABELS[Role(viewer.role)],
        client=client_name(viewer.client),
        pseudonym=viewer.person.hex[-8:],
        places=_places(request, viewer),
        lock=_lock(viewer),
        waiting=_waiting(viewer),
    )


def page_key(viewer: Viewer) -> str:
    """Says whose pages a browser shows, so that a page of one person or workplace never goes on as another's."""
    who = f"{viewer.person}:{viewer.client}:{viewer.role}"
    return hashlib.sha256(b"razdar page" + who.encode()).hexdigest()[:16]


def _places(request: HttpRequest, viewer: Viewer) -> tuple[Place, ...]:
    return tuple(
        Place(
            key=held.key,
            client=held.client_name,
            role=ROLE_LABELS[held.role],
            current=held.client == viewer.client and held.role == viewer.role,
        )
        for held in workplaces.held(request)
    )


def _lock(viewer: Viewer) -> Lock:
    return Lock(
        seconds=int(sessions.LOCK.total_seconds()),
        warning=idle.WARNING_SECONDS,
        beat=idle.BEAT_SECONDS,
        state_url=reverse("lock-state"),
        now_url=reverse("lock-now"),
        page_url=reverse("lock"),
        who=page_key(viewer),
    )


def _waiting(viewer: Viewer) -> Waiting | None:
    """What waits for the viewer's decision, for those who have a page to decide on."""
    if viewer.may(Permission.IDENTITY_REVEAL_APPROVE):
        count = partial(approvals.count_waiting, viewer)
        return Waiting(reverse("identity:approvals"), reverse("identity:waiting"), count)
    if viewer.may(Permission.IDENTITY_ROLE_APPROVE):
        return Waiting(reverse("identity:people"), "", partial(directory.count_waiting, viewer))
    return None
