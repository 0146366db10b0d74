"""Accounts of colleagues: what is closed lets nobody in, a reset leaves nothing behind, and who leaves has nothing."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.identity import accounts, approvals, exceptions, invitations, leaving, rights, selectors, services, tries
from razdar.identity.exceptions import Wanted
from razdar.identity.looking_after import LAST_ONE, NOT_ONESELF
from razdar.identity.models import MatrixException, RoleGrant, Session, User
from razdar.identity.services import Newcomer
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import assignments
from tests.identity.world import PASSWORD, World, found, set_up, viewer_of

NEW_PASSWORD = "nine loud geese at dawn"


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.fixture
def boris(world: World) -> Viewer:
    return viewer_of(world.boris)


def state_of(viewer: Viewer, person: UUID) -> str:
    return selectors.person(viewer, person).state


def put(person: UUID, disabled: str) -> None:
    User.objects.filter(pk=person).update(disabled=disabled)


class TestClosing:
    def test_it_holds_at_once_and_until_it_is_opened_again(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        browser = tom.sign_in()
        assert accounts.close(anna, tom.id) == 1
        assert browser.get("/account/").status_code == 302
        assert tom.type_password(Browser()).status_code == 200
        accounts.reopen(anna, tom.id)
        assert tom.sign_in()
        assert [held.active for held in selectors.person(anna, tom.id).roles] == [True]

    def test_no_link_opens_it(self, world: World, anna: Viewer) -> None:
        link = services.invite(anna, world.client, Newcomer("tom", "Tom", (Role.TECHNICIAN,)))
        assert link
        accounts.close(anna, link.person)
        with pytest.raises(NotFound):
            invitations.accept(link.token, PASSWORD)
        with pytest.raises(BadInput):
            services.renew(anna, link.person)
        with pytest.raises(BadInput):
            services.invite(anna, world.client, Newcomer("tom", "Tom", (Role.AUDITOR,)))
        with pytest.raises(BadInput):
            accounts.unlock(anna, link.person)

    def test_what_closed_by_itself_is_unlocked_and_not_opened_again(self, world: World, anna: Viewer) -> None:
        put(world.boris.id, User.Disabled.TRIES)
        with pytest.raises(BadInput):
            accounts.reopen(anna, world.boris.id)
        accounts.unlock(anna, world.boris.id)
        assert state_of(anna, world.boris.id) == "active"

    def test_a_hundred_tries_do_not_turn_it_into_one_that_can_be_unlocked(self, world: World, anna: Viewer) -> None:
        accounts.close(anna, world.boris.id)
        attempt = tries.Try("boris", tries.events.CONSOLE, 100, 1, 1, None)
        tries.failed(attempt, "password")
        assert state_of(anna, world.boris.id) == "closed"

    def test_an_administrator_who_can_sign_in_is_left(self, world: World, anna: Viewer) -> None:
        put(world.anna.id, User.Disabled.CLOSED)  # a moment ago, while this request was under way
        with pytest.raises(BadInput, match="at least one administrator"):
            accounts.close(anna, world.boris.id)

    def test_nobody_closes_their_own_and_nothing_of_another_client(self, world: World, anna: Viewer) -> None:
        stranger = found(world.clock, "Borealis Bank", "carla", "dora").anna.id
        for act in (accounts.close, accounts.reopen, accounts.reset, leaving.leave):
            with pytest.raises(NotYours):
                act(anna, world.anna.id)
            with pytest.raises(NotFound):
                act(anna, stranger)


class TestReset:
    def test_nothing_of_the_old_sign_in_is_good_any_more(self, world: World, anna: Viewer, boris: Viewer) -> None:
        sara = world.join("sara", Role.SUPERVISOR)
        browser = sara.sign_in()
        link = accounts.reset(anna, sara.id)
        assert browser.get("/account/").status_code == 302
        assert sara.type_password(Browser()).status_code == 200
        assert not selectors.person(anna, sara.id).has_factor
        anew = set_up(link, world.clock, NEW_PASSWORD)
        (held,) = selectors.person(anna, sara.id).roles
        assert not held.active
        assert not held.decidable
        services.approve_role(boris, held.id)
        assert anew.type_password(Browser(), NEW_PASSWORD)["Location"] == "/account/login/code/"

    def test_an_administrator_whom_nobody_could_approve_again_is_not_reset(self, world: World, anna: Viewer) -> None:
        with pytest.raises(BadInput, match="Nobody would be left to approve"):
            accounts.reset(anna, world.boris.id)
        assert world.boris.sign_in()

    def test_what_is_not_set_up_cannot_be_reset(self, world: World, anna: Viewer) -> None:
        link = services.invite(anna, world.client, Newcomer("tom", "Tom", (Role.TECHNICIAN,)))
        assert link
        with pytest.raises(BadInput):
            accounts.reset(anna, link.person)


def an_exception(world: World, agent: UUID, by: Viewer) -> UUID:
    sam = viewer_of(world.join("sam", Role.SECURITY_OFFICER))
    grant = RoleGrant.objects.get(user_id=agent, state="active").pk
    cell = Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))
    made = exceptions.propose(by, Wanted(grant, DataClass.PHONE, cell, 24), "Stands in for somebody this week")
    with scope(world.client):
        request = approvals.about(by, exceptions.KIND, [made])[str(made)].id
    approvals.approve(sam, request)
    return made


class TestLeaving:
    def test_everything_ends_at_once(self, world: World, anna: Viewer) -> None:
        agnes = world.join("agnes", Role.AGENT)
        browser = agnes.sign_in()
        link = invitations.issue(User.objects.get(pk=agnes.id), world.client, anna.person)
        made = an_exception(world, agnes.id, anna)
        with scope(world.client):
            assignments.assign(world.client, uuid7(), agnes.id, "contact", None)
        left = leaving.leave(anna, agnes.id)
        assert (left.roles, left.sessions, left.links, left.exceptions, left.customers) == (1, 1, 1, 1, 1)
        assert browser.get("/account/").status_code == 302
        assert agnes.type_password(Browser()).status_code == 200
        with pytest.raises(NotFound):
            invitations.accept(link.token, PASSWORD)
        with scope(world.client):
            assert MatrixException.objects.get(pk=made).state == "ended"
            assert assignments.held(world.client, agnes.id) == []
        assert state_of(anna, agnes.id) == "left"

    def test_it_is_quick(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        for _ in range(3):
            tom.sign_in()
        left = leaving.leave(anna, tom.id)
        assert left.sessions == 3
        assert left.seconds < 2
        assert not Session.objects.filter(user_id=tom.id).exists()

    def test_who_comes_back_has_what_is_agreed_to_anew(self, world: World, anna: Viewer) -> None:
        sara = world.join("sara", Role.SUPERVISOR)
        leaving.leave(anna, sara.id)
        link = services.invite(anna, world.client, Newcomer("sara", "Sara", (Role.SUPERVISOR,)))
        assert link
        assert link.person == sara.id  # the log goes on with the same pseudonym
        assert [held.active for held in selectors.person(anna, sara.id).roles] == [False]

    def test_the_last_administrator_is_told_so_and_others_that_somebody_else_must(
        self, world: World, anna: Viewer
    ) -> None:
        assert leaving.objection(anna, world.anna.id) == NOT_ONESELF
        leaving.leave(anna, world.boris.id)
        assert leaving.objection(anna, world.anna.id) == LAST_ONE
        with pytest.raises(BadInput, match="Let somebody else become administrator"):
            leaving.leave(anna, world.anna.id)

    def test_a_sign_in_at_another_client_goes_on(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        other = found(world.clock, "Borealis Bank", "carla", "dora")
        services.invite(None, other.client, Newcomer("tom", "", (Role.AUDITOR,)))
        browser = tom.sign_in()
        left = leaving.leave(anna, tom.id)
        assert left.elsewhere
        assert left.sessions == 0
        viewer = viewer_of(tom, browser)
        assert viewer.client == other.client
        assert selectors.person(anna, tom.id).roles == ()

    def test_what_is_left_is_told(self, world: World, anna: Viewer) -> None:
        sam = world.join("sam", Role.SECURITY_OFFICER)
        with scope(world.client):
            asked = approvals.Approval(client_id=world.client, kind="reveal", subject="s", requested_by_id=sam.id)
            asked.expires_at = timezone.now() + timedelta(hours=1)
            rights.sealed_request(asked).save()
        assert ["1 request of this person" in said for said in leaving.behind(anna, sam.id)] == [True]

    def test_ending_the_last_role_is_leaving(self, world: World, anna: Viewer) -> None:
        agnes = world.join("agnes", Role.AGENT)
        with scope(world.client):
            assignments.assign(world.client, uuid7(), agnes.id, "contact", None)
        services.end_role(anna, selectors.person(anna, agnes.id).roles[0].id)
        assert state_of(anna, agnes.id) == "left"
        with scope(world.client):
            assert assignments.held(world.client, agnes.id) == []


class TestPages:
    def test_leaving_says_what_ends_before_and_after(self, world: World) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        browser = world.anna.sign_in()
        before = browser.get(f"/people/{tom.id}/leave/").content.decode()
        assert "There is no undo" in before
        assert "End everything now" in before
        after = browser.post(f"/people/{tom.id}/leave/").content.decode()
        assert "has left" in after
        assert "invite the same work name anew" in browser.get(f"/people/{tom.id}/").content.decode()

    def test_ending_the_last_role_leads_to_what_it_means(self, world: World) -> None:
        tom, sam = world.join("tom", Role.TECHNICIAN), world.join("sam", Role.TECHNICIAN, Role.AUDITOR)
        browser = world.anna.sign_in()
        assert f"/people/{tom.id}/roles/" in (page := browser.get(f"/people/{tom.id}/").content.decode())
        assert not re.search(r"/roles/[\w-]+/end/", page)
        assert len(re.findall(r"/roles/[\w-]+/end/", browser.get(f"/people/{sam.id}/").content.decode())) == 2

    def test_the_own_page_offers_no_act(self, world: World) -> None:
        browser = world.anna.sign_in()
        page = browser.get(f"/people/{world.anna.id}/").content.decode()
        assert NOT_ONESELF in page
        assert f"/people/{world.anna.id}/leave/" not in page
        assert "End everything now" not in browser.get(f"/people/{world.anna.id}/leave/").content.decode()
        assert browser.post(f"/people/{world.anna.id}/leave/").status_code == 403

    def test_closing_can_be_undone_from_the_notice(self, world: World, anna: Viewer) -> None:
        tom = world.join("tom", Role.TECHNICIAN)
        browser = world.anna.sign_in()
        page = browser.post(f"/people/{tom.id}/close/", follow=True).content.decode()
        assert f"/people/{tom.id}/reopen/" in page
        assert browser.post(f"/people/{tom.id}/reopen/").status_code == 302
        assert state_of(anna, tom.id) == "active"
