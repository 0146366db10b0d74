"""Links are trees, whatever is linked and undone in which order and at once, also beside an erasure."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound, RazdarError
from razdar.customers import erasure, linking
from razdar.customers.models import Customer, CustomerLink
from razdar.runtime.scope import scope
from razdar.vault import persons
from razdar.vault.models import SamePerson
from tests.customers.linking import linked, merge
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]


def test_no_link_twice_to_oneself_or_in_a_circle(world: World) -> None:
    supervisor = world.viewer(Role.SUPERVISOR)
    a, b, c = (world.customer() for _ in range(3))
    merge(supervisor, a, b)
    merge(supervisor, b, c)
    for pair in ((a, a), (a, b), (a, c), (c, a), (c, b), (b, a)):
        with pytest.raises(RazdarError):
            merge(supervisor, *pair)
    with scope(world.client):
        assert set(persons.principals(world.client, [a, b, c]).values()) == {c}


@pytest.mark.parametrize("rounds", range(3))
def test_of_two_merges_at_once_against_each_other_one_loses(world: World, rounds: int) -> None:
    a, b = world.customer(), world.customer()
    supervisor, results = world.viewer(Role.SUPERVISOR), []
    barrier = threading.Barrier(2)

    def try_to(one: UUID, other: UUID) -> None:
        barrier.wait()
        try:
            merge(supervisor, one, other)
            results.append("linked")
        except RazdarError:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_to, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["linked", "refused"]
    assert linked(world) == 1


ACTS = st.lists(st.tuples(st.sampled_from(["link", "undo"]), st.integers(0, 5), st.integers(0, 5)), max_size=14)


class Forest:
    """What should be: who is linked to whom, beside what is."""

    def __init__(self, world: World, everybody: list[UUID]) -> None:
        self.world, self.everybody = world, everybody
        self.supervisor = world.viewer(Role.SUPERVISOR)
        self.parents: dict[UUID, UUID] = {}
        self.links: dict[UUID, UUID] = {}
        CustomerLink.objects.all().delete()
        SamePerson.objects.all().delete()

    def root(self, one: UUID) -> UUID:
        seen = {one}
        while one in self.parents:
            one = self.parents[one]
            assert one not in seen
            seen.add(one)
        return one

    def stored(self) -> dict[UUID, UUID]:
        return persons.principals(self.world.client, self.everybody)

    def undo(self, one: UUID, _other: UUID) -> None:
        if one in self.parents:
            linking.undo(self.supervisor, one, self.links.pop(one))
            del self.parents[one]

    def link(self, one: UUID, other: UUID) -> None:
        if one in self.parents or self.root(other) == one:
            with pytest.raises(RazdarError):
                linking.merge(self.supervisor, one, other)
            return
        before = self.stored()
        linking.undo(self.supervisor, one, linking.merge(self.supervisor, one, other))
        assert self.stored() == before
        self.links[one], self.parents[one] = linking.merge(self.supervisor, one, other), other

    def check(self) -> None:
        roots = {one: self.root(one) for one in self.everybody}
        assert self.stored() == roots
        for one in self.everybody:
            theirs = {each for each, root in roots.items() if root == roots[one]}
            assert set(persons.person(self.world.client, one)) == theirs


def test_any_number_of_links_and_undos_makes_trees_and_undo_restores(world: World) -> None:
    everybody = [world.customer() for _ in range(6)]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(ACTS)
    def run(acts: list[tuple[str, int, int]]) -> None:
        with scope(world.client):
            forest = Forest(world, everybody)
            for act, one, other in acts:
                (forest.link if act == "link" else forest.undo)(everybody[one], everybody[other])
                forest.check()

    run()


def test_the_database_itself_refuses_a_second_link_and_one_to_another_clients_customer(world: World) -> None:
    a, b, theirs = world.customer(), world.customer(), world.customer(world.other)
    merge(world.viewer(Role.SUPERVISOR), a, b)
    for pair in ((a, b), (b, b), (b, theirs)):
        with pytest.raises(IntegrityError), scope(world.client):
            CustomerLink.objects.create(
                client_id=world.client, customer_id=pair[0], principal_id=pair[1], since=datetime.now(UTC), by=a
            )


# --- Beside an erasure ------------------------------------------------------------------------------------------------


def test_a_link_beside_an_erasure_comes_before_or_finds_nobody(world: World) -> None:
    supervisor = world.viewer(Role.SUPERVISOR)
    one, other = world.customer(), world.customer()
    begun, done = threading.Event(), threading.Event()
    results: list[str] = []

    def link() -> None:
        begun.wait(30)
        try:
            merge(supervisor, one, other)
            results.append("linked")
        except NotFound:
            results.append("refused")
        finally:
            connections.close_all()

    thread = threading.Thread(target=link)
    thread.start()
    with scope(world.client):
        assert erasure.begin(world.client, other) == [other]
        begun.set()
        done.wait(0.3)
        assert results == []  # it waits for the erasure
    thread.join(30)
    assert results == ["refused"]


def test_erasing_begins_with_every_record_of_the_person(world: World) -> None:
    supervisor = world.viewer(Role.SUPERVISOR)
    a, b, c, other = (world.customer() for _ in range(4))
    merge(supervisor, a, b)
    merge(supervisor, b, c)
    with scope(world.client):
        assert erasure.begin(world.client, b)[0] == b
        left = set(Customer.objects.filter(erased_at=None).values_list("id", flat=True))
    assert left == {other}
