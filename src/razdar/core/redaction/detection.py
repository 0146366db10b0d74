"""How a detector is added: one file under ``detectors/`` with a registered function or table.

* ``detector``: looks at the whole text, and only if its gate opens: a linear-time pattern over the 8-bit view without
  which there is nothing to find. All gates are one set that is run once over a text.
* ``reader``: looks at each digit string, written or spoken, of a length it can use, with the cues around it.
* ``identifiers``: numbers of a fixed form with a check digit are rows of a table (see ``identifiers``).

Each yields candidate spans with a score for the evidence; they may overlap, the choice is made by ``spans.resolve``.
None ever raises, whatever the text. The name is the file's path.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from razdar.core.redaction.cues import Company
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.spans import Span
from razdar.core.registry import Registry

if TYPE_CHECKING:
    from razdar.core.redaction.scan import Scan

Find = Callable[["Scan"], Iterable[Span]]
Read = Callable[["Scan", DigitString, Company], Iterable[Span]]
FindT = TypeVar("FindT", bound=Find)
ReadT = TypeVar("ReadT", bound=Read)


class Detector(NamedTuple):
    """Searches a text in which its gate, if it has one, matches."""

    find: Find
    gate: bytes | None


class Reader(NamedTuple):
    """Judges digit strings of so many digits, both ends inclusive."""

    read: Read
    shortest: int
    longest: int


ENDLESS = 1_000_000_000

DETECTORS = Registry[Detector]("detector")
READERS = Registry[Reader]("reader of digit strings")


def detector(name: str, *, gate: bytes | None = None) -> Callable[[FindT], FindT]:
    """Register a function that searches whole texts.

    Args:
        gate: a pattern for RE2 over 8-bit views; None to be asked about every text.
    """

    def add(find: FindT) -> FindT:
        DETECTORS.register(name)(Detector(find, gate))
        return find

    return add


def reader(name: str, *, shortest: int, longest: int = ENDLESS) -> Callable[[ReadT], ReadT]:
    """Register a function that judges digit strings."""

    def add(read: ReadT) -> ReadT:
        READERS.register(name)(Reader(read, shortest, longest))
        return read

    return add
