"""The embedded PostgreSQL as a child of this process.

* Authentication is SCRAM from the first second, the superuser included; the server listens on a Unix socket in a 0700
  folder and on nothing else (the wheel's build has no TLS).
* The cluster is made in a temporary folder and renamed, so that a half-made one is never used.
* The server dies with its parent: Linux sends it SIGINT (PR_SET_PDEATHSIG, prctl(2)), which is PostgreSQL's fast
  shutdown. That signal is bound to the *thread* that started the child, so from another thread, and on other systems, a
  watcher process waits for the end of a pipe instead.
* The server and all its children inherit one locked descriptor. Whoever holds that lock afterwards knows that none of
  them is left, whatever ``postmaster.pid`` says: a stale file whose number was given to another process is removed.
* The server's own log never holds statements, their values or error texts: they could carry personal data.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime.postgres.binaries import MAJOR, Programs
from razdar.runtime.postgres.conninfo import socket_url
from razdar.runtime.postgres.places import Places, passable
from razdar.runtime.postgres.watch import Watcher

ADMIN = "razdar_admin"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    # (pool + audit pool) x processes on one host, with room for a second set during a restart
    "max_connections": "200",
    "summarize_wal": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # "log" leaves out errors of statements, whose texts quote values; starts, stops, recovery and refusals stay.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
}
# Losing a test database with the machine does no harm; waiting for the disk does.
UNSAFE_FAST: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "summarize_wal": "off",
}
# A starter that was just killed may not be gone yet.
LOCK_SECONDS = 1.0
START_SECONDS = 120.0
STOP_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class _Child:
    """The postmaster, and who ends it when we are gone (None: the kernel)."""

    process: "subprocess.Popen[bytes]"
    watcher: Watcher | None


class Server:
    """A running server; stop it with :meth:`stop`."""

    def __init__(self, places: Places, child: _Child, locks: Sequence[int]) -> None:
        self._places = places
        self._process = child.process
        self._watcher = child.watcher
        self._locks = tuple(locks)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def socket_folder(self) -> Path:
        return self._places.run.resolve()

    def returncode(self) -> int | None:
        """How the server ended, or None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, the data are written; harder after a minute."""
        for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(order)
            try:
                self._process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        if self._watcher:
            self._watcher.dismiss()
        self._watcher = None
        self._places.close_run()
        locks, self._locks = self._locks, ()
        for lock in locks:
            os.close(lock)


def start(places: Places, programs: Programs, password: str, settings: Mapping[str, str] = SETTINGS) -> Server:
    """Make the cluster if there is none, start it and wait until it answers.

    Args:
        places: where it lives.
        programs: what to run and as whom.
        password: the superuser's, used when the cluster is made and to see whether it answers.
        settings: server settings by name.

    Raises:
        Unavailable: another process runs a server here, or this one did not start; the log says why.
        Misconfigured: the data folder is unusable.
    """
    places.make(programs)
    with ExitStack() as locks:
        numbers = []
        for path, seconds in ((places.lock, LOCK_SECONDS), (places.server_lock, STOP_SECONDS)):
            numbers.append(_lock(path, seconds))
            locks.callback(os.close, numbers[-1])
        if not (places.data / "PG_VERSION").exists():
            _make_cluster(places, programs, password)
        _check_cluster(places, programs)
        # We hold the server's lock: no process of an earlier server is left, so this file is stale.
        (places.data / "postmaster.pid").unlink(missing_ok=True)
        folder = places.open_run(programs)
        child = _spawn(places, programs, {**settings, "unix_socket_directories": str(folder)}, numbers[1])
        try:
            _wait_until_ready(places, child.process, socket_url(folder, ADMIN, password, "postgres"))
        except BaseException:
            Server(places, child, ()).stop()
            raise
        locks.pop_all()
        return Server(places, child, numbers)


def is_running(places: Places) -> bool:
    """True while some process holds the server started here."""
    if not places.lock.exists():
        return False
    try:
        lock = _lock(places.lock, seconds=0)
    except Unavailable:
        return True
    os.close(lock)
    return False


def _lock(path: Path, seconds: float) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(fd)
                raise Unavailable("Another Razdar process runs the database in this folder.") from None
            time.sleep(0.05)
        else:
            return fd


def _make_cluster(places: Places, programs: Programs, password: str) -> None:
    parent = places.data_parent(programs)
    final = parent / "data"
    if final.exists() and any(final.iterdir()):
        raise Misconfigured("The database folder holds something that is not a PostgreSQL cluster.")
    with tempfile.TemporaryDirectory(prefix="new-", dir=parent) as scratch:
        room = Path(scratch)
        fresh, secret = room / "data", room / "password"
        fresh.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(password)
        for path in (room, fresh, secret):
            programs.give(path)
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", f"--username={ADMIN}", "--encoding=UTF8"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        result = programs.run("initdb", f"--pgdata={fresh}", *options, *locale, cwd=room)
        if result.returncode:
            raise Unavailable(f"The database could not be created (initdb ended with {result.returncode}).")
        fresh.rename(final)
    if final != places.data:
        places.data.unlink(missing_ok=True)
        places.data.symlink_to(final)


def _check_cluster(places: Places, programs: Programs) -> None:
    made_by = (places.data / "PG_VERSION").read_text().strip()
    if made_by != MAJOR:
        raise Misconfigured(f"The database was made by PostgreSQL {made_by}, and this Razdar brings {MAJOR}.")
    if programs.account and not passable(places.data.resolve().parent):
        raise Misconfigured(
            "The database's account cannot enter the folder any more; a folder above it became private."
        )


def _spawn(places: Places, programs: Programs, settings: Mapping[str, str], lock: int) -> _Child:
    data = places.data.resolve()
    command = [
        str(programs.folder / "postgres"),
        "-D",
        str(data),
        *(f"--{key}={value}" for key, value in settings.items()),
    ]
    log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    dies_with_us = _signal_at_parents_death()
    try:
        process = subprocess.Popen(
            command,
            cwd=data,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,  # Ctrl-C is for us: web and worker end first, the database last
            preexec_fn=dies_with_us,  # noqa: PLW1509 - one system call, prepared before the fork
            **programs.popen_arguments(),
        )
    finally:
        os.close(log)
    return _Child(process, Watcher(process.pid) if dies_with_us is None else None)


def _signal_at_parents_death() -> Callable[[], None] | None:
    """A function for the new process, before it becomes the server; None where a watcher has to do."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return ask


def _wait_until_ready(places: Places, process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Unavailable(f"The database did not start; {places.log} says why.")
        if _says_ready(places.data / "postmaster.pid", process.pid):
            _knock(url)
            return
        time.sleep(0.01)
    raise Unavailable(f"The database did not become ready in time; {places.log} says why.")


def _knock(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        raise Misconfigured("The database refuses its own password: roles.json belongs to another database.") from None


def _says_ready(pidfile: Path, pid: int) -> bool:
    # miscadmin.h: line 1 is the postmaster's process id, line 8 its state
    try:
        lines = pidfile.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"
