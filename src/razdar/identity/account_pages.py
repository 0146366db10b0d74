"""What an administrator does to a colleague's account; what cannot be taken back is confirmed on a page of its own."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.identity import accounts, directory, history, leaving, observers, services
from razdar.identity.forms import RoleForm
from razdar.identity.invitations import Link
from razdar.ui import undo
from razdar.ui.pages import PageRequest, page

P = Permission


@page(P.IDENTITY_PERSON_LIST)
@require_GET
def person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """One person: sign-in, roles, sessions, what was done; and what can be done."""
    context = {
        "account": directory.account(request.viewer, person_id),
        "role_form": RoleForm(),
        "history": history.of(request.viewer, person_id, _before(request)),
        "older_than": _before(request),
    }
    return render(request, "identity/person.html", context)


def _before(request: PageRequest) -> int | None:
    text = request.GET.get("after", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise NotFound
    return int(text)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def sign_out(request: PageRequest, person_id: UUID) -> HttpResponse:
    """End somebody's sessions."""
    accounts.sign_out_everywhere(request.viewer, person_id)
    messages.success(request, _("This person is signed out everywhere."))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def unlock(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Open an account that closed by itself."""
    accounts.unlock(request.viewer, person_id)
    messages.success(request, _("This person can sign in again."))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def reopen(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Open an account that an administrator closed."""
    accounts.reopen(request.viewer, person_id)
    messages.success(request, _("This account is open again, with the roles that it had."))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def renew(request: PageRequest, person_id: UUID) -> HttpResponse:
    """A new link for somebody who cannot sign in any more; shown once."""
    return link_page(request, services.renew(request.viewer, person_id))


@page(P.IDENTITY_PERSON_INVITE)
@require_http_methods(["GET", "POST"])
def reset(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Take a sign-in away and make the link to a new one, after saying what that means."""
    if request.method == "GET":
        return _sure(request, person_id, "reset")
    return link_page(request, accounts.reset(request.viewer, person_id))


@page(P.IDENTITY_PERSON_INVITE)
@require_http_methods(["GET", "POST"])
def close(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Close an account until it is opened again; can be undone."""
    if request.method == "GET":
        return _sure(request, person_id, "close")
    accounts.close(request.viewer, person_id)
    undo.done(request, _("This account is closed."), reverse("identity:reopen", args=[person_id]))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_http_methods(["GET", "POST"])
def leave(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Let somebody leave, after saying what ends and what is left for others; afterwards, what has ended."""
    if request.method == "GET":
        return _sure(request, person_id, "leave", leaving.behind)
    left = leaving.leave(request.viewer, person_id)
    context = {"left": left, "person": directory.account(request.viewer, person_id).person}
    return render(request, "identity/left.html", context)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def ask_observers(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Ask the client's other observers whether one of them may be taken out of action."""
    observers.ask(request.viewer, person_id)
    messages.success(request, _("The observers are asked, on every page that they open."))
    return redirect("identity:person", person_id)


def link_page(request: PageRequest, link: Link | None, *, waits: bool = False) -> HttpResponse:
    """A link, shown once; or that none is needed. And whether a role of the person waits for a second administrator."""
    address = request.build_absolute_uri(link.path) if link else ""
    return render(request, "identity/link.html", {"link": link, "address": address, "waits": waits})


def _sure(
    request: PageRequest, person_id: UUID, act: str, tell: Callable[..., tuple[str, ...]] | None = None
) -> HttpResponse:
    """Say what an act will do, before it is done."""
    found = directory.account(request.viewer, person_id)
    context = {
        "account": found,
        "act": act,
        "allowed": act in found.acts,
        "behind": tell(request.viewer, person_id) if tell else (),
    }
    return render(request, "identity/sure.html", context)
