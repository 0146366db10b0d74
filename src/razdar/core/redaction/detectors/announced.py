"""Digits that somebody announced as a card, PESEL or IBAN and that no other detector recognised.

People stop, search for their glasses, start again. What they have read out by then has no length and no check digit.

Rules:
1. After such a word every run of at least four digits within ``REACH`` characters is concealed, and from there the next
   run, until nothing follows for that long. In a conversation that is this turn and the next.
2. Nearer words that name the run as something else end this ("my order is 12345"); so do amounts ("1200 pounds"), dates
   and years that stand alone.
3. The score is the lowest: whoever can say what a number is names it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.cues import REACH, Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import WORTH_TELLING, Span, SpanType, Why

SHORTEST = 4
SHORTEST_BRIDGED = 8
FURTHER = 60
"""A run farther away than this from the last one is something new."""

ALONE = 40
_SECRET = (Cue.CARD, Cue.IBAN, "pl.pesel")
_ANNOUNCING = (
    "card",
    "visa",
    "long number",
    "number on the front",
    "mastercard",
    "amex",
    "american express",
    "maestro",
    "digit",
    "kart",
    "کارت",
    "cartao",
    "कार्ड",
    "iban",
    "شبا",
    "pesel",
    "卡號",
)
_OTHERS = (
    Cue.PHONE,
    Cue.CVV,
    Cue.EXPIRY,
    Cue.PIN,
    Cue.SECRET,
    Cue.REFERENCE,
    Cue.AMOUNT,
    Cue.THING,
    Cue.DATE,
    Cue.DOB,
    Cue.ZIP,
    Cue.NATIONAL_ID,
    Cue.TAX_ID,
)
_CURRENCY = (
    rb"(?:euros?|eur|pounds?|quid|gbp|dollars?|usd|bucks|zl|zloty|zlotych|pln|rials?|toman|tomans|pence|cents?|grosz[ye]?|"
    rb"percent|per cent|points?|miles|kilometers|kilometres|days|months|years|minutes|pages|words|people|times|"
    + alternatives(listed("रुपये|रुपए|रुपया|रुपयों|rupees|rupaye|rupay|تومان|تومن|ریال|درصد|reais"))
    + rb")(?!["
    + LETTER_CLASS
    + rb"])"
)
_AMOUNT_AFTER = re.compile(rb"[ ,.]{0,2}[0-9]{0,2} ?(?:%|\xa3|" + _CURRENCY + rb")")
_MONEY_SIGN = re.compile("[$€£¥₹₨]")
_DATE = re.compile(
    rb"(?:19|20)[0-9]{2}[-/. ][01]?[0-9][-/. ][0-3]?[0-9]|[0-3]?[0-9][-/.][0-3]?[0-9](?:[-/.](?:19|20)?[0-9]{2})?"
    rb"|[01]?[0-9][-/](?:20)?[0-9]{2}"
)
_YEAR = re.compile(rb"(?:19|20)[0-9]{2}")
_DECIMAL = re.compile(rb"[0-9]{1,4},[0-9]{2}")


@detector("announced", gate=alternatives(_ANNOUNCING))
def find(scan: Scan) -> Iterator[Span]:
    """Runs of digits after a cue."""
    strings = [string for string in scan.strings if _is_long_enough(string)]
    if not strings:
        return
    strings.sort(key=lambda string: (string.starts[0], -string.ends[-1]))
    lonely = _lonely(strings)
    last = -FURTHER - 1
    for string, alone in zip(strings, lonely, strict=True):
        start, end = string.starts[0], string.ends[-1]
        if _is_announced(scan, start, end, last) and not _is_harmless(scan, string, alone=alone):
            last = max(last, end)
            yield Span(start, end, SpanType.NUMBER, WORTH_TELLING, (Why.NO_CHECKSUM, Why.CUE))


def _is_long_enough(string: DigitString) -> bool:
    return len(string) >= (SHORTEST_BRIDGED if string.is_bridged(0, len(string)) else SHORTEST) and string.plus < 0


def _lonely(strings: Sequence[DigitString]) -> list[bool]:
    """Whether no other run stands near; runs are in order of their start and may overlap."""
    near = [
        0 <= after.starts[0] - before.ends[-1] <= ALONE or after.starts[0] < before.starts[0]
        for before, after in pairwise(strings)
    ]
    return [not (left or right) for left, right in zip([False, *near], [*near, False], strict=True)]


def _is_announced(scan: Scan, start: int, end: int, last: int) -> bool:
    company = scan.company(start, end)
    mine = company.distance(*_SECRET)
    others = company.distance(*_OTHERS)
    if mine <= min(REACH, others):
        return True
    return start - last <= FURTHER and others > start - last


def is_money(scan: Scan, start: int, end: int) -> bool:
    """Whether a sign or word of a currency, or of something else that is counted, stands right beside a number."""
    if _AMOUNT_AFTER.match(scan.view, end):
        return True
    return _MONEY_SIGN.search(scan.text[max(0, start - 2) : start] + scan.text[end : end + 2]) is not None


def _is_harmless(scan: Scan, string: DigitString, *, alone: bool) -> bool:
    start, end = string.starts[0], string.ends[-1]
    if _DECIMAL.fullmatch(scan.view, start, end) is not None:
        return True
    return is_money(scan, start, end) or is_date(scan, start, end) or (alone and is_year(string))


def is_date(scan: Scan, start: int, end: int) -> bool:
    """Whether a number is written like a date."""
    return _DATE.fullmatch(scan.view, start, end) is not None


def is_year(string: DigitString) -> bool:
    """Whether it may be a year of this or the last century."""
    return _YEAR.fullmatch(string.digits) is not None
