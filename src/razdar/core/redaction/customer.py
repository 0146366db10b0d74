"""What we know of the customer, found again in the text.

Rules:
1. Names match as whole words, without regard to case, accents and the two shapes of Persian yeh and kaf. Names of one
   or two letters match only with a capital: "an" is a word, "An" may be a name. Scripts without case match as they are.
2. A name spelled letter by letter matches too ("W E X C O M B E").
3. Telephone numbers, identity numbers and references match without regard to grouping, written or spoken; a telephone
   number with and without its country code. Addresses: see ``addresses``.
4. The record is personal data: it has no readable ``repr``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

import ahocorasick
import numpy as np
import phonenumbers

from razdar.core.redaction import addresses as postal
from razdar.core.redaction.folding import plain, view
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SHORTEST_NAME = 2
SHORTEST_NUMBER = 4
SHORTEST_REFERENCE = 4
SHORTEST_SPELLED = 3
TELLING = 7
"""Shorter numbers are too common to be recognised in the middle of others."""

SCORE = 0.96
NAME_SCORE = 0.9
"""Below an e-mail address, so that a name inside one does not cut it up."""


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
    """

    surname: str = field(default="", repr=False)
    given_names: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    national_ids: tuple[str, ...] = field(default=(), repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    accounts: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, values: Iterable[tuple[str, str]]) -> Self:
        """From pairs of a data class (``DataClass``) and a value; classes that are not said as such are passed over."""
        found: dict[str, list[str]] = defaultdict(list)
        for data_class, value in values:
            if data_class in _FIELDS and value.strip():
                found[_FIELDS[data_class]].append(value.strip())
        surname = " ".join(found.pop("surname", ()))
        return cls(surname=surname, **{name: tuple(texts) for name, texts in found.items()})


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
}


def occurrences(scan: Scan, customer: KnownCustomer) -> Iterator[Span]:
    """Every place where something known of the customer stands."""
    yield from _words(scan, customer)
    yield from _compact(scan, dict.fromkeys(_spelled_forms(customer), SpanType.PERSON), _is_spelled)
    for start, end in postal.places(scan, customer.addresses):
        yield Span(start, end, SpanType.ADDRESS, NAME_SCORE, (Why.KNOWN,))
    numbers = {
        **dict.fromkeys(postal.postcodes(customer.addresses), SpanType.ADDRESS),
        **{form: SpanType.REFERENCE for value in customer.references for form in _compact_forms(value)},
        **{form: SpanType.ACCOUNT for value in customer.accounts for form in _compact_forms(value)},
        **{form: SpanType.NATIONAL_ID for value in customer.national_ids for form in _compact_forms(value)},
        **{form: SpanType.PHONE for value in customer.phones for form in _phone_forms(value)},
    }
    if numbers:
        yield from _compact(scan, numbers, _is_grouped)
        yield from _digit_numbers(scan, numbers)


def _words(scan: Scan, customer: KnownCustomer) -> Iterator[Span]:
    """Names and e-mail addresses, found with one automaton over the plain text."""
    forms: dict[str, SpanType] = {}
    forms |= dict.fromkeys(_name_forms(customer), SpanType.PERSON)
    forms |= {plain(address.strip()): SpanType.EMAIL for address in customer.emails if address.strip()}
    if not forms:
        return
    automaton = ahocorasick.Automaton()
    for form, kind in forms.items():
        automaton.add_word(form, (len(form), kind))
    automaton.make_automaton()
    text = plain(scan.text)
    for last, (length, kind) in automaton.iter(text):
        start, end = last - length + 1, last + 1
        if _stands_alone(text, start, end) and (length > SHORTEST_NAME or not scan.text[start].islower()):
            yield Span(start, end, kind, NAME_SCORE, (Why.KNOWN,))


def _name_parts(customer: KnownCustomer) -> list[str]:
    return [part for name in (*customer.given_names, customer.surname) for part in name.replace("-", " ").split()]


def _name_forms(customer: KnownCustomer) -> Iterator[str]:
    given = [name.strip() for name in customer.given_names if name.strip()]
    surname = customer.surname.strip()
    together = " ".join(given)
    whole = [*given, surname, together, f"{together} {surname}", f"{surname} {together}"]
    for form in (*_name_parts(customer), *whole, *(f"{name} {surname}" for name in given)):
        folded = plain(form.strip())
        if len(folded) >= SHORTEST_NAME:
            yield folded


def _spelled_forms(customer: KnownCustomer) -> Iterator[bytes]:
    """Names as they are spelled, in letters that have a place of their own in the 8-bit view."""
    for part in _name_parts(customer):
        compact = view(part)
        if len(compact) >= SHORTEST_SPELLED and compact.isalpha() and compact.isascii():
            yield compact


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter touches the stretch; ideographs are written without spaces, so they may."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and before < "\u2e80") and not (after.isalnum() and after < "\u2e80")


def _compact_forms(value: str) -> Iterator[bytes]:
    compact = bytes(byte for byte in view(value) if _is_alphanumeric(byte))
    if len(compact) >= SHORTEST_REFERENCE:
        yield compact


def _phone_forms(value: str) -> Iterator[bytes]:
    """The number as given, in full, without its country code, and with a leading zero instead of it."""
    digits = bytes(byte for byte in view(value) if 0x30 <= byte <= 0x39)
    forms = {digits, digits.removeprefix(b"00")}
    try:
        parsed = phonenumbers.parse(view(value).decode("latin-1"), None)
    except phonenumbers.NumberParseException:
        pass
    else:
        national = phonenumbers.national_significant_number(parsed).encode("ascii")
        forms |= {national, b"0" + national, str(parsed.country_code).encode("ascii") + national}
    yield from (form for form in forms if len(form) >= SHORTEST_NUMBER)


def _compact(scan: Scan, forms: dict[bytes, SpanType], fits: Callable[[int, int], bool]) -> Iterator[Span]:
    """Matches in the text without its separators, where both ends are ends of words."""
    if not forms:
        return
    signs = np.frombuffer(scan.view, dtype=np.uint8)
    places = np.flatnonzero(_WORD_BYTES[signs])
    compact = signs[places].tobytes()
    for form, kind in forms.items():
        for at in _all_places(compact, form):
            start, end = int(places[at]), int(places[at + len(form) - 1]) + 1
            if fits(len(form), end - start) and not scan.touches_word(start, end):
                yield Span(start, end, kind, SCORE, (Why.KNOWN,))


def _is_grouped(length: int, room: int) -> bool:
    return room <= 3 * length


def _is_spelled(length: int, room: int) -> bool:
    """Something between all letters, and not much of it."""
    return 2 * length - 1 <= room <= 4 * length


def _digit_numbers(scan: Scan, numbers: dict[bytes, SpanType]) -> Iterator[Span]:
    """Matches in digit strings, spoken ones included."""
    for form, kind in numbers.items():
        if not form.isdigit():
            continue
        for string in scan.strings:
            edges = {*string.groups, len(string)}
            for at in _all_places(string.digits, form):
                if len(form) < TELLING and not {at, at + len(form)} <= edges:
                    continue
                yield Span(string.starts[at], string.ends[at + len(form) - 1], kind, SCORE, (Why.KNOWN,))


def _all_places(text: bytes, form: bytes) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + 1)


def _is_alphanumeric(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x61 <= byte <= 0x7A or byte >= 0x80


_WORD_BYTES = np.array([_is_alphanumeric(byte) for byte in range(256)], dtype=np.bool_)
