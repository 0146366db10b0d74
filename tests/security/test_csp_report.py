"""The report address: both formats, nothing personal kept, nobody can flood the log through it."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from razdar import audit
from razdar.core.errors import BadInput, Unavailable
from razdar.core.ledger.events import Event
from razdar.security import services, violations
from razdar.ui.csp import REPORT_PATH

OWN = "http://testserver"
PAGE = f"{OWN}/customers/0198f0c0-0000-7000-8000-000000000001/?q=Kowalska"


def card(request: HttpRequest, customer: UUID) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("customers/<uuid:customer>/", card, name="card"),
    path("", include("razdar.security.urls")),
]


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    events: list[Event] = []
    monkeypatch.setattr(audit, "record_now", events.append)
    local = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "csp"}}
    middleware = ["razdar.ui.csp.ContentSecurityPolicyMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(
        ROOT_URLCONF=__name__, CACHES=local, MIDDLEWARE=middleware, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False
    ):
        cache.clear()
        yield events


def legacy(**changes: object) -> bytes:
    report = {
        "document-uri": PAGE,
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "line-number": 12,
        "script-sample": "alert('Kowalska')",
        "referrer": PAGE,
    }
    return json.dumps({"csp-report": report | changes}).encode()


def modern(count: int = 1) -> bytes:
    body = {
        "documentURL": PAGE,
        "effectiveDirective": "img-src",
        "blockedURL": "https://kowalska.evil.example/x?card=4111",
        "sample": "Kowalska",
    }
    reports = [
        {"type": "csp-violation", "url": PAGE, "user_agent": "x", "body": body | {"lineNumber": n}}
        for n in range(count)
    ]
    return json.dumps([*reports, {"type": "deprecation", "body": {}}]).encode()


def post(body: bytes, kind: str = violations.LEGACY, **extra: Any) -> int:
    return Client(enforce_csrf_checks=True).post(REPORT_PATH, body, content_type=kind, **extra).status_code


def test_the_policy_names_the_address_that_answers() -> None:
    assert reverse("security:csp-report") == REPORT_PATH


def test_both_formats_are_written_down_without_personal_data(written: list[Event]) -> None:
    assert post(legacy()) == 204
    assert post(modern(), violations.MODERN) == 204
    first, second = written
    assert first.action == second.action == "security:csp:violation"
    assert first.client is None
    assert dict(first.detail) == {"directive": "script-src-elem", "page": "card", "blocked": "inline", "line": 12}
    assert dict(second.detail) == {"directive": "img-src", "page": "card", "blocked": "foreign", "line": 0}
    kept = repr(written)
    for personal in ("Kowalska", "kowalska", "4111", "0198f0c0", "evil"):
        assert personal not in kept


@pytest.mark.parametrize(
    ("blocked", "word"),
    [
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,Kowalska", "data"),
        (f"{OWN}/static/ui/x.js?v=1", "static"),
        (f"{OWN}/no-such-page/?x", "unknown"),
        ("https://user:secret@testserver.evil.example/", "foreign"),
        ("Kowalska", "unknown"),
        ("", "unknown"),
        (42, "unknown"),
    ],
)
def test_what_was_blocked_becomes_a_word(written: list[Event], blocked: object, word: str) -> None:
    assert post(legacy(**{"blocked-uri": blocked})) == 204
    assert dict(written[0].detail)["blocked"] == word


@pytest.mark.parametrize("directive", ["Kowalska 4111", "x" * 200, "script-src'", ""])
def test_a_directive_that_is_none_is_not_kept(written: list[Event], directive: str) -> None:
    assert post(legacy(**{"effective-directive": directive, "violated-directive": directive})) == 204
    assert dict(written[0].detail)["directive"] == "unknown"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", violations.LEGACY),
        (b"{", violations.LEGACY),
        (b"[]", violations.LEGACY),
        (b'{"csp-report": "text"}', violations.LEGACY),
        (b'{"csp-report": {"document-uri": "http://[x"}}', violations.LEGACY),
        (b'[{"type": "csp-violation"}]', violations.MODERN),
        (b"null", violations.MODERN),
        (b"[" * 8000, violations.MODERN),
        (b"\xff\xfe", violations.LEGACY),
        (legacy(), "application/json"),
        (legacy(**{"script-sample": "x" * 9000}), violations.LEGACY),
    ],
)
def test_what_is_no_report_is_refused_and_not_kept(written: list[Event], body: bytes, kind: str) -> None:
    assert post(body, kind) == 422
    assert written == []


def test_only_posting_is_answered() -> None:
    assert Client().get(REPORT_PATH).status_code == 405


def test_the_same_violation_is_written_once(written: list[Event]) -> None:
    assert [post(legacy()) for _ in range(3)] == [204] * 3
    assert len(written) == 1


def test_one_report_holds_at_most_ten_violations(written: list[Event]) -> None:
    assert len(violations.read(violations.MODERN, modern(15))) == violations.MAX_REPORTS


def test_one_source_is_limited_and_others_are_not(written: list[Event]) -> None:
    statuses = [post(legacy(**{"line-number": n})) for n in range(services.PER_SOURCE + 2)]
    assert statuses == [204] * services.PER_SOURCE + [429] * 2
    assert len(written) == services.PER_SOURCE
    assert post(legacy(**{"line-number": 99}), REMOTE_ADDR="192.0.2.7") == 204


def test_all_sources_together_are_limited(written: list[Event]) -> None:
    for n in range(services.IN_ALL + 20):
        post(legacy(**{"line-number": n}), REMOTE_ADDR=f"192.0.2.{n}")
    assert len(written) == services.IN_ALL


def test_a_log_that_cannot_be_written_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(event: Event) -> None:
        raise Unavailable

    monkeypatch.setattr(audit, "record_now", fail)
    assert post(legacy()) == 503


def test_bad_input_names_no_content() -> None:
    with pytest.raises(BadInput) as caught:
        violations.read(violations.LEGACY, b"Kowalska")
    assert "Kowalska" not in str(caught.value)
