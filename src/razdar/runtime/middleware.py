"""One transaction and one client scope per request; connections given back before a stream begins.

``ClientScopeMiddleware`` is synchronous on purpose: Django runs it in the request's own thread and sends the database
calls of an async view to that same thread, so sync and async views both run inside the transaction.
(``ATOMIC_REQUESTS`` wraps the view alone and refuses async views.)

What a failed request wrote is undone: an exception in the view, an answer of 500 and above, and an answer that says
``undo = True`` roll back. The answer is sent after the commit, so nothing is confirmed that was not stored.

The body of a streamed answer and of server-sent events is made after all this, outside every scope: it finds nothing
unless it uses :mod:`razdar.runtime.streams`. Its connections are given back when the stream starts; otherwise each open
page would hold one from the pool until it is closed.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from razdar.runtime.scope import scope
from razdar.runtime.streams import release_connections

Handler = Callable[[HttpRequest], HttpResponseBase]
_FAILED = "razdar_view_failed"


class ClientScopeMiddleware:
    """Runs the view in the scope of ``request.client_id``; without one, in no transaction."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        client: UUID | None = getattr(request, "client_id", None)
        if client is None:
            return self.get_response(request)
        with scope(client):
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(response, "undo", False) or hasattr(request, _FAILED):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, _exception: Exception) -> None:
        # Marked and not rolled back here: the page that explains the error may still read.
        setattr(request, _FAILED, True)


class ReleaseConnectionsMiddleware:
    """Outside of everything that reads the database: a stream starts without a connection."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.streaming:
            release_connections()
        return response
