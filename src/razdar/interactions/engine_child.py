"""The process of a transcription engine: from sound on one pipe to words on another.

Started by `razdar.interactions.engine_process` with four arguments: name and module of the engine, bytes of memory,
folder of the model. It begins in `razdar.interactions.engine_walls`, and is confined when it comes here.

Rules:
1. Standard input is one line of JSON (rate, channels, frames, language) and then the samples, 16 bit, little-endian,
   channel after channel in turn. Fewer or more bytes than announced are an error.
2. Standard output is what `razdar.interactions.engine_lines` reads. Whatever a library prints goes nowhere: it could be
   words that somebody said.
3. Times that an engine gives a little outside the sound, or a little backwards, are brought into order here; nothing is
   added.
"""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from razdar.interactions.engine_walls import apart
from razdar.interactions.resampling import resampled
from razdar.interactions.transcribers.base import ENGINES, Ear, Heard


@dataclass(frozen=True)
class _Sound:
    """int16 of (frames, channels)."""

    pcm: NDArray[np.int16] = field(repr=False)
    rate: int
    language: str


def main(arguments: list[str], empty: int) -> int:
    """Listen once and end.

    Args:
        arguments: see above.
        empty: a descriptor of /dev/null, open both ways; it is closed.
    """
    name, module, _, folder = arguments
    said, out = apart(empty)
    try:
        sound = _read(out)
    except (ValueError, KeyError, TypeError, OSError):
        return _failed(said, "sound")
    importlib.import_module(module)
    return _listen(said, ENGINES[name].load, Path(folder) if folder else None, sound, ENGINES[name].rate)


def _listen(
    said: BinaryIO, load: Callable[[Path | None], Ear], folder: Path | None, sound: _Sound, rate: int | None
) -> int:
    try:
        ear = load(folder)
    except MemoryError:
        return _failed(said, "memory")
    except Exception:  # noqa: BLE001 - the edge of a process: a library's error may quote what it read
        return _failed(said, "model")
    try:
        _say(said, {"ready": True})
        words = sum(_tell(said, ear, sound, channel, rate) for channel in range(sound.pcm.shape[1]))
        _say(said, {"done": words})
    except MemoryError:
        return _failed(said, "memory")
    except Exception:  # noqa: BLE001 - as above
        return _failed(said, "engine")
    return 0


def _tell(said: BinaryIO, ear: Ear, sound: _Sound, channel: int, rate: int | None) -> int:
    """Hear one channel; how many words there were."""
    lane = np.ascontiguousarray(sound.pcm[:, channel])
    length = len(lane) * 1000 // sound.rate / 1000
    if rate is not None:
        lane = resampled(lane, sound.rate, rate)
    count, start, until = 0, 0.0, 0.0
    for passage in ear.hear(lane, rate or sound.rate, sound.language):
        words = []
        for word in passage.words:
            if word.text.strip():
                start = min(max(word.start, start), length)
                words.append(_entry(word, start, min(max(word.end, start), length)))
        until = min(max(passage.until, until), length)
        _say(said, {"channel": channel, "until": until, "words": words})
        count += len(words)
    return count


def _entry(word: Heard, start: float, end: float) -> dict[str, Any]:
    sure = min(max(float(word.confidence), 0.0), 1.0)
    return {"w": word.text.strip(), "s": float(start), "e": float(end), "p": round(sure, 3)}


def _say(said: BinaryIO, line: dict[str, Any]) -> None:
    said.write(json.dumps(line, allow_nan=False).encode() + b"\n")
    said.flush()


def _failed(said: BinaryIO, why: str) -> int:
    _say(said, {"failed": why})
    return 1


def _read(out: BinaryIO) -> _Sound:
    """The whole sound.

    Raises:
        ValueError, KeyError, TypeError: it is not what was announced.
    """
    head = json.loads(out.readline(1000))
    shape = (int(head["frames"]), int(head["channels"]))
    data = bytearray(2 * shape[0] * shape[1])
    view = memoryview(data)
    for at in _steps(len(data)):
        view[at.start : at.stop] = out.read(len(at))  # a short read does not fit, which is a ValueError
    if out.read(1):
        raise ValueError
    return _Sound(np.frombuffer(data, "<i2").reshape(shape), int(head["rate"]), str(head["language"]))


def _steps(size: int) -> Iterator[range]:
    for at in range(0, size, 1 << 20):
        yield range(at, min(at + (1 << 20), size))
