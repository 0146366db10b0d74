"""Forms of sign-in, of second factors and of the people pages."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from razdar.core.disclosure import Role
from razdar.core.errors import TooManyTries
from razdar.identity import events, factors, tries
from razdar.identity.duties import FOR_PEOPLE
from razdar.identity.hashers import LONGEST_TYPED
from razdar.identity.names import LONGEST
from razdar.identity.passwords import HELP
from razdar.ui.labels import ROLE_LABELS

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
# Not the field's own limit: browsers would cut what is pasted without a word. Only for a password that is being chosen:
# one that is typed to be checked is a wrong password when it is too long, and is answered and counted like one.
_NOT_ENDLESS = MaxLengthValidator(LONGEST_TYPED, _("This is too long."))


def _say(field: forms.Field, label: Any, help_text: Any = "", **attributes: str) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


# --- Sign-in ----------------------------------------------------------------------------------------------------------


class SignInForm(LoginForm):  # type: ignore[misc]
    """Work name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not tied to the length of a work name: whoever typed the password here must not be told that it is too long.
        self.fields["login"] = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "username"}))
        _say(self.fields["login"], _("Work name"), autocapitalize="off", spellcheck="false", dir="ltr")
        _say(self.fields["password"], _("Password"))
        self.order_fields(["login", "password"])


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second step: a code of the authenticator app, or a recovery code."""

    recovery = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("Six digits from your authenticator app, or one of your recovery codes.")
        _say(self.fields["code"], _("Code"), help_text, **_CODE)

    def clean_code(self) -> str:
        attempt = _begin(self.user)
        found = factors.check_code(self.user.pk, self.cleaned_data["code"], recovery=self.recovery)
        if found is None:
            tries.failed(attempt, "code")
            raise get_adapter().validation_error("incorrect_code")
        tries.passed(attempt)
        found.user = self.user
        self.authenticator = found
        return str(self.cleaned_data["code"])


class StepUpForm(CodeForm):
    """Proving the authenticator app again; a recovery code is too precious, and too weak, for that."""

    recovery = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Six digits from your authenticator app. Each code is good once.")


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step with a passkey."""

    def clean_credential(self) -> Any:
        attempt = _begin(self.user)
        try:
            found = super().clean_credential()
        except (ValidationError, KeyError, AttributeError):
            # The library checks what it parses in part only: an answer without its members is a wrong answer.
            tries.failed(attempt, "passkey")
            raise get_adapter().validation_error("incorrect_code") from None
        tries.passed(attempt)
        return found


class StepUpPasskeyForm(PasskeyForm):
    """Proving a passkey again."""

    reauthenticated = ReauthenticateWebAuthnForm.reauthenticated


def _begin(user: Any) -> tries.Try:
    try:
        return tries.begin(user.username, events.origin_of(context.request))
    except TooManyTries:
        raise ValidationError(tries.WAIT, code="too_many") from None


# --- Own sign-in ------------------------------------------------------------------------------------------------------


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """Setting up an authenticator app: its first code, which is thereby used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), _("Six digits that the app shows now."), **_CODE)

    def clean_code(self) -> str:
        code = factors.plain_code(self.cleaned_data["code"])
        if not factors.use_step(self.user.pk, self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Adding a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("What you call it"), _("For example: key at the desk, phone."), autocomplete="off")
        self.fields["name"].max_length = 60


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Calling a passkey something else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("What you call it"), autocomplete="off")
        self.fields["name"].max_length = 60


class OwnPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """Typing the own password again, before there is a second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Password"))


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Changing the own password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Present password"))
        _say(self.fields["password1"], _("New password"), HELP)
        _say(self.fields["password2"], _("New password again"))
        for name in ("password1", "password2"):
            self.fields[name].validators.append(_NOT_ENDLESS)


class AcceptForm(forms.Form):
    """Choosing a password on an invitation."""

    password1 = forms.CharField(
        label=_("Password"),
        help_text=HELP,
        strip=False,
        validators=[_NOT_ENDLESS],
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        validators=[_NOT_ENDLESS],
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        return cleaned


# --- People -----------------------------------------------------------------------------------------------------------


class InviteForm(forms.Form):
    """Inviting somebody."""

    work_name = forms.CharField(
        label=_("Work name"),
        help_text=_("What they type to sign in: small letters, digits, dots and hyphens."),
        max_length=LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("How colleagues see them. It is kept sealed; the log knows a pseudonym only."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("A role that opens data or approves waits until another administrator agrees."),
        choices=[(role.value, ROLE_LABELS[role]) for role in FOR_PEOPLE],
        widget=forms.CheckboxSelectMultiple,
    )

    def chosen(self) -> tuple[Role, ...]:
        """The roles of a valid form."""
        return tuple(Role(value) for value in self.cleaned_data["roles"])


class RoleForm(forms.Form):
    """Giving somebody a further role."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, ROLE_LABELS[role]) for role in FOR_PEOPLE])
