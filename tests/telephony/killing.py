"""A recorder as a process of its own, to be killed."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from razdar.keys import agent
from razdar.keys.agent import LocalAgent
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.telephony.recording import tls
from tests.keys.serving import served
from tests.ports import HOST, free_port
from tests.telephony.calls import wait_until


@dataclass
class Killable:
    """One recorder.

    Attributes:
        var: its own folder: spool, certificate, log.
        arguments: of its command; where it listens is one of them.
        under: a program that starts it.
    """

    var: Path
    environ: dict[str, str] = field(repr=False)
    arguments: tuple[str, ...]
    under: tuple[str, ...] = ()
    running: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return (self.var / "recorder" / tls.ADDRESS).read_text().strip()

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.var / "recorder" / tls.AUTHORITY)

    def start(self) -> None:
        """Start it, where it listened before."""
        address = self.var / "recorder" / tls.ADDRESS
        address.unlink(missing_ok=True)
        command = [*self.under, sys.executable, "-m", "razdar", "recorder", "--name", self.var.name, *self.arguments]
        with (self.var / "said").open("ab") as said:
            self.running = subprocess.Popen(command, env=self.environ, stderr=said)
        wait_until(lambda: address.exists() or self._ended(), 60)

    def kill(self) -> float:
        """Kill it at once; when, by the clock of the wall."""
        assert self.running is not None
        at = time.time()
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()
        return at

    def stop(self) -> None:
        if self.running and self.running.poll() is None:
            self.running.terminate()
            self.running.wait(30)

    def _ended(self) -> bool:
        assert self.running is not None
        assert self.running.poll() is None, (self.var / "said").read_text()
        return False


@contextmanager
def killable(
    tmp_path: Path,
    database: RoleUrls,
    *names: str,
    own: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[list[Killable]]:
    """Recorders of the running test's installation; its keys are asked for over a socket.

    Args:
        own: arguments of some of them.
    """
    held = agent.current()
    assert isinstance(held, LocalAgent)
    with ExitStack() as stack:
        stack.enter_context(served(held, tmp_path / "run" / "agent.sock"))
        arguments = {name: ("--bind", f"{HOST}:{free_port()}") for name in names} | dict(own or {})
        made = [
            Killable(tmp_path / name, _environment(tmp_path, tmp_path / name, database), given)
            for name, given in arguments.items()
        ]
        for one in made:
            one.var.mkdir(mode=0o700, parents=True)
            stack.callback(one.stop)
            one.start()
        yield made


def _environment(tmp_path: Path, var: Path, database: RoleUrls) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("RAZDAR_", "DJANGO_"))}
    return plain | {
        "RAZDAR_VAR": str(var),
        "RAZDAR_DATABASE_URL": database.runtime,
        "RAZDAR_KEY_AGENT": str(tmp_path / "run" / "agent.sock"),
        "RAZDAR_OBJECTS_URL": settings.RAZDAR_OBJECTS_URL,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
