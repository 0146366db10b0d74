"""One pass over a text that tells which detectors have anything to look for.

Rule: a gate may open in vain, never stay shut in vain; what a detector finds is found with all gates open too.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import re2

from razdar.core.redaction import spoken, vocabulary
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS, Find
from razdar.core.redaction.folding import IDEOGRAPH
from razdar.core.redaction.patterns import options

_NAMING = (
    Cue.CVV, Cue.EXPIRY, Cue.PIN, Cue.SECRET, Cue.ACCOUNT, Cue.CARD, Cue.REFERENCE, Cue.NATIONAL_ID, Cue.TAX_ID,
    Cue.PASSPORT, Cue.DRIVER_LICENSE, Cue.DOC_ID, Cue.VEHICLE, Cue.IBAN, Cue.ZIP, Cue.DOB,
)  # fmt: skip


class Gates:
    """All gates as one set.

    Attributes:
        finders: for each gate the detector behind it, or None.
        index: the number of each gate by its name.
        ungated: detectors that are asked about every text.
    """

    def __init__(self, patterns: Mapping[str, bytes], finders: Mapping[str, Find], ungated: tuple[Find, ...]) -> None:
        self._set = re2.Set.SearchSet(options())
        self.index: dict[str, int] = {}
        for name, expression in patterns.items():
            self.index[name] = self._set.Add(expression)
        self._set.Compile()
        self.finders: list[Find | None] = [finders.get(name) for name in patterns]
        self.ungated = ungated

    def open(self, view: bytes) -> Sequence[int]:
        """The numbers of the gates that open for a view."""
        return self._set.Match(view) or ()


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
    words = {word.removesuffix("*") for kind in _NAMING for word in said[kind] if not _is_ideographic(word)}
    # A word inside another opens in vain at worst; boundaries would cost more than they spare.
    shortest = {word for word in words if not any(other != word and other in word for other in words)}
    return alternatives(shortest) + rb"|\x%02x" % IDEOGRAPH


def _is_ideographic(word: str) -> bool:
    return any(char > "\u2e80" for char in word)
