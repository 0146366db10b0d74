"""The demo as somebody runs it, in a place of its own where everything it writes can be found again.

As root the demo gets empty ``/tmp`` and ``/dev/shm`` of its own (mount namespace), so that all of what is in them is the
demo's. Elsewhere what is new in them since its start counts, less what is known to be others'.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from socket import socket
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from razdar.demo_content.browser import Browser
from tests.leaks.scanner import Source
from tests.leaks.sources import family, files

PREFIX = "razdar-leaks-"
READY_SECONDS = 180.0
_OWN_TEMPORARY = 'mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm && exec "$@"'
_ISOLATED = ("unshare", "--mount", "--propagation", "private", "--", "sh", "-c", _OWN_TEMPORARY, "sh")
_TEMPORARY = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 - looked at, not written to
_OTHERS = ("pytest-of-", PREFIX, "org.chromium.", ".org.chromium.", "playwright")
_USUAL_PORTS = (8000, 8001)


@dataclass
class Demo:
    """A running demo.

    Attributes:
        base: folder of everything that belongs to it.
        process: the command that was started.
        isolated: whether it has ``/tmp`` and ``/dev/shm`` of its own.
        began: when it was started, seconds since 1970.
    """

    base: Path
    process: "subprocess.Popen[bytes]"
    isolated: bool
    began: float

    @property
    def var(self) -> Path:
        return self.base / "var"

    @property
    def output(self) -> str:
        return (self.base / "output").read_text()

    @property
    def origin(self) -> str:
        return self._said(r"Razdar is ready at (http://\S+)")

    @property
    def admin_url(self) -> str:
        """The URL of the database's superuser."""
        return admin_url(self.var / "demo")

    def sign_in(self, work_name: str) -> Browser:
        """A browser in which a person is signed in, by the start page's button."""
        start = self._said(r"Open  (http://\S+?)/? ")
        body = urlencode({"person": work_name}).encode()
        with build_opener(_Stay).open(Request(f"{start}/", body, {"Origin": start}), timeout=120) as answer:  # noqa: S310
            cookies = answer.headers.get_all("Set-Cookie") or []
        browser = Browser(self.origin)
        browser.cookies = {name: morsel.value for line in cookies for name, morsel in SimpleCookie(line).items()}
        return browser

    def temporary(self) -> Iterator[Source]:
        """What the demo may have left in ``/tmp`` and ``/dev/shm``; to be asked while it runs."""
        if self.isolated:
            for folder in _TEMPORARY:
                yield from files(Path(f"/proc/{self.process.pid}/root{folder}"))
            return
        for folder in _TEMPORARY:
            others = [path for path in folder.iterdir() if path.name.startswith(_OTHERS) or not self._is_new(path)]
            yield from files(folder, others)

    def pid_of(self, command: str) -> int:
        """The process that runs one of the product's commands, or ``postgres``."""
        for pid in family(self.process.pid):
            with suppress(OSError):
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if arguments[0].endswith(b"/postgres") or command.encode() in arguments[1:4]:
                    if (command == "postgres") == arguments[0].endswith(b"/postgres"):
                        return pid
        raise LookupError(command)

    def stop(self) -> None:
        """Ctrl-C, and harder if that does not help."""
        for order, patience in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
            if self.process.poll() is None:
                self.process.send_signal(order)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)

    def _said(self, pattern: str) -> str:
        found = re.search(pattern, self.output)
        if not found:
            raise AssertionError(f"the demo did not say {pattern!r}:\n{self.output}")
        return found[1]

    def _is_new(self, path: Path) -> bool:
        with suppress(OSError):
            return path.lstat().st_ctime >= self.began
        return False


class _Stay(HTTPRedirectHandler):
    """Redirects are answers here."""

    def http_error_303(self, req, fp, code, msg, headers):  # type: ignore[no-untyped-def]
        return fp


@contextmanager
def running(environ: Mapping[str, str]) -> Iterator[Demo]:
    """A demo that is ready; stopped and removed at the end."""
    with ExitStack() as stack:
        base = stack.enter_context(place())
        stack.enter_context(_usual_ports_taken())
        demo = start(base, environ)
        stack.callback(demo.stop)
        _wait_until_ready(demo)
        yield demo


@contextmanager
def place() -> Iterator[Path]:
    """A folder outside ``/tmp`` with a short path that the database's account may pass."""
    base = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/var/tmp"))  # noqa: S108
    base.chmod(0o711)
    try:
        yield base
    finally:
        data = base / "var" / "demo" / "postgres" / "data"
        if data.is_symlink():
            shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)


def start(base: Path, environ: Mapping[str, str]) -> Demo:
    """Start a demo; it is not ready yet."""
    isolated = can_isolate()
    command = [*(_ISOLATED if isolated else ()), sys.executable, "-m", "razdar", "demo", "--no-browser"]
    own = {name: value for name, value in environ.items() if not name.startswith("RAZDAR_")}
    with (base / "output").open("wb") as output:
        process = subprocess.Popen(
            command,
            env=own | {"RAZDAR_VAR": str(base / "var")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Demo(base, process, isolated, time.time())


def can_isolate() -> bool:
    """Whether this account may give a process its own ``/tmp``."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run([*_ISOLATED, "true"], capture_output=True, check=False).returncode == 0


def admin_url(var: Path) -> str:
    """The superuser's URL of the embedded server below a folder."""
    import json

    password = json.loads((var / "postgres" / "roles.json").read_text())["admin"]
    folder = (var / "postgres" / "run").resolve()
    return f"postgresql://razdar_admin:{quote(password, safe='')}@/postgres?host={quote(str(folder), safe='')}"


@contextmanager
def _usual_ports_taken() -> Iterator[None]:
    """Two demos that start at once would take the same free port; so each finds the usual ones taken and draws one."""
    with ExitStack() as stack:
        for port in _USUAL_PORTS:
            taken = stack.enter_context(socket())
            with suppress(OSError):
                taken.bind(("127.0.0.1", port))
        yield


def _wait_until_ready(demo: Demo) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "The demo is ready" not in demo.output:
        if demo.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the demo did not become ready:\n{demo.output}")
        time.sleep(0.1)
