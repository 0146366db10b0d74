"""Spoken numbers, one file for each language.

Importing this package registers every language found in it; a new language is one new file that registers a
``SpokenLanguage`` under its ISO 639 code.
"""

import pkgutil
from functools import cache
from importlib import import_module

from razdar.core.redaction.digits import Scanner
from razdar.core.redaction.numerals import SPOKEN

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

ALWAYS = "en"
"""English digits are said inside every language."""


def languages(lang: str | None) -> tuple[str, ...]:
    """Codes of the languages to listen for: the one named and English, or all when it is not known to us."""
    code = (lang or "").partition("-")[0].lower()
    if code not in SPOKEN:
        return tuple(SPOKEN)
    return (code,) if code == ALWAYS else (code, ALWAYS)


@cache
def scanner(code: str) -> Scanner:
    """The compiled scanner of a registered language."""
    return Scanner(SPOKEN[code])
