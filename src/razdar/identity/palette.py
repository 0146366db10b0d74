"""What people can do about themselves and each other from anywhere."""

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from razdar.core.permissions import Permission
from razdar.ui.shell import Command, shell_of

COMMANDS: Mapping[str, Command] = {
    "invite": Command(
        _("Invite somebody"), "identity:invite", Permission.IDENTITY_PERSON_INVITE, _("new person colleague"), order=20
    ),
    "invite many": Command(
        _("Invite many"), "identity:invite-many", Permission.IDENTITY_PERSON_INVITE, _("bulk list csv people"), order=21
    ),
    "password": Command(_("Change password"), "account_change_password", words=_("secret"), order=600),
    "passkey": Command(_("Add a passkey"), "mfa_add_webauthn", words=_("security key factor"), order=601),
    "elsewhere": Command(
        _("Sign out everywhere else"), "identity:sign-out-elsewhere", words=_("sessions browsers"), post=True, order=810
    ),
    "sign out": Command(_("Sign out"), "account_logout", words=_("leave end"), post=True, order=820),
}


def workplaces(request: HttpRequest) -> Iterator[Command]:
    """The person's other workplaces."""
    shell = shell_of(request)
    for place in shell.places if shell else ():
        if not place.current:
            yield Command(
                _("Switch to %(client)s, %(role)s") % {"client": place.client, "role": place.role},
                "workplace",
                words=_("client workplace role"),
                post=True,
                values={"workplace": place.key},
                order=500,
            )
