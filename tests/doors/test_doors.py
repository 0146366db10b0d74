"""Every byte of every page, for everybody.

One table holds every URL against every role, at the client whose data is planted and at the other one, against an agent
without an assignment, somebody without a second factor and somebody who is not signed in. An answer may hold the
planted values that the shipped matrix gives the role, and no other; what the matrix gives is found. What was found is
in the log: each class once, and nothing else is said to have been seen.
"""

from collections import Counter
from collections.abc import Iterator, Set
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from razdar.core.disclosure import DataClass, Level, Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.ledger.events import Mode, Outcome
from razdar.core.permissions import Permission
from razdar.vault.fields import SealedField
from tests.doors import planted as p
from tests.doors.house import Actor, House
from tests.doors.planted import Form, Planted
from tests.doors.table import DESK, PEOPLE, REASONED, SIGN_IN, Call, a_field
from tests.doors.table_of_callers import CALLERS
from tests.doors.table_of_customers import CALLS, CARD, SEARCH

pytestmark = pytest.mark.walls
TABLE = (*SIGN_IN, *PEOPLE, *DESK, *SEARCH, *CARD, *CALLERS, *CALLS)
ASK, NATIONAL_ID = Permission.CUSTOMERS_FIELD_REVEAL, a_field(DataClass.NATIONAL_ID)
ASKS = {Permission.CUSTOMERS_FIELD_REVEAL, Permission.VAULT_MATRIX_PROPOSE}
SEEN = {level.name.lower() for level in (Level.PARTIAL, Level.CLEAR)}


@pytest.fixture(autouse=True)
def _tries(request: pytest.FixtureRequest) -> None:
    if "house" in request.fixturenames:
        request.getfixturevalue("house").begin_anew()


# --- The table is whole -----------------------------------------------------------------------------------------------


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_no_url_is_missing() -> None:
    assert {call.name for call in TABLE} == set(names(get_resolver().url_patterns))


def test_every_url_is_answered_to_somebody() -> None:
    answered = {call.name for call in TABLE if any(_is_answered(call, actor) for actor in _everybody())}
    assert answered == {call.name for call in TABLE}


def test_every_class_that_is_sealed_is_planted() -> None:
    sealed = {f.data_class for m in apps.get_models() for f in m._meta.get_fields() if isinstance(f, SealedField)}
    assert sealed == {each.data_class for each in (*p.OF_THE_CUSTOMER, p.REASON)}


@pytest.mark.parametrize("role", Role)
def test_what_the_matrix_gives_a_role_stands_on_some_page(role: Role) -> None:
    """In clear, in part, or after a reveal: for each such value there is a call on whose answer it must be found."""
    actor = next(each for each in _everybody() if each.role is role)
    missing = [
        planted.name
        for planted in p.OF_THE_CUSTOMER
        if _is_given(role, planted)
        and not any(planted in c.shows and _is_answered(c, actor) and may_meet(c, actor, planted) for c in TABLE)
    ]
    assert missing == []


def _everybody() -> list[Actor]:
    roles = [Actor(role.value, p.SOMEBODY, role) for role in Role]
    return [*roles, Actor("newcomer", p.SOMEBODY), Actor("nobody")]


def _is_answered(call: Call, actor: Actor) -> bool:
    return call.status_for(actor) in {call.status, 200} and call.status_for(actor) < 400


def _is_given(role: Role, planted: Planted) -> bool:
    level = p.cell(role, planted.data_class).level
    return level in {Level.CLEAR, Level.ON_REQUEST} or (level is Level.PARTIAL and planted.form is Form.REDACTED)


# --- Every call, for everybody ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", TABLE, ids=str)
def test_an_answer_holds_what_the_matrix_gives_and_nothing_else(house: House, call: Call) -> None:
    problems = [problem for actor in callers(house, call) for problem in wrong_with(house, call, actor)]
    assert not problems, "\n".join(problems)


def callers(house: House, call: Call) -> list[Actor]:
    """Everybody; but whom the gate turns away at the own client need not push at it from the other one as well."""
    return [a for a in house.actors if a.ours or call.post is None or call.status_for(_at_home(a)) != 404]


def _at_home(actor: Actor) -> Actor:
    return Actor(actor.name, actor.person, actor.role)


def wrong_with(house: House, call: Call, actor: Actor) -> Iterator[str]:
    """What is wrong with the answer that this actor gets, and with what the log says of it."""
    answer, wanted = answer_to(house, call, actor), call.status_for(actor)
    found = house.scanner.found_in(answer)
    allowed = {each for each in p.OF_THE_CUSTOMER if may_meet(call, actor, each)}
    if answer.status_code != wanted:
        yield f"{actor}: {answer.status_code} in place of {wanted}"
    yield from (f"{actor}: meets {each}" for each in found - allowed - names_for(house, actor) - set(call.also))
    if wanted in {call.status, 200}:
        yield from (f"{actor}: does not find {each}" for each in allowed.intersection(call.shows) - found)
    if wanted in {200, 422} and call.says not in answer.content.decode("utf-8", "replace"):
        yield f"{actor}: is not told {call.says!r}"
    yield from (f"{actor}: {wrong}" for wrong in wrong_in_log(house, found & {*p.OF_THE_CUSTOMER, p.REASON}))


def answer_to(house: House, call: Call, actor: Actor) -> HttpResponse:
    """One request through the whole stack of middleware."""
    browser = house.browser(actor, fresh=call.fresh)
    if call.before:
        call.before(house, browser)
    house.new_events()
    url = reverse(call.name, args=call.at(house) if call.at else ())
    headers = {**call.headers, **({"HX-Request": "true"} if call.fragment else {})}
    if call.post is not None:
        answer = browser.post(url, call.post, content_type=call.content_type, headers=headers)
    else:
        answer = browser.get(url, call.query(house) if call.query else None, headers=headers)
    return received(answer) if answer.streaming else cast(HttpResponse, answer)


def received(answer: Any) -> HttpResponse:
    """A streamed answer as it is when all of it has come."""

    async def collect() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return HttpResponse(async_to_sync(collect)(), status=answer.status_code, headers=answer.headers)


def may_meet(call: Call, actor: Actor, planted: Planted) -> bool:
    """Whether the shipped matrix gives this value of the planted customer to an actor."""
    works_for_it = actor.ours and (actor.assigned or call.assigns)
    return works_for_it and planted.may_be_met(actor.role, call.opened_to(actor))


def names_for(house: House, actor: Actor) -> set[Planted]:
    """Names of staff that may stand there: the own one, and colleagues' for who looks after or decides for them."""
    duties = ROLE_PERMISSIONS[actor.role] if actor.role else frozenset()
    colleagues = {each for each in house.actors if each.ours == actor.ours}
    seen = {actor} | (colleagues if Permission.IDENTITY_PERSON_LIST in duties else set())
    if Permission.IDENTITY_REVEAL_APPROVE in duties:
        seen |= {each for each in colleagues if each.role and ROLE_PERMISSIONS[each.role] & ASKS}
    invited = {p.INVITED} if Permission.IDENTITY_PERSON_LIST in duties and actor.ours else set()
    return {house.names[each.person] for each in seen if each.person} | invited


def wrong_in_log(house: House, found: Set[Planted]) -> Iterator[str]:
    """Each class that was seen of the customer stands in the log once, and nothing else is said to have been seen."""
    events = [event for event in house.new_events() if event.outcome == Outcome.OK]
    seen = Counter(
        field.data_class
        for event in events
        for field in event.fields
        if field.subject == house.customer and field.level in SEEN
    )
    for data_class, times in seen.items():
        if times > 1 and data_class != DataClass.REASON:  # each request has a reason of its own
            yield f"{data_class} is in the log {times} times"
        if not any(DataClass(data_class) in each.classes for each in found):
            yield f"the log says that {data_class} was seen"
    yield from (f"{each} is not in the log" for each in found if not each.classes & set(seen))


def test_who_decides_reads_the_reason_and_nobody_else_does(house: House) -> None:
    asked, page = Call("customers:reveal", ASK, at=NATIONAL_ID, post=REASONED), reverse("identity:approvals")
    assert answer_to(house, asked, house.actor("privacy_officer")).status_code == 200
    for actor in house.actors:
        answer = cast(HttpResponse, house.browser(actor).get(page))
        assert (p.REASON in house.scanner.found_in(answer)) is (actor.name == "security_officer"), str(actor)


# --- Errors -----------------------------------------------------------------------------------------------------------


def test_another_method_is_refused_without_a_word(house: House) -> None:
    for call in {call.name: call for call in reversed(TABLE)}.values():
        if call.name.partition(":")[0] in {"customers", "interactions", "privacy", "oversight", "desk"}:
            actor = next(each for each in _everybody() if _is_answered(call, each))
            url = reverse(call.name, args=call.at(house) if call.at else ())
            answer = cast(HttpResponse, house.browser(house.actor(actor.name)).delete(url))
            assert answer.status_code == 405, call.name
            assert not house.scanner.found_in(answer), call.name


def test_what_is_nowhere_is_not_found(house: House) -> None:
    for url in ("/nowhere/", f"/customers/{p.SOMEBODY}/", f"/calls/{p.SOMEBODY}/", f"/people/{p.SOMEBODY}/"):
        for actor in house.actors:
            answer = cast(HttpResponse, house.browser(actor).get(url))
            assert answer.status_code == (302 if actor.role is None and url != "/nowhere/" else 404), (url, str(actor))
            assert not house.scanner.found_in(answer) & set(p.OF_THE_CUSTOMER)


def test_a_page_that_breaks_shows_nothing_and_leaves_its_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(p.SURNAME.texts[0])

    monkeypatch.setattr("razdar.customers.views.render", broken)
    supervisor = house.actor("supervisor")
    house.new_events()
    answer = cast(HttpResponse, house.browser(supervisor).get(reverse("customers:card", args=[house.customer])))
    assert answer.status_code == 500
    assert house.scanner.found_in(answer) == frozenset()
    (event,) = [each for each in house.new_events() if each.mode is Mode.VIEW]
    assert (event.actor, event.customer, event.purpose) == (supervisor.person, house.customer, "service")
    assert ("surname", "clear") in {(field.data_class, field.level) for field in event.fields}
