"""The player's view of a recording: lanes, silent parts, turns, which rendition, whether it is what was sealed."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import soundfile

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, RevealRequest, Role, Viewer
from razdar.core.errors import NotDisclosed, NotFound
from razdar.core.ledger.events import Mode
from razdar.core.redaction import Action, SpanType, Why
from razdar.core.redaction.audio import peaks
from razdar.desk.redaction_forms import GROUPS
from razdar.interactions import originals, players, selectors
from razdar.interactions.models import Recording
from razdar.interactions.renditions import WAVEFORM_BUCKETS
from razdar.interactions.selectors import Unkept, Wanted
from razdar.runtime.scope import scope
from razdar.ui import findings
from razdar.ui.player import RegionKind
from razdar.vault import grants
from tests.interactions.taking_in import CALL, pages, processed, whole_sound
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
REVIEW = Cell(Level.ON_REQUEST, frozenset({Purpose.QUALITY, Purpose.COMPLAINT}), second_person=True)
CALL_SOUND, _ = soundfile.read(io.BytesIO(CALL.audio()), dtype="int16", always_2d=True)
ASKED = RevealRequest(Purpose.COMPLAINT, "the customer complains about what was said")


def reviewer(world: World) -> Viewer:
    """A reviewer of a client whose matrix lets reviewers ask for originals."""
    plain = world.viewer(Role.QUALITY_REVIEWER)
    return replace(plain, cells={**plain.cells, DataClass.RECORDING: REVIEW, DataClass.TRANSCRIPT: REVIEW})


def open_original(world: World, viewer: Viewer, interaction: UUID, data_class: DataClass = DataClass.RECORDING) -> None:
    with scope(world.client):
        originals.ask(viewer, interaction, data_class, ASKED)
        one = next(o for o in originals.askable(viewer, interaction) if o.data_class is data_class)
        assert one.grant
        grants.decide(world.viewer(Role.SECURITY_OFFICER), one.grant, approve=True)
        originals.open_original(viewer, interaction, data_class, one.grant)


def page_of(world: World, viewer: Viewer, interaction: UUID, wanted: Wanted = Wanted.ANY) -> selectors.Page:
    with scope(world.client):
        return selectors.page(viewer, interaction, wanted)


# --- The picture ------------------------------------------------------------------------------------------------------


def test_the_picture_of_the_redacted_rendition_holds_nothing_of_what_was_removed(world: World) -> None:
    """Every peak is that of the sound which may be heard, and none is left where a card number was said."""
    interaction = processed(world)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert page.shown
    assert page.shown.redacted
    heard = peaks(whole_sound(world, interaction, Role.QUALITY_REVIEWER), WAVEFORM_BUCKETS)
    assert np.array_equal(np.array(page.shown.waveform), heard)
    bucket = page.shown.duration_s / WAVEFORM_BUCKETS
    inside = [
        value
        for start, end in page.muted
        for lane in page.shown.waveform
        for value in lane[int(start / bucket) + 1 : int(end / bucket)]
    ]
    assert len(inside) > 20
    assert not any(inside), "sound is drawn where something was removed"


def test_the_picture_of_the_original_comes_with_the_original_only(world: World) -> None:
    interaction, viewer = processed(world), reviewer(world)
    before = page_of(world, viewer, interaction, Wanted.ORIGINAL)
    open_original(world, viewer, interaction)
    closed, opened = page_of(world, viewer, interaction), page_of(world, viewer, interaction, Wanted.ORIGINAL)
    assert closed.shown
    assert opened.shown
    assert before.shown == closed.shown, "asking for it in the address is not enough"
    assert [one.redacted for one in closed.recordings if one.waveform] == [True]
    assert [one.redacted for one in opened.recordings if one.waveform] == [False]
    assert opened.shown.waveform != closed.shown.waveform
    original = peaks(CALL_SOUND, WAVEFORM_BUCKETS)
    assert np.array_equal(np.array(opened.shown.waveform), original)


def test_only_the_picture_that_is_shown_was_opened(world: World) -> None:
    interaction, viewer = processed(world), reviewer(world)
    open_original(world, viewer, interaction)
    before = len([e for e in world.events() if e.action == "interactions:recording:view"])
    page_of(world, viewer, interaction)
    assert len([e for e in world.events() if e.action == "interactions:recording:view"]) == before + 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR, Role.TECHNICIAN, Role.AUDITOR, Role.SECURITY_OFFICER])
def test_others_get_no_player_no_peaks_and_no_badge(world: World, role: Role) -> None:
    interaction = processed(world)
    viewer = world.viewer(role)
    with scope(world.client):
        recording = Recording.objects.get(interaction_id=interaction, redacted=True)
        for attempt in (
            lambda: selectors.page(viewer, interaction),
            lambda: selectors.page(viewer, interaction, Wanted.ORIGINAL),
            lambda: selectors.sound_piece(viewer, interaction, recording.id, "bytes=0-"),
            lambda: selectors.integrity_of(viewer, interaction, recording.id),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_a_matrix_without_recordings_leaves_a_page_without_a_player(world: World) -> None:
    interaction = processed(world)
    plain = world.viewer(Role.SUPERVISOR)
    viewer = replace(plain, cells={DataClass.CALL_META: plain.cell(DataClass.CALL_META)})
    page = page_of(world, viewer, interaction)
    assert (page.shown, page.recordings, page.words) == (None, (), ())
    assert players.player_of(page, []) is None


def test_another_clients_reviewer_finds_nothing(world: World) -> None:
    interaction = processed(world)
    with scope(world.client):
        recording = Recording.objects.get(interaction_id=interaction, redacted=True)
    stranger = world.viewer(Role.QUALITY_REVIEWER, world.other)
    with scope(world.other), pytest.raises(NotFound):
        selectors.integrity_of(stranger, interaction, recording.id)


# --- Which rendition --------------------------------------------------------------------------------------------------


def test_a_reviewer_who_may_ask_keeps_the_redacted_rendition_and_gets_it_back(world: World) -> None:
    interaction, viewer = processed(world), reviewer(world)
    page = page_of(world, viewer, interaction)
    assert page.shown
    assert page.shown.redacted
    assert "[card]" in " ".join(word.text for word in page.words)
    for data_class in (DataClass.RECORDING, DataClass.TRANSCRIPT):
        open_original(world, viewer, interaction, data_class)
    opened = page_of(world, viewer, interaction, Wanted.ORIGINAL)
    assert opened.words_are_original
    with scope(world.client):
        until = players.player_of(opened, originals.askable(viewer, interaction))
    assert until
    assert until.original
    assert 590 <= until.original.seconds <= 600
    with scope(world.client):
        grants.Grant.objects.update(until=datetime(2020, 1, 1, tzinfo=UTC))
    again = page_of(world, viewer, interaction, Wanted.ORIGINAL)
    assert again.shown
    assert again.shown.redacted
    assert not again.words_are_original
    assert [one.redacted for one in again.recordings if one.openable] == [True]


def test_who_has_it_on_request_for_other_work_hears_nothing_unasked(world: World) -> None:
    interaction = processed(world)
    page = page_of(world, world.viewer(Role.PRIVACY_OFFICER), interaction)
    assert page.shown is None
    assert not page.words


def test_an_original_that_was_closed_is_not_shown_in_place_of_the_redacted_rendition(world: World) -> None:
    interaction, officer = processed(world), world.viewer(Role.PRIVACY_OFFICER)
    for data_class in (DataClass.RECORDING, DataClass.TRANSCRIPT):
        open_original(world, officer, interaction, data_class)
    assert page_of(world, officer, interaction).words_are_original
    closed = page_of(world, officer, interaction, Wanted.REDACTED)
    assert (closed.shown, closed.words) == (None, ())


def test_a_reviewer_as_shipped_cannot_ask(world: World) -> None:
    interaction, viewer = processed(world), world.viewer(Role.QUALITY_REVIEWER)
    with scope(world.client):
        assert originals.askable(viewer, interaction) == []
        with pytest.raises(NotDisclosed):
            originals.described(viewer, interaction, "recording")
    assert [e.outcome for e in world.events() if e.mode is Mode.DENY] == ["denied"]


def test_the_first_of_two_grants_to_end_counts(world: World) -> None:
    interaction, viewer = processed(world), reviewer(world)
    open_original(world, viewer, interaction)
    page = page_of(world, viewer, interaction, Wanted.ORIGINAL)
    now = datetime.now(UTC)
    with scope(world.client):
        (recording,) = [o for o in originals.askable(viewer, interaction) if o.kind == "recording"]
    sooner = replace(recording, until=now + timedelta(seconds=30))
    later = replace(recording, kind="transcript", until=now + timedelta(seconds=500))
    first = players.player_of(replace(page, words_are_original=True), [later, sooner], now)
    assert first
    assert first.original
    assert first.original.seconds == 30


# --- The view model ---------------------------------------------------------------------------------------------------


def test_lanes_regions_and_turns(world: World) -> None:
    interaction = processed(world)
    player = players.player_of(pages(world, interaction, Role.QUALITY_REVIEWER), [])
    assert player
    assert player.lanes == ("Agent", "Customer")
    assert len(player.peaks) == 2
    assert {region.kind for region in player.regions} == {RegionKind.REDACTED}
    assert any("Card number" in region.label for region in player.regions)
    assert [region.start for region in player.regions] == sorted(region.start for region in player.regions)
    assert {turn.speaker for turn in player.turns} == {"Agent", "Customer"}
    assert all(turn.start <= turn.words[0].start and turn.end >= turn.words[-1].end for turn in player.turns)
    assert player.original is None


def test_gaps_and_pauses_stand_among_the_removed_parts(world: World) -> None:
    interaction = processed(world)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert page.shown
    first = int(page.muted[0][0] * 1000)
    unkept = (Unkept("gap", 0, 40), Unkept("pause", first + 1, first + 2))
    shown = replace(page.shown, unkept=unkept)
    player = players.player_of(replace(page, shown=shown), [])
    assert player
    assert [region.kind for region in player.regions[:3]] == [RegionKind.GAP, RegionKind.REDACTED, RegionKind.PAUSE]
    assert player.regions[0].label != player.regions[2].label
    assert player.kinds == ("redacted", "gap", "pause")
    assert '"gap"' in player.regions_json
    original = players.player_of(replace(page, shown=replace(shown, redacted=False)), [])
    assert original
    assert original.kinds == ("gap", "pause"), "nothing was removed from the original"


def test_an_unknown_marker_is_refused_rather_than_drawn_as_something(world: World) -> None:
    page = pages(world, processed(world), Role.QUALITY_REVIEWER)
    assert page.shown
    odd = replace(page, shown=replace(page.shown, unkept=(Unkept("tone", 0, 1),)))
    with pytest.raises(ValueError, match="tone"):
        players.player_of(odd, [])


def test_one_channel_is_one_lane_and_names_no_side(world: World) -> None:
    page = pages(world, processed(world), Role.QUALITY_REVIEWER)
    assert page.shown
    one = replace(page, shown=replace(page.shown, channels=1, waveform=page.shown.waveform[:1]))
    player = players.player_of(one, [])
    assert player
    assert player.lanes == ("Both sides",)
    assert {turn.speaker for turn in player.turns} == {""}


def test_a_long_pause_begins_a_new_turn(world: World) -> None:
    page = pages(world, processed(world), Role.QUALITY_REVIEWER)
    word = page.words[0]
    said = [replace(word, start=start, end=start + 0.5, channel=0) for start in (0.0, 0.6, 1.2, 3.0, 3.6)]
    assert [len(turn.words) for turn in players.turns_of(tuple(said))] == [3, 2]


def test_every_kind_of_removed_value_has_words() -> None:
    assert set(findings.KINDS) == set(SpanType)
    assert set(findings.WHYS) == set(Why)
    assert set(findings.ACTIONS) == set(findings.ACTION_MEANINGS) == set(Action)
    assert sorted(kind for _name, kinds in GROUPS for kind in kinds) == sorted(SpanType)
