"""Written numbers of a view, as digit strings.

Rules:
1. A number goes on over separators (space, dash, dot, slash, bracket, comma, one new line, signs without ink) and ends
   at anything else, or at more than ``WIDEST_SEPARATOR`` of them.
2. Two long written groups with a comma, a new line or several signs between them are two numbers, not one; nor is a
   long group one number with as many digits in groups beyond a comma or new line.
3. Rows are cut out with one pattern, and only the parts that somebody asks for are computed. It goes back no farther
   than to the last digit, so the time is linear.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from razdar.core.redaction.bridges import SEPARATOR_CLASS, SEPARATORS, Bridge
from razdar.core.redaction.corrections import MOST_DIGITS, corrected
from razdar.core.redaction.numerals import DigitString, Gap

SHORTEST = 3
"""Rows with fewer digits cannot be part of anything we look for, unless number words stand beside them."""

LONG = 7
"""Rows with so many digits are read whatever stands around them."""

WIDEST_SEPARATOR = 6
LONGEST_GAP = 40
LONG_GROUP = 9
FAR = 3 * LONG_GROUP
"""In so many characters stand nine digits, however they are grouped."""


_INSIDE = rb"[0-9" + SEPARATOR_CLASS[1:]
_ROW = re.compile(rb"[0-9]" + _INSIDE + rb"{%d,}[0-9]" % (SHORTEST - 2))
_ANY_ROW = re.compile(rb"[0-9](?:" + _INSIDE + rb"*[0-9])?")
_LOOSE = re.compile(rb"[,;|\n]")
_WIDE = re.compile(rb"(?:\x01*[ \-./()_|,;\n\\~]){%d,}" % (WIDEST_SEPARATOR + 1))
_TWO_LONG = re.compile(
    rb"(?:[0-9]\x01*){%d}(" % LONG_GROUP
    + SEPARATOR_CLASS
    + rb"*[,;|\n]"
    + SEPARATOR_CLASS
    + rb"*|(?:\x01*[ \-./()_\\~]){3,})(?=(?:[0-9]\x01*){%d})" % LONG_GROUP
)
_BESIDE_LONG = re.compile(
    rb"(" + SEPARATOR_CLASS + rb"{0,3}[,;|\n]" + SEPARATOR_CLASS + rb"{0,3})(?=((?:[0-9]\x01*){%d})?)" % LONG_GROUP
)
_GROUP = re.compile(rb"[0-9](?:\x01*[0-9])*")
_ENDS_LONG = re.compile(rb"(?:[0-9]\x01*){%d}$" % LONG_GROUP)
_ONE_GROUP = (0,)
_NO_GAP = (Gap.TIGHT,)


class Row(NamedTuple):
    """Where a written number stands, first to last digit."""

    start: int
    end: int


def rows(view: bytes, *, short: bool = False) -> list[Row]:
    """The written numbers of a view, in order.

    Args:
        short: whether numbers of one or two digits are wanted too.
    """
    found: list[Row] = []
    for match in (_ANY_ROW if short else _ROW).finditer(view):
        start, end = match.span()
        if end - start > LONG_GROUP and (cuts := _cuts(view, start, end)):
            found.extend(_pieces(start, end, cuts))
        else:
            found.append(Row(start, end))
    return found


def _cuts(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [match.span() for match in _WIDE.finditer(view, start, end)]
    if end - start > 2 * LONG_GROUP:
        cuts += [match.span(1) for match in _TWO_LONG.finditer(view, start, end)]
        cuts += _beside_long(view, start, end)
    return cuts


def _beside_long(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Commas and new lines between a long group and as many digits in groups."""
    for match in _BESIDE_LONG.finditer(view, start, end):
        before = view[max(start, match.start() - FAR) : match.start()]
        after = view[match.end() : min(end, match.end() + FAR)]
        is_long = match[2] is not None, _ENDS_LONG.search(before) is not None
        if any(is_long) and min(len(side.translate(None, SEPARATORS)) for side in (before, after)) >= LONG_GROUP:
            yield match.span(1)
            start = match.end()


def _pieces(start: int, end: int, cuts: Sequence[tuple[int, int]]) -> Iterator[Row]:
    for cut, after in sorted(cuts):
        if cut > start:
            yield Row(start, cut)
        start = max(start, after)
    yield Row(start, end)


def digits_of(view: bytes, row: Row) -> bytes:
    """The digits of a row without what stands between them."""
    return view[row.start : row.end].translate(None, SEPARATORS)


def written(view: bytes, row: Row) -> DigitString:
    """A row as a digit string."""
    digits = digits_of(view, row)
    if len(digits) == row.end - row.start:  # nothing between the digits: no need to list their places
        places, ends = range(row.start, row.end), range(row.start + 1, row.end + 1)
        plus = sign_before(view, row.start)
        return DigitString(digits, places, ends, _ONE_GROUP, _NO_GAP, bytes(len(digits)), plus)
    return bridged(view, (row,), ())


def bridged(view: bytes, parts: Sequence[Row], between: Sequence[Gap]) -> DigitString:
    """Several rows with something between them as one digit string."""
    starts: list[int] = []
    groups: list[int] = []
    gaps: list[Gap] = []
    last = parts[0].start
    for place, part in enumerate(parts):
        for match in _GROUP.finditer(view, part.start, part.end):
            start, end = match.span()
            if not groups:
                gaps.append(Gap.TIGHT)
            elif start == part.start:
                gaps.append(between[place - 1])
            else:
                gaps.append(written_gap(view[last:start]))
            groups.append(len(starts))
            last = end
            if b"\x01" in match.group():
                starts.extend(at for at in range(start, end) if view[at] != 1)
            else:
                starts.extend(range(start, end))
    digits = b"".join(digits_of(view, part) for part in parts)
    return DigitString(
        digits=digits,
        starts=starts,
        ends=[start + 1 for start in starts],
        groups=groups,
        gaps=gaps,
        spoken=bytes(len(digits)),
        plus=sign_before(view, parts[0].start),
        bridged=len(parts) > 1,
    )


def written_gap(between: bytes) -> Gap:
    """How much two groups of a row have between them."""
    visible = between.replace(b"\x01", b"")
    if not visible:
        return Gap.TIGHT
    if visible == b" - ":
        return Gap.PLAIN
    return Gap.LOOSE if len(visible) > 2 or _LOOSE.search(visible) is not None else Gap.PLAIN


def over_bridges(view: bytes, text: str, found: Sequence[Row], bridge: Bridge) -> Iterator[DigitString]:
    """Each number that goes on over fillers in the next row, as one digit string, and as it is after its corrections;
    not two long rows over an "and"."""
    parts: list[Row] = []
    between: list[Gap] = []
    for row in found:
        gap = None
        if parts and 0 < row.start - parts[-1].end <= LONGEST_GAP:
            gap = bridge.kind(view[parts[-1].end : row.start], text[parts[-1].end : row.start])
            if gap is Gap.LINK and min(len(digits_of(view, one)) for one in (parts[-1], row)) >= LONG_GROUP:
                gap = None
        if gap is None:
            if between:
                yield from _over(view, text, parts, between, bridge)
            parts, between = [row], []
        else:
            parts.append(row)
            between.append(gap)
    if between:
        yield from _over(view, text, parts, between, bridge)


def _over(
    view: bytes, text: str, parts: Sequence[Row], between: Sequence[Gap], bridge: Bridge
) -> Iterator[DigitString]:
    string = bridged(view, parts, between)
    yield string
    if len(string) > MOST_DIGITS:
        return
    first_of = {string.starts[group]: group for group in string.groups}
    places = [
        first_of[row.start]
        for before, row in pairwise(parts)
        if bridge.corrects(view[before.end : row.start], text[before.end : row.start])
    ]
    if places:
        yield from corrected(string, places)


def sign_before(view: bytes, start: int) -> int:
    """Place of a plus sign right before a number ("+48", "+ 48", "+(48)"), else -1."""
    place = start - 1
    while place >= max(0, start - 3) and view[place] in b" (\x01":
        place -= 1
    return place if place >= 0 and view[place] == 0x2B else -1
