"""The history of a person: for who looks after people, of colleagues alone, and never read unseen."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from razdar.audit.people import Wanted
from razdar.audit.selectors import Line, Lines
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.identity import history, services
from razdar.identity.act_labels import OWN, TOLD
from razdar.identity.services import Newcomer
from tests.identity.world import World, found, viewer_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wanted]:
    """What was asked of the log; it answers with one act of each kind."""
    every: list[Wanted] = []

    def acts(wanted: Wanted, _page: object) -> Lines:
        every.append(wanted)
        return Lines(tuple(_lines(wanted)), None)

    monkeypatch.setattr(history.people, "acts", acts)
    return every


def _lines(wanted: Wanted) -> list[Line]:
    def line(index: int, action: str, actor: UUID | None, by: str = "", **told: str) -> Line:
        detail = tuple(told.items())
        outcome = Outcome.DENIED if action == "identity:account:alert" else Outcome.OK
        event = Event(
            client=wanted.client,
            action=action,
            mode=Mode.CHANGE,
            actor=actor,
            role=by,
            detail=detail,
            outcome=outcome,
        )
        return Line(index, NOW, event)

    return [
        line(3, "identity:role:grant", None, "operator", role="auditor", person=str(wanted.person)),
        line(2, "identity:factor:add", wanted.person, "person"),
        line(1, "identity:account:alert", None, "system"),
        Line(0, NOW, None),
    ]


def test_who_did_what(world: World, anna: Viewer, asked: list[Wanted]) -> None:
    acts = history.of(anna, world.boris.id).acts
    assert [(act.by_whom, act.role, act.denied) for act in acts] == [
        ("operator", Role.AUDITOR, False),
        ("self", None, False),
        ("system", None, True),
    ]
    assert set(asked[0].own) == set(OWN)
    assert set(asked[0].told) == set(TOLD) - {history.VIEW}


def test_of_who_works_elsewhere_nothing_of_the_sign_in_is_asked(
    world: World, anna: Viewer, asked: list[Wanted]
) -> None:
    tom = world.join("tom", Role.TECHNICIAN)
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    services.invite(None, other.client, Newcomer("tom", "", (Role.AUDITOR,)))
    history.of(anna, tom.id)
    assert asked[0].own == ()


@pytest.mark.usefixtures("asked")
def test_it_is_told_of_colleagues_to_who_looks_after_them(world: World, anna: Viewer) -> None:
    stranger = found(world.clock, "Borealis Bank", "carla", "dora").anna.id
    with pytest.raises(NotFound):
        history.of(anna, stranger)
    with pytest.raises(NotYours):
        history.of(replace(anna, permissions=frozenset()), world.boris.id)


@pytest.mark.usefixtures("asked")
def test_reading_is_logged_before_anything_is_read(world: World, anna: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setattr(history.audit, "record_now", told.append)
    history.of(anna, world.boris.id)
    assert [(event.action, event.detail) for event in told] == [(history.VIEW, (("person", str(world.boris.id)),))]
