"""Live pages in real browsers, on the product's own application: one acts, the other sees it.

The application runs in a thread of this process, behind the server that `razdar web` runs.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from razdar.core.disclosure import Role, Viewer
from razdar.core.permissions import Permission
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind
from razdar.identity.models import Session
from tests.browsers import GRACE_SECONDS, Live, aside
from tests.identity.conftest import _folder_of_static_files, _keys, _quick_passwords, clock, unlocked
from tests.identity.world import Clock, World, found, viewer_of
from tests.ui.browsing import NARROW, WIDE, Visit, axe, new_page, picture

__all__ = ["_folder_of_static_files", "_keys", "_quick_passwords", "clock", "unlocked"]
KIND = "test-live"
SOON = 20_000
"""A second is what is promised; this machine may have other work. Without a word a part asks after half a minute."""


@pytest.fixture(autouse=True)
def _beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser's loop runs in this thread; what Django warns of there is what fixtures do before and after."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    asks, decides = Permission.VAULT_MATRIX_PROPOSE, Permission.IDENTITY_REVEAL_APPROVE
    kind = ApprovalKind("Opening the lid", asks, decides, on_approved=lambda *_: None)
    monkeypatch.setitem(APPROVALS._entries, KIND, kind)


@pytest.fixture
def world(_beside_a_loop: None, transactional_db: None, clock: Clock) -> World:
    return aside(lambda: found(clock, "Aurora Travel", "anna", "boris"))


@pytest.fixture
def asking(world: World) -> Viewer:
    return aside(lambda: viewer_of(world.anna))


@pytest.fixture
def live_site(world: World) -> Iterator[Live]:
    made = Live()
    yield made
    made.stop()


@pytest.fixture
def officers(world: World, live_site: Live, browser: Browser) -> Iterator[list[Visit]]:
    """Two people who decide requests, each before the list of them in a browser of their own."""
    contexts: list[BrowserContext] = []

    def enter(name: str) -> Visit:
        signed_in = aside(lambda: world.join(name, Role.SECURITY_OFFICER).sign_in())
        context = browser.new_context(base_url=live_site.address, viewport={"width": WIDE, "height": 800})
        contexts.append(context)
        cookies = [{"name": n, "value": c.value, "url": live_site.address} for n, c in signed_in.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        visit = new_page(context)
        visit.page.goto("/approvals/")
        expect(visit.page.locator("[data-feed-bar]")).to_have_attribute("data-state", "live", timeout=SOON)
        return visit

    yield [enter("olga"), enter("omar")]
    for context in contexts:
        context.close()


def rows(page: Page) -> Any:
    return page.locator("main tbody tr")


def news(page: Page) -> Any:
    return page.locator("#approvals-news a")


def ask(asking: Viewer, *subjects: str) -> None:
    for subject in subjects:
        aside(lambda subject=subject: approvals.request(asking, KIND, subject, {}))  # type: ignore[misc]


def test_one_acts_and_the_other_sees_it(asking: Viewer, officers: list[Visit]) -> None:
    olga, omar = (visit.page for visit in officers)
    expect(olga.get_by_text("Nothing waits for you")).to_be_visible()
    ask(asking, "one")
    for page in (olga, omar):
        expect(news(page)).to_have_text("1 new request: show it", timeout=SOON)
    assert axe(olga) == []
    picture(olga, "live-approvals")
    for page in (olga, omar):
        news(page).click()
        expect(rows(page)).to_have_count(1)
        expect(page.locator("[data-feed-bar]")).to_have_attribute("data-state", "live", timeout=SOON)
    omar.get_by_role("button", name="Refuse").click()
    expect(olga.get_by_text("refused by somebody else")).to_be_visible(timeout=SOON)
    expect(olga.get_by_role("button", name="Approve")).to_have_count(0)
    assert axe(olga) == []
    picture(olga, "live-decided")
    assert [visit.unexpected() for visit in officers] == [[], []]


def test_focus_stays_where_it_was(asking: Viewer, officers: list[Visit]) -> None:
    olga, omar = (visit.page for visit in officers)
    ask(asking, "one", "two")
    for page in (olga, omar):
        page.reload()
        expect(rows(page)).to_have_count(2)
        expect(page.locator("[data-feed-bar]")).to_have_attribute("data-state", "live", timeout=SOON)
    rows(olga).nth(1).get_by_role("button", name="Refuse").focus()
    rows(omar).nth(0).get_by_role("button", name="Refuse").click()
    expect(rows(olga).nth(0)).to_contain_text("refused by somebody else", timeout=SOON)
    expect(olga.locator(":focus")).to_have_text("Refuse", timeout=SOON)
    omar.get_by_role("button", name="Refuse").click()
    expect(rows(olga).nth(1)).to_contain_text("refused by somebody else", timeout=SOON)
    expect(olga.locator("[id^='decision-']:focus")).to_have_count(1, timeout=SOON)


def test_it_can_be_held_still(asking: Viewer, officers: list[Visit]) -> None:
    olga, omar = (visit.page for visit in officers)
    bar = olga.locator("[data-feed-bar]")
    olga.get_by_role("button", name="Pause updates").press("Enter")
    expect(bar).to_have_attribute("data-state", "paused")
    ask(asking, "one")
    expect(news(omar)).to_have_count(1, timeout=SOON)
    expect(bar).to_contain_text("something changed meanwhile", timeout=SOON)
    expect(news(olga)).to_have_count(0)
    assert axe(olga) == []
    assert olga.evaluate("document.activeElement.hasAttribute('data-feed-resume')")
    olga.keyboard.press("Enter")
    expect(news(olga)).to_have_count(1, timeout=SOON)


def test_it_says_that_the_feed_is_lost_and_catches_up(asking: Viewer, officers: list[Visit], live_site: Live) -> None:
    olga = officers[0].page
    assert live_site.stop() < GRACE_SECONDS / 2  # nobody waits for streams
    bar = olga.locator("[data-feed-bar]")
    expect(bar).to_have_attribute("data-state", "lost", timeout=SOON)
    expect(bar).to_contain_text("Live feed lost")
    assert axe(olga) == []
    olga.set_viewport_size({"width": NARROW, "height": 700})
    assert olga.evaluate("document.documentElement.scrollWidth") <= NARROW
    picture(olga, "live-lost")
    ask(asking, "while it was away")
    live_site.start()
    expect(news(olga)).to_have_count(1, timeout=2 * SOON)
    expect(bar).to_have_attribute("data-state", "live")


def test_it_says_that_the_session_is_over(officers: list[Visit]) -> None:
    olga = officers[0].page
    aside(lambda: Session.objects.all().delete())
    bar = olga.locator("[data-feed-bar]")
    expect(bar).to_have_attribute("data-state", "over", timeout=SOON)
    expect(bar).to_contain_text("Load it again")
    assert axe(olga) == []


def test_what_a_page_asks_for_by_itself_says_so(asking: Viewer, officers: list[Visit]) -> None:
    olga = officers[0].page
    with olga.expect_request("**/approvals/news/**", timeout=SOON) as asked:
        ask(asking, "one")
    assert asked.value.headers["razdar-background"] == "1"


def test_a_hidden_page_has_no_stream(asking: Viewer, officers: list[Visit]) -> None:
    olga = officers[0].page
    hide = "hidden => {Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    hide += "document.dispatchEvent(new Event('visibilitychange'))}"
    with olga.expect_event("requestfailed", lambda request: "/live/" in request.url, timeout=2 * SOON):
        olga.evaluate(hide, True)
    ask(asking, "one")
    olga.wait_for_timeout(1000)
    expect(news(olga)).to_have_count(0)
    olga.evaluate(hide, False)
    expect(news(olga)).to_have_count(1, timeout=SOON)
