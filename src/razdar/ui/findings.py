"""What redaction finds, what becomes of it and why it was found, in words for pages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.core.redaction import Action, Policy, SpanType, Why, token

KINDS: Mapping[SpanType, Promise] = {
    SpanType.CARD: _("Card number"),
    SpanType.CVV: _("Card verification code"),
    SpanType.PHONE: _("Phone number"),
    SpanType.EMAIL: _("E-mail address"),
    SpanType.IBAN: _("IBAN"),
    SpanType.NATIONAL_ID: _("National id"),
    SpanType.ACCOUNT: _("Bank or customer account"),
    SpanType.PERSON: _("Name"),
    SpanType.ADDRESS: _("Postal address"),
    SpanType.REFERENCE: _("Client's own reference"),
    SpanType.EXPIRY: _("Expiry date of a card"),
    SpanType.PIN: _("Secret number (PIN)"),
    SpanType.SECRET: _("One-time code"),
    SpanType.PASSWORD: _("Password"),
    SpanType.USERNAME: _("Sign-in name"),
    SpanType.TAX_ID: _("Tax number"),
    SpanType.PASSPORT: _("Passport number"),
    SpanType.DRIVER_LICENSE: _("Driving licence number"),
    SpanType.DOC_ID: _("Number of an identity document"),
    SpanType.VEHICLE: _("Number of a vehicle"),
    SpanType.ZIP: _("Postcode"),
    SpanType.LOCATION: pgettext_lazy("what was removed", "Place"),
    SpanType.ORG: _("Name of an organisation"),
    SpanType.DOB: _("Date of birth"),
    SpanType.DATE: pgettext_lazy("what was removed", "Date"),
    SpanType.AGE: pgettext_lazy("what was removed", "Age"),
    SpanType.NRP: _("Belief or origin"),
    SpanType.URL: _("Web address"),
    SpanType.IP: _("IP address"),
    SpanType.MAC: _("Address of a device (MAC)"),
    SpanType.CRYPTO: _("Address of a crypto wallet"),
    SpanType.NUMBER: _("Number"),
}
"""A test holds them against the kinds there are."""

ACTIONS: Mapping[Action, Promise] = {
    Action.MASK: pgettext_lazy("what becomes of a finding", "masked"),
    Action.TOKEN: pgettext_lazy("what becomes of a finding", "replaced by a token"),
    Action.DROP: pgettext_lazy("what becomes of a finding", "left out"),
    Action.KEEP: pgettext_lazy("what becomes of a finding", "kept"),
}

ACTION_MEANINGS: Mapping[Action, Promise] = {
    Action.MASK: _("The kind stands in its place."),
    Action.TOKEN: _("A sign stands in its place; within one conversation the same value has the same sign."),
    Action.DROP: _("Nothing stands in its place."),
    Action.KEEP: _("It stays as it is."),
}

SAMPLES: Mapping[Action, str] = {Action.MASK: token(SpanType.PHONE), Action.TOKEN: "<PHONE_BCDFG>"}
"""What stands in place of a telephone number."""

WHYS: Mapping[Why, Promise] = {
    Why.CHECKSUM: _("its check digits are right"),
    Why.NO_CHECKSUM: _("its check digits are wrong, yet something announces it"),
    Why.NETWORK: _("it begins like the numbers of a card network"),
    Why.ALIGNED: _("its digits are grouped as on such a number"),
    Why.LENGTH: _("it has the length of such a number"),
    Why.CUE: _("words near it announce it"),
    Why.SHAPE: _("it has the form of such a value"),
    Why.BIRTH_DATE: _("it holds a possible date of birth"),
    Why.INTERNATIONAL: _("it is a number with a country code"),
    Why.NATIONAL: _("it is a number by the plan of a country"),
    Why.UNCHECKED: _("it could not be checked, so nothing of it is shown"),
    Why.SPOKEN: _("it is said or written in words"),
    Why.LANGUAGE: _("the language of the text speaks for it"),
    Why.KNOWN: _("it stands in the customer's record"),
    Why.ASKED: _("it answers a question for it"),
    Why.OWN: _("a pattern of your client finds it"),
    Why.REPEATED: _("it was found elsewhere in the conversation"),
    Why.REST: _("it is the rest of something that was found"),
    Why.ENTITY: _("a named-entity engine takes it for one"),
}


def shipped(kind: SpanType) -> Promise:
    """What becomes of a kind under the shipped policy."""
    return ACTIONS[Policy.DEFAULT.actions[kind]]
