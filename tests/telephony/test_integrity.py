"""Whether the recording of a live call is what was sealed: segments, rows, manifests and time line held together."""

from collections.abc import Callable
from hashlib import sha256

import numpy as np
import pytest
from django.db.models import F
from numpy.typing import NDArray

from razdar.core.disclosure import Role
from razdar.core.errors import Unavailable
from razdar.interactions import integrity, segments, selectors, sound
from razdar.interactions.integrity import State
from razdar.interactions.models import Recording, RecordingSegment, Region
from razdar.keys.recording import Reason
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import manifests
from razdar.telephony.services import OpenedCall
from razdar.vault.streams import OpenedStream
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.telephony import calls, made
from tests.telephony.heard import words
from tests.telephony.made import Side, composed
from tests.telephony.watching import events
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
RATE = 8000


@pytest.fixture
def call(world: World) -> OpenedCall:
    return calls.opened(world)


def spoken(world: World, call: OpenedCall) -> Recording:
    Side(world, call, "in").say(12).pause(Reason.HOLD, 2).say(8).end()
    Side(world, call, "out", at=0.5).say(21).end()
    return composed(world, call)


def badge(world: World, call: OpenedCall, row: Recording) -> integrity.Integrity:
    with scope(world.client):
        interaction = selectors.Interaction.objects.get(client_id=world.client, id=call.interaction)
        return integrity.check(calls.job(world), interaction, row)


def test_it_is_verified_once_the_log_holds_its_manifests(world: World, call: OpenedCall) -> None:
    row = spoken(world, call)
    assert badge(world, call, row).state is State.UNSEQUENCED
    wait_until_sequenced()
    found = badge(world, call, row)
    assert (found.state, found.plays, len(found.digest)) == (State.VERIFIED, True, 64)
    assert found.signed_at


def test_a_long_stream_has_several_manifests(world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "AT_ONCE", 2)
    row = spoken(world, call)
    wait_until_sequenced()
    assert badge(world, call, row).state is State.VERIFIED


def altered(rows: list[RecordingSegment]) -> None:
    sealed = bytearray(objects.get(rows[1].object_name))
    sealed[30] ^= 1
    objects.delete(rows[1].object_name)
    objects.put(rows[1].object_name, bytes(sealed))


def lost(rows: list[RecordingSegment]) -> None:
    objects.delete(rows[1].object_name)


def forgotten(rows: list[RecordingSegment]) -> None:
    rows[-1].delete()


def all_forgotten(rows: list[RecordingSegment]) -> None:
    for row in rows:
        row.delete()


def shifted(rows: list[RecordingSegment]) -> None:
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id, stream=rows[0].stream)
    mine.update(begins=F("begins") + 800, ends=F("ends") + 800)


def of_the_other_side(rows: list[RecordingSegment]) -> None:
    mine = RecordingSegment.objects.filter(client_id=rows[0].client_id, stream=rows[0].stream)
    mine.update(channel=1 - rows[0].channel)


def shorter(rows: list[RecordingSegment]) -> None:
    Recording.objects.filter(client_id=rows[0].client_id).update(frames=F("frames") - 1)


def replaced_whole(rows: list[RecordingSegment]) -> None:
    """Whoever owns database and store puts another object with its size and hash into the row; the log knows better."""
    other = rows[0]
    stored = objects.get(other.object_name) + b"\0"
    name = uuid7()
    objects.put(name, stored)
    mine = RecordingSegment.objects.filter(client_id=other.client_id, id=other.id)
    mine.update(object_name=name, size=len(stored), sha256=sha256(stored).digest())


def silenced(rows: list[RecordingSegment]) -> None:
    """A row that says of sound which is there that it is damaged."""
    insert_damage(rows[0])


def unexplained(rows: list[RecordingSegment]) -> None:
    Region.objects.filter(client_id=rows[0].client_id, kind="pause").delete()


def explained_otherwise(rows: list[RecordingSegment]) -> None:
    Region.objects.filter(client_id=rows[0].client_id, kind="pause").update(reason="card")


HARMS = [
    altered,
    lost,
    forgotten,
    all_forgotten,
    shifted,
    of_the_other_side,
    shorter,
    replaced_whole,
    silenced,
    unexplained,
    explained_otherwise,
]


def insert_damage(row: RecordingSegment) -> None:
    recording = Recording.objects.get(client_id=row.client_id, id=row.recording_id)
    Region.objects.create(
        client_id=row.client_id,
        interaction_id=recording.interaction_id,
        channel=row.channel,
        kind=Region.Kind.GAP,
        reason=Region.DAMAGED,
        begins=row.begins,
        ends=row.ends,
    )


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_changed_is_found_and_logged(
    world: World, call: OpenedCall, harm: Callable[[list[RecordingSegment]], None]
) -> None:
    spoken(world, call)
    wait_until_sequenced()
    stream = made.stream_of(world, call, "in")
    with scope(world.client):
        harm(list(RecordingSegment.objects.filter(client_id=world.client, stream=stream).order_by("number")))
    found = badge(world, call, made.recording(world, call))
    assert (found.state, found.plays) == (State.DAMAGED, False)
    (event,) = events(world, integrity.CHECK)
    assert (event.outcome, event.trace) == ("failed", call.trace)


def after_an_inserted_damage(world: World, call: OpenedCall) -> tuple[State, bool]:
    """The badge, and whether the sound is still what it was, once a row says of all segments that they are damaged."""
    row = spoken(world, call)
    wait_until_sequenced()
    before = made.whole(world, row)
    with scope(world.client):
        for segment in RecordingSegment.objects.filter(client_id=world.client):
            insert_damage(segment)
    return badge(world, call, row).state, np.array_equal(before, made.whole(world, row))


def test_a_row_that_calls_sound_damaged_silences_nothing_and_is_found(world: World, call: OpenedCall) -> None:
    assert after_an_inserted_damage(world, call) == (State.DAMAGED, True)


def test_control_without_the_fingerprint_the_row_is_not_found(
    world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "regions_fingerprint", lambda _: b"")
    assert after_an_inserted_damage(world, call)[0] is State.VERIFIED


def test_control_a_reader_that_believes_the_row_is_silenced(
    world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = sound._heard

    def believes(opened: OpenedStream, row: RecordingSegment, *, is_damaged: bool) -> NDArray[np.int16]:
        said = heard(opened, row, is_damaged=is_damaged)
        return np.zeros_like(said) if is_damaged else said

    monkeypatch.setattr(sound, "_heard", believes)
    assert not after_an_inserted_damage(world, call)[1]


def test_regions_have_one_fingerprint_in_any_order_and_spelling() -> None:
    one = Region(channel=0, kind="gap", reason="damaged", begins=1, ends=23)
    two = Region(channel=1, kind="pause", reason="hold", begins=0, ends=5)
    assert segments.regions_fingerprint([one, two]) == segments.regions_fingerprint([two, one])
    others = [
        [],
        [one],
        [one, two, two],
        [Region(channel=0, kind="gap", reason="damaged", begins=12, ends=3), two],
        [Region(channel=0, kind="missing", reason="damaged", begins=1, ends=23), two],
        [Region(channel=0, kind="gap", reason="late", begins=1, ends=23), two],
    ]
    assert len({segments.regions_fingerprint(some) for some in [[one, two], *others]}) == 7


def test_a_store_that_is_away_is_no_damage(world: World, call: OpenedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    row = spoken(world, call)

    def away(*_: object) -> bytes:
        raise Unavailable("away")

    monkeypatch.setattr(objects, "get_range", away)
    assert badge(world, call, row).state is State.AWAY
    assert events(world, integrity.CHECK) == []


def test_pages_tell_it_of_either_rendition_and_where_nothing_was_kept(world: World, call: OpenedCall) -> None:
    spoken(world, call)
    made.processed(world, call, words("hello"))
    wait_until_sequenced()
    viewer = world.viewer(Role.QUALITY_REVIEWER)
    with scope(world.client):
        page = selectors.page(viewer, call.interaction)
        assert page.shown
        assert selectors.integrity_of(viewer, call.interaction, page.shown.id).state is State.VERIFIED
    told = [(one.kind, one.channel, one.reason, one.from_ms, one.to_ms) for one in page.shown.unkept]
    assert told == [
        ("missing", 0, "none", 0, 500),
        ("pause", 1, "hold", 12_000, 14_000),
        ("missing", 0, "hung_up", 21_500, 22_000),
    ]
