"""Pages of sign-in, of the own second factors, and of the workplace. The people pages are in ``people_pages``.

Pages of the sign-in itself ask for a password at most, since they lead to the rest; everything else asks for a viewer.
The steps and the protocol of passkeys are the library's (django-allauth); what is shown and what is recorded is ours.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.generic.edit import FormView

from razdar.core.errors import BadInput
from razdar.identity import events, factors, freezes, invitations, signing_in, workplaces
from razdar.identity.forms import AcceptForm
from razdar.identity.lock_pages import step_up_forms
from razdar.identity.proofs import proof_of
from razdar.identity.selectors import display_name
from razdar.identity.steps import next_step, own_path, path_at
from razdar.runtime.scope import unit
from razdar.ui import errors
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, fragment, page, public_page

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """For pages of somebody whose password was right, whatever is still missing."""

    @public_page
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else errors.sign_in(request)

    return guarded


def proven(view: View) -> View:
    """For pages that show or change factors: whoever proved nothing within five minutes is led to do so."""
    guarded: View = reauthentication_required(view, app="allauth.mfa")
    return guarded


def _person(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))


# --- Signing in -------------------------------------------------------------------------------------------------------


@public_page
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in form; whoever is on the way already is led to the next step."""
    if request.user.is_authenticated:
        return redirect(next_step(request))
    response: HttpResponseBase = account.login(request)
    return response


@public_page
def accept_invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Choose a password with a one-time link; then on to the second factor."""
    invited = invitations.find(token)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept(token, form.cleaned_data["password1"], events.origin_of(request))
        except BadInput as error:
            form.add_error("password1", sentence(error))
        else:
            return signing_in.enter_new(request, person)
    context = {"form": form, "work_name": invited.work_name, "name": display_name(invited.person)}
    return render(request, "identity/accept.html", context, status=422 if form.errors else 200)


@signed_in
def confirm_password(request: HttpRequest) -> HttpResponseBase:
    """Typing the password again, for who has no second factor yet; everybody else proves the factor."""
    if factors.has_strong(_person(request)):
        return redirect(f"{reverse('step_up')}?{request.GET.urlencode()}")
    response: HttpResponseBase = account.reauthenticate(request)
    return response


@signed_in
def step_up(request: HttpRequest) -> HttpResponseBase:
    """Prove a strong factor again, then back to where it was asked for."""
    mine = factors.factors_of(_person(request))
    if not mine.strong:
        return redirect(next_step(request))
    code, passkey = step_up_forms(request)
    posted = code if code.is_bound else passkey
    if posted.is_bound and posted.is_valid():
        posted.save()
        # The library keeps a form that was interrupted; sending it again unseen is nothing a person asked for.
        request.session.pop("account_reauthentication_state", None)
        signing_in.note_step_up(request)
        return redirect(own_path(request))
    context: dict[str, Any] = {"form": code if mine.totp else None, "next": own_path(request)}
    if mine.passkeys:
        context |= {"passkey_form": passkey, "js_data": {"request_options": begin_authentication(request.user)}}
    return render(request, "identity/step_up.html", context, status=422 if posted.errors else 200)


@signed_in
def workplace(request: HttpRequest) -> HttpResponseBase:
    """Choose the client and the role to work in."""
    if not proof_of(request).second_factor:
        return redirect(next_step(request))
    if request.method == "POST":
        place = workplaces.choose(request, request.POST.get("workplace", ""))
        signing_in.note_workplace(request, place)
        return redirect(path_at(request, place.role))
    context = {
        "places": workplaces.workplaces_of(_person(request)),
        "active": workplaces.active_workplace(request),
        "next": own_path(request),
    }
    return render(request, "identity/workplace.html", context)


# --- The own sign-in --------------------------------------------------------------------------------------------------


@signed_in
@require_GET
def my_sign_in(request: HttpRequest) -> HttpResponse:
    """What the person has set up, and what they can do about it; the first stop of who has no second factor yet."""
    context = {
        "work_name": request.user.get_username(),
        "name": display_name(_person(request)),
        "factors": factors.factors_of(_person(request)),
        "places": workplaces.workplaces_of(_person(request)),
        "complete": proof_of(request).second_factor,
    }
    return render(request, "identity/my_sign_in.html", context)


@signed_in
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the person's sessions in all other browsers."""
    signing_in.sign_out_elsewhere(request)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("mfa_index")


class TotpPage(ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app, or put a new one in the old one's place."""

    @method_decorator(reauthentication_required(app="allauth.mfa"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Past the library's own dispatch: it refuses whoever has an app already.
        response: HttpResponseBase = FormView.dispatch(self, request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = FormView.get_context_data(self, **kwargs)
        seed = context["form"].secret
        groups = [seed[i : i + 4] for i in range(0, len(seed), 4)]
        return {**context, "seed": " ".join(groups), "replaces": factors.factors_of(_person(self.request)).totp}

    def form_valid(self, form: Any) -> HttpResponse:
        with unit():
            signing_in.drop_totp(self.request)
            response: HttpResponse = super().form_valid(form)
            signing_in.note_new_factor(self.request, "totp")
        return response


@signed_in
@require_GET
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The seed being set up, as a picture to scan."""
    seed = signing_in.pending_seed()
    if seed is None:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, seed))
    return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


class RemoveTotpPage(DeactivateTOTPView):  # type: ignore[misc]
    """Remove the authenticator app; the last strong factor stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        signing_in.note_lost_factor(self.request, "totp")
        return response


class AddPasskeyPage(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        with unit():
            response: HttpResponse = super().form_valid(form)
            signing_in.note_new_factor(self.request, "webauthn")
        return response


class RenamePasskeyPage(EditWebAuthnView):  # type: ignore[misc]
    """Give a passkey another name."""


class RemovePasskeyPage(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey; the last strong factor stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not signing_in.may_remove(self.request):
            messages.error(self.request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().form_valid(form)
        signing_in.note_lost_factor(self.request, "webauthn")
        return response


@signed_in
@proven
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, shown once; afterwards only how many are left."""
    if not factors.has_strong(_person(request)):
        raise Http404
    context = {"codes": factors.show_codes(_person(request)), "factors": factors.factors_of(_person(request))}
    return render(request, "identity/recovery_codes.html", context)


@signed_in
@require_POST
@proven
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make ten new recovery codes; the old ones are good for nothing afterwards."""
    if not factors.has_strong(_person(request)):
        raise Http404
    factors.new_codes(_person(request))
    signing_in.note_new_codes(request)
    return redirect("mfa_view_recovery_codes")


@require_GET
@page()
def reading(request: PageRequest) -> HttpResponse:
    """Whether reading goes on, for a page that waits for it: then it opens again, as its person left it."""
    if freezes.is_stopped(request.viewer):
        return HttpResponse(status=204)
    context = {"kind": "info", "title": "", "sentence": _("Reading goes on.")}
    response = fragment(request, "ui/components/alert.html", context)
    response["HX-Refresh"] = "true"
    return response
