"""Calls without words: an engine listens to them, or they stay locked and say why; only the original opens, by two."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.utils.functional import Promise

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, RevealRequest, Role, Viewer
from razdar.core.errors import NotDisclosed, NotFound, RazdarError, Refused, Unavailable
from razdar.identity.viewers import for_job
from razdar.interactions import (
    backlog,
    catching_up,
    commands,
    jobs,
    originals,
    reasons,
    selectors,
    services,
    transcribing,
)
from razdar.interactions.engine_lines import EngineCrashed, EngineFailed
from razdar.interactions.models import Recording, Stage, Transcript
from razdar.interactions.services import IncomingCall
from razdar.interactions.transcribers.base import NotReady
from razdar.runtime.scope import scope
from razdar.vault import grants
from tests.conformance import engines
from tests.interactions.taking_in import CALL, pages, waiting_jobs
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
REQUEST = RevealRequest(Purpose.PRIVACY_REQUEST, "the customer asked for a copy")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The engine of the tests is this installation's; the folder is its model."""
    folder = tmp_path / "model"
    folder.mkdir()
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER", engines.NAME)
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER_MODEL", engines.model(folder))
    return folder


def silent_call(world: World, customer: UUID | None = None) -> UUID:
    """A call without a transcript."""
    call = IncomingCall(customer or world.customer(), CALL.audio(), b"", datetime.now(UTC))
    return services.import_call(for_job("import-call", world.client), call)


def locked_call(world: World) -> UUID:
    interaction = silent_call(world)
    jobs.advance(world.client, interaction)
    return interaction


def tried(world: World, interaction: UUID) -> tuple[str, int]:
    with scope(world.client):
        stage = Stage.objects.get(interaction_id=interaction, name="transcribe")
    return stage.error, stage.tries


def test_an_engine_listens_in_a_job_of_its_own_and_the_call_is_redacted(world: World, engine: Path) -> None:
    interaction = silent_call(world)
    jobs.advance(world.client, interaction)
    assert waiting_hearings(interaction) == 1
    jobs.advance(world.client, interaction)
    assert waiting_hearings(interaction) == 1
    jobs.hear(world.client, interaction)
    with scope(world.client):
        assert Transcript.objects.get(interaction_id=interaction).engine == engines.NAME
    jobs.advance(world.client, interaction)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert not page.row.locked
    assert {word.text for word in page.words} == {"beep"}
    assert not page.words_of_test_engine


def waiting_hearings(interaction: UUID) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name="interactions.hear", status="todo", lock="interactions.hear")
    return rows.filter(args__interaction=str(interaction)).count()


def test_words_of_a_test_engine_are_labelled(world: World, engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribing, "is_for_tests", lambda name: name == engines.NAME)
    interaction = silent_call(world)
    jobs.hear(world.client, interaction)
    jobs.advance(world.client, interaction)
    assert pages(world, interaction, Role.QUALITY_REVIEWER).words_of_test_engine


def test_an_engine_that_breaks_off_is_tried_three_times_and_no_more(world: World, engine: Path) -> None:
    engines.model(engine, "die")
    interaction = silent_call(world)
    for count in (1, 2, 3):
        with pytest.raises(EngineCrashed):
            jobs.hear(world.client, interaction)
        assert tried(world, interaction) == ("engine-crashed", count)
        page = pages(world, interaction, Role.SUPERVISOR)
        assert (page.row.locked, page.row.problem, page.recordings, page.words) == (True, "engine-crashed", (), ())
        with scope(world.client):
            Stage.objects.filter(interaction_id=interaction).update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
        before = waiting_jobs(interaction)
        jobs.resume()
        assert waiting_jobs(interaction) == before + (count < 3)


def test_a_model_that_is_not_there_is_a_sentence_and_another_try(world: World, engine: Path) -> None:
    (engine / "act").unlink()
    interaction = silent_call(world)
    with pytest.raises(NotReady, match="no act"):
        jobs.advance(world.client, interaction)
    assert tried(world, interaction) == ("engine-not-ready", 0)
    assert "engine-not-ready" not in jobs.LASTING


def test_where_nothing_was_heard_nothing_is_unlocked(world: World, engine: Path) -> None:
    import io

    import soundfile

    file = io.BytesIO()
    quiet = engines.sound_of([[], []], 2.0)
    soundfile.write(file, quiet.pcm, quiet.rate, format="WAV", subtype="PCM_16")
    call = IncomingCall(world.customer(), file.getvalue(), b"", datetime.now(UTC))
    interaction = services.import_call(for_job("import-call", world.client), call)
    with pytest.raises(transcribing.HeardNothing):
        jobs.hear(world.client, interaction)
    assert pages(world, interaction, Role.SUPERVISOR).row.problem == "heard-nothing"


# --- The original of a locked call ------------------------------------------------------------------------------------


def played(world: World, viewer: Viewer, interaction: UUID) -> bytes:
    with scope(world.client):
        original = Recording.objects.get(interaction_id=interaction, redacted=False)
        return selectors.sound_piece(viewer, interaction, original.id, "bytes=0-").data


def test_only_the_original_opens_and_by_two(world: World) -> None:
    interaction = locked_call(world)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        assert [each.kind for each in originals.askable(officer, interaction)] == ["recording"]
        assert originals.described(officer, interaction, "recording") == (DataClass.RECORDING, True)
        with pytest.raises(NotFound):
            originals.ask(officer, interaction, DataClass.TRANSCRIPT, REQUEST)
        originals.ask(officer, interaction, DataClass.RECORDING, REQUEST)
        (asked,) = originals.askable(officer, interaction)
        assert (asked.state, asked.grant is not None) == ("requested", True)
    with pytest.raises(NotDisclosed):
        played(world, officer, interaction)
    with scope(world.client):
        grants.decide(world.viewer(Role.SECURITY_OFFICER), asked.grant or interaction, approve=True)
        originals.open_original(officer, interaction, DataClass.RECORDING, asked.grant or interaction)
        (rendition,) = selectors.page(officer, interaction).recordings
    assert (rendition.redacted, rendition.openable) == (False, True)
    assert played(world, officer, interaction).startswith(b"RIFF")
    for role in (Role.SUPERVISOR, Role.QUALITY_REVIEWER):
        with pytest.raises((NotFound, NotDisclosed)):
            played(world, world.viewer(role), interaction)


def of_level(viewer: Viewer, level: Level) -> dict[str, Any]:
    cell = Cell(level, frozenset({Purpose.PRIVACY_REQUEST}))
    return {"cells": {**viewer.cells, DataClass.RECORDING: cell}}


def test_a_second_person_is_needed_whatever_the_matrix_says(world: World) -> None:
    interaction = locked_call(world)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    alone = world.viewer(Role.PRIVACY_OFFICER, **of_level(officer, Level.ON_REQUEST))
    assert not alone.cell(DataClass.RECORDING).second_person
    with scope(world.client):
        originals.ask(alone, interaction, DataClass.RECORDING, REQUEST)
        (asked,) = originals.askable(alone, interaction)
        assert asked.state == "requested"
        with pytest.raises(Refused):
            originals.open_original(alone, interaction, DataClass.RECORDING, asked.grant or interaction)


def test_who_has_recordings_in_clear_does_not_hear_a_locked_one(world: World) -> None:
    interaction = locked_call(world)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    clear = world.viewer(Role.PRIVACY_OFFICER, **of_level(officer, Level.CLEAR))
    with pytest.raises(NotFound):
        played(world, clear, interaction)
    with scope(world.client):
        assert selectors.page(clear, interaction).recordings == ()


# --- Catching up, and the page ----------------------------------------------------------------------------------------


def test_when_an_engine_is_added_what_waited_is_caught_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = world.customer()
    calls = [silent_call(world, customer) for _ in range(3)]
    for call in calls:
        jobs.advance(world.client, call)
    with pytest.raises(transcribing.NoEngine, match="No transcription engine is set") as told:
        catch_up("--pending")
    assert "RAZDAR_TRANSCRIBER " in str(told.value)
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER", engines.NAME)
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER_MODEL", engines.model(tmp_path))
    assert catching_up.pending(world.client) == calls
    assert catching_up.pending(world.other) == []
    jobs.hear(world.client, calls[0])  # a run that was cut short after the first
    assert catch_up("--pending", "--client", str(world.client)) == 0
    assert "2 calls have their words now" in capsys.readouterr().out
    assert catching_up.pending(world.client) == []
    assert catch_up("--pending") == 0


def test_what_fails_is_told_and_the_next_is_taken(
    world: World, engine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engines.model(engine, "die")
    silent_call(world), silent_call(world)
    assert catch_up("--pending") == 1
    assert "2 stay locked: The transcription engine broke off.\n" in capsys.readouterr().out


def test_one_call_at_a_time_is_listened_to_also_beside_the_command_line(
    world: World, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = world.customer()
    calls = [silent_call(world, customer) for _ in range(2)]
    original, listening, most, wrong = transcribing.transcribe, set[int](), list[int](), list[BaseException]()

    def slowly(*args: Any) -> Any:
        listening.add(threading.get_ident())
        most.append(len(listening))
        time.sleep(1)
        try:
            return original(*args)
        finally:
            listening.discard(threading.get_ident())

    def thread(work: Callable[[], object]) -> threading.Thread:
        def does() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told below
                wrong.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=does)

    monkeypatch.setattr(transcribing, "transcribe", slowly)
    ways = (lambda: jobs.hear(world.client, calls[1]), lambda: catching_up.catch_up(world.client, calls, lambda: None))
    threads = [thread(way) for way in ways]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert (wrong, most) == ([], [1, 1])  # who comes second finds the words there


def test_every_reason_is_a_sentence_on_the_page_and_on_the_command_line() -> None:
    def codes(error: type[RazdarError]) -> set[str]:
        return {error.code}.union(*map(codes, error.__subclasses__()))

    own = {*jobs.LASTING, *codes(EngineFailed), NotReady.code, "gave-up"}
    assert set(reasons.REASONS) >= own | codes(Unavailable) & {"unavailable", "keys-locked", "throttled"}
    for code in (*reasons.REASONS, "x-y"):
        assert isinstance(reasons.reason(code), Promise)  # translated when it is shown
        assert code not in reasons.english(code)
        assert reasons.english(code).endswith(".")


def catch_up(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    commands._transcribe_arguments(parser)
    return commands._transcribe(parser.parse_args(words))


def test_the_backlog_counts_what_waits_what_failed_and_what_has_no_engine(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    technician = world.viewer(Role.TECHNICIAN)
    with scope(world.client):
        assert backlog.of_client(technician).is_empty
    locked_call(world), locked_call(world), silent_call(world)
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER", engines.NAME)
    monkeypatch.setattr(settings, "RAZDAR_TRANSCRIBER_MODEL", engines.model(tmp_path, "die"))
    with pytest.raises(EngineCrashed):
        jobs.hear(world.client, silent_call(world))
    with scope(world.client):
        found = backlog.of_client(world.viewer(Role.ADMINISTRATOR))
    assert (found.waiting, found.without_engine, found.failed) == (1, 2, (("engine-crashed", 1),))
    assert found.waiting_since
    assert found.engine == engines.NAME
    with scope(world.other):
        assert backlog.of_client(world.viewer(Role.TECHNICIAN, world.other)).is_empty
