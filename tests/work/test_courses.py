"""When there was contact and how it ended is shown as the matrix says, and to whom; every look is in the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role, Viewer
from razdar.core.errors import NotFound
from razdar.core.ledger.events import Event
from razdar.interactions import courses, selectors
from razdar.runtime.scope import scope
from razdar.work import codes, contacts, dispositions, overview
from razdar.work.overview import Narrowed
from tests.work.contact import over, past
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
Read = Callable[[Viewer, UUID, UUID], object]
OF_AN_AGENT: dict[str, Read] = {
    "working": lambda viewer, _customer, _contact: [each.contact for each in contacts.working(viewer) if each.contact],
    "history": lambda viewer, customer, _contact: contacts.with_customer(viewer, customer)[0],
    "to close": lambda viewer, _customer, _contact: contacts.unfinished(viewer, NOW),
    "one": lambda viewer, _customer, contact: contacts.one(viewer, contact),
    "list": lambda viewer, customer, _contact: selectors.listed(viewer, customer=customer)[0],
    "ends": lambda viewer, _customer, contact: dispositions.history(viewer, contact),
}
OF_A_SUPERVISOR: dict[str, Read] = {
    **{name: read for name, read in OF_AN_AGENT.items() if name not in {"working", "to close"}},
    "team": lambda viewer, _customer, _contact: [each.contact for each in contacts.everybody(viewer) if each.contact],
    "contacts": lambda viewer, _customer, _contact: overview.contacts_of_client(viewer, Narrowed()).rows,
    "channels": lambda viewer, _customer, _contact: overview.channels(viewer),
}


@pytest.fixture
def customer(world: World) -> UUID:
    return world.customer()


@pytest.fixture
def contact(world: World, customer: UUID) -> UUID:
    """One that is over, and of which something was said and taken back."""
    agent = world.viewer(Role.AGENT)
    made = over(world, customer, agent.person)
    with scope(world.client):
        said = dispositions.say(agent, made, codes.active(world.client)[0].id)
        dispositions.take_back(agent, made, said)
    return made


def without(viewer: Viewer) -> Viewer:
    """Somebody to whom the matrix does not show it."""
    return replace(viewer, cells={c: cell for c, cell in viewer.cells.items() if c is not DataClass.CALL_META})


def looks(world: World, viewer: Viewer) -> list[Event]:
    return [each for each in world.events() if each.action == courses.VIEW and each.actor == viewer.person]


@pytest.mark.parametrize(
    ("role", "name"),
    [*((Role.AGENT, name) for name in OF_AN_AGENT), *((Role.SUPERVISOR, name) for name in OF_A_SUPERVISOR)],
)
def test_it_is_shown_and_logged_where_the_matrix_shows_it(
    world: World, customer: UUID, contact: UUID, role: Role, name: str
) -> None:
    viewer, read = world.viewer(role), {**OF_AN_AGENT, **OF_A_SUPERVISOR}[name]
    with scope(world.client):
        assert not read(without(viewer), customer, contact)
        assert looks(world, viewer) == []
        assert read(viewer, customer, contact)
    if name == "channels":
        return  # says of no customer that there was contact
    (event,) = looks(world, viewer)
    assert (event.customer, event.purpose) == (customer, Purpose.SERVICE)
    assert [(seen.data_class, seen.level, seen.subject) for seen in event.fields] == [("call_meta", "clear", customer)]


def test_another_purpose_shows_nothing(world: World, customer: UUID, contact: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    for cell in (Cell(Level.CLEAR, frozenset({Purpose.LEGAL})), Cell(Level.MASKED, frozenset({Purpose.SERVICE}))):
        viewer = replace(agent, cells={**agent.cells, DataClass.CALL_META: cell})
        with scope(world.client):
            assert contacts.with_customer(viewer, customer) == ([], False)
            assert contacts.one(viewer, contact) is None


def test_an_agent_who_works_for_nobody_sees_the_own_contacts_alone(world: World, customer: UUID) -> None:
    agent, other = world.viewer(Role.AGENT), world.second(Role.AGENT)
    with scope(world.client):
        own, others = (past(world, customer, each.person, NOW - timedelta(days=2), 60) for each in (agent, other))
        assert [each.id for each in contacts.with_customer(agent, customer)[0]] == [own]
        assert contacts.one(agent, others) is None
        assert dispositions.history(agent, others) == []
    world.assign(agent, customer)
    with scope(world.client):
        assert {each.id for each in contacts.with_customer(agent, customer)[0]} == {own, others}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.PRIVACY_OFFICER])
def test_the_page_of_a_contact_is_there_for_whom_it_is_shown(world: World, contact: UUID, role: Role) -> None:
    viewer = world.viewer(role)
    with scope(world.client):
        for read in (selectors.page, selectors.progress):
            with pytest.raises(NotFound):
                read(without(viewer), contact)
        assert looks(world, viewer) == []
        assert selectors.page(viewer, contact).row.id == contact
        assert len(looks(world, viewer)) == 1
        assert selectors.progress(viewer, contact).row.id == contact
        assert selectors.states(viewer)
        assert len(looks(world, viewer)) == 1  # neither says when it was


def test_no_log_no_list(world: World, customer: UUID, contact: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("razdar.vault.door.audit.record_now", broken)
    with scope(world.client), pytest.raises(RuntimeError):
        contacts.with_customer(world.viewer(Role.SUPERVISOR), customer)
