"""What is made once of everything that is registered: the gates, the cue words, and who stands behind each gate."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from razdar.core.redaction import detectors, lookalikes, spoken, vocabulary
from razdar.core.redaction.bridges import alternatives, is_ideographic
from razdar.core.redaction.cues import Cue, Lexicon
from razdar.core.redaction.detection import DETECTORS, READERS, Find, Read
from razdar.core.redaction.folding import IDEOGRAPH
from razdar.core.redaction.gates import Gates, bridge_gate, spoken_gate
from razdar.core.redaction.identifiers import cue_words
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan, Tools

__all__ = ["Finders", "detectors", "finders", "readers", "scanned"]

_NAMING = (
    Cue.CVV, Cue.EXPIRY, Cue.PIN, Cue.SECRET, Cue.PASSWORD, Cue.ACCOUNT, Cue.CARD, Cue.REFERENCE, Cue.NATIONAL_ID,
    Cue.TAX_ID, Cue.PASSPORT, Cue.DRIVER_LICENSE, Cue.DOC_ID, Cue.VEHICLE, Cue.IBAN, Cue.ZIP, Cue.DOB,
)  # fmt: skip


class Finders(NamedTuple):
    """Who searches whole texts: behind each gate, and whatever the gates say."""

    behind: Mapping[str, Find]
    ungated: tuple[Find, ...]


def scanned(text: str, lang: str | None = None) -> Scan:
    """A text made ready for the detectors.

    Args:
        lang: BCP 47 tag of its language if known.
    """
    return Scan(text, lang, _tools())


@cache
def finders() -> Finders:
    """The registered detectors."""
    return Finders(
        {name: entry.find for name, entry in DETECTORS.items() if entry.gate is not None},
        tuple(entry.find for entry in DETECTORS.values() if entry.gate is None),
    )


@cache
def readers(digits: int) -> tuple[Read, ...]:
    """Who judges digit strings of so many digits."""
    return tuple(entry.read for entry in READERS.values() if entry.shortest <= digits <= entry.longest)


@cache
def _tools() -> Tools:
    patterns = {name: entry.gate for name, entry in DETECTORS.items() if entry.gate is not None}
    patterns[lookalikes.NAME] = lookalikes.GATE
    for code in spoken.SPOKEN:
        patterns[spoken_gate(code)] = spoken.scanner(code).gate
        patterns[bridge_gate(code)] = spoken.scanner(code).bridge.gate
    words = {kind: list(its_words) for kind, its_words in vocabulary.words().items()}
    for kind, its_words in cue_words().items():
        words.setdefault(kind, []).extend(its_words)
    return Tools(Gates(patterns), Lexicon(words), pattern(_short_numbers()))


def _short_numbers() -> bytes:
    """A pattern for the words that make a short number worth a look."""
    said = vocabulary.words()
    known = [*(said[kind] for kind in _NAMING), *cue_words().values()]
    words = {word.removesuffix("*") for its_words in known for word in its_words if not is_ideographic(word)}
    # A word inside another opens in vain at worst; boundaries would cost more than they spare.
    shortest = {word for word in words if not any(other != word and other in word for other in words)}
    hidden = rb"[a-z]\x01[a-z]"  # a word with something inside that nobody sees
    return alternatives(shortest) + rb"|" + hidden + rb"|\x%02x" % IDEOGRAPH
