"""What scheduled work does, in a sentence, and whether a page may have it done out of turn.

Work that destroys what was kept long enough, or that makes and ends keys, keeps its hour: whoever wants it sooner runs
the command, at a console, under an account that may.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """How one piece of scheduled work is shown.

    Attributes:
        label: what it is called.
        does: what it does, in a sentence.
        command: that does it now, with ``{client}`` where it needs one; empty where a page may ask for it.
    """

    label: Promise
    does: Promise
    command: str = ""


WORDS: Mapping[str, Words] = {
    "assurance.look_at_doors": Words(
        _("Looking at certificates"), _("Asks each door of this installation which certificate it serves.")
    ),
    "assurance.look_at_keys": Words(
        _("Looking at the keys"), _("Asks the key agent how keys, epochs and key bundles stand, for the page Keys.")
    ),
    "customers.forget": Words(
        _("Forgetting tries"),
        _("Removes counters and permissions to work for a customer that have been over for a day."),
    ),
    "customers.watch_index": Words(
        _("Watching the search index"), _("Rebuilds a search index that a crash has emptied, and resumes resealing.")
    ),
    "identity.sweep": Words(
        _("Tidying up sign-ins"), _("Removes ended sessions and links, and disables people who stayed away for long.")
    ),
    "interactions.resume": Words(
        _("Resuming calls"), _("Tries again to transcribe and redact calls that were left behind for half an hour.")
    ),
    "interactions.retain": Words(
        _("Retention of calls"),
        _("Destroys recordings and transcripts that their client has kept long enough."),
        "razdar retention run --client {client}",
    ),
    "interactions.sweep": Words(
        _("Sweeping stored files"), _("Removes stored files that no record names, as a broken write leaves them.")
    ),
    "oversight.retain": Words(
        _("Retention of questions"),
        _("Destroys questions about the log to which nothing was added for as long as the log is kept."),
        "razdar jobs run oversight.retain",
    ),
    "privacy.certify": Words(
        _("Certificates of erasures"), _("Issues the certificate of each erasure whose end stands in the log.")
    ),
    "telephony.drop_keys": Words(
        _("Ending keys of streams"),
        _("Destroys keys of streams that no call has, or whose sound was kept long enough."),
        "razdar jobs run telephony.drop_keys",
    ),
    "telephony.sweep": Words(
        _("Closing forgotten calls"), _("Ends calls that nobody ended, and finishes those that wait for it.")
    ),
    "vault.cover": Words(
        _("Key bundles after erasures"),
        _("Makes a key bundle where the newest does not hold every erasure yet."),
        "razdar keys bundle",
    ),
    "vault.freezes": Words(
        _("Setting freezes again"),
        _("Stops reading for clients that the log says are frozen, after keys were put back."),
    ),
    "vault.keep": Words(
        _("Keeping the keys"),
        _("Rotates epochs that are due, makes the daily key bundle and removes expired ones."),
        "razdar jobs run vault.keep",
    ),
    "vault.reconcile": Words(
        _("Comparing book and log"),
        _("Looks up in the log every key that the key agent handed out, and reports those that are not there."),
        "razdar keys reconcile",
    ),
    "work.forget": Words(_("Forgetting drafts"), _("Removes drafts and requests for access that have had their time.")),
    "work.retain": Words(
        _("Retention of notes"),
        _("Destroys notes that their client has kept long enough."),
        "razdar jobs run work.retain",
    ),
}
"""By the name of the job."""

REASONS: Mapping[str, Promise] = {
    "client-frozen": _("A client has stopped all reading of its data; it goes on when that is lifted."),
    "keys-locked": _("The key agent did not answer."),
    "misconfigured": _("The settings do not allow it; the worker's log says which."),
    "not-yours": _("The worker may not do this; its account has another role at the key agent."),
    "throttled": _("More keys were asked for than may be in a short time."),
    "unavailable": _("A part of the system was away."),
    "unopenable": _("Something stored does not open: it was damaged or exchanged."),
    "unverifiable": _("A signature or a proof does not hold."),
}
OTHER = _("An error that nobody foresaw; the worker's log names it.")


def reason(code: str) -> Promise:
    """Why it failed; nothing of what it worked on."""
    return REASONS.get(code, OTHER)
