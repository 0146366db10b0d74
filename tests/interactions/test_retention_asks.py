"""``razdar retention`` shows what becomes of it, and asks, before it changes or destroys anything."""

from datetime import UTC, datetime, timedelta

import pytest

from razdar.core.errors import BadInput
from razdar.identity import keeping
from razdar.identity import selectors as people
from razdar.interactions.models import Interaction
from razdar.runtime.imports import asking
from razdar.runtime.imports.asking import Terminal
from razdar.runtime.scope import scope
from tests.interactions.retaining import RECORDINGS, names_of, retain
from tests.interactions.taking_in import taken_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("answer", ["n", "", "y", None])
def test_nothing_is_set_or_destroyed_before_somebody_has_seen_what_and_agreed(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    client, interaction = ("--client", str(world.client)), taken_in(world)
    long_ago = datetime.now(UTC) - timedelta(days=100)
    with scope(world.client):
        Interaction.objects.update(started_at=long_ago, created_at=long_ago)
    shown: list[str] = []

    def answers(_: str) -> str:
        shown.append(capsys.readouterr().out)
        return answer or ""

    monkeypatch.setattr(asking, "Terminal", lambda: Terminal(ask=answers, answers=answer is not None))
    if answer is None:
        with pytest.raises(BadInput, match="--yes"):
            retain("set", "recording=90", *client)
    else:
        assert retain("set", "recording=90", *client) == (answer != "y")
        assert "destroys that of 1 calls" in shown.pop()
    assert people.kept_days(world.client)[RECORDINGS] == (90 if answer == "y" else 180)
    keeping.choose(world.client, {"recording": 90})
    if answer is None:
        with pytest.raises(BadInput, match="--yes"):
            retain("run", *client)
    else:
        assert retain("run", *client) == (answer != "y")
        assert "            1  recordings" in shown.pop()
    assert len(names_of(world, interaction)) == (answer != "y")
