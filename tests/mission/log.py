"""The log, read as the people read it who may: page by page, on the pages that there are for it."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from tests.mission.house import House
from tests.mission.pages import table

READING = "Reading the log"
WRITTEN_WITHIN = 30


@dataclass(frozen=True)
class Entry:
    """A line of the log.

    Attributes:
        who: short pseudonym; empty for the system.
        what: the act in words; `how` in which way, `detail` more about it.
        customer: short pseudonym; empty where it is none, more than one, or the reader asked for one customer.
        fields: kinds of data with the level they were shown at.
    """

    index: int
    when: datetime
    who: str
    role: str
    what: str
    how: str
    detail: tuple[str, ...] = field(repr=False)
    customer: str
    fields: tuple[str, ...] = field(repr=False)
    purpose: str
    outcome: str


class Log:
    """The log of a client, or what it says about one customer.

    Args:
        reader: who reads; their readings are in the log too.
        customer: whose; the whole client's when empty.
    """

    def __init__(self, house: House, reader: str = "auditor", customer: str = "") -> None:
        self._desk = house.desk(reader)
        self._path = f"/customers/{customer}/events/" if customer else "/log/"
        # Of the whole log also its own signs of life, so that no index is missing.
        self._asked = {} if customer else {"heartbeats": "on"}

    def position(self) -> int:
        """The index of the newest entry, after everything that has happened so far was written."""
        newest = self._page(None)
        before = newest[0].index if newest else -1
        deadline = time.monotonic() + WRITTEN_WITHIN
        while time.monotonic() < deadline:
            # Our own reading came after everything else: when it stands there, the rest does.
            seen = [entry for entry in self._page(None) if entry.index > before]
            if any(entry.what == READING for entry in seen):
                return seen[0].index
            time.sleep(0.2)
        raise RuntimeError("the log falls behind")

    def since(self, position: int) -> list[Entry]:
        """Every entry after a position, oldest first, readings of the log by this reader's role left out."""
        top = self.position()
        entries: list[Entry] = []
        before: int | None = top + 1
        while before is not None:
            page = self._page(before)
            entries += [entry for entry in page if entry.index > position]
            before = page[-1].index if page and page[-1].index > position + 1 else None
        return entries[::-1]

    def _page(self, before: int | None) -> list[Entry]:
        query = urlencode(self._asked | ({"before": str(before)} if before is not None else {}))
        answer = self._desk.get(f"{self._path}?{query}")
        if answer.status != 200:
            raise RuntimeError(f"the log cannot be read: {answer.status}")
        return [_entry(row) for row in table(answer.text) if len(row) in {7, 8} and row[0].isdigit()]


def _entry(row: list[str]) -> Entry:
    index, when, who, what, *customer, fields, purpose, outcome = row
    act, _, rest = what.partition("\n")
    how, *detail = rest.split(" · ")
    person, _, role = who.partition(", ")
    return Entry(
        index=int(index),
        when=datetime.strptime(when.replace("Sept ", "Sep "), "%d %b %Y %H:%M:%S").replace(tzinfo=UTC),
        who="" if person == "System" else person,
        role=role,
        what=act,
        how=how,
        detail=tuple(detail),
        customer="".join(customer).strip("–"),
        fields=tuple(line for line in fields.split("\n") if line != "–"),
        purpose=purpose,
        outcome=outcome,
    )
