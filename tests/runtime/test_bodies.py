"""Bodies are read at the door: whole, limited, in time, and not too many at once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from razdar.runtime import bodies
from razdar.runtime.bodies import Limits, limited

Talk: Any = ApplicationCommunicator
SMALL = Limits(usual=10, larger={"/large/": 20}, budget=25, seconds=0.2)
FIT = (200, b"10")


class Echo:
    """Answers with the size of what it received, as soon as it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.busy = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002
        self.asked += 1
        self.busy.set()
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message["body"])
            more = message["more_body"]
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})


class Sender:
    """One request, sent in parts."""

    def __init__(self, application: Any, announced: bytes | None = None, path: str = "/") -> None:
        headers = [(b"content-length", announced)] if announced is not None else []
        self.talk = Talk(application, {"type": "http", "path": path, "headers": headers})

    async def send(self, *parts: bytes, last: bool = True) -> None:
        for number, part in enumerate(parts, 1):
            more = not (last and number == len(parts))
            await self.talk.send_input({"type": "http.request", "body": part, "more_body": more})

    async def answer(self) -> tuple[int, bytes]:
        status = (await self.talk.receive_output(5))["status"]
        body = (await self.talk.receive_output(5))["body"]
        await self.talk.wait(5)
        return status, body


async def _sent(parts: Sequence[bytes], announced: bytes | None, path: str = "/") -> tuple[int, bytes, int]:
    echo = Echo()
    sender = Sender(limited(echo, SMALL), announced, path)
    await sender.send(*parts)
    return (*await sender.answer(), echo.asked)


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
    found, body, asked = asyncio.run(_sent(parts, announced))
    assert (found, asked) == (status, int(status == 200))
    assert status == 413 or body == b"10"


def test_an_address_of_the_table_takes_more_and_no_other_does() -> None:
    assert asyncio.run(_sent([b"x" * 20], b"20", "/large/"))[:2] == (200, b"20")
    assert asyncio.run(_sent([b"x" * 21], b"21", "/large/"))[0] == 413
    assert asyncio.run(_sent([b"x" * 20], b"20", "/large/more/"))[0] == 413


def test_a_form_is_all_that_the_product_takes() -> None:
    assert bodies.MOST_BYTES == Limits().most("/customers/") == 64 * 1024


def test_a_body_that_does_not_come_in_time_is_refused_and_its_room_is_free_again() -> None:
    async def slow() -> None:
        echo = Echo()
        application = limited(echo, SMALL)
        for _ in range(3):  # more than the budget, one after the other
            sender = Sender(application)
            await sender.send(b"x" * 10, last=False)
            assert (await sender.answer())[0] == 408
        assert echo.asked == 0

    asyncio.run(slow())


def test_the_time_is_not_the_applications() -> None:
    async def long_work() -> None:
        echo = Echo()
        echo.go.clear()
        sender = Sender(limited(echo, SMALL))
        await sender.send(b"x" * 10)
        await asyncio.sleep(SMALL.seconds * 2)
        echo.go.set()
        assert await sender.answer() == FIT

    asyncio.run(long_work())


def test_all_bodies_share_a_budget_until_they_are_answered() -> None:
    async def many() -> None:
        echo = Echo()
        echo.go.clear()
        application = limited(echo, SMALL)
        first, second, third = (Sender(application) for _ in range(3))
        await first.send(b"x" * 10)
        await second.send(b"x" * 10, last=False)
        await echo.busy.wait()
        await third.send(b"x" * 10)
        assert (await third.answer())[0] == 503
        await second.send(b"")
        echo.go.set()
        assert await first.answer() == await second.answer() == FIT
        again = Sender(application)
        await again.send(b"x" * 10)
        assert await again.answer() == FIT

    asyncio.run(many())


def test_who_leaves_in_the_middle_gets_no_answer_and_takes_no_room() -> None:
    async def leave() -> None:
        echo = Echo()
        application = limited(echo, SMALL)
        for _ in range(3):
            sender = Sender(application)
            await sender.send(b"x" * 10, last=False)
            await sender.talk.send_input({"type": "http.disconnect"})
            await sender.talk.wait(5)
            assert await sender.talk.receive_nothing()
        assert echo.asked == 0

    asyncio.run(leave())


def test_the_application_still_hears_that_its_reader_left() -> None:
    heard: list[str] = []

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        heard.append((await receive())["type"])
        heard.append((await receive())["type"])

    async def leave() -> None:
        sender = Sender(limited(listening, SMALL))
        await sender.send(b"x")
        await sender.talk.send_input({"type": "http.disconnect"})
        await sender.talk.wait(5)

    asyncio.run(leave())
    assert heard == ["http.request", "http.disconnect"]
