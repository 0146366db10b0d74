"""The locked screen: its page, the same inside a page that was locked in place, and what the browser's script asks.

These are the addresses that answer a locked session; none shows anything of what is locked.
"""

import json
from typing import Any
from uuid import UUID

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.identity import factors, framing, idle
from razdar.identity.forms import StepUpForm, StepUpPasskeyForm
from razdar.identity.idle import Standing
from razdar.identity.steps import own_path
from razdar.ui import errors
from razdar.ui.pages import is_fragment, public_page
from razdar.ui.shell import viewer_of


@require_http_methods(["GET", "POST"])
@public_page
def lock(request: HttpRequest) -> HttpResponse:
    """Prove a strong factor to open the session again, then back to the page that was locked."""
    if not request.user.is_authenticated:
        return errors.sign_in(request)
    if not idle.is_locked(request):
        return _open(request)
    # Inside a page that was locked where it stood, the page's own fields keep their ids.
    code, passkey = step_up_forms(request, "lock_%s")
    posted = code if code.is_bound else passkey
    if posted.is_bound and posted.is_valid():
        posted.save()
        if idle.unlock(request):
            return _open(request)
    mine = factors.factors_of(UUID(str(request.user.pk)))
    context: dict[str, Any] = {"form": code if mine.totp else None, "next": own_path(request)}
    if mine.passkeys:
        options = {"request_options": begin_authentication(request.user)}
        context |= {"passkey_form": passkey, "js_data": options, "passkey_json": json.dumps(options)}
    template = "identity/lock_inside.html" if is_fragment(request) else "identity/lock.html"
    return render(request, template, context, status=422 if posted.errors else 200)


def step_up_forms(request: HttpRequest, auto_id: str = "id_%s") -> tuple[StepUpForm, StepUpPasskeyForm]:
    """The two ways to prove a strong factor again; the one that was sent is bound."""
    posted = request.POST if request.method == "POST" else None
    with_code = posted is not None and "code" in posted
    return (
        StepUpForm(posted if with_code else None, user=request.user, auto_id=auto_id),
        StepUpPasskeyForm(posted if not with_code else None, user=request.user, auto_id=auto_id),
    )


def _open(request: HttpRequest) -> HttpResponse:
    if not is_fragment(request):
        return redirect(own_path(request))
    response = HttpResponse(status=204)
    response["HX-Trigger"] = "razdar:unlocked"
    return response


@require_POST
@public_page
def lock_now(request: HttpRequest) -> HttpResponse:
    """Lock the session at once: somebody asked for it, or their browser saw nobody for too long."""
    found = idle.standing(request)
    if found is Standing.OPEN:
        found = idle.lock(request, "time" if request.POST.get("by") == "time" else "person")
    if idle.is_background(request):
        return _state(request, found)
    if found is Standing.OUT:
        return errors.sign_in(request)
    return redirect(f"{reverse('lock')}?{urlencode({'next': own_path(request)})}")


@require_GET
@public_page
def lock_state(request: HttpRequest) -> HttpResponse:
    """How the session stands, and whose it is. Asked without the header of the background it is an act, as any page."""
    return _state(request, idle.standing(request))


def _state(request: HttpRequest, found: Standing) -> HttpResponse:
    viewer = viewer_of(request) if found is Standing.OPEN else None
    whose = framing.page_key(viewer) if viewer else ""
    return JsonResponse({"state": found.value, "who": whose, "csrf": get_token(request)})
