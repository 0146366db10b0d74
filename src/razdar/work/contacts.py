"""What somebody works on at this moment: customers, why and for how long, and the contact behind it.

A call runs as long as nobody has closed it (`razdar.telephony`); every other contact is as long as its recording. A
contact is shown as the matrix allows, and logged (`razdar.interactions.courses`): who needs an assignment sees those of
customers they work for, and their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.interactions import finding
from razdar.interactions.selectors import Row
from razdar.telephony import selectors as calls
from razdar.vault import assignments, freezing
from razdar.vault.assignments import Held
from razdar.work import dispositions
from razdar.work.dispositions import Ended

OPEN_FOR = timedelta(days=7)
"""How long back a contact whose end nobody has named stands on its agent's desk."""
MOST = 50


@dataclass(frozen=True)
class Contact:
    """A contact as the desk shows it: when, how, with whom; nothing of what was said.

    Attributes:
        ended_at: None while it runs.
        agent: pseudonym of the agent who had it.
        ended: how it ended, when somebody has said so.
    """

    id: UUID
    customer: UUID
    channel: str
    direction: str
    started_at: datetime
    ended_at: datetime | None
    duration_s: float
    agent: UUID | None
    ended: Ended | None

    @property
    def runs(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True)
class Working:
    """A customer whom somebody works for now.

    Attributes:
        customer: the principal of the person's records.
        why: ``contact``, ``access``, ``created`` or ``search``.
        until: when it closes by itself; None while a contact runs.
        contact: the newest one of this agent with this customer that runs or ended within the last quarter of an hour.
    """

    customer: UUID
    person: UUID
    why: str
    until: datetime | None
    contact: Contact | None


def working(viewer: Viewer) -> list[Working]:
    """What the viewer works on: running contacts first, then what was begun last."""
    found = _working(viewer, assignments.held(viewer.client, viewer.person))
    return sorted(found, key=lambda each: each.contact is None or not each.contact.runs)


def works_for(viewer: Viewer, customer: UUID) -> bool:
    """Whether a customer's record is open for the viewer now; it always is for who needs no contact for it."""
    return not viewer.needs_assignment or customer in assignments.assigned(viewer, {customer})


def reading_stopped(viewer: Viewer) -> bool:
    """Whether the client has stopped all reading of its data."""
    return freezing.waits(viewer.client)


def everybody(viewer: Viewer) -> list[Working]:
    """What everybody at the client works on, for who oversees contacts; nothing for anybody else."""
    if not viewer.may(Permission.WORK_CONTACT_OVERSEE):
        return []
    return _working(viewer, assignments.held(viewer.client)[:500])


def with_customer(viewer: Viewer, customer: UUID) -> tuple[list[Contact], bool]:
    """The contacts under all records of a person, newest first, and whether there are more."""
    found, more = finding.of_records(viewer, links.person(viewer, customer), MOST)
    return described(viewer, found), more


def unfinished(viewer: Viewer, now: datetime) -> list[Contact]:
    """The viewer's own contacts of the last days that are over and whose end nobody has named, oldest first."""
    waiting = ~Q(calls.runs(viewer.client)) & ~Q(dispositions.is_said(viewer.client))
    return described(viewer, finding.own(viewer, now - OPEN_FOR, waiting, MOST))


def one(viewer: Viewer, interaction: UUID) -> Contact | None:
    """One contact of the client; None where there is none that may be shown."""
    row = finding.one(viewer, interaction)
    return described(viewer, [row])[0] if row else None


def described(viewer: Viewer, rows: Sequence[Row]) -> list[Contact]:
    """Contacts that may be shown, in their order, with whether they run and how they ended."""
    ids = [row.id for row in rows]
    said = dispositions.of_interactions(viewer, ids)
    running = calls.running(viewer.client, ids)
    return [_contact(row, said.get(row.id), runs=row.id in running) for row in rows]


def _working(viewer: Viewer, held: Iterable[Held]) -> list[Working]:
    """One line for each person and customer: the reason that lasts longest."""
    lines: dict[tuple[UUID, UUID], Held] = {}
    principals = links.principals(viewer, {each.customer for each in held})
    for each in held:
        key = (each.person, principals[each.customer])
        if key not in lines or _later(each, lines[key]):
            lines[key] = each
    newest = _newest(viewer, list(lines))
    return [_line(key, each, newest.get(key)) for key, each in lines.items()]


def _later(one: Held, other: Held) -> bool:
    return other.until is not None and (one.until is None or one.until > other.until)


def _line(key: tuple[UUID, UUID], held: Held, contact: Contact | None) -> Working:
    kind = held.why.partition("-")[0]
    why = "contact" if kind in {"call", "contact"} else kind
    return Working(key[1], held.person, why, held.until, contact)


def _newest(viewer: Viewer, keys: list[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Contact]:
    """By agent and customer the newest contact, where it runs or ended a moment ago; all of them with one event."""
    theirs: dict[UUID, list[UUID]] = defaultdict(list)
    for record, principal in links.records(viewer, {customer for _, customer in keys}).items():
        theirs[principal].append(record)
    wanted = {(agent, customer): (theirs[customer], agent) for agent, customer in keys}
    rows = finding.newest(viewer, wanted, calls.running, datetime.now(UTC) - assignments.AFTERWARDS)
    return dict(zip(rows, described(viewer, list(rows.values())), strict=True))


def _contact(row: Row, ended: Ended | None, *, runs: bool) -> Contact:
    return Contact(
        id=row.id,
        customer=row.customer,
        channel=row.channel,
        direction=row.direction,
        started_at=row.started_at,
        ended_at=None if runs else row.started_at + timedelta(seconds=row.duration_s),
        duration_s=row.duration_s,
        agent=row.agent,
        ended=ended,
    )
