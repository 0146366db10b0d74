"""What we know of the customer: the record, as our own data classes or any plain mapping tell it.

The record is personal data: it has no readable ``repr``. What is done with it stands in ``known``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from razdar.core.redaction.fields import meaning


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """Forms already known of the person a text is about; all of them may be empty.

    Attributes:
        surname: family name.
        given_names: each given name, or several in one string.
        phones: in any notation; best with the country code.
        emails: addresses.
        national_ids: identity, passport and document numbers of any country.
        references: the client's own numbers for the person.
        accounts: bank account and card numbers.
        addresses: postal addresses, each in one string.
        names: whole names whose parts nobody has told apart.
        usernames: names to log in with.
        birth_dates: ISO, or in the order of the country; Gregorian or Jalali.
        postcodes: where they are known by themselves.
        places: towns.
    """

    surname: str = field(default="", repr=False)
    given_names: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    national_ids: tuple[str, ...] = field(default=(), repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    accounts: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    usernames: tuple[str, ...] = field(default=(), repr=False)
    birth_dates: tuple[str, ...] = field(default=(), repr=False)
    postcodes: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, values: Iterable[tuple[str, str]]) -> Self:
        """From pairs of a data class (``DataClass``) and a value; classes that are not said as such are passed over."""
        return cls._gathered((_FIELDS.get(data_class, ""), value) for data_class, value in values)

    @classmethod
    def of_mapping(cls, record: Mapping[str, object]) -> Self:
        """From a record of any system: keys as people name columns ("customer_name", "zip_code"), texts or lists.

        Keys that nobody knows are passed over; so are values that are no texts, numbers or days.
        """
        return cls._gathered((meaning(key).known, value) for key, value in _flat(record))

    @classmethod
    def _gathered(cls, values: Iterable[tuple[str, str]]) -> Self:
        found: dict[str, list[str]] = defaultdict(list)
        for name, value in values:
            if name and value.strip():
                found[name].append(value.strip())
        surname = " ".join(found.pop("surname", ()))
        return cls(surname=surname, **{name: tuple(texts) for name, texts in found.items()})


Known = KnownCustomer | Mapping[str, object]


def known_customer(customer: Known | None) -> KnownCustomer | None:
    """The record, whatever form it came in."""
    if customer is None or isinstance(customer, KnownCustomer):
        return customer
    return KnownCustomer.of_mapping(customer)


_FIELDS = {
    "surname": "surname",
    "given_name": "given_names",
    "middle_name": "given_names",
    "phone": "phones",
    "whatsapp_id": "phones",
    "email": "emails",
    "national_id": "national_ids",
    "passport_no": "national_ids",
    "id_document": "national_ids",
    "reference_no": "references",
    "account_no": "accounts",
    "iban": "accounts",
    "pan": "accounts",
    "postal_address": "addresses",
    "birth_date": "birth_dates",
    "username": "usernames",
}


def _flat(record: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys and values; lists and mappings within are opened, once."""
    for key, value in record.items():
        if isinstance(value, Mapping):
            yield from ((str(inner), str(text)) for inner, text in value.items() if _is_said(text))
        elif isinstance(value, list | tuple):
            yield from ((str(key), str(text)) for text in value if _is_said(text))
        elif _is_said(value):
            yield str(key), str(value)


def _is_said(value: object) -> bool:
    return value is not None and not isinstance(value, bool | Mapping | list | tuple)
