"""Large requests are refused before Django reads them."""

import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from razdar.runtime.bodies import limited

Talk: Any = ApplicationCommunicator


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def _send(parts: list[bytes], announced: bytes | None) -> tuple[int, bytes]:
    headers = [(b"content-length", announced)] if announced is not None else []
    talk = Talk(limited(_echo, most=10), {"type": "http", "headers": headers})
    for number, part in enumerate(parts, 1):
        await talk.send_input({"type": "http.request", "body": part, "more_body": number < len(parts)})
    status = (await talk.receive_output(5))["status"]
    body = (await talk.receive_output(5))["body"]
    await talk.wait(5)
    return status, body


@pytest.mark.parametrize(
    ("parts", "announced", "status"),
    [
        ([b"x" * 10], b"10", 200),
        ([b"x" * 5, b"x" * 5], None, 200),
        ([b"x" * 11], b"11", 413),
        ([b"x" * 6, b"x" * 5], None, 413),
        ([b"x" * 11], b"3", 413),
        ([b"x" * 11], b"-1", 413),
        ([b""], b"99999999999999999999", 413),
    ],
)
def test_the_limit(parts: list[bytes], announced: bytes | None, status: int) -> None:
    found, body = asyncio.run(_send(parts, announced))
    assert found == status
    assert status == 413 or body == b"10"
