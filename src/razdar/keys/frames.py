"""Frames on a connection (``wire``), with a deadline for each and buffers that are overwritten after use."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from razdar.core.crypto.material import wipe
from razdar.core.errors import BadInput
from razdar.keys.codecs import FRAME_BYTES, HEADER, Reader, Writer

_FIRST_ROOM = 8192


class Frames:
    """One end of a connection; for one thread.

    Args:
        connection: a connected stream socket; its timeout is set by every call.
        seconds: how long one frame may take from its first byte to its last, either way.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds

    def send(self, writer: Writer) -> None:
        """Send what was written, and overwrite it.

        Raises:
            OSError: the other end is gone or does not read in time.
        """
        try:
            self._connection.settimeout(self._seconds)
            self._connection.sendall(writer.frame())
        finally:
            writer.wipe()

    @contextmanager
    def received(self, patience: float) -> Iterator[Reader]:
        """The next frame's body, overwritten when the block ends.

        Args:
            patience: seconds to wait for its first byte.

        Raises:
            EOFError: the other end has closed the connection.
            BadInput: a frame of an impossible length.
            OSError: the connection broke, or the frame was not complete in time.
        """
        room = bytearray(_FIRST_ROOM)
        try:
            self._connection.settimeout(patience)
            have = self._more(room, 0)
            deadline = time.monotonic() + self._seconds
            have = self._until(HEADER.size, room, have, deadline)
            (length,) = HEADER.unpack_from(room)
            if not 1 <= length <= FRAME_BYTES:
                raise BadInput("A frame of the key agent's language has 1 byte to 1 MiB.")
            whole = HEADER.size + length
            if whole > len(room):
                outgrown, room = room, bytearray(whole)
                room[:have] = outgrown[:have]
                wipe(outgrown)
            have = self._until(whole, room, have, deadline)
            if have > whole:
                raise BadInput("One question at a time.")
            with memoryview(room)[HEADER.size : whole] as body:
                yield Reader(body)
        finally:
            wipe(room)

    def _until(self, wanted: int, room: bytearray, have: int, deadline: float) -> int:
        while have < wanted:
            self._connection.settimeout(max(0.001, deadline - time.monotonic()))
            have += self._more(room, have)
            if time.monotonic() > deadline:
                raise TimeoutError("too slow")
        return have

    def _more(self, room: bytearray, have: int) -> int:
        with memoryview(room)[have:] as free:
            got = self._connection.recv_into(free)
        if got == 0:
            raise EOFError
        return got
