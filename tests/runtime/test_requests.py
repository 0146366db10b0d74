"""A request's transaction and scope, and what is left when an answer is streamed; over ASGI, as it is served."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.db import connection, connections

from razdar.runtime.scope import current_client, scope
from tests.runtime import pages, probe

pytestmark = [
    pytest.mark.walls,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("probe_tables"),
    # Django tells that a synchronous body is collected before it is sent; that is what is being tried here.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]

A, B = uuid4(), uuid4()
Talk: Any = ApplicationCommunicator
POOL = 10


@pytest.fixture
def application(settings: Any) -> Iterator[Any]:
    settings.ROOT_URLCONF = "tests.runtime.pages"
    settings.MIDDLEWARE = pages.MIDDLEWARE
    settings.ALLOWED_HOSTS = ["testserver"]
    for client, rows in ((A, 2), (B, 1)):
        with scope(client):
            for _ in range(rows):
                probe.add_customer(client)
    connections.close_all()
    yield get_asgi_application()
    connections.close_all()


@pytest.fixture
def small_pool() -> Iterator[None]:
    """A pool of ten that says after a second that it is empty."""
    options = connections.settings["default"]["OPTIONS"]
    before = options["pool"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    options["pool"] = {**before, "max_size": POOL, "timeout": 1.0}
    yield
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
    options["pool"] = before


def _scope(path: str, client: object) -> dict[str, Any]:
    headers = [(b"host", b"testserver")]
    if client:
        headers.append((b"client", str(client).encode()))
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}


async def _get(application: Any, path: str, client: object = A) -> tuple[int, bytes]:
    talk = Talk(application, _scope(path, client))
    await talk.send_input({"type": "http.request"})
    start = await talk.receive_output(20)
    body = b""
    while True:
        part = await talk.receive_output(20)
        body += part.get("body", b"")
        if not part.get("more_body"):
            await talk.wait(20)
            return start["status"], body


@asynccontextmanager
async def _open_stream(application: Any, path: str) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    talk = Talk(application, _scope(path, A))
    await talk.send_input({"type": "http.request"})
    await talk.receive_output(20)

    async def first() -> bytes:
        body: bytes = (await talk.receive_output(20))["body"]
        return body

    try:
        yield first
    finally:
        await talk.send_input({"type": "http.disconnect"})
        await talk.wait(20)


def _json(application: Any, path: str, client: object = A) -> dict[str, Any]:
    status, body = asyncio.run(_get(application, path, client))
    assert status == 200
    found: dict[str, Any] = json.loads(body)
    return found


def _rows(client: object) -> int:
    with scope(client):  # type: ignore[arg-type]
        return probe.seen()


def test_a_view_runs_in_its_clients_scope(application: Any) -> None:
    assert _json(application, "/count") == {"seen": 2, "in_transaction": True}
    assert _json(application, "/count", B)["seen"] == 1
    assert _json(application, "/count-async")["seen"] == 2
    assert _json(application, "/count-async", B)["seen"] == 1


def test_without_a_client_there_is_no_transaction_and_nothing_to_see(application: Any) -> None:
    assert _json(application, "/count", None) == {"seen": 0, "in_transaction": False}
    assert current_client() is None


@pytest.mark.parametrize("kind", ["write", "write-async"])
@pytest.mark.parametrize(
    ("ending", "status", "kept"),
    [
        ("fine", 200, 1),
        ("302", 302, 1),
        ("403", 403, 1),
        ("500", 500, 0),
        ("503", 503, 0),
        ("undo", 200, 0),
        ("missing", 404, 0),
    ],
)
def test_what_a_request_wrote_stays_only_if_it_went_well(
    application: Any, kind: str, ending: str, status: int, kept: int
) -> None:
    assert asyncio.run(_get(application, f"/{kind}/{ending}"))[0] == status
    assert _rows(A) == 2 + kept


@pytest.mark.parametrize("kind", ["write", "write-async"])
def test_an_error_in_a_view_leaves_nothing(application: Any, kind: str, settings: Any) -> None:
    assert asyncio.run(_get(application, f"/{kind}/raise"))[0] == 500
    assert _rows(A) == 2


def test_a_streamed_body_finds_nothing_without_its_own_scope(application: Any) -> None:
    assert asyncio.run(_get(application, "/stream/bare")) == (200, b"0")
    assert asyncio.run(_get(application, "/stream/own")) == (200, b"2")


async def _first_event(application: Any, path: str) -> bytes:
    async with _open_stream(application, path) as first:
        return await first()


def test_server_sent_events_find_nothing_without_their_own_scope(application: Any) -> None:
    assert asyncio.run(_first_event(application, "/events/bare")) == b"data: 0\n\n"
    assert asyncio.run(_first_event(application, "/events/own")) == b"data: 2\n\n"


async def _thirty_streams_and_a_page(application: Any, how: str) -> tuple[int, int]:
    """How many of thirty open streams gave their event, and the status of a page beside them."""
    async with _many(application, how) as firsts:
        answers = await asyncio.gather(*(first() for first in firsts), return_exceptions=True)
        status, _ = await _get(application, "/count")
    return sum(answer == b"data: 2\n\n" for answer in answers), status


@asynccontextmanager
async def _many(application: Any, how: str) -> AsyncIterator[list[Callable[[], Awaitable[bytes]]]]:
    talks = [Talk(application, _scope(f"/events/{how}", A)) for _ in range(30)]
    for talk in talks:
        await talk.send_input({"type": "http.request"})

    def reader(talk: Any) -> Callable[[], Awaitable[bytes]]:
        async def first() -> bytes:
            await talk.receive_output(5)
            body: bytes = (await talk.receive_output(5))["body"]
            return body

        return first

    try:
        yield [reader(talk) for talk in talks]
    finally:
        for talk in talks:
            with suppress(Exception):  # one that found no connection has ended with that error
                await talk.send_input({"type": "http.disconnect"})
        await asyncio.gather(*(talk.wait(2) for talk in talks), return_exceptions=True)


@pytest.mark.usefixtures("small_pool")
def test_thirty_streams_do_not_exhaust_the_pool(application: Any) -> None:
    assert asyncio.run(_thirty_streams_and_a_page(application, "own")) == (30, 200)


@pytest.mark.usefixtures("small_pool")
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Django leaves the body of a request that failed
def test_thirty_streams_that_keep_their_connection_would(application: Any) -> None:
    """Control run: the same streams without the release."""
    answered, status = asyncio.run(_thirty_streams_and_a_page(application, "greedy"))
    gc.collect()
    assert answered <= POOL
    assert status == 500
