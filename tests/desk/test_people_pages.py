"""Pages of people and clients in a real browser: both directions, 320 px, axe; inviting many by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.desk.windows import SCREEN, Windows
from tests.doors.house import House
from tests.ui.browsing import NARROW, axe, new_page, picture

LOOKS: dict[str, dict[str, Any]] = {
    "en": {"viewport": SCREEN},
    "fa": {"viewport": SCREEN, "language": "fa"},
    "narrow": {"viewport": {"width": NARROW, "height": 800}},
    "narrow-fa": {"viewport": {"width": NARROW, "height": 800}, "language": "fa"},
    "dark": {"viewport": SCREEN, "color_scheme": "dark"},
}


def pages(house: House) -> dict[str, str]:
    whom = f"/people/{house.once['colleague']}/"
    return {
        "people": "/people/",
        "person": whom,
        "person-closed": f"/people/{house.once['person reopen']}/",
        "person-self": f"/people/{house.actor('administrator').person}/",
        "reset": f"{whom}reset/",
        "close": f"{whom}close/",
        "leave": f"{whom}leave/",
        "invite-many": "/people/invite/many/",
        "clients": "/clients/",
        "client": "/clients/here/",
        "client-change": "/clients/here/change/",
    }


IN_THE_SUITE = {"narrow-fa", "dark"}


@pytest.mark.parametrize(
    "look", [pytest.param(look, marks=[] if look in IN_THE_SUITE else pytest.mark.heavy) for look in LOOKS]
)
def test_every_page_in_both_directions_narrow_and_dark(house: House, windows: Windows, look: str) -> None:
    """In the suite: narrow, light and from right to left once; wide, dark and from left to right once. How each page
    looks otherwise is looked at in tests/walk/test_screens.py as well.
    """
    context = windows.context(**LOOKS[look])
    visit, found = new_page(context), {}
    for name, path in pages(house).items():
        visit.page.goto(path)
        picture(visit.page, f"people-{name}-{look}")
        wrong = axe(visit.page)
        if visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append("wider than the screen")
        if wrong:
            found[name] = wrong
    assert found == {}
    assert visit.unexpected() == []
    context.close()


def test_many_are_checked_corrected_and_invited_by_keyboard(windows: Windows) -> None:
    context = windows.context()
    visit = new_page(context)
    page = visit.page
    page.goto("/people/invite/many/")
    page.get_by_label("One person in each line").focus()
    page.keyboard.type("kay.one, Kay One, auditor\nkay.two, Kay Two, king")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Invite 1 person")).to_be_visible()
    picture(page, "people-checked")
    assert axe(page) == []
    field = page.get_by_label("One person in each line")
    expect(field).to_have_value("kay.two, Kay Two, king")
    field.focus()
    page.keyboard.press("Control+End")
    for _ in "king":
        page.keyboard.press("Backspace")
    page.keyboard.type("auditor")
    page.get_by_role("button", name="Check again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Invite 2 people")).to_be_visible()
    page.get_by_role("button", name="Invite 2 people").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("These links are shown only now.")).to_be_visible()
    assert page.get_by_role("button", name="Copy").count() == 2
    picture(page, "people-links")
    assert axe(page) == []
    assert visit.unexpected() == []
    context.close()


def test_the_list_is_narrowed_and_a_person_found(windows: Windows) -> None:
    context = windows.context()
    visit = new_page(context)
    page = visit.page
    page.goto("/people/")
    page.get_by_text("Narrow and sort").press("Enter")
    page.get_by_label("Work name").press_sequentially("colleag")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person is found.")).to_be_visible()
    assert "colleag" not in page.url
    picture(page, "people-narrowed")
    assert axe(page) == []
    assert visit.unexpected() == []
    context.close()


def test_somebody_leaves_and_it_is_said_what_ended(house: House, windows: Windows) -> None:
    context = windows.context()
    visit = new_page(context)
    page = visit.page
    page.goto(f"/people/{house.once['person leave']}/")
    page.get_by_role("link", name="This person leaves").press("Enter")
    page.get_by_role("button", name="End everything now").press("Enter")
    expect(page.get_by_text("What has ended")).to_be_visible()
    picture(page, "people-left")
    assert axe(page) == []
    page.goto(f"/people/{house.once['person close']}/close/")
    page.get_by_role("button", name="Close the account").press("Enter")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("This account is open again")).to_be_visible()
    picture(page, "people-opened-again")
    assert visit.unexpected() == []
    context.close()
