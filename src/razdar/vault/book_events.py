"""What the log says about the comparison with the key agent's book, and reading it back.

Every event of a run holds up to when it compared, in the detail ``until``; they are written together or not at all, so
the newest one says where to go on. The book's own texts are not trusted to be codes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from razdar import audit
from razdar.audit import lookup
from razdar.core.ledger import Event, Mode, Outcome
from razdar.keys.agent import BookLine

AGREES = "keys:book:agrees"
DIFFERS = "keys:book:differs"
REFUSED = "keys:destroy:refused"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_CODE = re.compile(r"[^A-Za-z0-9:._/+=-]")

Told: TypeAlias = tuple[UUID, int, str, str]
"""Customer, minute in milliseconds, caller and purpose of a line, as its event has them."""


@dataclass(frozen=True)
class Sums:
    """What a run found for a client; see ``razdar.vault.reconciliation.Account``."""

    lines: int
    agreed: int
    told: int
    log_only: int
    until: datetime


def tell(client: UUID, differs: Sequence[BookLine], sums: Sums) -> None:
    """Log the end of a run for a client; needs the client's scope."""
    until = ("until", _millis(sums.until))
    for line in differs:
        customer, minute, caller, purpose = told(line)
        about = (("caller", caller), ("count", line.count), ("minute", minute), ("purpose", purpose))
        audit.record(_event(client, DIFFERS, Outcome.FAILED, (*about, until), customer))
    if sums.log_only:
        audit.record(_event(client, DIFFERS, Outcome.FAILED, (("log_only", sums.log_only), until)))
    if not differs and not sums.log_only:
        counts = (("agreed", sums.agreed), ("lines", sums.lines), ("told", sums.told))
        audit.record(_event(client, AGREES, Outcome.OK, (*counts, until)))


def alarm(line: BookLine) -> None:
    """Log, for the installation, that destructions were refused in a minute."""
    caller, minute = told(line)[2], _millis(line.minute)
    detail = (("caller", caller), ("count", line.count), ("minute", minute), ("outcome", line.outcome.value))
    audit.record_now(_event(None, REFUSED, Outcome.DENIED, detail))


def compared_until(client: UUID, now: datetime) -> datetime | None:
    """Up to when the last run compared; needs the client's scope. A time to come is none."""
    last = lookup.newest(client, (AGREES, DIFFERS))
    until = dict(last.event.detail).get("until") if last else None
    if last is None or not isinstance(until, int) or not 0 <= until <= _millis(now):
        return None
    return _EPOCH + timedelta(milliseconds=until)


def told_before(client: UUID, since: datetime) -> set[Told]:
    """The lines since a time that earlier runs have told of; needs the client's scope."""
    found: set[Told] = set()
    for dated in lookup.of_action(client, DIFFERS, since):
        detail = dict(dated.event.detail)
        minute = detail.get("minute")
        if dated.event.customer and isinstance(minute, int):
            found.add((dated.event.customer, minute, str(detail["caller"]), str(detail["purpose"])))
    return found


def told(line: BookLine) -> Told:
    """How an event names a line."""
    return line.customer, _millis(line.minute), _code(line.caller), _code(line.purpose)


def _code(text: str) -> str:
    return _NO_CODE.sub("_", text)[:100]


def _event(
    client: UUID | None,
    action: str,
    outcome: Outcome,
    detail: tuple[tuple[str, str | int], ...],
    customer: UUID | None = None,
) -> Event:
    return Event(
        client=client,
        action=action,
        mode=Mode.SYSTEM,
        role="system",
        session="reconcile",
        customer=customer,
        outcome=outcome,
        detail=detail,
    )


def _millis(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
