"""The stream of live updates: server-sent events for what a page shows (HTML, section 9.2).

Rules
-----
* A page asks for the topics it shows. Each needs its permission, looked at before the first byte; topics that do not
  exist are not told apart from those that are not for the viewer.
* Nothing is sent but the words the page asked for. What changed is fetched by the page, as at any other time.
* It is nobody's act (`idle`) and keeps no session open. It ends within seconds when the session is over or locked, the
  person disabled, the role taken away, or another workplace chosen; and when that cannot be found out for a while.
* Between two events it holds no connection to the database.
* A browser has a few streams, a process a few hundred; who wants more is asked to wait.

=========  ==========================================================================================================
event      data
=========  ==========================================================================================================
``hello``  the time on the server, in milliseconds: from now on nothing is missed
``beat``   the same, at least every ten seconds
``words``  the time, and what changed: ``calls``, ``calls:<id>``
``again``  the time: something was missed, look at everything again
``away``   the time: the feed stands still; ``again`` follows when it goes on
``over``   nothing: this session hears no more
=========  ==========================================================================================================
"""

import asyncio
import contextvars
import copy
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.db import Error
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, TooManyTries
from razdar.identity import standing, viewers
from razdar.identity.sessions import SessionStore, digest
from razdar.identity.standing import Seat
from razdar.runtime import fanout, logs
from razdar.runtime.fanout import Ear
from razdar.runtime.live import Wanted
from razdar.runtime.streams import release_connections
from razdar.ui.pages import PageRequest, page, require

MOST_TOPICS: Final = 16
MOST_OF_A_SESSION: Final = 8
MOST_OF_A_PROCESS: Final = 256
BEAT_SECONDS: Final = 10.0
REST_SECONDS: Final = 0.1
"""Between two events, so that a storm of changes becomes ten words a second."""
SETTLING: Final = 20
COMING_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 2.0
WHOLE_CHECK_SECONDS: Final = 60.0
UNSURE_SECONDS: Final = 10.0
"""So long a stream goes on while nobody can tell whether it may."""
MARGIN_SECONDS: Final = 5.0
"""A page read its data a little before the time that stands on it."""
_TOO_MANY: Final = gettext_lazy("Too many pages are open at once. Close some of them.")


@require_GET
@page()
async def live(request: PageRequest) -> StreamingHttpResponse:
    """Hear of changes, for as long as the page is open."""
    wanted = await sync_to_async(_wanted)(request)
    stream = _Stream(request, wanted)
    _here().admit(stream)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingHttpResponse(stream.body(), content_type="text/event-stream", headers=headers)


def _wanted(request: PageRequest) -> frozenset[Wanted]:
    """What the page asks for, all of which its viewer may hear."""
    asked = request.GET.getlist("topic")
    found = frozenset(filter(None, map(Wanted.parse, asked)))
    if not asked or len(asked) > MOST_TOPICS or len(found) != len(set(asked)):
        raise NotFound
    for what in found:
        if what.permission is None or what.is_others(request.viewer.person):
            raise NotFound
        require(request, request.viewer, what.permission)
    return found


def _since(request: PageRequest) -> float | None:
    """From when on the page wants to have missed nothing."""
    text = request.GET.get("since", "")
    return int(text) / 1000 - MARGIN_SECONDS if text.isascii() and text.isdigit() and len(text) < 15 else None


class _Stream:
    """One open page.

    Attributes:
        payload: the session's, as it was when it was looked at last.
        doubtful: the session changed, or was not looked at whole for a while.
        over: it is no longer allowed.
    """

    def __init__(self, request: PageRequest, wanted: frozenset[Wanted]) -> None:
        self._request, self._wanted = request, wanted
        self._viewer: Viewer = request.viewer
        self._ear: Ear | None = None
        self.seat = _seat(request)
        self.payload = ""
        self.checked = time.monotonic()
        self.doubtful = self.over = False

    async def body(self) -> AsyncIterator[bytes]:
        viewer, since = self._viewer, _since(self._request)
        hall = _here()
        with hall.open(self), fanout.here().listening(viewer.client, self._wanted, since) as ear:
            self._ear = ear
            await _settled(ear)
            if since is None:  # what was before is nothing to this page
                ear.take()
            yield _event("away" if ear.away else "hello")
            while not ear.closed:
                stirred = await ear.heard(BEAT_SECONDS)
                if self.doubtful and not await self._is_still_allowed():
                    self.over = True
                if self.over or ear.closed:
                    break
                yield _told(ear) if stirred else _event("beat")
                await asyncio.sleep(REST_SECONDS)
            if self.over:
                yield b"event: over\ndata:\n\n"

    def stir(self) -> None:
        if self._ear is not None:
            self._ear.stir()

    async def _is_still_allowed(self) -> bool:
        self.doubtful, self.checked = False, time.monotonic()
        try:
            viewer = await sync_to_async(self._viewer_now)()
        except Error as error:  # asked again before long, and the stream ends if that goes on
            logs.error("live-session-unknown", error)
            self.payload = ""
            return True
        before = self._viewer
        known = (before.person, before.client, before.role, before.permissions)
        return viewer is not None and (viewer.person, viewer.client, viewer.role, viewer.permissions) == known

    def _viewer_now(self) -> Viewer | None:
        """Who the session's owner is by now, found as for a new request."""
        again = copy.copy(self._request)
        again.session = SessionStore(self._request.session.session_key)
        try:
            again.user = get_user(again)
            return viewers.for_session(again)
        finally:
            release_connections()


async def _settled(ear: Ear) -> None:
    """Give the feed a moment to stand, where this page is the first to listen."""
    for _ in range(SETTLING):
        if not ear.away or ear.closed:
            return
        await asyncio.sleep(REST_SECONDS)


def _seat(request: PageRequest) -> Seat:
    viewer = request.viewer
    return Seat(digest(request.session.session_key or ""), viewer.person, viewer.client, viewer.role)


def _event(name: str, words: list[Wanted] | tuple[Wanted, ...] = ()) -> bytes:
    data = " ".join([str(time.time_ns() // 1_000_000), *map(str, words)])
    return f"event: {name}\ndata: {data}\n\n".encode()


def _told(ear: Ear) -> bytes:
    """What there is to say; while the feed stands still, that."""
    if ear.away:
        return _event("away")
    words, again = ear.take()
    if again:
        return _event("again")
    return _event("words", words) if words else _event("beat")


class _Hall:
    """The streams of one event loop, and who looks after them."""

    def __init__(self) -> None:
        self._streams: set[_Stream] = set()
        self._coming: dict[_Stream, float] = {}  # admitted, since when, and not begun yet
        self._task: asyncio.Task[None] | None = None
        self._sure_at = time.monotonic()

    def admit(self, stream: _Stream) -> None:
        """Take a seat, which is kept for a while: of many that ask at the same moment only so many get one.

        Raises:
            TooManyTries: the session, or this process, has enough of them.
        """
        now = time.monotonic()
        # One whose browser went away before the first word never begins.
        self._coming = {other: at for other, at in self._coming.items() if now - at < COMING_SECONDS}
        there = [*self._streams, *self._coming]
        mine = sum(other.seat.session == stream.seat.session for other in there)
        if mine >= MOST_OF_A_SESSION or len(there) >= MOST_OF_A_PROCESS:
            raise TooManyTries(str(_TOO_MANY))
        self._coming[stream] = now

    @contextmanager
    def open(self, stream: _Stream) -> Iterator[None]:
        self._coming.pop(stream, None)
        self._streams.add(stream)
        if self._task is None or self._task.done():
            self._sure_at = time.monotonic()
            self._task = asyncio.get_running_loop().create_task(self._watch(), context=contextvars.Context())
        try:
            yield
        finally:
            self._streams.discard(stream)

    async def _watch(self) -> None:
        while self._streams:
            await asyncio.sleep(CHECK_SECONDS)
            streams = list(self._streams)
            try:
                found = await asyncio.to_thread(standing.still_there, [stream.seat for stream in streams])
            except Error as error:
                logs.error("live-sessions-unknown", error)
                self._doubt(streams)
                continue
            self._sure_at = time.monotonic()
            for stream in streams:
                _judge(stream, found.get(stream.seat))

    def _doubt(self, streams: list[_Stream]) -> None:
        if time.monotonic() - self._sure_at > UNSURE_SECONDS:
            for stream in streams:
                stream.over = True
                stream.stir()


def _judge(stream: _Stream, payload: str | None) -> None:
    """End a stream whose session is over; have one looked at whole whose session is not what it was."""
    if payload is None:
        stream.over = True
    elif payload != stream.payload or time.monotonic() - stream.checked > WHOLE_CHECK_SECONDS:
        stream.payload, stream.doubtful = payload, True
    if stream.over or stream.doubtful:
        stream.stir()


_HALLS: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Hall]" = WeakKeyDictionary()


def _here() -> _Hall:
    return _HALLS.setdefault(asyncio.get_running_loop(), _Hall())
