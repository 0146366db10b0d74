"""Calls that a named-entity engine is asked about while they are redacted."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from razdar.core.disclosure import Role
from razdar.interactions import jobs, recognising, stages
from razdar.interactions.models import Stage
from razdar.interactions.reasons import english
from razdar.interactions.recogniser_process import RecogniserFailed
from razdar.interactions.recognisers.base import NotReady
from razdar.runtime.scope import scope
from tests.conformance import recognisers
from tests.interactions.taking_in import CALL, pages, taken_in, whole_sound
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
COMPANY = "Quillmere"
"""Said by the agent; no rule and no record knows it."""


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "RAZDAR_ENTITIES", recognisers.NAME)
    monkeypatch.setattr(settings, "RAZDAR_ENTITIES_MODELS", recognisers.model(tmp_path))


def call(world: World, **instead: str) -> UUID:
    """The demo's call with some words exchanged."""
    document = json.loads(CALL.transcript())
    for word in document["words"]:
        word["w"] = instead.get(word["w"].strip(","), word["w"])
    interaction = taken_in(world, transcript=json.dumps(document).encode())
    jobs.advance(world.client, interaction)
    return interaction


def said(world: World, interaction: UUID) -> str:
    return " ".join(word.text for word in pages(world, interaction, Role.QUALITY_REVIEWER).words)


def test_what_the_engine_finds_is_concealed_in_words_and_sound(world: World) -> None:
    interaction = call(world, Quillmere=recognisers.NAMED)
    jobs.advance(world.client, interaction)
    assert recognisers.NAMED not in said(world, interaction)
    start, end = next((word.start, word.end) for word in CALL.words() if word.text == COMPANY)
    page = pages(world, interaction, Role.QUALITY_REVIEWER)
    assert any(first <= start and end <= last for first, last in page.muted)
    sound = whole_sound(world, interaction, Role.QUALITY_REVIEWER)
    assert not sound[int(start * 8_000) : int(end * 8_000)].any()


def test_without_one_nobody_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RAZDAR_ENTITIES", "")
    interaction = call(world, Quillmere=recognisers.NAMED)
    jobs.advance(world.client, interaction)
    assert recognisers.NAMED in said(world, interaction)


def test_a_call_that_breaks_it_stays_locked_and_says_why(world: World) -> None:
    interaction = call(world, Good="please", morning="raise")
    with pytest.raises(RecogniserFailed):
        jobs.advance(world.client, interaction)
    assert pages(world, interaction, Role.QUALITY_REVIEWER).row.locked
    with scope(world.client):
        stage = Stage.objects.get(interaction_id=interaction, name=stages.next_of(world.client, interaction))
    assert stage.error == "recogniser-failed"
    assert "named-entity engine" in english(stage.error)


def test_settings_that_cannot_work_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert recognising.chosen() == (recognisers.NAME, settings.RAZDAR_ENTITIES_MODELS)
    monkeypatch.setattr(settings, "RAZDAR_ENTITIES_MODELS", None)
    with pytest.raises(NotReady, match="Name the folder"):
        recognising.chosen()
    monkeypatch.setattr(settings, "RAZDAR_ENTITIES", "nobody")
    with pytest.raises(NotReady, match="presidio"):
        recognising.chosen()
