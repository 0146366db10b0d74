"""Running an engine: a child process that is fed, watched and, when it must be, killed.

* The sound goes to it over a pipe and the words come back over another: it touches no file, no memfd, no /dev/shm.
* It inherits nothing: no descriptor but its own two pipes, no variable of ours, no address of a database, no key.
* Whoever starts it is closed to others of its account first, for the rest of its life: memory, environment, files.
* It is killed when it says nothing for too long, or is not ready after a time that goes with the length of the sound.
* What it answers is read by the strict reader of `razdar.interactions.engine_lines`, and believed only as a whole.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from razdar.core.redaction import Transcript
from razdar.interactions import engine_walls
from razdar.interactions.audio import Audio
from razdar.interactions.engine_lines import (
    LONGEST_LINE,
    MOST_BYTES,
    EngineCrashed,
    EngineFailed,
    EngineHung,
    EngineNonsense,
    EngineOutOfMemory,
    Lines,
)
from razdar.interactions.transcribers.base import Engine

_HANDED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
_ALONE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "HOME": "/nonexistent",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_PIECE = 1 << 16
_CHILD = "import sys; from razdar.interactions.engine_walls import main; sys.exit(main(sys.argv[2:], sys.argv[1]))"


@dataclass(frozen=True)
class Limits:
    """What an engine may use.

    Attributes:
        memory: bytes of address space beside the model and the sound.
        still_seconds: how long it may say nothing, while loading or listening.
        times_length: how many times the sound's length all of it may take, on top of `still_seconds`.
    """

    memory: int = 3 << 30
    still_seconds: float = 600.0
    times_length: float = 20.0


@dataclass(frozen=True)
class Chosen:
    """An engine with its model, and what it may use."""

    name: str
    engine: Engine
    folder: Path | None
    limits: Limits = Limits()

    def hear(self, sound: Audio, language: str) -> Transcript:
        """The words of a sound; none where the engine heard none.

        Raises:
            EngineFailed: it crashed, hung, ran out of memory or talked nonsense; it is gone by then.
        """
        lines = Lines(sound.duration_ms, sound.channels)
        arguments = (self.name, self.engine.module, str(self._memory(sound)), str(self.folder or ""))
        with started("razdar.interactions.engine_child", arguments) as process, _fed(process, sound, language):
            _read(process, lines, self._deadlines(sound))
            _judge(lines)
        words = tuple(sorted(lines.words, key=lambda word: (word.start_ms, word.channel)))
        return Transcript(language or None, words, sound.duration_ms, sound.channels)

    def _deadlines(self, sound: Audio) -> "_Deadlines":
        longest = self.limits.still_seconds + self.limits.times_length * sound.duration_ms / 1000
        return _Deadlines(self.limits.still_seconds, time.monotonic() + longest)

    def _memory(self, sound: Audio) -> int:
        """Sound is held as it came and as the engine wants it."""
        return self.limits.memory + model_memory(self.folder) + 16 * sound.pcm.nbytes


def model_memory(folder: Path | None) -> int:
    """Bytes for a loaded model, which takes up to four times its files."""
    return 4 * sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder else 0


@contextmanager
def started(child: str, arguments: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A confined process that goes on with a module's `main`; it is gone when this ends.

    Args:
        child: the module, for example `razdar.interactions.engine_child`.
        arguments: as of `engine_walls.main`.

    Raises:
        EngineFailed: this process cannot be closed to it.
    """
    try:
        engine_walls.seal_off()
    except OSError:
        raise EngineFailed("This system cannot keep an engine out of the process that starts it.") from None
    process = subprocess.Popen(
        (sys.executable, "-B", "-P", "-c", _CHILD, child, *arguments),
        env=_environment(),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()  # it has no others: it cannot start any
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


@dataclass
class _Deadlines:
    still_seconds: float
    end: float

    def left(self) -> float:
        return min(self.still_seconds, self.end - time.monotonic())


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    return {**kept, **_ALONE, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@contextmanager
def _fed(process: "subprocess.Popen[bytes]", sound: Audio, language: str) -> Iterator[None]:
    """Write the sound while the answer is being read; one thread cannot wait for both."""
    feeder = threading.Thread(target=_feed, args=(process, sound, language), name="engine-sound", daemon=True)
    feeder.start()
    try:
        yield
    finally:
        process.kill()  # ends a write that waits for a reader
        feeder.join()


def _feed(process: "subprocess.Popen[bytes]", sound: Audio, language: str) -> None:
    assert process.stdin is not None  # noqa: S101 - asked for
    head = {"rate": sound.rate, "channels": sound.channels, "frames": len(sound.pcm), "language": language}
    with suppress(OSError):  # it is gone; whoever reads its answer says so
        process.stdin.write(json.dumps(head).encode() + b"\n")
        for first in range(0, len(sound.pcm), _PIECE):
            process.stdin.write(sound.pcm[first : first + _PIECE].astype("<i2").tobytes())
        process.stdin.close()


def _read(process: "subprocess.Popen[bytes]", lines: Lines, deadlines: _Deadlines) -> None:
    """Read the answer to its end."""
    rest, total = b"", 0
    for data in _pieces(process, deadlines):
        total += len(data)
        *whole, rest = (rest + data).split(b"\n")
        if total > MOST_BYTES or len(rest) > LONGEST_LINE:
            raise EngineNonsense("The transcription engine does not stop talking.")
        for line in whole:
            lines.take(line)
    if rest:
        raise EngineNonsense("The transcription engine stopped in the middle of a line.")


def _pieces(process: "subprocess.Popen[bytes]", deadlines: _Deadlines) -> Iterator[bytes]:
    assert process.stdout is not None  # noqa: S101 - asked for
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(deadlines.left(), 0)):
            data = os.read(process.stdout.fileno(), _PIECE)
            if not data:
                return
            yield data
    raise EngineHung("The transcription engine did not go on and was ended.")


def _judge(lines: Lines) -> None:
    """Whether what was read is the whole of a good answer."""
    if lines.failed == "memory":
        raise EngineOutOfMemory("The transcription engine needs more memory than it may have.")
    if lines.failed:
        raise EngineFailed("The transcription engine could not do it.")
    if not lines.done:
        raise EngineCrashed("The transcription engine broke off.")
