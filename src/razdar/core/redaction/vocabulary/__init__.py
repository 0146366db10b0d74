"""The cue words of each language, one file each: what is said before or after a number, a name or a place.

A file has one mapping, ``WORDS``, from ``Cue`` to words separated by ``|``, as people say and type them. Accents and
case do not matter; a word that ends in ``*`` may go on ("telefon*" for all of its cases).
"""

import pkgutil
from collections import defaultdict
from functools import cache
from importlib import import_module

from razdar.core.redaction.cues import Kind

LANGUAGES = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def words() -> dict[Kind, tuple[str, ...]]:
    """For each kind of cue the words of all languages."""
    found: dict[Kind, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        for kind, texts in import_module(f"{__name__}.{language}").WORDS.items():
            found[kind].extend(word.strip() for word in texts.split("|"))
    return {kind: tuple(dict.fromkeys(its_words)) for kind, its_words in found.items()}
