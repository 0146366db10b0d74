"""The headers of every answer."""

import asyncio
from collections.abc import Awaitable
from typing import cast

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from razdar.ui.csp import HEADERS, POLICY, ContentSecurityPolicyMiddleware

REQUESTS = RequestFactory()


def answer(path: str = "/", status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=status, headers=headers)

    response = ContentSecurityPolicyMiddleware(view)(REQUESTS.get(path))
    assert isinstance(response, HttpResponse)
    return response


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    directives = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["media-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize("status", [200, 204, 302, 403, 404, 500])
def test_every_answer_carries_every_header(status: int) -> None:
    response = answer(status=status)
    for name, value in HEADERS.items():
        assert response[name] == value
    assert response["Cache-Control"] == "no-store"


def test_a_view_cannot_weaken_the_headers() -> None:
    weak = {"Content-Security-Policy": "default-src *", "Cache-Control": "public, max-age=3600"}
    response = answer(headers=weak)
    assert response["Content-Security-Policy"] == POLICY
    assert response["Cache-Control"] == "no-store"


def test_only_a_served_static_file_may_be_cached() -> None:
    lasting = {"Cache-Control": "max-age=315360000, immutable"}
    assert answer("/static/ui/razdar.css", 200, lasting)["Cache-Control"] == lasting["Cache-Control"]
    assert answer("/static/nothing.css", 404, lasting)["Cache-Control"] == "no-store"
    assert answer("/staticfake", 200, lasting)["Cache-Control"] == "no-store"


def test_it_works_around_an_async_handler() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    async def run() -> HttpResponse:
        response = ContentSecurityPolicyMiddleware(view)(REQUESTS.get("/"))
        assert isinstance(response, Awaitable)
        return cast(HttpResponse, await response)

    assert asyncio.run(run())["Content-Security-Policy"] == POLICY


@pytest.mark.usefixtures("gallery_site")
def test_error_pages_carry_them_too() -> None:
    response = Client().get("/no-such-page/")
    assert response.status_code == 404
    assert response["Content-Security-Policy"] == POLICY
