"""Payment card numbers (ISO/IEC 7812: 12 to 19 digits, Luhn check digit last; 12 only after a cue).

Rules:
1. Every window of 12 to 19 digits of every digit string is tried, so a failed candidate never hides a valid one inside
   ("2024 4111 1111 1111 1111").
2. Luhn alone passes one random number in ten. A window needs more: the opening digits and length of a card network, or
   edges that fall on the edges of groups, or a cue.
3. A window that cuts through a written group needs the network's usual length of 15 or 16, and lies inside the group
   or ends with one. A group that itself has the length of a card is a longer number unless a cue says that it is a
   card. The whole group is reported: what is left of it could be taken for a number of its own. Where
   fillers stand inside the window, its edges must be edges of groups, and the length the network's usual one or a cue
   beside it.
4. People mis-say digits and recognisers mis-hear them. After a cue a number of a card's length counts without the check
   digit, and so does any spoken row of 13 digits or more: nothing else that long is read out digit by digit. Longer
   ones are a card with its expiry date and security code.
5. A month and a year of this half of the century right behind a card number, with or without three digits more, are its
   expiry date and security code, if nothing else follows.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

import numpy as np

from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import reader
from razdar.core.redaction.numerals import DigitString, Gap
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SHORTEST, LONGEST = 12, 19
SHORTEST_WITHOUT_CUE = 13
SHORTEST_CUTTING = 15
SHORTEST_WITH_CUE = 8
MOST_GROUPS = 6
FEW_DIGITS = 64
COMMON_LENGTH = 16
CODE, AMEX_CODE = 3, 4
_EXPIRY = re.compile(rb"(?:0[1-9]|1[0-2])(?:20)?[2-4][0-9]")
CUE_REACH = 60
WITH_ITS_SLIP = 0.6
"""What a number is worth in which something was put right, when the slip is read as a part of it."""

_NETWORKS: tuple[tuple[int, int, tuple[int, ...], int], ...] = (
    # first four digits from, to; lengths; usual length
    (1000, 1999, (15,), 15),  # UATP
    (4000, 4999, (13, 16, 19), 16),  # Visa
    (5000, 5099, (12, 13, 14, 15, 16, 17, 18, 19), 16),  # Maestro, Elo, Iranian Shetab
    (5100, 5599, (16,), 16),  # Mastercard
    (5600, 5899, (12, 13, 14, 15, 16, 17, 18, 19), 16),  # Maestro, Shetab
    (2200, 2204, (16, 17, 18, 19), 16),  # Mir
    (2221, 2720, (16,), 16),  # Mastercard
    (3400, 3499, (15,), 15),  # American Express
    (3700, 3799, (15,), 15),
    (3000, 3059, (14, 16), 14),  # Diners Club
    (3095, 3095, (14, 16), 14),
    (3600, 3699, (14, 16), 14),
    (3800, 3999, (14, 16), 14),
    (3528, 3589, (16, 17, 18, 19), 16),  # JCB
    (6000, 6999, (12, 16, 17, 18, 19), 16),  # Discover, RuPay, UnionPay, Maestro, Shetab
    (8100, 8299, (16, 17, 18, 19), 16),  # UnionPay, RuPay
    (9792, 9792, (16,), 16),  # Troy
    (9919, 9919, (16,), 16),  # Shetab
)


def _tables() -> tuple[list[bytearray], bytearray]:
    """By length and first four digits: whether a network issues such cards; by first four digits: the usual length."""
    lengths = [bytearray(10_000) for _ in range(LONGEST + 1)]
    usual = bytearray(10_000)
    for low, high, allowed, common in _NETWORKS:
        usual[low : high + 1] = bytes([common]) * (high + 1 - low)
        for length in allowed:
            lengths[length][low : high + 1] = b"\x01" * (high + 1 - low)
    return lengths, usual


_NETWORK_LENGTHS, _USUAL_LENGTH = _tables()
_OTHERS = (Cue.REFERENCE, Cue.ACCOUNT, Cue.THING, Cue.AMOUNT, Cue.PHONE, Cue.IBAN)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_NETWORK = (Why.CHECKSUM, Why.NETWORK)


@reader("card", shortest=SHORTEST_WITH_CUE)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Card numbers, written or spoken."""
    if len(string) >= SHORTEST and not _is_phone_length_with_plus(string):
        yield from _checked(scan, string)
    yield from _unchecked(string, company)


def _is_phone_length_with_plus(string: DigitString) -> bool:
    return string.plus >= 0 and len(string) <= 15


def _checked(scan: Scan, string: DigitString) -> Iterator[Span]:
    """Windows that pass Luhn and have company (rules 1 to 3)."""
    edges = {*string.groups, len(string)}
    few = len(string) <= FEW_DIGITS
    for first, last in _few_luhn_windows(string.digits) if few else _many_luhn_windows(string):
        span = _judged(scan, string, (first, last), (first in edges) + (last in edges))
        if span is not None:
            yield span
            if last in edges and last < len(string):
                yield from _what_follows(string, first, last)


def _what_follows(string: DigitString, first: int, last: int) -> Iterator[Span]:
    """The expiry date, and the security code, where they are all that stands behind a card number (rule 5)."""
    edges = [edge for edge in (*string.groups, len(string)) if edge > last]
    code = AMEX_CODE if string.digits[first : first + 1] == b"3" else CODE
    for edge in edges:
        expiry = edge - last in (4, 6) and _EXPIRY.fullmatch(string.digits, last, edge) is not None
        if expiry and len(string) - edge in (0, code):
            yield Span(string.starts[last], string.ends[edge - 1], SpanType.EXPIRY, 0.75, (Why.ALIGNED, Why.SHAPE))
            if edge < len(string):
                yield Span(string.starts[edge], string.ends[-1], SpanType.CVV, 0.75, (Why.ALIGNED, Why.LENGTH))
            return


def _judged(scan: Scan, string: DigitString, window: tuple[int, int], aligned_edges: int) -> Span | None:
    first, last = window
    aligned = aligned_edges == 2
    if not aligned and string.is_bridged(first, last):
        return None
    opening = int(string.digits[first : first + 4])
    if not _NETWORK_LENGTHS[last - first][opening]:
        return _without_network(scan, string, first, last) if aligned else None
    usual = _USUAL_LENGTH[opening] == last - first
    if aligned:
        start, end = string.starts[first], string.ends[last - 1]
        needs_cue = last - first < SHORTEST_WITHOUT_CUE or (not usual and string.is_bridged(first, last))
        if needs_cue and not scan.company(start, end).near(Cue.CARD):
            return None
        has_slip = string.bridged and string.widest_gap(first, last) is Gap.CORRECTION
        score = WITH_ITS_SLIP if has_slip else 0.95 if usual else 0.85
        return Span(start, end, SpanType.CARD, score, (*_NETWORK, Why.ALIGNED))
    if usual and last - first >= SHORTEST_CUTTING:
        return _cutting(scan, string, first, last, on_edge=aligned_edges == 1)
    return None


def _cutting(scan: Scan, string: DigitString, first: int, last: int, *, on_edge: bool) -> Span | None:
    """A window that cuts through a written group (rule 3)."""
    inside = string.groups_in(first, last) == 1
    begin, after = string.outer_edges(first, last)
    start, end = string.starts[begin], string.ends[after - 1]
    longer = inside and after - begin <= LONGEST and not scan.company(start, end).near(Cue.CARD)
    if longer or not (inside or on_edge):
        return None
    return Span(start, end, SpanType.CARD, 0.75 if inside else 0.55, _NETWORK)


def _without_network(scan: Scan, string: DigitString, first: int, last: int) -> Span | None:
    """Luhn alone: a cue must say that it is a card, or length and grouping must, and no cue the opposite."""
    start, end = string.starts[first], string.ends[last - 1]
    if scan.company(start, end).near(Cue.CARD, within=CUE_REACH):
        return Span(start, end, SpanType.CARD, 0.7, (Why.CHECKSUM, Why.ALIGNED, Why.CUE))
    plausible = last - first == COMMON_LENGTH and string.groups_in(first, last) <= MOST_GROUPS
    if not plausible or string.is_bridged(first, last) or scan.company(start, end).near(*_OTHERS):
        return None
    return Span(start, end, SpanType.CARD, 0.5, (Why.CHECKSUM, Why.ALIGNED))


def _few_luhn_windows(digits: bytes) -> Iterator[tuple[int, int]]:
    """Windows of a card's length that pass Luhn and are not one digit repeated, as (first, end).

    Two running sums, one doubling the even places and one the odd, answer each window with one subtraction.
    """
    values = [byte - 0x30 for byte in digits]
    even = [_DOUBLED[value] if place % 2 == 0 else value for place, value in enumerate(values)]
    odd = [_DOUBLED[value] if place % 2 else value for place, value in enumerate(values)]
    sums = (list(accumulate(even, initial=0)), list(accumulate(odd, initial=0)))
    for end in range(SHORTEST, len(digits) + 1):
        total = sums[end % 2]
        for first in range(max(0, end - LONGEST), end - SHORTEST + 1):
            if (total[end] - total[first]) % 10 == 0 and len(set(digits[first:end])) > 1:
                yield first, end


def _many_luhn_windows(string: DigitString) -> Iterator[tuple[int, int]]:
    """The same with array operations, without the windows that ``_judged`` would refuse at once."""
    values = np.frombuffer(string.digits, dtype=np.uint8).astype(np.int64) - 0x30
    doubled = np.array(_DOUBLED)[values]
    is_odd = np.arange(len(values)) % 2 == 1
    even, odd = (np.concatenate(([0], np.cumsum(np.where(is_odd == one, doubled, values)))) for one in (False, True))
    changes = np.concatenate(([0], np.cumsum(np.diff(values) != 0)))
    openings = np.lib.stride_tricks.sliding_window_view(values, 4) @ np.array((1000, 100, 10, 1))
    edges = np.zeros(len(values) + 1, dtype=np.bool_)
    edges[[*string.groups, len(values)]] = True
    for length in range(SHORTEST, LONGEST + 1):
        starts = np.arange(len(values) - length + 1)
        ends = starts + length
        total = np.where(ends % 2 == 0, even[ends] - even[starts], odd[ends] - odd[starts])
        issued = np.frombuffer(_NETWORK_LENGTHS[length], dtype=np.bool_)[openings[starts]]
        company = issued | (edges[starts] & edges[ends])
        passing = (total % 10 == 0) & (changes[ends - 1] > changes[starts]) & company
        yield from ((first, first + length) for first in np.flatnonzero(passing).tolist())


def _unchecked(string: DigitString, company: Company) -> Iterator[Span]:
    """Whole numbers that a cue or the way they are said gives away (rule 4)."""
    length = len(string)
    if string.plus >= 0 or len(set(string.digits)) == 1:
        return
    said = string.said(0, length)
    if length >= (SHORTEST_WITH_CUE if said else SHORTEST_WITHOUT_CUE) and company.names(Cue.CARD, within=CUE_REACH):
        why = (Why.NO_CHECKSUM, Why.CUE, Why.LENGTH)
    elif said and length >= SHORTEST_WITHOUT_CUE:
        why = (Why.NO_CHECKSUM, Why.SPOKEN, Why.LENGTH)
    else:
        return
    yield Span(string.starts[0], string.ends[-1], SpanType.CARD, 0.55 if Why.CUE in why else 0.42, why)
