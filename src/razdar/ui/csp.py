"""Headers that every answer carries.

Content Security Policy Level 3: only this installation's own files, no inline script or style, no eval, no framing.
``img-src data:`` is there for the drawn carets and ticks of Bootstrap's style sheet and our own; no page of ours holds
a picture as ``data:``, and nothing is played or fetched from anywhere else. Violations are reported to room
``security``.

Every answer but a static file is ``no-store`` (RFC 9111, section 5.2.2.5): a revealed value must not come back out of
a cache, and an error page under the static prefix is not a static file.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

REPORT_PATH = "/csp-report/"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        f"report-uri {REPORT_PATH}",
    )
)

PERMISSIONS = ", ".join(
    (
        "accelerometer=()",
        "browsing-topics=()",
        "camera=()",
        "clipboard-read=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "hid=()",
        "idle-detection=()",
        "magnetometer=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        "screen-wake-lock=()",
        "serial=()",
        "usb=()",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class ContentSecurityPolicyMiddleware:
    """Outermost middleware, so that no answer leaves without the headers."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._async:
            return self._later(request)
        return protect(request, cast(HttpResponseBase, self.get_response(request)))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return protect(request, await cast(Awaitable[HttpResponseBase], self.get_response(request)))


def protect(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set the headers. A view cannot weaken them: what it set is overwritten."""
    for name, value in HEADERS.items():
        response[name] = value
    if not _is_static_file(request, response):
        response["Cache-Control"] = "no-store, no-transform" if _is_feed(response) else "no-store"
    return response


def _is_feed(response: HttpResponseBase) -> bool:
    """Whether it is a stream of events: a proxy that compressed it would keep it until there is enough of it."""
    return response.get("Content-Type", "").startswith("text/event-stream")


def _is_static_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    prefix = settings.STATIC_URL or ""
    return prefix not in {"", "/"} and request.path.startswith(prefix) and response.status_code in {200, 206, 304}
