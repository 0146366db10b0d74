"""What becomes of a recorded call: words are supplied, renditions are destroyed, its customer is erased."""

import argparse
from pathlib import Path

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound, Unopenable
from razdar.interactions import commands, renditions, selectors, sound, supplying
from razdar.interactions import jobs as pipeline
from razdar.interactions.models import Interaction, Recording, RecordingSegment, Region, Stage, Transcript
from razdar.keys.recording import Reason
from razdar.privacy import jobs as privacy_jobs
from razdar.privacy import selectors as privacy_pages
from razdar.privacy import services as privacy
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import jobs
from razdar.telephony.models import Call, Stream
from razdar.telephony.services import OpenedCall
from tests.telephony import calls, made
from tests.telephony.heard import played, spoken, words
from tests.telephony.made import Side, composed
from tests.telephony.watching import events
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def test_words_may_come_before_there_is_a_recording(world: World, call: OpenedCall) -> None:
    supplying.supply(calls.job(world), call.interaction, words("hello there"))
    spoken(world, call, 4)
    for _ in range(2):
        pipeline.advance(world.client, call.interaction)
    with scope(world.client):
        page = selectors.page(world.viewer(Role.QUALITY_REVIEWER), call.interaction)
        assert not Interaction.objects.get(id=call.interaction).supplied.present
    assert [word.text for word in page.words] == ["hello", "there"]
    (event,) = events(world, "interactions:transcript:supply")
    assert (event.trace, event.customer) == (call.trace, call.customer)


def test_a_call_that_waits_locked_goes_on_when_it_has_words(world: World, call: OpenedCall) -> None:
    spoken(world, call, 4)
    pipeline.advance(world.client, call.interaction)
    with pytest.raises(BadInput):  # later than the sound is long
        supplying.supply(calls.job(world), call.interaction, words("hello", at=60))
    with scope(world.client):
        assert Stage.objects.get(client_id=world.client, name="transcribe").error == "no-engine"
    made.processed(world, call, words("hello"))
    with scope(world.client):
        assert not selectors.page(world.viewer(Role.SUPERVISOR), call.interaction).row.locked
    with pytest.raises(BadInput):
        supplying.supply(calls.job(world), call.interaction, words("again"))


def test_words_that_come_while_an_engine_listens_are_taken(
    world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(world, call, 4)
    supplying.supply(calls.job(world), call.interaction, words("first"))
    read = sound.whole

    def meanwhile(*asked: object) -> object:
        monkeypatch.setattr(sound, "whole", read)
        supplying.supply(calls.job(world), call.interaction, words("second"))
        return read(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(sound, "whole", meanwhile)
    for _ in range(3):
        pipeline.advance(world.client, call.interaction)
    with scope(world.client):
        page = selectors.page(world.viewer(Role.QUALITY_REVIEWER), call.interaction)
    assert [word.text for word in page.words] == ["second"]


def test_the_command_line_supplies_words(
    world: World, call: OpenedCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken(world, call, 4)
    (tmp_path / "words.json").write_bytes(words("hello"))
    command, parser = commands.COMMANDS["transcript"], argparse.ArgumentParser()
    command.add_arguments(parser)
    given = [str(call.interaction), str(tmp_path / "words.json"), "--client", str(world.client)]
    assert command.run(parser.parse_args(given)) == 0
    assert "sealed" in capsys.readouterr().out
    assert [event.session for event in events(world, "interactions:transcript:supply")] == ["supply-transcript"]


@pytest.mark.parametrize("transcript", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_transcript_is_refused(world: World, call: OpenedCall, transcript: bytes) -> None:
    spoken(world, call, 1)
    with pytest.raises(BadInput):
        supplying.supply(calls.job(world), call.interaction, transcript)
    with pytest.raises(NotFound):
        supplying.supply(calls.job(world), uuid7(), words())
    assert events(world, "interactions:transcript:supply") == []


def test_a_call_of_which_nothing_was_recorded_takes_no_words(world: World, call: OpenedCall) -> None:
    calls.finish(world, call)
    jobs.compose(world.client, call.interaction)
    with pytest.raises(BadInput):
        supplying.supply(calls.job(world), call.interaction, words())


def test_erasing_the_customer_leaves_no_object_no_key_and_no_row(world: World, call: OpenedCall) -> None:
    row = spoken(world, call, 12)
    streams = [made.stream_of(world, call, side) for side in ("in", "out")]
    Side(world, again := calls.opened(world, call.customer), "in").say(2).end()
    calls.finish(world, again)  # one that is not handed over yet
    made.processed(world, call, words("hello"))
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        counts = dict(privacy_pages.preview(officer, call.customer).counts)
        assert (counts["recording"], counts["recorded call"], counts["recorded segment"]) == (2, 2, 1)
        privacy.erase(officer, call.customer, "request")
    privacy_jobs.finish(world.client, call.customer)
    assert list(objects.names()) == []
    with scope(world.client):
        for model in (Recording, RecordingSegment, Region, Transcript, Stage, Interaction, Call, Stream):
            assert not model.objects.filter(client_id=world.client).exists(), model
    for stream in streams:
        with pytest.raises(Unopenable):
            calls.agent.current().unwrap_streams([calls.StreamRef(world.client, call.customer, stream)], "test")
    with scope(world.client), pytest.raises(Unopenable):
        sound.whole(calls.job(world), row, made.LOOK)


def test_one_rendition_is_destroyed_and_the_other_stays(world: World, call: OpenedCall) -> None:
    Side(world, call, "in").say(3).pause(Reason.HOLD, 1).end()
    row = composed(world, call)
    made.processed(world, call, words("hello"))
    with scope(world.client):
        redacted = Recording.objects.get(client_id=world.client, redacted=True)
        assert len(renditions.destroy(world.client, [row])) == 1
        assert renditions.destroy(world.client, [row]) == []
        assert not RecordingSegment.objects.filter(client_id=world.client).exists()
        page = selectors.page(world.viewer(Role.QUALITY_REVIEWER), call.interaction)
    assert list(objects.names()) == [redacted.object_name]
    assert [one.id for one in page.recordings] == [redacted.id]
    assert [(one.kind, one.channel, one.reason) for one in page.recordings[0].unkept][-1] == ("pause", 1, "hold")
    assert played(world.viewer(Role.QUALITY_REVIEWER), call, redacted.id).any()
