"""The stream of live updates: who may open it, what comes over it, and what ends it.

The product's own application, over ASGI, on a database with real commits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.disclosure import Role
from razdar.core.errors import TooManyTries
from razdar.core.permissions import Permission
from razdar.identity import approvals, live
from razdar.identity.approvals import APPROVALS, ApprovalKind
from razdar.identity.models import RoleGrant, Session, User
from razdar.identity.sessions import SessionStore, digest
from razdar.identity.standing import Seat
from razdar.runtime import fanout
from razdar.runtime.scope import scope
from razdar.runtime.streams import release_connections
from razdar.vault import assignments
from tests.identity.world import Clock, World, found, request_of, viewer_of

pytestmark = pytest.mark.walls
SOON = 8.0
KIND = "test-live"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.2)


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    asks, decides = Permission.VAULT_MATRIX_PROPOSE, Permission.IDENTITY_REVEAL_APPROVE
    kind = ApprovalKind("A test", asks, decides, on_approved=lambda *_: None)
    monkeypatch.setitem(APPROVALS._entries, KIND, kind)


@pytest.fixture
def world(transactional_db: None, clock: Clock) -> Iterator[World]:
    yield found(clock, "Aurora Travel", "anna", "boris")
    release_connections()


@pytest.fixture
def officer(world: World) -> Browser:
    """A security officer's browser: may decide requests and read the log."""
    return world.join("olga", Role.SECURITY_OFFICER).sign_in()


class Page:
    """An open page's stream."""

    def __init__(self, application: Any, browser: Browser, query: str) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        headers = [(b"host", b"localhost"), (b"cookie", cookies.encode()), (b"accept", b"text/event-stream")]
        head = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/live/", "headers": headers}
        self._talk = ApplicationCommunicator(
            application,
            {**head, "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("localhost", 80)},
        )
        self.status = 0
        self.headers: dict[str, str] = {}

    async def open(self) -> None:
        await self._talk.send_input({"type": "http.request"})
        start = await self._talk.receive_output(SOON)
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}

    async def next(self) -> str:
        """The next event that is not a heartbeat, without its time; empty at the end of the stream."""
        while True:
            message = await self._talk.receive_output(SOON)
            if not message.get("more_body"):
                return ""
            name, data = message["body"].decode().strip("\n").split("\n")
            said = " ".join([name.removeprefix("event: "), *data.removeprefix("data:").split()[1:]])
            if said != "beat":
                return said

    async def until(self, said: str) -> None:
        while (found := await self.next()) != said:
            assert found, f"the stream ended before {said!r}"

    async def close(self) -> None:
        if not self._talk.future.done():
            await self._talk.send_input({"type": "http.disconnect"})
        await self._talk.wait(SOON)


@asynccontextmanager
async def opened(browser: Browser, query: str = "topic=approvals", many: int = 1) -> AsyncIterator[list[Page]]:
    application = get_asgi_application()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(fanout.close)
        pages = [Page(application, browser, query) for _ in range(many)]
        for page in pages:
            await page.open()
            stack.push_async_callback(page.close)
        yield pages


async def in_thread(act: Callable[[], object]) -> None:
    def whole() -> None:
        try:
            act()
        finally:
            release_connections()

    await asyncio.to_thread(whole)


def heard(browser: Browser, act: Callable[[], object], query: str = "topic=approvals") -> str:
    """What comes over the stream after an act."""

    async def whole() -> str:
        async with opened(browser, query) as (page,):
            assert page.status == 200
            assert await page.next() == "hello"
            await asyncio.sleep(0.5)  # it has been looked at whole once
            await in_thread(act)
            return await page.next()

    return asyncio.run(whole())


def answered(browser: Browser, query: str) -> int:
    async def whole() -> int:
        async with opened(browser, query) as (page,):
            return page.status

    return asyncio.run(whole())


def _session(browser: Browser) -> SessionStore:
    return SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def _row(browser: Browser) -> Any:
    return Session.objects.filter(key_hash=digest(str(_session(browser).session_key)))


# --- What is heard ----------------------------------------------------------------------------------------------------


def test_a_request_is_heard_by_who_may_decide_it(world: World, officer: Browser) -> None:
    asking = viewer_of(world.anna)
    assert heard(officer, lambda: approvals.request(asking, KIND, "x", {})) == "words approvals"


def test_an_agent_hears_when_the_own_work_changes_and_not_of_a_colleagues(world: World) -> None:
    agnes, bert = world.join("agnes", Role.AGENT), world.join("bert", Role.AGENT)
    browser = agnes.sign_in()

    def works_for_somebody() -> None:
        with scope(world.client):
            assignments.assign_for_a_while(world.client, uuid4(), agnes.id, "search")

    assert heard(browser, works_for_somebody, f"topic=work:{agnes.id}") == f"words work:{agnes.id}"
    assert answered(browser, f"topic=work:{bert.id}") == 404


def test_the_answer_is_a_stream_that_nobody_keeps(officer: Browser) -> None:
    async def whole() -> dict[str, str]:
        async with opened(officer) as (page,):
            return page.headers

    headers = asyncio.run(whole())
    assert headers["content-type"] == "text/event-stream"
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert "content-length" not in headers


@pytest.mark.parametrize(
    "query",
    [
        "",
        "topic=",
        "topic=nothing",
        "topic=log&topic=nothing",
        "topic=log:1",
        "topic=approvals:a1082862-d12b-4d1f-8033-644d14f403f9",
        "topic=LOG",
    ],
)
def test_what_does_not_exist_cannot_be_asked_for(officer: Browser, query: str) -> None:
    assert answered(officer, query) == 404


def test_each_topic_needs_its_permission(world: World, officer: Browser) -> None:
    agent = world.join("agnes", Role.AGENT).sign_in()
    call = f"topic=calls:{uuid4()}"
    assert [answered(agent, q) for q in ("topic=calls", call, "topic=approvals", "topic=calls&topic=log")] == [
        200,
        404,
        404,
        404,
    ]
    assert answered(officer, "topic=log&topic=approvals") == 200
    assert answered(agent, "topic=work") == 404  # who oversees contacts hears of everybody's work
    assert answered(Browser(), "topic=log") in {302, 401}


# --- What ends it -----------------------------------------------------------------------------------------------------


def _elsewhere(browser: Browser) -> None:
    session = _session(browser)
    session["workplace"] = f"{uuid4()}:agent"
    session.save()


def _disabled(person: UUID) -> None:
    User.objects.filter(pk=person).update(is_active=False)


def test_it_ends_with_the_session(officer: Browser) -> None:
    assert heard(officer, lambda: _row(officer).delete()) == "over"


def test_it_ends_when_nobody_came_for_a_quarter_of_an_hour(officer: Browser) -> None:
    past = timezone.now() - timedelta(minutes=15, seconds=1)
    assert heard(officer, lambda: _row(officer).update(seen_at=past)) == "over"


def test_it_ends_when_the_session_is_locked(officer: Browser) -> None:
    assert heard(officer, lambda: _row(officer).update(locked_at=timezone.now())) == "over"


def test_it_is_nobodys_act_and_ends_when_nobody_acted_for_a_quarter_of_an_hour(officer: Browser) -> None:
    early = timezone.now() - timedelta(minutes=14)
    _row(officer).update(acted_at=early)
    past = timezone.now() - timedelta(minutes=15, seconds=10)
    assert answered(officer, "topic=log") == 200
    assert _row(officer).get().acted_at == early
    assert heard(officer, lambda: _row(officer).update(acted_at=past)) == "over"


def test_it_ends_with_the_role(officer: Browser) -> None:
    person = request_of(officer).viewer.person
    ended = RoleGrant.objects.filter(user_id=person)
    assert heard(officer, lambda: ended.update(state=RoleGrant.State.ENDED)) == "over"


def test_it_ends_with_the_person(officer: Browser) -> None:
    person = request_of(officer).viewer.person
    assert heard(officer, lambda: _disabled(person)) == "over"


def test_it_ends_at_another_workplace(world: World) -> None:
    both = world.join("vera", Role.SECURITY_OFFICER, Role.AUDITOR).sign_in()
    both.post("/workplace/", {"workplace": f"{world.client}:{Role.SECURITY_OFFICER}"})
    elsewhere = {"workplace": f"{world.client}:{Role.AUDITOR}"}
    assert heard(both, lambda: both.post("/workplace/", elsewhere)) == "over"


def test_it_goes_on_when_something_else_of_the_session_changed(world: World, officer: Browser) -> None:
    asking = viewer_of(world.anna)

    def act() -> None:
        session = _session(officer)
        session["shown"] = "1"
        session.save()
        approvals.request(asking, KIND, "y", {})

    assert heard(officer, act) == "words approvals"


def test_it_ends_when_nobody_can_tell_whether_it_may_go_on(officer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from razdar.identity import standing

    def away(_seats: object) -> None:
        raise OperationalError

    monkeypatch.setattr(live, "UNSURE_SECONDS", 0.3)
    assert heard(officer, lambda: monkeypatch.setattr(standing, "still_there", away)) == "over"


def test_the_end_of_the_process_ends_it_without_a_word_of_the_session(officer: Browser) -> None:
    async def whole() -> str:
        async with opened(officer) as (page,):
            assert await page.next() == "hello"
            await fanout.close()
            return await page.next()

    assert asyncio.run(whole()) == ""


# --- What it may take -------------------------------------------------------------------------------------------------


def test_a_session_has_so_many_and_no_more(officer: Browser) -> None:
    async def whole() -> list[int]:
        async with opened(officer, many=live.MOST_OF_A_SESSION + 1) as pages:
            for page in pages[:-1]:
                await page.next()
            return [page.status for page in pages]

    assert asyncio.run(whole()) == [200] * live.MOST_OF_A_SESSION + [429]


def test_of_many_that_ask_at_the_same_moment_no_more_get_a_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Admitted and not begun: the seat is kept for a while, and is free again when nobody came."""

    class Waits:
        seat = Seat("session", uuid4(), uuid4(), Role.AGENT)

    hall = live._Hall()
    for _ in range(live.MOST_OF_A_SESSION):
        hall.admit(Waits())  # type: ignore[arg-type]
    with pytest.raises(TooManyTries):
        hall.admit(Waits())  # type: ignore[arg-type]
    monkeypatch.setattr(live, "COMING_SECONDS", 0.0)
    hall.admit(Waits())  # type: ignore[arg-type]


def test_between_events_it_holds_no_connection(officer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """More streams than the pool has connections, and a page beside them."""
    monkeypatch.setattr(live, "MOST_OF_A_SESSION", 100)

    async def whole() -> None:
        async with opened(officer, many=2 * settings.POOL["max_size"]) as pages:
            for page in pages:
                assert await page.next() == "hello"
            await in_thread(lambda: _answers(officer))

    asyncio.run(whole())


def _answers(browser: Browser) -> None:
    assert browser.get("/approvals/").status_code == 200
