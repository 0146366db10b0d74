"""What somebody who is only partly signed in has to do next, and where to go afterwards."""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.identity.factors import has_strong
from razdar.identity.proofs import proof_of
from razdar.identity.workplaces import active_workplace
from razdar.ui.shell import nearest

START = "/"
NO_PLACE = frozenset({"workplace", "lock", "step_up", "account_login", "account_logout"})
"""Pages on the way to a page: nobody goes back to them."""


def own_path(request: HttpRequest) -> str:
    """The page to go to afterwards, from ``next``: a path of this site, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or START
    # A path only: an absolute address of this very host would pass a check of hosts and is not needed.
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None, require_https=request.is_secure())
    return wanted if ours else START


def path_at(request: HttpRequest, role: Role) -> str:
    """Where somebody who changed the workplace goes: to the page they came from if the new role may open it and it is
    about nobody in particular, else to the entry of the navigation that leads there, else to the start page."""
    path = urlsplit(own_path(request)).path
    try:
        found = resolve(path)
    except Resolver404:
        return START
    if found.view_name in NO_PLACE:
        return START
    asked = getattr(found.func, "permission", None)
    held = ROLE_PERMISSIONS.get(role, frozenset())
    if not found.kwargs and getattr(found.func, "is_page", False) and (asked is None or asked in held):
        return path
    return nearest(path, held) or START


def next_step(request: HttpRequest) -> str:
    """Where somebody whose password was right goes: to a second factor, to a workplace, or to their page."""
    if not proof_of(request).second_factor:
        missing = "step_up" if has_strong(UUID(str(request.user.pk))) else "mfa_index"
        return _with_next(request, reverse(missing))
    if active_workplace(request) is None:
        return _with_next(request, reverse("workplace"))
    return own_path(request)


def _with_next(request: HttpRequest, url: str) -> str:
    path = own_path(request)
    return url if path == START else f"{url}?{urlencode({'next': path})}"
