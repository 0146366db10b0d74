"""What people say between two parts of one number: "6011 0009 um 9013", "let me see", "and then".

Rules:
1. A gap of nothing but hesitations and separators is a ``Gap.HESITATION``: nobody separates two numbers with "um".
2. A gap that also holds a word that may just as well join two numbers ("and", "then", "so") is a ``Gap.LINK``. Whoever
   reads over it needs a check digit or a cue: "12 and 15 euro" are two numbers.
3. A gap with the words of a correction ("no sorry") is judged like any other; ``corrects`` tells it apart.
4. A gap is short and counted out, so no text makes the pattern slow.
5. Chinese characters are all alike in the 8-bit view, so a gap is looked at with the characters themselves (``seen``).
"""

import re
from collections.abc import Iterable

from razdar.core.redaction.folding import IDEOGRAPH, LETTER_CLASS, view
from razdar.core.redaction.numerals import Gap, Role, SpokenLanguage

SEPARATORS = b" \x01-./()_|,;\n\\~"
SEPARATOR_CLASS = rb"[ \x01\-./()_|,;\n\\~]"
_ASIDE = rb"[ \x01\-./()_|,;\n\\~?!]{1,6}"
_EDGE = rb"(?:[^" + LETTER_CLASS + rb"]|$)"
_BORDERED = (
    (rb"(?<![" + LETTER_CLASS + rb"])").decode("latin-1")
    + "(?:%s)"
    + (rb"(?![" + LETTER_CLASS + rb"])").decode("latin-1")
)
_UNSPACED_GATE = rb"[0-9][^0-9a-z]{0,6}\x81[^0-9a-z]{0,12}[0-9]"
_FIRST_IDEOGRAPH = "\u2e80"
_MOST_FILLERS = 4


class Bridge:
    """Judges gaps for one language.

    Attributes:
        gate: a pattern for RE2 that every text with a bridge between written digits matches.
        joint: a pattern for what may stand between two number words, over ``seen`` characters.
    """

    def __init__(self, language: SpokenLanguage) -> None:
        ands = {word for word, (role, _) in language.words.items() if role is Role.AND}
        linking = language.hesitations | language.fillers | language.corrections | ands
        unspaced = any(map(is_ideographic, linking))
        self.gate = _UNSPACED_GATE if unspaced else rb"[0-9]" + _ASIDE + rb"(?:" + alternatives(linking) + rb")" + _EDGE
        self._hesitation = _row_of(language.hesitations)
        self._link = _row_of(linking)
        self.joint = _joint_of(linking - ands)
        self._correction = re.compile(_BORDERED % seen_words(language.corrections)) if language.corrections else None

    def kind(self, gap: bytes, text: str) -> Gap | None:
        """How strong a gap is, or None if a number ends there.

        Args:
            gap: the gap as it stands in the view.
            text: the same in the text.
        """
        characters = seen(gap, text)
        if self._hesitation.fullmatch(characters) is not None:
            return Gap.HESITATION
        return Gap.LINK if self._link.fullmatch(characters) is not None else None

    def corrects(self, gap: bytes, text: str) -> bool:
        """Whether what follows a gap that joins puts something right that was said before."""
        return self._correction is not None and self._correction.search(seen(gap, text)) is not None


def seen(view: bytes, text: str) -> str:
    """A stretch of a view, byte for byte a character, in which Chinese characters are themselves."""
    characters = view.decode("latin-1")
    if IDEOGRAPH not in view:
        return characters
    return "".join(
        char if byte == IDEOGRAPH else known for byte, known, char in zip(view, characters, text, strict=True)
    )


def is_ideographic(word: str) -> bool:
    """Whether a word is written without spaces around it."""
    return any(char > _FIRST_IDEOGRAPH for char in word)


def listed(words: str) -> list[str]:
    """Words separated by ``|``, as the tables hold them."""
    return words.split("|")


def alternatives(words: Iterable[str]) -> bytes:
    """Words as they stand in an 8-bit view, longest first, so that no word hides a longer one that begins with it.

    Signs that leave no ink (nukta, zero-width non-joiner) may be there or not.
    """
    return "|".join(_longest_first(view(word).decode("latin-1") for word in words)).encode("latin-1")


def seen_words(words: Iterable[str]) -> str:
    """The same for characters as ``seen`` returns them."""
    return "|".join(_longest_first(seen(view(word), word) for word in words))


def _longest_first(words: Iterable[str]) -> list[str]:
    forms = {r"\x01?".join(re.escape(part) for part in word.split("\x01")) for word in words}
    return sorted(sorted(forms), key=len, reverse=True)


def _row_of(words: Iterable[str]) -> re.Pattern[str]:
    aside = _ASIDE.decode("ascii")
    if any(map(is_ideographic, words)):  # no spaces between words
        aside = aside.replace("{1,", "{0,")
    return re.compile(aside + "(?:(?:" + seen_words(words) + ")" + aside + f"){{1,{_MOST_FILLERS}}}")


def _joint_of(words: Iterable[str]) -> re.Pattern[str]:
    separators = SEPARATOR_CLASS.decode("ascii")
    spaces = "{0,6}" if any(map(is_ideographic, words)) else "{1,6}"
    between = "(?:" + _BORDERED % seen_words(words) + separators + spaces + f"){{0,{_MOST_FILLERS}}}"
    return re.compile(separators + "{0,6}" + between)
