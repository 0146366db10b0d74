"""Letters that are said one by one before the digits of a code: "A B", "be ce", "यू पी", "C jak Celina", "f as in fox".

Rules:
1. A lone sign, a letter with a word that explains it, and the few names of letters that are nothing else ("एम", "eme")
   are letters wherever they stand. Other names are also common words ("के", "de"), so before digits there must be two
   letters side by side.
2. All languages are listened for at once: plates and document numbers are spelled in the language of their country.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.folding import IDEOGRAPH, LETTER_CLASS, is_letter
from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.speech import byte_form

_NOTHING_ELSE = listed(
    "एफ|ऐफ|एच|ऐच|एल|ऐल|एम|ऐम|एन|ऐन|एक्स|ऐक्स|डब्ल्यू|डब्लू|डबल्यू|ज़ेड|जेड|क्यू|efe|agá|eme|ene|dáblio|xis|zet|iks|igrek"
)
MOST_LETTERS = 6
MOST_LETTERS_AFTER = 3
_NO_LETTER_BEFORE = rb"(?<![" + LETTER_CLASS + rb"'])"
_NO_LETTER_AFTER = rb"(?![" + LETTER_CLASS + rb"])"
_BETWEEN = rb"[ \-,.]{1,2}"
_DASH = rb" (?:" + alternatives(listed("dash|hyphen|kreska|myślnik|minus|traço|hífen|डैश|خط تیره")) + rb") "
_LAST_WORD = re.compile(_NO_LETTER_BEFORE + rb"([" + LETTER_CLASS + rb"\x01]{1,10}) $")
_SIGNS = b" -./,\x01\x02"
_WORDS = bytes(byte if is_letter(byte) else 0x20 for byte in range(256))
"""Everything but letters and digits becomes a blank."""


def spelled_before(said: bytes) -> re.Match[bytes] | None:
    """The letters at the end of what stands before digits."""
    return _patterns().before.search(said) if _may_be_spelled(said) else None


def _may_be_spelled(said: bytes) -> bool:
    """Whether the last word is a letter, the name of one, or the explanation of one; Chinese has no words to see."""
    if IDEOGRAPH in said:
        return True
    words = _patterns().dash.sub(b" ", said).translate(_WORDS, b"\x01").split()
    if not words:
        return False
    names, explaining = _last_words()
    return len(words[-1]) == 1 or words[-1] in names or (len(words) > 1 and words[-2] in explaining)


def letter_before(said: bytes) -> int:
    """How much of the end of what stands before digits is one letter by its name; 0 if none is."""
    match = _LAST_WORD.search(said)
    is_name = match is not None and match[1].replace(b"\x01", b"") in _names()
    return len(match.group()) if match is not None and is_name else 0


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
    said = known.dash.sub(b" ", said)
    if known.before.fullmatch(said) is not None or known.row_after.fullmatch(said) is not None:
        names = _names()
        said = known.one.sub(lambda found: names.get(found[1].replace(b"\x01", b""), found[1]), said)
    return said.translate(None, _SIGNS)


@cache
def _last_words() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The last words of the names of letters, and of what stands between a letter and the word that explains it."""
    names = (name for language in SPOKEN.values() for name in language.letters)
    explaining = (words for language in SPOKEN.values() for words in language.explaining)
    last = [
        frozenset(word for phrase in phrases for word in byte_form(phrase).translate(_WORDS).split()[-1:])
        for phrases in (names, explaining)
    ]
    return last[0], last[1]


class _Patterns(NamedTuple):
    dash: re.Pattern[bytes]
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
    certain = rb"(?:" + alternatives(_NOTHING_ELSE) + rb")" + explained + _NO_LETTER_AFTER
    before = re.compile(
        _NO_LETTER_BEFORE
        + rb"(?:"
        + several
        + rb"|"
        + sign
        + rb"|"
        + certain
        + rb")(?:"
        + _DASH
        + rb"|"
        + _BETWEEN
        + rb")$"
    )
    one = re.compile(_NO_LETTER_BEFORE + rb"(" + names + rb"|[a-z])" + explained + _NO_LETTER_AFTER)
    row_after = rb"(?:" + _BETWEEN + named + rb"){1,%d}" % MOST_LETTERS_AFTER
    return _Patterns(re.compile(_DASH), before, one, re.compile(_BETWEEN + named), re.compile(row_after))
