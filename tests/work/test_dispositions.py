"""How contacts end: who says so, what is kept, and the list that administrators keep."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.runtime.scope import scope
from razdar.work import codes, contacts, dispositions
from razdar.work.models import Code, Disposition
from tests.work.contact import over, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact(world: World) -> UUID:
    return over(world, world.customer(), world.viewer(Role.AGENT).person)


def choices(world: World) -> list[UUID]:
    return [code.id for code in codes.active(world.client)]


def test_a_contact_waits_on_its_agents_desk_until_its_end_is_said(world: World, contact: UUID) -> None:
    agent, now = world.viewer(Role.AGENT), datetime.now(UTC)
    with scope(world.client):
        assert [each.id for each in contacts.unfinished(agent, now)] == [contact]
        assert contacts.unfinished(world.second(Role.AGENT), now) == []
        dispositions.say(agent, contact, choices(world)[1])
        assert contacts.unfinished(agent, now) == []
        found = contacts.one(agent, contact)
        assert found
        assert found.ended
        assert str(found.ended.name) == "Needs more work"


def test_a_running_contact_waits_for_nothing(world: World) -> None:
    agent = world.viewer(Role.AGENT)
    running(world, world.customer(), agent.person)
    with scope(world.client):
        assert contacts.unfinished(agent, datetime.now(UTC)) == []
        (working,) = contacts.working(agent)
    assert working.contact
    assert working.contact.runs
    assert working.until is None


def test_what_was_said_before_is_kept_and_comes_back(world: World, contact: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        first, second, *_ = choices(world)
        dispositions.say(agent, contact, first)
        said = dispositions.say(agent, contact, second)
        assert dispositions.say(agent, contact, second) == said
        assert [(each.code, each.holds) for each in dispositions.history(agent, contact)] == [
            (second, True),
            (first, False),
        ]
        dispositions.take_back(agent, contact, said)
        assert dispositions.of_interactions(agent, [contact])[contact].code == first
        with pytest.raises(NotFound):
            dispositions.take_back(agent, contact, said)


def test_after_some_minutes_it_is_too_late_to_take_it_back(world: World, contact: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        said = dispositions.say(agent, contact, choices(world)[0])
        Disposition.objects.update(at=datetime.now(UTC) - dispositions.UNDOABLE - timedelta(seconds=1))
        with pytest.raises(Refused):
            dispositions.take_back(agent, contact, said)


def test_only_who_had_the_contact_or_oversees_it_says_how_it_ended(world: World, contact: UUID) -> None:
    with scope(world.client):
        code = choices(world)[0]
        for role, person in ((Role.AGENT, world.second(Role.AGENT)), (Role.QUALITY_REVIEWER, None)):
            with pytest.raises(NotYours):
                dispositions.say(person or world.viewer(role), contact, code)
        dispositions.say(world.viewer(Role.SUPERVISOR), contact, code)
        with pytest.raises(NotFound):
            dispositions.take_back(
                world.viewer(Role.AGENT), contact, dispositions.history(world.viewer(Role.AGENT), contact)[0].id
            )
    with scope(world.other), pytest.raises(NotFound):
        dispositions.say(world.viewer(Role.SUPERVISOR, world.other), contact, code)


def test_a_code_of_another_client_or_one_switched_off_is_no_answer(world: World, contact: UUID) -> None:
    agent, keeper = world.viewer(Role.AGENT), world.viewer(Role.ADMINISTRATOR)
    with scope(world.other):
        foreign = codes.active(world.other)[0].id
    with scope(world.client):
        first = choices(world)[0]
        codes.switch(keeper, first, on=False)
        for code in (foreign, first):
            with pytest.raises(BadInput):
                dispositions.say(agent, contact, code)


def test_the_shipped_list_is_written_down_when_somebody_changes_it(world: World, contact: UUID) -> None:
    agent, keeper = world.viewer(Role.AGENT), world.viewer(Role.ADMINISTRATOR)
    with scope(world.client):
        before = codes.known(world.client)
        assert not Code.objects.exists()
        dispositions.say(agent, contact, before[0].id)
        codes.rename(keeper, before[0].id, "Done")
        codes.add(keeper, "Sent to billing")
        codes.move(keeper, before[1].id, up=True)
        after = codes.known(world.client)
        assert [str(each.name) for each in after][:2] == ["Needs more work", "Done"]
        assert str(after[-1].name) == "Sent to billing"
        assert {each.id for each in before} < {each.id for each in after}
        assert dispositions.of_interactions(agent, [contact])[contact].name == "Done"
    with scope(world.other):
        assert len(codes.known(world.other)) == len(codes.SHIPPED)


@pytest.mark.parametrize("name", ["", "Resolved", "resolved ", "x" * 61, "call +442079460777", "a\u0000b"])
def test_a_name_that_cannot_be_one_is_refused(world: World, name: str) -> None:
    with scope(world.client), pytest.raises(BadInput):
        codes.add(world.viewer(Role.ADMINISTRATOR), name)


def test_the_last_way_to_end_stays_on(world: World) -> None:
    keeper = world.viewer(Role.ADMINISTRATOR)
    with scope(world.client):
        *others, last = choices(world)
        for code in others:
            codes.switch(keeper, code, on=False)
        with pytest.raises(BadInput):
            codes.switch(keeper, last, on=False)


def test_only_administrators_keep_the_list(world: World) -> None:
    with scope(world.client):
        code = choices(world)[0]
        for role in (Role.AGENT, Role.SUPERVISOR):
            viewer = world.viewer(role)
            for act in (
                lambda v=viewer: codes.add(v, "Mine"),
                lambda v=viewer: codes.rename(v, code, "Mine"),
                lambda v=viewer: codes.switch(v, code, on=False),
                lambda v=viewer: codes.move(v, code, up=True),
            ):
                with pytest.raises(NotYours):
                    act()
