"""Letters that are said one by one before the digits of a code: "A B", "be ce", "यू पी", "C jak Celina", "f as in fox".

Rules:
1. A lone sign, or a letter with a word that explains it, is a letter wherever it stands. Names of letters are also
   common words ("के", "de"), so before digits there must be two letters side by side.
2. All languages are listened for at once: plates and document numbers are spelled in the language of their country.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.speech import byte_form

MOST_LETTERS = 6
MOST_LETTERS_AFTER = 3
_NO_LETTER_BEFORE = rb"(?<![" + LETTER_CLASS + rb"'])"
_NO_LETTER_AFTER = rb"(?![" + LETTER_CLASS + rb"])"
_BETWEEN = rb"[ \-,.]{1,2}"
_SIGNS = b" -./,\x01\x02"


def spelled_before() -> re.Pattern[bytes]:
    """A pattern for the letters at the end of what stands before digits."""
    return _patterns().before


def letters_after(said: bytes) -> Iterator[int]:
    """How much of what stands after digits is one more letter ("four eight two one K"), two more, and so on."""
    match = _patterns().after.match(said)
    for _ in range(MOST_LETTERS_AFTER):
        if match is None:
            return
        yield match.end()
        match = _patterns().after.match(said, match.end())


def as_letters(said: bytes) -> bytes:
    """What was spelled, without names, explanations and signs; what was written stays as it is."""
    known = _patterns()
    if known.before.fullmatch(said) is not None or known.row_after.fullmatch(said) is not None:
        names = _names()
        said = known.one.sub(lambda found: names.get(found[1].replace(b"\x01", b""), found[1]), said)
    return said.translate(None, _SIGNS)


class _Patterns(NamedTuple):
    before: re.Pattern[bytes]
    one: re.Pattern[bytes]
    after: re.Pattern[bytes]
    row_after: re.Pattern[bytes]


@cache
def _names() -> dict[bytes, bytes]:
    return {
        byte_form(name): letter.encode("ascii")
        for language in SPOKEN.values()
        for name, letter in language.letters.items()
    }


@cache
def _patterns() -> _Patterns:
    explaining = alternatives(word for language in SPOKEN.values() for word in language.explaining)
    names = alternatives(name for language in SPOKEN.values() for name in language.letters)
    explained = rb"(?: (?:" + explaining + rb") [" + LETTER_CLASS + rb"]{3,14})?"
    sign = rb"[a-z]" + explained + _NO_LETTER_AFTER
    named = rb"(?:" + names + rb"|[a-z])" + explained + _NO_LETTER_AFTER
    several = named + rb"(?:" + _BETWEEN + named + rb"){1,%d}" % (MOST_LETTERS - 1)
    before = re.compile(_NO_LETTER_BEFORE + rb"(?:" + several + rb"|" + sign + rb")" + _BETWEEN + rb"$")
    one = re.compile(_NO_LETTER_BEFORE + rb"(" + names + rb"|[a-z])" + explained + _NO_LETTER_AFTER)
    row_after = rb"(?:" + _BETWEEN + named + rb"){1,%d}" % MOST_LETTERS_AFTER
    return _Patterns(before, one, re.compile(_BETWEEN + named), re.compile(row_after))
