"""Sound and words of calls are destroyed when they were kept long enough; the time is told, no clock is changed."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, NotFound, Unavailable
from razdar.core.ledger.events import Event
from razdar.identity import keeping
from razdar.identity.viewers import for_job
from razdar.interactions import (
    backlog,
    catching_up,
    jobs,
    retention,
    selectors,
    stages,
    supplying,
    transcribing,
)
from razdar.interactions.models import Interaction, Stage, Transcript
from razdar.interactions.transcribing import Gone
from razdar.runtime import objects
from razdar.runtime.scope import scope
from razdar.vault import content
from tests.interactions.retaining import RECORDINGS, TRANSCRIPTS, names_of, of
from tests.interactions.taking_in import pages, processed, taken_in
from tests.weakening import Control, in_turn
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = timedelta(seconds=1)


def began(world: World, interaction: UUID) -> datetime:
    with scope(world.client):
        found: datetime = Interaction.objects.get(id=interaction).started_at
    return found


def stored(names: list[UUID]) -> list[UUID]:
    return sorted(set(objects.names()) & set(names))


def due_calls(world: World, now: datetime, client: UUID | None = None) -> dict[DataClass, int]:
    with scope(client or world.client):
        return {one.data_class: one.calls for one in retention.due(client or world.client, now)}


def destructions(world: World) -> list[Event]:
    return [event for event in world.events() if event.action == retention.DESTROY]


# --- What is due ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data_class", "days"), [(RECORDINGS, 180), (TRANSCRIPTS, 365)])
def test_a_class_is_due_when_its_days_are_over_and_no_moment_before(
    world: World, data_class: DataClass, days: int
) -> None:
    end = began(world, taken_in(world)) + timedelta(days=days)
    assert due_calls(world, end - MOMENT)[data_class] == 0
    assert due_calls(world, end + MOMENT)[data_class] == 1
    assert due_calls(world, end + MOMENT, world.other)[data_class] == 0


@pytest.mark.parametrize(("kept", "in_peace"), [(180, 7), (2, 2)])
def test_an_archive_is_not_lost_overnight(world: World, kept: int, in_peace: int) -> None:
    keeping.choose(world.client, {"recording": kept})
    before = datetime.now(UTC)
    taken_in(world, started_at=before - timedelta(days=900))
    assert due_calls(world, before + timedelta(days=in_peace))[RECORDINGS] == 0
    assert due_calls(world, datetime.now(UTC) + timedelta(days=in_peace) + MOMENT)[RECORDINGS] == 1


def test_days_are_the_clients_own(world: World) -> None:
    start = began(world, taken_in(world))
    keeping.choose(world.other, {"recording": 1})
    assert due_calls(world, start + timedelta(days=30))[RECORDINGS] == 0
    keeping.choose(world.client, {"recording": 30})
    assert due_calls(world, start + timedelta(days=30) + MOMENT)[RECORDINGS] == 1


# --- Destroying -------------------------------------------------------------------------------------------------------


def test_a_recording_goes_with_file_and_waveform_and_the_words_stay(world: World) -> None:
    interaction = processed(world)
    now = began(world, interaction) + timedelta(days=181)
    names = names_of(world, interaction)
    assert len(stored(names)) == 2
    with scope(world.client):
        assert retention.preview(world.client, RECORDINGS, now) == {"recordings": 2}
        assert retention.preview(world.client, TRANSCRIPTS, now) == {}
    assert len(stored(names)) == 2
    assert retention.run(world.client, now) == 1
    assert stored(names) == []
    assert names_of(world, interaction) == []
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert (page.recordings, page.row.locked, page.row.recording_gone_at) == ((), False, now)
    assert page.words
    with pytest.raises(NotFound), scope(world.client):
        selectors.sound_piece(world.viewer(Role.QUALITY_REVIEWER), interaction, interaction, "bytes=0-")


def test_the_words_go_after_a_year_and_the_call_stays(world: World) -> None:
    interaction = processed(world)
    now = began(world, interaction) + timedelta(days=366)
    assert retention.run(world.client, now) == 2  # once for the sound, once for the words
    with scope(world.client):
        assert not Transcript.objects.filter(interaction_id=interaction).exists()
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert (page.recordings, page.words, page.row.is_gone) == ((), (), True)
    assert (page.row.started_at, page.row.direction) == (began(world, interaction), "inbound")


def test_each_batch_has_one_event_that_names_the_customers_and_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    calls = [processed(world) for _ in range(3)]
    now = began(world, calls[-1]) + timedelta(days=181)
    told: list[int] = []
    assert retention.run(world.client, now, told.append) == 3
    assert told == [2, 1]
    found = destructions(world)
    about = ("data_class", "days", "calls", "recordings")
    assert [of(event, *about) for event in found] == [("recording", 180, 2, 4), ("recording", 180, 1, 2)]
    with scope(world.client):
        customers = list(Interaction.objects.order_by("started_at").values_list("customer_id", flat=True))
    assert [event.subjects for event in found] == [set(customers[:2]), set(customers[2:])]
    assert {field.level for event in found for field in event.fields} == {"none"}
    assert retention.run(world.client, now) == 0
    assert len(destructions(world)) == 2


def test_only_so_many_batches_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    calls = [taken_in(world) for _ in range(3)]
    now = began(world, calls[-1]) + timedelta(days=181)
    assert [retention.run(world.client, now, most=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("data_class", [RECORDINGS, TRANSCRIPTS])
def test_words_are_not_supplied_to_a_call_that_was_kept_long_enough(world: World, data_class: DataClass) -> None:
    interaction = taken_in(world, transcript=b"")
    keeping.choose(
        world.client, {"recording": 30, "transcript": 400} if data_class is RECORDINGS else {"transcript": 30}
    )
    assert retention.run(world.client, began(world, interaction) + timedelta(days=31)) == 1
    words = b'{"language": "en", "words": [{"w": "hello", "s": 0, "e": 0.1, "c": 0}]}'
    with pytest.raises(BadInput, match="kept long enough"):
        supplying.supply(for_job("test", world.client), interaction, words)
    with scope(world.client):
        assert not Interaction.objects.get(id=interaction).supplied.present


def test_words_that_were_supplied_too_late_are_destroyed_too(world: World) -> None:
    interaction = taken_in(world)
    now = began(world, interaction) + timedelta(days=366)
    with scope(world.client):
        Interaction.objects.filter(id=interaction).update(transcript_gone_at=now - MOMENT)
    assert due_calls(world, now)[TRANSCRIPTS] == 1
    retention.run(world.client, now)
    with scope(world.client):
        row = Interaction.objects.get(id=interaction)
        assert (row.supplied.present, row.transcript_gone_at) == (False, now - MOMENT)
    assert due_calls(world, now)[TRANSCRIPTS] == 0
    assert retention.run(world.client, now) == 0


# --- Cut short, and at once -------------------------------------------------------------------------------------------


def half_done(original: Callable[[list[UUID]], None]) -> Callable[[Any], None]:
    def discard(names: Any) -> None:
        original(list(names)[:1])
        raise Unavailable("The object store is away.")

    return discard


def test_a_run_that_the_store_cuts_short_is_done_again_and_counted_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    interaction = processed(world)
    now, names = began(world, interaction) + timedelta(days=181), names_of(world, interaction)
    with monkeypatch.context() as away:
        away.setattr(content, "discard_all", half_done(content.discard_all))
        with pytest.raises(Unavailable):
            retention.run(world.client, now)
    assert len(stored(names)) == 1
    assert len(names_of(world, interaction)) == 2
    assert destructions(world) == []
    assert retention.run(world.client, now) == 1
    assert stored(names) == []
    assert [of(event, "calls", "recordings") for event in destructions(world)] == [(1, 2)]


def test_a_run_that_dies_after_the_files_is_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    interaction = processed(world)
    now = began(world, interaction) + timedelta(days=181)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(stages, "end", dies)
        with pytest.raises(KeyboardInterrupt):
            retention.run(world.client, now)
    assert len(names_of(world, interaction)) == 2
    assert retention.run(world.client, now) == 1
    assert names_of(world, interaction) == []


def test_two_runs_at_once_destroy_each_call_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    calls = [taken_in(world) for _ in range(6)]
    now, done, wrong = began(world, calls[-1]) + timedelta(days=181), list[int](), list[BaseException]()

    def runs() -> None:
        try:
            done.append(retention.run(world.client, now))
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=runs) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (wrong, sum(done)) == ([], 6)
    counted = [of(event, "calls", "recordings") for event in destructions(world)]
    assert [sum(column) for column in zip(*counted, strict=True)] == [6, 6]  # type: ignore[arg-type]


# --- With the pipeline ------------------------------------------------------------------------------------------------


def meanwhile(world: World, interaction: UUID, days: int, original: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, before which everything was kept long enough."""

    def function(*args: object, **kwargs: object) -> object:
        retention.run(world.client, began(world, interaction) + timedelta(days=days))
        return original(*args, **kwargs)

    return function


@pytest.mark.parametrize("days", [181, 366])
@pytest.mark.parametrize("step", ["transcribe", "redact"])
def test_a_stage_that_is_at_work_meanwhile_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, days: int
) -> None:
    interaction = taken_in(world)
    if step == "transcribe":
        module, name = transcribing, "transcribe"
    else:
        jobs.advance(world.client, interaction)
        module, name = jobs, "redact_transcript"  # type: ignore[assignment]
    before = set(objects.names())
    monkeypatch.setattr(module, name, meanwhile(world, interaction, days, getattr(module, name)))
    jobs.advance(world.client, interaction)
    assert names_of(world, interaction) == []
    assert set(objects.names()) < before
    with scope(world.client):
        assert Transcript.objects.filter(interaction_id=interaction).count() == (step == "redact" and days == 181)


def test_a_call_that_was_never_redacted_is_not_tried_again(world: World) -> None:
    interaction = taken_in(world)
    retention.run(world.client, began(world, interaction) + timedelta(days=366))
    with scope(world.client):
        assert bytes(Interaction.objects.get(id=interaction).supplied.blob) == b""
        assert set(Stage.objects.filter(interaction_id=interaction).values_list("error", flat=True)) == {Gone.code}
        Stage.objects.update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert backlog.of_client(world.viewer(Role.TECHNICIAN)).is_empty
    assert catching_up.pending(world.client) == []
    with pytest.raises(Gone):
        jobs.hear(world.client, interaction)
    jobs.resume()
    assert waiting("interactions.advance", interaction) == 1  # the first one, from when the call came in
    assert pages(world, interaction, Role.QUALITY_REVIEWER).row.is_gone


def test_words_that_are_gone_are_not_made_anew(world: World) -> None:
    keeping.choose(world.client, {"transcript": 1})
    interaction = taken_in(world)
    retention.run(world.client, began(world, interaction) + timedelta(days=2))
    assert catching_up.pending(world.client) == []
    jobs.advance(world.client, interaction)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert (page.row.locked, page.row.problem, page.row.is_gone) == (True, "gone", False)


def waiting(task: str, interaction: UUID | None = None) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name=task, status="todo")
    return (rows.filter(args__interaction=str(interaction)) if interaction else rows).count()


def test_once_a_day_a_job_of_each_client_destroys_what_is_due(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=181)
    interaction = processed(world)
    with scope(world.client):
        Interaction.objects.update(started_at=long_ago, created_at=long_ago)
    jobs.retain()
    jobs.retain()  # one that waits is enough
    assert waiting("interactions.expire") == 2
    jobs.expire(world.client)
    assert names_of(world, interaction) == []


# --- Control runs -----------------------------------------------------------------------------------------------------

CONTROLS = {
    "files stay": Control(
        "tests/interactions/test_retention.py::test_a_recording_goes_with_file_and_waveform_and_the_words_stay",
        "razdar.vault.content:discard_all",
        "tests.weakening.patches:does_nothing",
        "assert stored(names) == []",
    ),
    "the pipeline does not look again": Control(
        "tests/interactions/test_retention.py::test_a_stage_that_is_at_work_meanwhile_leaves_nothing",
        "razdar.interactions.jobs:_still_kept",
        "tests.weakening.patches:does_nothing",
        "assert names_of(world, interaction) == []",
    ),
}


@pytest.mark.control
@in_turn(CONTROLS)
def test_without_it_the_same_test_fails(control: Callable[[], None]) -> None:
    control()
