"""The whole table of the doors, what is answered to a call, and what may stand there."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Any, cast

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, reverse

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from tests.doors import planted as p
from tests.doors.house import Actor, House
from tests.doors.planted import Planted
from tests.doors.table import DESK, PEOPLE, SIGN_IN, Call
from tests.doors.table_of_callers import CALLERS
from tests.doors.table_of_customers import CALLS, CARD, SEARCH
from tests.doors.table_of_desk import CODES, NOTES, OVERSEEN, WORK
from tests.doors.table_of_oversight import CLIENTS_OWN
from tests.doors.table_of_people import ACCOUNTS
from tests.doors.table_of_rules import RULES
from tests.doors.table_of_shell import SHELL
from tests.doors.table_of_system import SYSTEM

OF_THE_DESK = (*ACCOUNTS, *WORK, *NOTES, *OVERSEEN, *CODES, *SYSTEM)
TABLE = (*SIGN_IN, *PEOPLE, *DESK, *RULES, *CLIENTS_OWN, *SEARCH, *CARD, *CALLERS, *CALLS, *SHELL, *OF_THE_DESK)
ASKS = {Permission.CUSTOMERS_FIELD_REVEAL, Permission.VAULT_MATRIX_PROPOSE}
NAMES_WHOM = {"desk:exception", "desk:exceptions", "identity:approvals"}
"""Pages that tell whoever decides for whom something is asked."""


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def answer_to(house: House, call: Call, actor: Actor) -> HttpResponse:
    """One request through the whole stack of middleware."""
    browser = house.browser(actor, fresh=call.fresh)
    if call.before:
        call.before(house, browser)
    house.new_events()
    url = reverse(call.name, args=call.at(house) if call.at else ())
    headers = {**call.headers, **({"HX-Request": "true"} if call.fragment else {})}
    if call.post is not None:
        data = call.post(house) if callable(call.post) else call.post
        answer = browser.post(url, data, content_type=call.content_type, headers=headers)
    else:
        answer = browser.get(url, call.query(house) if call.query else None, headers=headers)
    return received(answer) if answer.streaming else cast(HttpResponse, answer)


def received(answer: Any) -> HttpResponse:
    """A streamed answer as it is when all of it has come; of a feed, which has no end, the first event."""
    is_feed = answer.headers["Content-Type"].startswith("text/event-stream")

    async def collect() -> bytes:
        found = b""
        async with aclosing(answer.streaming_content) as pieces:
            async for piece in pieces:
                found += piece
                if is_feed:
                    break
        return found

    return HttpResponse(async_to_sync(collect)(), status=answer.status_code, headers=answer.headers)


def may_meet(call: Call, actor: Actor, planted: Planted) -> bool:
    """Whether the shipped matrix gives this value of the planted customer to an actor."""
    works_for_it = actor.ours and (actor.assigned or call.assigns)
    return works_for_it and planted.may_be_met(actor.role, call.opened_to(actor))


def names_for(house: House, actor: Actor, call: Call) -> set[Planted]:
    """Names of staff that may stand there: the own one, and colleagues' for who looks after or decides for them; on the
    table of responsibilities, colleagues' for everybody who may read it."""
    duties = ROLE_PERMISSIONS[actor.role] if actor.role else frozenset()
    colleagues = {each for each in house.actors if each.ours == actor.ours}
    seen = {actor} | (colleagues if Permission.IDENTITY_PERSON_LIST in duties else set())
    if Permission.IDENTITY_REVEAL_APPROVE in duties:
        seen |= {each for each in colleagues if each.role and ROLE_PERMISSIONS[each.role] & ASKS}
        seen |= colleagues if call.name in NAMES_WHOM else set()
    if Permission.WORK_CONTACT_OVERSEE in duties:
        seen |= {each for each in colleagues if each.role is Role.AGENT}
    if call.name.startswith("desk:responsib"):
        seen |= colleagues
    invited = {p.INVITED} if Permission.IDENTITY_PERSON_LIST in duties and actor.ours else set()
    return {house.names[each.person] for each in seen if each.person} | invited
