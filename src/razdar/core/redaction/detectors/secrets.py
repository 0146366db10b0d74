"""Short numbers that only a word beside them gives away: security codes, expiry dates, PINs and one-time codes.

PCI DSS 4.0.1, 3.3.1: security codes and PINs may not be kept after authorisation, not even encrypted.

Rules:
1. The cue must be the nearest one; a number of another length is not what the cue says.
2. A one-time code may be cut up ("12 34 56") or hold letters after its cue ("code is B7K2Q9").
3. It may stand before the words for it ("482913 is your code"), or be something to type in ("enter 482913 to confirm").
4. Digits right after a word for a password are one, unless they are a date, a year or money.
5. A key of a programming interface says so itself ("sk_live_" and many letters and digits).
6. A row of digits near words for both an expiry date and a security code is both, if it can be cut so.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction import vocabulary
from razdar.core.redaction.bridges import alternatives, is_ideographic, listed
from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.detectors.announced import is_date, is_money, is_year
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

REACH = 45
REACH_OF_PASSWORDS = 14
BOTH = 0.85
_BOTH = (SpanType.EXPIRY, SpanType.CVV)
_FIRST_YEAR, _LAST_YEAR = "20", "49"
FEWEST_DIGITS_OF_KEY = 3
REACH_TO_YEARS = 2
"""A number like a year is a code only right beside the word for it."""

_KINDS: tuple[tuple[Cue, SpanType, tuple[int, ...]], ...] = (
    (Cue.CVV, SpanType.CVV, (3, 4)),
    (Cue.PIN, SpanType.PIN, (4, 5, 6)),
    (Cue.SECRET, SpanType.SECRET, (4, 5, 6, 7, 8)),
    (Cue.EXPIRY, SpanType.EXPIRY, (3, 4, 5, 6)),
    (Cue.PASSWORD, SpanType.PASSWORD, (4, 5, 6, 7, 8)),
)
_CUES = frozenset(cue for cue, _, _ in _KINDS)
_HARMLESS_AT = (SpanType.SECRET, SpanType.PASSWORD)
_BEGIN, _END = rb"(?:^|[^" + LETTER_CLASS + rb"])", rb"(?:[^" + LETTER_CLASS + rb"]|$)"
_DIGITS = rb"(?:^|[^0-9a-z.,/-])([0-9](?:[ \x01-]{0,2}[0-9]){3,7})"
_NAMED_AFTER = listed(
    "is my otp|is my code|is my pin|use this to|use it to|use this code|to twój kod|to pana kod|to pani kod|to mój kod|"
    "é seu código|é o seu código|é meu código|é o meu código|é o código|کد شماست|کد تایید شماست|आपका ओटीपी|आपका कोड|"
    "ओटीपी है|मेरा ओटीपी"
)
_IS_YOUR = rb"is (?:your|the|my) (?:[a-z]{1,14} ){0,3}(?:code|otp|passcode|pin)"
_AFTER_GATE = _DIGITS + rb"[^a-z0-9\n\x80-\xff]{1,5}(?:" + alternatives(_NAMED_AFTER) + rb"|" + _IS_YOUR + rb")" + _END
_TYPING = listed("enter|type|type in|use|reply with|key in|wpisz|podaj kod|digite|insira|use o código|enter code|डालें")
_PURPOSE = listed("to confirm|to verify|to log|to sign|to continue|to complete|to finish|aby|żeby|para|किन")
_TYPED_GATE = (
    _BEGIN + rb"(?:" + alternatives(_TYPING) + rb")[ :\x01]{1,3}([0-9](?:[ \x01-]{0,2}[0-9]){3,7}) (?:"
    + alternatives(_PURPOSE) + rb")" + _END
)  # fmt: skip
_MIXED_GATE = (
    _BEGIN + rb"(?:" + alternatives(word for word in vocabulary.words()[Cue.SECRET] if not is_ideographic(word))
    + rb")(?: (?:is|to|hai|e|jest)|[ :=-]){0,3}[ :=-]([a-z0-9]{5,10})" + _END
)  # fmt: skip
_after, _typed, _mixed = pattern(_AFTER_GATE), pattern(_TYPED_GATE), pattern(_MIXED_GATE)
_KEY_GATE = (
    _BEGIN + rb"([a-z][a-z0-9]{0,15}(?:_[a-z]{2,8}){0,2}_(?:live|test|prod|sandbox|secret|key|sk|pk)_[a-z0-9_]{12,200})"
    + _END
)  # fmt: skip
_key = pattern(_KEY_GATE)
_IS_MIXED = re.compile(rb"(?=[a-z0-9]*[a-z])[a-z]*[0-9][a-z]*[0-9][a-z0-9]*")


@detector("secrets.after", gate=_AFTER_GATE)
def find_before_words(scan: Scan) -> Iterator[Span]:
    """One-time codes before the words for them (rule 3)."""
    for match in _after.finditer(scan.view):
        yield Span(match.start(1), match.end(1), SpanType.SECRET, 0.75, (Why.CUE, Why.LENGTH))


@detector("secrets.typed", gate=_TYPED_GATE)
def find_typed(scan: Scan) -> Iterator[Span]:
    """One-time codes that somebody is asked to type in (rule 3)."""
    for match in _typed.finditer(scan.view):
        yield Span(match.start(1), match.end(1), SpanType.SECRET, 0.7, (Why.CUE, Why.LENGTH))


@detector("secrets.mixed", gate=_MIXED_GATE)
def find_mixed(scan: Scan) -> Iterator[Span]:
    """One-time codes of letters and digits (rule 2)."""
    for match in _mixed.finditer(scan.view):
        if _IS_MIXED.fullmatch(match[1]):
            yield Span(match.start(1), match.end(1), SpanType.SECRET, 0.7, (Why.CUE, Why.SHAPE))


@detector("secrets.keys", gate=_KEY_GATE)
def find_keys(scan: Scan) -> Iterator[Span]:
    """Keys of programming interfaces (rule 5)."""
    for match in _key.finditer(scan.view):
        if len(match[1]) - len(match[1].translate(None, b"0123456789")) >= FEWEST_DIGITS_OF_KEY:
            yield Span(match.start(1), match.end(1), SpanType.SECRET, 0.85, (Why.SHAPE,))


@reader("secrets", shortest=3, longest=8)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Codes and expiry dates."""
    if company.said.isdisjoint(_CUES):
        return
    start, end = string.starts[0], string.ends[-1]
    for cue, kind, lengths in _KINDS:
        reach = REACH_OF_PASSWORDS if kind is SpanType.PASSWORD else REACH
        if len(string) not in lengths or not company.names(cue, within=reach):
            continue
        if kind is SpanType.EXPIRY and not is_month_and_year(string.digits.decode("ascii")):
            continue
        if kind in _HARMLESS_AT and _is_harmless(scan, string, near=company.distance(cue) <= REACH_TO_YEARS):
            continue
        if not scan.is_part_of_word(start, end):
            yield Span(start, end, kind, 0.7, (Why.CUE, Why.LENGTH))


@reader("secrets.both", shortest=6, longest=10)
def read_both(_scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """An expiry date and a security code in one row, where words for both stand near (rule 6)."""
    if not (company.near(Cue.EXPIRY) and company.near(Cue.CVV, Cue.SECRET)) or string.plus >= 0:
        return
    if not company.names(Cue.EXPIRY, Cue.CVV, Cue.SECRET):
        return
    sides = [((0, cut), (cut, len(string))) for cut in string.groups[1:]]
    cuts = [cut for one, other in sides for cut in ((one, other), (other, one)) if _is_both(string.digits, *cut)]
    for (first, last), kind in zip(max(cuts, key=_digits_of_date, default=()), _BOTH, strict=False):
        yield Span(string.starts[first], string.ends[last - 1], kind, BOTH, (Why.CUE, Why.LENGTH))


def _is_both(digits: bytes, date: tuple[int, int], code: tuple[int, int]) -> bool:
    written = digits[slice(*date)].decode("ascii")
    if code[1] - code[0] not in (3, 4) or not _FIRST_YEAR <= written[-2:] <= _LAST_YEAR:
        return False
    return is_month_and_year(written) or (len(written) == 4 and written.startswith("20"))  # a month in words before it


def _digits_of_date(parts: tuple[tuple[int, int], tuple[int, int]]) -> int:
    return parts[0][1] - parts[0][0]


def _is_harmless(scan: Scan, string: DigitString, *, near: bool) -> bool:
    start, end = string.starts[0], string.ends[-1]
    return is_money(scan, start, end) or (not near and (is_year(string) or is_date(scan, start, end)))


def is_month_and_year(digits: str) -> bool:
    """Whether digits can be the month and year in which a card expires ("0827", "82027", "202708")."""
    if len(digits) == 6 and digits.startswith("20") and 1 <= int(digits[4:]) <= 12:
        return True
    month, year = (digits[:-2], digits[-2:]) if len(digits) < 5 else (digits[:-4], digits[-4:])
    return month != "" and 1 <= int(month) <= 12 and (len(year) == 2 or 2000 <= int(year) <= 2099)
