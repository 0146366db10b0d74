"""Reading the database while an answer is streamed.

A streamed body runs after the request's transaction has ended. It opens a short scope for each piece and gives the
connection back at once; a hundred open pages then share the pool's ten connections::

    async def events(client: UUID) -> AsyncIterator[bytes]:
        while True:
            rows = await streams.aread(client, selectors.waiting, queue)
            yield render(rows)

``read`` and ``aread`` do it for one function; ``short_scope`` is the context manager below them. The scope is the
transaction: what a stream writes is committed piece by piece. ``apieces`` hands out an iterator that does all this
itself: a server that speaks ASGI would collect one that is not asynchronous before it sends a byte.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections

from razdar.runtime.scope import scope

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def short_scope(client: UUID) -> Iterator[None]:
    """A client scope whose connections go back to the pool at its end.

    Raises:
        ScopeNesting: another client's scope is open in this thread.
    """
    try:
        with scope(client):
            yield
    finally:
        release_connections()


def read(client: UUID, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call ``function`` in a short scope of the client."""
    with short_scope(client):
        return function(*args, **kwargs)


async def aread(client: UUID, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same from async code, in the request's own thread."""
    return await sync_to_async(lambda: read(client, function, *args, **kwargs))()


async def apieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces of a body, each made in the request's own thread when the one before it was sent."""
    while (piece := await sync_to_async(lambda: next(pieces, None))()) is not None:
        yield piece


def release_connections() -> None:
    """Give this thread's connections back to their pools, except inside a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
