"""Pages of a room that exists in tests only; the client comes in a header, as a session would give it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from razdar.runtime import streams
from razdar.runtime.scope import current_client, scope
from tests.runtime import probe


class Workplace:
    """Stands in for identity's middleware."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        client = request.headers.get("Client")
        request.client_id = UUID(client) if client else None  # type: ignore[attr-defined]
        return self.get_response(request)


def count(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"seen": probe.seen(), "in_transaction": connection.in_atomic_block})


async def count_async(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"seen": await sync_to_async(probe.seen)()})


def write(request: HttpRequest, ending: str) -> HttpResponse:
    client = current_client()
    assert client
    probe.add_customer(client)
    if ending == "raise":
        raise ZeroDivisionError
    if ending == "missing":
        raise Http404
    response = HttpResponse(status=int(ending) if ending.isdigit() else 200)
    if ending == "undo":
        response.undo = True  # type: ignore[attr-defined]
    return response


async def write_async(request: HttpRequest, ending: str) -> HttpResponse:
    return await sync_to_async(write)(request, ending)


def stream(request: HttpRequest, how: str) -> StreamingHttpResponse:
    client: UUID = request.client_id  # type: ignore[attr-defined]

    def body() -> Iterator[bytes]:
        found = probe.seen() if how == "bare" else streams.read(client, probe.seen)
        yield str(found).encode()

    return StreamingHttpResponse(body())


async def events(request: HttpRequest, how: str) -> StreamingHttpResponse:
    """Server-sent events: one number, then the connection stays open for a while."""
    client: UUID = request.client_id  # type: ignore[attr-defined]

    def keep_the_connection() -> int:
        with scope(client):
            return probe.seen()

    async def body() -> AsyncIterator[bytes]:
        if how == "bare":
            found = await sync_to_async(probe.seen)()
        elif how == "greedy":
            found = await sync_to_async(keep_the_connection)()
        else:
            found = await streams.aread(client, probe.seen)
        yield f"data: {found}\n\n".encode()
        await asyncio.sleep(30)

    return StreamingHttpResponse(body(), content_type="text/event-stream")


urlpatterns = [
    path("count", count),
    path("count-async", count_async),
    path("write/<ending>", write),
    path("write-async/<ending>", write_async),
    path("stream/<how>", stream),
    path("events/<how>", events),
]

MIDDLEWARE = [
    "razdar.runtime.middleware.ReleaseConnectionsMiddleware",
    "tests.runtime.pages.Workplace",
    "razdar.runtime.middleware.ClientScopeMiddleware",
]
