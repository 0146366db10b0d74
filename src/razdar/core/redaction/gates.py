"""One pass over a text that tells which detectors have anything to look for.

Rule: a gate may open in vain, never stay shut in vain; what a detector finds is found with all gates open too.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

import re2

from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.patterns import options

MOST_TOGETHER = 14
"""Gates in one set. RE2 makes the states of a set while it reads; with many more gates there are so many states that it
forgets them as fast as it makes them, and reading takes a hundred times as long."""


class Gates:
    """All gates in a few sets: those of each language, of which only some are asked, and the others.

    Args:
        patterns: for each gate its pattern, for RE2 over 8-bit views.
    """

    def __init__(self, patterns: Mapping[str, bytes]) -> None:
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
    return code if " " in name and code in SPOKEN else _ANY


def spoken_gate(code: str) -> str:
    """The name of the gate of a language's number words."""
    return f"spoken {code}"


def bridge_gate(code: str) -> str:
    """The name of the gate of a language's fillers between written digits."""
    return f"bridge {code}"
