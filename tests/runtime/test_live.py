"""Words about changes: what may be said and what is heard, on the test's own database, committed as in life."""

# ruff: noqa: PT012 - the block inside pytest.raises is the transaction that is rolled back

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.permissions import Permission
from razdar.runtime import fanout, live
from razdar.runtime.fanout import Ear, Fanout
from razdar.runtime.live import Change, Topic, Wanted
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope, unit
from razdar.runtime.streams import release_connections, short_scope

real = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.walls
A, B, CALL = uuid4(), uuid4(), uuid4()
SOON = 30.0
"""It comes at once; a machine with other work to do may take its time."""
MOMENT = 0.3


@pytest.fixture(autouse=True)
def _topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        live.TOPICS._entries, "apples", Topic(Permission.OVERSIGHT_LOG_VIEW, Permission.OVERSIGHT_LOG_VIEW)
    )
    monkeypatch.setitem(live.TOPICS._entries, "pears", Topic(Permission.OVERSIGHT_LOG_VIEW))


def say(client: UUID, topic: str = "apples", about: UUID | None = None) -> None:
    with short_scope(client):
        live.changed(topic, about)


async def standing(ear: Ear) -> None:
    """Wait until the feed stands, and what its coming said is read."""
    while ear.away:
        assert await ear.heard(SOON)
    ear.take()


async def words(ear: Ear, seconds: float = SOON) -> list[str]:
    """What comes next, in order; nothing if nothing comes."""
    await ear.heard(seconds)
    found, again = ear.take()
    return ["again"] if again else sorted(map(str, found))


Act = Callable[[Fanout], Coroutine[Any, Any, Any]]


def in_loop(act: Act) -> Any:
    """Run it with a fan-out of its own, let go of in the end."""

    async def whole() -> Any:
        try:
            return await act(fanout.here())
        finally:
            await fanout.close()

    return asyncio.run(whole())


# --- What is said -----------------------------------------------------------------------------------------------------


@real
def test_a_word_is_heard_after_the_commit_and_not_before() -> None:
    async def act(feed: Fanout) -> tuple[list[str], list[str]]:
        with feed.listening(A, [Wanted("apples")]) as ear:
            await standing(ear)
            said, go_on = asyncio.Event(), asyncio.Event()
            loop = asyncio.get_running_loop()

            def slowly() -> None:
                with short_scope(A):
                    live.changed("apples")
                    loop.call_soon_threadsafe(said.set)
                    asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

            working = asyncio.create_task(asyncio.to_thread(slowly))
            await said.wait()
            before = await words(ear, MOMENT)
            go_on.set()
            after = await words(ear)
            await working
            return before, after

    assert in_loop(act) == ([], ["apples"])


@real
def test_what_is_rolled_back_is_not_heard() -> None:
    def undone() -> None:
        try:
            with pytest.raises(ZeroDivisionError), scope(A):
                live.changed("apples")
                raise ZeroDivisionError
            with scope(A):
                with pytest.raises(ZeroDivisionError), transaction.atomic():
                    live.changed("apples")
                    raise ZeroDivisionError
                live.changed("pears")
        finally:
            release_connections()

    async def act(feed: Fanout) -> list[str]:
        with feed.listening(A, [Wanted("apples"), Wanted("pears")]) as ear:
            await standing(ear)
            await asyncio.to_thread(undone)
            return await words(ear)

    assert in_loop(act) == ["pears"]


@pytest.mark.django_db
def test_it_is_said_in_a_clients_scope_and_of_a_known_topic_alone() -> None:
    with pytest.raises(RuntimeError):
        live.changed("apples")
    with pytest.raises(RuntimeError), unit():
        live.changed("apples")
    with pytest.raises(ValueError, match="plums"), scope(A):
        live.changed("plums")


# --- Who hears it -----------------------------------------------------------------------------------------------------


@real
def test_each_client_hears_its_own_alone() -> None:
    async def act(feed: Fanout) -> tuple[list[str], list[str]]:
        asked = [Wanted("apples"), Wanted("pears")]
        with feed.listening(A, asked) as ours, feed.listening(B, asked) as theirs:
            await standing(ours)
            await standing(theirs)
            await asyncio.to_thread(say, B, "apples")
            await asyncio.to_thread(say, A, "pears")
            return await words(ours), await words(theirs)

    assert in_loop(act) == (["pears"], ["apples"])


@real
def test_an_id_is_told_to_who_asked_for_it_alone() -> None:
    async def act(feed: Fanout) -> list[list[str]]:
        with (
            feed.listening(A, [Wanted("apples")]) as every,
            feed.listening(A, [Wanted("apples", CALL)]) as one,
            feed.listening(A, [Wanted("apples", uuid4())]) as another,
        ):
            for ear in (every, one, another):
                await standing(ear)
            await asyncio.to_thread(say, A, "apples", CALL)
            return [await words(every), await words(one), await words(another, MOMENT)]

    assert in_loop(act) == [["apples"], [f"apples:{CALL}"], []]


@real
def test_nonsense_on_the_channel_is_passed_over(database: RoleUrls) -> None:
    texts = [
        "",
        "x",
        f"{A}",
        f"{A} ",
        f"{A} Apples",
        f"{A} apples:",
        f"{A} apples:1",
        f"{A.hex} apples",
        f" {A} apples",
    ]

    def shout() -> None:
        with psycopg.connect(database.runtime, autocommit=True) as connection:
            for text in [*texts, f"{A} pears"]:
                connection.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, text])

    async def act(feed: Fanout) -> list[str]:
        with feed.listening(A, [Wanted("apples"), Wanted("pears")]) as ear:
            await standing(ear)
            await asyncio.to_thread(shout)
            return await words(ear)

    assert in_loop(act) == ["pears"]


# --- What is missed ---------------------------------------------------------------------------------------------------


_OURS = "FROM pg_stat_activity WHERE application_name = 'razdar live' AND datname = current_database()"


def _kill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        killed = connection.execute(f"SELECT pg_terminate_backend(pid) {_OURS}").fetchall()
    assert (True,) in killed  # those of other tests in this process may still be on their way out


@real
def test_a_connection_that_is_killed_comes_back_and_everybody_looks_again(database: RoleUrls) -> None:
    async def act(feed: Fanout) -> tuple[bool, list[str], list[str]]:
        with feed.listening(A, [Wanted("apples")]) as ear:
            await standing(ear)
            await asyncio.to_thread(_kill, database.runtime)
            await ear.heard(SOON)
            was_away = ear.away
            while ear.away:
                await ear.heard(SOON)
            back = await words(ear, 0)
            await asyncio.to_thread(say, A)
            return was_away, back, await words(ear)

    assert in_loop(act) == (True, ["again"], ["apples"])


@real
def test_a_connection_that_dies_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not answer any more; nothing closes the connection."""
    monkeypatch.setattr(fanout, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(fanout, "ANSWER_SECONDS", 0.2)
    asked: list[int] = []
    sound = psycopg.AsyncConnection.execute

    async def mute(connection: Any, query: Any, *rest: Any, **more: Any) -> Any:
        asked.append(1)
        return await sound(
            connection, "SELECT pg_sleep(600)" if query == "SELECT 1" and len(asked) < 3 else query, *rest, **more
        )

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", mute)

    async def act(feed: Fanout) -> list[str]:
        with feed.listening(A, [Wanted("apples")]) as ear:
            await standing(ear)
            while not ear.away:
                assert await ear.heard(SOON)
            while ear.away:
                assert await ear.heard(SOON)
            return await words(ear, 0)

    assert in_loop(act) == ["again"]


@real
def test_a_slow_reader_loses_the_words_and_is_told_to_look_again() -> None:
    topics = [Wanted("apples", uuid4()) for _ in range(fanout.MOST_WORDS + 1)]

    async def act(feed: Fanout) -> tuple[int, list[str], list[str]]:
        with feed.listening(A, topics) as ear:
            await standing(ear)
            for _ in range(3):
                for what in topics[:-1]:
                    feed.deliver(Change(A, what))
            full = len(ear.words)
            feed.deliver(Change(A, topics[-1]))
            first = await words(ear)
            feed.deliver(Change(A, topics[0]))
            return full, first, await words(ear)

    assert in_loop(act) == (fanout.MOST_WORDS, ["again"], [str(topics[0])])


@real
def test_who_comes_late_is_told_what_was_said_meanwhile() -> None:
    async def act(feed: Fanout) -> list[list[str]]:
        found = []
        with feed.listening(A, [Wanted("pears")]) as other:
            await standing(other)
            begun = time.time()
            await asyncio.to_thread(say, A, "apples")
            await asyncio.to_thread(say, B, "apples")
            await asyncio.to_thread(say, A, "pears")
            await words(other)
            for since in (begun, time.time(), begun - 3600, None):
                with feed.listening(A, [Wanted("apples")], since) as late:
                    found.append(await words(late, 0))
        return found

    assert in_loop(act) == [["apples"], [], ["again"], []]


@real
def test_the_end_of_the_process_is_told_and_leaves_no_connection(database: RoleUrls) -> None:
    async def act(feed: Fanout) -> tuple[bool, bool]:
        with feed.listening(A, [Wanted("apples")]) as ear:
            await standing(ear)
            await feed.close()
            told = await ear.heard(SOON) and ear.closed
            with feed.listening(A, [Wanted("apples")]) as late:
                return told, late.closed

    with psycopg.connect(database.runtime, autocommit=True) as connection:
        before = set(connection.execute(f"SELECT pid {_OURS}").fetchall())  # feeds of other tests in this process
        assert in_loop(act) == (True, True)
        until = time.monotonic() + SOON  # the server's process takes a moment to go
        while (left := set(connection.execute(f"SELECT pid {_OURS}").fetchall()) - before) and time.monotonic() < until:
            time.sleep(0.05)
        assert not left


# --- Texts ------------------------------------------------------------------------------------------------------------

WANTED = st.builds(Wanted, st.from_regex(r"[a-z][a-z-]{0,29}", fullmatch=True), st.none() | st.uuids())


@given(WANTED, st.uuids())
def test_texts_are_read_as_they_were_written(what: Wanted, client: UUID) -> None:
    assert Wanted.parse(str(what)) == what
    assert Change.parse(str(Change(client, what))) == Change(client, what)
    assert len(str(Change(client, what)).encode()) < 8000  # the most that NOTIFY carries


@given(st.text())
def test_any_text_is_read_or_is_none(text: str) -> None:
    for found in (Wanted.parse(text), Change.parse(text)):
        assert found is None or str(found) == text
