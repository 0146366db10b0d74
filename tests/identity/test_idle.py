"""The idle lock on the server: what counts as an act, what a locked session is answered, and what opens it again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from razdar import audit
from razdar.core.disclosure import Role
from razdar.core.ledger.events import Event
from razdar.identity import factors, idle, sessions
from razdar.identity.idle import HEADER
from razdar.identity.models import Session, Tries
from tests.identity.soft_key import SoftKey, challenge
from tests.identity.world import World, seen_by

BY_ITSELF = {HEADER: "1"}
STREAM = {"Accept": "text/event-stream"}
FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}


def later(**passed: float) -> None:
    """The time since the last act of a person, in every session; the last request was a moment ago."""
    Session.objects.update(acted_at=timezone.now() - timedelta(**passed), seen_at=timezone.now())


def state(browser: Browser, **headers: str) -> str:
    answer = browser.get("/lock/state/", headers=headers or BY_ITSELF)
    return str(answer.json()["state"])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What is written to the log from now on."""
    heard: list[Event] = []
    for kind in ("record", "record_now"):
        monkeypatch.setattr(audit, kind, heard.append)
    return heard


def lock(browser: Browser) -> None:
    assert browser.post("/lock/now/")["Location"] == "/lock/?next=%2F"


class TestWhatCounts:
    def test_a_quarter_of_an_hour_without_an_act_locks(self, world: World) -> None:
        browser = world.anna.sign_in()
        later(minutes=14, seconds=50)
        assert state(browser) == "open"
        later(minutes=15, seconds=6)
        assert state(browser) == "locked"
        assert seen_by(browser) is None

    @pytest.mark.parametrize("headers", [BY_ITSELF, STREAM], ids=["header", "stream"])
    def test_what_a_page_asks_for_by_itself_is_no_act(self, world: World, headers: dict[str, str]) -> None:
        browser = world.anna.sign_in()
        later(minutes=10)
        before = Session.objects.get().acted_at
        assert browser.get("/people/", headers=headers).status_code == 200
        assert Session.objects.get().acted_at == before
        assert Session.objects.get().seen_at > before  # but it keeps the session alive, so that it can be unlocked

    @pytest.mark.parametrize("headers", [{}, FRAGMENT, {"Accept": "application/json"}], ids=["page", "htmx", "other"])
    def test_every_other_request_is_one(self, world: World, headers: dict[str, str]) -> None:
        browser = world.anna.sign_in()
        later(minutes=10)
        browser.get("/people/", headers=headers)
        assert timezone.now() - Session.objects.get().acted_at < timedelta(seconds=5)

    def test_the_request_that_comes_too_late_locks_and_does_not_count(self, world: World) -> None:
        """A laptop that was closed: its person clicks something, and no background request came before."""
        browser = world.anna.sign_in()
        later(minutes=40)
        assert browser.get("/people/")["Location"] == "/lock/?next=%2Fpeople%2F"
        assert browser.get("/people/")["Location"] == "/lock/?next=%2Fpeople%2F"

    def test_without_any_request_the_session_is_over(self, world: World) -> None:
        browser = world.anna.sign_in()
        past = timezone.now() - timedelta(minutes=15, seconds=30)
        Session.objects.update(acted_at=past, seen_at=past)
        assert browser.get("/people/")["Location"].startswith("/account/login/")
        assert state(browser) == "out"

    def test_a_locked_session_still_ends_after_twelve_hours(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        Session.objects.update(started_at=timezone.now() - timedelta(hours=12, seconds=1))
        assert state(browser) == "out"

    def test_who_has_no_strong_factor_is_signed_out(self, world: World) -> None:
        browser = Browser()
        tom = world.join("tom", Role.AUDITOR)
        from allauth.mfa.models import Authenticator

        Authenticator.objects.filter(user_id=tom.id).delete()
        tom.type_password(browser)
        assert browser.get("/account/").status_code == 200
        later(minutes=16)
        assert browser.get("/account/")["Location"].startswith("/account/login/")
        assert Session.objects.filter(user_id=tom.id).count() == 0


class TestLocked:
    @pytest.mark.parametrize(
        "path",
        ["/", "/people/", "/account/", "/account/password/", "/account/app/", "/step-up/", "/workplace/", "/nowhere/"],
    )
    def test_every_page_leads_to_the_lock_and_back(self, world: World, path: str) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/lock/")

    def test_a_form_is_not_taken(self, world: World, told: list[Event]) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        told.clear()
        form = {"work_name": "tom", "name": "Tom T", "roles": ["technician"]}
        assert browser.post("/people/invite/", form)["Location"].startswith("/lock/")
        assert told == []

    def test_a_fragment_and_a_stream_are_answered_as_if_a_factor_were_missing(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        fragment = browser.get("/approvals/waiting/", headers=FRAGMENT)
        assert (fragment.status_code, fragment.content) == (401, b"")
        assert fragment["Razdar-Locked"] == "1"
        assert fragment["HX-Redirect"] == "/lock/?next=%2Fpeople%2F"
        assert browser.get("/people/", headers=STREAM).status_code == 401

    def test_saving_the_payload_does_not_unlock(self, world: World) -> None:
        browser = world.anna.sign_in()
        stale = browser.session  # as a request that began before the lock
        stale["x"] = "y"
        lock(browser)
        stale.save()
        assert state(browser) == "locked"

    def test_signing_out_and_the_language_still_work(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        assert browser.post("/language/", {"language": "fa", "next": "/lock/"})["Location"] == "/lock/"
        assert browser.post("/appearance/", {"appearance": "dark", "next": "/lock/"})["Location"] == "/lock/"
        assert browser.post("/account/logout/").status_code == 302
        assert state(browser) == "out"

    def test_another_browser_of_the_person_stays_open(self, world: World) -> None:
        one, two = world.anna.sign_in(), world.anna.sign_in()
        lock(one)
        assert (state(one), state(two)) == ("locked", "open")


class TestUnlocking:
    def test_a_code_opens_it_and_leads_back(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        world.clock.tick()
        answer = browser.post("/lock/", {"code": world.anna.code(), "next": "/people/"})
        assert answer["Location"] == "/people/"
        assert browser.get("/people/").status_code == 200
        assert browser.get("/lock/?next=/people/")["Location"] == "/people/"

    def test_inside_a_page_it_says_so(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        inside = browser.get("/lock/", headers=FRAGMENT).content.decode()
        assert 'id="lock_code"' in inside
        assert "<html" not in inside
        world.clock.tick()
        answer = browser.post("/lock/", {"code": world.anna.code()}, headers=FRAGMENT)
        assert (answer.status_code, answer["HX-Trigger"]) == (204, "razdar:unlocked")
        assert state(browser) == "open"

    def test_a_passkey_opens_it(self, world: World) -> None:
        host = "localhost:8000"
        browser = world.anna.sign_in(Browser(headers={"host": host}))
        key = SoftKey(f"http://{host}", "localhost")
        page = browser.get("/account/passkeys/add/").content
        browser.post("/account/passkeys/add/", {"name": "key", "credential": key.register(challenge(page))})
        lock(browser)
        asked = challenge(browser.get("/lock/").content)
        assert browser.post("/lock/", {"credential": key.prove(asked), "next": "/people/"})["Location"] == "/people/"
        assert state(browser) == "open"

    def test_wrong_codes_are_counted_and_recovery_codes_are_not_taken(self, world: World, told: list[Event]) -> None:
        browser = world.anna.sign_in()
        spare = factors.show_codes(world.anna.id)
        lock(browser)
        for wrong in ("000000", spare[0]):
            answer = browser.post("/lock/", {"code": wrong})
            assert answer.status_code == 422
        assert Tries.objects.filter(failures=2).count() == 2  # the account, and the place it came from
        assert state(browser) == "locked"
        assert [one.action for one in told].count("identity:sign_in:fail") == 2

    def test_opening_it_takes_no_wrong_code_back(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        assert browser.post("/lock/", {"code": "000000"}).status_code == 422
        world.clock.tick()
        assert browser.post("/lock/", {"code": world.anna.code()}).status_code == 302
        assert state(browser) == "open"
        assert Tries.objects.filter(failures=1).count() == 2  # only a whole sign-in clears them

    def test_a_code_that_was_used_before_the_lock_does_not_open_it(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        assert browser.post("/lock/", {"code": world.anna.code()}).status_code == 422
        assert state(browser) == "locked"

    def test_a_proof_from_before_the_lock_does_not_open_it(self, world: World) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        request = browser.get("/lock/state/").wsgi_request
        assert idle.unlock(request) is False
        assert state(browser) == "locked"

    def test_it_is_in_the_log(self, world: World, told: list[Event]) -> None:
        browser = world.anna.sign_in()
        lock(browser)
        lock(browser)  # once is enough
        world.clock.tick()
        browser.post("/lock/", {"code": world.anna.code()})
        later(minutes=16)
        state(browser)
        found = [(one.action, dict(one.detail)) for one in told if one.action.endswith(("lock", "unlock"))]
        assert found == [
            ("identity:session:lock", {"by": "person"}),
            ("identity:session:unlock", {}),
            ("identity:session:lock", {"by": "time"}),
        ]

    def test_a_new_key_of_the_session_keeps_the_lock(self, world: World) -> None:
        browser = world.anna.sign_in()
        session = browser.session
        assert isinstance(session, sessions.SessionStore)
        session.lock()
        session.cycle_key()
        assert sessions.SessionStore(session.session_key).locked


class TestState:
    def test_it_names_the_pages_of_a_person_at_a_workplace(self, world: World) -> None:
        def who(browser: Browser) -> Any:
            return browser.get("/lock/state/").json()["who"]

        anna, boris = world.anna.sign_in(), world.boris.sign_in()
        assert who(anna) == who(world.anna.sign_in()) != who(boris)
        assert str(world.anna.id) not in who(anna)
        lock(anna)
        assert who(anna) == who(Browser()) == ""

    def test_asking_without_the_header_is_an_act(self, world: World) -> None:
        browser = world.anna.sign_in()
        later(minutes=14)
        assert state(browser, Accept="*/*") == "open"
        later_by = timezone.now() - Session.objects.get().acted_at
        assert later_by < timedelta(seconds=5)

    def test_who_typed_a_password_alone_is_nobody(self, world: World) -> None:
        browser = Browser()
        world.anna.type_password(browser)
        assert browser.get("/lock/state/").json()["who"] == ""
