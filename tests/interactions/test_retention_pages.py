"""Retention as people see it: the page and the command line."""

import argparse
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound, RazdarError
from razdar.identity import keeping
from razdar.identity import selectors as people
from razdar.interactions import (
    backlog,
    retention_command,
)
from razdar.interactions.models import Interaction
from razdar.runtime.scope import scope
from tests.interactions.test_pipeline import processed, taken_in
from tests.interactions.test_retention import RECORDINGS, TRANSCRIPTS, names_of, of
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_looks_after_the_system_sees_what_is_due(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=181)
    taken_in(world)
    with scope(world.client):
        Interaction.objects.update(started_at=long_ago, created_at=long_ago)
        for role in (Role.TECHNICIAN, Role.ADMINISTRATOR):
            found = {one.data_class: one for one in backlog.of_client(world.viewer(role)).due}
            assert [(one.days, one.calls) for one in found.values()] == [(180, 1), (365, 0)]
            assert found[RECORDINGS].since == long_ago
        with pytest.raises(RazdarError):
            backlog.of_client(world.viewer(Role.SUPERVISOR))


def retain(*words: str) -> int:
    parser = argparse.ArgumentParser()
    retention_command.COMMAND.add_arguments(parser)
    return retention_command.COMMAND.run(parser.parse_args(words))


def test_the_command_shows_sets_previews_and_runs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    client = ("--client", str(world.client))
    long_ago = datetime.now(UTC) - timedelta(days=100)
    interaction = processed(world)
    with scope(world.client):
        Interaction.objects.update(started_at=long_ago, created_at=long_ago)
    assert retain("show", *client) == 0
    shown = capsys.readouterr().out
    assert "recording                180 days\n" in shown
    assert "phone                   1095 days   nothing is destroyed for it yet but by erasure" in shown
    assert retain("preview", *client) == 0
    assert "recording is kept for 180 days: nothing is due." in capsys.readouterr().out
    assert retain("set", "recording=90", "transcript=365", "--yes", *client) == 0
    said = capsys.readouterr().out
    assert "recording: 90 days instead of 180.\n  the next daily run destroys that of 1 calls" in said
    assert "recording is kept for 90 days from now on; until now for 180." in said
    assert "transcript" not in said
    assert retain("preview", *client) == 0
    assert "            2  recordings" in capsys.readouterr().out
    assert retain("run", "--yes", *client) == 0
    assert "Of 1 calls" in capsys.readouterr().out
    assert names_of(world, interaction) == []
    (event,) = [event for event in world.events() if event.action == keeping.CHOOSE]
    assert of(event, "data_class", "days_before", "days") == ("recording", 180, 90)
    assert people.kept_days(world.other)[RECORDINGS] == 180


@pytest.mark.parametrize("wrong", ["recording", "recording=", "recording=0", "recording=1e3", "voices=9", "=5"])
def test_what_cannot_be_set_changes_nothing(world: World, wrong: str) -> None:
    with pytest.raises(BadInput):
        retain("set", "transcript=9", wrong, "--client", str(world.client))
    assert people.kept_days(world.client)[TRANSCRIPTS] == 365


def test_there_is_no_such_client(world: World) -> None:
    nobody = UUID(int=7)
    with pytest.raises(NotFound):
        retain("show", "--client", str(nobody))
    with pytest.raises(NotFound):
        retain("set", "recording=9", "--client", str(nobody))
