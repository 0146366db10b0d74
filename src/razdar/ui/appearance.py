"""Light or dark: what the system says, unless somebody chose otherwise in this browser.

The choice is a cookie that holds one of two words. The server writes it onto the page's root, so that no page is ever
shown in the wrong one first.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "razdar_appearance"
CHOICES = frozenset({"light", "dark"})
_YEAR = 365 * 24 * 60 * 60


def appearance_of(request: HttpRequest) -> str:
    """``light`` or ``dark`` as chosen; empty for what the system says."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in CHOICES else ""


@require_POST
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Remember a choice, or forget it; then back to a page of this site."""
    wanted = request.POST.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if ours else "/")
    chosen = request.POST.get("appearance", "")
    if chosen in CHOICES:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
