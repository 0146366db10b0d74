"""The log: who looked, when and how; each reading once."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate, islice
from pathlib import Path

import pytest

from tests.leaks.needles import Literals
from tests.mission.house import JUST_NOW
from tests.mission.log import READING, Log
from tests.mission.planted import CUSTOMER, NEIGHBOUR, RATE, REFERENCE, SECONDS, Planted, search, take_in, type_in
from tests.mission.wire import Answer, Wire

CARD, PLAY, WORDS = "Opening the customer's card", "Playing a recording", "Reading a transcript"
SEARCH, LIST = "Searching for customers by an exact value", "Seeing the customer in a list"
MATCH, REVEAL = "Comparing what the caller said with a field", "Revealing a field"
SERVICE = "Serving the customer"
MAY_BE_OLDER = timedelta(seconds=120)  # design/protection: the followers of a log allow it
HEADER = 44  # bytes before the first sample of a WAV file
CALLING_BACK = {"purpose": "call_back", "reason": "The line broke, and they asked for a call back.", "case": "T-9"}


def _reveal(desk: Wire, customer: str) -> Answer:
    return desk.submit(f"/customers/{customer}/fields/given_name/reveal/", CALLING_BACK)


@pytest.mark.requirement("S003-34")
def test_who_looked_when_and_how(planted: Planted) -> None:
    """Five people look at a customer, each in another way: one searches, one searches and compares unseen, one opens
    the card and reveals a name, one plays the call, one opens the card for a privacy request. A person of the client
    then reads, for that customer, who it was (one pseudonym a person, and the role), when, how, which fields, and for
    what purpose; and for another customer nothing of it.
    """
    house, customer = planted.house, planted.customer
    log, elsewhere = Log(house, "observer", customer), Log(house, "observer", planted.neighbour)
    desks = {name: house.desk(name) for name in ("agent2", "agent", "reviewer", "privacy")}
    supervisor = house.desk("supervisor", within=JUST_NOW)
    player = planted.call.player
    start, other, began = log.position(), elsewhere.position(), datetime.now(UTC).replace(microsecond=0)
    desks["agent2"].post("/customers/", search("National id"))
    desks["agent"].post("/customers/", search("E-mail address"))
    desks["agent"].submit(f"/customers/{customer}/fields/birth_date/match/", {"value": "1990-01-01"})
    supervisor.get(f"/customers/{customer}/")
    assert CUSTOMER["Given name"] in _reveal(supervisor, customer).text
    desks["reviewer"].get(player, {"Range": "bytes=44-32043"})
    desks["privacy"].get(f"/customers/{customer}/")

    entries = [entry for entry in log.since(start) if entry.what not in {READING, LIST}]
    assert [(entry.role, entry.what, entry.how, entry.purpose) for entry in entries] == [
        ("Agent", SEARCH, "Searched", SERVICE),
        ("Agent", SEARCH, "Searched", SERVICE),
        ("Agent", MATCH, "Compared unseen", "Making sure who is calling"),
        ("Supervisor", CARD, "Looked at", SERVICE),
        ("Supervisor", REVEAL, "Revealed", "Calling back"),
        ("Quality reviewer", PLAY, "Listened to", "Quality review"),
        ("Privacy officer", CARD, "Looked at", "Answering a privacy request"),
    ]
    who = [entry.who for entry in entries]
    assert len(set(who)) == 5
    assert who[1] == who[2]
    assert who[3] == who[4]
    assert all(began <= entry.when <= datetime.now(UTC) for entry in entries)
    assert [entry.when for entry in entries] == sorted(entry.when for entry in entries)
    assert [entry.fields for entry in entries if entry.what in {MATCH, REVEAL, PLAY}] == [
        ("Date of birth (Masked)",),
        ("Given name (Shown)",),
        ("Recording (Partly masked)",),
    ]
    assert "Part: 0:00–0:01" in entries[5].detail
    assert not [entry for entry in elsewhere.since(other) if entry.what not in {READING, LIST}]


FROM_FIRST_TO_LAST = [
    ("Agent", "Creating the customer's record"),
    ("Agent", CARD),
    ("", "Taking in a recorded call"),
    ("", "Redacting a contact in the background"),
    ("Agent", "Correcting a field"),
    ("Supervisor", REVEAL),
    ("Quality reviewer", PLAY),
    ("Privacy officer", "Asking to erase the customer"),
    ("", "Erasing the customer"),
    ("", "Issuing a certificate of erasure"),
]


@pytest.mark.requirement("S002-2")
def test_a_record_is_followed_from_first_contact_to_deletion(planted: Planted) -> None:
    """A customer is typed in and looked at, calls, is corrected, revealed and listened to, and is erased. After that an
    auditor asks for everything under the customer's pseudonym, and gets the whole chain: each of these, in order, with
    its time and its role, from the first entry to the certificate of the erasure; and none of the values.
    """
    house, told = planted.house, {**NEIGHBOUR, "Surname": "Quenderby", "Given name": "Thessaly", REFERENCE: "CH-4417"}
    supervisor = house.desk("supervisor", within=JUST_NOW)
    customer = type_in(house, told, "agent2")
    call = take_in(house, told[REFERENCE])
    assert "Quenderby" in house.desk("agent2").get(f"/customers/{customer}/").text
    house.desk("agent2").submit(f"/customers/{customer}/fields/given_name/correct/", {"value": "Thessalia"})
    assert "Thessalia" in _reveal(supervisor, customer).text
    house.desk("reviewer").get(call.player, {"Range": "bytes=44-32043"})
    privacy = house.desk("privacy", within=JUST_NOW)
    erased = privacy.submit(f"/customers/{customer}/erase/", {"ground": "request", "sure": "on"})
    assert erased.path == f"/customers/{customer}/erasure/"
    assert "Quenderby" not in house.desk("agent2").get(f"/customers/{customer}/").text
    _certified(privacy, customer)

    chain = Log(house, "auditor", customer).since(-1)
    acts = list(dict.fromkeys((entry.role, entry.what) for entry in chain))
    assert [act for act in acts if act in FROM_FIRST_TO_LAST] == FROM_FIRST_TO_LAST
    assert (chain[0].role, chain[0].what) == FROM_FIRST_TO_LAST[0]
    by_people = [entry.when for entry in chain if entry.who]
    assert by_people == sorted(by_people)
    assert _falls_behind([entry.when for entry in chain]) <= MAY_BE_OLDER
    assert not Literals(["Quenderby", "Thessal", "CH-4417"]).found(repr(chain).encode())


def _falls_behind(times: list[datetime]) -> timedelta:
    """How much older than something before it an entry is, at most.

    What is done in the background is written down when it begins and becomes visible when it is done: the log is in
    the order of what became visible.
    """
    return max(newest - each for newest, each in zip(accumulate(times, max), times, strict=True))


def _certified(desk: Wire, customer: str) -> None:
    """Wait until the certificate of an erasure is there."""
    deadline = time.monotonic() + 60
    while desk.get(f"/customers/{customer}/erasure/certificate/").status != 200:
        assert time.monotonic() < deadline, "no certificate"
        time.sleep(0.5)


# --- A thousand steps -------------------------------------------------------------------------------------------------

Mark = tuple[str, str, str]  # role, act, and what tells it apart: a customer, or the second that was played
Step = tuple[Mark, Callable[[], Answer]]


@pytest.fixture(scope="module")
def stored() -> dict[Path, list[str]]:
    """The neighbours that each house knows, by its folder."""
    return {}


@pytest.fixture
def neighbours(planted: Planted, stored: dict[Path, list[str]]) -> list[str]:
    """Six customers alike but for their number. Typed in once: who stores a second time what is stored already, over
    and over, is refused for a while."""
    house = planted.house
    if house.folder not in stored:
        stored[house.folder] = [type_in(house, {**NEIGHBOUR, REFERENCE: f"ST-{number}"}) for number in range(6)]
    return stored[house.folder]


@pytest.mark.requirement("S001-16")
@pytest.mark.parametrize("steps", [200, pytest.param(1000, marks=pytest.mark.heavy)])
def test_each_reading_appears_once(planted: Planted, neighbours: list[str], steps: int) -> None:
    """Four people take a thousand steps at the same time, in a shuffled order: cards, pieces of sound, transcripts,
    searches, reveals, lists of events. Each step's reading is in the log once, under the right role and customer, and
    the log has no gap. (Each run of the tests takes every fifth of these steps; the long one takes all of them.)
    """
    house = planted.house
    customers = neighbours
    scripts = [_shuffled(islice(script, 0, None, 1000 // steps)) for script in _scripts(planted, customers)]
    assert sum(map(len, scripts)) == steps
    log = Log(house)
    start, starts = log.position(), {customer: Log(house, "auditor", customer).position() for customer in customers}
    with ThreadPoolExecutor(len(scripts)) as people:
        done = [step for script in people.map(_take, scripts) for step in script]
    expected = Counter(mark for mark, _ in done)
    assert {answer.status for _, answer in done} <= {200, 206}

    entries = log.since(start)
    assert [entry.index for entry in entries] == list(range(start + 1, start + 1 + len(entries)))
    acts = {(role, act) for role, act, _ in expected}
    told = Counter((entry.role, entry.what) for entry in entries if (entry.role, entry.what) in acts)
    assert told == _by_act(expected)
    pieces = Counter(detail for entry in entries if entry.what == PLAY for detail in entry.detail if "Part" in detail)
    assert pieces == Counter({place: count for (_, act, place), count in expected.items() if act == PLAY})
    for customer in customers:
        theirs = Log(house, "auditor", customer).since(starts[customer])
        seen = Counter((entry.role, entry.what) for entry in theirs if (entry.role, entry.what) in acts)
        wanted = {mark: count for mark, count in expected.items() if mark[2] == customer}
        assert seen == _by_act(wanted), f"of {customer}"


def _by_act(marks: "Counter[Mark] | dict[Mark, int]") -> "Counter[tuple[str, str]]":
    counted: Counter[tuple[str, str]] = Counter()
    for (role, act, _), count in marks.items():
        counted[role, act] += count
    return counted


def _take(script: Iterable[Step]) -> list[tuple[Mark, Answer]]:
    return [(mark, act()) for mark, act in script]


def _shuffled(script: Iterable[Step]) -> list[Step]:
    steps = list(script)
    random.Random(len(steps)).shuffle(steps)  # noqa: S311 - the same order at every run
    return steps


def _scripts(planted: Planted, customers: list[str]) -> list[Iterator[Step]]:
    house = planted.house
    return [
        _supervising(house.desk("supervisor", within=JUST_NOW), customers),
        _cards(house.desk("privacy"), "Privacy officer", customers, 240),
        _listening(house.desk("reviewer"), planted),
        _searching(house.desk("agent2"), 80),
    ]


def _supervising(desk: Wire, customers: list[str]) -> Iterator[Step]:
    yield from _cards(desk, "Supervisor", customers, 150)
    for number in range(30):
        customer = customers[number % 3]
        yield ("Supervisor", READING, customer), partial(desk.get, f"/customers/{customer}/events/")
    for number in range(10):
        customer = customers[number % 4]
        yield ("Supervisor", REVEAL, customer), partial(_reveal, desk, customer)


def _cards(desk: Wire, role: str, customers: list[str], count: int) -> Iterator[Step]:
    for number in range(count):
        # Some customers are looked at much more often than others.
        customer = customers[min(number % 7, number % 11, len(customers) - 1)]
        yield (role, CARD, customer), partial(desk.get, f"/customers/{customer}/")


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _listening(desk: Wire, planted: Planted) -> Iterator[Step]:
    role, frame_bytes, step_ms = "Quality reviewer", 4, SECONDS * 1000 // 460
    for begin_ms in range(0, 460 * step_ms, step_ms):
        first, last = (HEADER + ms * RATE // 1000 * frame_bytes for ms in (begin_ms, begin_ms + 20))
        piece = {"Range": f"bytes={first}-{last - 1}"}
        part = f"Part: {_clock(begin_ms)}–{_clock(begin_ms + 20)}"
        yield (role, PLAY, part), partial(desk.get, planted.call.player, piece)
    for _ in range(30):
        yield (role, WORDS, ""), partial(desk.get, f"/calls/{planted.call.id}/")


def _searching(desk: Wire, count: int) -> Iterator[Step]:
    for number in range(count):
        by = ("Surname", "National id", "Phone number")[number % 3]
        yield ("Agent", SEARCH, ""), partial(desk.post, "/customers/", search(by))
