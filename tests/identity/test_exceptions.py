"""Exceptions for one person: two other people make one, it gives exactly its cell, and it ends by the clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.disclosure import NOTHING, Cell, DataClass, Level, Purpose, Role, Viewer, shipped
from razdar.core.errors import BadInput, NotFound, NotYours, StepUpNeeded
from razdar.identity import approvals, exceptions, rights, services, viewers
from razdar.identity.exception_endings import end
from razdar.identity.exceptions import Wanted
from razdar.identity.models import MatrixException, RoleGrant
from razdar.runtime.scope import scope
from tests.identity.world import Person, World, found, seen_by, viewer_of

CLEAR = Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))
WHY = "Stands in for the supervisor this week"
PHONE = DataClass.PHONE


@dataclass
class People:
    """An agent, the two administrators, and who may agree."""

    world: World
    agnes: Person
    browser: Browser
    anna: Viewer
    sam: Viewer

    def grant(self, person: UUID | None = None) -> UUID:
        grants = RoleGrant.objects.filter(client_id=self.world.client, state="active")
        return grants.get(user_id=person or self.agnes.id).pk

    def wanted(self, cell: Cell = CLEAR, data_class: DataClass = PHONE, hours: int = 24) -> Wanted:
        return Wanted(self.grant(), data_class, cell, hours)

    def propose(self, **changes: Any) -> UUID:
        return exceptions.propose(self.anna, self.wanted(**changes), WHY)

    def agreed(self, **changes: Any) -> UUID:
        made = self.propose(**changes)
        approvals.approve(self.sam, self.request(made))
        return made

    def request(self, made: UUID) -> UUID:
        with scope(self.world.client):
            return approvals.about(self.anna, exceptions.KIND, [made])[str(made)].id

    def sees(self) -> Cell:
        viewer = seen_by(self.browser)
        assert viewer
        return viewer.cell(PHONE)


@pytest.fixture
def people(world: World) -> People:
    agnes = world.join("agnes", Role.AGENT)
    anna, sam = viewer_of(world.anna), viewer_of(world.join("sam", Role.SECURITY_OFFICER))
    return People(world, agnes, agnes.sign_in(), anna, sam)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(viewers, "timezone", SimpleNamespace(now=lambda: moment))


HELD = shipped().cell(Role.AGENT, PHONE)


def test_two_people_make_it_and_the_next_request_sees_by_it(people: People) -> None:
    made = people.propose()
    assert people.sees() == HELD
    approvals.approve(people.sam, people.request(made))
    viewer = seen_by(people.browser)
    assert viewer
    assert dict(viewer.cells) == {**shipped().row(Role.AGENT), PHONE: CLEAR}
    (listed,) = exceptions.listed(people.anna)
    assert (listed.state, listed.name, listed.reason) == ("active", "agnes Surname", WHY)
    assert listed.line.opens


def test_it_ends_at_its_moment_and_nothing_has_to_run(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.agreed(hours=1)
    with scope(people.world.client):
        until = MatrixException.objects.get().until
    at(monkeypatch, until - timedelta(microseconds=1))
    assert people.sees() == CLEAR
    at(monkeypatch, until)
    assert people.sees() == HELD


@pytest.mark.parametrize("who", ["anna", "sam"])
def test_either_side_ends_it_at_once(people: People, who: str) -> None:
    made = people.agreed()
    end(getattr(people, who), made)
    assert people.sees() == HELD
    (listed,) = exceptions.listed(people.anna)
    assert listed.state == "ended"
    with pytest.raises(NotFound):
        end(people.sam, made)


def test_who_has_nothing_to_do_with_the_matrix_neither_ends_nor_lists(people: People) -> None:
    made, agnes = people.agreed(), seen_by(people.browser)
    assert agnes
    for act in (lambda: end(agnes, made), lambda: exceptions.listed(agnes)):
        with pytest.raises(NotYours):
            act()
    assert people.sees() == CLEAR


def test_ending_needs_a_fresh_factor(people: People) -> None:
    made = people.agreed()
    with pytest.raises(StepUpNeeded):
        end(replace(people.anna, assured_at=0.0), made)
    assert people.sees() == CLEAR


class TestShowingLess:
    """An exception that shows its person less than the role does."""

    @pytest.fixture
    def olga(self, people: People) -> Viewer:
        """Somebody who sees something and may agree to changes of the matrix."""
        return viewer_of(people.world.join("olga", Role.PRIVACY_OFFICER))

    @pytest.fixture
    def made(self, people: People, olga: Viewer) -> UUID:
        """For that person; nothing in place of what the role sees."""
        wanted = Wanted(people.grant(olga.person), PHONE, NOTHING, 24)
        made = exceptions.propose(people.anna, wanted, WHY)
        approvals.approve(people.sam, people.request(made))
        return made

    def state(self, people: People, made: UUID) -> str:
        return exceptions.one(people.anna, made).state

    def test_nobody_ends_their_own(self, people: People, olga: Viewer, made: UUID) -> None:
        assert not exceptions.one(olga, made).can_end
        with pytest.raises(NotYours):
            end(olga, made)
        end(people.anna, made)
        (asked,) = approvals.waiting_for(olga)
        for decide in (approvals.approve, approvals.refuse):
            with pytest.raises(NotYours):
                decide(olga, asked.id)
        assert self.state(people, made) == "active"

    def test_nobody_takes_back_a_proposal_for_themselves(self, people: People, olga: Viewer) -> None:
        made = exceptions.propose(people.anna, Wanted(people.grant(olga.person), PHONE, NOTHING, 24), WHY)
        with pytest.raises(NotYours):
            end(olga, made)
        approvals.approve(people.sam, people.request(made))

    def test_two_people_end_it(self, people: People, made: UUID) -> None:
        with pytest.raises(NotYours):
            end(people.sam, made)
        found = exceptions.one(people.anna, made)
        assert (found.can_end, found.ending_opens, found.ending) == (True, True, None)
        assert not end(people.anna, made)
        assert self.state(people, made) == "active"
        (asked,) = approvals.waiting_for(people.sam)
        assert asked.explanation[-1].startswith("Opens more.")
        for refused in (people.anna, viewer_of(people.world.boris)):
            with pytest.raises(NotYours):
                approvals.approve(refused, asked.id)
        ending = exceptions.one(people.sam, made).ending
        assert ending is not None
        assert ending.id == asked.id
        approvals.approve(people.sam, asked.id)
        assert self.state(people, made) == "ended"

    def test_refused_it_goes_on(self, people: People, made: UUID) -> None:
        end(people.anna, made)
        approvals.refuse(people.sam, approvals.waiting_for(people.sam)[0].id)
        assert (self.state(people, made), exceptions.one(people.anna, made).ending) == ("active", None)

    def test_one_that_opens_more_is_ended_by_one(self, people: People) -> None:
        assert end(people.anna, people.agreed())
        assert people.sees() == HELD


def test_nobody_proposes_one_for_themselves(people: People) -> None:
    world = people.world
    services.propose_role(viewer_of(world.boris), world.anna.id, Role.AUDITOR)  # a second role, which opens nothing
    grant = RoleGrant.objects.get(user_id=world.anna.id, role=Role.ADMINISTRATOR)
    with pytest.raises(NotYours):
        exceptions.propose(people.anna, Wanted(grant.pk, PHONE, CLEAR, 24), WHY)
    assert world.anna.id not in {each.person for each in exceptions.candidates(people.anna)}


def test_nobody_agrees_to_the_own_proposal_or_for_themselves(people: People) -> None:
    world = people.world
    olga = world.join("olga", Role.PRIVACY_OFFICER)
    officer = viewer_of(olga)
    wanted = Wanted(people.grant(olga.id), DataClass.HEALTH, Cell(Level.MASKED, frozenset({Purpose.LEGAL})), 24)
    made = exceptions.propose(people.anna, wanted, WHY)
    request = people.request(made)
    for who in (officer, people.anna):
        with pytest.raises(NotYours):
            approvals.approve(who, request)
    with pytest.raises(NotYours):
        approvals.refuse(officer, request)
    approvals.approve(people.sam, request)


def test_proposing_needs_a_fresh_factor(people: People) -> None:
    with pytest.raises(StepUpNeeded):
        exceptions.propose(replace(people.anna, assured_at=0.0), people.wanted(), WHY)


@pytest.mark.parametrize(
    "wanted",
    [
        {"cell": Cell(Level.CLEAR)},
        {"cell": Cell(Level.ON_REQUEST, frozenset({Purpose.SERVICE}))},
        {"data_class": DataClass.CVV},
        {"cell": HELD},
        {"hours": 673},
        {"hours": 100_000},
    ],
    ids=["no purpose", "no right to reveal", "never stored", "holds already", "too long", "much too long"],
)
def test_what_breaks_a_rule_is_refused(people: People, wanted: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        people.propose(**wanted)


@pytest.mark.parametrize("reason", ["", "because  ", "x" * 501, "The customer of +442079460777 asked for it"])
def test_a_reason_is_needed(people: People, reason: str) -> None:
    with pytest.raises(BadInput):
        exceptions.propose(people.anna, people.wanted(), reason)


def test_one_cell_has_one_living_exception(people: People) -> None:
    people.agreed()
    with pytest.raises(BadInput):
        people.propose(cell=NOTHING)
    people.propose(data_class=DataClass.EMAIL)
    with pytest.raises(BadInput):
        people.propose(data_class=DataClass.EMAIL)


def test_a_role_that_is_granted_again_comes_without_it(people: People) -> None:
    """The person has a second role besides, and so does not leave meanwhile."""
    boris = viewer_of(people.world.boris)
    services.approve_role(boris, services.propose_role(people.anna, people.agnes.id, Role.SUPERVISOR))
    first = RoleGrant.objects.get(user_id=people.agnes.id, role=Role.AGENT)
    made = exceptions.propose(people.anna, Wanted(first.pk, PHONE, CLEAR, 24), WHY)
    approvals.approve(people.sam, people.request(made))
    people.browser.post("/workplace/", {"workplace": f"{people.world.client}:agent"})
    assert people.sees() == CLEAR
    services.end_role(people.anna, first.pk)
    services.approve_role(boris, services.propose_role(people.anna, people.agnes.id, Role.AGENT))
    people.browser.post("/workplace/", {"workplace": f"{people.world.client}:agent"})
    assert people.sees() == HELD
    assert exceptions.listed(people.anna)[0].state == "ended"


def test_in_another_role_it_is_nothing(people: People) -> None:
    boris = viewer_of(people.world.boris)
    made = people.agreed()
    services.approve_role(boris, services.propose_role(people.anna, people.agnes.id, Role.SUPERVISOR))
    people.browser.post("/workplace/", {"workplace": f"{people.world.client}:supervisor"})
    assert people.sees() == shipped().cell(Role.SUPERVISOR, PHONE)
    assert exceptions.one(people.anna, made).state == "active"


def test_a_role_that_is_approved_again_comes_without_it(people: People) -> None:
    people.agreed()
    with scope(people.world.client):
        grant = RoleGrant.objects.get(pk=people.grant())
        grant.decided_at = timezone.now() + timedelta(seconds=1)
        rights.save(grant, "decided_at")
    assert people.sees() == HELD
    assert exceptions.listed(people.anna)[0].state == "ended"


FORGED = [
    {"level": "clear"},
    {"until": timezone.now() + timedelta(days=20)},
    {"data_class": "national_id"},
    {"purposes": "legal service"},
    {"second_person": True},
    {"state": "active"},
    {"mac": b"x" * 32},
]


@pytest.mark.parametrize("change", FORGED, ids=lambda change: next(iter(change)))
def test_a_row_that_was_not_written_here_gives_nothing(people: People, change: dict[str, Any]) -> None:
    masked = Cell(Level.PARTIAL, frozenset({Purpose.SERVICE}))
    made = people.propose(cell=masked)
    if change.get("state") != "active":
        approvals.approve(people.sam, people.request(made))
        assert people.sees() == masked
    with scope(people.world.client):
        MatrixException.objects.filter(pk=made).update(**change)
    assert people.sees() == HELD
    assert exceptions.listed(people.anna) == []


def test_a_row_moved_to_somebody_else_gives_nothing(people: People) -> None:
    made = people.agreed()
    other = people.world.join("ada", Role.AGENT)
    with scope(people.world.client):
        MatrixException.objects.filter(pk=made).update(user_id=other.id, grant_id=people.grant(other.id))
    viewer = viewer_of(other)
    assert viewer.cell(PHONE) == HELD


def test_it_is_another_clients_nothing(people: People) -> None:
    made = people.agreed()
    other = found(people.world.clock, "Borealis Bank", "carla", "dora")
    stranger = viewer_of(other.anna)
    assert exceptions.listed(stranger) == []
    with pytest.raises(NotFound):
        exceptions.one(stranger, made)
    with pytest.raises(NotFound):
        end(stranger, made)
    with pytest.raises(NotFound):
        exceptions.propose(stranger, Wanted(people.grant(), PHONE, CLEAR, 24), WHY)
    assert people.sees() == CLEAR


def test_a_proposal_that_is_taken_back_cannot_be_agreed_to(people: People) -> None:
    made = people.propose()
    request = people.request(made)
    end(people.anna, made)
    with pytest.raises(NotFound):
        approvals.approve(people.sam, request)
    assert people.sees() == HELD
    with pytest.raises(NotFound):
        exceptions.one(people.anna, uuid4())
