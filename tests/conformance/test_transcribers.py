"""Every registered transcription engine keeps the same promises, and its process is kept in its place.

The engine of the tests is a real child process. The others are held to the same with stand-ins for their libraries,
and with the libraries themselves where they are installed and a model is named: RAZDAR_TEST_MODELS is a folder with one
model for each, in a folder of the engine's name. No engine has a network here, as nowhere.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from razdar.demo_content.calls import CALLS
from razdar.interactions import engine_process
from razdar.interactions.audio import read_audio
from razdar.interactions.engine_lines import (
    EngineCrashed,
    EngineFailed,
    EngineHung,
    EngineNonsense,
    EngineOutOfMemory,
)
from razdar.interactions.engine_process import Chosen, Limits
from razdar.interactions.transcribers.base import ENGINES, NotReady
from tests.conformance import engines, weak
from tests.weakening import ROOT, environment

QUICK = Limits(memory=2 << 30, still_seconds=30.0)
BURSTS = [[(0.5, 0.9), (2.0, 2.3)], [(1.2, 1.6)]]


def ours(folder: Path, act: str = "listen", **changes: object) -> Chosen:
    return Chosen(engines.NAME, engines.ENGINE, engines.model(folder, act), replace(QUICK, **changes))  # type: ignore[arg-type]


LIBRARIES = Path(__file__).parent / "libraries"
MODELS = {
    "faster-whisper": {"model.bin": "fake", "config.json": "{}", "tokenizer.json": "{}"},
    "vosk": {"am/final.mdl": "fake", "conf/model.conf": "--sample-frequency=8000"},
}
"""What a folder of a model holds."""


def with_stand_in(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Chosen:
    """The engine as it is, on a stand-in for its library."""
    monkeypatch.syspath_prepend(LIBRARIES)
    for file, text in MODELS[name].items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text)
    ENGINES[name].make_sure(folder)
    return Chosen(name, ENGINES[name], folder, QUICK)


def real(name: str) -> Chosen:
    engine = ENGINES[name]
    if not engine.is_installed:
        pytest.skip(f"this test needs the optional engine {name} (pip install razdar[{name}])")
    folder = Path(os.environ.get("RAZDAR_TEST_MODELS", "/nonexistent")) / name
    if engine.has_model and not folder.is_dir():
        pytest.skip(f"this test needs a model of {name} in RAZDAR_TEST_MODELS")
    engine.make_sure(folder)
    return Chosen(name, engine, folder if engine.has_model else None)


Maker = Callable[[Path, pytest.MonkeyPatch], Chosen]
MAKERS: dict[str, Maker] = {
    engines.NAME: lambda folder, _: ours(folder),
    **{f"{name}, stand-in": partial(with_stand_in, name) for name in MODELS},
    **{name: lambda _, __, name=name: real(name) for name in ("faster-whisper", "vosk", "pocketsphinx")},
}


@pytest.fixture(params=MAKERS)
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chosen:
    return MAKERS[request.param](tmp_path, monkeypatch)


# --- What every engine promises ---------------------------------------------------------------------------------------


def test_every_engine_is_held_to_this_suite() -> None:
    assert {name for name in MAKERS if not name.endswith("stand-in")} == set(ENGINES)
    assert set(MODELS) == {name for name, engine in ENGINES.items() if engine.has_model and name != engines.NAME}


def test_words_come_with_times_channel_and_confidence(engine: Chosen) -> None:
    sound = read_audio(min(CALLS, key=lambda call: len(call.audio())).audio())
    heard = engine.hear(sound, "en")
    assert heard.words
    assert {word.channel for word in heard.words} == set(range(sound.channels))
    assert all(0 <= word.start_ms <= word.end_ms <= sound.duration_ms for word in heard.words)
    assert all(word.confidence is not None for word in heard.words)
    assert list(heard.words) == sorted(heard.words, key=lambda word: (word.start_ms, word.channel))


def test_silence_has_no_words_or_few(engine: Chosen) -> None:
    assert len(engine.hear(engines.sound_of([[], []], 3.0), "en").words) <= 2


@pytest.mark.parametrize("name", [*MODELS, "pocketsphinx"])
def test_its_file_says_under_which_licence(name: str) -> None:
    assert ENGINES[name].licence in {"MIT", "Apache-2.0", "BSD-2-Clause"}


def test_only_the_one_that_is_too_poor_is_for_tests() -> None:
    assert [name for name, engine in ENGINES.items() if engine.for_tests] == ["pocketsphinx"]


@pytest.mark.parametrize("name", ["faster-whisper", "vosk"])
def test_a_model_that_is_not_there_is_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at before anything is loaded, so that no library takes a wrong path for the name of a download."""
    engine = replace(ENGINES[name], library="numpy")
    for folder in (None, tmp_path / "missing", tmp_path):
        with pytest.raises(NotReady, match=r"folder|RAZDAR_TRANSCRIBER_MODEL"):
            engine.make_sure(folder)


def test_a_library_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="not installed"):
        replace(engines.ENGINE, library="no_such_library").make_sure(tmp_path)


# --- The libraries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_words_and_times_of_a_library_come_over_as_they_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = with_stand_in(name, tmp_path, monkeypatch)
    heard = chosen.hear(engines.sound_of(BURSTS, 3.0), "en-GB")
    assert heard.language == "en-GB"
    assert {word.text.strip(".").lower() for word in heard.words} == {"beep"}
    found = [[(w.start_ms, w.end_ms) for w in heard.words if w.channel == lane] for lane in (0, 1)]
    for lane, times in enumerate(BURSTS):
        assert found[lane] == [
            (pytest.approx(start * 1000, abs=30), pytest.approx(end * 1000, abs=30)) for start, end in times
        ]


@pytest.mark.parametrize("language", ["", "xx", "fa"])
def test_a_language_that_the_model_does_not_know_is_left_to_it(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = with_stand_in("faster-whisper", tmp_path, monkeypatch)
    assert chosen.hear(engines.sound_of(BURSTS, 3.0), language).words


@pytest.mark.parametrize("name", MODELS)
def test_a_damaged_model_is_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = with_stand_in(name, tmp_path, monkeypatch)
    for file in MODELS[name]:
        (tmp_path / file).unlink()
        (tmp_path / file).mkdir()
    with pytest.raises(EngineFailed, match="could not"):
        chosen.hear(engines.sound_of(BURSTS, 3.0), "en")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_goes_away_after_it_was_looked_at_is_not_fetched(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = replace(with_stand_in(name, tmp_path, monkeypatch), folder=tmp_path / "some" / "name")
    with pytest.raises(EngineFailed, match="could not"):
        chosen.hear(engines.sound_of(BURSTS, 3.0), "en")


CALLS_MADE = {
    "faster-whisper": ("faster_whisper", ("WhisperModel.__init__", "WhisperModel.transcribe")),
    "vosk": ("vosk", ("SetLogLevel", "Model.__init__", "KaldiRecognizer.AcceptWaveform", "KaldiRecognizer.SetWords")),
}


@pytest.mark.parametrize("name", CALLS_MADE)
def test_the_library_has_the_parameters_of_its_stand_in(name: str) -> None:
    library, calls = CALLS_MADE[name]
    if not find_spec(library):
        pytest.skip(f"this test needs the optional engine {name} (pip install razdar[{name}])")
    stand_in = _parameters(library, calls, [str(LIBRARIES), *sys.path])
    library_itself = _parameters(library, calls, [*sys.path])
    assert stand_in != library_itself
    for call in calls:
        assert set(stand_in[call]) <= set(library_itself[call])


def _parameters(library: str, calls: tuple[str, ...], path: list[str]) -> dict[str, list[str]]:
    code = (
        "import inspect, json, operator, sys; module = __import__(sys.argv[1]);"
        "find = lambda call: list(inspect.signature(operator.attrgetter(call)(module)).parameters);"
        "print(json.dumps({call: find(call) for call in sys.argv[2:]}))"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    command = [sys.executable, "-c", code, library, *calls]
    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


# --- The process ------------------------------------------------------------------------------------------------------


def test_times_and_channels_are_right(tmp_path: Path) -> None:
    heard = ours(tmp_path).hear(engines.sound_of(BURSTS, 3.0, rate=44_100), "en").words
    found = [[(w.start_ms, w.end_ms) for w in heard if w.channel == lane] for lane in (0, 1)]
    for lane, times in enumerate(BURSTS):
        assert len(found[lane]) == len(times)
        for (start, end), (start_ms, end_ms) in zip(times, found[lane], strict=True):
            assert abs(start_ms - start * 1000) <= 20
            assert abs(end_ms - end * 1000) <= 20


MISDEEDS = {
    "die": EngineCrashed,
    "crash": EngineCrashed,
    "leave": EngineCrashed,
    "raise": EngineFailed,
    "eat": EngineOutOfMemory,
    "hang": EngineHung,
    "chatter": EngineNonsense,
    "early end": EngineNonsense,
    "flood": EngineNonsense,
    "not a model": EngineFailed,
    "file": EngineFailed,
    "memfd": EngineFailed,
    "network": EngineFailed,
    "local socket": EngineFailed,
    "program": EngineFailed,
    "child": EngineFailed,
    "shared memory": EngineFailed,
}


@pytest.mark.parametrize("act", MISDEEDS)
def test_what_goes_wrong_has_a_name_and_leaves_nothing(tmp_path: Path, act: str) -> None:
    chosen = ours(tmp_path, act, **({"still_seconds": 4.0} if act == "hang" else {}))
    began = time.monotonic()
    with pytest.raises(EngineFailed) as caught:
        chosen.hear(engines.sound_of(BURSTS, 3.0), "en")
    assert type(caught.value) is MISDEEDS[act]
    assert time.monotonic() - began < 40
    assert "beep" not in str(caught.value)


@pytest.mark.parametrize("landlock", [True, False], ids=["all walls", "no Landlock"])
@pytest.mark.parametrize("act", engines.TO_OTHERS)
def test_other_processes_and_files_are_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, landlock: bool
) -> None:
    if not landlock:
        monkeypatch.setattr(engine_process, "_environment", weak.without_landlock(engine_process._environment))
    chosen = ours(tmp_path, act)
    before = (tmp_path / engines.VICTIM).stat()
    with pytest.raises(EngineFailed) as caught:
        chosen.hear(engines.sound_of(BURSTS, 3.0), "en")
    assert type(caught.value) is EngineFailed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["act", engines.VICTIM]
    after = (tmp_path / engines.VICTIM).stat()
    assert (after.st_mode, after.st_size, after.st_mtime_ns) == (before.st_mode, before.st_size, before.st_mtime_ns)


def test_the_kernel_refuses_every_call_that_is_forbidden(tmp_path: Path) -> None:
    assert ours(tmp_path, "every forbidden call").hear(engines.sound_of(BURSTS, 3.0), "en").words


has_landlock = pytest.mark.skipif(
    ctypes.CDLL(None, use_errno=True).syscall(444, None, ctypes.c_size_t(0), 1) < 1,
    reason="this test needs a kernel with Landlock",
)


@pytest.mark.parametrize(
    "without",
    [(), ("restrict",), pytest.param(("seal_off",), marks=has_landlock)],
    ids=["all walls", "no Landlock", "a dumpable parent"],
)
@pytest.mark.parametrize("act", ["memory of the parent", "environment of the parent"])
def test_it_cannot_look_into_who_started_it(tmp_path: Path, act: str, without: tuple[str, ...]) -> None:
    """Each of the two walls is enough."""
    assert alone(act, tmp_path, *without) == "EngineFailed"


@pytest.mark.parametrize("act", ["memory of the parent", "environment of the parent"])
def test_without_both_walls_it_can(tmp_path: Path, act: str) -> None:
    yama = Path("/proc/sys/kernel/yama/ptrace_scope")
    if act.startswith("memory") and yama.exists() and yama.read_text().strip() != "0":
        pytest.skip("this test needs a system without Yama: it is a wall of its own")
    assert alone(act, tmp_path, "seal_off", "restrict") == "heard"


@has_landlock
def test_it_reads_its_model_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside").write_text("of another call")
    (tmp_path / "model").mkdir()
    chosen = ours(tmp_path / "model", "another file")
    with pytest.raises(EngineFailed):
        chosen.hear(engines.sound_of(BURSTS, 3.0), "en")
    monkeypatch.setattr(engine_process, "_environment", weak.without_landlock(engine_process._environment))
    assert chosen.hear(engines.sound_of(BURSTS, 3.0), "en").words


def test_a_model_may_lie_elsewhere_behind_links(tmp_path: Path) -> None:
    """As downloads keep them: a folder of links to files that are named by their digests."""
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "digest").write_text("listen")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "act").symlink_to("../blobs/digest")
    chosen = Chosen(engines.NAME, engines.ENGINE, tmp_path / "model", QUICK)
    assert chosen.hear(engines.sound_of(BURSTS, 3.0), "en").words


def alone(act: str, folder: Path, *without: str) -> str:
    command = [sys.executable, "-m", "tests.conformance.alone", act, str(folder), *without]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_it_inherits_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAZDAR_DATABASE_URL", "postgresql://x")
    monkeypatch.setenv("RAZDAR_PASSPHRASE_FILE", "/x")
    given = engine_process._environment()
    assert not [name for name in given if name.startswith(("RAZDAR", "DJANGO"))]
    assert given["HF_HUB_OFFLINE"] == "1"


# --- Control runs -----------------------------------------------------------------------------------------------------

CONTROLS = {
    "no walls": ("razdar.interactions.engine_process:_environment", "without_walls", ("memfd", "network", "program")),
    "no filter": (
        "razdar.interactions.engine_process:_environment",
        "without_a_filter",
        ("network", "local socket", "child", "shared memory"),
    ),
    "no reader": ("razdar.interactions.engine_lines:Lines.take", "believes_every_line", ("chatter",)),
    "no judge": ("razdar.interactions.engine_process:_judge", "does_nothing", ("die", "leave", "eat")),
}


@pytest.mark.parametrize(("patch", "with_", "acts"), CONTROLS.values(), ids=CONTROLS)
def test_without_it_the_same_tests_fail(patch: str, with_: str, acts: tuple[str, ...]) -> None:
    names = [f"{__file__}::test_what_goes_wrong_has_a_name_and_leaves_nothing[{act}]" for act in acts]
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environ = environment(patch=patch, with_=f"tests.conformance.weak:{with_}", base=sound)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *names]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert f"{len(acts)} failed" in run.stdout, run.stdout + run.stderr
    assert "DID NOT RAISE" in run.stdout


def test_without_walls_all_of_it_succeeds() -> None:
    name = f"{__file__}::test_other_processes_and_files_are_out_of_reach"
    sound = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    patch, with_, _ = CONTROLS["no walls"]
    environ = environment(patch=patch, with_=f"tests.conformance.weak:{with_}", base=sound)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", name, "-k", "all"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert f"{len(engines.TO_OTHERS)} failed" in run.stdout, run.stdout + run.stderr
    said = run.stdout.count("Failed: DID NOT RAISE") + run.stdout.count("AssertionError: assert [")  # or a file changed
    assert said >= len(engines.TO_OTHERS), run.stdout
