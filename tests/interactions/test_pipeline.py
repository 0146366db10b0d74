"""A recorded call taken in: sealed, locked until redacted, heard and read redacted, its original on request only."""

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import soundfile

from razdar.core.disclosure import DataClass, Purpose, RevealRequest, Role
from razdar.core.errors import BadInput, NotDisclosed, NotFound, Refused, Unavailable, Unopenable
from razdar.core.ledger.events import Mode
from razdar.customers import selectors as cards
from razdar.identity.viewers import for_job
from razdar.interactions import jobs, originals, players, selectors, services, stages, sweeping
from razdar.interactions.models import Interaction, Recording, Stage
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import grants
from tests.interactions.taking_in import (
    CALL,
    incoming,
    object_files,
    pages,
    processed,
    taken_in,
    waiting_jobs,
    whole_sound,
)
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
LINE_NOISE = 300
SECRETS = ("six", "zero", "eleven", "nine")


def test_until_it_is_redacted_nothing_of_it_opens(world: World) -> None:
    interaction = taken_in(world)
    for role in (Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.PRIVACY_OFFICER):
        page = pages(world, interaction, role)
        assert page.row.locked
        assert (page.recordings, page.words) == ((), ())
    with scope(world.client):
        recording = Recording.objects.get(interaction_id=interaction)
        with pytest.raises(NotFound):
            selectors.sound_piece(world.viewer(Role.SUPERVISOR), interaction, recording.id, "bytes=0-")
        assert originals_of(world, interaction) == [] or pytest.fail("originals of a locked call")


def originals_of(world: World, interaction: UUID) -> list[originals.Original]:
    try:
        return originals.askable(world.viewer(Role.PRIVACY_OFFICER), interaction)
    except NotFound:
        return []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.QUALITY_REVIEWER])
def test_a_reviewer_reads_and_hears_the_redacted_rendition(world: World, role: Role) -> None:
    interaction = processed(world)
    page = pages(world, interaction, role)
    assert not page.row.locked
    (rendition,) = [r for r in page.recordings if r.openable]
    assert rendition.redacted
    assert len(rendition.waveform) == 2
    said = " ".join(word.text.lower() for word in page.words)
    assert "[card]" in said
    assert "nine zero one three" not in said
    assert not page.words_are_original
    assert page.muted


def test_the_redacted_sound_is_silent_where_the_card_was_said(world: World) -> None:
    interaction = processed(world)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    sound = whole_sound(world, interaction, Role.QUALITY_REVIEWER)
    original, rate = soundfile.read(io.BytesIO(CALL.audio()), dtype="int16")
    assert sound.shape == original.shape
    for start, end in page.muted:
        assert not sound[int(start * rate) + 1 : int(end * rate) - 1].any()
    covered = sum(end - start for start, end in page.muted)
    assert 5 < covered < 40
    outside = np.ones(len(sound), dtype=bool)
    for start, end in page.muted:
        outside[max(0, int((start - 0.01) * rate)) : int((end + 0.01) * rate) + 1] = False
    assert np.array_equal(sound[outside], original[outside])


def test_what_is_heard_where_no_words_were_recognised_is_silent(world: World) -> None:
    missed = json.loads(CALL.transcript())
    missed["words"] = [word for word in missed["words"] if not 17 < word["s"] < 24.3]
    interaction = taken_in(world, transcript=json.dumps(missed).encode())
    jobs.advance(world.client, interaction)
    jobs.advance(world.client, interaction)
    sound = whole_sound(world, interaction, Role.QUALITY_REVIEWER)
    original, rate = soundfile.read(io.BytesIO(CALL.audio()), dtype="int16")
    unheard, before = slice(18 * rate, 24 * rate), slice(rate, 5 * rate)
    assert np.abs(original[unheard]).max() > 40 * LINE_NOISE
    assert np.abs(sound[unheard]).max() < LINE_NOISE, "nobody knows what was said there"
    assert np.array_equal(sound[before], original[before])
    player = players.player_of(pages(world, interaction, Role.QUALITY_REVIEWER), [])
    assert player is not None
    assert any(one.label == "Keys or sound without words" and one.start < 19 for one in player.regions)


def test_every_piece_is_five_seconds_at_most_and_logged_with_its_seconds(world: World) -> None:
    interaction = processed(world)
    whole_sound(world, interaction, Role.SUPERVISOR)
    played = [dict(e.detail) for e in world.events() if e.mode is Mode.PLAY]
    assert all(0 < int(one["to_ms"]) - int(one["from_ms"]) <= 5001 for one in played)
    assert {one["rendition"] for one in played} == {"redacted"}
    assert int(played[0]["from_ms"]) == 0
    assert int(played[-1]["to_ms"]) >= int(CALL.words()[-1].end * 1000)


def test_the_trace_goes_through_call_pipeline_and_log(world: World) -> None:
    interaction = processed(world)
    with scope(world.client):
        trace = Interaction.objects.get(id=interaction).trace
    actions = {e.action for e in world.events() if e.trace == trace}
    assert {"interactions:call:import", "interactions:pipeline:transcribe", "interactions:pipeline:redact"} <= actions


def test_a_stage_run_twice_leaves_one_rendition(world: World) -> None:
    interaction = processed(world)
    before = object_files()
    for name in ("transcribe", "redact"):
        jobs.RUNNERS[name](world.client, interaction)
    assert object_files() == before
    assert pages(world, interaction, Role.QUALITY_REVIEWER).words


def test_a_worker_that_comes_late_leaves_what_has_passed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    interaction = taken_in(world)
    jobs.advance(world.client, interaction)
    slow = jobs.redact_transcript

    def while_another_finishes(*args: object, **kwargs: object) -> object:
        monkeypatch.setattr(jobs, "redact_transcript", slow)
        jobs.RUNNERS["redact"](world.client, interaction)
        return slow(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "redact_transcript", while_another_finishes)
    jobs.RUNNERS["redact"](world.client, interaction)
    with scope(world.client):
        assert Recording.objects.filter(interaction_id=interaction).count() == 2
    assert whole_sound(world, interaction, Role.QUALITY_REVIEWER).any()


def test_a_stage_that_fails_leaves_it_locked_and_visibly_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    interaction = taken_in(world)
    jobs.advance(world.client, interaction)

    def broken(*_: object) -> None:
        raise Unavailable("away")

    monkeypatch.setitem(jobs.RUNNERS, "redact", broken)
    with pytest.raises(Unavailable):
        jobs.advance(world.client, interaction)
    page = pages(world, interaction, Role.SUPERVISOR)
    assert (page.row.locked, page.row.problem, page.recordings) == (True, "unavailable", ())
    monkeypatch.undo()
    jobs.advance(world.client, interaction)
    assert not pages(world, interaction, Role.SUPERVISOR).row.locked


def test_a_call_without_a_transcript_waits_locked(world: World) -> None:
    interaction = taken_in(world, transcript=b"")
    jobs.advance(world.client, interaction)  # no failure of the worker's, so nothing is raised
    assert pages(world, interaction, Role.SUPERVISOR).row.problem == "no-engine"


def test_what_was_left_behind_is_tried_again(world: World) -> None:
    interaction = taken_in(world)
    with scope(world.client):
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        Stage.objects.filter(interaction_id=interaction).update(changed_at=long_ago)
    before = waiting_jobs(interaction)
    jobs.resume()
    assert waiting_jobs(interaction) == before + 1
    jobs.resume()  # just tried
    assert waiting_jobs(interaction) == before + 1


def test_a_damaged_piece_is_refused_and_logged(world: World) -> None:
    interaction = processed(world)
    with scope(world.client):
        redacted = Recording.objects.get(interaction_id=interaction, redacted=True)
    (path,) = [path for path in object_files() if path.name == str(redacted.object_name)]
    sealed = bytearray(path.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(Unopenable):
        whole_sound(world, interaction, Role.QUALITY_REVIEWER)
    assert [e for e in world.events() if e.mode is Mode.PLAY and e.outcome == "failed"]


def test_a_call_of_long_ago_opens_nobody_to_its_agent(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    old = incoming(customer, agent=agent.person, started_at=datetime.now(UTC) - timedelta(days=400))
    services.import_call(for_job("import-call", world.client), old)
    with scope(world.client):
        assert not cards.mine(agent)
    services.import_call(for_job("import-call", world.client), incoming(customer, agent=agent.person))
    with scope(world.client):
        assert cards.mine(agent) == [customer]


def test_what_is_keyed_in_is_silenced_too(world: World) -> None:
    rate = 8000
    time = np.arange(rate * 4) / rate
    tone = np.zeros(len(time))
    for number, (low, high) in enumerate(((697, 1209), (770, 1336), (852, 1477))):
        part = (time > 1 + 0.2 * number) & (time < 1.12 + 0.2 * number)
        tone[part] = 0.25 * (np.sin(2 * np.pi * low * time[part]) + np.sin(2 * np.pi * high * time[part]))
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([np.zeros(len(time)), tone]), rate, format="WAV", subtype="PCM_16")
    words = b'{"version":1,"words":[{"w":"hello","s":0.2,"e":0.6,"c":0}]}'
    interaction = taken_in(world, sound=file.getvalue(), transcript=words)
    jobs.advance(world.client, interaction)
    jobs.advance(world.client, interaction)
    assert not whole_sound(world, interaction, Role.QUALITY_REVIEWER).any()


def test_an_original_needs_a_reason_and_a_second_person_and_ends(world: World) -> None:
    interaction = processed(world)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    request = RevealRequest(Purpose.PRIVACY_REQUEST, "the customer asked for a copy")
    with scope(world.client):
        original = Recording.objects.get(interaction_id=interaction, redacted=False)
        with pytest.raises(NotDisclosed):
            selectors.sound_piece(officer, interaction, original.id, "bytes=0-")
        for data_class in (DataClass.RECORDING, DataClass.TRANSCRIPT):
            originals.ask(officer, interaction, data_class, request)
        states = {o.kind: o for o in originals.askable(officer, interaction)}
        assert {o.state for o in states.values()} == {"requested"}
        with pytest.raises(Refused):
            originals.open_original(
                officer, interaction, DataClass.RECORDING, states["recording"].grant or officer.person
            )
        for one in states.values():
            grants.decide(world.viewer(Role.SECURITY_OFFICER), one.grant or officer.person, approve=True)
        for one in states.values():
            originals.open_original(officer, interaction, one.data_class, one.grant or officer.person)
        page = selectors.page(officer, interaction)
        assert page.words_are_original
        assert "card" in " ".join(word.text.lower() for word in page.words)
        assert selectors.sound_piece(officer, interaction, original.id, "bytes=0-").data.startswith(b"RIFF")
        grants.Grant.objects.update(until=datetime(2020, 1, 1, tzinfo=UTC))
        with pytest.raises(NotDisclosed):
            selectors.sound_piece(officer, interaction, original.id, "bytes=0-")
        assert not selectors.page(officer, interaction).words


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR, Role.TECHNICIAN, Role.AUDITOR])
def test_other_roles_open_no_calls(world: World, role: Role) -> None:
    interaction = processed(world)
    with scope(world.client), pytest.raises(NotFound):
        selectors.page(world.viewer(role), interaction)


def test_a_redacted_rendition_and_an_original_cannot_be_exchanged(world: World) -> None:
    interaction = processed(world)
    with scope(world.client):
        original = Recording.objects.get(interaction_id=interaction, redacted=False)
        redacted = Recording.objects.get(interaction_id=interaction, redacted=True)
        name, size, words = original.object_name, original.sealed_size, original.waveform.blob
        original.delete()
        Recording.objects.filter(id=redacted.id).update(object_name=name, sealed_size=size, waveform=words)
        with pytest.raises(Unopenable):
            selectors.sound_piece(world.viewer(Role.QUALITY_REVIEWER), interaction, redacted.id, "bytes=0-")


SOUND = CALL.audio()


@pytest.mark.parametrize(
    "sound",
    [b"", b"RIFF", SOUND[: len(SOUND) // 3], b"\x00" * 4096, SOUND[::-1], b"#!/bin/sh\necho\n"],
    ids=["empty", "header", "cut", "zeros", "reversed", "script"],
)
def test_sound_that_cannot_be_used_leaves_nothing_behind(world: World, sound: bytes) -> None:
    before = object_files()
    with pytest.raises(BadInput):
        taken_in(world, sound=sound)
    with scope(world.client):
        assert not Interaction.objects.exists()
        assert not Recording.objects.exists()
    assert object_files() == before


@pytest.mark.parametrize(
    "transcript", [b"{", b'{"version":1,"words":[]}', b'{"version":1,"words":[{"w":"a","s":900,"e":901,"c":0}]}']
)
def test_a_transcript_that_does_not_fit_leaves_nothing_behind(world: World, transcript: bytes) -> None:
    before = object_files()
    with pytest.raises(BadInput):
        taken_in(world, transcript=transcript)
    with scope(world.client):
        assert not Interaction.objects.exists()
    assert object_files() == before


def test_a_database_that_fails_midway_leaves_no_object(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = object_files()

    def gone(*_: object) -> None:
        raise Unavailable("The database went away.")

    monkeypatch.setattr(stages, "begin", gone)
    with pytest.raises(Unavailable):
        taken_in(world)
    with scope(world.client):
        assert not Interaction.objects.exists()
    assert object_files() == before


def test_an_object_without_a_row_is_swept_after_a_day_and_no_other(world: World) -> None:
    interaction = processed(world)
    later = datetime.now(UTC) + timedelta(days=2)
    sweeping.sweep(later)
    name = uuid7()
    objects.put(name, b"what a crash left behind")
    assert sweeping.sweep() == 0
    assert sweeping.sweep(later) == 1
    assert not any(path.name == str(name) for path in object_files())
    assert whole_sound(world, interaction, Role.QUALITY_REVIEWER).any()


def test_a_full_disk_stores_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(objects, "put", full)
    with pytest.raises(Unavailable):
        taken_in(world)
    with scope(world.client):
        assert not Interaction.objects.exists()


def wav(rate: int, channels: int, seconds: float = 3.0) -> bytes:
    """Three seconds of a quiet tone."""
    time = np.arange(int(rate * seconds)) / rate
    tone = (3000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([tone] * channels), rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (8000, 2), (16000, 1), (16000, 2), (48000, 1), (48000, 2)])
def test_mono_and_stereo_at_any_usual_rate(world: World, rate: int, channels: int) -> None:
    transcript = b'{"version":1,"words":[{"w":"hello","s":0.5,"e":0.9,"c":0}]}'
    interaction = taken_in(world, sound=wav(rate, channels), transcript=transcript)
    jobs.advance(world.client, interaction)
    jobs.advance(world.client, interaction)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert [word.text for word in page.words] == ["hello"]
    assert page.recordings[0].channels == channels
