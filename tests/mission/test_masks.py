"""What people see of customers: masks, and what the matrix grants."""

import re

import pytest
from playwright.sync_api import Browser

from tests.leaks.needles import Literals
from tests.mission import addresses, pages
from tests.mission.browser import screen
from tests.mission.planted import (
    CARD,
    CUSTOMER,
    NEIGHBOUR,
    NOTED,
    RATE,
    SEEN_BY_AGENTS,
    WORD,
    Planted,
    card_seconds,
    search,
)
from tests.mission.wire import Answer, Wire

HIDDEN_FROM_AGENTS = [value for label, value in CUSTOMER.items() if label not in SEEN_BY_AGENTS]
# The gender's word stands in every form that asks for one; it is looked for where the card shows it.
FINDABLE = {label: value for label, value in CUSTOMER.items() if label != "Gender"}
ONE_OF_EACH_ROLE = (
    "agent",
    "supervisor",
    "reviewer",
    "privacy",
    "security",
    "auditor",
    "observer",
    "technician",
    "adams",
)
LISTED = re.compile(r"/(?:(?:storage|retention|responsibilities|desk/codes)/[^/]+|log/\d+)/")
CONTACT = "Time and course of a contact"
NOTE = "Note written by staff"
# Where programs would fetch what people see on pages.
OTHER_WAYS_OUT = (
    "/api/",
    "/api/v1/customers/",
    "/customers.json",
    "/customers/export/",
    "/calls/export/",
    "/export/",
    "/notifications/",
)


@pytest.mark.requirement("S004-6")
@pytest.mark.control(
    patch="razdar.core.disclosure.viewer:Viewer.level",
    with_="tests.weakening.patches:shows_everything",
    fails_with="got to the agent",
)
def test_an_agent_sees_a_surname_and_a_gender(planted: Planted, chromium: Browser) -> None:
    """An agent finds a customer, opens the card and every dialog on it, and the calls. The document in the browser,
    every answer on the wire and every search result hold the surname and the gender, and no other of ten planted
    values. There is no interface for programs, no export and no notification that could hold more.
    """
    house, needles = planted.house, Literals(HIDDEN_FROM_AGENTS)
    desk, card = house.desk("agent"), f"/customers/{planted.customer}/"
    with screen(chromium, house, desk) as shown:
        page = shown.page
        page.goto("/customers/")
        page.get_by_label("Exact value").fill(CUSTOMER["Surname"])
        page.get_by_role("button", name="Search").click()
        page.get_by_role("heading", name="Found").wait_for()
        assert not needles.found(shown.held().encode()), "a search result got to the agent with more"
        page.get_by_role("link", name=CUSTOMER["Surname"]).first.click()
        page.wait_for_url(f"**{card}")
        assert not needles.found(shown.held().encode()), "a card got to the agent with more"
        assert dict(pages.definitions(page.content()))["Surname"] == CUSTOMER["Surname"]
        assert dict(pages.definitions(page.content()))["Gender"] == "Female"
        for button in page.get_by_role("button", name="Match").all():
            button.click()
            page.get_by_role("button", name="Compare").wait_for()
            assert not needles.found(shown.held().encode()), "a dialog got to the agent with more"
            page.keyboard.press("Escape")
    walked = addresses.walk(desk, ["/", card, f"/calls/{planted.call.id}/", "/calls/", *OTHER_WAYS_OUT])
    held = {path: found for path, answer in walked.items() if (found := needles.found(answer.everything))}
    assert not held, f"it got to the agent: {held}"
    assert {path: walked[path].status for path in OTHER_WAYS_OUT} == dict.fromkeys(OTHER_WAYS_OUT, 404)
    for label in FINDABLE:
        answer = desk.submit("/customers/", search(label))
        typed = needles.found(answer.everything) - {CUSTOMER[label]}
        assert not typed, f"a search by {label} got to the agent with {typed}"


@pytest.mark.requirement("S004-16")
@pytest.mark.control(
    patch="razdar.core.disclosure.viewer:Viewer.level",
    with_="tests.weakening.patches:shows_everything",
    fails_with="behind no mask",
)
def test_business_staff_see_masks(planted: Planted) -> None:
    """On the card, staff who are not technical see a surname and a gender at most; in the place of each other value
    stands a mask of one width, whether the value is long, short or very short, and no answer holds the value.
    """
    house = planted.house
    for person in ("agent", "agent2", "supervisor", "privacy"):
        desk, clear = house.desk(person), () if person == "privacy" else SEEN_BY_AGENTS
        for customer, values in ((planted.customer, CUSTOMER), (planted.neighbour, NEIGHBOUR)):
            desk.submit("/customers/", {"by": "phone", "value": values["Phone number"]})
            shown = dict(pages.definitions(desk.get(f"/customers/{customer}/").text))
            assert set(shown) == set(values)
            wrong = [label for label in values if label not in clear and shown[label] != pages.MASK]
            assert not wrong, f"{person} sees {wrong} behind no mask"
            assert all(shown[label].lower() == values[label].lower() for label in clear)
        walked = addresses.walk(desk, [f"/customers/{planted.customer}/"], avoid=("/account/",))
        hidden = Literals([value for label, value in FINDABLE.items() if label not in clear])
        assert not any(hidden.found(answer.everything) for answer in walked.values()), "a value is behind no mask"


@pytest.mark.requirement("S001-15")
@pytest.mark.control(
    patch="razdar.core.disclosure.viewer:Viewer.level",
    with_="tests.weakening.patches:shows_everything",
    fails_with="denied, and yet",
)
@pytest.mark.parametrize("lists", [LISTED, pytest.param(None, marks=pytest.mark.heavy)], ids=["two of a list", "all"])
def test_every_denied_cell_is_denied(planted: Planted, lists: "re.Pattern[str] | None") -> None:
    """For each role and each kind of data that is stored: what the shown matrix does not grant to the role is in no
    answer of any address that any role can reach; what it grants is found, the words of a note among it. There are no
    ways out but pages: no interface for programs and no export answers. (Each run of the tests asks for two pages of
    each list of settings, duties, codes and entries of the log; the long one asks for all of them.)
    """
    house = planted.house
    assert NOTED in planted.note
    granted = _matrix(house.desk("auditor"))
    customer = planted.customer
    start = ["/", f"/customers/{customer}/", f"/desk/customers/{customer}/", f"/calls/{planted.call.id}/", "/people/"]
    reachable = _reachable([house.desk(name) for name in ("supervisor", "privacy", "auditor", "adams")], start, lists)
    assert any(path.startswith(f"/calls/{planted.call.id}/audio/") for path in reachable)
    for name in ONE_OF_EACH_ROLE:
        role, desk = house.people[name].role, house.desk(name)
        cells = granted.get(role, {})
        desk.submit("/customers/", search("Phone number"))  # who finds a customer like this works for it
        answers = [desk.get(path, addresses.WHOLE) for path in (*reachable, *OTHER_WAYS_OUT)]
        seen = _seen(answers, planted.call.id)
        denied = {label for label in seen if cells.get(label, "–") not in {"Shown", "Partly masked"}}
        assert not denied, f"{role}: {sorted(denied)} denied, and yet there"
        missing = {label for label, level in cells.items() if level == "Shown"} - seen
        assert not missing, f"{role} is granted {missing} and does not get it"
        _check_redacted(role, answers, planted)


def _matrix(desk: Wire) -> dict[str, dict[str, str]]:
    """Role to label to level, as the page shows the matrix; rows of one cell name a category."""
    head, *rows = [row for row in pages.table(desk.get("/matrix/").text) if row]
    roles = [role.lower().replace(" ", "_") for role in head[1:]]
    rows = [row for row in rows if len(row) == len(head)]
    return {role: {row[0]: row[1 + n].partition(" · ")[0].strip() for row in rows} for n, role in enumerate(roles)}


def _reachable(desks: list[Wire], start: list[str], lists: "re.Pattern[str] | None") -> list[str]:
    """Addresses that somebody can read; their own sign-in, the files of single colleagues and
    the editors of single cells of the matrix left out."""
    found: dict[str, None] = {}
    for desk in desks:
        answers = addresses.walk(desk, start, ("/account/", "/people/0", "/matrix/cells/"), lists)
        found |= dict.fromkeys(path for path, answer in answers.items() if answer.status in {200, 206})
    return list(found)


def _seen(answers: list[Answer], call: str) -> set[str]:
    """Labels of the planted values that answers hold."""
    everything = b"\n".join(answer.everything for answer in answers)
    found = Literals([*FINDABLE.values(), WORD, NOTED]).found(everything)
    seen = {label for label, value in FINDABLE.items() if value in found}
    shown = [dict(pages.definitions(answer.text)) for answer in answers if answer.path.count("/") == 3]
    seen |= {"Gender"} if any(card.get("Gender", "").lower() == CUSTOMER["Gender"] for card in shown) else set()
    seen |= {label for label, word in (("Transcript", WORD), (NOTE, NOTED)) if word in found}
    seen |= {CONTACT} if any(f'id="state-{call}"' in answer.text for answer in answers) else set()
    # The page of components has a sound of its own, which nobody said.
    heard = [answer for answer in answers if answer.path.startswith(f"/calls/{call}/audio/")]
    return seen | ({"Recording"} if any(answer.body.startswith(b"RIFF") for answer in heard) else set())


def _check_redacted(role: str, answers: list[Answer], planted: Planted) -> None:
    """What is partly masked holds no card number: neither read nor heard."""
    everything = b"\n".join(answer.everything for answer in answers)
    assert not any(f">{part}<".encode() in everything for part in CARD), f"{role}: the card is denied, and yet there"
    first, last = (round(second * RATE) * 4 for second in card_seconds())
    said = planted.call.sound[first:last]
    heard = [said[at : at + 64] in everything for at in range(0, len(said), 1600)]
    assert not any(heard), f"{role}: the card is denied, and yet heard"
