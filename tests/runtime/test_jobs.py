"""Background work: in the caller's transaction, in its scope, at least once, and without error texts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import procrastinate
import psycopg
import pytest
from django.db import connection

from razdar.core.errors import Unavailable
from razdar.runtime import jobs, worker
from razdar.runtime.jobs import job
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from tests.runtime import probe, probe_jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("probe_tables")]

REPOSITORY = Path(__file__).resolve().parents[2]
A, B = uuid4(), uuid4()


@pytest.fixture
def work(database: RoleUrls, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts worker processes on this process's database; their logs are in ``tmp_path``."""
    started: list[subprocess.Popen[str]] = []

    def start(how: str = "once", *more: str) -> "subprocess.Popen[str]":
        environment = os.environ | {
            "RAZDAR_DATABASE_URL": database.runtime,
            "RAZDAR_VAR": str(tmp_path / "var"),
            probe_jobs.MARK: str(tmp_path / "mark"),
        }
        command = [sys.executable, "-m", "tests.runtime.working", str(tmp_path / "log"), how, *more]
        with (tmp_path / "stderr").open("ab") as errors:
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=errors, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def _waiting() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE task_name LIKE 'probe.%' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def _states(name: str) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return list(cursor.fetchall())


def _rows(client: UUID) -> int:
    with scope(client):
        return probe.seen()


def _wait_for_a_row() -> None:
    deadline = time.monotonic() + 60
    while _rows(A) == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _read(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "mark")


# --- deferring --------------------------------------------------------------------------------------------------------


def test_a_job_exists_only_if_its_reason_was_committed() -> None:
    with scope(A):
        probe_jobs.add.defer(A)
    assert _waiting() == ["probe.add"]
    with pytest.raises(ZeroDivisionError), scope(A):  # noqa: PT012
        probe_jobs.add.defer(A)
        raise ZeroDivisionError
    assert _waiting() == ["probe.add"]


def test_many_at_once() -> None:
    with scope(A):
        assert probe_jobs.add.defer_many([{"client": A}, {"client": A}]) == 2
        assert probe_jobs.add.defer_many([]) == 0
    assert _waiting() == ["probe.add"] * 2


def test_at_most_one_waits_and_the_transaction_goes_on() -> None:
    with scope(A):
        assert probe_jobs.alone.defer(A)
        assert not probe_jobs.alone.defer(A)
        assert probe_jobs.alone.defer(B)
        probe.add_customer(A)
    assert _waiting() == ["probe.alone"] * 2
    assert _rows(A) == 1
    with pytest.raises(TypeError):
        probe_jobs.alone.defer_many([{"client": A}])


def test_only_ids_are_arguments() -> None:
    with pytest.raises(TypeError, match="ids only"):
        probe_jobs.add.defer(str(A))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="ids only"):
        probe_jobs.add.defer_many([{"client": "Anna"}])  # type: ignore[dict-item]

    def with_text(client: UUID, name: str) -> None: ...
    def unannotated(client: UUID, name) -> None: ...  # type: ignore[no-untyped-def]
    def without_client(customer: UUID) -> None: ...

    for function in (with_text, unannotated, without_client):
        with pytest.raises(TypeError):
            job("probe.refused")(function)


def test_a_declared_job_can_be_done_at_once() -> None:
    probe_jobs.add(A)
    probe_jobs.tick()
    assert (_rows(A), _rows(B)) == (1, 0)


def test_pauses_grow_and_end() -> None:
    assert [round(jobs.pause(n) / 5 / 2**n) for n in range(5)] == [1] * 5
    assert 2700 <= jobs.pause(50) <= 3600


# --- running ----------------------------------------------------------------------------------------------------------


def test_a_worker_does_it_in_the_clients_scope(work: Callable[..., Any]) -> None:
    with scope(A):
        probe_jobs.add.defer(A)
        probe_jobs.alone.defer(A)
    assert work().wait(60) == 0
    assert (_rows(A), _rows(B)) == (2, 0)
    assert _waiting() == [], "what went well is forgotten"


def test_what_a_failed_job_wrote_and_deferred_is_undone(work: Callable[..., Any], tmp_path: Path) -> None:
    probe_jobs.add_then_fail.defer(A)
    assert work().wait(60) == 0
    assert _rows(A) == 0
    assert _waiting() == ["probe.add-then-fail"]
    assert _states("probe.add-then-fail")[0][0] == "failed"


def test_a_lasting_error_is_not_tried_again(work: Callable[..., Any]) -> None:
    probe_jobs.refuse.defer(A)
    assert work().wait(60) == 0
    assert _states("probe.refuse")[0][0] == "failed"
    assert _rows(A) == 1, "failed() was called, once"


def test_other_errors_are_tried_again_as_often_as_said(work: Callable[..., Any]) -> None:
    probe_jobs.stumble.defer(A)
    for expected in ("todo", "todo", "failed"):
        assert work().wait(60) == 0
        assert _states("probe.stumble")[0][0] == expected
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    assert _rows(A) == 1


def _plant(work: Callable[..., Any], *more: str) -> None:
    for planted in (probe_jobs.add_then_fail, probe_jobs.refuse, probe_jobs.stumble):
        planted.defer(A)
    assert work("once", *more).wait(60) == 0


def test_no_error_text_reaches_a_log(work: Callable[..., Any], tmp_path: Path) -> None:
    _plant(work)
    written = _read(tmp_path)
    for secret in probe_jobs.SECRET.split():
        assert secret not in written
    for known in ("probe.stumble", "builtins.ValueError", "django.db.utils.IntegrityError", "23505", "bad-input"):
        assert known in written


def test_the_texts_would_be_there(work: Callable[..., Any], tmp_path: Path) -> None:
    """Control run: a worker without the two filters."""
    _plant(work, "weakened")
    written = _read(tmp_path)
    assert written.count(probe_jobs.SECRET) >= 3


def test_a_killed_workers_job_is_done_by_the_next(work: Callable[..., Any], tmp_path: Path, database: RoleUrls) -> None:
    probe_jobs.hang.defer(A)
    first = work("forever")
    deadline = time.monotonic() + 60
    while not (tmp_path / "mark").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _states("probe.hang")[0][0] == "doing"
    with psycopg.connect(database.owner) as owner:  # instead of waiting for its heartbeat to be old
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert work().wait(60) == 0
    assert _states("probe.hang") == []
    assert _rows(A) == 1


def test_a_worker_that_ends_unasked_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def give_up(self: procrastinate.App, **options: object) -> None:
        """As when the database stays away."""

    monkeypatch.setattr(procrastinate.App, "run_worker_async", give_up)
    with pytest.raises(Unavailable, match="lost the database"):
        worker.run()
    worker.run(wait=False)


def test_sigterm_ends_a_worker_quickly(work: Callable[..., Any]) -> None:
    process = work("forever")
    probe_jobs.add.defer(A)
    _wait_for_a_row()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
