"""A sequencer that was killed, stopped or cut off: nothing is lost, nothing doubled, and it never writes again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from razdar.audit.models import Inbox
from razdar.audit.sequencing import sequencer, turn
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.turn import AnotherHolds, Fenced, Turn, raise_fence
from razdar.audit.writer import Writer
from razdar.core.ledger import encode
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.audit.fakes import A, Connection, entries, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import assert_consistent, sizes
from tests.weakening import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def put(count: int, made_by: Writer) -> None:
    rows = [made_by.event(encode(look(A), 1_750_000_000_000)) for _ in range(count)]
    Inbox.objects.using("audit").bulk_create(rows)


def counters(owner: Connection) -> list[int | None]:
    return [counter for _, _, counter in entries(owner, A)]


def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


class Children:
    """Sequencers as processes of their own; all are gone at the end."""

    def __init__(self, urls: RoleUrls, folder: Path, key_store: Path) -> None:
        self.base = os.environ | {
            "RAZDAR_VAR": str(folder),
            "KEY_STORE": str(key_store),
            "RAZDAR_DATABASE_URL": urls.runtime,
            "RAZDAR_SEQUENCER_URL": urls.sequencer,
            "PYTHONPATH": str(ROOT),
            "HALT_FILE": str(folder / "halt"),
        }
        self.halt = folder / "halt"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, patch: str = "", with_: str = "", frozen_after: float = 30.0) -> "subprocess.Popen[bytes]":
        environ = environment(patch=patch, with_=with_, base=self.base) if patch else self.base
        command = [sys.executable, "-m", "tests.audit.child", str(frozen_after)]
        self.started.append(subprocess.Popen(command, env=environ, cwd=ROOT))
        return self.started[-1]

    def end(self) -> None:
        for child in self.started:
            child.kill()
            child.wait()


@pytest.fixture
def children(database: RoleUrls, tmp_path: Path, key_store: Path) -> Iterator[Children]:
    made = Children(database, tmp_path, key_store)
    yield made
    made.end()


STEPS = [
    ("razdar.audit.sequencing.inbox:waiting", "dies_after"),
    ("razdar.audit.sequencing.inbox:take", "dies_after"),
    ("razdar.audit.sequencing.entries:Logs.append", "dies_before"),
    ("razdar.audit.sequencing.entries:_insert", "dies_after"),
    ("razdar.audit.sequencing.trees:extend", "dies_after"),
    ("razdar.audit.sequencing.signing:sign_due", "dies_before"),
    ("razdar.keys.log_heads:Heads.advance", "dies_before"),
    ("razdar.keys.log_heads:Heads.advance", "dies_after"),
    ("razdar.audit.sequencing.signing:store", "dies_after"),
    ("razdar.audit.sequencing.entries:Logs.save", "dies_after"),
    ("razdar.audit.sequencing.chores:Chores.look", "dies_before"),
]


@pytest.mark.parametrize(("step", "how"), STEPS, ids=[step.rpartition(":")[2] + " " + how for step, how in STEPS])
def test_killed_at_any_step_nothing_is_lost_and_nothing_doubled(
    owner: Connection, children: Children, step: str, how: str
) -> None:
    made_by = Writer()
    put(300, made_by)
    wait_until_sequenced()
    put(10, made_by)
    dying = children.start(step, f"tests.audit.dying:{how}")
    assert dying.wait(timeout=60) == -signal.SIGKILL
    put(2, made_by)
    wait_until_sequenced()
    assert counters(owner) == list(range(1, 313))
    assert_consistent(owner, A)


def test_a_frozen_sequencer_loses_its_turn_and_cannot_write_when_it_wakes(
    owner: Connection, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = Writer()
    put(3, made_by)
    first = children.start("razdar.audit.sequencing.turn:writing", "tests.audit.dying:halts_before", frozen_after=1)
    until(children.halt.exists, 60)
    first.send_signal(signal.SIGSTOP)  # it has the turn, and is about to begin a round
    children.halt.unlink()
    second = children.start(frozen_after=1)
    until(lambda: counters(owner) == [1, 2, 3], 60)
    first.send_signal(signal.SIGCONT)
    put(2, made_by)
    until(lambda: sizes(owner, A) == [5])
    time.sleep(0.5)
    assert second.poll() is None
    assert counters(owner) == [1, 2, 3, 4, 5]
    assert_consistent(owner, A)


IN_THE_MIDDLE = {
    "of a round": "razdar.audit.sequencing.entries:Logs.save",
    "of signing": "razdar.keys.log_heads:Heads.advance",
}


@pytest.mark.parametrize("step", IN_THE_MIDDLE.values(), ids=IN_THE_MIDDLE)
def test_a_sequencer_frozen_in_the_middle_is_undone(owner: Connection, children: Children, step: str) -> None:
    made_by = Writer()
    put(3, made_by)
    first = children.start(step, "tests.audit.dying:halts_before", frozen_after=1)
    until(children.halt.exists, 60)
    first.send_signal(signal.SIGSTOP)
    children.start(frozen_after=1)
    until(lambda: sizes(owner, A) == [3], 60)
    children.halt.unlink()
    first.send_signal(signal.SIGCONT)
    put(2, made_by)
    until(lambda: sizes(owner, A) == [5])
    assert counters(owner) == [1, 2, 3, 4, 5]
    assert_consistent(owner, A)


def test_an_old_fence_writes_nothing(owner: Connection) -> None:
    put(1, Writer())
    old = raise_fence()
    new = raise_fence()
    with pytest.raises(Fenced):
        sequencer.sequence_once(fence=old)
    assert entries(owner, A) == []
    assert sequencer.sequence_once(fence=new) == 1


def test_control_without_the_fence_the_old_turn_would_write(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    put(1, Writer())
    old = raise_fence()
    raise_fence()
    monkeypatch.setattr(turn, "hold_fence", lambda _fence: None)
    sequencer.sequence_once(fence=old)
    assert len(entries(owner, A)) == 1


def test_nobody_raises_the_fence_in_the_middle_of_a_round(database: RoleUrls) -> None:
    fence = raise_fence()
    with turn.writing(fence), psycopg.connect(database.sequencer) as other:
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("UPDATE audit_sequencing SET fence = fence + 1")


def test_every_turn_raises_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "AGAIN_AFTER", 0.0)
    first, second = Turn(), Turn()
    mine = first.keep()
    assert first.keep() == mine + 1
    with pytest.raises(AnotherHolds):
        second.keep()
    first.end()
    assert second.keep() == mine + 2
    with pytest.raises(Fenced):
        sequencer.sequence_once(fence=mine + 1)
    second.end()


@contextmanager
def _round_held_open(database: RoleUrls) -> Iterator[None]:
    with psycopg.connect(database.sequencer) as other, other.transaction():
        other.execute("SELECT fence FROM audit_sequencing FOR UPDATE")
        yield


def test_who_wants_the_turn_does_not_wait_for_ever(database: RoleUrls) -> None:
    with _round_held_open(database), pytest.raises(AnotherHolds):
        raise_fence()
    connections[SEQUENCER].close()
