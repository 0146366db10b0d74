"""A report, through the product's own addresses and middleware, ends as an event in the installation's log."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from razdar.audit import writer
from razdar.core.ledger import decode
from razdar.keys import agent
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.security import violations
from razdar.ui.csp import POLICY, REPORT_PATH
from tests.audit.fakes import FakeAgent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys, a process that has written nothing yet, and the folder of static files that the web process makes."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    fake: Any = FakeAgent(tmp_path / "keys" / "keystore.sqlite3")
    monkeypatch.setattr(agent, "current", lambda: fake)
    writer.PROCESS.__init__()  # type: ignore[misc]


def test_a_report_becomes_an_event(database: RoleUrls) -> None:
    report = {
        "effective-directive": "script-src",
        "blocked-uri": "inline",
        "document-uri": "http://localhost/language/",
    }
    body = json.dumps({"csp-report": report})
    answer = Client(headers={"host": "localhost"}).post(REPORT_PATH, body, content_type=violations.LEGACY)
    assert answer.status_code == 204
    assert answer["Content-Security-Policy"] == POLICY
    with psycopg.connect(database.owner) as owner:
        payloads = [bytes(row[0]) for row in owner.execute("SELECT payload FROM audit_inbox ORDER BY id")]
    events = [decode(payload).event for payload in payloads if b"security:csp:violation" in payload]
    assert [event.client for event in events] == [None]
    assert dict(events[0].detail) == {"blocked": "inline", "directive": "script-src", "line": 0, "page": "set_language"}
