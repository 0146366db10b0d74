"""What a detector says: from here to there lies something of this kind.

Rules:
1. Offsets are code points of the text that was searched (Python ``str`` indices), end exclusive.
2. A span never holds the text itself. ``why`` is a closed list of words, so a span may be printed and logged.
3. The answer of a search is sorted and free of overlaps. The stronger evidence wins, then the longer span. Where a
   strong finding loses only a part to a stronger one, its rest stays covered: what was probably secret is not shown
   because it touched something that was more probably secret. So does the rest of a
   number that is concealed as a whole, whatever its digits.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from razdar.core.redaction.folding import is_word

STRONG = 0.8
"""From this score on a finding keeps what a stronger neighbour leaves of it."""

WORTH_TELLING = 0.4
"""Findings below this score are not reported."""


class SpanType(StrEnum):
    """Kinds of information; the name is the one used in data sets, the value the word shown in place of the text."""

    CARD = "card"
    CVV = "cvv"
    EXPIRY = "expiry"
    PIN = "pin"
    SECRET = "secret"
    """A code that is good for once."""

    PASSWORD = "password"
    USERNAME = "username"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    ACCOUNT = "account"
    NATIONAL_ID = "national-id"
    TAX_ID = "tax-id"
    PASSPORT = "passport"
    DRIVER_LICENSE = "driver-license"
    DOC_ID = "document-id"
    VEHICLE = "vehicle"
    REFERENCE = "reference"
    PERSON = "name"
    ADDRESS = "address"
    ZIP = "postcode"
    LOCATION = "place"
    ORG = "organisation"
    DOB = "birth-date"
    DATE = "date"
    AGE = "age"
    NRP = "belief-or-origin"
    URL = "url"
    IP = "ip"
    MAC = "mac"
    CRYPTO = "crypto"
    NUMBER = "number"
    """Digits announced as secret that belong to nothing we know, and numbers nobody read: there were too many."""


TOKEN_SIGNS = "BCDFGHJKLMNPQRST"
"""Sixteen, one for each half byte: no digits, which might be taken for some of a number, and no vowels."""

TOKEN_LENGTH = 5
TOKENS = re.compile(
    rf"\[(?:{'|'.join(re.escape(kind.value) for kind in SpanType)})\]"
    rf"|<(?:{'|'.join(kind.name for kind in SpanType)})_[{TOKEN_SIGNS}]{{{TOKEN_LENGTH}}}>",
    re.IGNORECASE,
)
"""What stands in place of a finding, masked or with a pseudonym; in plain texts too, which have no capitals."""


class Why(StrEnum):
    """Evidence, in words that can never contain the value."""

    CHECKSUM = "checksum"
    NO_CHECKSUM = "no-checksum"
    NETWORK = "network"
    ALIGNED = "aligned"
    LENGTH = "length"
    CUE = "cue"
    SHAPE = "shape"
    BIRTH_DATE = "birth-date"
    INTERNATIONAL = "international"
    NATIONAL = "national"
    UNCHECKED = "unchecked"
    SPOKEN = "spoken"
    LANGUAGE = "language"
    KNOWN = "known-customer"
    ASKED = "asked"
    OWN = "own-pattern"
    REPEATED = "repeated"
    REST = "rest"
    ENTITY = "entity-engine"


_KEEP_THEIR_REST = frozenset({Why.NO_CHECKSUM, Why.ENTITY})
"""Evidence whose findings do so at any score."""


class Span(NamedTuple):
    """A stretch of text to be concealed: ``0 <= start < end``, a score between 0 and 1. (A tuple: texts hold many.)"""

    start: int
    end: int
    type: SpanType
    score: float
    why: tuple[Why, ...] = ()


def resolve(candidates: Iterable[Span], view: bytes) -> list[Span]:
    """Choose among overlapping candidates (rule 3); linear in the text apart from one sort.

    Args:
        candidates: spans within the text.
        view: the 8-bit view of the text (one byte per code point), used to trim separators from what is left over.
    """
    kept: list[Span] = []
    worth = [span for span in candidates if span.score >= WORTH_TELLING]
    if not worth:
        return kept
    if len(worth) == 1:
        return worth
    taken = bytearray(len(view))
    worth.sort(key=lambda span: (-span.score, span.start - span.end, span.start, span.type))
    for span in worth:
        if taken.find(1, span.start, span.end) == -1:
            pieces: Iterable[Span] = (span,)
        elif span.score >= STRONG or not _KEEP_THEIR_REST.isdisjoint(span.why):
            pieces = list(_rests(span, taken, view))
        else:
            continue
        for piece in pieces:
            taken[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
            kept.append(piece)
    kept.sort(key=lambda span: span.start)
    return _united(kept)


def _united(spans: list[Span]) -> list[Span]:
    """Spans of one kind that touch become one: two tokens side by side would tell that there was more."""
    united: list[Span] = []
    for span in spans:
        if united and united[-1].end == span.start and united[-1].type is span.type:
            last = united.pop()
            why = tuple(dict.fromkeys((*last.why, *span.why)))
            span = Span(last.start, span.end, span.type, max(last.score, span.score), why)  # noqa: PLW2901
        united.append(span)
    return united


def _rests(span: Span, taken: bytearray, view: bytes) -> Iterator[Span]:
    """The parts of a span that nobody holds yet, without the separators at their edges."""
    start = span.start
    while start < span.end:
        if taken[start]:
            nothing = taken.find(0, start, span.end)
            start = span.end if nothing == -1 else nothing
            continue
        stop = taken.find(1, start, span.end)
        stop = span.end if stop == -1 else stop
        first, last = _trim(view, start, stop)
        if first < last:
            yield Span(first, last, span.type, span.score, (*span.why, Why.REST))
        start = stop


def _trim(view: bytes, start: int, stop: int) -> tuple[int, int]:
    while start < stop and not is_word(view[start]):
        start += 1
    while stop > start and not is_word(view[stop - 1]):
        stop -= 1
    return start, stop
