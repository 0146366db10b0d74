"""One pass over a text that tells which detectors have anything to look for.

Rule: a gate may open in vain, never stay shut in vain; what a detector finds is found with all gates open too.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import re2

from razdar.core.redaction import spoken, vocabulary
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS, Find
from razdar.core.redaction.folding import IDEOGRAPH
from razdar.core.redaction.identifiers import cue_words
from razdar.core.redaction.patterns import options

_NAMING = (
    Cue.CVV, Cue.EXPIRY, Cue.PIN, Cue.SECRET, Cue.ACCOUNT, Cue.CARD, Cue.REFERENCE, Cue.NATIONAL_ID, Cue.TAX_ID,
    Cue.PASSPORT, Cue.DRIVER_LICENSE, Cue.DOC_ID, Cue.VEHICLE, Cue.IBAN, Cue.ZIP, Cue.DOB,
)  # fmt: skip


MOST_TOGETHER = 14
"""Gates in one set. RE2 makes the states of a set while it reads; with many more gates there are so many states that it
forgets them as fast as it makes them, and reading takes a hundred times as long."""


class Gates:
    """All gates in a few sets: those of each language, of which only some are asked, and the others.

    Attributes:
        finders: for each gate the detector behind it, if there is one.
        ungated: detectors that are asked about every text.
    """

    def __init__(self, patterns: Mapping[str, bytes], finders: Mapping[str, Find], ungated: tuple[Find, ...]) -> None:
        families: dict[str, list[str]] = defaultdict(list)
        for name in patterns:
            families[_language_of(name)].append(name)
        self._sets = {
            language: tuple(
                _Set({name: patterns[name] for name in names[at : at + MOST_TOGETHER]})
                for at in range(0, len(names), MOST_TOGETHER)
            )
            for language, names in families.items()
        }
        self.finders = finders
        self.ungated = ungated

    def open(self, view: bytes, languages: tuple[str, ...]) -> list[str]:
        """The gates that open for a view, those of other languages left out."""
        found: list[str] = []
        for language in (_ANY, *languages):
            for together in self._sets.get(language, ()):
                hits = together.match(view)
                if hits:
                    names = together.names
                    found.extend([names[hit] for hit in hits])
        return found


class _Set:
    """Patterns that are looked for together."""

    __slots__ = ("match", "names")

    def __init__(self, patterns: Mapping[str, bytes]) -> None:
        together = re2.Set.SearchSet(options())
        for expression in patterns.values():
            together.Add(expression)
        together.Compile()
        self.names = tuple(patterns)
        self.match: Callable[[bytes], list[int] | None] = together.Match


_ANY = ""


def _language_of(name: str) -> str:
    """The language at the end of a gate's name ("email pl"), or none."""
    code = name.rpartition(" ")[2]
    return code if " " in name and code in spoken.SPOKEN else _ANY


def spoken_gate(code: str) -> str:
    """The name of the gate of a language's number words."""
    return f"spoken {code}"


def bridge_gate(code: str) -> str:
    """The name of the gate of a language's fillers between written digits."""
    return f"bridge {code}"


@cache
def gates() -> Gates:
    """The gates of everything that is registered."""
    from razdar.core.redaction import detectors  # noqa: F401 - registers all of them

    patterns: dict[str, Any] = {}
    finders: dict[str, Find] = {}
    ungated: list[Find] = []
    for name, entry in DETECTORS.items():
        if entry.gate is None:
            ungated.append(entry.find)
        else:
            patterns[name], finders[name] = entry.gate, entry.find
    for code in spoken.SPOKEN:
        patterns[spoken_gate(code)] = spoken.scanner(code).gate
        patterns[bridge_gate(code)] = spoken.scanner(code).bridge.gate
    return Gates(patterns, finders, tuple(ungated))


@cache
def short_numbers() -> bytes:
    """A pattern for the words that make a short number worth a look."""
    said = vocabulary.words()
    known = [*(said[kind] for kind in _NAMING), *cue_words().values()]
    words = {word.removesuffix("*") for its_words in known for word in its_words if not _is_ideographic(word)}
    # A word inside another opens in vain at worst; boundaries would cost more than they spare.
    shortest = {word for word in words if not any(other != word and other in word for other in words)}
    return alternatives(shortest) + rb"|\x%02x" % IDEOGRAPH


def _is_ideographic(word: str) -> bool:
    return any(char > "\u2e80" for char in word)
