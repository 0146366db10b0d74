"""A key agent as a process of its own, and callers under accounts of their own where the tests run as root."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from razdar.core.crypto.passphrase import FLOOR
from razdar.keys import passphrase, setup
from razdar.keys.remote import RemoteAgent

UNDER = Path(__file__).with_name("under.py")
ROOT = Path(__file__).resolve().parent.parent.parent
WORDS = passphrase.encode("correct horse battery staple")
AGENT, WEB, SEQUENCER, STRANGER, GROUP = 61000, 61001, 61002, 61003, 61009
"""Accounts that need no entry anywhere, and the group they share."""
PATIENCE = 60.0


@dataclass
class Agency:
    """A running key agent.

    Attributes:
        base: holds everything; removed at the end.
        account: the agent's, or ``None`` for that of the tests.
        environ: of the agent's process.
        process: the agent.
    """

    base: Path
    account: int | None
    environ: Mapping[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def socket(self) -> Path:
        return self.base / "run" / "agent.sock"

    @property
    def keys(self) -> Path:
        return self.base / "var" / "keys"

    def call(self, account: int, code: str, *, role: str = "") -> str:
        """Run a piece of code under an account, ``agent`` in its hands; what it printed last, or its error."""
        script = (
            "import sys; from pathlib import Path; from uuid import UUID; from razdar.core.errors import *\n"
            "from razdar.keys.agent import KeyRef, SigningPurpose; from razdar.keys.remote import RemoteAgent\n"
            "from razdar.keys.records import Extension, LogHead\n"
            f"agent = RemoteAgent(Path({str(self.socket)!r}), {role!r}); keys = Path({str(self.keys)!r})\n"
            f"pid = {self.process.pid}; client, customer = UUID(int=1), UUID(int=2)\n"
            "try:\n"
            + "".join(f"    {line}\n" for line in code.strip().splitlines())
            + "except BaseException as error:\n"
            "    print(type(error).__name__)\n"
        )
        done = subprocess.run(
            [*_under(account), "-c", script],
            env=_plain_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return (done.stdout.strip().splitlines() or [done.stderr[-500:]])[-1]

    def restart(self) -> None:
        """Start the agent again after it ended."""
        self.process = _start(self.base, self.account, self.environ)


def can_take_accounts() -> bool:
    """Whether this process may start Razdar under other accounts."""
    return os.geteuid() == 0


@contextmanager
def agency(*, apart: bool = False, environ: Mapping[str, str] | None = None) -> Iterator[Agency]:
    """Run a key agent.

    Args:
        apart: agent, web and sequencer have accounts of their own; needs root.
        environ: a weakened build.
    """
    base = Path(tempfile.mkdtemp(prefix="razdar-keys-", dir="/tmp"))
    account = AGENT if apart else None
    try:
        setup.create(base / "var" / "keys", WORDS, cost=FLOOR)
        (base / "run").mkdir()
        if apart:
            _hand_over(base)
        running = Agency(base, account, environ or {}, _start(base, account, environ or {}))
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _hand_over(base: Path) -> None:
    base.chmod(0o755)
    (base / "run").chmod(0o750)
    for path in (base / "run", base / "var", *(base / "var").rglob("*")):
        os.chown(path, AGENT, GROUP)


def _start(base: Path, account: int | None, environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    words = passphrase.to_pipe(WORDS)
    named = [] if account is None else [f"--caller={WEB}=web", f"--caller={SEQUENCER}=sequencer"]
    own = {
        "RAZDAR_VAR": str(base / "var"),
        "RAZDAR_KEY_AGENT": str(base / "run" / "agent.sock"),
        "RAZDAR_PASSPHRASE_FD": str(words),
    }
    try:
        with (base / "said").open("wb") as said:
            process = subprocess.Popen(
                [*_under(account), "keyagent", *named],
                env={**_plain_environment(), **environ, **own},
                stdin=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(words,),
            )
    finally:
        os.close(words)
    _wait(process, base)
    return process


def _wait(process: "subprocess.Popen[bytes]", base: Path) -> None:
    """Until it says that it answers: a probe of the tests' own account would be turned away and counted."""
    said = base / "said"
    wait_until(lambda: b"key-agent-ready" in said.read_bytes() or process.poll() is not None)
    assert process.poll() is None, said.read_text()


def _under(account: int | None) -> list[str]:
    return [sys.executable, str(UNDER), "-" if account is None else str(account), str(GROUP)]


def _plain_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAZDAR_")}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}


def remote(running: Agency, role: str = "") -> RemoteAgent:
    """What this process sees of it."""
    return RemoteAgent(running.socket, role)


def wait_until(done: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
