"""Each kind of fault is noticed: the controls of the walk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from tests.walk.keyboard import reach_everything
from tests.walk.screens import SCREENS
from tests.walk.tour import Tour

pytestmark = pytest.mark.xdist_group("screens-en")
SCREEN = next(each for each in SCREENS if str(each) == "desk:home")
FAULTS = {
    "axe: image-alt": '<img src="/static/ui/icon.svg">',
    "axe: color-contrast": '<p class="text-body-tertiary bg-body-secondary">hardly to be read</p>',
    "scrolls sideways": '<p><img src="/static/ui/icon.svg" alt="wide" width="500" height="9"></p>',
    "console: CSP": '<p style="color: red">red</p>',
    "console: ": '<script src="/static/nowhere.js"></script>',
    "fetches sound": '<audio src="/calls/audio/x" preload="auto"></audio>',
}


@pytest.fixture
def spoilt(tour: Tour, request: pytest.FixtureRequest) -> Iterator[Tour]:
    """The home page with something in it that does not belong there."""
    page = tour.open(SCREEN, SCREEN.widest, "en").page

    def spoil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{request.param}</main>"))

    page.route(page.url, spoil)
    yield tour
    page.unroute_all(behavior="wait")


@pytest.mark.parametrize(
    ("spoilt", "said"), [(m, said) for said, m in FAULTS.items()], ids=list(FAULTS), indirect=["spoilt"]
)
def test_a_fault_is_noticed(spoilt: Tour, said: str) -> None:
    faults = spoilt.look(SCREEN, SCREEN.widest, "en")
    assert any(fault.startswith(said) for fault in faults), faults


def test_what_the_keyboard_does_not_reach_is_noticed(tour: Tour) -> None:
    """A link that is shown and passed over, and focus that is not seen."""
    page = tour.open(SCREEN, SCREEN.widest, "en").page
    assert reach_everything(page, "body") == []
    page = tour.open(SCREEN, SCREEN.widest, "en").page
    page.evaluate(
        "document.querySelector('main').append(Object.assign(document.createElement('a'), {href: '/', id: 'x'}))"
    )
    page.evaluate("document.getElementById('x').textContent = 'x'")
    page.evaluate("document.getElementById('x').addEventListener('keydown', event => event.preventDefault())")
    faults = reach_everything(page, "body")
    assert any(fault.startswith("Tab passes over") for fault in faults), faults
