"""Pages of oversight as text."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from razdar.core.disclosure import Viewer
from razdar.runtime.scope import scope
from tests.audit.fakes import auditor


def get(url: str, viewer: Viewer | None = None, query: dict[str, str] | None = None) -> HttpResponse:
    viewer = viewer or auditor()
    request = RequestFactory().get(url, query or {})
    request.viewer = viewer  # type: ignore[attr-defined]
    match = resolve(url)
    with scope(viewer.client):
        response = match.func(request, *match.args, **match.kwargs)
    assert isinstance(response, HttpResponse)
    return response


def text_of(response: HttpResponse) -> str:
    """What a person reads, spaces folded."""
    plain = re.sub(r"<(script|style|select)[^>]*>.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())
