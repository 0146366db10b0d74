"""The vectors as texts with marks; see README.md beside this file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
LATER = FOLDER / "later"
RANDOM = FOLDER / "random"
LANGUAGES = ("en", "fa", "hi", "pl", "pt", "zh")
_TYPES_TEXT = (
    "CARD CVV EXPIRY PIN SECRET PASSWORD IBAN ACCOUNT PHONE EMAIL NATIONAL_ID TAX_ID PASSPORT DRIVER_LICENSE VEHICLE "
    "REFERENCE DOB ADDRESS ZIP PERSON URL IP MAC USERNAME"
)
TYPES = frozenset(_TYPES_TEXT.split())
_MARK = re.compile(r"⟦([A-Z_]+):(.*?)⟧", re.DOTALL)


class Marked(NamedTuple):
    """A text without its marks, and what was marked: start and end in code points, end exclusive, and the type."""

    text: str
    marks: tuple[tuple[int, int, str], ...]


class Vector(NamedTuple):
    """One vector; a text alone is one turn of nobody in particular."""

    id: str
    note: str
    turns: tuple[tuple[str, Marked], ...]

    @property
    def is_negative(self) -> bool:
        """Whether there is nothing to conceal."""
        return not any(turn.marks for _speaker, turn in self.turns)


def vectors(language: str, folder: Path = FOLDER) -> Iterator[Vector]:
    """The vectors of one language."""
    for line in (folder / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        turns = entry["turns"] if "turns" in entry else [("", entry["text"])]
        yield Vector(entry["id"], entry["note"], tuple((speaker, marked(said)) for speaker, said in turns))


def marked(written: str) -> Marked:
    """A text with its marks taken out."""
    text, at = "", 0
    marks: list[tuple[int, int, str]] = []
    for match in _MARK.finditer(written):
        text += written[at : match.start()]
        marks.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return Marked(text + written[at:], tuple(marks))
