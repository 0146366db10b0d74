"""Events of sign-in and of people, for the log: pseudonyms and codes, never a name and never what was typed.

What somebody does before they have a workplace belongs to every client where they hold a role, so that each client's
log tells who signs in to its data. A role that is merely proposed opens no data, and shows its client nothing. What
belongs to no client goes to the installation's own log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from django.http import HttpRequest

from razdar import audit
from razdar.core.disclosure import Role
from razdar.core.ledger.events import About, Event, Mode, Outcome
from razdar.identity import rights
from razdar.identity.models import MatrixException, RoleGrant
from razdar.identity.origin import device_of, source_of, zone_of
from razdar.runtime.scope import current_client


@dataclass(frozen=True)
class Origin:
    """Where an act of somebody who is not a viewer yet comes from.

    Attributes:
        source: what tries are counted by; never logged.
    """

    session: str = ""
    device: str = ""
    zone: str = ""
    source: str = "console"


CONSOLE = Origin(session="console", zone="console")
_FORGED: set[tuple[UUID, bytes]] = set()
_UNREADABLE: set[tuple[UUID, UUID | None]] = set()


def origin_of(request: HttpRequest) -> Origin:
    session = getattr(request.session, "pseudonym", "")
    return Origin(session, device_of(request), zone_of(request), source_of(request))


def record(action: str, origin: Origin, person: UUID, **about: Unpack[About]) -> None:
    """Log a change by a person, in the transaction that makes it: with every client they work for, or, inside a
    client's scope, with that client."""
    open_client = current_client()
    for client in [open_client] if open_client else _clients(person):
        audit.record(_event(client, action, Mode.CHANGE, origin, person, **about))


def record_now(action: str, mode: Mode, origin: Origin, person: UUID | None, **about: Unpack[About]) -> None:
    """Log a refusal or a fact at once; for somebody unknown, in the installation's own log."""
    for client in _clients(person):
        audit.record_now(_event(client, action, mode, origin, person, **about))


def record_entry(client: UUID, origin: Origin, person: UUID, role: Role) -> None:
    """Log at once, with one client only, that a person starts to work there."""
    event = _event(client, "identity:workplace:enter", Mode.CHANGE, origin, person, detail=(("role", role.value),))
    audit.record_now(event)


def record_console(action: str, client: UUID | None, **about: Unpack[About]) -> None:
    """Log a change made at the console, in the transaction that makes it."""
    audit.record(Event.by_operator(client, action, Mode.CHANGE, **about))


def record_forged(grant: RoleGrant) -> None:
    """Log at once, and once in this process, that a grant was found which none of our services wrote."""
    if (grant.pk, bytes(grant.mac)) in _FORGED:
        return
    _FORGED.add((grant.pk, bytes(grant.mac)))
    detail = (("grant", str(grant.pk)), ("person", str(grant.user_id)))
    found = Origin(session="rights")
    client, action, failed = grant.client_id, "identity:role:forged", Outcome.FAILED
    audit.record_now(_event(client, action, Mode.SYSTEM, found, None, outcome=failed, detail=detail))


def record_forged_exception(exception: MatrixException) -> None:
    """Log at once, and once in this process, that an exception was found which none of our services wrote."""
    if (exception.pk, bytes(exception.mac)) in _FORGED:
        return
    _FORGED.add((exception.pk, bytes(exception.mac)))
    detail = (("exception", str(exception.pk)), ("person", str(exception.user_id)))
    found, action, failed = Origin(session="rights"), "identity:exception:forged", Outcome.FAILED
    audit.record_now(_event(exception.client_id, action, Mode.SYSTEM, found, None, outcome=failed, detail=detail))


def record_unreadable_policy(client: UUID, policy: UUID | None) -> None:
    """Log at once, and once in this process, that a client has no redaction policy, or one that cannot be believed."""
    if (client, policy) in _UNREADABLE:
        return
    _UNREADABLE.add((client, policy))
    detail = (("policy", str(policy)),) if policy else ()
    found, action, failed = Origin(session="rights"), "identity:redaction:unreadable", Outcome.FAILED
    audit.record_now(_event(client, action, Mode.SYSTEM, found, None, outcome=failed, detail=detail))


def _clients(person: UUID | None) -> Iterator[UUID | None]:
    clients: set[UUID] = set()
    if person is not None:
        grants = RoleGrant.objects.filter(user_id=person, state=RoleGrant.State.ACTIVE)
        clients = {grant.client_id for grant in grants if rights.genuine(grant)}
    yield from sorted(clients)
    if not clients:
        yield None


def _event(
    client: UUID | None, action: str, mode: Mode, origin: Origin, person: UUID | None, **about: Unpack[About]
) -> Event:
    return Event(
        client=client,
        actor=person,
        role="person" if person else "system",
        session=origin.session,
        device=origin.device,
        zone=origin.zone,
        action=action,
        mode=mode,
        **about,
    )
