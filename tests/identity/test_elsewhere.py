"""Another client's people are nobody's business here, and a role written past Razdar is not believed."""

from dataclasses import replace

import pytest
from django.test import Client as Browser

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, TooManyTries
from razdar.core.ledger.events import Event, Mode
from razdar.identity import accounts, elsewhere, invitations, inviting, rights, selectors, services, tries
from razdar.identity.events import Origin
from razdar.identity.models import RoleGrant, Session, Tries
from razdar.identity.services import Newcomer
from razdar.identity.workplaces import workplaces_of
from razdar.runtime.scope import scope
from tests.identity.world import Clock, World, found, seen_by, set_up, viewer_of


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


class TestAnotherClientsPeople:
    """Who works elsewhere is nobody here until the operator says otherwise, and is then not this client's alone."""

    @pytest.fixture
    def other(self, world: World) -> World:
        return found(world.clock, "Borealis Bank", "carla", "dora")

    @pytest.mark.parametrize("name", ["anna", "tom", "left", "sara", "Not a name", "x", "n\u00f6rdlich"])
    def test_a_taken_name_and_an_impossible_one_are_answered_alike(
        self, world: World, other: World, anna: Viewer, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from razdar import audit

        world.join("tom", Role.TECHNICIAN)
        left = world.join("left", Role.TECHNICIAN)
        services.end_role(anna, selectors.person(anna, left.id).roles[0].id)
        invite(anna, "sara", Role.SUPERVISOR)
        carla = viewer_of(other.anna)
        heard: list[Event] = []
        monkeypatch.setattr(audit, "record_now", heard.append)
        grants = RoleGrant.objects.count()
        with pytest.raises(BadInput) as refusal:
            services.invite(carla, other.client, Newcomer(name, "Somebody", (Role.TECHNICIAN,)))
        assert str(refusal.value) == elsewhere.UNUSABLE
        assert RoleGrant.objects.count() == grants
        assert [(event.action, event.mode, event.detail) for event in heard] == [
            ("identity:person:invite", Mode.DENY, ())
        ]

    def test_a_form_that_fails_anyway_tells_nothing_about_the_name(self, other: World) -> None:
        carla = viewer_of(other.anna)
        said = []
        for name in ("anna", "nobody"):
            with pytest.raises(BadInput) as refusal:
                services.invite(carla, other.client, Newcomer(name, "S", (Role.ADMINISTRATOR, Role.AGENT)))
            said.append(str(refusal.value))
        assert said[0] == said[1] != elsewhere.UNUSABLE

    def test_on_the_page(self, other: World) -> None:
        form = {"work_name": "anna", "name": "Somebody", "roles": ["technician"]}
        browser = other.anna.sign_in()
        answer = browser.post("/people/invite/", form)
        assert answer.status_code == 422
        assert "This work name cannot be used." in answer.content.decode()
        assert "anna" not in browser.get("/people/").content.decode()

    def test_only_the_operator_brings_somebody_to_a_second_client(self, world: World, other: World) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        services.invite(None, other.client, Newcomer("tom", "", (Role.TECHNICIAN,)))
        assert {place.client for place in workplaces_of(tom.id)} == {world.client, other.client}

    def test_neither_client_administers_the_sign_in(self, world: World, other: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        services.invite(None, other.client, Newcomer("tom", "", (Role.TECHNICIAN,)))
        browser = tom.sign_in()
        tries.failed(tries.begin("tom", Origin(source="somewhere")), "password")
        counted = sorted(Tries.objects.values_list("failures", flat=True))
        for viewer in (anna, viewer_of(other.anna)):
            for act in (accounts.sign_out_everywhere, accounts.unlock, services.renew):
                with pytest.raises(NotYours):
                    act(viewer, tom.id)
        assert sorted(Tries.objects.values_list("failures", flat=True)) == counted
        assert browser.get("/account/").status_code == 200
        assert Session.objects.filter(user_id=tom.id).exists()

    def test_each_client_ends_its_own_role_and_then_the_other_administers(
        self, world: World, other: World, anna: Viewer
    ) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        services.invite(None, other.client, Newcomer("tom", "", (Role.TECHNICIAN,)))
        carla = viewer_of(other.anna)
        services.end_role(carla, selectors.person(carla, tom.id).roles[0].id)
        assert services.renew(anna, tom.id)
        gone = selectors.person(carla, tom.id)
        assert (gone.name, gone.state, gone.last_active_at, gone.sessions) == ("tom", "elsewhere", None, None)
        for act in (accounts.sign_out_everywhere, accounts.unlock, services.renew):
            with pytest.raises(NotYours):
                act(carla, tom.id)
        with pytest.raises(NotYours):
            services.propose_role(carla, tom.id, Role.TECHNICIAN)

    def test_pages_tell_nothing_of_the_sign_in(self, world: World, other: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        assert selectors.person(anna, tom.id).sessions == 0
        services.invite(None, other.client, Newcomer("tom", "", (Role.SUPERVISOR,)))
        tom.sign_in()
        carla = viewer_of(other.anna)
        merely_proposed = selectors.person(carla, tom.id)
        assert merely_proposed.name == "tom"
        services.approve_role(carla, merely_proposed.roles[0].id)
        for viewer in (anna, carla):
            seen = selectors.person(viewer, tom.id)
            assert (seen.name, seen.state, seen.last_active_at, seen.sessions) == (
                "tom Surname",
                "elsewhere",
                None,
                None,
            )
        page = other.anna.sign_in().get(f"/people/{tom.id}/").content.decode()
        assert "Only the operator" in page
        assert "/unlock/" not in page
        assert "/sign-out/" not in page

    def test_who_works_for_two_may_still_sign_out_everywhere(self, world: World, other: World) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        services.invite(None, other.client, Newcomer("tom", "", (Role.SUPERVISOR,)))
        viewer = viewer_of(tom)
        assert accounts.sign_out_everywhere(viewer, tom.id) == 1


def test_a_sign_in_is_told_where_a_role_is_held_and_nowhere_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar import audit

    other = found(world.clock, "Borealis Bank", "carla", "dora")
    tom = world.join("tom", Role.TECHNICIAN)
    services.invite(None, other.client, Newcomer("tom", "", (Role.SUPERVISOR,)))
    heard: list[Event] = []
    for kind in ("record", "record_now"):
        monkeypatch.setattr(audit, kind, heard.append)
    tom.type_password(Browser(), "certainly not this one")
    tom.sign_in().post("/account/logout/")
    mine = [event for event in heard if event.actor == tom.id]
    assert {event.action for event in mine} >= {"identity:sign_in:fail", "identity:session:start"}
    assert {event.client for event in mine} == {world.client}


class TestForged:
    """Whoever can write the table, but not through our services, gives nobody a role."""

    @pytest.fixture
    def heard(self, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
        from razdar import audit

        heard: list[Event] = []
        monkeypatch.setattr(audit, "record_now", heard.append)
        return heard

    def test_an_inserted_role_gives_nothing_and_is_told_once(self, world: World, heard: list[Event]) -> None:
        other = found(world.clock, "Borealis Bank", "carla", "dora")
        forged = RoleGrant.objects.create(
            user_id=world.anna.id, client_id=other.client, role=Role.SUPERVISOR, state=RoleGrant.State.ACTIVE
        )
        for _ in range(3):
            assert [(place.client, place.role) for place in workplaces_of(world.anna.id)] == [
                (world.client, Role.ADMINISTRATOR)
            ]
        (told,) = [event for event in heard if event.action == "identity:role:forged"]
        assert told.client == other.client
        assert dict(told.detail) == {"grant": str(forged.pk), "person": str(world.anna.id)}

    @pytest.mark.parametrize("column", ["user_id", "client_id", "role", "decided_by_id", "proposed_by_id"])
    def test_an_altered_row_gives_nothing(self, world: World, column: str) -> None:
        other = found(world.clock, "Borealis Bank", "carla", "dora")
        tom = world.join("tom", Role.TECHNICIAN)
        values = {"client_id": other.client, "role": Role.SUPERVISOR.value}
        RoleGrant.objects.filter(user_id=tom.id).update(**{column: values.get(column, other.anna.id)})
        for person in (tom.id, other.anna.id):
            assert not {place.role for place in workplaces_of(person)} - {Role.ADMINISTRATOR}

    def test_a_proposal_made_active_gives_nothing(self, world: World, anna: Viewer) -> None:
        link = invite(anna, "sara", Role.SUPERVISOR)
        sara = set_up(link, world.clock)
        RoleGrant.objects.filter(user_id=sara.id).update(state=RoleGrant.State.ACTIVE)
        assert seen_by(sara.sign_in()) is None
        assert not workplaces_of(sara.id)

    def test_a_forged_proposal_cannot_be_approved_and_can_be_refused(self, world: World, boris: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        forged = RoleGrant.objects.create(
            user_id=tom.id, client_id=world.client, role=Role.SUPERVISOR, state=RoleGrant.State.PROPOSED
        )
        with pytest.raises(NotFound):
            services.approve_role(boris, forged.pk)
        services.refuse_role(boris, forged.pk)
        assert [held.role for held in selectors.person(boris, tom.id).roles] == [Role.TECHNICIAN]

    def test_a_new_link_makes_nothing_genuine(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        forged = RoleGrant.objects.create(
            user_id=tom.id, client_id=world.client, role=Role.SUPERVISOR, state=RoleGrant.State.ACTIVE
        )
        services.renew(anna, tom.id)
        forged.refresh_from_db()
        assert not rights.genuine(forged)

    def test_every_change_is_sealed(self, world: World, anna: Viewer, boris: Viewer) -> None:
        link = invite(anna, "sara", Role.SUPERVISOR, Role.AUDITOR)
        set_up(link, world.clock)
        for act in (services.approve_role, services.end_role):
            for held in selectors.person(boris, link.person).roles:
                if act is services.end_role or not held.active:
                    act(boris, held.id)
                assert all(rights.genuine(grant) for grant in RoleGrant.objects.all())


@pytest.mark.django_db(transaction=True)
def test_whoever_tries_names_in_bulk_is_stopped_and_seen(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two connections, as in production: what is counted stays when the request is rolled back."""
    from razdar import audit

    found(clock, "Aurora Travel", "anna", "boris")
    other = found(clock, "Borealis Bank", "carla", "dora")
    carla = viewer_of(other.anna)
    heard: list[Event] = []
    monkeypatch.setattr(audit, "record_now", heard.append)
    monkeypatch.setattr(elsewhere, "NAMES", replace(elsewhere.NAMES, most=2 * elsewhere.TAKEN + 10))
    lines = "anna, A, auditor\nnobody, N, auditor\nboris, B, auditor\n"
    assert [bool(line.faults) for line in inviting.check(carla, lines)] == [True, False, True]
    for _ in range(2):  # the third name that is taken, and from then on every name, taken or not
        with pytest.raises(TooManyTries):
            inviting.check(carla, "anna, A, auditor\n")
        with pytest.raises(TooManyTries):
            inviting.check(carla, "nobody, N, auditor\n")
    with pytest.raises(TooManyTries):
        services.invite(carla, other.client, Newcomer("nobody.else", "Somebody", (Role.AUDITOR,)))
    with scope(other.client):
        assert services.known("anna") is not None  # the operator is not counted
    alarms = [event for event in heard if event.action == "identity:name:alert"]
    assert len(alarms) == 5
    assert (alarms[0].mode, alarms[0].detail) == (Mode.DENY, (("limit", "names"),))
    answer = other.anna.sign_in().post("/people/invite/many/", {"text": "sara, Sara, auditor", "act": "check"})
    assert answer.status_code == 422
    assert "Too many work names were tried" in answer.content.decode()
