"""A small installation, and a recorder that runs in a thread of the test's process."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.telephony import nodes
from razdar.telephony.recording import server, spool, tls
from razdar.telephony.recording.server import Recorder, Setup
from razdar.telephony.simulation import Target
from razdar.telephony.tokens import Credentials
from tests.world import World, build, unlocked_keys


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls, settings: Any) -> Iterator[World]:
    settings.RAZDAR_OBJECTS_URL = (tmp_path / "objects").as_uri()
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


@dataclass
class Running:
    """A recorder in a thread.

    Attributes:
        url: where it listens.
        trust: whom its clients believe.
    """

    recorder: Recorder
    folder: Path
    trust: ssl.SSLContext
    url: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        ready: Future[int] = Future()

        def run() -> None:
            asyncio.set_event_loop(self.loop)
            try:
                self.loop.run_until_complete(self.recorder.run(self.stop, ready.set_result))
            except BaseException as error:
                if ready.done():
                    raise
                ready.set_exception(error)
            finally:
                self.loop.close()

        self.thread = threading.Thread(target=run, name="test-recorder")
        self.thread.start()
        self.url = f"wss://127.0.0.1:{ready.result(30)}/stream"

    def end(self) -> None:
        if self.thread and self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.stop.set)
            self.thread.join(60)
            assert not self.thread.is_alive()

    @property
    def streams(self) -> int:
        """How many run."""
        return len(self.recorder._running)


Starter = Callable[..., Running]


@pytest.fixture
def start(world: World, tmp_path: Path) -> Iterator[Starter]:
    """Starts recorders, each with a spool of its own; ended with the test."""
    running: list[Running] = []

    def begin(name: str = "a", *, most: int = spool.MOST_BYTES, port: int = 0, or_any_port: bool = False) -> Running:
        folder = tmp_path / f"spool-{name}"
        certificate = tls.own(tmp_path / "recorder")
        made = Recorder(Setup(name, ("127.0.0.1", port), tls.context(certificate), folder, most, or_any_port))
        trust = ssl.create_default_context(cafile=certificate.chain.with_name(tls.AUTHORITY))
        one = Running(made, folder, trust)
        running.append(one)
        one.start()
        return one

    yield begin
    for one in running:
        one.end()


@pytest.fixture
def node(world: World) -> Credentials:
    return nodes.add("exchange-1")


@pytest.fixture
def target(start: Starter, node: Credentials) -> Target:
    """One recorder, and who may stream to it."""
    one = start()
    return Target((one.url,), one.trust, node)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "RECOVER_SECONDS", 0.5)
