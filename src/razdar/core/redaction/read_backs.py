"""Passwords, user names and e-mail addresses that somebody repeats in other words: "so that's t h i s t l e four two".

Rules:
1. Both are brought to one form: letters that are spelled or named, also with a word that explains them ("t as in
   tango"), digits and number words, without signs and the words for them.
2. What the other side says soon after is a read-back if it is all of the value, all of it before its "@", or a row of
   at least ``SHORTEST`` of its signs of which several were said one by one.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import SPOKEN, Role
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.speech import byte_form

SCORE = 0.55
SHORTEST = 4
SPELLED = 3
"""So many signs of a row were said one by one."""

LONG_WORD = 6
"""A password of so many letters is one where it stands as a word; shorter ones, and "support" of an address, may be
mere words."""

SOON = 4
"""Turns after a value in which it is repeated."""

MOST_PIECES = 400
_KINDS = frozenset({SpanType.PASSWORD, SpanType.USERNAME, SpanType.EMAIL})
_COUNTED = (Role.UNIT, Role.TEEN, Role.TENS)
_LETTER = rb"[" + LETTER_CLASS + rb"]"


class _Piece(NamedTuple):
    said: str
    start: int
    end: int
    alone: bool
    """Whether it is one sign."""


class _Words(NamedTuple):
    pattern: re.Pattern[bytes]
    meaning: dict[bytes, str]
    signs: frozenset[bytes]


def read_backs(
    scans: Sequence[Scan], speakers: Sequence[object], found: Sequence[Sequence[Span]]
) -> Iterator[tuple[int, Span]]:
    """Repetitions in the turns of a dialogue, as numbers of turns and spans in them.

    Args:
        scans: one for each turn.
        speakers: of the turns.
        found: for each turn the spans that are known already.
    """
    for place, spans in enumerate(found):
        for value in spans:
            if value.type not in _KINDS:
                continue
            forms = _forms(scans[place], value)
            for later in range(place + 1, min(place + 1 + SOON, len(scans))):
                if forms and speakers[later] != speakers[place]:
                    for start, end in _repeated(_pieces(scans[later]), forms, value.type):
                        yield later, Span(start, end, value.type, SCORE, (Why.REPEATED,))


def _forms(scan: Scan, value: Span) -> tuple[str, ...]:
    """The whole value and what stands before its "@"."""
    pieces = _pieces(scan, value.start, value.end)
    whole = "".join(piece.said for piece in pieces)
    local, _, domain = whole.partition("@")
    forms = (local + domain, local)
    return tuple(form for form in forms if len(form) >= SHORTEST)


def _pieces(scan: Scan, start: int = 0, end: int | None = None) -> list[_Piece]:
    words = _words(scan.lang)
    pieces: list[_Piece] = []
    for match in words.pattern.finditer(scan.view, start, len(scan.view) if end is None else end):
        word = match[0].replace(b"\x01", b"")
        letter = match[1]
        if letter is not None:
            word = letter.replace(b"\x01", b"")
        said = "" if word in words.signs else words.meaning.get(word, word.decode("latin-1"))
        pieces.append(_Piece(said, *match.span(), len(said) == 1))
        if len(pieces) >= MOST_PIECES:
            break
    return pieces


def _repeated(pieces: Sequence[_Piece], forms: Sequence[str], kind: SpanType) -> Iterator[tuple[int, int]]:
    """Rows of pieces that are a value or a part of it (rule 2)."""
    first = 0
    while first < len(pieces):
        last, said = first, ""
        while last < len(pieces) and any(said + pieces[last].said.strip("@") in form for form in forms):
            said += pieces[last].said.strip("@")
            last += 1
        row = [piece for piece in pieces[first:last] if piece.said.strip("@")]
        if _is_read_back(row, said, forms, kind):
            yield row[0].start, row[-1].end
            first = last
        else:
            first += 1


def _is_read_back(row: Sequence[_Piece], said: str, forms: Sequence[str], kind: SpanType) -> bool:
    if len(said) >= SHORTEST and sum(piece.alone for piece in row) >= SPELLED:
        return True
    is_word = len(row) == 1 and said.isalpha() and not (kind is SpanType.PASSWORD and len(said) >= LONG_WORD)
    return not is_word and any(form in said for form in forms)


@lru_cache(64)
def _words(lang: str | None) -> _Words:
    languages = [SPOKEN[code] for code in spoken.languages(lang)]
    meaning = {byte_form(name): letter for language in languages for name, letter in language.letters.items()}
    for language in languages:
        meaning |= {byte_form(word): value for word, (role, value) in language.words.items() if role in _COUNTED}
    signs = {byte_form(word) for language in languages for sign, said in language.signs.items() for word in said}
    ats = {byte_form(word) for language in languages for word in language.signs["@"]}
    meaning |= dict.fromkeys(ats, "@")
    explaining = alternatives(word for language in languages for word in language.explaining)
    names = alternatives(name for language in languages for name in language.letters)
    phrases = alternatives(word for language in languages for said in language.signs.values() for word in said)
    after = rb"(?!" + _LETTER + rb")"
    explained = rb"(" + names + rb"|[a-z]) (?:" + explaining + rb") " + _LETTER + rb"{3,14}" + after
    pattern = re.compile(
        explained
        + rb"|(?:"
        + names
        + rb"|"
        + phrases
        + rb")"
        + after
        + rb"|@|[0-9]|(?:(?![0-9])["
        + LETTER_CLASS
        + rb"\x01])+"
    )
    return _Words(pattern, meaning, frozenset(signs - ats))
