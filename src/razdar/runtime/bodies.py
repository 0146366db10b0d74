"""A limit on what a request may carry, kept at the door of the application.

Django reads a whole body before anything else happens, and moves a large one into a temporary file: plaintext on disk,
from whoever sends it. Nothing in the product takes more than this limit in a request, and what stays below it stays in
memory (FILE_UPLOAD_MAX_MEMORY_SIZE is the same number).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 8 * 1024 * 1024


class _TooLarge(Exception):
    pass


def limited(application: Application, most: int = MOST_BYTES) -> Application:
    """The same application; a request with more than ``most`` bytes is answered 413 (RFC 9110, 15.5.14), unread."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if _announced(scope) > most:
            await _refuse(send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:  # sent in chunks, without an announced length
                raise _TooLarge
            return message

        try:
            await application(scope, counted, send)
        except _TooLarge:
            await _refuse(send)

    return guarded


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"This request is too large."})
