"""Several processes kept running, and stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from razdar.core.errors import Unavailable
from razdar.runtime import supervise
from razdar.runtime.supervise import Child, Supervisor

STAY = "import razdar.runtime.supervise as s, time; s.follow_parent(); time.sleep(600)"


@pytest.fixture
def run() -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def begin(*codes: str) -> Supervisor:
        children = [Child(f"c{number}", (sys.executable, "-c", code), dict) for number, code in enumerate(codes)]
        supervisor = Supervisor(children)
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield begin
    for supervisor in made:
        supervisor.close()


def _pids(supervisor: Supervisor) -> list[int]:
    return [child.process.pid for child in supervisor._children if child.process]


def _gone(pid: int) -> bool:
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except (FileNotFoundError, ProcessLookupError):
        return True


def _wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_all_stop_together(run: Callable[..., Supervisor]) -> None:
    supervisor = run(STAY, STAY)
    pids = _pids(supervisor)
    supervisor.stop()
    assert all(map(_gone, pids))


def test_one_that_ignores_the_order_is_killed(run: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "STOP_SECONDS", 0.5)
    supervisor = run("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)")
    (pid,) = _pids(supervisor)
    time.sleep(0.3)
    supervisor.stop()
    assert _gone(pid)


def test_one_that_ends_is_started_again(run: Callable[..., Supervisor]) -> None:
    supervisor = run(STAY)
    (before,) = _pids(supervisor)
    os.kill(before, signal.SIGKILL)

    def again() -> bool:
        supervisor.look()
        return _pids(supervisor) not in ([], [before])

    _wait_until(again)


def test_one_that_never_stays_up_ends_everything(
    run: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "LONGEST_PAUSE", 0.05)
    supervisor = run("raise SystemExit(3)")
    with pytest.raises(Unavailable, match="c0 does not stay up"):
        supervisor.watch(threading.Event(), lambda: None)


def test_children_follow_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from razdar.runtime.supervise import Child, Supervisor;"
        f"s = Supervisor([Child('c', (sys.executable, '-c', {STAY!r}), dict)]); s.start();"
        "print(s._children[0].process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(0.5)
    parent.kill()
    parent.communicate()
    _wait_until(lambda: _gone(child))


def test_a_child_does_not_see_what_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_URL", "x")
    target = str(tmp_path / "seen")
    code = f"import os, pathlib; pathlib.Path({target!r}).write_text(str('SECRET_URL' in os.environ))"
    supervisor = Supervisor([Child("c", (sys.executable, "-c", code), dict, frozenset({"SECRET_URL"}))])
    try:
        supervisor.start()
        _wait_until(lambda: (tmp_path / "seen").exists() and (tmp_path / "seen").read_text() == "False")
    finally:
        supervisor.close()


def test_what_is_handed_over_is_closed_here_and_open_there(tmp_path: Path) -> None:
    handed: list[int] = []

    def hand_over() -> dict[str, int]:
        reading, writing = os.pipe()
        os.write(writing, b"words")
        os.close(writing)
        handed.append(reading)
        return {"HANDED_FD": reading}

    target = str(tmp_path / "got")
    code = f"import os, pathlib; pathlib.Path({target!r}).write_bytes(os.read(int(os.environ['HANDED_FD']), 9))"
    supervisor = Supervisor([Child("c", (sys.executable, "-c", code), hand_over)])
    try:
        supervisor.start()
        _wait_until(lambda: (tmp_path / "got").exists() and (tmp_path / "got").read_bytes() == b"words")
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handed[0])
    finally:
        supervisor.close()


def test_a_child_knows_that_it_is_one(run: Callable[..., Supervisor], tmp_path: Path) -> None:
    said = tmp_path / "said"
    write = f"import pathlib; pathlib.Path({str(said)!r}).write_text(str(s.is_child()))"
    run(STAY.replace("time.sleep", f"{write}; time.sleep"))
    deadline = time.monotonic() + 30
    while not (said.exists() and said.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert said.read_text() == "True"
    assert not supervise.is_child()
