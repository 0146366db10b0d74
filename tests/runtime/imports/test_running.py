"""Runs: first come first served within a table, whoever is faster; what another run left; errors, pauses, progress."""

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from razdar.core.errors import Refused, Unavailable
from razdar.runtime.imports import book, dialect, running
from razdar.runtime.imports.book import Run
from razdar.runtime.imports.mapping import Mapping as Columns
from razdar.runtime.imports.progress import Progress
from razdar.runtime.imports.running import Work
from razdar.runtime.imports.targets import Bad, Claimed, Original, Prepared, Record, Settling
from razdar.runtime.imports.workers import Crew
from razdar.runtime.scope import scope

CLIENT = UUID(int=7)


@dataclass
class Things:
    """An importer of things that have an id; a thing without one is bad, one called ``broken`` turns out to be."""

    client: UUID = CLIENT
    batch: int = 4
    verifies: bool = False
    made: list[tuple[int, UUID]] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    def digest(self, identity: bytes) -> bytes:
        return sha256(identity).digest()[:16]

    def began(self, run: UUID) -> None: ...

    def ended(self, run: UUID, totals: Mapping[str, int]) -> Sequence[str]:  # noqa: ARG002 - it has nothing to say
        return ()

    def prepare(self, records: Sequence[Record]) -> Sequence[Prepared | Bad]:
        return [
            Prepared(r.line, r.one("id").encode(), r.one("name")) if r.one("id") else Bad(r.line, "nameless")
            for r in records
        ]

    def take_in(self, run: UUID, batch: Sequence[Claimed], settling: Settling) -> None:  # noqa: ARG002
        if self.troubles:
            raise self.troubles.pop(0)
        with scope(self.client):
            good = [each for each in batch if each.body != "broken"]
            settling.done([each.line for each in good])
            settling.bad([Bad(each.line, "broken") for each in batch if each.body == "broken"])
            self.made += [(each.line, each.id) for each in good]

    def originals(self, record: Record, made: UUID | None) -> Sequence[Original]:  # noqa: ARG002
        return ()

    def verify(self, record: Record, made: UUID) -> bool:  # noqa: ARG002
        return True


def work(things: Things, *rows: str, name: bytes = b"") -> Work:
    data = "\n".join(["id,name", *rows]).encode()
    file = io.BytesIO(data)
    probed = dialect.probe(file)
    run = book.begin(CLIENT, "things", things.digest(name or probed.digest), "id,name")
    return Work(file, probed.dialect, Columns(("id", "name")), things, run, 2)


def take_in(todo: Work) -> dict[str, int]:
    running.take_in(todo, Progress(1, "things", io.StringIO()))
    return {state: count for state, count in book.totals(todo.run).items() if count}


def bad(run: Run) -> list[tuple[int, str]]:
    return list(book.bad_lines(run))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSES_S", (0.0, 0.0))


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("between", [0, 3, 40])
def test_the_first_of_two_counts_even_when_it_turns_out_to_be_broken(between: int) -> None:
    things = Things()
    rows = ["a,broken", *(f"x{n},fine" for n in range(between)), "a,fine", ",fine"]
    todo = work(things, *rows)
    assert take_in(todo) == {"bad": 3} | ({"imported": between} if between else {})
    expected = [(2, "broken"), (between + 3, book.TWICE), (between + 4, "nameless")]
    assert bad(todo.run) == expected
    assert take_in(todo) == {"bad": 3} | ({"imported": between} if between else {})
    assert bad(todo.run) == expected


def test_another_table_takes_over_what_was_left_waiting_and_what_was_broken() -> None:
    things = Things(troubles=[Unavailable("away")] * 9)
    first = work(things, "a,fine", "b,broken", "c,fine")
    with pytest.raises(Unavailable):
        take_in(first)
    assert book.totals(first.run)["waiting"] == 3
    things.troubles.clear()
    second = work(things, "b,mended", "c,fine")
    assert take_in(second) == {"imported": 2}
    assert take_in(first) == {"imported": 1, "present": 2}
    assert len({made for _, made in things.made}) == len(things.made) == 3


def test_a_line_that_waits_keeps_the_id_it_was_given() -> None:
    things = Things(troubles=[Unavailable("away")] * 9)
    todo = work(things, "a,fine")
    with pytest.raises(Unavailable):
        take_in(todo)
    with scope(CLIENT):
        given = book.states(todo.run, [2])[2][1]
    things.troubles.clear()
    take_in(todo)
    assert things.made == [(2, given)]


def test_what_is_away_for_a_moment_is_waited_for() -> None:
    things = Things(troubles=[Unavailable("away"), Unavailable("away")])
    assert take_in(work(things, "a,fine", "b,fine")) == {"imported": 2}


def test_an_error_of_a_worker_ends_the_run_and_the_next_goes_on() -> None:
    things = Things(troubles=[ZeroDivisionError()])
    todo = work(things, *(f"{n},fine" for n in range(40)))
    with pytest.raises(ZeroDivisionError):
        take_in(todo)
    assert take_in(todo) == {"imported": 40}
    assert sorted(line for line, _ in things.made) == list(range(2, 42))


def test_other_columns_are_judged_anew() -> None:
    things = Things()
    todo = work(things, ",a", ",b", "c,d", name=b"the same")
    assert take_in(todo) == {"bad": 2, "imported": 1}
    again = work(things, "a,a", "b,b", "c,d", name=b"the same")
    assert again.run.id == todo.run.id
    assert take_in(again) == {"imported": 3}


def test_one_import_at_a_time_for_a_client() -> None:
    refused: list[bool] = []

    def other() -> None:
        from django.db import connection

        try:
            with book.alone(CLIENT):
                refused.append(False)
        except Refused:
            refused.append(True)
        finally:
            connection.close()

    for _ in range(2):
        thread = threading.Thread(target=other)
        with book.alone(CLIENT) if not refused else nobody():
            thread.start()
            thread.join()
    assert refused == [True, False]


@contextmanager
def nobody() -> Iterator[None]:
    yield


def test_what_a_customer_came_from_is_forgotten_by_kind_or_whole() -> None:
    things = Things()
    todo = work(things, "a,fine", "b,fine")
    take_in(todo)
    customer = things.made[0][1]
    with scope(CLIENT):
        assert book.from_lines(CLIENT, "things", [customer, uuid4()]) == {customer}
        assert book.forget(CLIENT, customer, "others") == 0
        assert book.forget(CLIENT, customer) == 1
        assert book.from_lines(CLIENT, "things", [customer]) == set()
    assert take_in(todo) == {"imported": 2}


def test_a_crew_stops_at_the_first_error_and_holds_few_batches() -> None:
    begun: list[int] = []
    hold = threading.Event()

    def slow(number: int, _stop: threading.Event) -> None:
        begun.append(number)
        hold.wait(10)
        raise LookupError

    def give_five() -> None:
        with Crew(2, slow) as crew:
            for number in range(4):
                crew.give(number)
            threading.Timer(0.05, hold.set).start()
            crew.give(4)

    with pytest.raises(LookupError):
        give_five()
    assert set(begun) <= {0, 1, 2, 3}


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("screen", "lines"), [(io.StringIO, 3), (Screen, 0)])
def test_progress_is_a_bar_on_a_terminal_and_a_line_now_and_then_elsewhere(
    screen: type[io.StringIO], lines: int
) -> None:
    moments = iter(range(0, 1000, 4))
    out = screen()
    progress = Progress(1000, "things", out, lambda: float(next(moments)))
    for step in range(9):
        progress.at(step * 100)
    progress.end()
    text = out.getvalue()
    assert text.count("\n") == lines
    assert "50% read" in text
    assert ("[###" in text) is (screen is Screen)
