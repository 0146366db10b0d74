"""The body of a stored transcript, read for a page: words with times, and the stretches that are silent.

Bodies are the JSON that `razdar.core.redaction` writes: concealed words are marked, and a redacted body lists the
muted stretches of each channel.
"""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a transcript as it may be read; times in seconds. `kind`: of what was removed there."""

    text: str = field(repr=False)
    start: float
    end: float
    channel: int
    redacted: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A transcript as it may be read; `muted` in seconds, over all channels together."""

    words: tuple[Spoken, ...] = field(repr=False)
    muted: tuple[tuple[float, float], ...]


EMPTY = Body((), ())


def read(text: str) -> Body:
    """Read a stored body; it was written by this product and has just been authenticated."""
    document = json.loads(text)
    words = tuple(Spoken(w["w"], w["s"], w["e"], w["c"], bool(w.get("r")), w.get("t", "")) for w in document["words"])
    stretches = [(start / 1000, end / 1000) for channel in document.get("muted", ()) for start, end in channel]
    return Body(words, _joined(stretches))


def _joined(stretches: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
