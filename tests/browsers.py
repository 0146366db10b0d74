"""The browser that tests look at pages with, those pages on a loopback port, and work beside the browser.

* `chromium` and `pages` for a block; the fixtures are made of them, each for as long as its tests want.
* `aside` for whatever asks the database while a browser is open: the browser's library keeps a loop in the test's own
  thread, in which Django asks no database.
* `Live` serves pages as `razdar web` does, so that feeds reach them; `pages` serves everything but feeds.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler, StaticFilesHandlerMixin
from django.core.asgi import get_asgi_application
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, sync_playwright

from razdar.runtime import serving, web
from tests.needs import needs

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
GRACE_SECONDS = 40
"""So long a server that ends waits for answers that are under way."""
T = TypeVar("T")


class _WholeFiles(StaticFilesHandlerMixin):
    """A static file is read at once: a browser that hangs up meanwhile leaves none open."""

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        answer = super().serve(request)
        if not answer.streaming:
            return answer
        try:
            return HttpResponse(b"".join(answer), headers=dict(answer.items()))
        finally:
            answer.close()


class _StaticFiles(_WholeFiles, StaticFilesHandler):
    pass


class _ASGIStaticFiles(_WholeFiles, ASGIStaticFilesHandler):
    pass


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; on a machine without one the test is skipped."""
    program = needs("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield opened
        opened.close()


@contextmanager
def pages(host: str = "localhost") -> Iterator[str]:
    """The pages of Django's settings as they are now, and their static files; the address they are at."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(_StaticFiles(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def aside(work: Callable[[], T]) -> T:
    """Do something of the product in a thread of its own, which leaves no connection open."""

    def done() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


class Live:
    """The product behind the server that `razdar web` runs, on a port of its own; it can go away and come back."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        if self._listener.fileno() < 0:
            self._listener = socket.create_server(("127.0.0.1", self.port))
        application = _ASGIStaticFiles(get_asgi_application())
        self._server = web.Server(serving.config(application, connections=100, grace_seconds=GRACE_SECONDS))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()

    def stop(self) -> float:
        """Ask it to end; how long that took, in seconds."""
        begun = time.monotonic()
        self._server.should_exit = True
        self._thread.join()
        return time.monotonic() - begun
