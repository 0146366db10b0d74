"""The choice of a language: kept in this browser for a year, and wherever a room keeps it beside.

The cookie decides how a page is written, so that the sign-in speaks the language too; where there is none, what is set
for the client or what the browser asks for. A room that knows people registers in ``REMEMBERS``, and hands the cookie
back with :func:`bring` when somebody comes to another browser.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language

from razdar.core.registry import Registry

REMEMBERS: Registry[Callable[[HttpRequest, str], None]] = Registry("memory of a language")
"""Called with the request and one of the languages of the installation, after it was chosen."""


def is_language(code: str) -> bool:
    """Whether the installation speaks it."""
    return code in dict(settings.LANGUAGES)


def choose(request: HttpRequest) -> HttpResponseBase:
    """Keep a choice; then back to a page of this site."""
    response = set_language(request)
    code = request.POST.get("language", "")
    if request.method == "POST" and is_language(code):
        for remember in REMEMBERS.values():
            remember(request, code)
    return response


def bring(response: HttpResponseBase, code: str) -> None:
    """Have this browser speak a language that was chosen elsewhere; nothing for one that is not spoken here."""
    if is_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
