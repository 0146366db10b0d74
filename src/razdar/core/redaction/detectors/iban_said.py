"""IBANs whose letters are said, one by one or in the spelling alphabet: "golf bravo eight two whiskey echo ...".

Rules:
1. Two letters that are a country of the registry, then letters and digits, written or said, as many as the country
   wants, and the check digits of ISO 7064; nothing else proves that the words are one number.
2. Between the letters and digits stand a few separators.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.detection import detector
from razdar.core.redaction.detectors.iban import LENGTHS, passes_mod_97
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.speech import byte_form

SCORE = 0.97
_ALPHABET = SPOKEN["en"].letters
_NAMES = {byte_form(name): letter for name, letter in _ALPHABET.items()}
_LETTER = rb"(?:" + alternatives(_ALPHABET) + rb"|[a-z])"
_NO_LETTER = rb"(?:[^" + LETTER_CLASS + rb"]|^)"
_BETWEEN = rb"[ ,.\-]{1,2}"
_ITEM = re.compile(rb"[ ,.\-]{0,2}(?:(" + alternatives(_ALPHABET) + rb"|[a-z])(?![" + LETTER_CLASS + rb"])|([0-9]))")
_GAP = re.compile(rb"[ ,.\-\x01]{0,3}")
_GATE = _NO_LETTER + rb"(" + _LETTER + rb")" + _BETWEEN + rb"(" + _LETTER + rb")" + _BETWEEN + rb"(?:[0-9]|[a-z]{2})"
_country = pattern(_GATE)


@detector("iban said", gate=_GATE)
def find(scan: Scan) -> Iterator[Span]:
    """IBANs of which the country was said letter by letter."""
    at = 0
    while (match := _country.search(scan.view, at)) is not None:
        at = match.end(1)
        country = _letter(match[1]) + _letter(match[2])
        end = _end(scan, match.end(2), country) if country in LENGTHS else 0
        if end:
            at = end
            yield Span(match.start(1), end, SpanType.IBAN, SCORE, (Why.CHECKSUM, Why.SPOKEN))


def _letter(said: bytes) -> str:
    return _NAMES.get(said.replace(b"\x01", b""), said.decode("latin-1"))


def _end(scan: Scan, at: int, compact: str) -> int:
    """Where an IBAN that begins with a country ends, or 0 if there is none."""
    length = LENGTHS[compact]
    while len(compact) < length:
        gap = _GAP.match(scan.view, at)
        string = scan.begun.get(gap.end() if gap is not None else at)
        item = _ITEM.match(scan.view, at)
        if string is not None and len(string) <= length:
            taken = min(length - len(compact), len(string))
            compact += string.digits[:taken].decode("ascii")
            at = string.ends[taken - 1]
        elif item is not None:
            compact += _letter(item[1]) if item[1] is not None else item[2].decode("ascii")
            at = item.end()
        else:
            return 0
    return at if passes_mod_97(compact) and compact[2:4].isdigit() else 0
