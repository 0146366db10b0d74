"""The agent's own book: counted, kept, bounded, and no key without it."""

import sqlite3
import stat
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.core.errors import KeysLocked, Misconfigured, Unavailable
from razdar.keys import book as books
from razdar.keys.agent import LocalAgent
from razdar.keys.book import Book
from razdar.keys.records import KeyRef, Outcome
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, NOW, root

EVER = (datetime(2000, 1, 1, tzinfo=NOW.tzinfo), datetime(2100, 1, 1, tzinfo=NOW.tzinfo))
REF = KeyRef(CLIENT, UUID(int=5), 1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def made(folder: Path, clock: Clock | None = None) -> Book:
    return Book(folder / "book.sqlite3", now=clock or Clock())


def test_lines_outlive_the_process_and_are_the_owners(folder: Path) -> None:
    book = made(folder)
    book.given("web", "show", [REF, REF])
    book.turned_away("web", "sign", Outcome.DENIED)
    book.close()
    again = made(folder)
    again.given("web", "show", [REF])
    assert [(line.caller, line.purpose, line.count, line.outcome) for line in again.lines(*EVER)] == [
        ("web", "show", 3, Outcome.GIVEN),
        ("web", "sign", 1, Outcome.DENIED),
    ]
    again.close()
    for path in folder.glob("book.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_writes_each_second_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.keys.agency import wait_until

    monkeypatch.setattr(books, "FLUSH_SECONDS", 0.05)
    book = made(folder)
    book.given("web", "show", [REF])

    def on_disk() -> int:
        with sqlite3.connect(folder / "book.sqlite3") as connection:
            found: int = connection.execute("SELECT count(*) FROM line").fetchone()[0]
        connection.close()
        return found

    wait_until(lambda: on_disk() == 1, 10)
    book.close()


def test_minutes_and_spans(folder: Path) -> None:
    clock = Clock()
    book = made(folder, clock)
    for _ in range(3):
        book.given("web", "show", [REF])
        clock.now += timedelta(seconds=20)
    first = NOW.replace(second=0, microsecond=0)
    assert [(line.minute, line.count) for line in book.lines(*EVER)] == [(first, 3)]
    clock.now += timedelta(seconds=10)
    book.given("web", "show", [REF])
    assert [line.count for line in book.lines(first + timedelta(minutes=1), EVER[1])] == [1]
    assert [line.count for line in book.lines(EVER[0], first + timedelta(minutes=1))] == [3]
    book.close()


def test_long_books_are_read_in_parts(folder: Path) -> None:
    book = made(folder)
    refs = [KeyRef(CLIENT, uuid4(), 1) for _ in range(2 * books.PAGE_LINES + 7)]
    book.given("worker", "index", refs)
    page = book.page(*EVER, b"")
    assert len(page.lines) == books.PAGE_LINES
    assert {line.customer for line in book.lines(*EVER)} == {ref.customer for ref in refs}
    assert len(book.lines(*EVER)) == len(refs)
    book.close()


def test_lines_go_after_ninety_days(folder: Path) -> None:
    clock = Clock()
    book = made(folder, clock)
    book.given("web", "show", [REF])
    clock.now += timedelta(days=89)
    book.flush()
    assert len(book.lines(*EVER)) == 1
    clock.now += timedelta(days=1, hours=2)
    assert book.lines(*EVER) == []
    book.close()


def full_disk(book: Book, full: bool) -> None:
    assert book._connection is not None
    book._connection.execute("PRAGMA query_only = " + ("1" if full else "0"))


def test_no_book_no_keys(store: KeyStore, folder: Path) -> None:
    book = made(folder)
    agent = LocalAgent(store, root(), book=book, now=lambda: NOW)
    agent.create_client(CLIENT)
    ref = agent.create_customer(CLIENT, uuid4())
    agent.unwrap([ref], "test")
    full_disk(book, full=True)
    assert not book.flush()
    for _ in range(3):
        with pytest.raises(Unavailable, match="no keys are handed out"):
            agent.unwrap([ref], "test")
    full_disk(book, full=False)
    assert len(agent.unwrap([ref], "test")) == 1
    assert [line.count for line in agent.book(*EVER)] == [2]
    agent.close()


def test_what_waits_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_WAITING", 10)
    monkeypatch.setattr(books, "FLUSH_SECONDS", 60.0)
    book = made(folder)
    full_disk(book, full=True)
    for _ in range(10):
        book.given("web", "show", [REF])
    with pytest.raises(Unavailable):
        book.given("web", "show", [REF])
    for _ in range(100):
        book.turned_away("web", "sign", Outcome.DENIED)
    assert len(book._fresh) + len(book._unwritten) <= 11
    full_disk(book, full=False)
    book.require()
    assert [line.count for line in book.lines(*EVER)] == [10]
    book.close()


def test_closed_it_is_locked(folder: Path) -> None:
    book = made(folder)
    book.close()
    for use in (lambda: book.given("web", "show", [REF]), lambda: book.lines(*EVER)):
        with pytest.raises(KeysLocked):
            use()


@pytest.mark.parametrize("content", [b"nothing of the kind" * 100, b""])
def test_what_is_no_book_is_not_taken_for_one(folder: Path, content: bytes) -> None:
    path = folder / "book.sqlite3"
    path.write_bytes(content)
    path.chmod(0o600)
    if content:
        with pytest.raises(Misconfigured, match="damaged"):
            made(folder)
    else:
        made(folder).close()
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match="other accounts"):
        made(folder)
