"""Every registered named-entity engine keeps the same promises, and its process is kept in its place.

The engine of the tests is a real child process. Presidio is held to the same with stand-ins for its libraries, and with
the libraries themselves where they are installed. Its walls are those of transcription engines, which
`test_transcribers.py` tries one by one.
"""

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from razdar.core.redaction import UNREAD, find, redact
from razdar.interactions import recogniser_process
from razdar.interactions.engine_lines import EngineFailed
from razdar.interactions.recogniser_process import Asked, Limits, asked
from razdar.interactions.recognisers import presidio
from razdar.interactions.recognisers.base import RECOGNISERS, NotReady
from tests.conformance import recognisers
from tests.weakening import ROOT, environment

QUICK = Limits(memory=2 << 30, loading_seconds=60.0, answer_seconds=30.0)
TEXT = "I spoke to Thistledown, my card is 4111 1111 1111 1111"
LIBRARIES = Path(__file__).parent / "libraries"


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Asked]:
    with asked(recognisers.NAME, recognisers.ENGINE, recognisers.model(tmp_path), QUICK) as engine:
        yield engine


def pipeline(folder: Path, language: str = "en") -> Path:
    """A folder of models for the stand-in."""
    (folder / language).mkdir()
    (folder / language / "config.cfg").write_text("")
    (folder / language / "words").write_text("PERSON Thistledown\nGPE Zarnowiec\n")
    return folder


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.syspath_prepend(LIBRARIES)
    engine = RECOGNISERS["presidio"]
    with asked("presidio", engine, engine.make_sure(pipeline(tmp_path)), QUICK) as running:
        yield running


@pytest.mark.parametrize("engine", ["ours", "stand_in"])
def test_a_name_is_found_where_it_stands(engine: str, request: pytest.FixtureRequest) -> None:
    running = request.getfixturevalue(engine)
    for _ in range(2):
        assert redact(TEXT, lang="en", entities=running).text == "I spoke to [name], my card is [card]"
    (name, _card) = find("\N{GRINNING FACE} Thistledown " + "\ud800" + " 4111 1111 1111 1111", entities=running)
    assert (name.start, name.end) == (2, 13)


def test_a_long_text_goes_over_whole(ours: Asked) -> None:
    text = "and so on " * 100_000 + TEXT
    (one,) = ours.find(text, None)
    assert text[one.start : one.end] == recognisers.NAMED


def test_its_file_says_under_which_licence() -> None:
    assert all(engine.licence in (inspect.getmodule(engine.load).__doc__ or "") for engine in [RECOGNISERS["presidio"]])


def test_of_a_language_without_a_model_nothing_is_said(stand_in: Asked) -> None:
    assert stand_in.find(TEXT, "pl-PL") == []
    assert [one.type for one in stand_in.find("Thistledown in Zarnowiec", "en-GB")] == ["PERSON", "LOCATION"]


def test_what_is_missing_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = RECOGNISERS["presidio"]
    if not engine.is_installed:
        with pytest.raises(NotReady, match="not installed"):
            engine.make_sure(tmp_path)
    monkeypatch.syspath_prepend(LIBRARIES)
    with pytest.raises(NotReady, match="Name the folder"):
        engine.make_sure(None)
    with pytest.raises(NotReady, match="no folder"):
        engine.make_sure(tmp_path / "none")
    with pytest.raises(NotReady, match="spaCy pipeline"):
        engine.make_sure(tmp_path)


def test_a_damaged_model_is_a_sentence_that_quotes_nothing(tmp_path: Path) -> None:
    folder = recognisers.model(tmp_path)
    (folder / "words").write_text("damaged")
    with (
        pytest.raises(EngineFailed, match="could not load") as caught,
        asked(recognisers.NAME, recognisers.ENGINE, folder, QUICK),
    ):
        pass
    assert recognisers.NAMED not in str(caught.value)


@pytest.mark.parametrize("act", recognisers.ACTS)
def test_what_goes_wrong_lets_nothing_leave_and_the_next_text_is_read(
    ours: Asked, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    if act == "hang":
        monkeypatch.setattr(ours, "_limits", Limits(answer_seconds=2.0))
    done = redact(f"{TEXT}, please {act}", entities=ours)
    assert (done.text, done.quarantined) == (UNREAD, True)
    assert redact(TEXT, entities=ours).text == "I spoke to [name], my card is [card]"


@pytest.mark.parametrize("said", recognisers.NONSENSE)
def test_nonsense_is_an_error_that_quotes_nothing(ours: Asked, said: str) -> None:
    with pytest.raises(EngineFailed) as caught:
        ours.find(f"{TEXT}, please say {said}", None)
    assert recognisers.NAMED not in str(caught.value)


def test_an_answer_to_another_question_is_none(ours: Asked) -> None:
    with pytest.raises(EngineFailed):
        ours.find(f"{TEXT}, please answer early", None)
    (name,) = ours.find(TEXT, None)
    assert TEXT[name.start : name.end] == recognisers.NAMED


def test_one_that_breaks_off_again_and_again_is_given_up(ours: Asked) -> None:
    for _ in range(recogniser_process.MOST_STARTS):
        with pytest.raises(EngineFailed):
            ours.find("please raise", None)
    with pytest.raises(EngineFailed, match="given up"):
        ours.find(TEXT, None)


def test_it_ends_with_who_asked(tmp_path: Path) -> None:
    with asked(recognisers.NAME, recognisers.ENGINE, recognisers.model(tmp_path), QUICK) as engine:
        process = engine._process
        assert process is not None
    assert process.poll() is not None


CALLS = {
    "presidio_analyzer": ("RecognizerRegistry", "AnalyzerEngine", "AnalyzerEngine.analyze"),
    "presidio_analyzer.nlp_engine": ("SpacyNlpEngine",),
    "presidio_analyzer.predefined_recognizers": ("SpacyRecognizer",),
    "spacy": ("load",),
    "tldextract": ("TLDExtract",),
}


@pytest.mark.parametrize("library", CALLS)
def test_the_library_has_the_parameters_of_its_stand_in(library: str) -> None:
    if not find_spec(library.partition(".")[0]):
        pytest.skip("this test needs the optional engine presidio (pip install razdar[presidio])")
    stand_in = parameters(library, [str(LIBRARIES), *sys.path])
    library_itself = parameters(library, [*sys.path])
    assert all(set(stand_in[call]) <= set(library_itself[call]) for call in CALLS[library])


def parameters(library: str, path: list[str]) -> dict[str, list[str]]:
    code = (
        "import importlib, inspect, json, operator, sys; module = importlib.import_module(sys.argv[1]);"
        "find = lambda call: list(inspect.signature(operator.attrgetter(call)(module)).parameters);"
        "print(json.dumps({call: find(call) for call in sys.argv[2:]}))"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    command = [sys.executable, "-c", code, library, *CALLS[library]]
    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


def test_presidio_itself_finds_the_names_of_a_pipeline(tmp_path: Path) -> None:
    engine = RECOGNISERS["presidio"]
    if not engine.is_installed:
        pytest.skip("this test needs the optional engine presidio (pip install razdar[presidio])")
    import spacy  # type: ignore[import-not-found,unused-ignore]

    made = spacy.blank("en")
    ruler = made.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Thistledown"}])
    made.to_disk(tmp_path / "en")
    with asked("presidio", engine, engine.make_sure(tmp_path)) as running:
        assert redact(TEXT, lang="en", entities=running).text == "I spoke to [name], my card is [card]"


def test_what_presidio_finds_has_a_type_of_ours() -> None:
    from razdar.core.redaction import SpanType

    assert set(presidio.NAMES.values()) <= set(SpanType.__members__)
    assert set(presidio.NAMED) <= set(presidio.NAMES)


CONTROLS = {
    "no walls": (
        "razdar.interactions.engine_process:_environment",
        "tests.conformance.weak:without_walls",
        ("network", "program", "file"),
    ),
    "no check": (
        "razdar.interactions.recogniser_process:_entities",
        "tests.conformance.weak:finds_nothing",
        ("no list", "numbers", "short", "nothing"),
    ),
}


@pytest.mark.parametrize(("patch", "with_", "which"), CONTROLS.values(), ids=CONTROLS)
def test_without_it_the_same_tests_fail(patch: str, with_: str, which: tuple[str, ...]) -> None:
    test = "test_nonsense_is_an_error_that_quotes_nothing"
    if which[0] in recognisers.ACTS:
        test = "test_what_goes_wrong_lets_nothing_leave_and_the_next_text_is_read"
    names = [f"{__file__}::{test}[{one}]" for one in which]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environ = environment(patch=patch, with_=with_, base=own)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *names]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert f"{len(which)} failed" in run.stdout, run.stdout + run.stderr
