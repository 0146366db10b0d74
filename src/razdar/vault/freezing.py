"""Freezing a client: its people stop all reading of its data, and let it go on.

Rules
-----
* Two people of the client decide, for both directions: whoever asked and the viewer who agrees. Who they are is seen to
  by `razdar.identity.freezes`; here it is seen again that the viewer is an observer of the client, with the permission
  that only observers hold, and has a fresh proof of a strong factor.
* The key agent refuses from the moment on in which it was told, in every process. Freezing comes before its event: an
  emergency does not wait for the log. Lifting comes after it: no log, no data.
* Pages that are open hear of it by the topic of reading; of an erasure they hear there by the customer's id.
* What the log says is frozen stays frozen: where the key store does not know of it, because an older one was put in its
  place, the freeze is set again (`set_again`), by a job each minute and when a restore is finished. Nothing of the kind
  lifts one.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from razdar import audit
from razdar.audit import lookup
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotYours, RazdarError, Unavailable
from razdar.core.ledger.events import Detail, Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.keys import agent
from razdar.keys.freeze_records import Decision, Freeze
from razdar.runtime import live
from razdar.vault import door

__all__ = ["Decision", "Freeze", "freeze", "freezes", "lift", "open_in", "set_again", "waits"]

FREEZE = "vault:client:freeze"
LIFT = "vault:client:lift"
AGAIN = "vault:client:refreeze"
READING = "reading"
live.TOPICS.register(READING)(live.Topic(Permission.CUSTOMERS_CARD_VIEW, Permission.CUSTOMERS_CARD_VIEW))
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def freezes(client: UUID) -> list[Freeze]:
    """Every freeze of a client, the newest first; the first lasts while nobody lifted it.

    Raises:
        Unavailable, KeysLocked: the key agent does not answer.
    """
    return agent.current().freezes(client)


def waits(client: UUID) -> bool:
    """Whether work on a client's data has to wait until people of the client let it go on.

    False too where the key agent does not answer: then the work says so itself.
    """
    try:
        found = freezes(client)
    except Unavailable:
        return False
    return bool(found) and found[0].lifted is None


def freeze(viewer: Viewer, request: UUID, asked_by: UUID) -> None:
    """Stop all reading of the viewer's client's data, in the caller's transaction. May be repeated.

    Args:
        viewer: who agrees.
        request: what is agreed to.
        asked_by: who asked for it.

    Raises:
        NotYours: the viewer is none of the client's people; logged. StepUpNeeded.
        BadInput: frozen already, or one person twice. Unavailable: the key agent does not answer.
    """
    _require(viewer, FREEZE)
    agent.current().freeze_client(viewer.client, request, asked_by, viewer.person)
    audit.record(Event.by(viewer, FREEZE, Mode.CHANGE, detail=_detail(request, asked_by)))
    live.changed(READING)


def lift(viewer: Viewer, frozen_by: UUID, request: UUID, asked_by: UUID) -> None:
    """Let the reading of the viewer's client's data go on. May be repeated.

    Args:
        frozen_by: the request by which it was frozen.
        viewer, request, asked_by: as for `freeze`.

    Raises:
        BadInput: not the freeze that lasts. The rest as `freeze`.
    """
    _require(viewer, LIFT)
    detail = (("freeze", str(frozen_by)), *_detail(request, asked_by))
    audit.record_now(Event.by(viewer, LIFT, Mode.CHANGE, detail=detail))
    try:
        agent.current().lift_freeze(viewer.client, frozen_by, request, asked_by, viewer.person)
    except RazdarError:
        audit.record_now(Event.by(viewer, LIFT, Mode.CHANGE, detail=detail, outcome=Outcome.FAILED))
        raise


def set_again(client: UUID, exported: Iterable[Event] = ()) -> bool:
    """Set the freeze again that the log knows and the key store does not. Needs the client's scope.

    Args:
        exported: entries of a newer export of the log.

    Returns:
        Whether one was missing.

    Raises:
        Unavailable, KeysLocked: the key agent does not answer.
    """
    request = open_in(client, chain(_logged(client), exported))
    if request is None or not agent.current().freeze_again(client, request):
        return False
    event = Event(client=client, action=AGAIN, mode=Mode.SYSTEM, role="system", detail=(("freeze", str(request)),))
    audit.record_now(event)
    live.changed(READING)
    return True


def open_in(client: UUID, events: Iterable[Event]) -> UUID | None:
    """The request of the freeze that lasts, by the entries of a log."""
    begun: dict[str, None] = {}
    lifted: dict[tuple[str, str], str] = {}
    for event in events:
        said = {name: str(value) for name, value in event.detail}
        if event.client != client or event.mode is not Mode.CHANGE or "request" not in said:
            continue
        if event.action == FREEZE and event.outcome == Outcome.OK:
            begun[said["request"]] = None
        elif event.action == LIFT:
            lifted[said.get("freeze", ""), said["request"]] = event.outcome  # the last word counts
    ended = {frozen for (frozen, _), outcome in lifted.items() if outcome == Outcome.OK}
    lasting = [request for request in begun if request not in ended]
    return UUID(lasting[-1]) if lasting else None


def _logged(client: UUID) -> Iterator[Event]:
    for action in (FREEZE, LIFT):
        for dated in lookup.of_action(client, action, _BEGINNING):
            yield dated.event


def _require(viewer: Viewer, action: str) -> None:
    if viewer.role != Role.CLIENT_OBSERVER or not viewer.may(Permission.VAULT_CLIENT_FREEZE):
        audit.record_now(Event.by(viewer, action, Mode.DENY, outcome=Outcome.DENIED))
        raise NotYours("Only people of the client decide this.")
    door.require_assurance(viewer)


def _detail(request: UUID, asked_by: UUID) -> Detail:
    return (("request", str(request)), ("requested_by", str(asked_by)))
