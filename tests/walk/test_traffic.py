"""What an agent's browser is sent, whole: nothing of what the matrix hides from an agent, in any form.

Every page that an agent can reach, every part of a page, and what comes of an agent's own acts: a search, a comparison,
a note, a request for access. The same for an agent who works for nobody. The control runs with a door that forgets the
matrix: then it is found.
"""

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from razdar.core.disclosure import DataClass
from tests import weakening
from tests.browsers import aside
from tests.doors import planted as p
from tests.doors.answers import TABLE, may_meet, names_for
from tests.doors.planted import Planted
from tests.doors.table import Call
from tests.walk.screens import SCREENS, Screen
from tests.walk.tour import Tour
from tests.walk.traffic import Heard, Recorder
from tests.walk.walking import Count, counting, languages

pytestmark = pytest.mark.xdist_group("screens-fa")
PHONE, BORN = p.BY_CLASS[DataClass.PHONE].texts[0], p.BY_CLASS[DataClass.BIRTH_DATE].texts[0]
AGENTS = ("agent", "loner")
THE_DESK = next(each for each in SCREENS if str(each) == "desk:agent")
_PART = """async address => {
  const answer = await fetch(address, {headers: {'HX-Request': 'true'}});
  return [answer.status, await answer.text()];
}"""


def reached_by(who: str) -> list[Screen]:
    return [screen for screen in SCREENS if who in screen.openers]


def parts() -> list[Call]:
    """What pages ask for by GET after they are there."""
    return [call for call in TABLE if call.fragment and call.post is None]


def found_in(tour: Tour, heard: Iterator[Heard], who: str, call: Call) -> list[str]:
    """Planted values that this agent may not meet, with where they were."""
    actor = tour.house.actor(who)
    allowed = {each for each in p.OF_THE_CUSTOMER if may_meet(call, actor, each)} | names_for(tour.house, actor, call)
    allowed |= set(call.also)
    found = [(each, one) for one in heard for each in tour.house.scanner.found(one.data)]
    return [f"{who} meets {each} in {one.kind} of {one.where}" for each, one in found if each not in allowed]


@pytest.fixture(autouse=True)
def _recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    if "tour" not in request.fixturenames:
        yield
        return
    tour = request.getfixturevalue("tour")
    tour.shut()
    tour.records = True
    yield
    tour.records = False
    tour.shut()


def opened(tour: Tour, screen: Screen, who: str, language: str = "en") -> tuple[Page, Recorder]:
    window = tour.open(screen, who, language)
    assert window.recorder
    return window.page, window.recorder


@pytest.mark.parametrize("who", AGENTS)
def test_no_page_brings_an_agent_what_is_hidden(tour: Tour, who: str) -> None:
    problems = all_pages(tour, who, "en")
    assert not problems, "\n".join(problems)


def all_pages(tour: Tour, who: str, language: str) -> list[str]:
    """Open every page that somebody can reach, and search all that it fetches."""
    problems: list[str] = []
    for screen in reached_by(who):
        _, recorder = opened(tour, screen, who, language)
        problems += found_in(tour, recorder.heard(), who, screen.call)
    return problems


@pytest.mark.parametrize("who", AGENTS)
def test_no_part_of_a_page_does(tour: Tour, who: str) -> None:
    page, recorder = opened(tour, THE_DESK, who)
    problems, answered = [], 0
    for call in parts():
        address = aside(lambda call=call: Screen(call, (who,)).address(tour.house))  # type: ignore[misc]
        status, _ = page.evaluate(_PART, address)
        answered += status == 200
        problems += found_in(tour, recorder.heard(), who, call)
    assert problems == []
    assert answered > 8


def test_what_comes_of_an_agents_acts_does_not(tour: Tour) -> None:
    """By the real forms, with what the page fetches meanwhile, and with a feed."""
    page, recorder = opened(tour, THE_DESK, "agent")
    problems: list[str] = []
    kinds: set[str] = set()
    for act in (_searches, _compares, _corrects, _writes_a_note, _follows_the_calls):
        act(tour, page)
        heard = list(recorder.heard())
        kinds |= {one.kind for one in heard}
        problems += found_in(tour, iter(heard), "agent", THE_DESK.call)
    assert problems == []
    assert kinds >= {"request", "answer", "headers", "event", "browser"}


AT_ONCE = """said => document.addEventListener('htmx:afterSwap', event => {
  const form = event.detail.target.querySelector?.('form[hx-post]');
  if (!form || event.detail.target.id !== 'dialog-body' || window.sentAtOnce) return;
  window.sentAtOnce = true;
  form.elements.value.value = said;
  form.requestSubmit();
})"""


def test_enter_that_comes_at_once_leaves_nothing_in_an_address(tour: Tour) -> None:
    """Before a new dialog is wired; sent by the browser itself, what was typed would stand in the address."""
    page, recorder = opened(tour, next(each for each in SCREENS if str(each) == "desk:customer"), "agent")
    before = page.url
    page.evaluate(AT_ONCE, BORN)
    page.locator("#field-birth_date button").first.click()
    expect(page.locator("#dialog")).to_contain_text("It agrees.")
    assert page.url == before
    assert found_in(tour, recorder.heard(), "agent", THE_DESK.call) == []


def _searches(_: Tour, page: Page) -> None:
    page.locator("select[name=by]").select_option("phone")
    page.locator("input[name=value]").fill(PHONE)
    page.keyboard.press("Enter")
    page.locator("#found-title + ul a").first.click()
    expect(page.locator("#notes, #note-text").first).to_be_visible()


def _compares(_: Tour, page: Page) -> None:
    page.locator("#field-birth_date button").first.click()
    page.locator("#dialog input[name=value]").fill(BORN)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_contain_text("It agrees.")
    page.keyboard.press("Escape")


def _corrects(tour: Tour, page: Page) -> None:
    """Typed anew, it comes back masked."""
    key = tour.house.addresses[DataClass.BIRTH_DATE]
    address = reverse("customers:correct", args=[tour.house.customer, key])
    page.locator(f"[hx-get='{address}']").first.click()
    page.locator("#dialog input[name=value]").fill(BORN)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog[open]")).to_have_count(0)


def _writes_a_note(_: Tour, page: Page) -> None:
    page.locator("#note-text").fill("wants the letter once more")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-saved")).to_be_visible()


def _follows_the_calls(tour: Tour, page: Page) -> None:
    """The list of calls hears the feed."""
    with page.expect_request("**/live/**"):
        page.goto(reverse("interactions:list"))
    expect(page.locator("html")).to_have_attribute("data-feed", "live", timeout=30_000)


# --- The whole, in every language -------------------------------------------------------------------------------------


@pytest.mark.heavy
@pytest.mark.walk
@pytest.mark.parametrize("who", AGENTS)
@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_no_page_does_in_another_language(tour: Tour, request: pytest.FixtureRequest, language: str, who: str) -> None:
    count: Count = counting(request)
    for screen in reached_by(who):
        count("searched", screen, who, language)
    problems = all_pages(tour, who, language)
    assert not problems, "\n".join(problems)


# --- Controls ---------------------------------------------------------------------------------------------------------


SAID = {
    kind: f"{kind.title()}hazelmere"
    for kind in ("address", "header", "markup", "json", "feed", "name", "file", "cookie", "storage")
}


class Talker(BaseHTTPRequestHandler):
    """A server that says one value in each way there is."""

    ANSWERS: Mapping[str, tuple[str, str, str]] = {
        "/": ("text/html", f"X-Said: {SAID['header']}", f"<!doctype html><p>{SAID['markup']}"),
        "/json": ("application/json", f"Set-Cookie: a={SAID['cookie']}; HttpOnly", f'{{"a": "{SAID["json"]}"}}'),
        "/feed": ("text/event-stream", "X-Accel-Buffering: no", f"event: words\ndata: {SAID['feed']}\n\n"),
        "/file": ("text/plain", f'Content-Disposition: attachment; filename="{SAID["name"]}.txt"', SAID["file"]),
    }

    def do_GET(self) -> None:
        kind, header, body = self.ANSWERS.get(self.path.partition("?")[0], ("text/plain", "X-None: 0", ""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header(*header.split(": ", 1))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def talker() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


FED = """() => new Promise(heard => {
  window.feed = new EventSource('/feed');
  feed.addEventListener('words', () => heard());
  feed.onerror = () => feed.close();
})"""


@pytest.mark.timeout(120)
def test_the_recorder_hears_every_channel(tour: Tour, talker: str) -> None:
    context = tour.browser.new_context(base_url=talker)
    page = context.new_page()
    recorder = Recorder(page)
    page.goto("/")
    page.evaluate("said => { localStorage.kept = said; }", SAID["storage"])
    page.evaluate("said => fetch('/json?' + said).then(answer => answer.text())", SAID["address"])
    page.evaluate(FED)
    with page.expect_download(timeout=30_000):
        page.evaluate("() => { const a = document.createElement('a'); a.href = '/file'; a.click(); }")
    data = b"\n".join(one.data for one in recorder.heard())
    context.close()
    assert [kind for kind, text in SAID.items() if text.encode() not in data] == []


@pytest.mark.timeout(400)
@pytest.mark.xdist_group("traffic-control")
def test_with_a_door_that_forgets_the_matrix_all_of_it_is_found() -> None:
    test = "tests/walk/test_traffic.py::test_no_page_brings_an_agent_what_is_hidden[agent]"
    phone: Planted = p.BY_CLASS[DataClass.PHONE]
    weakening.fails(
        test, patch="razdar.vault.door:_level", with_="tests.doors.weak:always_clear", words=f"agent meets {phone}"
    )
