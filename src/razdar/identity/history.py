"""What was done to a member of staff, and what became of the sign-in, as the client's log tells it.

Rules
-----
* For who looks after people, and of colleagues of the viewer's own client alone. Reading it is itself an event.
* Of somebody who also works for another client only what was done here is told, nothing of the sign-in.
* It says what was done by whom and when; no more of the log stands here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from razdar import audit
from razdar.audit import people
from razdar.audit.people import Wanted
from razdar.audit.selectors import Line, Page
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.ledger.events import OPERATOR, Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.identity.act_labels import LABELS, OWN, TOLD
from razdar.identity.elsewhere import shared
from razdar.identity.models import RoleGrant
from razdar.identity.selectors import display_names
from razdar.runtime.scope import scope

VIEW = "identity:person:history"
SIZE = 20
_UNTOLD = frozenset({VIEW})
"""Reading it is no act on the person: it stands in the log, and would only fill this list."""


@dataclass(frozen=True)
class Act:
    """One act on a person.

    Attributes:
        by: the name of who did it; empty where `by_whom` says it.
        by_whom: ``person``, ``self``, ``operator`` (at the console) or ``system``.
        role: the role it was about, if it was about one.
    """

    index: int
    at: datetime
    label: str | Promise
    by: str
    by_whom: str
    role: Role | None
    denied: bool


@dataclass(frozen=True)
class Acts:
    """A page of them, newest first; `older` is where the next one begins, None at the end."""

    acts: tuple[Act, ...]
    older: int | None


def of(viewer: Viewer, person: UUID, before: int | None = None) -> Acts:
    """What was done to somebody, from below an index.

    Raises:
        NotYours: not among the viewer's duties. NotFound: nobody of this client.
        Unavailable: the reading could not be logged, so nothing is read.
    """
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after people is not among your duties.")
    if not RoleGrant.objects.filter(client_id=viewer.client, user_id=person).exists():
        raise NotFound
    audit.record_now(Event.by(viewer, VIEW, Mode.VIEW, detail=(("person", str(person)),)))
    own = () if shared(viewer.client, [person]) else tuple(OWN)
    wanted = Wanted(viewer.client, person, tuple(TOLD.keys() - _UNTOLD), own)
    with scope(viewer.client):
        found = people.acts(wanted, Page(before, SIZE))
    events = [(line, line.event) for line in found.lines if line.event]
    names = display_names(event.actor for _, event in events if event.actor)
    return Acts(tuple(_acts(person, found.lines, names)), found.older)


def _acts(person: UUID, lines: Iterable[Line], names: Mapping[UUID, str]) -> Iterator[Act]:
    for line in lines:
        event = line.event
        if event is None:
            continue  # a damaged entry says nothing about anybody; the pages of the log show it
        role = dict(event.detail).get("role")
        yield Act(
            index=line.index,
            at=line.at,
            label=LABELS[event.action],
            by=names.get(event.actor, "") if event.actor else "",
            by_whom=_by_whom(event, person),
            role=Role(role) if role in set(Role) else None,
            denied=event.outcome != Outcome.OK,
        )


def _by_whom(event: Event, person: UUID) -> str:
    if event.actor is None:
        return "operator" if event.role == OPERATOR else "system"
    return "self" if event.actor == person else "person"
