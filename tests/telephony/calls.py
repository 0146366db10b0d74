"""Calls for tests: sound whose every frame is known, streamed and read back."""

import asyncio
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import soundfile

from razdar.core.crypto import segments
from razdar.core.crypto.material import wipe
from razdar.core.crypto.segments import Content
from razdar.core.crypto.streams import Marker
from razdar.core.disclosure import Viewer
from razdar.identity.viewers import for_job
from razdar.keys import agent
from razdar.keys.records import StreamRef
from razdar.runtime import objects
from razdar.runtime.scope import scope
from razdar.telephony import jobs, mulaw, selectors, services, simulation
from razdar.telephony.selectors import RecordedCall, RecordedStream
from razdar.telephony.services import NewCall, OpenedCall
from razdar.telephony.simulation import Sent, Target
from tests.world import World

FRAME = 160


MARKS = {"in": 0x80, "out": 0x90}
_REST = [bytes(0xA0 | (start + at) % 16 for at in range(FRAME - 5)) for start in range(16)]


def numbered(seconds: float, side: str = "in") -> bytes:
    """mu-law in which every frame of 20 ms says its number and its side, and nothing is silence."""
    return b"".join(numbered_frame(number, side) for number in range(round(seconds * 50)))


def numbered_frame(number: int, side: str = "in") -> bytes:
    """One of these frames."""
    return bytes(MARKS[side] | (number >> shift & 0xF) for shift in (16, 12, 8, 4, 0)) + _REST[number * 7 % 16]


def numbers(heard: bytes, side: str = "in") -> list[int]:
    """The numbers of the frames in a piece of sound, wherever they begin; silence between them is skipped."""
    found, at = [], 0
    while at + FRAME <= len(heard):
        if heard[at] == mulaw.SILENCE:
            at += 1
            continue
        number = sum((digit & 0xF) << shift for digit, shift in zip(heard[at : at + 5], (16, 12, 8, 4, 0), strict=True))
        assert heard[at : at + FRAME] == numbered_frame(number, side), "a frame was cut or mixed"
        found.append(number)
        at += FRAME
    return found


def job(world: World) -> Viewer:
    return for_job("test", world.client)


def opened(world: World, customer: UUID | None = None) -> OpenedCall:
    return services.open_call(job(world), NewCall(customer or world.customer()))


async def both(target: Target, taps: Mapping[str, Sequence[str]], seconds: float, speed: float = 0) -> dict[str, Sent]:
    """Stream numbered frames on both sides."""
    sides = ("in", "out")
    sent = await asyncio.gather(
        *(simulation.stream(target, taps[side], numbered(seconds, side), speed) for side in sides)
    )
    return dict(zip(sides, sent, strict=True))


def wait_until(done: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def recorded(world: World, call: OpenedCall) -> RecordedCall:
    with scope(world.client):
        return selectors.recorded_call(world.client, call.interaction)


def finish(world: World, call: OpenedCall) -> RecordedCall:
    """Close a call and do its job, as a worker would once every stream is kept."""
    services.close_call(job(world), call.interaction)
    jobs.finish(world.client, call.interaction)
    return recorded(world, call)


@dataclass
class Heard:
    """A stream, opened.

    Attributes:
        sound: mu-law of all of it, silence included.
        markers: in their order, with the frame they stand at.
    """

    sound: bytes
    markers: list[tuple[int, Marker]]


def heard(call: RecordedCall, stream: RecordedStream) -> Heard:
    """Open a bound stream, and check that its segments are all of it and in order."""
    segments.check_order([(one.place, one.tag) for one in stream.segments], whole=stream.whole)
    (key,) = agent.current().unwrap_streams([StreamRef(call.client, call.customer, stream.id)], "test")
    try:
        contents = [
            (one.place, segments.open_segment(key, one.place, objects.get(one.object_name))) for one in stream.segments
        ]
    finally:
        wipe(key)
    sound = b"".join(_sound(content, place.frames) for place, content in contents)
    markers = [(mark.at, mark.marker) for _, content in contents for mark in content.marks]
    return Heard(sound, markers)


def _sound(content: Content, frames: int) -> bytes:
    if not content.sound:
        return bytes((mulaw.SILENCE,)) * frames
    pcm, rate = soundfile.read(io.BytesIO(content.sound), dtype="int16")
    assert (rate, pcm.shape) == (mulaw.RATE, (frames,))
    return mulaw.encoded(np.asarray(pcm, dtype=np.int16))
