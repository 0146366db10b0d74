"""The redaction policy on its pages, at the other client of the house: proposing, deciding, reading, trying it out."""

import logging
import re
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from django.http import HttpResponse
from playwright.sync_api import Page, expect
from psycopg import sql

from razdar.core.redaction import Action, Policy, SpanType
from razdar.desk.redaction_forms import PolicyForm
from razdar.identity import redacting
from razdar.identity.models import RedactionPolicy
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from tests.browsers import aside
from tests.desk.windows import Windows
from tests.doors.house import Actor, House
from tests.ui.browsing import NARROW, WIDE, axe, new_page, picture

WHY = "Our own numbers stand in every call"
HOTLINE = "wigmarsh.hotline@example.org"
PATTERN = r"\bQU-\d{6}\b"
NEEDLE = "Thistlewick-Anderby"
CHANGE, BOX = "/redaction/change/", "/redaction/test/"


@pytest.fixture(scope="module")
def administrator(house: House) -> Actor:
    return house.actor("other administrator")


@pytest.fixture(scope="module")
def officer(house: House) -> Actor:
    return house.actor("other security_officer")


@pytest.fixture(autouse=True)
def _as_shipped(house: House) -> Iterator[None]:
    """The other client's policy as it was founded, and everybody's tries given back."""
    yield
    aside(lambda: _founded(house))


def _founded(house: House) -> None:
    with scope(house.world.other):
        RedactionPolicy.objects.filter(client_id=house.world.other).delete()
        redacting.start(house.world.other)
    house.begin_anew()


def text_of(house: House, who: Actor, path: str) -> str:
    answer = cast(HttpResponse, house.browser(who).get(path))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(house: House, who: Actor, path: str, form: dict[str, Any] | None = None) -> HttpResponse:
    return cast(HttpResponse, house.browser(who).post(path, form or {}))


def a_form(house: House, **changes: str) -> dict[str, str]:
    held = redacting.policy_of(house.world.other)
    with scope(house.world.other):
        base = RedactionPolicy.objects.get(client_id=house.world.other, state="active").version
    initial = PolicyForm(held, base).initial
    return {name: str(value) for name, value in initial.items()} | {"reason": WHY} | changes


OPENING = {"action_phone": "keep", "allowed": HOTLINE, "pattern_0": PATTERN, "type_0": "reference"}


def proposed(house: House, who: Actor) -> str:
    """The address of a change that opens more."""
    made = post(house, who, CHANGE, a_form(house, **OPENING, sure="yes"))
    assert made.status_code == 302
    return made["Location"]


def decide(house: House, who: Actor, page: str, act: str) -> HttpResponse:
    path = re.findall(rf'action="(/approvals/[0-9a-f-]{{36}}/{act}/)"', text_of(house, who, page))
    return post(house, who, path[0])


def actions(house: House) -> dict[SpanType, Action]:
    return dict(redacting.policy_of(house.world.other).actions)


def test_what_changes_is_shown_then_proposed_then_agreed_by_another(
    house: House, administrator: Actor, officer: Actor
) -> None:
    shown = post(house, administrator, CHANGE, a_form(house, **OPENING))
    assert shown.status_code == 200
    for words in ("What it changes", "opens more", "shows less", HOTLINE, "2 of these changes open more"):
        assert words in shown.content.decode()
    assert "A change waits" not in text_of(house, administrator, "/redaction/")
    page = proposed(house, administrator)
    assert "A change waits" in text_of(house, administrator, "/redaction/")
    assert "It waits for somebody else" in text_of(house, administrator, page)
    assert actions(house)[SpanType.PHONE] is Action.MASK
    assert WHY in text_of(house, officer, page)
    assert HOTLINE in text_of(house, officer, "/approvals/")
    assert decide(house, officer, page, "approve").status_code == 302
    assert actions(house)[SpanType.PHONE] is Action.KEEP
    for words in ("Version 2", HOTLINE, "QU-", "as shipped: masked"):
        assert words in text_of(house, administrator, "/redaction/")


def test_a_refusal_changes_nothing(house: House, administrator: Actor, officer: Actor) -> None:
    page = proposed(house, administrator)
    assert decide(house, officer, page, "refuse").status_code == 302
    assert actions(house) == dict(Policy.DEFAULT.actions)
    assert "refused" in text_of(house, administrator, page)


def test_who_only_looks_reads_how_many_and_proposes_nothing(house: House, administrator: Actor, officer: Actor) -> None:
    page = proposed(house, administrator)
    decide(house, officer, page, "approve")
    for name in ("other auditor", "other client_observer"):
        for path in ("/redaction/", page):
            text = text_of(house, house.actor(name), path)
            assert "Who proposes or decides about changes may read it." in text
            assert not any(word in text for word in (HOTLINE, "QU-", 'href="/redaction/change/"'))
        assert house.browser(house.actor(name)).get(CHANGE).status_code == 404
    for name in ("other agent", "other supervisor", "other technician"):
        for path in ("/redaction/", CHANGE, BOX, page):
            assert house.browser(house.actor(name)).get(path).status_code == 404
    assert house.browser(house.actor("administrator")).get(page).status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pattern_0": "(?=x)y", "type_0": "reference"}, "looks around or back"),
        ({"pattern_0": "[a-z ]+", "type_0": "reference"}, "conceal plain sentences too"),
        ({"pattern_0": "x" * 201, "type_0": "reference"}, "at most 200"),
        ({"pattern_0": PATTERN, "type_0": ""}, "Say what this pattern finds."),
        ({"pattern_0": PATTERN, "type_0": "card"}, "Select a valid choice"),
        (
            {"pattern_0": PATTERN, "type_0": "reference", "pattern_1": PATTERN, "type_1": "vehicle"},
            "stands in another row already",
        ),
        ({"allowed": "4111 1111 1111 1111"}, "These are never kept; leave it out."),
        ({"allowed": "x" * 201}, "At most 10,000 texts"),
        ({"action_card": "keep"}, "Select a valid choice"),
        ({"action_cvv": "token"}, "Select a valid choice"),
        ({"action_phone": "keep", "reason": "short"}, "at least 10"),
        ({"action_phone": "keep", "reason": "for a@example.org only"}, "looks like personal data"),
        ({"action_phone": "keep", "base": "7"}, "changed by somebody else meanwhile"),
        ({}, "Nothing would change."),
    ],
)
def test_what_cannot_be_is_said(house: House, administrator: Actor, change: dict[str, str], says: str) -> None:
    answer = post(house, administrator, CHANGE, a_form(house, **{"sure": "yes"} | change))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    with scope(house.world.other):
        assert not RedactionPolicy.objects.filter(client_id=house.world.other, state="proposed").exists()


def test_more_rows_forget_nothing_that_was_typed(house: House, administrator: Actor) -> None:
    answer = post(house, administrator, CHANGE, a_form(house, **OPENING, more="yes"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Pattern 6" in page
    assert HOTLINE in page
    assert "is-invalid" not in page
    assert '<option value="keep" selected' in page


def test_the_box_says_what_and_why_in_the_language_of_the_reader(house: House) -> None:
    auditor = house.actor("other auditor")
    text = "card 4111 1111 1111 1111\nand a@example.org"
    page = post(house, auditor, BOX, {"text": text}).content.decode()
    for words in ("[card]", "Card number", "its check digits are right", "line 2, from character 5"):
        assert words in page
    browser = house.browser(auditor)
    browser.cookies["django_language"] = "pl"
    polish = cast(HttpResponse, browser.post(BOX, {"text": text})).content.decode()
    browser.cookies["django_language"] = "en"
    assert "cyfry kontrolne się zgadzają" in polish
    assert "Nothing was found" in post(house, auditor, BOX, {"text": "good morning"}).content.decode()
    assert post(house, auditor, BOX, {"text": "x" * 4001}).status_code == 422


def everything(database: RoleUrls) -> str:
    """Every row of every table, as its owner reads it."""
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with psycopg.connect(database.owner) as owner:
        names = [name for (name,) in owner.execute(tables)]
        rows = [owner.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(n))).fetchall() for n in names]
    return str(rows)


def test_what_is_tried_leaves_no_trace(
    house: House, database: RoleUrls, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    auditor = house.actor("other auditor")
    house.browser(auditor)  # signing in is in the log; what is tried is not
    house.new_events()
    answer = post(house, auditor, BOX, {"text": f"{NEEDLE} pays with 4111 1111 1111 1111"})
    assert NEEDLE in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert NEEDLE not in text_of(house, auditor, BOX)
    assert house.new_events() == []
    stored = everything(database)
    assert "Tarnwick Test" in stored
    for place in (stored, caplog.text, "".join(capfd.readouterr())):
        assert NEEDLE not in place
        assert NEEDLE.encode().hex() not in place
        assert "4111 1111" not in place


def test_the_box_is_closed_for_a_while_to_who_tries_too_often(house: House) -> None:
    auditor = house.actor("other auditor")
    answers = [post(house, auditor, BOX, {"text": "x"}).status_code for _ in range(45)]
    assert answers[:20] == [200] * 20
    assert answers[-1] == 429


def test_without_a_policy_the_pages_say_so(house: House, administrator: Actor) -> None:
    with scope(house.world.other):
        RedactionPolicy.objects.filter(client_id=house.world.other).update(mac=b"\0" * 32)
    for path in ("/redaction/", CHANGE):
        answer = cast(HttpResponse, house.browser(administrator).get(path))
        assert answer.status_code == 503
        assert "could not be read" in answer.content.decode()
    assert post(house, administrator, BOX, {"text": "4111 1111 1111 1111"}).status_code == 503


# --- In a browser -----------------------------------------------------------------------------------------------------


def sound(page: Page, name: str) -> None:
    """No fault of the page, wide and narrow."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"redaction-{name}-{width}")
    page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_pages_after_a_form_was_sent_are_sound(windows: Windows, language: str) -> None:
    context = windows.context(language)
    visit = new_page(context)
    page = visit.page
    page.goto("/redaction/")
    sound(page, f"policy-{language}")
    page.goto(BOX)
    sound(page, f"empty-{language}")
    page.locator("textarea[name=text]").fill(
        "Anna, card 4111 1111 1111 1111, exp 09/27.\n"
        "Call +44 20 7946 0417 on 3 May, or a@example.org, PESEL 44051401359"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "result-title"
    sound(page, f"tried-{language}")
    page.goto(CHANGE)
    page.locator("[name=action_phone]").select_option("keep")
    page.locator("[name=action_date]").select_option("mask")
    page.locator("[name=allowed]").fill(HOTLINE)
    page.locator("[name=pattern_0]").fill(PATTERN)
    page.locator("[name=type_0]").select_option("reference")
    page.locator("[name=reason]").fill(WHY)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[name=sure]")).to_be_visible()
    sound(page, f"diff-{language}")
    page.locator("[name=pattern_0]").fill("(")
    page.locator("[name=sure]").click()
    expect(page.locator(".field-errors").first).to_be_visible()
    sound(page, f"errors-{language}")
    context.close()
    assert visit.unexpected() == []
