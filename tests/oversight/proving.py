"""Proofs on their pages."""

import re

from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import resolve

from razdar import audit
from razdar.runtime.scope import scope
from tests.audit.fakes import A, auditor, look
from tests.audit.sequencing import wait_until_sequenced

LOG, PROOF, STATE, EXPORT = "/log/", "/log/proof/", "/log/proof/state/", "/log/export/"


def logged(events: int = 1) -> None:
    for _ in range(events):
        audit.record_now(look())
    wait_until_sequenced()


def badge(response: HttpResponse) -> tuple[str, str]:
    """The look of the badge and what it says; its picture is there too."""
    found = re.search(r'<div class="proof".*?<span class="pill pill-(\w+)">(.*?)</span></span>', plain(response), re.S)
    assert found
    assert "<use href=" in found[2]
    return found[1], " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())


def plain(response: HttpResponse) -> str:
    return response.content.decode()


def post(purpose: str) -> HttpResponse | StreamingHttpResponse:
    request = RequestFactory().post(EXPORT, {"purpose": purpose})
    request.viewer = auditor()  # type: ignore[attr-defined]
    with scope(A):
        found = resolve(EXPORT).func(request)
    assert isinstance(found, HttpResponse | StreamingHttpResponse)
    return found
