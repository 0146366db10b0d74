"""What we tell the sign-in library (django-allauth) to do our way.

It keeps the order of the steps and the web authentication protocol; names, tries, seeds, proofs, events and words are
ours. Nothing in it that needs an address is reachable: no sign-up, no reset by mail, no e-mail, phone or social pages.
"""

import io
from typing import Any
from uuid import UUID

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from razdar.core.errors import TooManyTries
from razdar.core.ledger.events import Mode
from razdar.identity import events, factors, languages, tries
from razdar.identity.models import User
from razdar.identity.names import canonical
from razdar.identity.proofs import STRONG, is_recent, proof_of
from razdar.identity.selectors import display_name
from razdar.runtime.scope import unit

WRONG = _("Work name or password is wrong, or this account is closed.")
WRONG_CODE = _("This code is wrong or was used already. Wait for the next one and try again.")

_SAID: dict[str, str | Promise] = {
    "account/messages/password_changed.txt": _("Your password is changed. You were signed out everywhere else."),
    "mfa/messages/totp_activated.txt": _("Your authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in with work name and password."""

    error_messages = {  # noqa: RUF012 (the library's own shape)
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": tries.WAIT,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        origin = events.origin_of(request)
        try:
            attempt = tries.begin(canonical(credentials.get("username", "")), origin)
        except TooManyTries:
            raise self.validation_error("too_many_login_attempts") from None
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            tries.failed(attempt, "password")
            return None
        tries.passed(attempt)
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        tries.clear(user.username)
        with unit():
            User.objects.filter(pk=user.pk).update(last_active_at=timezone.now())
            how = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
            detail = (("with", ".".join(str(step) for step in how)),)
            events.record("identity:session:start", events.origin_of(request), user.pk, detail=detail)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        languages.recall(response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        origin, person = events.origin_of(request), UUID(str(request.user.pk))
        super().logout(request)
        events.record_now("identity:session:end", Mode.CHANGE, origin, person)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002
        return HttpResponseRedirect(reverse("account_login"))

    def clean_password(self, password: str, user: User | None = None) -> str:
        cleaned: str = super().clean_password(password, user=user)
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        with unit():
            events.record("identity:password:change", events.origin_of(self.request), user.pk)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:  # noqa: ARG002
        return not recently_proven(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        if not user.is_authenticated:
            return []
        if factors.has_strong(user.pk):
            return [{"id": "step_up", "description": _("Confirm that it is you"), "url": reverse("step_up")}]
        return [{"id": "reauthenticate", "description": _("Your password"), "url": reverse("account_reauthenticate")}]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or _SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is ever mailed: there are no addresses."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = {  # noqa: RUF012 (the library's own shape)
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _("This is your last second factor. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        return factors.seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.open_factor(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        out = io.BytesIO()
        # Its own white ground: on a dark page a picture without one cannot be scanned.
        code = segno.make(url, error="m", micro=False)
        code.save(out, kind="svg", scale=6, border=4, light="#ffffff", svgclass=None, lineclass=None)
        return out.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return "Razdar"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return authenticator.type not in STRONG or factors.factors_of(authenticator.user_id).strong > 1

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        error: ValidationError = super().validation_error(code, *args)
        return error

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {"id": user.pk.hex.encode(), "display_name": display_name(user.pk), "name": user.username}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity = super().get_public_key_credential_rp_entity()
        return {"id": entity["id"], "name": "Razdar"}


def recently_proven(request: HttpRequest) -> bool:
    """Whether the session may change how its person signs in: any second factor of the last five minutes, a recovery
    code too, since its owner must be able to set up a new one; the password while there is no second factor yet."""
    if not request.user.is_authenticated:
        return False
    proof = proof_of(request)
    return is_recent(proof.proven_at if factors.has_strong(UUID(str(request.user.pk))) else proof.password_at)
