"""Data classes: the kinds of information with rules of their own.

Every stored column has a class. A class has a stable number, because it is part of what a sealed value is bound to
(numbers are never reused), a category, a sensitivity from 1 (highest) to 3, and an exposure weight from 0 to 10 used
when it must be told how bad an exposure was. Sensitivity follows GDPR art. 9, the California Consumer Privacy Act
1798.140(ae), LGPD art. 5 II, PIPL art. 28 and PCI DSS 4.0.1 3.3 to 3.4.

The category decides which subkey of the customer's key seals the value: identity, content or metadata.
"""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The three subkeys of a customer's key; one opens nothing of another."""

    IDENTITY = "identity"
    CONTENT = "content"
    METADATA = "metadata"


class Category(StrEnum):
    IDENTITY = "identity"
    GOVERNMENT_ID = "government id"
    CONTACT = "contact"
    LOCATION = "location"
    ONLINE_ID = "online id"
    FINANCIAL = "financial"
    SECRET = "secret"  # noqa: S105 (a name, not a secret)
    SPECIAL = "special"
    BIOMETRIC = "biometric"
    CONTENT = "content"
    METADATA = "metadata"
    BUSINESS_SECRET = "business secret"  # noqa: S105 (a name, not a secret)
    COMPLIANCE = "compliance"
    STAFF = "staff data"
    SETTING = "setting"
    TECHNICAL = "technical"


class DataClass(StrEnum):
    __hash__ = str.__hash__  # a page looks classes up some hundred times; that of enumerations is three times slower

    SURNAME = "surname"
    GENDER = "gender"
    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    BIRTH_DATE = "birth_date"
    NATIONAL_ID = "national_id"
    PASSPORT_NO = "passport_no"
    ID_DOCUMENT = "id_document"
    PHONE = "phone"
    WHATSAPP_ID = "whatsapp_id"
    EMAIL = "email"
    POSTAL_ADDRESS = "postal_address"
    GEO = "geo"
    IP_ADDRESS = "ip_address"
    ACCOUNT_NO = "account_no"
    IBAN = "iban"
    PAN = "pan"
    CARD_EXPIRY = "card_expiry"
    CVV = "cvv"
    PIN = "pin"
    SECURITY_ANSWER = "security_answer"
    BALANCE = "balance"
    HEALTH = "health"
    RELIGION = "religion"
    ETHNICITY = "ethnicity"
    POLITICAL = "political"
    SEX_LIFE = "sex_life"
    CRIMINAL = "criminal"
    MINOR_FLAG = "minor_flag"
    VOICEPRINT = "voiceprint"
    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    MESSAGE = "message"
    ATTACHMENT = "attachment"
    CALL_META = "call_meta"
    NEGOTIATION = "negotiation"
    COMPLAINT = "complaint"
    CONSENT_LOG = "consent_log"
    QA_SCORE = "qa_score"
    STAFF_HR = "staff_hr"
    # Ours, beside the catalogue of personal data: every column needs a class.
    REFERENCE_NO = "reference_no"
    REASON = "reason"
    NOTE = "note"
    SETTING = "setting"
    TECHNICAL = "technical"


@dataclass(frozen=True)
class ClassInfo:
    """What is known of one class.

    Attributes:
        number: stable, part of the binding of every sealed value of the class.
        label: English name; wrapped for translation where it is shown.
        sensitivity: 1 (highest) to 3.
        weight: 0 to 10, how much one exposure counts.
        matchable: a caller's claim can be compared without showing the value.
        storable: false for what must never be kept (PCI DSS 3.3.1: card verification code, PIN).
    """

    number: int
    label: str
    category: Category
    sensitivity: int
    weight: int
    matchable: bool = False
    storable: bool = True


_C = Category
CATALOGUE: dict[DataClass, ClassInfo] = {
    DataClass.SURNAME: ClassInfo(1, "Surname", _C.IDENTITY, 3, 1, matchable=True),
    DataClass.GENDER: ClassInfo(2, "Gender", _C.IDENTITY, 3, 1),
    DataClass.GIVEN_NAME: ClassInfo(3, "Given name", _C.IDENTITY, 3, 2, matchable=True),
    DataClass.MIDDLE_NAME: ClassInfo(4, "Middle or father's name", _C.IDENTITY, 3, 2, matchable=True),
    DataClass.BIRTH_DATE: ClassInfo(5, "Date of birth", _C.IDENTITY, 3, 4, matchable=True),
    DataClass.NATIONAL_ID: ClassInfo(6, "National id", _C.GOVERNMENT_ID, 2, 9, matchable=True),
    DataClass.PASSPORT_NO: ClassInfo(7, "Passport number", _C.GOVERNMENT_ID, 2, 9, matchable=True),
    DataClass.ID_DOCUMENT: ClassInfo(8, "Picture of an identity document", _C.GOVERNMENT_ID, 1, 10),
    DataClass.PHONE: ClassInfo(9, "Phone number", _C.CONTACT, 3, 4, matchable=True),
    DataClass.WHATSAPP_ID: ClassInfo(10, "WhatsApp id", _C.CONTACT, 3, 4, matchable=True),
    DataClass.EMAIL: ClassInfo(11, "E-mail address", _C.CONTACT, 3, 4, matchable=True),
    DataClass.POSTAL_ADDRESS: ClassInfo(12, "Postal address", _C.CONTACT, 3, 4, matchable=True),
    DataClass.GEO: ClassInfo(13, "Precise location", _C.LOCATION, 2, 6),
    DataClass.IP_ADDRESS: ClassInfo(14, "IP address", _C.ONLINE_ID, 3, 2),
    DataClass.ACCOUNT_NO: ClassInfo(15, "Bank or customer account", _C.FINANCIAL, 2, 8, matchable=True),
    DataClass.IBAN: ClassInfo(16, "IBAN", _C.FINANCIAL, 2, 8, matchable=True),
    DataClass.PAN: ClassInfo(17, "Card number", _C.FINANCIAL, 1, 10),
    DataClass.CARD_EXPIRY: ClassInfo(18, "Card expiry date", _C.FINANCIAL, 1, 6),
    DataClass.CVV: ClassInfo(19, "Card verification code", _C.FINANCIAL, 1, 10, storable=False),
    DataClass.PIN: ClassInfo(20, "PIN or password of a customer", _C.SECRET, 1, 10, storable=False),
    DataClass.SECURITY_ANSWER: ClassInfo(21, "Answer to a security question", _C.SECRET, 1, 9, matchable=True),
    DataClass.BALANCE: ClassInfo(22, "Balance, debt or income", _C.FINANCIAL, 2, 6),
    DataClass.HEALTH: ClassInfo(23, "Health", _C.SPECIAL, 1, 10),
    DataClass.RELIGION: ClassInfo(24, "Religion", _C.SPECIAL, 1, 9),
    DataClass.ETHNICITY: ClassInfo(25, "Ethnic origin", _C.SPECIAL, 1, 9),
    DataClass.POLITICAL: ClassInfo(26, "Political opinion or union membership", _C.SPECIAL, 1, 9),
    DataClass.SEX_LIFE: ClassInfo(27, "Sexual orientation or life", _C.SPECIAL, 1, 10),
    DataClass.CRIMINAL: ClassInfo(28, "Criminal record", _C.SPECIAL, 1, 9),
    DataClass.MINOR_FLAG: ClassInfo(29, "Child", _C.SPECIAL, 2, 6),
    DataClass.VOICEPRINT: ClassInfo(30, "Voiceprint", _C.BIOMETRIC, 1, 10),
    DataClass.RECORDING: ClassInfo(31, "Recording", _C.CONTENT, 2, 7),
    DataClass.TRANSCRIPT: ClassInfo(32, "Transcript", _C.CONTENT, 2, 6),
    DataClass.MESSAGE: ClassInfo(33, "Message text", _C.CONTENT, 3, 5),
    DataClass.ATTACHMENT: ClassInfo(34, "Attachment", _C.CONTENT, 2, 7),
    DataClass.CALL_META: ClassInfo(35, "Time and course of a contact", _C.METADATA, 3, 4),
    DataClass.NEGOTIATION: ClassInfo(36, "Deal or strategy note", _C.BUSINESS_SECRET, 2, 6),
    DataClass.COMPLAINT: ClassInfo(37, "Complaint text", _C.CONTENT, 3, 4),
    DataClass.CONSENT_LOG: ClassInfo(38, "Evidence of consent", _C.COMPLIANCE, 3, 2),
    DataClass.QA_SCORE: ClassInfo(39, "Quality score of an agent", _C.STAFF, 3, 3),
    DataClass.STAFF_HR: ClassInfo(40, "Personal data of staff", _C.STAFF, 2, 6),
    DataClass.REFERENCE_NO: ClassInfo(41, "Client's own reference", _C.METADATA, 3, 2, matchable=True),
    DataClass.REASON: ClassInfo(42, "Reason written by staff", _C.CONTENT, 3, 2),
    DataClass.NOTE: ClassInfo(45, "Note written by staff", _C.CONTENT, 3, 5),
    DataClass.SETTING: ClassInfo(43, "Setting", _C.SETTING, 3, 0),
    DataClass.TECHNICAL: ClassInfo(44, "Ids, times and states", _C.TECHNICAL, 3, 0),
}

_CONTENT = {_C.CONTENT, _C.BUSINESS_SECRET, _C.BIOMETRIC}
_METADATA = {_C.METADATA, _C.COMPLIANCE, _C.TECHNICAL, _C.SETTING, _C.ONLINE_ID, _C.LOCATION}


def info(data_class: DataClass) -> ClassInfo:
    """The catalogue's entry of a class."""
    return CATALOGUE[data_class]


def group_of(data_class: DataClass) -> Group:
    """Which subkey seals values of this class."""
    return _GROUPS[data_class]


def _group(category: Category) -> Group:
    if category in _CONTENT:
        return Group.CONTENT
    return Group.METADATA if category in _METADATA else Group.IDENTITY


_GROUPS = {data_class: _group(found.category) for data_class, found in CATALOGUE.items()}


def classes_in(*categories: Category) -> tuple[DataClass, ...]:
    """All classes of the given categories, in catalogue order."""
    return tuple(c for c, entry in CATALOGUE.items() if entry.category in categories)
