"""Finds planted strings and planted sound in bytes, however they are written, coded or packed.

Each source is searched for the literal forms of every string (`needles`), for what its transcripts say (`spoken`), for
the sound its bytes would make (`sound`), and for all of this in whatever is packed in it at any offset (`containers`),
down to four levels. Nothing is skipped but what was searched already: sources with equal bytes are searched once.

Where it ends: what a database packed in its own way is found by reading its tables through SQL (`sources`); a
compressed stream that lost its beginning, and a form that nobody thought of, are not found.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.leaks.containers import sounds, unpacked
from tests.leaks.needles import Literals
from tests.leaks.sound import Window, Windows, readings
from tests.leaks.spoken import digits_said, spoken

DEEPEST = 4
_THREADS = 2  # RE2 and the Fourier transform run outside Python's lock


@dataclass(frozen=True)
class Source:
    """Bytes to search, and where they come from."""

    name: str
    data: bytes = field(repr=False)


@dataclass
class Report:
    """What was found, and how much was searched.

    Attributes:
        places: for each needle or window found, where.
        sources, size: number of sources and their bytes together.
    """

    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sources: int = 0
    size: int = 0

    @property
    def found(self) -> set[str]:
        return set(self.places)

    def __str__(self) -> str:
        lines = [f"{name!r} in {', '.join(sorted(set(where))[:4])}" for name, where in sorted(self.places.items())]
        return "\n".join([f"{len(lines)} found in {self.sources} sources of {self.size / 1e6:.1f} MB", *lines])


class Scanner:
    """Searches for strings and for windows of sound."""

    def __init__(self, strings: Iterable[str], windows: Sequence[Window] = ()) -> None:
        self._literals = Literals(strings)
        self._windows = Windows(windows) if windows else None

    def scan(self, sources: Iterable[Source]) -> Report:
        """Search all sources."""
        report, seen = Report(), set[bytes]()
        with ThreadPoolExecutor(_THREADS) as pool:
            for batch in _batches(_new(sources, report, seen)):
                for source, found in zip(batch, pool.map(self._search, batch), strict=True):
                    for needle, where in found:
                        report.places[needle].append(f"{source.name}{where}")
        return report

    def _search(self, source: Source) -> set[tuple[str, str]]:
        return set(self._in_bytes(source.data, "", 0))

    def _in_bytes(self, data: bytes, where: str, depth: int) -> Iterator[tuple[str, str]]:
        yield from ((name, where) for name in self._strings(data))
        if self._windows:
            for reading in readings(data):
                yield from ((name, f"{where} (raw)") for name in self._windows.found(reading))
            for inside, pcm in sounds(data):
                for channel in pcm.T:
                    yield from ((name, f"{where}>{inside}") for name in self._windows.found(channel))
        if depth < DEEPEST:
            for inside, inner in unpacked(data):
                yield from self._in_bytes(inner, f"{where}>{inside}", depth + 1)

    def _strings(self, data: bytes) -> set[str]:
        found = self._literals.found(data)
        for text in spoken(data):
            found |= self._literals.found(text) | self._literals.numbers_found(digits_said(text))
        return found


def _new(sources: Iterable[Source], report: Report, seen: set[bytes]) -> Iterator[Source]:
    """Count every source, and pass on those whose bytes were not seen before."""
    for source in sources:
        report.sources += 1
        report.size += len(source.data)
        digest = hashlib.sha256(source.data).digest()
        if source.data and digest not in seen:
            seen.add(digest)
            yield source


def _batches(sources: Iterator[Source]) -> Iterator[list[Source]]:
    """A few sources at a time, so that not all of them are in memory."""
    batch: list[Source] = []
    for source in sources:
        batch.append(source)
        if len(batch) == 4 * _THREADS:
            yield batch
            batch = []
    yield batch
