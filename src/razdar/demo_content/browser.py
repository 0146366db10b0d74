"""A person at a browser, in forty lines: follows forms and keeps cookies, so that the demo signs in like anybody."""

import http.client
import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TIMEOUT = 60


class Page:
    """An answer: status, text, address, and the cookies it set, as sent."""

    def __init__(self, url: str, response: http.client.HTTPResponse) -> None:
        self.url = url
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.set_cookies = response.headers.get_all("Set-Cookie") or []
        self.text = response.read().decode("utf-8", "replace")

    def links_to(self, pattern: str) -> list[str]:
        """The addresses of the page's links that fit a pattern."""
        return [unescape(found) for found in re.findall(rf'href="({pattern})"', self.text)]

    def forms_to(self, pattern: str) -> list[str]:
        """The addresses of the page's forms that fit a pattern."""
        return [unescape(found) for found in re.findall(rf'action="({pattern})"', self.text)]


class Browser:
    """Talks to one origin over loopback.

    Raises:
        OSError: the other side does not answer.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.cookies: dict[str, str] = {}
        self.session_headers: list[str] = []

    def get(self, path: str) -> Page:
        """Fetch a page."""
        return self._send("GET", path, None)

    def submit(self, page: Page, path: str, values: dict[str, str]) -> Page:
        """Send a form of a page just fetched, with its token."""
        token = _TOKEN.search(page.text)
        fields = {**values, "csrfmiddlewaretoken": token[1] if token else ""}
        return self._send("POST", path, urlencode(fields), referer=page.url)

    def _send(self, method: str, path: str, body: str | None, referer: str = "") -> Page:
        parts = urlsplit(urljoin(self.origin, path))
        # A bare system may not know the name localhost; the product answers to it all the same.
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=_TIMEOUT)
        headers = {"Host": parts.netloc, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, "Referer": referer}
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, headers)
            page = Page(parts.geturl(), connection.getresponse())
        finally:
            connection.close()
        for line in page.set_cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.session_headers += page.set_cookies
        return page
