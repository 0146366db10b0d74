"""Whatever was written about a customer goes with the customer, and nothing of anybody else's."""

from uuid import UUID

import pytest

from razdar.core.disclosure import Purpose, Role
from razdar.core.errors import NotFound
from razdar.privacy import jobs, services
from razdar.runtime.registries import ERASERS
from razdar.runtime.scope import scope
from razdar.work import access, codes, dispositions, drafts, handing_over, notes
from razdar.work.erasure import OURS
from tests.work.agents import another_agent
from tests.work.contact import over
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def written(world: World) -> UUID:
    """A customer about whom everything was written that there is."""
    agent, customer = world.viewer(Role.AGENT), world.customer()
    call = over(world, customer, agent.person)
    with scope(world.client):
        access.ask(world.second(Role.AGENT), customer, Purpose.SERVICE, "a reason of enough letters")
        notes.change(agent, customer, notes.save(agent, customer, "before").id, "after")
        drafts.keep(agent, customer, "begun")
        dispositions.say(agent, call, codes.active(world.client)[0].id)
        handing_over.give(world.viewer(Role.SUPERVISOR), call, another_agent(world))
    return customer


def test_everything_is_counted_and_goes(world: World) -> None:
    erased, kept = written(world), written(world)
    kinds = [kind for kind, _ in OURS]
    with scope(world.client):
        before = dict(ERASERS["work"].preview(world.client, erased).counts)
        assert before == dict.fromkeys(kinds, 1)
        services.erase(world.viewer(Role.PRIVACY_OFFICER), erased, "request")
        for act in (notes.save, drafts.keep):
            with pytest.raises(NotFound):
                act(world.viewer(Role.SUPERVISOR), erased, "too late")  # type: ignore[operator]
        assert notes.written(world.viewer(Role.SUPERVISOR), erased) == ([], False)
    jobs.finish(world.client, erased)
    with scope(world.client):
        assert dict(ERASERS["work"].preview(world.client, erased).counts) == dict.fromkeys(kinds, 0)
        assert dict(ERASERS["work"].preview(world.client, kept).counts) == before
