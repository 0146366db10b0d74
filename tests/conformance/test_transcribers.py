"""Every registered transcription engine keeps the same promises, and its process is kept in its place.

The engine of the tests is a real child process. The others are held to the same where they are installed and a model
is named: RAZDAR_TEST_MODELS is a folder with one model for each, in a folder of the engine's name.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
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
from tests.conformance import engines
from tests.weakening import ROOT, environment

QUICK = Limits(memory=2 << 30, still_seconds=30.0)
BURSTS = [[(0.5, 0.9), (2.0, 2.3)], [(1.2, 1.6)]]


def ours(folder: Path, act: str = "listen", **changes: object) -> Chosen:
    return Chosen(engines.NAME, engines.ENGINE, engines.model(folder, act), replace(QUICK, **changes))  # type: ignore[arg-type]


def real(name: str) -> Callable[[Path], Chosen]:
    def make(_: Path) -> Chosen:
        engine = ENGINES[name]
        if not engine.is_installed:
            pytest.skip(f"this test needs the optional engine {name} (pip install razdar[{name}])")
        folder = Path(os.environ.get("RAZDAR_TEST_MODELS", "/nonexistent")) / name
        if engine.has_model and not folder.is_dir():
            pytest.skip(f"this test needs a model of {name} in RAZDAR_TEST_MODELS")
        engine.make_sure(folder)
        return Chosen(name, engine, folder if engine.has_model else None)

    return make


MAKERS: dict[str, Callable[[Path], Chosen]] = {
    engines.NAME: ours,
    **{name: real(name) for name in ("faster-whisper", "vosk", "pocketsphinx")},
}


@pytest.fixture(params=MAKERS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Chosen:
    made: Chosen = MAKERS[request.param](tmp_path)
    return made


# --- What every engine promises ---------------------------------------------------------------------------------------


def test_every_engine_is_held_to_this_suite() -> None:
    assert set(MAKERS) == set(ENGINES)


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


@pytest.mark.parametrize("name", [name for name in MAKERS if name != engines.NAME])
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
    "program": EngineFailed,
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


def test_it_inherits_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAZDAR_DATABASE_URL", "postgresql://x")
    monkeypatch.setenv("RAZDAR_PASSPHRASE_FILE", "/x")
    given = engine_process._environment()
    assert not [name for name in given if name.startswith(("RAZDAR", "DJANGO"))]
    assert given["HF_HUB_OFFLINE"] == "1"


# --- Control runs -----------------------------------------------------------------------------------------------------

CONTROLS = {
    "no walls": ("razdar.interactions.engine_process:_environment", "without_walls", ("memfd", "network", "program")),
    "no hook": ("razdar.interactions.engine_process:_environment", "without_a_hook", ("network", "program")),
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
