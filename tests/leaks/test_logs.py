"""Errors that carry personal data, and addresses that carry secrets, reach no log, no output and no answer.

First one process that fails in every way a process can; with the filter of the logs taken out, everything is found.
Then a real installation, in which one function that pages, jobs and commands all call is exchanged for one that raises
every kind of error with a customer's data inside.
"""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from razdar.demo_content.browser import Browser
from razdar.demo_content.calls import CALLS
from tests import weakening
from tests.leaks import house, installation, patches, sources
from tests.leaks.house import House
from tests.leaks.scanner import Scanner, Source
from tests.leaks.seed import ADMINISTRATORS

TROUBLE = {"patch": "razdar.vault.ring:opened", "with_": "tests.leaks.patches:quotes_personal_data"}
CARRIED = Scanner(patches.planted())
KINDS = ("IntegrityError", "ValueError", "RuntimeError", "ExceptionGroup", "LookupError")


def test_a_process_that_fails_in_every_way_tells_nothing(tmp_path: Path) -> None:
    report = CARRIED.scan(failures(tmp_path, dict(os.environ)))
    assert report.found == set(), report
    text = (tmp_path / "failing.log").read_text()
    for event in ("caught", "thread-failed", "unraisable", "process-failed", "asyncio", "some.library"):
        assert event in text, (event, text)


def test_control_without_the_filter_all_of_it_is_told(tmp_path: Path) -> None:
    environ = weakening.environment(patch="razdar.runtime.logs:TextsOut.filter", with_="tests.weakening.patches:agrees")
    assert CARRIED.scan(failures(tmp_path, environ)).found == set(patches.planted())


def failures(folder: Path, environ: dict[str, str]) -> Iterator[Source]:
    """What a process leaves that fails in every way."""
    command = [sys.executable, "-m", "tests.leaks.failing", str(folder)]
    environ |= {"PYTHONPATH": os.pathsep.join(filter(None, [environ.get("PYTHONPATH"), str(weakening.ROOT)]))}
    done = subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    yield Source("output", done.stdout + done.stderr)
    yield from sources.files(folder)


@pytest.mark.timeout(400)
def test_what_errors_and_addresses_carry_reaches_no_log_and_no_answer(template: House) -> None:
    with house.like(template) as made:
        house.succeed(house.import_call(made, CALLS[0]))  # the worker will trip over it
        token = invitation_token(made)
        made.environ = weakening.environment(**TROUBLE, base=made.environ)
        made.start("up")
        made.wait_for("Razdar is ready")
        answers = [*pages_fail(made), *commands_fail(made), *addresses(made, token)]
        installation.wait_until(lambda: "job-failed" in made.output, lambda: made.output)
        made.stop()
        carried = CARRIED.scan([*answers, *sources.files(made.base)])
        assert carried.found == set(), carried
        tokens = Scanner([token]).scan(sources.files(made.base))
        assert tokens.found == set(), tokens
        told(made)


def invitation_token(made: House) -> str:
    """The secret in a one-time link, as the command line shows it once."""
    said = house.succeed(made.run("person", "renew", "--client", house.CLIENT, ADMINISTRATORS[0]))
    (token,) = re.findall(r"/invitation/(\S+)/", said)
    return str(token)


def pages_fail(made: House) -> Iterator[Source]:
    """Search again and again: each time another error; the answers are searched."""
    agent = made.sign_in()
    form = agent.get("/customers/")
    assert form.status == 200, form.text
    for kind in KINDS:
        answer = agent.submit(form, "/customers/", {"by": "phone", "value": patches.PHONE})
        assert answer.status == 500, (kind, answer.status)
        yield Source(f"page, {kind}", answer.text.encode())


def commands_fail(made: House) -> Iterator[Source]:
    """A command fails, and says so without the error's text."""
    done = house.import_call(made, CALLS[0])
    assert done.status == 70, done
    assert "something failed that should not" in done.err
    yield Source("command", done.said)


def addresses(made: House, token: str) -> Iterator[Source]:
    """Addresses with a token, with a query, with nonsense; a request that is none."""
    stranger = Browser(made.origin)
    form = stranger.get(f"/invitation/{token}/")
    assert form.status == 200
    refused = stranger.submit(form, f"/invitation/{token}/", {"password": patches.NAME, "again": patches.EMAIL})
    yield Source("refused password", refused.text.encode())
    for text in map(quote, patches.planted()):
        for path in (f"/customers/?value={text}", f"/{text}"):
            stranger.get(path)  # the page may send a stranger's own words back
    yield Source("no request", nonsense(made.origin, f"GET /{patches.EMAIL} {patches.CARD}\r\n\r\n".encode()))


def nonsense(origin: str, request: bytes) -> bytes:
    """What the web process answers to something that is not HTTP."""
    with socket.create_connection(("127.0.0.1", urlsplit(origin).port), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(1 << 16)


def told(made: House) -> None:
    """The logs are not silent: each error's class, and our own lines, are there."""
    web = (made.var / "log" / "web.log").read_text()
    assert [kind for kind in KINDS if kind not in web] == []
    assert "vault/index.py" in web
    for process, event in (("worker", "job-failed"), ("import-call", "command-failed")):
        assert event in Path(made.var, "log", f"{process}.log").read_text()
