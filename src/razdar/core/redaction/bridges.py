"""What people say between two parts of one number: "6011 0009 um 9013", "let me see", "and then".

Rules:
1. A gap of nothing but hesitations and separators is a ``Gap.HESITATION``: nobody separates two numbers with "um".
2. A gap that also holds a word that may just as well join two numbers ("and", "then", "so") is a ``Gap.LINK``. Whoever
   reads over it needs a check digit or a cue: "12 and 15 euro" are two numbers.
3. A gap is short and counted out, so no text makes the pattern slow.
"""

import re
from collections.abc import Iterable

from razdar.core.redaction.folding import LETTER_CLASS, view
from razdar.core.redaction.numerals import Gap, Role, SpokenLanguage

SEPARATORS = b" \x01-./()_|,;\n\\~"
SEPARATOR_CLASS = rb"[ \x01\-./()_|,;\n\\~]"
_ASIDE = rb"[ \x01\-./()_|,;\n\\~?!]{1,6}"
_MOST_FILLERS = 4


class Bridge:
    """Judges gaps for one language.

    Attributes:
        gate: a pattern for RE2 that every text with a bridge between written digits matches.
    """

    def __init__(self, language: SpokenLanguage) -> None:
        ands = {word for word, (role, _) in language.words.items() if role is Role.AND}
        linking = alternatives(language.hesitations | language.fillers | ands)
        self.gate = rb"[0-9]" + _ASIDE + rb"(?:" + linking + rb")(?:[^" + LETTER_CLASS + rb"]|$)"
        self._hesitation = _row_of(alternatives(language.hesitations))
        self._link = _row_of(linking)

    def kind(self, gap: bytes) -> Gap | None:
        """How strong a gap is, or None if a number ends there."""
        if self._hesitation.fullmatch(gap) is not None:
            return Gap.HESITATION
        return Gap.LINK if self._link.fullmatch(gap) is not None else None


def listed(words: str) -> list[str]:
    """Words separated by ``|``, as the tables hold them."""
    return words.split("|")


def alternatives(words: Iterable[str]) -> bytes:
    """Words as they stand in an 8-bit view, longest first, so that no word hides a longer one that begins with it.

    Signs that leave no ink (nukta, zero-width non-joiner) may be there or not.
    """
    forms = {rb"\x01?".join(re.escape(part) for part in view(word).split(b"\x01")) for word in words}
    return b"|".join(sorted(forms, key=lambda form: (-len(bytes(form)), bytes(form))))


def _row_of(words: bytes) -> re.Pattern[bytes]:
    return re.compile(_ASIDE + rb"(?:(?:" + words + rb")" + _ASIDE + rb"){1,%d}" % _MOST_FILLERS)
