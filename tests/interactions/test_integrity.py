"""Whether a recording is what was sealed: stored bytes, row, log and checkpoint held against each other."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound, Unavailable, Unopenable
from razdar.interactions import integrity, selectors
from razdar.interactions.integrity import State
from razdar.interactions.models import Recording
from razdar.runtime import objects
from razdar.runtime.scope import scope
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.interactions.taking_in import object_files, processed, taken_in, whole_sound
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def badge(world: World, interaction: UUID, *, redacted: bool = True) -> integrity.Integrity:
    viewer = world.viewer(Role.QUALITY_REVIEWER) if redacted else world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        recording = Recording.objects.get(interaction_id=interaction, redacted=redacted)
        return selectors.integrity_of(viewer, interaction, recording.id)


def change(interaction: UUID, client: UUID, damage: str) -> None:
    with scope(client):
        row = Recording.objects.get(interaction_id=interaction, redacted=True)
    (path,) = [path for path in object_files() if path.name == str(row.object_name)]
    sealed = path.read_bytes()
    middle = len(sealed) // 2
    changed = {
        "a bit": sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :],
        "shorter": sealed[:-1],
        "longer": sealed + b"\0",
        "empty": b"",
    }
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[damage])


def test_a_recording_is_verified_once_a_signed_checkpoint_covers_its_entry(world: World) -> None:
    interaction = processed(world)
    early = badge(world, interaction)
    assert early.state is State.UNSEQUENCED
    assert early.plays
    assert early.index is None
    wait_until_sequenced()
    found = badge(world, interaction)
    assert found.state is State.VERIFIED
    assert found.index is not None
    assert found.signed_at
    assert len(found.digest) == 64


@pytest.mark.parametrize("damage", ["a bit", "shorter", "longer", "empty", "gone"])
def test_damage_is_found_logged_and_said(world: World, damage: str) -> None:
    interaction = processed(world)
    wait_until_sequenced()
    change(interaction, world.client, damage)
    found = badge(world, interaction)
    assert found.state is State.DAMAGED, "the damage was not found"
    assert not found.plays
    (event,) = [e for e in world.events() if e.action == integrity.CHECK]
    assert event.outcome == "failed"


def test_another_recording_in_its_place_is_noticed_by_the_log(world: World) -> None:
    """Whoever owns database and store puts another recording with its checksum into the row; the log knows better."""
    interaction, other = processed(world), processed(world)
    wait_until_sequenced()
    with scope(world.client):
        theirs = Recording.objects.get(interaction_id=other, redacted=True)
        name, size, digest = theirs.object_name, theirs.sealed_size, theirs.sealed_digest
        theirs.delete()
        rows = Recording.objects.filter(interaction_id=interaction, redacted=True)
        rows.update(object_name=name, sealed_size=size, sealed_digest=digest)
    assert badge(world, interaction).state is State.DAMAGED, "the log was not asked"


def test_an_entry_without_a_checksum_proves_nothing(world: World) -> None:
    interaction = processed(world)
    with scope(world.client):
        Recording.objects.filter(interaction_id=interaction).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    found = badge(world, interaction)
    assert found.state is State.UNPROVEN, "old, and the log holds no entry of it"
    with scope(world.client):
        Recording.objects.filter(interaction_id=interaction).update(sealed_digest=b"")
    wait_until_sequenced()
    assert badge(world, interaction).state is State.UNPROVEN


def test_a_store_that_is_away_is_no_damage(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    interaction = processed(world)

    def away(*_: object) -> bytes:
        raise Unavailable

    monkeypatch.setattr(objects, "get_range", away)
    found = badge(world, interaction)
    assert found.state is State.AWAY
    assert not found.plays
    assert not [e for e in world.events() if e.action == integrity.CHECK]


def test_a_locked_recording_has_no_badge(world: World) -> None:
    interaction = taken_in(world)
    with scope(world.client):
        recording = Recording.objects.get(interaction_id=interaction)
        with pytest.raises(NotFound):
            selectors.integrity_of(world.viewer(Role.SUPERVISOR), interaction, recording.id)


def test_an_original_that_is_not_open_has_no_badge(world: World) -> None:
    interaction = processed(world)
    with pytest.raises(NotFound):
        badge(world, interaction, redacted=False)


def test_what_is_damaged_does_not_play_from_the_damage_on(world: World) -> None:
    interaction = processed(world)
    change(interaction, world.client, "a bit")
    with pytest.raises(Unopenable):
        whole_sound(world, interaction, Role.QUALITY_REVIEWER)
