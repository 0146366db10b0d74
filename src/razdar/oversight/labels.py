"""What the log's codes are called on a page. A code without words here is shown as it is; a test finds it.

Actions are named for what was undertaken; whether it came about is told by the outcome beside it.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from razdar.core.ledger import Mode, Outcome

ACTION_LABELS: Mapping[str, Promise] = {
    "customers:card:view": _("Opening the customer's card"),
    "customers:field:correct": _("Correcting a field"),
    "customers:field:match": _("Comparing what the caller said with a field"),
    "customers:field:reveal": _("Revealing a field"),
    "customers:handle:add": _("Adding a way to reach the customer"),
    "customers:index:rebuild": _("Rebuilding the search index"),
    "customers:list:view": _("Seeing the customer in a list"),
    "customers:record:create": _("Creating the customer's record"),
    "customers:record:process": _("Working on the customer's record in the background"),
    "customers:record:search": _("Searching for customers by an exact value"),
    "identity:account:alert": _("Repeatedly failed sign-ins to an account"),
    "identity:account:disable": _("Disabling a person's account"),
    "identity:account:lock": _("Locking a person's account"),
    "identity:approval:approve": _("Approving a request"),
    "identity:approval:refuse": _("Refusing a request"),
    "identity:approval:request": _("Asking for an approval"),
    "identity:client:create": _("Setting up the client"),
    "identity:factor:add": _("Adding a second factor"),
    "identity:factor:remove": _("Removing a second factor"),
    "identity:factor:renew": _("Renewing one's recovery codes"),
    "identity:password:change": _("Changing one's own password"),
    "identity:person:accept": _("Accepting an invitation"),
    "identity:person:invite": _("Inviting a person"),
    "identity:person:renew": _("Renewing an invitation"),
    "identity:person:sign_out": _("Signing a person out everywhere"),
    "identity:person:unlock": _("Unlocking a person's account"),
    "identity:role:approve": _("Approving a role"),
    "identity:role:end": _("Ending a role"),
    "identity:role:forged": _("Meeting a role that was not granted by Razdar"),
    "identity:role:grant": _("Granting a role"),
    "identity:role:propose": _("Proposing a role"),
    "identity:role:refuse": _("Refusing a role"),
    "identity:session:end": _("Signing out"),
    "identity:session:end_others": _("Signing out one's other sessions"),
    "identity:session:start": _("Signing in"),
    "identity:session:step_up": _("Confirming that it is oneself"),
    "identity:sign_in:fail": _("Signing in without success"),
    "identity:source:alert": _("Repeatedly failed sign-ins from one place"),
    "identity:workplace:enter": _("Choosing a client and a role"),
    "interactions:call:import": _("Taking in a recorded call"),
    "interactions:original:open": _("Opening an original"),
    "interactions:pipeline:redact": _("Redacting a contact in the background"),
    "interactions:pipeline:transcribe": _("Transcribing a contact in the background"),
    "interactions:recording:play": _("Playing a recording"),
    "interactions:recording:view": _("Opening a recording"),
    "interactions:transcript:view": _("Reading a transcript"),
    "oversight:log:view": _("Reading the log"),
    "privacy:customer:erase": _("Erasing the customer"),
    "security:csp:violation": _("Something forbidden, tried by a page"),
    "security:page:refuse": _("Asking for a page that is not theirs"),
    "vault:matrix:forge": _("Meeting a matrix that was not written by Razdar"),
    "vault:matrix:approve": _("Approving a change of who may see what"),
    "vault:matrix:propose": _("Proposing a change of who may see what"),
    "vault:matrix:refuse": _("Refusing a change of who may see what"),
    "vault:reveal:ask": _("Asking a second person to agree to a reveal"),
    "vault:reason:view": _("Reading the reason of a request"),
}

MODE_LABELS: Mapping[Mode, Promise] = {
    Mode.VIEW: _("Looked at"),
    Mode.LIST_ROW: _("Seen in a list"),
    Mode.SEARCH: _("Searched"),
    Mode.MATCH: _("Compared unseen"),
    Mode.PLAY: _("Listened to"),
    Mode.REVEAL: _("Revealed"),
    Mode.EXPORT: _("Exported"),
    Mode.API: _("Read by a program"),
    Mode.MONITOR: _("Watched live"),
    Mode.PRINT: _("Printed"),
    Mode.DENY: _("Refused"),
    Mode.CHANGE: _("Changed"),
    Mode.SYSTEM: _("Done by the system"),
}

OUTCOME_LABELS: Mapping[str, tuple[str, Promise]] = {
    Outcome.OK: ("ok", _("Done")),
    Outcome.DENIED: ("warn", _("Refused")),
    Outcome.FAILED: ("bad", _("Failed")),
}
"""The look of a pill and its words."""

DETAIL_LABELS: Mapping[str, Promise] = {
    "answer": _("Answer"),
    "duration_ms": _("Length"),
    "entries": _("Entries"),
    "found": _("Found"),
    "kind": _("Kind"),
    "limit": _("Limit"),
    "rendition": _("Rendition"),
    "step": _("Step"),
}
"""Names of an event's details; together with the values below."""

VALUE_LABELS: Mapping[tuple[str, str], Promise] = {
    ("answer", "agrees"): _("agrees"),
    ("answer", "differs"): _("differs"),
    ("kind", "matrix"): _("change of who may see what"),
    ("kind", "recovery_codes"): _("recovery codes"),
    ("kind", "reveal"): _("reveal"),
    ("kind", "totp"): _("one-time code"),
    ("kind", "webauthn"): _("passkey"),
    ("limit", "look"): _("records in an hour"),
    ("limit", "match"): _("tries to match"),
    ("limit", "reveal"): _("reveals in an hour"),
    ("limit", "search"): _("searches"),
    ("rendition", "original"): _("original"),
    ("rendition", "redacted"): _("redacted"),
    ("step", "begun"): _("begun"),
    ("step", "code"): _("one-time code"),
    ("step", "done"): _("done"),
    ("step", "passkey"): _("passkey"),
    ("step", "password"): _("password"),
}
