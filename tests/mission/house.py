"""One installation in a folder of its own, used from outside: its commands, its address, its disk, its database.

A house is made from nothing (`founding`) or as a copy of a house that is shut: like a disk put into another computer,
it opens because the passphrase is at hand.
"""

import json
import math
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.mission.people import Person
from tests.mission.wire import Wire

NOT_THEIRS = ("RAZDAR_", "DJANGO_", "PYTEST_")  # variables of this process; a user's shell has none
PASSPHRASE = "seven lanterns above a quiet harbour"
START_SECONDS = 120
AWAY_SECONDS = 600
STOP_SECONDS = 60
JUST_NOW = 120.0  # seconds; a reveal asks for a proof of the last five minutes
COMMAND_SECONDS = 120
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NotRunning(RuntimeError):
    """The product did not start, or a command failed; the message holds the end of what it printed."""


@dataclass
class House:
    """An installation under test.

    Attributes:
        folder: holds ``var``, the passphrase beside it, and what the product printed.
        environ: environment of every process of the product.
        people: by work name, with what they type.
        printed: what the last command wrote.
    """

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    people: dict[str, Person] = field(default_factory=dict, repr=False)
    port: int = 0
    printed: str = field(default="", repr=False)
    _desks: dict[str, tuple[Wire, float, float]] = field(default_factory=dict, repr=False)

    @classmethod
    def new(cls, folder: Path, environ: Mapping[str, str]) -> "House":
        """An empty house. The folder may be entered by the account that runs the database for root, and not listed."""
        folder.mkdir(mode=0o711)
        folder.chmod(0o711)
        passphrase = folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(PASSPHRASE)
        own = {name: value for name, value in environ.items() if not name.startswith(NOT_THEIRS)}
        own |= {"RAZDAR_VAR": str(folder / "var"), "RAZDAR_PASSPHRASE_FILE": str(passphrase)}
        house = cls(folder, own)
        house._move_in()
        return house

    def copy(self, folder: Path, environ: Mapping[str, str]) -> "House":
        """The same disk and the same people elsewhere; this house must be shut."""
        house = House.new(folder, environ)
        if (self.var / "postgres" / "data").is_symlink():
            raise NotRunning(f"every account must be able to enter {self.folder}: set TMPDIR to such a folder")
        subprocess.run(["cp", "-a", str(self.var), str(house.var)], check=True)
        house.people = {name: Person(**asdict(person)) for name, person in self.people.items()}
        return house

    @property
    def var(self) -> Path:
        """Everything that the product writes."""
        return self.folder / "var"

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    # --- The command line ---------------------------------------------------------------------------------------------

    def cli(self, *arguments: str, **changes: str) -> str:
        """Run a command of the product that must succeed; what it printed.

        Args:
            changes: variables of its environment that differ.
        """
        done = self.attempt(*arguments, **changes)
        if done.returncode:
            raise NotRunning(f"razdar {arguments[0]} ended with {done.returncode}:\n{self.printed[-2000:]}")
        return done.stdout

    def attempt(self, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the product."""
        done = subprocess.run(
            [sys.executable, "-m", "razdar", *arguments],
            env={**self.environ, **changes},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        self.printed = done.stdout + done.stderr
        return done

    # --- Running ------------------------------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator["House"]:
        """`razdar up` for the length of the block; it also ends when this process is killed."""
        self._move_in()
        out = self.folder / "printed"
        with out.open("ab") as sink:
            command = [*_ended_with_us(), sys.executable, "-m", "razdar", "up"]
            process = subprocess.Popen(
                command,
                env=self.environ,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(process, out)
            yield self
        finally:
            self._desks.clear()
            _stop(process)

    def _move_in(self) -> None:
        """Take an address of its own."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environ = {**self.environ, "RAZDAR_URL": self.origin}

    def _wait(self, process: "subprocess.Popen[bytes]", out: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if Wire(self.origin).get("/account/login/").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise NotRunning(f"razdar up does not answer:\n{out.read_text(errors='replace')[-2000:]}")

    # --- Inside -------------------------------------------------------------------------------------------------------

    def desk(self, name: str, *, within: float = math.inf) -> Wire:
        """Somebody at work; signed in once for as long as the house runs, and again after ten minutes away: after
        fifteen the product has locked the desk.

        Args:
            within: seconds that may have passed since; after more, they sign in again.
        """
        wire, since, last = self._desks.get(name, (None, 0.0, 0.0))
        now = time.monotonic()
        if wire is None or now - since > within or now - last > AWAY_SECONDS:
            wire = self.people[name].sign_in(self.origin)
            since = time.monotonic()
        self._desks[name] = wire, since, time.monotonic()
        return wire

    def client(self, name: str) -> str:
        """The id of a client, as the command prints it."""
        (line,) = (line for line in self.cli("client", "list").splitlines() if name in line)
        return str(_ID.findall(line)[0])

    def database_session(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """A session of the database's administrator, past every right that a role of the product lacks."""
        known = json.loads((self.var / "postgres" / "roles.json").read_text())
        folder = (self.var / "postgres" / "run").resolve()
        return psycopg.connect(
            host=str(folder), dbname="razdar", user="razdar_admin", password=known["admin"], autocommit=True
        )


def _ended_with_us() -> list[str]:
    """A prefix that lets the kernel end the command with its parent (prctl(2), PR_SET_PDEATHSIG), where it exists."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM"] if program else []


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
