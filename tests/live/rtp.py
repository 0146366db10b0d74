"""Sound over RTP (RFC 3550): 20 ms frames of mu-law, paced by the clock, and what they are made of."""

import asyncio
import random
import secrets
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from tests.ports import HOST

FRAME = 160  # bytes of 20 ms at 8 kHz
PACE = 0.02
SILENCE = b"\xff" * FRAME
_HEADER = struct.Struct("!BBHII")

Signal = Callable[[int], bytes]
"""The frame of a number: the first, the second ..."""


@cache
def numbered_frame(number: int) -> bytes:
    """A frame that says its number and that no other frame is like.

    Its first four bytes are the number's hexadecimal digits, the rest is noise made from it. 0x7F is not among them:
    it is a second zero in mu-law (ITU-T G.711) and comes out of a switch as the first, 0xFF.
    """
    digits = bytes(0x90 | (number >> shift) & 0xF for shift in (12, 8, 4, 0))
    noise = random.Random(number).randbytes(FRAME - len(digits))  # noqa: S311 - sound
    return digits + noise.replace(b"\x7f", b"\x7e")


def numbered(first: int = 0) -> Signal:
    """A signal of numbered frames; two parties who start 0x8000 apart can be told from one another."""
    return lambda number: numbered_frame((first + number) & 0xFFFF)


def recorded(sound: bytes) -> Signal:
    """A signal of mu-law bytes, then silence."""
    return lambda number: sound[number * FRAME : (number + 1) * FRAME].ljust(FRAME, b"\xff")


@dataclass(frozen=True)
class Count:
    """What became of numbered frames on their way."""

    numbers: tuple[int, ...]  # of whole frames, in their order of arrival
    silent: int  # frames of silence
    damaged: int  # frames that are neither

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers that lie between two that came and did not come themselves."""
        return tuple(gap for one, two in pairwise(self.numbers) for gap in range(one + 1, two))

    @property
    def in_order(self) -> bool:
        return all(one < two for one, two in pairwise(self.numbers))


def count(frames: Iterable[bytes]) -> Count:
    """Tell numbered frames, silence and what is left from one another, bit by bit."""
    numbers, silent, damaged = [], 0, 0
    for frame in frames:
        number = sum((byte & 0xF) << shift for byte, shift in zip(frame[:4], (12, 8, 4, 0), strict=True))
        if frame == numbered_frame(number):
            numbers.append(number)
        elif frame == SILENCE:
            silent += 1
        else:
            damaged += 1
    return Count(tuple(numbers), silent, damaged)


@dataclass
class Media(asyncio.DatagramProtocol):
    """One end of a two-way stream."""

    says: Signal
    heard: list[bytes] = field(default_factory=list)
    digits: list[int] = field(default_factory=list)  # events as RFC 4733 numbers them
    to: tuple[str, int] = ("", 0)
    sent: int = 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        self.port = self._udp.get_extra_info("sockname")[1]
        self._source = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._task: asyncio.Task[None] | None = None

    def start(self, to: tuple[str, int]) -> None:
        self.to = to
        self._task = asyncio.get_running_loop().create_task(self._send())

    def stop(self) -> None:
        if self._task:
            self._task.cancel()

    async def close(self) -> None:
        self.stop()
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)
        self._udp.close()

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        kind, payload = data[1] & 0x7F, data[_HEADER.size :]
        if kind == 0:
            self.heard.append(payload)
        elif kind == 101 and data[1] & 0x80:
            self.digits.append(payload[0])

    async def _send(self) -> None:
        """By the clock. Who was kept waiting does not send all that is due at once: a switch would drop some of it."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            self._packet(0, self.says(self.sent), self.sent * FRAME)
            self.sent += 1
            due = max(due, clock() - 2 * PACE) + PACE
            await asyncio.sleep(max(0.0, due - clock()))

    def press(self, event: int) -> None:
        """A key: its beginning and its end, which is said three times (RFC 4733 2.5.1.4)."""
        at = self.sent * FRAME
        self._packet(101, struct.pack("!BBH", event, 10, FRAME), at, marker=True)
        for _ in range(3):
            self._packet(101, struct.pack("!BBH", event, 0x80 | 10, 5 * FRAME), at)

    def _packet(self, kind: int, payload: bytes, timestamp: int, *, marker: bool = False) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = _HEADER.pack(0x80, kind | (0x80 if marker else 0), self._sequence, timestamp & 0xFFFFFFFF, self._source)
        self._udp.sendto(head + payload, self.to)
