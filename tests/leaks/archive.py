"""An archive of recorded calls and its table, some of its rows broken, each in one of twelve ways."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import soundfile

from razdar.demo_content import people
from razdar.demo_content.calls import CALLS
from tests.leaks.waves import wave

HEADER = "call id,file,customer number,start,transcript,duration"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WAYS = (
    "missing-file",
    "empty-file",
    "not-sound",
    "truncated",
    "damaged",
    "channels",
    "outside",
    "no-customer",
    "started_at",
    "duration",
    "twice",
    "columns",
)
_SOUNDS = 8
_CHANGES = {
    "outside": (1, "../calls.csv"),
    "no-customer": (2, "QU-000000"),
    "started_at": (3, "yesterday"),
    "duration": (5, "99"),
    "twice": (0, "c{}"),
    "columns": (4, ""),
}
"""Which cell of a broken row says what; the file's name where nothing is said."""


@dataclass
class Archive:
    """A folder with recordings and their table.

    Attributes:
        table: the manifest.
        good: when each call began whose row is good.
        bad: line and reason of each row that is not.
    """

    folder: Path
    table: Path = field(init=False)
    good: list[datetime] = field(default_factory=list)
    bad: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.bad)


def made(folder: Path, rows: int, broken: int) -> Archive:
    """An archive of so many rows, evenly spread ones of which are broken; its last rows are the demo's calls."""
    folder.mkdir()
    for name, data in _files():
        (folder / name).write_bytes(data)
    archive = Archive(folder)
    references = [one.reference for one in people.customers(0)[:90]]
    every = rows // broken
    with (folder / "calls.csv").open("w") as table:
        table.write(f"{HEADER}\n")
        for number in range(rows):
            way = WAYS[number // every % len(WAYS)] if number % every == every - 1 else ""
            table.write(_row(archive, number, references[number % len(references)], way))
        for number, call in enumerate((each for each in CALLS if not each.client_index), rows):
            began = FIRST + timedelta(minutes=number)
            table.write(f"c{number},{call.name}.flac,{call.customer_reference},{began.isoformat()},{call.name}.json,\n")
            archive.good.append(began)
    archive.table = folder / "calls.csv"
    return archive


def _row(archive: Archive, number: int, reference: str, way: str) -> str:
    began = FIRST + timedelta(minutes=number)
    cells = [f"c{number}", f"{number:06}.wav", reference, began.isoformat(), "", "0.25"]
    os.link(archive.folder / f"sound-{number % _SOUNDS}.wav", archive.folder / cells[1])
    if not way:
        archive.good.append(began)
        return f"{','.join(cells)}\n"
    archive.bad[number + 2] = way
    place, value = _CHANGES.get(way, (1, f"{way}.bin"))
    cells[place] = value.format(number - 1)
    return f"{','.join(cells[:-1] if way == 'columns' else cells)}\n"


def _files() -> Iterator[tuple[str, bytes]]:
    for number in range(_SOUNDS):
        yield f"sound-{number}.wav", _tone(number)
    yield "empty-file.bin", b""
    yield "not-sound.bin", b"Dear Sir or Madam"
    yield "truncated.bin", wave(800, promised=1_000_000)
    yield "damaged.bin", CALLS[0].audio()[:90_000]
    yield "channels.bin", _tone(0, channels=3)
    for call in CALLS:
        yield f"{call.name}.flac", call.audio()
        yield f"{call.name}.json", call.transcript()


def _tone(number: int, channels: int = 1) -> bytes:
    """A quarter of a second."""
    out = io.BytesIO()
    tone = (np.sin(np.arange(2000) * (0.1 + number / 20)) * 8000).astype(np.int16)
    soundfile.write(out, np.stack([tone] * channels, 1), 8000, format="WAV")
    return out.getvalue()
