"""Why calls stay locked: a sentence for each error code. On a page it is translated, on the command line English."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

REASONS: Mapping[str, Promise] = {
    "bad-input": _("What came with the call cannot be used as its transcript."),
    "client-frozen": _("The client has stopped all reading of its data; it goes on by itself when that is lifted."),
    "engine-crashed": _("The transcription engine broke off."),
    "engine-failed": _("The transcription engine could not do it."),
    "engine-hung": _("The transcription engine did not go on and was ended."),
    "engine-memory": _("The transcription engine needs more memory than it may have."),
    "engine-nonsense": _("The transcription engine gave an answer that makes no sense."),
    "engine-not-ready": _("The transcription engine or its model is not where the settings say."),
    "gave-up": _("An error that nobody foresaw; the worker's log has it."),
    "gone": _("The sound or the words were kept long enough and are destroyed."),
    "heard-nothing": _("The transcription engine heard no words."),
    "keys-locked": _("The key store was locked; it is tried again by itself."),
    "misconfigured": _("The installation cannot do it with its settings; the worker's log says which."),
    "no-engine": _("No transcript came with the call, and no engine was there to make one."),
    "not-disclosed": _("The matrix does not let the pipeline open what it needs."),
    "not-found": _("The call or its customer is not there any more."),
    "nothing-recorded": _("Nothing was recorded of the call."),
    "pattern-too-slow": _("A pattern of the client's own took too long over it; it is tried again by itself."),
    "policy-unreadable": _("The redaction policy of the client could not be read; it is tried again by itself."),
    "recogniser-failed": _("The named-entity engine could not do it; it is tried again by itself."),
    "recogniser-not-ready": _("The named-entity engine or its models are not where the settings say."),
    "second-key-needed": _("It opens only with a second key, which a person keeps."),
    "throttled": _("More keys were asked for than may be in a short time; it is tried again by itself."),
    "too-many-tries": _("More was opened than may be in a short time."),
    "unavailable": _("A part of the system was away; it is tried again by itself."),
    "unopenable": _("What is stored of the call does not open: it was damaged, exchanged, or its keys are destroyed."),
    "unverifiable": _("A signature or a proof does not hold."),
}
_OTHER = _("Another error, which the worker's log names.")


def reason(code: str) -> Promise:
    """Why, in the language of whoever looks."""
    return REASONS.get(code, _OTHER)


def english(code: str) -> str:
    """Why, for the command line."""
    with override(None):
        return str(reason(code))
