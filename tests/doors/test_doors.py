"""Every byte of every page, for everybody.

One table holds every URL against every role, at the client whose data is planted and at the other one, against an agent
without an assignment, somebody without a second factor and somebody who is not signed in. An answer may hold the
planted values that the shipped matrix gives the role, and no other; what the matrix gives is found. What was found is
in the log: each class once, and nothing else is said to have been seen.
"""

import re
from collections import Counter
from collections.abc import Iterator, Set
from typing import cast

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from razdar.core.disclosure import DataClass, Level, Role
from razdar.core.ledger.events import Mode, Outcome
from razdar.core.permissions import Permission
from razdar.vault.fields import SealedField
from tests.doors import planted as p
from tests.doors.answers import TABLE, answer_to, may_meet, names, names_for
from tests.doors.house import Actor, House
from tests.doors.planted import Form, Planted
from tests.doors.table import REASONED, Call, a_field

pytestmark = pytest.mark.walls
ASK, NATIONAL_ID = Permission.CUSTOMERS_FIELD_REVEAL, a_field(DataClass.NATIONAL_ID)
SEEN = {level.name.lower() for level in (Level.PARTIAL, Level.CLEAR)}


@pytest.fixture(autouse=True)
def _tries(request: pytest.FixtureRequest) -> None:
    if "house" in request.fixturenames:
        request.getfixturevalue("house").begin_anew()


# --- The table is whole -----------------------------------------------------------------------------------------------


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
    yield from (f"{actor}: meets {each}" for each in found - allowed - names_for(house, actor, call) - set(call.also))
    if wanted in {call.status, 200}:
        yield from (f"{actor}: does not find {each}" for each in allowed.intersection(call.shows) - found)
    if wanted in {200, 422} and call.says not in answer.content.decode("utf-8", "replace"):
        yield f"{actor}: is not told {call.says!r}"
    yield from (f"{actor}: {wrong}" for wrong in wrong_in_log(house, found & {*p.OF_THE_CUSTOMER, p.REASON}))


def wrong_in_log(house: House, found: Set[Planted]) -> Iterator[str]:
    """Each class that was seen of the customer stands in the log once, and nothing else is said to have been seen.

    When there was contact is no value that could be planted; `tests/work/test_courses.py` looks for it.
    """
    events = [event for event in house.new_events() if event.outcome == Outcome.OK]
    seen = Counter(
        field.data_class
        for event in events
        for field in event.fields
        if field.subject == house.customer and field.level in SEEN and field.data_class != DataClass.CALL_META
    )
    for data_class, times in seen.items():
        # Each request has a reason of its own; a note is opened to keep what it said before.
        if times > 1 and data_class not in {DataClass.REASON, DataClass.NOTE}:
            yield f"{data_class} is in the log {times} times"
        if not any(DataClass(data_class) in each.classes for each in found):
            yield f"the log says that {data_class} was seen"
    yield from (f"{each} is not in the log" for each in found if not each.classes & set(seen))


def test_who_decides_reads_the_reason_and_nobody_else_does(house: House) -> None:
    asked, page = Call("customers:reveal", ASK, at=NATIONAL_ID, post=REASONED), reverse("identity:approvals")
    assert answer_to(house, asked, house.actor("privacy_officer")).status_code == 200
    listed = cast(HttpResponse, house.browser(house.actor("security_officer")).get(page))
    assert p.REASON not in house.scanner.found_in(listed)
    why = re.findall(r"\?why=([0-9a-f-]{36})", listed.content.decode())[-1]
    for actor in house.actors:
        answer = cast(HttpResponse, house.browser(actor).get(page, {"why": why}))
        assert (p.REASON in house.scanner.found_in(answer)) is (actor.name == "security_officer"), str(actor)


# --- Errors -----------------------------------------------------------------------------------------------------------


def test_another_method_is_refused_without_a_word(house: House) -> None:
    answered = {c.name: (c, each) for c in reversed(TABLE) for each in _everybody() if _is_answered(c, each)}
    for call, actor in answered.values():
        if call.name.partition(":")[0] in {"customers", "interactions", "privacy", "oversight", "desk"}:
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
