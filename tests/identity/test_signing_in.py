"""Signing in: password, then a second factor, then a workplace; nothing else leads in."""

import pytest
from django.test import Client as Browser

from razdar.core.disclosure import Role
from razdar.identity import accounts, invitations, services
from razdar.identity.models import Session, Tries, User
from razdar.identity.services import Newcomer
from tests.identity.world import CODE_PAGE, PASSWORD, Clock, World, found, seen_by, set_up, viewer_of

ABSENT = (
    "/account/signup/",
    "/account/password/reset/",
    "/account/password/reset/key/1-set/",
    "/account/password/set/",
    "/account/email/",
    "/account/confirm-email/",
    "/account/phone/change/",
    "/account/3rdparty/",
    "/account/social/signup/",
    "/account/inactive/",
    "/accounts/signup/",
    "/accounts/login/",
    "/2fa/",
    "/account/recovery-codes/download/",
    "/account/login/webauthn/",
)


def test_password_then_code_then_the_page(world: World) -> None:
    browser = Browser()
    assert browser.get("/people/")["Location"].startswith("/account/login/?next=")
    answer = world.anna.type_password(browser)
    assert answer["Location"] == CODE_PAGE
    assert browser.get("/people/").status_code == 302  # a password alone opens nothing
    world.clock.tick()
    assert browser.post(CODE_PAGE, {"code": world.anna.code()}).status_code == 302
    page = browser.get("/people/")
    assert page.status_code == 200
    assert b"boris" in page.content


def test_the_page_asked_for_is_reached_in_the_end(world: World) -> None:
    browser = Browser()
    form = {"login": "anna", "password": PASSWORD, "next": "/people/invite/"}
    browser.post("/account/login/", form)
    world.clock.tick()
    assert browser.post(CODE_PAGE, {"code": world.anna.code()})["Location"] == "/people/invite/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:1"])
def test_nobody_is_led_to_another_site(world: World, address: str) -> None:
    browser = world.anna.sign_in()
    assert browser.get("/account/login/", {"next": address})["Location"] == "/"
    world.clock.tick()
    answer = browser.post("/step-up/", {"code": world.anna.code(), "next": address})
    assert answer["Location"] == "/"


def test_without_a_second_factor_the_only_way_is_to_set_one_up(world: World) -> None:
    anna = viewer_of(world.anna)
    link = services.invite(anna, world.client, Newcomer("tom", "Tom T", (Role.TECHNICIAN,)))
    assert link
    invitations.accept(link.token, PASSWORD)
    browser = Browser()
    browser.post("/account/login/", {"login": "tom", "password": PASSWORD})
    for path in ("/people/", "/approvals/", "/workplace/"):
        answer = browser.get(path, follow=True)
        assert answer.redirect_chain[-1][0].partition("?")[0] == "/account/", path
    assert b"One step is missing." in browser.get("/account/").content
    assert seen_by(browser) is None


@pytest.mark.parametrize("path", ABSENT)
def test_pages_that_do_not_exist(world: World, path: str) -> None:
    assert Browser().get(path).status_code == 404
    assert world.anna.sign_in().get(path).status_code == 404


def test_several_workplaces_are_chosen_from(world: World) -> None:
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    assert services.invite(None, other.client, Newcomer("anna", "", (Role.TECHNICIAN,))) is None
    browser = world.anna.sign_in()
    assert browser.get("/people/").status_code == 302
    chooser = browser.get("/people/", follow=True)
    assert chooser.redirect_chain[-1][0] == "/workplace/?next=%2Fpeople%2F"
    assert b"Borealis Bank" in chooser.content
    foreign = browser.post("/workplace/", {"workplace": f"{other.client}:administrator"})
    assert foreign.status_code == 404
    browser.post("/workplace/", {"workplace": f"{world.client}:administrator"})
    assert browser.get("/people/").status_code == 200
    browser.post("/workplace/", {"workplace": f"{other.client}:technician"})
    assert browser.get("/people/").status_code == 404
    viewer = seen_by(browser)
    assert viewer
    assert viewer.client == other.client


def test_a_role_that_ends_is_gone_at_the_next_request(world: World) -> None:
    agent = world.join("agnes", Role.TECHNICIAN)
    browser = agent.sign_in()
    assert seen_by(browser) is not None
    from razdar.identity.selectors import person

    anna = viewer_of(world.anna)
    services.end_role(anna, person(anna, agent.id).roles[0].id)
    assert browser.get("/account/").status_code == 302
    assert User.objects.get(pk=agent.id).disabled == User.Disabled.LEFT


def test_a_person_unused_for_thirty_days_is_refused(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    browser = world.anna.sign_in()
    User.objects.filter(pk=world.anna.id).update(last_active_at=timezone.now() - timedelta(days=31))
    assert browser.get("/people/").status_code == 302
    assert b"this account is closed" in world.anna.type_password(Browser()).content
    accounts.unlock(viewer_of(world.boris), world.anna.id)
    assert world.anna.sign_in().get("/people/").status_code == 200


def test_when_a_person_was_last_active_moves_on_with_their_work(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    browser = world.anna.sign_in()
    User.objects.filter(pk=world.anna.id).update(last_active_at=timezone.now() - timedelta(minutes=5))
    assert browser.get("/people/").status_code == 200
    assert timezone.now() - User.objects.get(pk=world.anna.id).last_active_at < timedelta(minutes=1)


def test_signing_out_ends_the_session(world: World) -> None:
    browser = world.anna.sign_in()
    key = browser.cookies["razdar_session"].value
    browser.post("/account/logout/")
    assert browser.get("/people/").status_code == 302
    thief = Browser()
    thief.cookies["razdar_session"] = key
    assert thief.get("/people/").status_code == 302


def test_an_invitation_is_used_once(world: World) -> None:
    link = services.invite(viewer_of(world.anna), world.client, Newcomer("tom", "Tom T", (Role.TECHNICIAN,)))
    assert link
    browser = Browser()
    page = browser.get(link.path)
    assert page.status_code == 200
    assert b"tom" in page.content
    form = {"password1": PASSWORD, "password2": PASSWORD}
    assert browser.post(link.path, form)["Location"] == "/account/"
    assert browser.get("/account/").status_code == 200
    assert Browser().get(link.path).status_code == 404
    assert Browser().post(link.path, form).status_code == 404


def test_an_invitation_with_a_weak_password_stays_good(world: World) -> None:
    link = services.invite(viewer_of(world.anna), world.client, Newcomer("tom", "Tom T", (Role.TECHNICIAN,)))
    assert link
    answer = Browser().post(link.path, {"password1": "password1234", "password2": "password1234"})
    assert answer.status_code == 422
    assert set_up(link, world.clock).sign_in()


def test_an_invitation_runs_out_after_72_hours(world: World) -> None:
    from datetime import timedelta

    from razdar.identity.models import Invitation

    link = services.invite(viewer_of(world.anna), world.client, Newcomer("tom", "Tom T", (Role.TECHNICIAN,)))
    assert link
    row = Invitation.objects.get(user_id=link.person)
    assert timedelta(hours=71) < row.expires_at - row.created_at <= timedelta(hours=72)
    Invitation.objects.update(expires_at=row.created_at)
    assert Browser().get(link.path).status_code == 404


def test_setting_up_an_app_on_the_page(world: World) -> None:
    import re

    link = services.invite(viewer_of(world.anna), world.client, Newcomer("tom", "Tom T", (Role.TECHNICIAN,)))
    assert link
    browser = Browser()
    browser.post(link.path, {"password1": PASSWORD, "password2": PASSWORD})
    page = browser.get("/account/app/").content.decode()
    seed = "".join(re.search(r'<code><bdi dir="ltr">([A-Z2-7 ]+)</bdi></code>', page)[1].split())  # type: ignore[index]
    picture = browser.get("/account/app/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    from tests.identity.world import Person

    tom = Person(link.person, "tom", seed, world.clock)
    assert browser.post("/account/app/", {"code": "000000"}).status_code == 200
    assert browser.post("/account/app/", {"code": tom.code()})["Location"] == "/account/recovery-codes/"
    codes = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", browser.get("/account/recovery-codes/").content.decode())
    assert len(set(codes)) == 10
    assert not re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}", browser.get("/account/recovery-codes/").content.decode())
    assert seen_by(browser) is not None  # setting it up proved it
    back = Browser()
    tom.type_password(back)
    assert back.post(CODE_PAGE, {"code": tom.code()}).status_code == 200  # used while setting up
    assert back.post(CODE_PAGE, {"code": codes[3].lower().replace("-", " ")}).status_code == 302
    again = Browser()
    tom.type_password(again)
    assert again.post(CODE_PAGE, {"code": codes[3]}).status_code == 200  # each is good once


def test_every_session_ends_with_a_new_password(world: World) -> None:
    here, there = world.anna.sign_in(), world.anna.sign_in()
    form = {"oldpassword": PASSWORD, "password1": "nine loud geese at dawn", "password2": "nine loud geese at dawn"}
    assert here.post("/account/password/", form)["Location"] == "/account/"
    assert here.get("/people/").status_code == 200
    assert there.get("/people/").status_code == 302


def test_signing_out_everywhere_else(world: World) -> None:
    here, there = world.anna.sign_in(), world.anna.sign_in()
    here.post("/account/sessions/end/")
    assert here.get("/people/").status_code == 200
    assert there.get("/people/").status_code == 302
    assert Session.objects.filter(user_id=world.anna.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_with_real_commits_a_failed_try_stays_and_a_sign_in_is_logged(clock: Clock) -> None:
    """Two connections, as in production: what is counted and logged at once does not wait for the request."""
    world = found(clock, "Aurora Travel", "anna", "boris")
    browser = Browser()
    world.anna.type_password(browser, "certainly not this one")
    world.anna.type_password(browser)
    assert browser.post(CODE_PAGE, {"code": "000000"}).status_code == 200
    assert Tries.objects.using("audit").filter(failures=2).count() == 2
    world.clock.tick()
    browser.post(CODE_PAGE, {"code": world.anna.code()})
    assert browser.get("/people/").status_code == 200
    world.clock.tick()
    assert browser.post("/step-up/", {"code": "000000"}).status_code == 422
    assert browser.post("/step-up/", {"code": world.anna.code()}).status_code == 302
    assert Tries.objects.using("audit").filter(failures=1).exists()  # only a whole sign-in clears them
    form = {"work_name": "tom", "name": "Tom T", "roles": ["technician"]}
    assert b"/invitation/" in browser.post("/people/invite/", form).content
