"""How often a sign-in may fail, and that a name tells nothing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.errors import TooManyTries
from razdar.core.ledger import Event
from razdar.identity import accounts, jobs, tries
from razdar.identity.events import Origin
from razdar.identity.models import Tries, User
from razdar.keys import agent
from razdar.keys.agent import LocalAgent
from razdar.keys.callers import Role as CallerRole
from tests.identity.world import CODE_PAGE, World, viewer_of
from tests.keys.serving import served


def fail(name: str, source: str, *, wait: bool = True) -> None:
    attempt = tries.begin(name, Origin(source=source))
    tries.failed(attempt, "password")
    if wait:
        Tries.objects.update(not_before=None)


def words(browser: Browser, name: str, source: str = "192.0.2.1") -> str:
    answer = browser.post("/account/login/", {"login": name, "password": "certainly not this one"}, REMOTE_ADDR=source)
    text = answer.content.decode()
    return text[text.index('role="alert"') : text.index("</form>")].replace(name, "NAME")


def test_an_unknown_name_is_answered_like_a_known_one(world: World) -> None:
    for number in range(12):
        source = f"192.0.2.{number}"
        assert words(Browser(), "anna", source) == words(Browser(), "nobody", source)
        Tries.objects.filter(failures__lt=9).update(not_before=None)


def test_an_unknown_name_costs_the_same_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar.identity.hashers import PepperedHasher

    worked: list[str] = []

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any) -> Any:
            worked.append(work.__name__)
            return work(*args)

        return counting

    for name in ("encode", "verify"):
        monkeypatch.setattr(PepperedHasher, name, counted(getattr(PepperedHasher, name)))
    words(Browser(), "anna")
    known = len(worked)
    words(Browser(), "nobody")
    assert len(worked) - known == known == 1


def test_waits_from_the_fifth_failure(world: World) -> None:
    for _ in range(4):
        fail("anna", "a", wait=False)
    fail("anna", "a", wait=False)
    with pytest.raises(TooManyTries):
        tries.begin("anna", Origin(source="b"))


def test_closed_for_half_an_hour_at_the_tenth(world: World) -> None:
    for number in range(10):
        fail("anna", str(number // 5), wait=number < 9)
    closed = Tries.objects.filter(failures=10).get().not_before
    assert closed
    assert timedelta(minutes=29) < closed - timezone.now() <= timedelta(minutes=30)
    answer = world.anna.type_password(Browser(), REMOTE_ADDR="198.51.100.7")
    assert b"Too many tries" in answer.content
    accounts.unlock(viewer_of(world.boris), world.anna.id)
    assert world.anna.sign_in()


def test_disabled_at_the_hundredth(world: World) -> None:
    for number in range(100):
        fail("anna", f"source {number // 5}")
    assert User.objects.get(pk=world.anna.id).disabled == User.Disabled.TRIES
    answer = world.anna.type_password(Browser(), REMOTE_ADDR="198.51.100.7")
    assert b"this account is closed" in answer.content
    accounts.unlock(viewer_of(world.boris), world.anna.id)
    assert world.anna.sign_in()


def test_a_source_has_twenty_in_ten_minutes(world: World) -> None:
    for number in range(20):
        fail(f"name{number}", "one office")
    with pytest.raises(TooManyTries):
        tries.begin("somebody", Origin(source="one office"))
    assert tries.begin("somebody", Origin(source="another office"))
    for row in Tries.objects.all():
        row.recent = [moment - 601 for moment in row.recent]
        row.save()
    assert tries.begin("somebody", Origin(source="one office"))


def test_successes_do_not_count(world: World) -> None:
    for _ in range(25):
        assert world.anna.sign_in()


def test_wrong_codes_count_and_the_password_alone_clears_nothing(world: World) -> None:
    for _ in range(9):
        browser = Browser()
        world.anna.type_password(browser)
        assert browser.post(CODE_PAGE, {"code": "000000"}).status_code == 200
        Tries.objects.update(not_before=None)
    browser = Browser()
    world.anna.type_password(browser)
    browser.post(CODE_PAGE, {"code": "000000"})
    assert b"Too many tries" in world.anna.type_password(Browser()).content


def test_tables_never_hold_an_unknown_name(world: World) -> None:
    words(Browser(), "my-password-in-the-wrong-field")
    for row in Tries.objects.all():
        assert b"my-password" not in bytes(row.subject)


def test_what_the_log_hears(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar import audit

    heard: list[Event] = []
    monkeypatch.setattr(audit, "record_now", heard.append)
    for _ in range(10):
        fail("anna", "one")
    actions = [event.action for event in heard]
    assert actions.count("identity:sign_in:fail") == 10
    assert actions.count("identity:account:alert") == 1
    assert actions.index("identity:account:alert") == 5
    assert actions.count("identity:account:lock") == 1
    assert {event.actor for event in heard} == {world.anna.id}
    heard.clear()
    fail("nobody", "two")
    assert [event.actor for event in heard] == [None]
    assert "nobody" not in repr(heard)


@pytest.mark.django_db(transaction=True)
def test_tries_sent_at_once_are_all_counted(clock: object) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def one(_: int) -> bool:
        try:
            tries.begin("anna", Origin(source="x"))
        except TooManyTries:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        allowed = sum(pool.map(one, range(16)))
    assert allowed == 5


def test_after_a_day_only_accounts_that_exist_are_remembered(world: World) -> None:
    fail("anna", "192.0.2.1")
    fail("nobody", "192.0.2.1")
    assert Tries.objects.count() == 3
    Tries.objects.update(updated_at=timezone.now() - timedelta(hours=25))
    tries.forget_old()
    assert list(Tries.objects.values_list("failures", "lasting")) == [(1, True)]


def test_the_sweep_needs_no_key_that_a_worker_has_not(world: World, tmp_path: Path) -> None:
    fail("anna", "192.0.2.1")
    held = agent.current()
    assert isinstance(held, LocalAgent)
    with served(held, tmp_path / "run" / "agent.sock", CallerRole.WORKER) as remote:
        agent.install(remote)
        try:
            jobs.sweep()
        finally:
            agent.install(held)
