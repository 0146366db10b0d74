"""Installations started as somebody starts them, in places of their own where everything they write is found again.

As root an installation gets empty ``/tmp`` and ``/dev/shm`` of its own (a mount namespace), so that everything in them
is its own. Elsewhere what is new there since its start and belongs to this account counts, less what is known to be
others'.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from itertools import chain
from pathlib import Path
from socket import socket
from urllib.parse import quote, urlencode

import psycopg

from razdar.demo_content.browser import Browser
from tests.leaks.scanner import Source
from tests.leaks.sources import family, files

PREFIX = "razdar-leaks-"
PATIENCE = 180.0
RAZDAR = (sys.executable, "-m", "razdar")
_OWN_TEMPORARY = 'mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm && exec "$@"'
_ISOLATED = ("unshare", "--mount", "--propagation", "private", "--", "sh", "-c", _OWN_TEMPORARY, "sh")
_TEMPORARY = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 - looked at, not written to
_OTHERS = ("pytest-of-", "razdar-", "org.chromium.", ".org.chromium.", "playwright")
_USUAL_PORTS = (8000, 8001)


@dataclass
class Installation:
    """One installation, running or not.

    Attributes:
        base: folder of everything that belongs to it; the product's own folder is ``base/var``.
        var: the folder that holds database, keys and objects.
        environ: environment of every command.
    """

    base: Path
    var: Path
    environ: Mapping[str, str] = field(repr=False)
    isolated: bool = False
    began: float = 0.0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def output(self) -> str:
        """What the running command has said so far."""
        return (self.base / "output").read_text()

    @property
    def admin_url(self) -> str:
        """The URL of the embedded server's superuser."""
        password = json.loads((self.var / "postgres" / "roles.json").read_text())["admin"]
        folder = (self.var / "postgres" / "run").resolve()
        return f"postgresql://razdar_admin:{quote(password, safe='')}@/postgres?host={quote(str(folder), safe='')}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "it does not run"
        return self.process.pid

    def start(self, *arguments: str, under: tuple[str, ...] = ()) -> None:
        """Start a command that keeps running, under another program if one is named; it says things in base/output."""
        self.isolated, self.began = can_isolate(), time.time()
        with (self.base / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [*(_ISOLATED if self.isolated else ()), *under, *RAZDAR, *arguments],
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, *arguments: str, program: tuple[str, ...] = RAZDAR, **environ: str) -> "Finished":
        """Run a command to its end, beside the running one if there is one."""
        done = subprocess.run(
            [*self._inside, *program, *arguments],
            env={**self.environ, **environ},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def popen(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command beside the running one."""
        line = [*self._inside, *RAZDAR, *arguments]
        return subprocess.Popen(line, env=dict(self.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    @property
    def _inside(self) -> tuple[str, ...]:
        if self.process is None or not self.isolated:
            return ()
        return ("nsenter", f"--mount=/proc/{self.pid}/ns/mnt", "--")

    def wait_for(self, words: str) -> None:
        """Wait until the running command has said something."""
        wait_until(lambda: words in self.output or self._has_ended(), lambda: self.output)
        assert words in self.output, self.output

    def wait_until_redacted(self, calls: int) -> None:
        """Wait until this many calls have passed the whole pipeline."""
        wait_until(lambda: self.passed_stages() == 2 * calls or self._has_ended(), lambda: self.output)
        assert self.passed_stages() == 2 * calls, self.output

    def passed_stages(self) -> int:
        """How many stages of calls are done; -1 while the database does not answer."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.admin_url, dbname="razdar") as database:
            row = database.execute("SELECT count(*) FROM interactions_stage WHERE state = 'passed'").fetchone()
            return int(row[0]) if row else 0
        return -1

    def temporary(self) -> Iterator[Source]:
        """What it may have left in ``/tmp`` and ``/dev/shm``; to be asked while it runs."""
        for folder in _TEMPORARY:
            if self.isolated:
                yield from files(Path(f"/proc/{self.pid}/root{folder}"))
            else:
                yield from files(folder, [path for path in folder.iterdir() if not self._may_be_ours(path)])

    def pid_of(self, command: str) -> int:
        """The process that runs one of the product's commands, or ``postgres``."""
        for pid in family(self.pid):
            with suppress(OSError):
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                is_server = Path(arguments[0].decode()).name == command
                if is_server or arguments[1:4] == [b"-m", b"razdar", command.encode()]:
                    return pid
        raise LookupError(command)

    def stop(self) -> None:
        """Ctrl-C, and harder if that does not help."""
        for order, patience in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
            if self.process is not None and self.process.poll() is None:
                self.process.send_signal(order)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
        self.process = None

    def said(self, pattern: str) -> str:
        """The part of its output that a pattern takes."""
        found = re.search(pattern, self.output)
        assert found, f"it did not say {pattern!r}:\n{self.output}"
        return found[1]

    def _has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _may_be_ours(self, path: Path) -> bool:
        """Whether an entry of a shared folder is new, of this account, and of nobody known."""
        with suppress(OSError):
            status = path.lstat()
            mine = status.st_uid == os.geteuid() and status.st_ctime >= self.began
            return mine and (path.name.startswith(self.base.name) or not path.name.startswith(_OTHERS))
        return False


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> bytes:
        return f"{self.out}\n{self.err}".encode()


# --- The demo ---------------------------------------------------------------------------------------------------------


@contextmanager
def demo(environ: Mapping[str, str]) -> Iterator[Installation]:
    """A demo that is ready; stopped and removed at the end."""
    with ExitStack() as stack:
        base = stack.enter_context(place())
        stack.enter_context(_usual_ports_taken())
        own = {name: value for name, value in environ.items() if not name.startswith("RAZDAR_")}
        made = Installation(base, base / "var" / "demo", own | {"RAZDAR_VAR": str(base / "var")})
        stack.callback(made.stop)
        made.start("demo", "--no-browser")
        made.wait_for("The demo is ready")
        yield made


def sign_in(demo: Installation, work_name: str) -> Browser:
    """A browser in which a person of the demo is signed in, by the start page's button."""
    start = demo.said(r"Open  http://(\S+?)/? ")
    connection = HTTPConnection("127.0.0.1", int(start.rpartition(":")[2]), timeout=120)
    headers = {"Host": start, "Origin": f"http://{start}"}
    connection.request("POST", "/", urlencode({"person": work_name}), headers)
    answer = connection.getresponse()
    assert answer.status == 303, answer.read()
    browser = Browser(demo.said(r"Razdar is ready at (http://\S+)"))
    for line in answer.headers.get_all("Set-Cookie") or []:
        browser.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    connection.close()
    return browser


# --- Places -----------------------------------------------------------------------------------------------------------


@contextmanager
def place() -> Iterator[Path]:
    """A folder outside ``/tmp`` with a short path that the database's account may pass."""
    base = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/var/tmp"))
    base.chmod(0o711)
    try:
        yield base
    finally:
        for data in base.glob("**/postgres/data"):
            if data.is_symlink():
                shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)
        for left in chain.from_iterable(folder.glob(f"{base.name}*") for folder in _TEMPORARY):
            left.unlink(missing_ok=True)


def can_isolate() -> bool:
    """Whether this account may give a process its own ``/tmp``."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("nsenter"):
        return False
    # Not where the interpreter itself would vanish with the old /tmp.
    return subprocess.run([*_ISOLATED, sys.executable, "-c", ""], capture_output=True, check=False).returncode == 0


def wait_until(happened: Callable[[], bool], explain: Callable[[], str]) -> None:
    """Wait for something to happen.

    Raises:
        AssertionError: it did not, within `PATIENCE`.
    """
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.1)


@contextmanager
def _usual_ports_taken() -> Iterator[None]:
    """Two demos that start at once would take the same free port; so each finds the usual ones taken and draws one."""
    with ExitStack() as stack:
        for port in _USUAL_PORTS:
            taken = stack.enter_context(socket())
            with suppress(OSError):
                taken.bind(("127.0.0.1", port))
        yield
