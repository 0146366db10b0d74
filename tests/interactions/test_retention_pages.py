"""Retention as people see it: the page and the command line."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar import __main__ as command_line
from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, NotFound, RazdarError
from razdar.identity import keeping
from razdar.identity import selectors as people
from razdar.interactions import (
    backlog,
    keeping_changes,
)
from razdar.interactions.models import Interaction
from razdar.runtime.console import say
from razdar.runtime.scope import scope
from tests.interactions.retaining import RECORDINGS, TRANSCRIPTS, names_of, of, retain
from tests.interactions.taking_in import processed, taken_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_looks_after_the_system_sees_what_is_due(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=181)
    taken_in(world)
    with scope(world.client):
        Interaction.objects.update(started_at=long_ago, created_at=long_ago)
        for role in (Role.TECHNICIAN, Role.ADMINISTRATOR):
            found = {one.data_class: one for one in backlog.of_client(world.viewer(role)).due}
            assert found.keys() == keeping_changes.DAILY_RUNS.keys() >= {RECORDINGS, TRANSCRIPTS, DataClass.NOTE}
            assert [(found[each].days, found[each].calls) for each in (RECORDINGS, TRANSCRIPTS)] == [(180, 1), (365, 0)]
            assert found[RECORDINGS].since == long_ago
        with pytest.raises(RazdarError):
            backlog.of_client(world.viewer(Role.SUPERVISOR))


@pytest.mark.parametrize("write", [say, print])
def test_a_command_whose_reader_has_enough_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, write: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """As in ``razdar retention show | head -1``; whether each line is sent at once or all at the end."""

    def many_lines(_arguments: object) -> int:
        write("recording 180 days")
        return 0

    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(command_line, "_run", many_lines)
    monkeypatch.setattr(command_line, "follow_parent", lambda: None)
    monkeypatch.setattr(os, "umask", lambda _mask: 0o022)  # this process's own stays as it is
    with os.fdopen(writing, "w") as nobody, monkeypatch.context() as printing:
        printing.setattr(sys, "stdout", nobody)
        assert command_line.main(["retention", "show"]) == 141
    assert capsys.readouterr().err == ""


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
    previewed = capsys.readouterr().out
    assert "recording is kept for 180 days: nothing is due." in previewed
    assert all(f"{each} is kept for" in previewed for each in keeping_changes.DAILY_RUNS), previewed
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
