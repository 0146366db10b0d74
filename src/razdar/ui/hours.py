"""How often something happened at each hour of the week, as a picture and a table (``components/hours.html``)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language_bidi

from razdar.ui.formats import first_weekday, weekday

DAYS, HOURS, STEPS = 7, 24, 4
CELL, GAP, LEFT, TOP = 26, 2, 64, 22
"""In the picture's own units; it is scaled to the width there is."""
EVERY = 3
"""Hours between two names of hours."""


@dataclass(frozen=True)
class HourCell:
    """One hour of one weekday.

    Attributes:
        count: how often.
        step: 0 for never to 4 for the most there was.
        x, y: where it stands in the picture.
    """

    hour: int
    count: int
    step: int
    x: int
    y: int


@dataclass(frozen=True)
class HourRow:
    """One weekday.

    Attributes:
        name, short: of the day, translated.
        y: the line of its name in the picture.
    """

    name: str
    short: str
    cells: tuple[HourCell, ...]
    total: int
    y: int


@dataclass(frozen=True)
class HourMap:
    """A whole week.

    Attributes:
        rows: beginning with the first day of the week where the reader is.
        marks: hours that are named, and where.
        label_x, label_anchor: where the names of days stand; at the side where reading begins.
        busiest: the hour with the most; None where there is nothing.
    """

    rows: tuple[HourRow, ...]
    marks: tuple[tuple[int, int], ...]
    label_x: int
    label_anchor: str
    width: int
    height: int
    total: int
    busiest: tuple[str, int, int] | None

    @property
    def hours(self) -> range:
        return range(HOURS)


def hour_map(counts: Mapping[tuple[int, int], int]) -> HourMap:
    """The week of counts by weekday, 1 for Monday to 7 for Sunday, and hour."""
    most = max(counts.values(), default=0)
    days = [(first_weekday() + place) % DAYS for place in range(DAYS)]
    rows = tuple(_row(day, place, counts, most) for place, day in enumerate(days))
    top = max(counts.items(), key=lambda item: item[1], default=None)
    width, right_to_left = LEFT + HOURS * (CELL + GAP), get_language_bidi()
    return HourMap(
        rows=rows,
        marks=tuple((hour, _x(hour) + CELL // 2) for hour in range(0, HOURS, EVERY)),
        label_x=width if right_to_left else 0,
        label_anchor="end" if right_to_left else "start",
        width=width,
        height=TOP + DAYS * (CELL + GAP),
        total=sum(counts.values()),
        busiest=(weekday(top[0][0] - 1), top[0][1], top[1]) if top and top[1] else None,
    )


def _row(day: int, place: int, counts: Mapping[tuple[int, int], int], most: int) -> HourRow:
    y = TOP + place * (CELL + GAP)
    found = [counts.get((day + 1, hour), 0) for hour in range(HOURS)]
    cells = tuple(HourCell(hour, count, _step(count, most), _x(hour), y) for hour, count in enumerate(found))
    return HourRow(weekday(day), weekday(day, short=True), cells, sum(found), y + CELL - 8)


def _step(count: int, most: int) -> int:
    """Every count that is not 0 is seen."""
    return min(STEPS, 1 + count * STEPS // (most + 1)) if count else 0


def _x(hour: int) -> int:
    """Time runs the way the language is read."""
    place = HOURS - 1 - hour if get_language_bidi() else hour
    return (0 if get_language_bidi() else LEFT) + place * (CELL + GAP)
