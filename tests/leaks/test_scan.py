"""A demo that was used holds nothing of what was planted in it; one whose sealing does nothing holds all of it.

Looked at: every byte under its folder, key store and logs included, everything in its ``/tmp`` and ``/dev/shm``, all it
said, the arguments and environments of its processes, and every table of every database as the superuser reads it.
"""

import os
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from razdar.demo_content.browser import Browser, Page
from razdar.demo_content.calls import CALLS
from tests import weakening
from tests.leaks import installation, planted, sources
from tests.leaks.installation import Installation
from tests.leaks.scanner import Source

PHONE, EMAIL, CARD = "+442079460417", "rosalind.thornquist@example.org", "6011 0009 9013 9424"
REASON = "Rosalind Thornquist asks to be called back about Larkenmoor Crescent"
NOTE = f"Wants everything sent to {EMAIL}, or a call at {PHONE}"
CUSTOMER = r"/customers/[0-9a-f-]{36}/"
REPORTS = "/csp-report/"
CALL = r"/calls/[0-9a-f-]{36}/"


@pytest.mark.timeout(400)
def test_a_used_demo_holds_nothing_planted() -> None:
    with installation.demo(os.environ) as demo:
        demo.wait_until_redacted(len(CALLS))
        use(demo)
        while_running = planted.scanner().scan(everything_but_files(demo))
        demo.stop()
        stopped = planted.scanner().scan(sources.files(demo.base))
    assert while_running.sources > 200, while_running
    assert stopped.size > 30_000_000, stopped
    assert while_running.found == set(), while_running
    assert stopped.found == set(), stopped


@pytest.mark.timeout(400)
def test_control_without_sealing_all_of_it_is_found() -> None:
    environ = weakening.environment(
        patch="razdar.core.crypto.suites:by_id", with_="tests.core.crypto.null_suite:null_suite"
    )
    with installation.demo(environ) as demo:
        demo.wait_until_redacted(len(CALLS))
        report = planted.scanner().scan(sources.tables(demo.admin_url))
        tables = report.found
        objects = planted.scanner().scan(sources.files(demo.var / "objects")).found
    assert tables >= planted.STRINGS, planted.STRINGS - tables
    assert objects >= planted.everything() - planted.STRINGS, planted.everything() - planted.STRINGS - objects


def everything_but_files(demo: Installation) -> Iterator[Source]:
    yield from sources.tables(demo.admin_url)
    yield from demo.temporary()
    yield from sources.processes(demo.pid)


# --- What people do, so that there is something to leak ---------------------------------------------------------------


def use(demo: Installation) -> None:
    """Work as people do, and make the mistakes they make; each step shows that it really handled what is planted."""
    agent = installation.sign_in(demo, "agent.quillmere")
    card = find(agent, "phone", PHONE)
    assert "Thornquist" in card.text
    assert EMAIL not in card.text
    correct(agent, card)
    take_notes(agent, card)
    supervisor = installation.sign_in(demo, "supervisor.quillmere")
    assert PHONE in reveal(supervisor, find(supervisor, "email", EMAIL)).text
    listen(supervisor)
    mistakes(demo, agent)


def find(browser: Browser, by: str, value: str) -> Page:
    """A customer's card, by searching for an exact value."""
    answer = browser.submit(browser.get("/customers/"), "/customers/", {"by": by, "value": value})
    found = answer.text.partition('id="found-title"')[2].partition('id="mine-title"')[0]
    (link,) = {path for path in _addresses(found) if re.fullmatch(CUSTOMER, path)}
    return browser.get(link)


def correct(agent: Browser, card: Page) -> None:
    """Type a field anew, and ask whether what the caller says agrees."""
    fields = f"{urlsplit(card.url).path}fields/"
    form = agent.get("/customers/")
    typed = agent.submit(form, f"{fields}postal_address/correct/", {"value": "17 Larkenmoor Crescent, Eastmarrow"})
    assert typed.status == 200, typed.text
    claimed = agent.submit(form, f"{fields}given_name/match/", {"value": "Rosalind"})
    assert claimed.status == 200, claimed.text


def take_notes(agent: Browser, card: Page) -> None:
    """Begin a note, have it looked at, and save it with the personal data it holds."""
    notes = f"/desk{urlsplit(card.url).path}notes/"
    form = agent.get("/customers/")
    assert agent.submit(form, f"{notes}draft/", {"text": NOTE}).status == 200
    assert agent.submit(form, f"{notes}check/", {"text": NOTE}).status == 200
    assert agent.submit(form, notes, {"text": NOTE}).status == 422
    saved = agent.submit(form, notes, {"text": NOTE, "choice": "keep"})
    assert EMAIL in saved.text


def reveal(supervisor: Browser, card: Page) -> Page:
    """A phone number in clear, for a reason that itself says too much."""
    (dialog,) = {path for path in _addresses(card.text) if "/phone." in path and path.endswith("/reveal/")}
    form = supervisor.get("/customers/")
    return supervisor.submit(form, dialog, {"purpose": "service", "reason": REASON, "case": ""})


def listen(supervisor: Browser) -> None:
    """Read a call's transcript and play a piece of its sound."""
    call = supervisor.get(supervisor.get("/calls/").links_to(CALL)[0])
    (audio,) = {path for path in _addresses(call.text) if "/audio/" in path}
    status, piece = fetch(supervisor, audio, {"Range": "bytes=44-80000"})
    assert (status, len(piece)) == (206, 80000 - 43)


def mistakes(demo: Installation, agent: Browser) -> None:
    """Values typed into the wrong place, addresses that hold values, and a hostile report."""
    stranger = Browser(agent.origin)
    stranger.submit(stranger.get("/account/login/"), "/account/login/", {"login": EMAIL, "password": CARD})
    for path in (f"/customers/?value={quote(EMAIL)}", f"/nothing/{quote(CARD)}/", f"/invitation/{quote(EMAIL)}/"):
        agent.get(path)
    report = f'{{"csp-report": {{"document-uri": "{agent.origin}/{PHONE}", "blocked-uri": "https://{EMAIL}/"}}}}'
    header = {"Content-Type": "application/csp-report", "User-Agent": f"Thornquist {PHONE}", "Referer": f"/{EMAIL}"}
    answers = [fetch(agent, REPORTS, header, *what)[0] for what in (("POST", report), ("PUT", CARD), ("POST", CARD))]
    assert answers == [204, 405, 422]


def fetch(
    browser: Browser, path: str, headers: dict[str, str], method: str = "GET", body: str = ""
) -> tuple[int, bytes]:
    """One request with headers of our own."""
    parts = urlsplit(browser.origin)
    connection = HTTPConnection("127.0.0.1", parts.port, timeout=60)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    connection.request(method, path, body or None, {"Host": parts.netloc, "Cookie": cookie, **headers})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def _addresses(text: str) -> list[str]:
    """Every address of ours in a page, whatever attribute it stands in."""
    return [part for part in text.split('"') if part.startswith("/")]
