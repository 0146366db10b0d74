"""Numbers that the speaker put right: "four one two, no sorry, four one three", "nie, przepraszam, jeszcze raz".

Rules:
1. What follows the words of a correction takes the place of the end of what was said before. How much of it, nobody
   says; so every likely answer is a reading of its own: from a group that begins with the same digit, the last group
   alone, or all of it.
2. The first digit after the correction gets the place of what it replaces as well: whoever conceals the number
   conceals the slip and the words between.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from razdar.core.redaction.numerals import DigitString, Gap

MOST_ALIKE = 4
"""Groups with the same first digit that are tried, the nearest first."""

FARTHEST = 32
"""So many digits before a correction may be replaced one group at a time."""

MOST_CORRECTIONS = 6
"""In a number with more of them only the first are read so."""

MOST_DIGITS = 256
"""No number that anybody corrects has more."""

_MOST_READINGS = 8


def corrected(string: DigitString, places: Sequence[int]) -> Iterator[DigitString]:
    """The readings of a digit string in which digits were corrected.

    Args:
        string: all digits in the order in which they were said.
        places: indices of the first digits after each correction.
    """
    first_of_group = frozenset(string.groups)
    readings: list[list[int]] = [list(range(places[0]))]
    bounds = [*places[:MOST_CORRECTIONS], len(string)]
    if len(places) > MOST_CORRECTIONS:
        bounds[-1] = places[MOST_CORRECTIONS]
    for place, until in pairwise(bounds):
        new = list(range(place, until))
        replaced = [(kept, cut) for kept in readings for cut in _cuts(string, kept, place, first_of_group)]
        readings = [kept[:cut] + new for kept, cut in replaced[:_MOST_READINGS]]
    for kept in readings:
        yield _reading(string, kept)


def _cuts(string: DigitString, kept: Sequence[int], place: int, first_of_group: frozenset[int]) -> list[int]:
    """How many of the digits so far may stay (rule 1), the likeliest first."""
    edges = [at for at in range(len(kept) - 1, max(len(kept) - FARTHEST, 0) - 1, -1) if kept[at] in first_of_group]
    alike = [at for at in edges if string.digits[kept[at]] == string.digits[place]]
    return list(dict.fromkeys([*alike[:MOST_ALIKE], *edges[:1], 0]))


def _reading(string: DigitString, kept: Sequence[int]) -> DigitString:
    starts = [string.starts[at] for at in kept]
    group_of = dict(zip(string.groups, string.gaps, strict=True))
    groups, gaps = [0], [Gap.TIGHT]
    for index in range(1, len(kept)):
        if kept[index] == kept[index - 1] + 1:
            if kept[index] not in group_of:
                continue
            gap = group_of[kept[index]]
        else:
            _take_over(string, starts, kept, index, string.starts[kept[index - 1] + 1])
            gap = Gap.PLAIN
        groups.append(index)
        gaps.append(gap)
    if kept[0]:
        _take_over(string, starts, kept, 0, string.starts[0])
    return DigitString(
        digits=bytes(string.digits[at] for at in kept),
        starts=starts,
        ends=[string.ends[at] for at in kept],
        groups=groups,
        gaps=gaps,
        spoken=bytes(string.spoken[at] for at in kept),
        plus=string.plus,
        bridged=max(gaps) > Gap.LOOSE,
    )


def _take_over(string: DigitString, starts: list[int], kept: Sequence[int], index: int, start: int) -> None:
    """Give the digits of one word the place of what they replace (rule 2)."""
    said_from = string.starts[kept[index]]
    while index < len(kept) and string.starts[kept[index]] == said_from:
        starts[index] = start
        index += 1
