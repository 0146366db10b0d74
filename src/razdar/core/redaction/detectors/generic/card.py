"""Payment card numbers (ISO/IEC 7812: 12 to 19 digits, Luhn check digit last; 12 only after a cue).

Rules:
1. Every window of 12 to 19 digits of every digit string is tried, so a failed candidate never hides a valid one inside
   ("2024 4111 1111 1111 1111").
2. Luhn alone passes one random number in ten. A window needs more: the opening digits and length of a card network, or
   edges that fall on the edges of groups, or a cue.
3. A window that cuts through a written group on either side needs the network's usual length.
4. People mis-say digits and recognisers mis-hear them. After a cue a number of a card's length counts without the check
   digit, and so does any spoken row of 13 digits or more: nothing else that long is read out digit by digit.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SHORTEST, LONGEST = 12, 19
SHORTEST_WITHOUT_CUE = 13
SHORTEST_WITH_CUE = 8
LONGEST_SPOKEN = 40
CUE_REACH = 60

_NETWORKS: tuple[tuple[int, int, tuple[int, ...], int], ...] = (
    # first four digits from, to; lengths; usual length
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


def _tables() -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    lengths = np.zeros((LONGEST + 1, 10_000), dtype=np.bool_)
    usual = np.zeros(10_000, dtype=np.uint8)
    for low, high, allowed, common in _NETWORKS:
        usual[low : high + 1] = common
        for length in allowed:
            lengths[length, low : high + 1] = True
    return lengths, usual


_NETWORK_LENGTHS, _USUAL_LENGTH = _tables()


@DETECTORS.register("generic.card")
def find(scan: Scan) -> Iterator[Span]:
    """Card numbers, written or spoken."""
    for string in scan.numbers.strings:
        if len(string) >= SHORTEST and not _is_phone_length_with_plus(string):
            yield from _checked(scan, string)
        if len(string) >= SHORTEST_WITH_CUE:
            yield from _unchecked(scan, string)


def _is_phone_length_with_plus(string: DigitString) -> bool:
    return string.plus >= 0 and len(string) <= 15


def _checked(scan: Scan, string: DigitString) -> Iterator[Span]:
    digits = np.frombuffer(string.digits, dtype=np.uint8).astype(np.int64) - 0x30
    edges = np.zeros(len(digits) + 1, dtype=np.bool_)
    edges[list(string.groups)] = True
    edges[-1] = True
    for length in range(SHORTEST, min(LONGEST, len(digits)) + 1):
        for first in _luhn_windows(digits, length).tolist():
            span = _judged(scan, string, (first, first + length), bool(edges[first] and edges[first + length]))
            if span is not None:
                yield span


def _luhn_windows(digits: NDArray[np.int64], length: int) -> NDArray[np.intp]:
    """Starts of the windows of this length that pass Luhn, are not one digit repeated, and are not hopeless.

    Two running sums, one doubling the even and one the odd places, answer each window with one subtraction.
    """
    doubled = np.where(digits > 4, 2 * digits - 9, 2 * digits)
    odd = np.arange(len(digits)) % 2 == 1
    sums = [np.concatenate(([0], np.cumsum(np.where(odd == parity, doubled, digits)))) for parity in (False, True)]
    starts = np.arange(len(digits) - length + 1)
    ends = starts + length
    total = np.where(ends % 2 == 0, sums[0][ends] - sums[0][starts], sums[1][ends] - sums[1][starts])
    changes = np.concatenate(([0], np.cumsum(np.diff(digits) != 0)))
    varied = changes[ends - 1] - changes[starts] > 0
    return np.flatnonzero((total % 10 == 0) & varied)


def _judged(scan: Scan, string: DigitString, window: tuple[int, int], aligned: bool) -> Span | None:
    first, last = window
    length = last - first
    opening = int(string.digits[first : first + 4])
    start, end = string.starts[first], string.ends[last - 1]
    if _NETWORK_LENGTHS[length, opening]:
        usual = int(_USUAL_LENGTH[opening]) == length
        if not (aligned or usual) or (length < SHORTEST_WITHOUT_CUE and not scan.cues.near(Cue.CARD, start, end)):
            return None
        score = 0.9 + (0.05 if usual else -0.05) if aligned else 0.75
        why: tuple[Why, ...] = (Why.CHECKSUM, Why.NETWORK, *((Why.ALIGNED,) if aligned else ()))
    else:
        known = scan.cues.near(Cue.CARD, start, end, CUE_REACH)
        if not aligned or not (known or (length == 16 and not scan.cues.near(Cue.SOMETHING_ELSE, start, end))):
            return None
        score = 0.7 if known else 0.5
        why = (Why.CHECKSUM, Why.ALIGNED, *((Why.CUE,) if known else ()))
    return Span(start, end, SpanType.CARD, score, why)


def _unchecked(scan: Scan, string: DigitString) -> Iterator[Span]:
    """Whole numbers that a cue or the way they are said gives away (rule 4)."""
    length = len(string)
    if string.plus >= 0 or length > LONGEST_SPOKEN or len(set(string.digits)) == 1:
        return
    start, end = string.starts[0], string.ends[-1]
    said = string.said(0, length)
    cued = (SHORTEST_WITH_CUE if said else SHORTEST) <= length <= (LONGEST_SPOKEN if said else LONGEST)
    if cued and _card_is_nearest(scan, start, end):
        yield Span(start, end, SpanType.CARD, 0.55, (Why.NO_CHECKSUM, Why.CUE, Why.LENGTH))
    elif said and length >= SHORTEST_WITHOUT_CUE:
        yield Span(start, end, SpanType.CARD, 0.42, (Why.NO_CHECKSUM, Why.SPOKEN, Why.LENGTH))


def _card_is_nearest(scan: Scan, start: int, end: int) -> bool:
    mine = scan.cues.ahead(Cue.CARD, start)
    others = (Cue.PHONE, Cue.IBAN, Cue.PESEL, Cue.KOD_MELLI, Cue.SOMETHING_ELSE)
    return mine <= CUE_REACH and all(mine < scan.cues.distance(other, start, end) for other in others)
