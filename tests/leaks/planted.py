"""What must not be found: the demo's planted strings, and windows of its speech."""

import io
from collections.abc import Iterator
from functools import cache

import soundfile

from razdar.demo_content.calls import CALLS, DemoCall, planted
from tests.leaks.scanner import Scanner
from tests.leaks.sound import Samples, Window, cut, loudest

AGENT, CUSTOMER = 0, 1
STRINGS = frozenset(planted())
_SAID = ("zero two zero,", "five five five,", "five one nine one two three,", "six zero one one,")


def everything() -> frozenset[str]:
    """The names of all that is planted."""
    return STRINGS | {window.name for window in windows()}


@cache
def scanner() -> Scanner:
    """Searches for all of it."""
    return Scanner(STRINGS, windows())


@cache
def windows() -> tuple[Window, ...]:
    """Of each call: the loudest speech of both parties, and the number the customer says."""
    return tuple(window for call in CALLS for window in _of(call))


def pcm(call: DemoCall) -> Samples:
    """The call's sound: int16 of (frames, channels)."""
    samples: Samples
    samples, _rate = soundfile.read(io.BytesIO(call.audio()), dtype="int16", always_2d=True)
    return samples


def _of(call: DemoCall) -> Iterator[Window]:
    sound = pcm(call)
    for party, channel in (("agent", AGENT), ("customer", CUSTOMER)):
        yield from cut(f"{call.name}: {party}", sound, channel, loudest(sound[:, channel]))
    yield from cut(f"{call.name}: number", sound, CUSTOMER, _number(call))


def _number(call: DemoCall) -> int:
    """The frame at which the customer begins to say a number."""
    words = [word for word in call.words() if word.channel == CUSTOMER]
    for place, word in enumerate(words):
        said = " ".join(each.text.lower() for each in words[place : place + 6])
        if said.startswith(_SAID):
            return round(word.start * 8000)
    raise LookupError(call.name)
