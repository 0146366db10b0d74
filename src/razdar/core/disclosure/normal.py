"""Normal forms: two ways of writing one value become one text before they are indexed or compared.

Unicode compatibility forms are folded (NFKC), digits of every script become ASCII digits, Arabic yeh and kaf become
their Persian twins (NFKC leaves them apart), zero-width joiners go, case is folded. Telephone numbers become E.164,
read in the client's home region when no country code is given. A day by the Iranian calendar is the same day by the
Gregorian one.
"""

import unicodedata
from collections.abc import Callable, Mapping

import phonenumbers

from razdar.core import jalali
from razdar.core.disclosure.classes import DataClass

_DROPPED = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x0640))
_TWINS = {0x064A: 0x06CC, 0x0649: 0x06CC, 0x0643: 0x06A9}
LONGEST = 512


def fold(value: str) -> str:
    """Fold case, width, digits, twins and invisible characters; runs of white space become one space."""
    text = unicodedata.normalize("NFKC", value[:LONGEST]).translate(_DROPPED | _TWINS).casefold()
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    return " ".join(digits.split())


def _letters_and_digits(value: str, _region: str) -> str:
    return "".join(c for c in fold(value) if c.isalnum())


def _day(value: str, region: str) -> str:
    try:
        day = jalali.read(fold(value))
    except ValueError:
        day = None
    return _letters_and_digits(day.isoformat() if day else value, region)


def _telephone(value: str, region: str) -> str:
    folded = fold(value)
    try:
        number = phonenumbers.parse(folded, region or None)
    except phonenumbers.NumberParseException:
        return "".join(c for c in folded if c.isdigit())
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(value: str, _region: str) -> str:
    return fold(value)


_RULES: Mapping[DataClass, Callable[[str, str], str]] = {
    DataClass.PHONE: _telephone,
    DataClass.WHATSAPP_ID: _telephone,
    DataClass.NATIONAL_ID: _letters_and_digits,
    DataClass.PASSPORT_NO: _letters_and_digits,
    DataClass.ACCOUNT_NO: _letters_and_digits,
    DataClass.IBAN: _letters_and_digits,
    DataClass.REFERENCE_NO: _letters_and_digits,
    DataClass.BIRTH_DATE: _day,
}


def normal(data_class: DataClass, value: str, region: str = "") -> str:
    """The normal form of a value of a class; may be empty when nothing comparable is left.

    Args:
        region: ISO 3166-1 alpha-2 code of the client's home, for telephone numbers without a country code.
    """
    return _RULES.get(data_class, _plain)(value, region)
