"""People and roles: two people for what opens data, nobody for themselves."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client as Browser

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, StepUpNeeded
from razdar.identity import accounts, invitations, selectors, services
from razdar.identity.duties import FOR_PEOPLE, needs_second_person
from razdar.identity.models import Client, RoleGrant, Session
from razdar.identity.services import Newcomer
from tests.identity.world import PASSWORD, World, found, seen_by, set_up, viewer_of


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.fixture
def boris(world: World) -> Viewer:
    return viewer_of(world.boris)


def invite(viewer: Viewer, name: str, *roles: Role) -> invitations.Link:
    link = services.invite(viewer, viewer.client, Newcomer(name, f"{name} Surname", roles))
    assert link
    return link


def test_which_roles_two_people_give() -> None:
    assert {role for role in FOR_PEOPLE if not needs_second_person(role)} == {
        Role.AUDITOR,
        Role.TECHNICIAN,
    }


def test_an_opening_role_waits_for_another_administrator(world: World, anna: Viewer, boris: Viewer) -> None:
    link = invite(anna, "sara", Role.SUPERVISOR)
    set_up(link, world.clock)
    (held,) = selectors.person(anna, link.person).roles
    assert not held.active
    assert not held.decidable
    with pytest.raises(NotYours):
        services.approve_role(anna, held.id)
    (seen,) = selectors.person(boris, link.person).roles
    assert seen.decidable
    assert seen.proposed_by == "anna Surname"
    services.approve_role(boris, held.id)
    assert selectors.person(anna, link.person).roles[0].active


def test_somebody_with_a_proposed_role_has_no_workplace(world: World, anna: Viewer) -> None:
    link = invite(anna, "sara", Role.SUPERVISOR)
    sara = set_up(link, world.clock)
    browser = sara.sign_in()
    assert b"No workplace yet" in browser.get("/workplace/").content
    assert seen_by(browser) is None


def test_an_administrator_cannot_invite_a_second_self(anna: Viewer) -> None:
    link = invite(anna, "puppet", Role.ADMINISTRATOR)
    assert not selectors.person(anna, link.person).roles[0].active


def test_a_refused_role_is_gone(anna: Viewer, boris: Viewer) -> None:
    link = invite(anna, "sara", Role.SUPERVISOR)
    services.refuse_role(boris, selectors.person(boris, link.person).roles[0].id)
    assert selectors.person(anna, link.person).roles == ()


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.PRIVACY_OFFICER])
def test_nobody_both_grants_and_uses(world: World, anna: Viewer, boris: Viewer, role: Role) -> None:
    with pytest.raises(BadInput):
        services.propose_role(anna, world.boris.id, role)
    with pytest.raises(BadInput):
        services.invite(anna, world.client, Newcomer("both", "Both", (Role.ADMINISTRATOR, role)))
    sara = world.join("sara", role)
    with pytest.raises(BadInput):
        services.propose_role(anna, sara.id, Role.ADMINISTRATOR)


def test_nobody_gives_themselves_anything(world: World, anna: Viewer) -> None:
    with pytest.raises(NotYours):
        services.propose_role(anna, world.anna.id, Role.AUDITOR)
    for act in (accounts.unlock, services.renew):
        with pytest.raises(NotYours):
            act(anna, world.anna.id)


def test_one_role_once(world: World, anna: Viewer) -> None:
    tom = world.join("tom", Role.TECHNICIAN)
    with pytest.raises(BadInput):
        services.propose_role(anna, tom.id, Role.TECHNICIAN)


def test_an_integration_is_not_a_person(world: World, anna: Viewer) -> None:
    with pytest.raises(BadInput):
        services.invite(anna, world.client, Newcomer("robot", "Robot", (Role.INTEGRATION,)))


def test_the_last_administrator_stays(world: World, anna: Viewer) -> None:
    grants = RoleGrant.objects.filter(client_id=world.client)
    services.end_role(anna, grants.get(user_id=world.boris.id).pk)
    with pytest.raises(BadInput):
        services.end_role(anna, grants.get(user_id=world.anna.id).pk)


ACTS: dict[str, Callable[[Viewer, World], object]] = {
    "invite": lambda viewer, _world: invite(viewer, "tom", Role.TECHNICIAN),
    "propose": lambda viewer, world: services.propose_role(viewer, world.boris.id, Role.AUDITOR),
    "approve": lambda viewer, _world: services.approve_role(viewer, uuid4()),
    "end": lambda viewer, _world: services.end_role(viewer, uuid4()),
    "unlock": lambda viewer, world: accounts.unlock(viewer, world.boris.id),
    "renew": lambda viewer, world: services.renew(viewer, world.boris.id),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_changes_need_a_recent_factor_and_the_duty(
    world: World, anna: Viewer, act: Callable[[Viewer, World], object]
) -> None:
    with pytest.raises(StepUpNeeded):
        act(replace(anna, assured_at=anna.assured_at - 301), world)
    with pytest.raises(NotYours):
        act(replace(anna, permissions=frozenset()), world)


def test_another_clients_people_do_not_exist(world: World, anna: Viewer) -> None:
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    stranger = other.anna.id
    for act in (selectors.person, accounts.unlock, services.renew, accounts.sign_out_everywhere):
        with pytest.raises(NotFound):
            act(anna, stranger)
    foreign = RoleGrant.objects.get(user_id=stranger)
    for decide in (services.approve_role, services.refuse_role, services.end_role):
        with pytest.raises(NotFound):
            decide(anna, foreign.pk)
    with pytest.raises(NotFound):
        services.invite(anna, other.client, Newcomer("tom", "Tom", (Role.TECHNICIAN,)))
    assert {person.work_name for person in selectors.people(anna)} == {"anna", "boris"}


def test_forced_sign_out(world: World, anna: Viewer) -> None:
    browser = world.boris.sign_in()
    accounts.sign_out_everywhere(anna, world.boris.id)
    assert browser.get("/people/").status_code == 302
    assert not Session.objects.filter(user_id=world.boris.id).exists()


class TestNewLink:
    def test_it_ends_what_was_set_up(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        browser = tom.sign_in()
        link = services.renew(anna, tom.id)
        assert browser.get("/account/").status_code == 302
        assert tom.sign_in()  # until the link is used the old sign-in works
        invitations.accept(link.token, "nine loud geese at dawn")
        assert tom.type_password(Browser()).status_code == 200
        assert tom.type_password(Browser(), "nine loud geese at dawn")["Location"] == "/"

    def test_whoever_makes_it_gains_nothing(self, world: World, anna: Viewer) -> None:
        sara = world.join("sara", Role.SUPERVISOR)
        services.renew(anna, sara.id)
        (held,) = selectors.person(anna, sara.id).roles
        assert not held.active
        assert not held.decidable

    def test_an_administrator_of_two_needs_the_operator(self, world: World, anna: Viewer) -> None:
        with pytest.raises(BadInput):
            services.renew(anna, world.boris.id)
        assert services.renew_at_console(world.client, world.boris.id)
        assert selectors.person(anna, world.boris.id).roles[0].decidable

    def test_an_older_link_ends(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        first = services.renew(anna, tom.id)
        services.renew(anna, tom.id)
        with pytest.raises(NotFound):
            invitations.accept(first.token, PASSWORD)


class TestInvitedAgain:
    def test_whoever_makes_the_new_link_does_not_approve(self, anna: Viewer, boris: Viewer) -> None:
        first = invite(anna, "sara", Role.SUPERVISOR)
        second = invite(boris, "sara", Role.AUDITOR)
        with pytest.raises(NotFound):
            invitations.find(first.token)
        held = {held.role: held for held in selectors.person(boris, second.person).roles}
        assert not held[Role.SUPERVISOR].active
        assert not held[Role.SUPERVISOR].decidable

    def test_another_client_gets_no_link_to_an_invited_person(self, world: World, anna: Viewer) -> None:
        link = invite(anna, "sara", Role.SUPERVISOR)
        other = found(world.clock, "Borealis Bank", "carla", "dora")
        assert services.invite(None, other.client, Newcomer("sara", "", (Role.AUDITOR,))) is None
        assert invitations.find(link.token).person == link.person

    def test_who_left_may_come_back(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        services.end_role(anna, selectors.person(anna, tom.id).roles[0].id)
        assert selectors.person(anna, tom.id).state == "left"
        assert tom.type_password(Browser()).status_code == 200
        link = invite(anna, "tom", Role.TECHNICIAN)
        assert set_up(link, world.clock).sign_in()


class TestClients:
    @pytest.mark.django_db
    def test_two_administrators_or_none(self) -> None:
        one = Newcomer("anna", "Anna", (Role.ADMINISTRATOR,))
        for people in ([], [one], [one, Newcomer("ANNA ", "Anna again", (Role.ADMINISTRATOR,))]):
            with pytest.raises(BadInput):
                services.create_client("Aurora Travel", people)
        assert not Client.objects.exists()

    @pytest.mark.usefixtures("world")
    def test_one_name_once(self) -> None:
        people = [Newcomer(name, name, (Role.ADMINISTRATOR,)) for name in ("carla", "dora")]
        with pytest.raises(BadInput):
            services.create_client("Aurora  Travel", people)

    def test_retention(self, world: World) -> None:
        people = [Newcomer(name, name, (Role.ADMINISTRATOR,)) for name in ("carla", "dora")]
        founded = services.create_client("Borealis Bank", people, {"recording": 90})
        kept = {client.id: client.retention for client in selectors.clients()}
        assert kept[world.client]["recording"] == 180
        assert kept[founded.client]["recording"] == 90
        assert "cvv" not in kept[founded.client]

    @pytest.mark.django_db
    @pytest.mark.parametrize("days", [{"recording": 0}, {"nonsense": 1}, {"cvv": 5}, {"recording": 40_000}])
    def test_retention_that_cannot_be(self, days: dict[str, int]) -> None:
        people = [Newcomer(name, name, (Role.ADMINISTRATOR,)) for name in ("carla", "dora")]
        with pytest.raises(BadInput):
            services.create_client("Borealis Bank", people, days)
        assert not Client.objects.exists()

    def test_the_shipped_matrix_holds(self, world: World, anna: Viewer) -> None:
        from razdar.core.disclosure import shipped
        from razdar.vault import matrices

        assert matrices.current(world.client) == shipped()
        assert not anna.cells


class TestPages:
    def test_inviting_on_the_page(self, world: World) -> None:
        browser = world.anna.sign_in()
        form = {"work_name": "Sara.Q", "name": "Sara Quinn", "roles": ["supervisor", "auditor"]}
        page = browser.post("/people/invite/", form).content.decode()
        address = page[page.index("http://testserver/invitation/") :].partition('"')[0]
        assert Browser().get(address).status_code == 200
        listed = browser.get("/people/").content.decode()
        assert "sara.q" in listed
        assert "Sara Quinn" in listed
        assert address not in listed

    def test_approving_on_the_page(self, world: World, anna: Viewer) -> None:
        link = invite(anna, "sara", Role.SUPERVISOR)
        set_up(link, world.clock)
        browser = world.boris.sign_in()
        page = browser.get(f"/people/{link.person}/").content.decode()
        path = page[page.index(f"/people/{link.person}/roles/") :].partition('"')[0]
        assert path.endswith("/approve/")
        assert browser.post(path).status_code == 302
        assert selectors.person(anna, link.person).roles[0].active
        assert "/approve/" not in browser.get(f"/people/{link.person}/").content.decode()

    @pytest.mark.parametrize("act", ["sign-out", "unlock", "renew"])
    def test_buttons(self, world: World, act: str) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        browser = world.anna.sign_in()
        assert browser.post(f"/people/{tom.id}/{act}/").status_code in {200, 302}
        assert browser.get(f"/people/{tom.id}/{act}/").status_code == 405

    def test_other_roles_have_no_such_pages(self, world: World) -> None:
        browser = world.join("sara", Role.SUPERVISOR).sign_in()
        for path in ("/people/", "/people/invite/", f"/people/{world.anna.id}/"):
            assert browser.get(path).status_code == 404
