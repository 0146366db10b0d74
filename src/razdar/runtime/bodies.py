"""A limit on what a request may carry, kept at the door of the application.

1. Every body is read here, whole, before the application hears of the request: who sends slowly holds a connection and
   a few kilobytes, never a thread or a database connection.
2. Pages send forms, so 64 KiB is enough; an address that needs more stands in :data:`LARGER`. More is answered 413
   (RFC 9110, 15.5.14), by its announced length before a byte of it is read.
3. A body is complete within 30 seconds, or the answer is 408 (15.5.9).
4. All bodies being read or worked on share one budget. Who would exceed it is answered 503 (15.6.4).

What is taken stays in memory: Django moves nothing below FILE_UPLOAD_MAX_MEMORY_SIZE, which is the largest of these
limits, into a temporary file. That would be plaintext on disk, from whoever sends it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

USUAL_BYTES: Final = 64 * 1024
LARGER: Final[Mapping[str, int]] = MappingProxyType({})
"""Addresses that take more, by the whole path."""
MOST_BYTES: Final = max([USUAL_BYTES, *LARGER.values()])
BUDGET_BYTES: Final = 16 * 1024 * 1024
SECONDS: Final = 30.0


@dataclass(frozen=True)
class Limits:
    """What the door lets in.

    Attributes:
        usual: bytes of one body.
        larger: bytes of one body at the addresses named.
        budget: bytes of all bodies in memory together.
        seconds: from the head of a request to the end of its body.
    """

    usual: int = USUAL_BYTES
    larger: Mapping[str, int] = field(default_factory=lambda: LARGER)
    budget: int = BUDGET_BYTES
    seconds: float = SECONDS

    def most(self, path: str) -> int:
        return self.larger.get(path, self.usual)


class _Refused(Exception):
    """The answer is no, before the application was asked."""

    def __init__(self, status: int, sentence: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence


class _Gone(Exception):
    """The sender left in the middle of its body; nobody waits for an answer."""


class _Budget:
    """The bytes of all bodies in memory. One event loop works on it, so it needs no lock."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, count: int) -> None:
        if count > self._left:
            raise _Refused(503, b"Too much is being sent at once. Try again.")
        self._left -= count

    def give_back(self, count: int) -> None:
        self._left += count


class _Body:
    """The body of one request, as far as it has come."""

    def __init__(self, most: int, budget: _Budget) -> None:
        self._most = most
        self._budget = budget
        self._content = bytearray()
        self._taken = 0

    async def read(self, announced: int, receive: Receive) -> None:
        self._fits(announced)
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            part = message.get("body", b"")
            self._fits(self._taken + len(part))  # sent in chunks, without an announced length
            self._budget.take(len(part))
            self._taken += len(part)
            self._content += part
            more = message.get("more_body", False)

    def _fits(self, count: int) -> None:
        if count > self._most:
            raise _Refused(413, b"This request is too large.")

    def replayed(self, receive: Receive) -> Receive:
        """What the application receives: the whole body at once, and then whatever comes."""
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            content, self._content = bytes(self._content), bytearray()
            return {"type": "http.request", "body": content, "more_body": False}

        return replay

    def drop(self) -> None:
        """The request is over; its room is free again."""
        self._budget.give_back(self._taken)


def limited(application: Application, limits: Limits | None = None) -> Application:
    """The same application, behind the limits."""
    limits = limits or Limits()
    budget = _Budget(limits.budget)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        body = _Body(limits.most(scope["path"]), budget)
        try:
            if await _came(body, scope, receive, send, limits.seconds):
                await application(scope, body.replayed(receive), send)
        finally:
            body.drop()

    return guarded


async def _came(body: _Body, scope: Scope, receive: Receive, send: Send, seconds: float) -> bool:
    """Whether the body is here; if not, its sender has been told why, or has gone."""
    try:
        async with asyncio.timeout(seconds):
            await body.read(_announced(scope), receive)
    except TimeoutError:
        await _answer(send, 408, b"This request took too long.")
    except _Refused as refused:
        await _answer(send, refused.status, refused.sentence)
    except _Gone:
        pass
    else:
        return True
    return False


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _answer(send: Send, status: int, sentence: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})
