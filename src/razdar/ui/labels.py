"""What people call the roles, purposes, levels and data classes of the core, ready for translation.

The core is plain Python and speaks English; the same words stand here once more so that translators find them. A test
holds the two together.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from razdar.core.disclosure import DataClass, Level, Purpose, Role

ROLE_LABELS: Mapping[Role, Promise] = {
    Role.AGENT: _("Agent"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.QUALITY_REVIEWER: _("Quality reviewer"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.SECURITY_OFFICER: _("Security officer"),
    Role.AUDITOR: _("Auditor"),
    Role.CLIENT_OBSERVER: _("Client observer"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.TECHNICIAN: _("Technician"),
    Role.INTEGRATION: _("Integration"),
}

PURPOSE_LABELS: Mapping[Purpose, Promise] = {
    Purpose.SERVICE: _("Serving the customer"),
    Purpose.IDENTIFICATION: _("Making sure who is calling"),
    Purpose.CALL_BACK: _("Calling back"),
    Purpose.QUALITY: _("Quality review"),
    Purpose.COMPLAINT: _("Handling a complaint"),
    Purpose.PRIVACY_REQUEST: _("Answering a privacy request"),
    Purpose.LEGAL: _("A legal duty"),
    Purpose.SECURITY: _("A security matter"),
    Purpose.PROCESSING: _("Processing"),
}

LEVEL_LABELS: Mapping[Level, Promise] = {
    Level.NONE: _("Not shown"),
    Level.MASKED: _("Masked"),
    Level.PARTIAL: _("Partly masked"),
    Level.ON_REQUEST: _("On request"),
    Level.CLEAR: _("Shown"),
}

CLASS_LABELS: Mapping[DataClass, Promise] = {
    DataClass.SURNAME: _("Surname"),
    DataClass.GENDER: _("Gender"),
    DataClass.GIVEN_NAME: _("Given name"),
    DataClass.MIDDLE_NAME: _("Middle or father's name"),
    DataClass.BIRTH_DATE: _("Date of birth"),
    DataClass.NATIONAL_ID: _("National id"),
    DataClass.PASSPORT_NO: _("Passport number"),
    DataClass.ID_DOCUMENT: _("Picture of an identity document"),
    DataClass.PHONE: _("Phone number"),
    DataClass.WHATSAPP_ID: _("WhatsApp id"),
    DataClass.EMAIL: _("E-mail address"),
    DataClass.POSTAL_ADDRESS: _("Postal address"),
    DataClass.GEO: _("Precise location"),
    DataClass.IP_ADDRESS: _("IP address"),
    DataClass.ACCOUNT_NO: _("Bank or customer account"),
    DataClass.IBAN: _("IBAN"),
    DataClass.PAN: _("Card number"),
    DataClass.CARD_EXPIRY: _("Card expiry date"),
    DataClass.CVV: _("Card verification code"),
    DataClass.PIN: _("PIN or password of a customer"),
    DataClass.SECURITY_ANSWER: _("Answer to a security question"),
    DataClass.BALANCE: _("Balance, debt or income"),
    DataClass.HEALTH: _("Health"),
    DataClass.RELIGION: _("Religion"),
    DataClass.ETHNICITY: _("Ethnic origin"),
    DataClass.POLITICAL: _("Political opinion or union membership"),
    DataClass.SEX_LIFE: _("Sexual orientation or life"),
    DataClass.CRIMINAL: _("Criminal record"),
    DataClass.MINOR_FLAG: _("Child"),
    DataClass.VOICEPRINT: _("Voiceprint"),
    DataClass.RECORDING: _("Recording"),
    DataClass.TRANSCRIPT: _("Transcript"),
    DataClass.MESSAGE: _("Message text"),
    DataClass.ATTACHMENT: _("Attachment"),
    DataClass.CALL_META: _("Time and course of a contact"),
    DataClass.NEGOTIATION: _("Deal or strategy note"),
    DataClass.COMPLAINT: _("Complaint text"),
    DataClass.CONSENT_LOG: _("Evidence of consent"),
    DataClass.QA_SCORE: _("Quality score of an agent"),
    DataClass.STAFF_HR: _("Personal data of staff"),
    DataClass.REFERENCE_NO: _("Client's own reference"),
    DataClass.REASON: _("Reason written by staff"),
    DataClass.SETTING: _("Setting"),
    DataClass.TECHNICAL: _("Ids, times and states"),
}
