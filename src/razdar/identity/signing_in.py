"""The end of setting up a sign-in: into the session, with what was proven on the way."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from razdar.identity import events, factors, sessions
from razdar.identity.models import User
from razdar.identity.workplaces import Workplace
from razdar.runtime.scope import unit


def enter_new(request: HttpRequest, person: UUID) -> HttpResponse:
    """Sign somebody in who has just chosen a password, and lead them to the second factor."""
    if request.user.is_authenticated:
        logout(request)
    user = User.objects.get(pk=person)
    login = Login(user=user, redirect_url=reverse("mfa_index"))
    response: HttpResponse = perform_password_login(request, {"username": user.username}, login)
    return response


def note_new_factor(request: HttpRequest, kind: str) -> None:
    """A factor was set up in this session, and was thereby proven.

    Args:
        kind: ``totp`` or ``webauthn``.
    """
    record_authentication(request, request.user, "mfa", type=kind)
    _record(request, "identity:factor:add", kind)


def note_lost_factor(request: HttpRequest, kind: str) -> None:
    """A factor was removed by its owner."""
    _record(request, "identity:factor:remove", kind)


def note_new_codes(request: HttpRequest) -> None:
    """The recovery codes were replaced."""
    _record(request, "identity:factor:renew", "recovery_codes")


def note_step_up(request: HttpRequest) -> None:
    """A strong factor was proven again."""
    _record(request, "identity:session:step_up", "")


def drop_totp(request: HttpRequest) -> None:
    """Remove the signed-in person's authenticator app, to put a new one in its place within the same transaction."""
    Authenticator.objects.filter(user_id=request.user.pk, type="totp").delete()


def sign_out_elsewhere(request: HttpRequest) -> int:
    """End every other session of the signed-in person; how many there were."""
    person = UUID(str(request.user.pk))
    with unit():
        ended = sessions.end_all(person, keep=request.session.session_key)
        _record(request, "identity:session:end_others", "")
    return ended


def note_workplace(request: HttpRequest, place: Workplace) -> None:
    """Somebody with several workplaces went to one of them; told at once, because the scope open may be another's."""
    events.record_entry(place.client, events.origin_of(request), UUID(str(request.user.pk)), place.role)


def pending_seed() -> str | None:
    """The seed being set up in this session, while its page is open."""
    seed: str | None = context.request.session.get("mfa.totp.secret")
    return seed


def may_remove(request: HttpRequest) -> bool:
    """Whether the person keeps a strong factor when one is removed."""
    return factors.factors_of(UUID(str(request.user.pk))).strong > 1


def _record(request: HttpRequest, action: str, kind: str) -> None:
    detail = (("kind", kind),) if kind else ()
    person = UUID(str(request.user.pk))
    with unit():
        events.record(action, events.origin_of(request), person, detail=detail)
