"""A person's browser as the network sees it: requests, cookies and the form token, and nothing that draws a page."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_TOKEN = re.compile(r'name="(?:csrf-token" content|csrfmiddlewaretoken" value)="([^"]+)"')
_TIMEOUT = 60
_MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Answer:
    """What came back."""

    url: str
    status: int
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def path(self) -> str:
        """Where it came from, without the query."""
        return urlsplit(self.url).path

    @property
    def location(self) -> str:
        """Where it sends us, as a path with query; empty when nowhere."""
        parts = urlsplit(urljoin(self.url, self.headers.get("Location", "")))
        return parts._replace(scheme="", netloc="").geturl() if "Location" in self.headers else ""

    @property
    def everything(self) -> bytes:
        """Headers and body: all that has left the server."""
        return bytes(self.headers) + self.body


class Wire:
    """Talks to one origin over loopback, a connection for each request.

    Args:
        origin: ``http://localhost:8000``.
        cookies: those to begin with.
    """

    def __init__(self, origin: str, cookies: Mapping[str, str] | None = None) -> None:
        self.origin = origin
        self.cookies = dict(cookies or {})
        self._token = ""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch; a redirect is an answer."""
        return self._send("GET", path, None, headers or {})

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form with the token of the page that was fetched last; a redirect is an answer."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, "X-CSRFToken": self._token}
        return self._send("POST", path, urlencode(fields).encode(), {**sent, **(headers or {})})

    def submit(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Open a form's page, send the form to the same address, and go where that leads."""
        self.get(path)
        return self.arrive(self.post(path, fields))

    def arrive(self, answer: Answer) -> Answer:
        """Follow redirects to a page."""
        for _ in range(_MOST_REDIRECTS):
            if not answer.location:
                return answer
            answer = self.get(answer.location)
        raise RuntimeError(f"redirected in a circle at {answer.path}")

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(self.origin)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=_TIMEOUT)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {"Host": parts.netloc, "Cookie": jar, **headers})
            response = connection.getresponse()
            answer = Answer(urljoin(self.origin, path), response.status, response.headers, response.read())
        finally:
            connection.close()
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if answer.headers.get_content_type() == "text/html" and (token := _TOKEN.search(answer.text)):
            self._token = token[1]
