"""Every byte of every page, for everybody.

One table holds every URL against every role, at the client whose data is planted and at the other one, against an agent
without an assignment, somebody without a second factor and somebody who is not signed in. An answer may hold the
planted values that the shipped matrix gives the role, and no other; what the matrix gives is found. What was found is
in the log: each class once, and nothing else is said to have been seen.
"""

from collections import Counter
from collections.abc import Iterator, Set
from typing import cast

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from razdar.core.disclosure import Level
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.ledger.events import Outcome
from razdar.core.permissions import Permission
from tests.doors import planted as p
from tests.doors.house import Actor, House
from tests.doors.planted import Planted
from tests.doors.table import DESK, PEOPLE, SIGN_IN, Call
from tests.doors.table_of_customers import CALLS, CARD, SEARCH

TABLE = (*SIGN_IN, *PEOPLE, *DESK, *SEARCH, *CARD, *CALLS)
ASKS = {Permission.CUSTOMERS_FIELD_REVEAL, Permission.VAULT_MATRIX_PROPOSE}
SEEN = {level.name.lower() for level in (Level.PARTIAL, Level.CLEAR)}


@pytest.fixture(autouse=True)
def _tries(request: pytest.FixtureRequest) -> None:
    if "house" in request.fixturenames:
        request.getfixturevalue("house").begin_anew()


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_no_url_is_missing_from_the_table() -> None:
    assert {call.name for call in TABLE} == set(names(get_resolver().url_patterns))


@pytest.mark.parametrize("call", TABLE, ids=str)
def test_an_answer_holds_what_the_matrix_gives_and_nothing_else(house: House, call: Call) -> None:
    problems = [problem for actor in house.actors for problem in wrong_with(house, call, actor)]
    assert problems == []


def wrong_with(house: House, call: Call, actor: Actor) -> Iterator[str]:
    """What is wrong with the answer that this actor gets, and with what the log says of it."""
    answer, wanted = answer_to(house, call, actor), call.status_for(actor)
    found = house.scanner.found_in(answer)
    allowed = {each for each in p.OF_THE_CUSTOMER if may_meet(call, actor, each)}
    if answer.status_code != wanted:
        yield f"{actor}: {answer.status_code} in place of {wanted}"
    yield from (f"{actor}: meets {each}" for each in found - allowed - names_for(house, call, actor))
    if wanted in {call.status, 200}:
        yield from (f"{actor}: does not find {each}" for each in allowed.intersection(call.shows) - found)
    if wanted in {200, 422} and call.says not in answer.content.decode("utf-8", "replace"):
        yield f"{actor}: is not told {call.says!r}"
    yield from (f"{actor}: {wrong}" for wrong in wrong_in_log(house, actor, found & set(p.OF_THE_CUSTOMER)))


def answer_to(house: House, call: Call, actor: Actor) -> HttpResponse:
    """One request through the whole stack of middleware."""
    browser = house.browser(actor, fresh=call.fresh)
    if call.before:
        call.before(house, browser)
    house.new_events()
    url = reverse(call.name, args=call.at(house) if call.at else ())
    headers = {**call.headers, **({"HX-Request": "true"} if call.fragment else {})}
    if call.post is not None:
        answer = browser.post(url, call.post, headers=headers)
    else:
        answer = browser.get(url, call.query(house) if call.query else None, headers=headers)
    return cast(HttpResponse, answer)


def may_meet(call: Call, actor: Actor, planted: Planted) -> bool:
    """Whether the shipped matrix gives this value of the planted customer to an actor."""
    works_for_it = actor.ours and (actor.assigned or call.assigns)
    return works_for_it and planted.may_be_met(actor.role, call.opened_to(actor))


def names_for(house: House, call: Call, actor: Actor) -> set[Planted]:
    """Names of staff that may stand there: the own one, and colleagues' for who looks after or decides for them."""
    duties = ROLE_PERMISSIONS[actor.role] if actor.role else frozenset()
    seen = {actor}
    colleagues = {each for each in house.actors if each.ours == actor.ours}
    if Permission.IDENTITY_PERSON_LIST in duties:
        seen |= colleagues
    if Permission.IDENTITY_REVEAL_APPROVE in duties:
        seen |= {each for each in colleagues if each.role and ROLE_PERMISSIONS[each.role] & ASKS}
    invited = {p.INVITED} if Permission.IDENTITY_PERSON_LIST in duties else set()
    return {house.names[each.person] for each in seen if each.person} | invited | set(call.names)


def wrong_in_log(house: House, actor: Actor, found: Set[Planted]) -> Iterator[str]:
    """Each class that was seen stands in the log once, for this customer and this person, and nothing else does."""
    seen = Counter(
        field.data_class
        for event in house.new_events()
        for field in event.fields
        if field.subject == house.customer and field.level in SEEN and event.outcome == Outcome.OK
    )
    for data_class, times in seen.items():
        if times > 1:
            yield f"{data_class} is in the log {times} times"
        if not any(data_class in map(str, each.classes) for each in found):
            yield f"the log says that {data_class} was seen"
    yield from (f"{each} is not in the log" for each in found if not set(map(str, each.classes)) & set(seen))
