"""All that a browser is sent and sends: every request and answer with their headers, every event of a feed, every
download with its name, and what the browser keeps. To be searched for planted values."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page

_KEPT = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, name: window.name,
  databases: await indexedDB.databases(), caches: await caches.keys(), history: history.state,
  title: document.title, page: document.documentElement.outerHTML,
  typed: [...document.querySelectorAll('input, textarea, select')].map(e => e.value)})"""


@dataclass
class Heard:
    """One piece of traffic.

    Attributes:
        kind: what it is: ``request``, ``answer``, ``event``, ``download``, ``browser``.
        where: the address.
        data: what was said.
    """

    kind: str
    where: str
    data: bytes = field(repr=False)


class Recorder:
    """Listens to a page from its first request on.

    The browser's own record is read twice over: Playwright's requests with the bodies of their answers, and beside it
    the protocol's events, which alone hold feeds, raw headers, and requests that never got an answer.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._requests: list[Any] = []
        self._downloads: list[Any] = []
        self._told: list[tuple[str, dict[str, Any]]] = []
        page.context.on("request", self._keep)
        page.on("download", self._keep_download)
        self._protocol = page.context.new_cdp_session(page)
        self._protocol.send("Network.enable")
        for name in ("requestWillBeSentExtraInfo", "responseReceivedExtraInfo", "eventSourceMessageReceived"):
            self._protocol.on(f"Network.{name}", lambda event, name=name: self._told.append((name, event)))

    def _keep(self, request: Any) -> None:
        self._requests.append(request)

    def _keep_download(self, download: Any) -> None:
        self._downloads.append(download)

    def heard(self) -> Iterator[Heard]:
        """Everything since the last call; to be called before the page is left, for bodies go with it."""
        requests, self._requests[:] = list(self._requests), []
        downloads, self._downloads[:] = list(self._downloads), []
        for request in requests:
            yield from self._of_request(request)
        for download in downloads:
            yield Heard("download", download.url, download.suggested_filename.encode())
            with suppress(Error):
                yield Heard("download", download.url, download.path().read_bytes())
        told, self._told[:] = list(self._told), []
        for name, event in told:
            kind = "event" if name == "eventSourceMessageReceived" else "headers"
            yield Heard(kind, str(event.get("eventName", name)), _lines(event))
        yield Heard("browser", self._page.url, str(self._page.evaluate(_KEPT)).encode())

    def _of_request(self, request: Any) -> Iterator[Heard]:
        # What somebody typed goes out in the body and is theirs; the address and the headers are not to hold it.
        yield Heard(
            "request", request.url, f"{request.method} {request.url}\n{_lines(request.headers).decode()}".encode()
        )
        answer = request.response() if not _is_feed(request) else None
        if answer is not None:
            yield Heard(
                "answer", request.url, f"{answer.status} {answer.status_text}\n".encode() + _lines(answer.headers)
            )
            with suppress(Error):  # of a redirection there is none
                yield Heard("answer", request.url, answer.body())


def _is_feed(request: Any) -> bool:
    """Whether its answer has no end."""
    return request.resource_type == "eventsource"


def _lines(told: dict[str, Any]) -> bytes:
    """Values as they were sent, each in a line of its own, and as JSON, so that no nesting hides one."""
    return "\n".join([*(f"{name}: {value}" for name, value in told.items()), json.dumps(told)]).encode()
