"""While a call is captured, what is said lies nowhere but in the recorder's own memory, and afterwards not even there.

An installation runs under a trace of every file that any of its processes opens; a call is streamed into its recorder
as an exchange streams one. Meanwhile and afterwards everything it can leave something in is searched: every file of its
folder, its ``/tmp`` and ``/dev/shm``, its tables, what its processes hold open or share in memory.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from razdar.demo_content.calls import CALLS, DemoCall
from razdar.interactions.audio import read_audio
from razdar.telephony.simulation import sides
from tests import weakening
from tests.leaks import house, installation, planted, sources
from tests.leaks.house import House
from tests.leaks.scanner import Scanner, Source
from tests.leaks.tracing import Opened, Trace
from tests.leaks.voice import Voice

SPEED = 2
CALL = CALLS[0]
SHAPES = Scanner([], [window for window in planted.windows() if window.name.startswith(CALL.name)])
NAMES = frozenset(window.name for window in planted.windows() if window.name.startswith(CALL.name))
FOR_A_MOMENT = ("/tmp/", "/dev/shm/", "/memfd:")  # noqa: S108 - looked at
THE_RECORDERS = re.compile(
    r"/var/(spool/([^/]+\.part|lock|recorders(\.new)?)|recorder/[\w.]+|objects/.+|log/.+|postgres/lock)$|^/dev/null$"
)
"""What a recorder writes: ciphertext, who it is, and that something happened."""
ANYBODYS = re.compile(
    r"/var/(postgres|keys|objects|spool|recorder|log|run|static)(/.*)?"  # all of it is searched
    r"|/var/lib/razdar/(lock|instances/.*)|/dev/(null|tty|shm/PostgreSQL\.\d+)|/proc/self/.*|/proc/\d+/.*|(pipe|socket|anon_inode):.*"
)


@dataclass
class Capture:
    """A running installation into which a call is streamed."""

    house: House
    trace: Trace
    stream: "subprocess.Popen[bytes]"
    recorder: int

    @property
    def runs(self) -> bool:
        return self.stream.poll() is None

    @property
    def threads(self) -> frozenset[int]:
        """Of the recorder."""
        return frozenset(int(path.name) for path in Path(f"/proc/{self.recorder}/task").iterdir())

    def everywhere(self, known: dict[str, object] | None = None) -> Iterator[Source]:
        """All that may keep something of a call; not what processes have in memory of their own.

        Args:
            known: of files that were searched, how they were; they are left out while they are so.
        """
        made = self.house
        left_out = [made.base / "passphrase", self.trace.folder]
        family = sources.family(made.pid)
        files = sources.files(made.base, left_out, known)
        return chain(files, made.temporary(), sources.held(family), sources.tables(made.admin_url))

    def memory_of_others(self) -> Iterator[Source]:
        worker = self.house.pid_of("worker")
        for pid in sources.family(self.house.pid):
            if pid != self.recorder:
                for source in sources.memory(pid):
                    yield Source(f"{source.name} (worker)" if pid == worker else source.name, source.data)


@contextmanager
def captured(template: House, speed: str, environ: Mapping[str, str] | None = None) -> Iterator[Capture]:
    """An installation with a call that has just begun; the file it comes from is elsewhere."""
    with house.like(template) as made, installation.place() as elsewhere:
        made.environ = {**made.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})}
        trace = Trace(made.base / "trace")
        made.start("up", under=trace.command)
        made.wait_for("Razdar is ready")
        sound = elsewhere / "call.flac"
        sound.write_bytes(CALL.audio())
        stream = made.popen("simulate-call", str(sound), "--customer", CALL.customer_reference, "--speed", speed)
        capture = Capture(made, trace, stream, made.pid_of("recorder"))
        try:
            installation.wait_until(lambda: any(made.var.glob("spool/*.part")) or not capture.runs, lambda: made.output)
            yield capture
        finally:
            stream.kill()
            stream.wait()


@pytest.mark.timeout(400)
def test_while_a_call_runs_nothing_of_it_lies_anywhere(template: House) -> None:
    with captured(template, str(SPEED)) as capture:
        voice = Voice(said(CALL))
        looks, threads, known = 0, capture.threads, dict[str, object]()
        heard: dict[str, set[str]] = {}
        while capture.runs:
            heard = heard or voice.found(sources.memory(capture.recorder))
            assert voice.found(capture.everywhere(known)) == {}
            looks, threads = looks + 1, threads | capture.threads
        assert looks >= 1
        assert heard, "the search does not find what is there"
        assert capture.stream.returncode == 0
        afterwards = SHAPES.scan(capture.everywhere())
        assert afterwards.found == set(), afterwards
        assert afterwards.size > 20_000_000, afterwards
        opened = list(capture.trace.written())
        report(opened, threads, looks)
        assert strange(opened, ANYBODYS) == set()
        assert strange((one for one in opened if one.thread in threads), THE_RECORDERS) == set()
        assert any(one.path.endswith(".part") for one in opened)


@pytest.mark.timeout(400)
def test_control_files_for_a_moment_are_found_wherever_they_are(template: House) -> None:
    patch = {"patch": "razdar.telephony.composing:_flac", "with_": "tests.leaks.patches:makes_files_of_sound"}
    with captured(template, "max", weakening.environment(**patch, base={})) as capture:
        capture.stream.wait(120)
        found = Voice(said(CALL)).found(chain(capture.house.temporary(), held_by(capture)))
        opened = strange(capture.trace.written(), ANYBODYS)
        for place in FOR_A_MOMENT:
            assert any(place in name for name in found), (place, found)
            assert any(place in path for path in opened), (place, opened)


@pytest.mark.heavy
@pytest.mark.timeout(1200)
def test_control_without_sealing_the_sound_is_found_in_spool_and_store(template: House) -> None:
    patch = {"patch": "razdar.core.crypto.suites:by_id", "with_": "tests.telephony.weakenings:keeps_sound_plain"}
    with captured(template, "2", weakening.environment(**patch, base={})) as capture:
        voice, found = Voice(said(CALL)), dict[str, set[str]]()
        while capture.runs and not found:  # the first words are still to come
            found = voice.found(sources.files(capture.house.var / "spool"))
        assert any(name.endswith(".part") for name in found)
        capture.stream.wait(300)
        assert SHAPES.scan(sources.files(capture.house.var / "objects")).found == NAMES


@pytest.mark.heavy
@pytest.mark.timeout(1200)
def test_in_real_time_nothing_lies_anywhere_nor_in_another_process(template: House) -> None:
    """The same in real time; the other processes' memory is searched too, and files for the shape of what is said."""
    with captured(template, "1") as capture:
        voice = Voice(said(CALL))
        looks, threads = 0, capture.threads
        while capture.runs:
            assert voice.found(capture.everywhere()) == {}
            others = voice.found(capture.memory_of_others())
            if capture.runs:  # when it is over, the worker makes a recording of it
                assert others == {}
            assert all("(worker)" in name for name in others), others
            shapes = SHAPES.scan(sources.files(capture.house.var, [capture.house.var / "postgres"]))
            assert shapes.found == set(), shapes
            looks, threads = looks + 1, threads | capture.threads
        assert looks >= 3
        opened = list(capture.trace.written())
        report(opened, threads, looks)
        assert strange(opened, ANYBODYS) == set()
        assert strange((one for one in opened if one.thread in threads), THE_RECORDERS) == set()


# --- Looking ----------------------------------------------------------------------------------------------------------


def said(call: DemoCall) -> dict[str, bytes]:
    """What is streamed of a call, by side."""
    return sides(read_audio(call.audio()))


def held_by(capture: Capture) -> Iterator[Source]:
    return sources.held(sources.family(capture.house.pid))


def strange(opened: Iterator[Opened] | list[Opened], usual: "re.Pattern[str]") -> set[str]:
    """What was opened to write in a place where nothing should be."""
    return {one.path for one in opened if not usual.search(one.path)}


def report(opened: list[Opened], threads: frozenset[int], looks: int) -> None:
    recorders = {one.path for one in opened if one.thread in threads}
    places = len({one.path for one in opened})
    sys.stdout.write(
        f"trace: {len(opened)} opened to write, {places} places, {len(recorders)} of them the recorder's; "
        f"searched {looks} times while the call ran; 0 with sound\n"
    )
