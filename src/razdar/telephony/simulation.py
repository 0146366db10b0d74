"""A call from a file, streamed to a recorder exactly as Asterisk streams one: two connections, one for each side.

The left channel is the agent, the right one the customer; a file with one channel is the customer's. What is not mu-law
at 8 kHz becomes it, in memory. Frames are sent on time by the clock, so that a slow one does not delay those after it.
"""

import asyncio
import base64
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from razdar.core.errors import Unavailable
from razdar.interactions.audio import Audio
from razdar.telephony import mulaw
from razdar.telephony.recording import wire
from razdar.telephony.recording.live import FRAME_BYTES
from razdar.telephony.tokens import Credentials

FRAME_SECONDS = 0.02
MEETING_SECONDS = 2.0
ALL_AT_ONCE = 50
"""Frames between two moments of giving way, where there is no clock to keep to."""


_OF_ANOTHER_NAME = frozenset({62, 63, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, EMAIL_, IP_ADDRESS_
_STATUS: Mapping[int, str] = {
    401: "it does not know this exchange, or its secret is another one",
    404: "it does not know the one-time id of the call, or that was used before",
    503: "it takes no more streams now, or its keys or database are away",
}


@dataclass(frozen=True)
class Target:
    """Where to stream to.

    Attributes:
        urls: of recorders; when one goes, the next is tried.
        tls: whom to believe.
        credentials: of the exchange that streams.
    """

    urls: Sequence[str]
    tls: ssl.SSLContext = field(repr=False)
    credentials: Credentials


@dataclass(frozen=True)
class Sent:
    """What was sent of one side: frames, and connections it took."""

    frames: int
    connections: int


def sides(sound: Audio) -> dict[str, bytes]:
    """The mu-law of each side of a sound file."""
    pcm = _at_8k(sound)
    caller = pcm[:, -1]
    agent = pcm[:, 0] if pcm.shape[1] > 1 else np.zeros_like(caller)
    return {"in": mulaw.encoded(caller), "out": mulaw.encoded(agent)}


async def both(
    target: Target, taps: Mapping[str, Sequence[str]], heard: Mapping[str, bytes], speed: float
) -> dict[str, Sent]:
    """Stream the sides of a call, all from the same moment on.

    Raises:
        Unavailable: no recorder takes one of them.
    """
    start = asyncio.Barrier(len(heard))
    streams = (stream(target, taps[side], sound, speed, start) for side, sound in heard.items())
    return dict(zip(heard, await asyncio.gather(*streams), strict=True))


async def stream(
    target: Target, taps: Sequence[str], heard: bytes, speed: float, start: asyncio.Barrier | None = None
) -> Sent:
    """Stream one side of a call, from one recorder to the next while there are ids left.

    Args:
        taps: one-time ids of this side.
        heard: mu-law.
        speed: 1 is real time; 0 is as fast as it goes.
        start: where sides wait for one another once they are connected; not for long.

    Raises:
        Unavailable: no recorder takes it.
    """
    frames = [heard[at : at + FRAME_BYTES] for at in range(0, len(heard) - FRAME_BYTES + 1, FRAME_BYTES)]
    clock = _Clock(speed)
    sent = connections = 0
    cause = "there is no id for it"
    for number, tap in enumerate(taps):
        try:
            async with _connection(target, number, tap) as socket:
                connections += 1
                await socket.send(_media_start(number))
                if start and not sent:
                    await _meet(start)
                clock.begin()
                sent = await _send(socket, frames, sent, clock)
                if sent == len(frames):
                    return Sent(sent, connections)
            cause = "it ended the connection"
        except (OSError, InvalidHandshake, WebSocketException, TimeoutError) as error:
            cause = _cause(error)
            await asyncio.sleep(0.05)
        sent = clock.missed(sent, len(frames))
    raise Unavailable(f"No recorder takes this stream. Of the last one that was asked: {cause}.")


def _cause(error: Exception) -> str:
    """Why a recorder did not take a stream, as far as the one who streams can know."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return _STATUS.get(status, f"it answered with status {status}")
    if isinstance(error, ssl.SSLError):
        return _tls_cause(error)
    if isinstance(error, InvalidURI):
        return "its address is none"
    if isinstance(error, OSError):  # refused, unknown, unreachable, or in time no answer
        return "nothing answers at its address"
    return "it broke the connection off"


def _tls_cause(error: ssl.SSLError) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "it does not speak TLS as it should"
    if error.verify_code in _OF_ANOTHER_NAME:
        return "its certificate is for another name than that in its address"
    return "its certificate is not believed here; name whom to believe with --ca FILE"


async def _meet(start: asyncio.Barrier) -> None:
    with suppress(TimeoutError, asyncio.BrokenBarrierError):
        await asyncio.wait_for(start.wait(), MEETING_SECONDS)


class _Clock:
    """When which frame is due; what nobody took in its time is lost, as in life."""

    def __init__(self, speed: float) -> None:
        self._step = FRAME_SECONDS / speed if speed else 0.0
        self._started: float | None = None

    def begin(self) -> None:
        if self._started is None:
            self._started = time.monotonic()

    async def wait(self, number: int) -> None:
        if not self._step:
            if number % ALL_AT_ONCE == 0:
                await asyncio.sleep(0)
            return
        due = (self._started or 0.0) + number * self._step
        await asyncio.sleep(max(0.0, due - time.monotonic()))

    def missed(self, number: int, most: int) -> int:
        """The frame that is due now."""
        if not self._step or self._started is None:
            return number
        return min(most, max(number, int((time.monotonic() - self._started) / self._step)))


async def _send(socket: ClientConnection, frames: list[bytes], first: int, clock: _Clock) -> int:
    number = first
    try:
        for number in range(first, len(frames)):
            await clock.wait(number)
            await socket.send(frames[number])
        return len(frames)
    except WebSocketException:
        return number


def _connection(target: Target, number: int, tap: str) -> connect:
    shown = f"{target.credentials.name}:{target.credentials.secret}".encode()
    return connect(
        f"{target.urls[number % len(target.urls)]}?tap={tap}",
        ssl=target.tls,
        subprotocols=[Subprotocol(wire.PROTOCOL)],
        additional_headers={"Authorization": f"Basic {base64.b64encode(shown).decode()}"},
        user_agent_header=None,
        compression=None,
        open_timeout=5,
        proxy=None,
        ping_interval=None,
    )


def _media_start(number: int) -> str:
    return (
        f"MEDIA_START connection_id:recorder-{'ab'[number % 2]} channel:WebSocket/recorder/0x1 "
        f"channel_id:simulated.{number} format:ulaw optimal_frame_size:{FRAME_BYTES} ptime:20"
    )


def _at_8k(sound: Audio) -> NDArray[np.int16]:
    """The sound at 8 kHz, shape (frames, channels): each frame the mean of those it stands for."""
    if sound.rate == mulaw.RATE:
        return sound.pcm
    count = len(sound.pcm) * mulaw.RATE // sound.rate
    ends = (np.arange(count + 1) * sound.rate) // mulaw.RATE
    sums = np.concatenate((np.zeros((1, sound.channels)), np.cumsum(sound.pcm, axis=0, dtype=np.float64)))
    means = (sums[ends[1:]] - sums[ends[:-1]]) / np.diff(ends)[:, np.newaxis]
    return np.rint(means).astype(np.int16)
