"""Spoken numbers, one file for each language.

Importing this package registers every language found in it; a new language is one new file that registers a
``SpokenLanguage`` under its ISO 639 code.
"""

import pkgutil
from functools import cache, lru_cache
from importlib import import_module

from razdar.core.redaction.folding import view
from razdar.core.redaction.numerals import SPOKEN, Role
from razdar.core.redaction.speech import Scanner

__all__ = ["SPOKEN", "digit_words", "languages", "number_forms", "number_words", "scanner"]

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

ALWAYS = "en"
"""English digits are said inside every language."""

_COUNTING = (
    Role.UNIT,
    Role.TEEN,
    Role.TENS,
    Role.HUNDRED,
    Role.HUNDREDS,
    Role.THOUSAND,
    Role.LAKH,
    Role.REPEAT,
    Role.PLURAL,
)


def languages(lang: str | None) -> tuple[str, ...]:
    """Codes of the languages to listen for: the one named and English, or all when it is not known to us."""
    code = (lang or "").partition("-")[0].lower()
    if code not in SPOKEN:
        return tuple(SPOKEN)
    return (code,) if code == ALWAYS else (code, ALWAYS)


@cache
def scanner(code: str, language: str = "") -> Scanner:
    """The compiled scanner of a registered language.

    Args:
        code: of the language that is listened for.
        language: code of the language of the text, if known: its own words ("o" in Portuguese) are no foreign numbers.
    """
    if language not in SPOKEN or language == code:
        return Scanner(SPOKEN[code])
    own = SPOKEN[language]
    return Scanner(SPOKEN[code], frozenset((*own.words, *own.fillers, *own.hesitations, *own.stops)))


@cache
def number_words(lang: str | None) -> frozenset[str]:
    """Words that are digits or numbers in the languages to listen for."""
    words = ((word, role) for code in languages(lang) for word, (role, _) in SPOKEN[code].words.items())
    return frozenset(word for word, role in words if role in _COUNTING)


@lru_cache(64)
def number_forms(lang: str | None) -> frozenset[bytes]:
    """The same as they stand in an 8-bit view."""
    return frozenset(view(word) for word in number_words(lang))


@cache
def digit_words(lang: str | None) -> dict[str, tuple[str, ...]]:
    """For each digit the sign itself and the words for it in the languages to listen for."""
    units = [
        (word, value)
        for code in languages(lang)
        for word, (role, value) in SPOKEN[code].words.items()
        if role is Role.UNIT
    ]
    return {digit: (digit, *(word for word, value in units if value == digit)) for digit in "0123456789"}
