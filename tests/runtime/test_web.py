"""The web process: what a connection may hold, for how long, and what is served beside the pages."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.core.files.storage import storages
from whitenoise.middleware import WhiteNoiseMiddleware

from razdar import settings as ours
from razdar.runtime import web
from razdar.runtime.bodies import Limits, limited
from razdar.runtime.protocol import PunctualProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


class Impatient(PunctualProtocol):
    head_seconds = 0.5


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A server with short deadlines."""
    listener = socket.create_server(("127.0.0.1", 0))
    application: Any = limited(_hello, Limits(seconds=0.5))
    config = uvicorn.Config(
        application, http=Impatient, lifespan="off", ws="none", log_config=None, access_log=False, timeout_keep_alive=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join()
    listener.close()


@contextmanager
def connected(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=5) as connection:
        yield connection


def _hear(connection: socket.socket) -> None:
    said = b""
    while not said.endswith(b"hello"):
        part = connection.recv(4096)
        assert part
        said += part


def _trickled(connection: socket.socket, text: bytes) -> bytes:
    """Send a byte every fifth of a second until the server has enough; returns what it said."""
    connection.settimeout(0.2)
    for number in range(20):
        try:
            connection.sendall(text[number : number + 1] or b"x")
            said = connection.recv(4096)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
        return said
    pytest.fail("the server waits for ever")


@pytest.mark.parametrize("before", [b"", HEAD])
def test_a_head_that_does_not_come_in_time_ends_the_connection(address: tuple[str, int], before: bytes) -> None:
    with connected(address) as connection:
        connection.sendall(before)
        began = time.monotonic()
        assert connection.recv(4096) == b""
        assert time.monotonic() - began < 2


def test_a_head_that_trickles_in_ends_the_connection(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        assert _trickled(connection, HEAD + b"X-Name: ") == b""


def test_a_second_head_that_trickles_in_ends_the_connection_too(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _hear(connection)
        assert _trickled(connection, HEAD + b"X-Name: ") == b""


def test_a_kept_connection_may_rest_longer_than_a_head_may_take(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        for _ in range(2):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _hear(connection)
            time.sleep(0.8)


def test_a_body_that_trickles_in_is_refused_and_ends_the_connection(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
        assert _trickled(connection, b"").startswith(b"HTTP/1.1 408 ")
        connection.settimeout(5)
        while connection.recv(4096):
            pass  # what is left of the refusal; an answer that never ends would time out


def test_a_large_body_is_refused_before_it_is_sent(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(HEAD + b"Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_the_server_is_started_with_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[uvicorn.Config] = []

    class Server:
        def __init__(self, config: uvicorn.Config) -> None:
            started.append(config)

        def run(self, sockets: list[socket.socket]) -> None:
            pass

    monkeypatch.setattr(web, "collect_static", lambda _folder: False)
    monkeypatch.setattr(web, "Server", Server)
    with socket.socket() as listener:
        web.serve(listener, behind_proxy=False)
    (config,) = started
    assert config.http is PunctualProtocol
    assert (config.limit_concurrency, config.h11_max_incomplete_event_size) == (512, 16 * 1024)
    assert config.timeout_keep_alive == 5


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    settings.STATIC_ROOT = tmp_path / "static" / "files"
    settings.STORAGES = ours.STORAGES | {"staticfiles": {"BACKEND": "razdar.runtime.static.StaticFiles"}}
    assert web.collect_static(settings.STATIC_ROOT)
    return tmp_path / "static"


def test_only_static_files_are_served(collected: Path) -> None:
    served = WhiteNoiseMiddleware(lambda _request: None)
    assert {path.name for path in collected.iterdir()} == {"files", "files.lock", "files.made", "files.json"}
    names = {url.removeprefix("/static/").partition("/")[0] for url in served.files}
    assert "ui" in names
    assert not {name for name in names if "." in name}
    assert storages["staticfiles"].url("ui/razdar.css") in served.files


def test_static_files_are_collected_once_and_again_when_they_are_gone(collected: Path) -> None:
    files = collected / "files"
    assert not web.collect_static(files)
    files.rename(collected / "away")
    assert web.collect_static(files)
