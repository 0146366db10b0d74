"""The one door: plaintext leaves storage here and nowhere else.

The rules, in this order. Nothing is returned unless every one held, and the event is committed on a connection of its
own before anything is returned, so that it outlives a failure of the request: no log, no data.

1. Client: every value belongs to the client the viewer works for; anything else is not found.
2. Rate: a viewer who looks too often is refused; every record of a list counts, and the refusal is logged.
3. Matrix and purpose: a class without a cell is absent; a purpose that is not allowed meets the mask.
4. Assignment: a viewer who needs one and has none meets masks, and may neither reveal nor match.
5. Assurance: a reveal needs a strong factor proven within five minutes.
6. Masks are applied here, on the server; what is returned holds what may be shown and nothing else.

What stands unsealed of a customer, when there was contact and how it ended, passes the same matrix, purpose, assignment
and log (`is_clear`, `worked_for`, `tell_shown`); there is nothing to open and nothing to mask.
"""

import hmac
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from uuid import UUID

from razdar import audit
from razdar.core.crypto.material import Octets
from razdar.core.disclosure import (
    DataClass,
    Held,
    Level,
    Purpose,
    Shown,
    Viewer,
    info,
    level_for,
    normal,
    on_page,
    show,
    showing,
)
from razdar.core.errors import NotDisclosed, NotFound, RazdarError, SecondKeyNeeded, StepUpNeeded, TooManyTries
from razdar.core.ledger.events import Event, FieldSeen, Mode, Outcome
from razdar.vault import limits, ring
from razdar.vault.accounting import AT_ONCE
from razdar.vault.assignments import assigned
from razdar.vault.limits import Limit
from razdar.vault.sealed import Placed, Sealed

ASSURANCE_SECONDS = 300
"""How long a strong proof is good for: OWASP ASVS 5.0 V7.5.3."""


@dataclass(frozen=True)
class Look:
    """Why and how somebody looks, as the event will say it."""

    action: str
    mode: Mode
    purpose: Purpose
    case: str = ""
    trace: UUID | None = None
    detail: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True)
class Record:
    """One customer's sealed fields on a page: address of the field to sealed value."""

    customer: UUID
    fields: Mapping[str, Sealed]


def disclose(viewer: Viewer, records: Sequence[Record], look: Look) -> list[dict[str, Shown]]:
    """Show fields as the matrix allows, with one event for the whole page.

    Returns:
        One mapping a record, in the same order; fields at level *none* are absent.

    Raises:
        NotFound: a value of another client. TooManyTries: the viewer's limit is passed.
        Unopenable: a stored value was altered; the event says that it failed.
    """
    _same_client(viewer, (s for record in records for s in record.fields.values()))
    values = [sealed for record in records for sealed in record.fields.values()]
    count(viewer, look, limits.LOOK, values, times=len(records))
    mine = _assigned(viewer, {record.customer for record in records})
    levels = [{k: _on_page(viewer, s, look.purpose, mine) for k, s in record.fields.items()} for record in records]
    wanted = [
        sealed
        for record, level in zip(records, levels, strict=True)
        for key, sealed in record.fields.items()
        if sealed.present and level[key] in {Level.PARTIAL, Level.CLEAR}
    ]
    seen = tuple(
        FieldSeen(str(record.fields[key].data_class), at.name.lower(), record.customer)
        for record, level in zip(records, levels, strict=True)
        for key, at in level.items()
        if at and record.fields[key].present
    )
    opened = _logged(viewer, look, seen, lambda: _open_all(wanted, look.action))
    return [
        {k: _shown(viewer, k, record.fields[k], at, opened, mine) for k, at in level.items() if at}
        for record, level in zip(records, levels, strict=True)
    ]


def open_values(viewer: Viewer, values: Sequence[Sealed], look: Look) -> list[str]:
    """Plain texts for one piece of work: every value must be clear for the viewer, or nothing is opened.

    Raises:
        NotDisclosed: the matrix does not show one of them in clear for this purpose; the refusal is logged.
        SecondKeyNeeded: one of them is under dual control; the refusal is logged.
        NotFound, Unopenable, TooManyTries: as `disclose`.
    """
    _same_client(viewer, values)
    customers = {value.customer for value in values}
    count(viewer, look, limits.LOOK, values, times=len(customers))
    mine = _assigned(viewer, customers)
    if any(_level(viewer, value, look.purpose, mine) is not Level.CLEAR for value in values):
        refuse(viewer, look, values)
    require_one_key(viewer, look, values)
    opened = _logged(viewer, look, seen_fields(values, Level.CLEAR), lambda: _open_all(values, look.action))
    return [opened[value] for value in values]


def compare(viewer: Viewer, sealed: Sealed, claim: str, look: Look, region: str = "") -> bool:
    """Whether what a caller says agrees with the stored value, without showing the value. Three tries, logged.

    Raises:
        NotDisclosed: no assignment, no cell, or the class cannot be matched. TooManyTries: three were made.
        SecondKeyNeeded: the value is under dual control.
    """
    _same_client(viewer, [sealed])
    mine = _assigned(viewer, {sealed.customer})
    cell = viewer.cell(sealed.data_class)
    matchable = info(sealed.data_class).matchable and cell.level and look.purpose in cell.purposes
    if not matchable or sealed.customer not in mine:
        refuse(viewer, look, [sealed])
    require_one_key(viewer, look, [sealed])
    count(viewer, look, limits.MATCH, [sealed], subject=sealed.row)
    seen = seen_fields([sealed], Level.MASKED)
    try:
        stored = _open_all([sealed], look.action).get(sealed, "") if sealed.present else ""
    except RazdarError:
        audit.record_now(event_of(viewer, look, seen, Outcome.FAILED))
        raise
    left, right = (normal(sealed.data_class, text, region).encode() for text in (stored, claim))
    agrees = hmac.compare_digest(left, right) and bool(right)
    answer = replace(look, detail=(("answer", "agrees" if agrees else "differs"),))
    audit.record_now(event_of(viewer, answer, seen, Outcome.OK))
    return agrees


def open_one(viewer: Viewer, sealed: Sealed, look: Look, sealed_reason: str, second_key: Octets | None = None) -> str:
    """Open one value for a reveal that `razdar.vault.grants` has allowed; logs it with its sealed reason.

    Args:
        second_key: what the person gave who keeps it, for a value under dual control.
    """
    opened = _logged(
        viewer,
        look,
        seen_fields([sealed], Level.CLEAR),
        lambda: _open_all([sealed], look.action, second_key),
        sealed_reason,
    )
    return opened.get(sealed, "")


def require_one_key(viewer: Viewer, look: Look, values: Iterable[Sealed]) -> None:
    """Refuse, and log the refusal, when a value opens only with a key that another person holds.

    Raises:
        SecondKeyNeeded: one of them is under dual control.
    """
    held = [value for value in values if value.needs_second_key]
    if held:
        asked = replace(look, detail=(("second_key", "missing"),))
        audit.record_now(event_of(viewer, asked, seen_fields(held, Level.NONE), Outcome.DENIED, mode=Mode.DENY))
        raise SecondKeyNeeded


def require_assurance(viewer: Viewer) -> None:
    """Refuse when the strong factor was proven more than five minutes ago.

    A sign-in with TOTP or a passkey counts, a recovery code does not. Pages answer by leading to the step-up page.

    Raises:
        StepUpNeeded: the person must prove it again.
    """
    if time.time() - viewer.assured_at > ASSURANCE_SECONDS:
        raise StepUpNeeded("Confirm that it is you: this act needs a sign-in of the last five minutes.")


def count(
    viewer: Viewer,
    look: Look,
    limit: Limit,
    values: Iterable[Placed],
    *,
    subject: UUID | None = None,
    times: int = 1,
) -> None:
    """Count an act of the viewer; the refusal that passing a limit brings is logged.

    Raises:
        TooManyTries: the limit is passed.
    """
    try:
        limits.count(limit, viewer.person, subject or viewer.client, times)
    except TooManyTries:
        asked = replace(look, detail=(("limit", limit.act),))
        audit.record_now(event_of(viewer, asked, seen_fields(values, Level.NONE), Outcome.DENIED, mode=Mode.DENY))
        raise


def require_assignment(viewer: Viewer, customer: UUID, look: Look, values: Iterable[Placed]) -> None:
    """Refuse, and log the refusal, when the viewer needs an assignment and has none."""
    if customer not in _assigned(viewer, {customer}):
        refuse(viewer, look, values)


def is_clear(viewer: Viewer, data_class: DataClass, purpose: Purpose) -> bool:
    """Whether what is stored unsealed under a class may be shown; it has no mask, so in clear or not at all."""
    return viewer.level(data_class, purpose) is Level.CLEAR


def worked_for(viewer: Viewer, customers: set[UUID]) -> set[UUID]:
    """Those of the customers for whom the viewer works now; all, for who needs no assignment."""
    return _assigned(viewer, customers)


def tell_shown(viewer: Viewer, data_class: DataClass, customers: Collection[UUID], look: Look) -> None:
    """Log that something unsealed of some customers is shown in clear; nothing where there are none.

    It opens no key and is not counted as a record that was opened.

    Raises:
        Unavailable: it could not be logged; then it must not be shown.
    """
    seen = tuple(FieldSeen(str(data_class), Level.CLEAR.name.lower(), each) for each in dict.fromkeys(customers))
    for at in range(0, len(seen), AT_ONCE):
        audit.record_now(event_of(viewer, look, seen[at : at + AT_ONCE], Outcome.OK))


def refuse(viewer: Viewer, look: Look, values: Iterable[Placed]) -> NoReturn:
    """Log that somebody asked for what they may not see, then refuse.

    Raises:
        NotDisclosed: always.
    """
    audit.record_now(event_of(viewer, look, seen_fields(values, Level.NONE), Outcome.DENIED, mode=Mode.DENY))
    raise NotDisclosed("This is not shown to you. You can ask for access.")


def event_of(
    viewer: Viewer, look: Look, seen: tuple[FieldSeen, ...], outcome: str, *, mode: Mode | None = None, reason: str = ""
) -> Event:
    """The event of one look."""
    customers = {field.subject for field in seen}
    return Event.by(
        viewer,
        look.action,
        mode or look.mode,
        customer=customers.pop() if len(customers) == 1 else None,
        fields=seen,
        purpose=look.purpose,
        case=look.case,
        outcome=outcome,
        trace=look.trace,
        detail=look.detail,
        sealed_reason=reason,
    )


def seen_fields(values: Iterable[Placed], level: Level) -> tuple[FieldSeen, ...]:
    """The field mask of an event: class, level and customer of each value, without repetitions."""
    seen = (FieldSeen(str(value.data_class), level.name.lower(), value.customer) for value in values)
    return tuple(dict.fromkeys(seen))


def _same_client(viewer: Viewer, values: Iterable[Sealed]) -> None:
    if any(value.client != viewer.client for value in values):
        raise NotFound("There is no such record.")


def _assigned(viewer: Viewer, customers: set[UUID]) -> set[UUID]:
    return assigned(viewer, customers) if viewer.needs_assignment else customers


def _level(viewer: Viewer, sealed: Sealed, purpose: Purpose, mine: set[UUID]) -> Level:
    return level_for(viewer, sealed.data_class, purpose, assigned=sealed.customer in mine)


def _on_page(viewer: Viewer, sealed: Sealed, purpose: Purpose, mine: set[UUID]) -> Level:
    return on_page(_level(viewer, sealed, purpose, mine), _held("", sealed))


def _held(key: str, sealed: Sealed) -> Held:
    return Held(sealed.data_class, key, sealed.present, sealed.needs_second_key)


def _open_all(values: Sequence[Sealed], purpose: str, second_key: Octets | None = None) -> dict[Sealed, str]:
    present = [value for value in values if value.present]
    with ring.opened(present, purpose) as keys:
        return {value: keys.open(value, second_key) for value in present}


def _logged(
    viewer: Viewer,
    look: Look,
    seen: tuple[FieldSeen, ...],
    work: Callable[[], dict[Sealed, str]],
    reason: str = "",
) -> dict[Sealed, str]:
    try:
        opened = work()
    except RazdarError:
        audit.record_now(event_of(viewer, look, seen, Outcome.FAILED, reason=reason))
        raise
    audit.record_now(event_of(viewer, look, seen, Outcome.OK, reason=reason))
    return opened


def may_be_revealed(level: Level, value: Placed) -> bool:
    """Whether a level lets a value be asked for; under dual control even what is clear has to be."""
    return showing.may_be_revealed(level, second_key=isinstance(value, Sealed) and value.needs_second_key)


def is_matchable(sealed: Sealed) -> bool:
    """Whether what a caller says can be compared with a value here."""
    return info(sealed.data_class).matchable and not sealed.needs_second_key


def _shown(
    viewer: Viewer, key: str, sealed: Sealed, level: Level, opened: Mapping[Sealed, str], mine: set[UUID]
) -> Shown:
    return show(viewer, _held(key, sealed), level, opened.get(sealed, ""), assigned=sealed.customer in mine)
