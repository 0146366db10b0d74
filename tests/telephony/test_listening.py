"""The recording of a live call opens to whom the matrix says, in its own place and nowhere else, and is logged."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from razdar.core.disclosure import DataClass, Purpose, RevealRequest, Role, Viewer
from razdar.core.errors import NotDisclosed, NotFound, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.interactions import originals, selectors, sound
from razdar.interactions.models import RecordingSegment, Region
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony.services import OpenedCall
from razdar.vault import content, grants
from razdar.vault.sealed import SealedStream
from tests.telephony import calls, made
from tests.telephony.heard import played, spoken, words
from tests.telephony.made import whole
from tests.telephony.watching import events
from tests.weakening import Control, in_turn
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
RATE = 8000


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def plays(world: World) -> list[Event]:
    return [event for event in world.events() if event.mode is Mode.PLAY]


def opened_for(world: World, call: OpenedCall, role: Role = Role.PRIVACY_OFFICER) -> Viewer:
    """A viewer for whom the original was opened, by a second person."""
    viewer = world.viewer(role)
    request = RevealRequest(Purpose.PRIVACY_REQUEST, "the customer asked for a copy")
    with scope(world.client):
        originals.ask(viewer, call.interaction, DataClass.RECORDING, request)
        (one,) = [o for o in originals.askable(viewer, call.interaction) if o.kind == "recording"]
        assert one.grant
        grants.decide(world.viewer(Role.SECURITY_OFFICER), one.grant, approve=True)
        originals.open_original(viewer, call.interaction, DataClass.RECORDING, one.grant)
    return viewer


def test_a_reviewer_hears_the_redacted_rendition_and_never_the_card(world: World, call: OpenedCall) -> None:
    row = spoken(world, call)
    original = whole(world, row)
    made.processed(world, call, words())
    reviewer = world.viewer(Role.QUALITY_REVIEWER)
    with scope(world.client):
        page = selectors.page(reviewer, call.interaction)
    (rendition,) = [one for one in page.recordings if one.openable]
    assert (rendition.redacted, rendition.channels, page.row.locked) == (True, 2, False)
    heard = played(reviewer, call, rendition.id)
    assert heard.shape == original.shape
    outside = np.ones(len(heard), bool)
    for start, end in page.muted:
        assert not heard[round(start * RATE) : round(end * RATE)].any()
        outside[max(0, round(start * RATE) - 60) : round(end * RATE) + 60] = False
    (first, *_), (*_, last) = page.muted[0], page.muted[-1]
    assert first <= 2.5
    assert last >= 10.4
    assert np.array_equal(heard[outside], original[outside])
    assert original[round(first * RATE) : round(last * RATE)].any(axis=0).all()
    assert {dict(event.detail)["rendition"] for event in plays(world)} == {"redacted"}


def test_the_original_is_heard_under_a_grant_and_each_piece_is_logged(world: World, call: OpenedCall) -> None:
    row = spoken(world, call)
    made.processed(world, call, words())
    officer = opened_for(world, call)
    assert np.array_equal(played(officer, call, row.id), whole(world, row))
    found = [dict(event.detail) for event in plays(world)]
    assert [(one["from_ms"], one["to_ms"]) for one in found][:2] == [(0, 4998), (4998, 9998)]
    assert {one["rendition"] for one in found} == {"original"}
    (last,) = plays(world)[-1:]
    assert (last.customer, last.trace, last.purpose) == (call.customer, call.trace, Purpose.PRIVACY_REQUEST)
    assert [(field.data_class, field.level) for field in last.fields] == [("recording", "clear")]
    with scope(world.client):
        grants.Grant.objects.update(until=made.now())
    with pytest.raises(NotDisclosed):
        played(officer, call, row.id)


@pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.SUPERVISOR, Role.PRIVACY_OFFICER])
def test_nobody_hears_the_original_without_a_grant(world: World, call: OpenedCall, role: Role) -> None:
    row = spoken(world, call, 2)
    made.processed(world, call, words("hello"))
    with pytest.raises(NotDisclosed):
        played(world.viewer(role), call, row.id)
    (denied,) = [event for event in world.events() if event.mode is Mode.DENY]
    assert (denied.action, denied.outcome) == ("interactions:recording:play", "denied")
    assert plays(world) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR, Role.AUDITOR])
def test_for_others_there_is_no_such_call(world: World, call: OpenedCall, role: Role) -> None:
    row = spoken(world, call, 1)
    for viewer in (world.viewer(role), world.viewer(Role.QUALITY_REVIEWER, world.other)):
        with pytest.raises(NotFound):
            played(viewer, call, row.id)


def test_until_it_is_redacted_it_is_locked(world: World, call: OpenedCall) -> None:
    row = spoken(world, call, 1)
    with pytest.raises(NotFound):
        played(world.viewer(Role.QUALITY_REVIEWER), call, row.id)


def test_a_grant_for_one_call_opens_no_other(world: World, call: OpenedCall) -> None:
    other = calls.opened(world, call.customer)
    for one in (call, other):
        spoken(world, one, 1)
        made.processed(world, one, words("hello", at=0.1))
    officer = opened_for(world, call)
    with pytest.raises(NotDisclosed):
        played(officer, other, made.recording(world, other).id)


def test_a_live_recording_that_says_it_is_redacted_is_not(world: World, call: OpenedCall) -> None:
    """Whatever a row says: the door goes by what a live recording is."""
    row = spoken(world, call, 1)
    row.redacted = True
    with scope(world.client), pytest.raises(NotDisclosed):
        sound.frames(world.viewer(Role.QUALITY_REVIEWER), row, replace(made.LOOK, purpose=Purpose.QUALITY), 0, 800)


# --- What was exchanged -----------------------------------------------------------------------------------------------


def altered(rows: list[RecordingSegment]) -> None:
    sealed = bytearray(objects.get(rows[1].object_name))
    sealed[40] ^= 1
    objects.delete(rows[1].object_name)
    objects.put(rows[1].object_name, bytes(sealed))


def lost(rows: list[RecordingSegment]) -> None:
    objects.delete(rows[1].object_name)


def forgotten(rows: list[RecordingSegment]) -> None:
    rows[1].delete()


def exchanged(rows: list[RecordingSegment]) -> None:
    names = rows[0].object_name, rows[1].object_name
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id)
    mine.filter(id=rows[1].id).update(object_name=uuid7())
    mine.filter(id=rows[0].id).update(object_name=names[1])
    mine.filter(id=rows[1].id).update(object_name=names[0])


def reordered(rows: list[RecordingSegment]) -> None:
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id)
    mine.filter(id=rows[1].id).update(begins=0, ends=10 * RATE)
    mine.filter(id=rows[0].id).update(begins=10 * RATE, ends=20 * RATE)


def chained_otherwise(rows: list[RecordingSegment]) -> None:
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id)
    mine.filter(id=rows[1].id).update(previous=bytes(16))


def of_the_other_side(rows: list[RecordingSegment]) -> None:
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id)
    other = mine.exclude(stream=rows[0].stream).get(number=1)
    mine.filter(id=other.id).update(object_name=uuid7())
    mine.filter(id=rows[1].id).update(object_name=other.object_name)


HARMS = [altered, lost, forgotten, exchanged, reordered, chained_otherwise, of_the_other_side]


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_exchanged_does_not_open_and_is_logged(
    world: World, call: OpenedCall, harm: Callable[[list[RecordingSegment]], None]
) -> None:
    row = spoken(world, call, 25)
    stream = made.stream_of(world, call, "in")
    with scope(world.client):
        harm(list(RecordingSegment.objects.filter(client_id=world.client, stream=stream).order_by("number")))
    for first, last in ((12 * RATE, 14 * RATE), (9 * RATE, 11 * RATE), (0, row.frames)):
        with pytest.raises(Unopenable):
            made.piece(calls.job(world), row, first, last)
    looks = [event.outcome for event in events(world, made.LOOK.action)]
    assert looks == ["ok", "failed"] * 3


def test_segments_of_another_call_do_not_open_in_this_one(world: World, call: OpenedCall) -> None:
    other = calls.opened(world, call.customer)
    mine, theirs = spoken(world, call, 2), spoken(world, other, 2)
    with scope(world.client):
        Region.objects.filter(client_id=world.client).delete()
        RecordingSegment.objects.filter(client_id=world.client, recording_id=mine.id).delete()
        RecordingSegment.objects.filter(client_id=world.client, recording_id=theirs.id).update(recording_id=mine.id)
    with pytest.raises(Unopenable):
        whole(world, mine)


def test_a_stream_of_another_customer_is_not_handed_out(world: World, call: OpenedCall) -> None:
    row = spoken(world, call, 1)
    sealed = row.sealed
    assert isinstance(sealed, SealedStream)
    with scope(world.client):
        parts = tuple(one.sealed for one in RecordingSegment.objects.filter(client_id=world.client))
        customer = world.customer()
    for viewer, given in (
        (calls.job(world), replace(sealed, customer=customer, segments=parts)),
        (world.viewer(Role.SUPERVISOR, world.other), replace(sealed, segments=parts)),
    ):
        with scope(viewer.client), pytest.raises(NotFound), content.open_stream(viewer, given, made.LOOK):
            pass


def test_keys_are_overwritten_when_it_was_read(world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    row = spoken(world, call, 1)
    given: list[bytearray] = []
    agent = calls.agent.current()
    unwrap = agent.unwrap_streams

    def noting(*asked: object) -> list[bytearray]:
        given.extend(unwrap(*asked))  # type: ignore[arg-type]
        return given

    monkeypatch.setattr(agent, "unwrap_streams", noting)
    whole(world, row)
    assert len(given) == 2
    assert not any(map(any, given))


def test_nothing_in_the_clear_is_shown_by_what_is_sealed(world: World, call: OpenedCall) -> None:
    row = spoken(world, call, 1)
    with scope(world.client):
        one = RecordingSegment.objects.filter(client_id=world.client).first()
        assert one
    for inert in (row.sealed, one.sealed):
        assert {str(inert), repr(inert), f"{inert}"} == {"••••••••"}


# --- Control runs -----------------------------------------------------------------------------------------------------

CONTROLS = {
    "matrix": Control(
        "tests/telephony/test_listening.py::test_nobody_hears_the_original_without_a_grant[quality_reviewer]",
        "razdar.core.disclosure.viewer:Viewer.level",
        "tests.weakening.patches:shows_everything",
        "DID NOT RAISE",
    ),
    "coverage": Control(
        "tests/telephony/test_listening.py::test_what_was_exchanged_does_not_open_and_is_logged[forgotten]",
        "razdar.interactions.timeline:holes",
        "tests.weakening.patches:finds_nothing",
        "DID NOT RAISE",
    ),
    "place": Control(
        "tests/telephony/test_listening.py::test_what_was_exchanged_does_not_open_and_is_logged[exchanged]",
        "razdar.core.crypto.segments:_bound",
        "tests.telephony.weakenings:binds_nothing",
        "DID NOT RAISE",
    ),
    "wiping": Control(
        "tests/telephony/test_listening.py::test_keys_are_overwritten_when_it_was_read",
        "razdar.core.crypto.material:wipe",
        "tests.weakening.patches:does_nothing",
        "assert not True",
    ),
}


@in_turn(CONTROLS)
def test_control_without_it_the_test_says_so(control: Callable[[], None]) -> None:
    control()
