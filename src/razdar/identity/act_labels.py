"""What acts on people are called: on a person's page and, because both tell of the same entries, in the log."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOLD: Mapping[str, Promise] = {
    "identity:exception:approve": _("Approving an exception for one person"),
    "identity:exception:end": _("Ending an exception for one person"),
    "identity:exception:forged": _("Meeting an exception that was not agreed in Razdar"),
    "identity:exception:propose": _("Proposing an exception for one person"),
    "identity:exception:refuse": _("Refusing an exception for one person"),
    "identity:person:close": _("Closing a person's account"),
    "identity:person:history": _("Reading what was done to a person"),
    "identity:person:invite": _("Inviting a person"),
    "identity:person:leave": _("Letting a person leave"),
    "identity:person:renew": _("Renewing an invitation"),
    "identity:person:reopen": _("Opening a closed account again"),
    "identity:person:reset": _("Resetting a person's sign-in"),
    "identity:person:sign_out": _("Signing a person out everywhere"),
    "identity:person:unlock": _("Unlocking a person's account"),
    "identity:role:approve": _("Approving a role"),
    "identity:role:end": _("Ending a role"),
    "identity:role:forged": _("Meeting a role that was not granted by Razdar"),
    "identity:role:grant": _("Granting a role"),
    "identity:role:propose": _("Proposing a role"),
    "identity:role:refuse": _("Refusing a role"),
    "identity:role:reseal": _("Sealing a role anew after an upgrade"),
}
"""Acts on a person, who is named in their details; with the words of the log."""
OWN: Mapping[str, Promise] = {
    "identity:account:alert": _("Repeatedly failed sign-ins to an account"),
    "identity:account:disable": _("Disabling a person's account"),
    "identity:account:lock": _("Locking a person's account"),
    "identity:factor:add": _("Adding a second factor"),
    "identity:factor:remove": _("Removing a second factor"),
    "identity:factor:renew": _("Renewing one's recovery codes"),
    "identity:password:change": _("Changing one's own password"),
    "identity:person:accept": _("Accepting an invitation"),
}
"""What became of the person's own sign-in."""
LABELS: Mapping[str, Promise] = {**TOLD, **OWN}
