"""The log as people read it: codes turned into words, staff by pseudonym and role, customers by pseudonym alone.

Entries are read through ``razdar.audit.selectors``, which logs the reading before it answers. The choices of a filter
come from there too, and so does whether the log is up to date; asking for these alone leaves no event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext

from razdar.audit import selectors as log
from razdar.audit.selectors import Filters, Line, Lines, Page, Standing
from razdar.core.disclosure import DataClass, Level, Purpose, Role, Viewer
from razdar.core.errors import NotFound
from razdar.core.ledger import Event, FieldSeen
from razdar.core.ledger.events import OPERATOR
from razdar.customers import selectors as customers
from razdar.oversight.details import Pair, pairs
from razdar.oversight.labels import ACTION_LABELS, MODE_LABELS, OUTCOME_LABELS
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS

_Code = TypeVar("_Code", bound=StrEnum)
MOST_NEWS = 99
_SYSTEM_ROLES = frozenset({"", "system", "person"})
"""How an event names a process, and who signs in and has not gone to a workplace yet: no roles of anybody's."""


@dataclass(frozen=True)
class Row:
    """One entry as a page shows it.

    Attributes:
        index: its place in the client's log.
        at: when.
        damaged: the stored bytes are no event any more; the texts are empty then.
        actor: the whole pseudonym, for a filter; empty for a process.
        who: the short pseudonym; empty for a process.
        role: the role's name in words; empty for a process.
        what: the action in words.
        how: the mode in words.
        fields: data classes with the level they were shown at.
        records: how many records the fields were shown of.
        customer: the whole pseudonym of the customer concerned; empty where it is none, or more than one.
        customer_short: the short one.
        detail: what else is known, as name and value in words.
        purpose: the purpose in words.
        outcome, look: the outcome in words, and the look of its pill.
    """

    index: int
    at: datetime
    damaged: bool = False
    actor: str = ""
    who: str = ""
    role: str = ""
    what: str = ""
    how: str = ""
    fields: tuple[str, ...] = ()
    records: int = 0
    customer: str = ""
    customer_short: str = ""
    detail: tuple[Pair, ...] = ()
    purpose: str = ""
    outcome: str = ""
    look: str = ""


@dataclass(frozen=True)
class Rows:
    """One page, newest first. ``older`` is what to ask for as ``before`` to go on; ``None`` at the end."""

    rows: tuple[Row, ...]
    older: int | None


def client_log(viewer: Viewer, filters: Filters, page: Page) -> Rows:
    """The log of the viewer's client.

    Raises:
        NotYours: the viewer may not read the log. Unavailable: the reading could not be logged.
    """
    return _rows(log.events(viewer, filters, page))


def who_looked(viewer: Viewer, customer: UUID, filters: Filters, page: Page) -> Rows:
    """Everything the log says about a customer. It stays when the customer has been erased.

    Raises:
        NotFound: no customer of the viewer's client, now or ever. NotYours, Unavailable: as ``client_log``.
    """
    _require_known(viewer, customer)
    return _rows(log.events_of_customer(viewer, customer, page, filters))


def _require_known(viewer: Viewer, customer: UUID) -> None:
    if not (customers.exists(viewer, customer) or log.speaks_of(viewer, customer)):
        raise NotFound("There is no such customer.")


@dataclass(frozen=True)
class News:
    """What came since a page was made.

    Attributes:
        since: the index that the first new entry has.
        count: entries that came since, of those the page would list.
        many: there are more than are counted.
    """

    since: int
    count: int = 0
    many: bool = False


def nothing_new(viewer: Viewer) -> News:
    """Where the log ends now.

    Raises:
        NotYours: as ``client_log``.
    """
    return News(log.end(viewer))


def news(viewer: Viewer, since: int, customer: UUID | None = None) -> News:
    """How many entries came since; of a customer, those that speak of this pseudonym. Leaves no event.

    The viewer's own readings of the log are left out: a page that is read would announce itself.

    Raises:
        NotFound: as ``who_looked``. NotYours: as ``client_log``.
    """
    if customer is not None:
        _require_known(viewer, customer)
    count = log.newer(viewer, since, customer, MOST_NEWS + 1)
    return News(since, min(count, MOST_NEWS), count > MOST_NEWS)


def people_and_actions(viewer: Viewer) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The choices of a filter, as value and words: whose pseudonyms and which actions the log knows.

    Raises:
        NotYours: as ``client_log``.
    """
    found = log.choices(viewer)
    people = sorted((str(actor), short(actor)) for actor in found.actors)
    actions = sorted(((action, action_words(action)) for action in found.actions), key=lambda choice: choice[1])
    return people, actions


def standing(viewer: Viewer) -> Standing:
    """Whether everything that happened is in the log by now.

    Raises:
        NotYours: as ``client_log``.
    """
    return log.standing(viewer)


def short(pseudonym: UUID) -> str:
    """The part of a pseudonym that people read: its random end, because ids made together begin alike."""
    return pseudonym.hex[-8:]


def action_words(action: str) -> str:
    return str(ACTION_LABELS.get(action, action))


def _rows(found: Lines) -> Rows:
    return Rows(tuple(row_of(line) for line in found.lines), found.older)


def row_of(line: Line, *, whole: bool = False) -> Row:
    """One entry in words; its details' ids short, or whole for the page of the entry itself."""
    event = line.event
    if event is None:
        return Row(line.index, line.at, damaged=True)
    look, outcome = OUTCOME_LABELS[event.outcome]
    return Row(
        index=line.index,
        at=line.at,
        actor=str(event.actor or ""),
        who=short(event.actor) if event.actor else "",
        role=role_words(event.role),
        what=action_words(event.action),
        how=str(MODE_LABELS[event.mode]),
        fields=_fields(event),
        records=len({seen.subject for seen in event.fields}),
        customer=str(event.customer or ""),
        customer_short=short(event.customer) if event.customer else "",
        detail=pairs(event.detail, whole=whole),
        purpose=_word(PURPOSE_LABELS, Purpose, event.purpose),
        outcome=str(outcome),
        look=look,
    )


def _fields(event: Event) -> tuple[str, ...]:
    """Each class once at each level, however many records were listed."""
    return tuple(dict.fromkeys(_field(seen) for seen in sorted(event.fields, key=lambda s: (s.data_class, s.level))))


def _field(seen: FieldSeen) -> str:
    name = _word(CLASS_LABELS, DataClass, seen.data_class)
    known = {level.name.lower(): level for level in Level}.get(seen.level)
    return f"{name} ({LEVEL_LABELS[known] if known is not None else seen.level})"


def role_words(role: str) -> str:
    """Empty for a process and at the sign-in; who works at the console is no role of anybody's."""
    if role in _SYSTEM_ROLES:
        return ""
    return gettext("Operator, at the console") if role == OPERATOR else _word(ROLE_LABELS, Role, role)


def _word(words: Mapping[_Code, Promise], kind: type[_Code], code: str) -> str:
    """A code in words; a code of an older version as it is."""
    return str(words[kind(code)]) if code in set(kind) else code
