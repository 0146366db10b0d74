"""The demo's start page: who there is, what they type, and one click to sign in as them.

Served on a loopback port of its own by the demo's process. The product knows nothing of it.
"""

import json
import threading
from collections.abc import Sequence
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from string import Template
from urllib.parse import parse_qs

from razdar.core.disclosure import Role
from razdar.demo_content.cast import Member, NotSignedIn

ROLE_NAMES = {role: role.value.replace("_", " ") for role in Role}
_LONGEST_FORM = 200
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self' http://localhost:*; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class StartPage(ThreadingHTTPServer):
    """The server of the start page; runs in a thread of its own until it is closed.

    Args:
        product: origin of the running product.
        port: loopback port for the start page; 0 for any.
        cast: everybody who can sign in.
    """

    def __init__(self, product: str, port: int, cast: Sequence[Member]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.product = product
        self.cast = cast
        threading.Thread(target=self.serve_forever, name="start page", daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_address[1]}/"

    def member(self, username: str) -> Member | None:
        return next((member for member in self.cast if member.person.username == username), None)

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: StartPage

    def do_GET(self) -> None:
        if not self._is_ours():
            self._answer(421, "text/plain", "This page is for this computer.\n")
        elif self.path == "/codes.json":
            codes = {member.person.username: member.code for member in self.server.cast}
            self._answer(200, "application/json", json.dumps(codes))
        elif self.path in {"/start.css", "/start.js"}:
            self._answer(200, "text/css" if self.path.endswith("css") else "text/javascript", _resource(self.path[1:]))
        else:
            self._answer(200, "text/html; charset=utf-8", _page(self.server.product, self.server.cast))

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _LONGEST_FORM)
        name = parse_qs(self.rfile.read(length).decode("utf-8", "replace")).get("person", [""])[0]
        member = self.server.member(name)
        if not self._is_ours() or self.headers.get("Origin") != f"http://{self.headers.get('Host', '')}" or not member:
            self._answer(403, "text/plain", "Use the buttons of the start page.\n")
            return
        try:
            browser = member.sign_in(self.server.product)
        except (NotSignedIn, OSError):
            self._answer(503, "text/plain", "That did not work. Go back, wait half a minute, try again.\n")
            return
        self._go_to_the_product(browser.session_headers)

    def _go_to_the_product(self, cookies: Sequence[str]) -> None:
        self.send_response(303)
        for line in cookies:
            self.send_header("Set-Cookie", line)
        self.send_header("Location", f"{self.server.product}/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _is_ours(self) -> bool:
        # A page elsewhere that makes its name point here (DNS rebinding) comes with another host.
        return self.headers.get("Host", "").partition(":")[0] == "localhost"

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: passwords and codes are on this page."""


def _resource(name: str) -> str:
    return (files("razdar.demo_content") / "start" / name).read_text(encoding="utf-8")


def _page(product: str, cast: Sequence[Member]) -> str:
    clients = dict.fromkeys(member.client for member in cast)
    tables = "".join(_client(client, [m for m in cast if m.client == client]) for client in clients)
    return Template(_resource("start.html")).substitute(product=escape(product), tables=tables)


def _client(client: str, members: Sequence[Member]) -> str:
    rows = "".join(_row(member) for member in members)
    head = "<tr><th>Role</th><th>Work name</th><th>Password</th><th>Code now</th><th></th></tr>"
    return f"<h3>{escape(client)}</h3><table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(member: Member) -> str:
    name = escape(member.person.username)
    button = (
        f'<form method="post" action="/"><button name="person" value="{name}">Sign in<span class="unseen"> as '
        f"{name}</span></button></form>"
    )
    cells = (ROLE_NAMES[member.person.role], f"<code>{name}</code>", f"<code>{escape(member.password)}</code>")
    code = f'<code data-code="{name}">{member.code}</code>'
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in (*cells, code, button)) + "</tr>"
