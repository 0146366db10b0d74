"""Numbers in which letters stand for digits they look like, by a scanner's mistake or to hide them.

"4lll llll llll llll", "my pesel is 44OSl4Ol3S9", "te1. 6O1 234 S67".

Rules:
1. A row is words of digits and letters that look like digits, with single signs between them; one of its words mixes
   both. Words of letters alone belong to it where no blank stands beside them ("lO.O.O.l"), or where they are
   strokes and rings alone ("llOO").
2. A row of fewer than ``LONG`` signs is read as digits only behind words for a code: "2oz", "b2b", "90s" are words. So
   are amounts with their units in a row ("8GB/256GB").
3. The text around them is searched once more with those letters read as digits. What is found in a row by its check
   digit, its form or the words around it counts a little less than what is written properly; a number that nothing
   explains does not.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.scan import Scan

LONG = 7
SHORTEST = 3
CODE_REACH = 25
AROUND = 300
"""So many characters before and after a row are searched with it; more than any words reach."""
LESS_SURE = 0.95
NAME = "look-alikes"
"""Of the gate."""

_CODES = (Cue.CVV, Cue.PIN, Cue.SECRET, Cue.ACCOUNT, Cue.CARD)
_MEANT = bytes.maketrans(b"olisbzg|", b"01158261")
_LETTERS = rb"olisbzg|"
_WORD = rb"[0-9" + _LETTERS + rb"]+"
_BEFORE = rb"(?:(?<![" + LETTER_CLASS + rb"|])|(?<=[^" + LETTER_CLASS + rb"|][a-z][a-z]))"
"""A country may stand before an account: "PL6l lO9O"."""

_ROW = re.compile(_BEFORE + _WORD + rb"(?:[ \n./:\-]" + _WORD + rb")*(?![" + LETTER_CLASS + rb"|])")
GATE = (
    rb"[0-9][" + _LETTERS + rb"]+[0-9]|[0-9][" + _LETTERS + rb"]{2}|[" + _LETTERS + rb"]{2}[0-9]|"
    rb"(?:^|[^"
    + LETTER_CLASS
    + rb"])["
    + _LETTERS
    + rb"][0-9]{2}|[0-9]{2}["
    + _LETTERS
    + rb"](?:[^"
    + LETTER_CLASS
    + rb"]|$)"
)
_MIXED = re.compile(rb"[0-9][" + _LETTERS + rb"]|[" + _LETTERS + rb"][0-9]")
_PLAIN = re.compile(rb"[" + _LETTERS + rb"]+")
_AGAIN = re.compile(rb"[ol|]{3,}|i{3,}")
_AMOUNTS = re.compile(rb"[0-9]{1,4}(?:gb|lbs?|oz|zl|[gls])(?:[ \n./:\-][0-9]{1,4}(?:gb|lbs?|oz|zl|[gls]))*")
_BLANK = re.compile(rb"[ \n]")


def rows(scan: Scan) -> list[tuple[int, int]]:
    """Where letters are to be read as digits, as (start, end)."""
    found = [row for match in _ROW.finditer(scan.view) for row in _pieces(scan.view, *match.span())]
    return [row for row in found if _is_row(scan, *row)]


def as_digits(scan: Scan, misread: list[tuple[int, int]]) -> str:
    """The text with the digits that are meant in these rows; no character moves."""
    pieces, last = [], 0
    for start, end in misread:
        pieces.append(scan.text[last:start])
        pieces.extend(
            chr(byte) if 0x30 <= byte <= 0x39 else char
            for byte, char in zip(scan.view[start:end].translate(_MEANT), scan.text[start:end], strict=True)
        )
        last = end
    return "".join(pieces) + scan.text[last:]


def stretches(view: bytes, misread: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is to be searched for these rows, from blank to blank and without overlaps, as (start, end)."""
    first = last = 0
    for start, end in misread:
        if start - AROUND > last:
            if first < last:
                yield first, last
            first = max(view.rfind(b" ", last, start - AROUND) + 1, last)
        blank = view.find(b" ", end + AROUND, end + 2 * AROUND)
        last = min(len(view), end + AROUND) if blank < 0 else blank
    yield first, last


def _pieces(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A row without words of letters alone that blanks set apart (rule 1)."""
    first = last = start
    for blank in (*_BLANK.finditer(view, start, end), None):
        stop = end if blank is None else blank.start()
        word = view[last:stop]
        if _PLAIN.fullmatch(word) and not _AGAIN.fullmatch(word):
            if first < last:
                yield first, last - 1
            first = stop + 1
        last = stop + 1
    if first < end:
        yield first, end


def _is_row(scan: Scan, start: int, end: int) -> bool:
    """Rules 1 and 2."""
    row = scan.view[start:end]
    signs = sum(map(row.count, b"0123456789" + _LETTERS))
    if signs < SHORTEST or not _MIXED.search(row):
        return False
    if signs >= LONG:
        return _AMOUNTS.fullmatch(row) is None
    return scan.company(start, end).names(*_CODES, within=CODE_REACH)
