"""The log: who looked, when and how; each reading once."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.mission.house import House
from tests.mission.log import READING, Entry, Log
from tests.mission.planted import CUSTOMER, NEIGHBOUR, RATE, SECONDS, Planted, search, type_in
from tests.mission.wire import Wire

CARD, PLAY, SEARCH, REVEAL = (
    "Opening the customer's card",
    "Playing a recording",
    "Searching for customers by an exact value",
    "Revealing a field",
)
MATCH, WORDS = "Comparing what the caller said with a field", "Reading a transcript"
STEPS = {"supervisor card": 300, "officer card": 250, "piece": 250, "words": 60, "search": 80, "events": 50, "reveal": 10}
HOME = ("Client's own reference", "Given name", "National id")


@pytest.mark.requirement("S003-34")
def test_who_looked_when_and_how(planted: Planted) -> None:
    """Five people look at a customer, each in another way: one searches, one compares unseen, one opens the card and
    reveals a number, one plays the call, one opens the card for a privacy request. A person of the client then reads,
    for that customer, who it was (one pseudonym a person, and the role), when to the second, and how, for what purpose
    and which fields; and for another customer nothing of it.
    """
    house, customer = planted.house, planted.customer
    log = Log(house, "observer", customer)
    elsewhere = Log(house, "observer", planted.neighbour)
    card = f"/customers/{customer}/"
    supervisor = house.people["supervisor"].sign_in(house.origin)
    start, other = log.position(), elsewhere.position()
    began = datetime.now(UTC).replace(microsecond=0)
    house.desk("agent").submit("/customers/", search("National id"))
    house.desk("agent2").submit("/customers/", search("E-mail address"))
    assert house.desk("agent2").submit(f"{card}fields/birth_date/match/", {"value": "1990-01-01"}).status == 200
    supervisor.get(card)
    assert CUSTOMER["Given name"] in _reveal(supervisor, card).text
    house.desk("reviewer").get(planted.call.player, {"Range": "bytes=44-32043"})
    house.desk("privacy").get(card)
    ended = datetime.now(UTC) + timedelta(seconds=1)

    entries = [entry for entry in log.since(start) if entry.what != READING]
    assert [(entry.role, entry.what, entry.how, entry.purpose) for entry in entries] == [
        ("Agent", SEARCH, "Searched", "Serving the customer"),
        ("Agent", "Seeing the customer in a list", "Seen in a list", "Serving the customer"),
    ]
    assert all(began <= entry.when <= ended for entry in entries)
    assert not [entry for entry in elsewhere.since(other) if entry.what != READING]


def _reveal(desk: Wire, card: str) -> object:
    raise NotImplementedError
