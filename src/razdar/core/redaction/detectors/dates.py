"""Dates, and which of them is a date of birth.

Rules:
1. What a date looks like stands in ``calendars``. Nothing but a letter or digit may touch it.
2. A date is one of birth if a birth cue is nearer than any that names something else; "on the" names nothing.
3. In a text about a card the name of a month and a year after words for its end are an expiry date.
4. After a birth cue six to eight digits that can be a date are one ("650921"), and so is the name of a month between
   number words ("the fourth of march nineteen sixty two").
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from razdar.core.redaction import vocabulary
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.calendars import (
    NUMERIC,
    NUMERIC_GATE,
    is_date,
    is_digit_date,
    month_names,
    named,
    named_pattern,
)
from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.folding import IDEOGRAPH, LETTER_CLASS, is_letter, view
from razdar.core.redaction.numerals import SPOKEN, DigitString, Role
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

BIRTH = "birth dates in words"
EXPIRY = "expiry dates in words"
CARD = "announced"
"""The gate of texts that speak of a card."""

EXPIRY_REACH = 40
REACH = 60
_BORN = re.compile("生(?![效產产意成活])")
"""Right behind a Chinese date: somebody was born that day."""

SHORT, LONG = 5, 8
MOST_WORDS = 6
LONGEST_SAID = 80
_OTHERS = (
    Cue.EXPIRY, Cue.REFERENCE, Cue.CARD, Cue.PHONE, Cue.ACCOUNT, Cue.PASSPORT, Cue.NATIONAL_ID, Cue.TAX_ID, Cue.THING,
    Cue.DRIVER_LICENSE, Cue.CVV, Cue.PIN, Cue.SECRET,
)  # fmt: skip
_JOINS = frozenset((*b"of the de do da e and st nd rd th o a y".split(), view("و")))
_PERSIAN_ENDS = ("ی", "م", "ام", "مین")
"""What the number of a day ends in before the name of its month."""

_PERSIAN_ORDINALS = ("اول", "یکم", "دوم", "سوم")
_ORDINALS = frozenset(
    b"first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    b"fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth primeiro".split()
)


@detector("dates", gate=NUMERIC_GATE)
def find_numeric(scan: Scan) -> Iterator[Span]:
    """Dates in numbers."""
    view = scan.view
    for match in NUMERIC.finditer(view):
        start, end = match.span()
        if is_date(match) and not scan.touches_word(start, end) and not _goes_on(view, start, end):
            yield _span(scan, start, end, 0.6 if match[1] is not None or end - start > SHORT else 0.42)


@detector("dates with months", gate=named())
def find_named(scan: Scan) -> Iterator[Span]:
    """Dates with the name of a month, and Chinese ones."""
    for match in named_pattern().finditer(scan.view):
        start, end = match.span(1) if match[1] is not None else match.span(2)
        if (
            match[2] is not None
            and scan.view[start] == IDEOGRAPH
            and scan.text[start : start + 2] not in ("民國", "民国")
        ):
            start += 2 + (scan.view[start + 2] == 0x20)
        if not (start and is_letter(scan.view[start - 1])):
            yield _span(scan, start, end, 0.62)


@reader("birth-date", shortest=6, longest=LONG)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Dates of birth as digits without separators, or said."""
    start, end = string.starts[0], string.ends[-1]
    if is_birth(company) and not scan.touches_word(start, end) and is_digit_date(string.digits.decode("ascii")):
        yield Span(start, end, SpanType.DOB, 0.82, (Why.CUE, Why.SHAPE))


def _birth_gate() -> bytes:
    """Whole words: "ur." must not open for "your"."""
    words = vocabulary.words()[Cue.DOB]
    whole = alternatives(word for word in words if not word.endswith("*"))
    begun = alternatives(word.removesuffix("*") for word in words if word.endswith("*"))
    end = rb"(?:[^" + LETTER_CLASS + rb"]|$)"
    return rb"(?:^|[^" + LETTER_CLASS + rb"])(?:(?:" + whole + rb")" + end + (rb"|" + begun if begun else b"") + rb")"


@detector(
    EXPIRY,
    gate=alternatives(
        ("expir", "exp date", "valid t", "good t", "انقضا", "एक्सप", "समाप्ति", "wazn", "validade", "vencimento")
    ),
)
def find_expiry(scan: Scan) -> Iterator[Span]:
    """The name of a month and the year said behind it, after words for the end of a card."""
    if not scan.is_open(CARD):
        return
    for match in _month().finditer(scan.view):
        end = match.end(1) + _extent(scan.view[match.end(1) : match.end(1) + LONGEST_SAID], back=False)
        if end > match.end(1) and scan.company(match.start(1), end).names(Cue.EXPIRY, within=EXPIRY_REACH):
            yield Span(match.start(1), end, SpanType.EXPIRY, 0.7, (Why.CUE, Why.SPOKEN))


@detector(BIRTH, gate=_birth_gate())
def find_said(scan: Scan) -> Iterator[Span]:
    """The name of a month and the number words around it, after a birth cue."""
    for match in _month().finditer(scan.view):
        start = match.start(1) - _extent(scan.view[max(0, match.start(1) - LONGEST_SAID) : match.start(1)], back=True)
        end = match.end(1) + _extent(scan.view[match.end(1) : match.end(1) + LONGEST_SAID], back=False)
        if (start < match.start(1) or end > match.end(1)) and is_birth(scan.company(start, end)):
            yield Span(start, end, SpanType.DOB, 0.84, (Why.CUE, Why.SPOKEN))


def is_birth(company: Company) -> bool:
    """Rule 2."""
    return company.distance(Cue.DOB) <= min(REACH, company.distance(*_OTHERS))


def _span(scan: Scan, start: int, end: int, score: float) -> Span:
    if (scan.is_open(BIRTH) and is_birth(scan.company(start, end))) or _BORN.match(scan.text, end):
        return Span(start, end, SpanType.DOB, 0.85, (Why.CUE, Why.SHAPE))
    return Span(start, end, SpanType.DATE, score, (Why.SHAPE,))


def _goes_on(view: bytes, start: int, end: int) -> bool:
    """Whether the numbers are a part of a longer row: "1/2/3/4", "2024-01-01-77"."""
    before, after = view[max(0, start - 2) : start], view[end : end + 2]
    return (before[-1:] in (b"-", b"/", b".") and before[:1].isdigit()) or (
        after[:1] in (b"-", b"/", b".") and after[1:].isdigit()
    )


@cache
def _month() -> Any:
    return pattern(rb"(?:^|[^" + LETTER_CLASS + rb"])(" + month_names() + rb")(?:[^" + LETTER_CLASS + rb"]|$)")


@cache
def _number_words() -> frozenset[bytes]:
    from razdar.core.redaction.speech import byte_form

    said = (item for language in SPOKEN.values() for item in language.words.items())
    words = {byte_form(word) for word, (role, _) in said if role is not Role.AND} - _JOINS
    words.update(byte_form(word + end) for word in SPOKEN["fa"].words for end in _PERSIAN_ENDS)
    words.update(byte_form(word) for word in _PERSIAN_ORDINALS)
    return frozenset(words) | _ORDINALS


@cache
def _ands() -> frozenset[bytes]:
    said = (item for language in SPOKEN.values() for item in language.words.items())
    return frozenset(view(word) for word, (role, _) in said if role is Role.AND)


_WORD = re.compile(rb"[" + LETTER_CLASS + rb"\x01]+")


def _extent(beside: bytes, *, back: bool) -> int:
    """How many characters beside a month are number words, digits and what joins them; joints alone are nothing."""
    words = list(_WORD.finditer(beside))
    if back:
        words.reverse()
    taken = edge = said = 0
    for word in words:
        if said == MOST_WORDS:
            break
        near, far = (len(beside) - word.end(), len(beside) - word.start()) if back else word.span()
        if near - edge > 3:
            break
        edge = far
        compact = word.group().replace(b"\x01", b"")
        if compact.isdigit() or compact in _number_words():
            taken, said = far, said + 1
        elif compact not in _JOINS and compact not in _ands():
            break
    return taken
