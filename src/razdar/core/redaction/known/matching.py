"""Everything known of a customer, compiled once and found in one pass for each kind of text.

Rules:
1. Names: see ``names``; spelled letter by letter too ("W E X C O M B E").
2. Telephone numbers, identity numbers and references match without regard to grouping, written or spoken; a telephone
   number with and without its country code. The last four digits of a number match where they stand by themselves
   beside a
   word for it or for an end ("ending in").
3. The local part of an e-mail address and a user name match as words. Addresses: see ``addresses``; days: see
   ``dates``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick
import numpy as np
import phonenumbers

from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.folding import view
from razdar.core.redaction.known import addresses as postal
from razdar.core.redaction.known import dates, names
from razdar.core.redaction.known.letters import squeezed
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SHORTEST_NUMBER = 4
SHORTEST_REFERENCE = 4
SHORTEST_SPELLED = 3
SHORTEST_LOCAL_PART = 5
LAST = 4
TELLING = 7
"""Shorter numbers are too common to be recognised in the middle of others."""

LAST_REACH = 60
WIDEST_SIGN = 6
_SIGN = re.compile(rb"(?:\+|(?<![0-9])(?:00|011))[ (\x01-]{0,2}$")
_MOST_KNOWN = 512
_LAST_FOUR = pattern(rb"\b[0-9]{4}\b")
_ENDING = (
    b"ending",
    b"ends in",
    b"end in",
    b"last four",
    b"last 4",
    b"last digits",
    b"koncow",
    b"ostatni",
    b"final",
    b"ultimos",
)

SCORE = 0.96
NAME_SCORE = 0.9
"""Below an e-mail address, so that a name inside one does not cut it up."""


class _Said(NamedTuple):
    """A form in the squeezed text."""

    length: int
    type: SpanType
    how: names.How
    trailing: int


class _Compact(NamedTuple):
    """A form without separators."""

    length: int
    type: SpanType
    spelled: bool


class Forms:
    """All forms of one record, ready for searching."""

    def __init__(self, customer: KnownCustomer) -> None:
        people = [(list(customer.given_names), customer.surname), *(names.split(full) for full in customer.names)]
        people = [(given, surname) for given, surname in people if surname or any(given)]
        self._said = _automaton(_said_forms(customer, people))
        self._numbers = dict(_numbers(customer))
        compact = {form: _Compact(len(form), SpanType.PERSON, True) for form in _spelled_forms(people)}
        compact |= {form: _Compact(len(form), kind, False) for form, kind in self._numbers.items()}
        self._compact = _automaton((form.decode("latin-1"), value) for form, value in compact.items())
        digits = {form: kind for form, kind in self._numbers.items() if form.isdigit()}
        self._digits = _automaton((form.decode("ascii"), (len(form), kind)) for form, kind in digits.items())
        self._lasts = {
            form[-LAST:]: kind for form, kind in digits.items() if len(form) >= TELLING and kind is not SpanType.ZIP
        }
        self._bones: dict[str, frozenset[str]] = {}
        for given, surname in people:
            self._bones |= names.skeletons(given, surname)
        self._births = [dates.Birth(day) for text in customer.birth_dates if (day := dates.read(text)) is not None]
        self._addresses = customer.addresses

    def find(self, scan: Scan) -> Iterator[Span]:
        """Every place where something of the record stands."""
        if self._said is not None:
            yield from self._named(scan)
        for start, end in names.in_other_scripts(scan, self._bones) if self._bones else ():
            yield Span(start, end, SpanType.PERSON, NAME_SCORE, (Why.KNOWN,))
        for start, end in postal.places(scan, self._addresses) if self._addresses else ():
            yield Span(start, end, SpanType.ADDRESS, NAME_SCORE, (Why.KNOWN,))
        if self._compact is not None:
            yield from self._grouped(scan)
        if self._digits is not None:
            for string in scan.strings:
                yield from self._in_digits(scan, string)
            yield from self._last_digits(scan)
        yield from self._born(scan)

    def _born(self, scan: Scan) -> Iterator[Span]:
        for birth in self._births:
            yield from (Span(start, end, SpanType.DOB, SCORE, (Why.KNOWN,)) for start, end in birth.places(scan))

    def _named(self, scan: Scan) -> Iterator[Span]:
        text, places = squeezed(scan.text)
        for at, forms in self._said.iter(text):
            for form in forms:
                first, last = at - form.length + 1, at + 1 - form.trailing
                end = names.fits(scan, text, places, first, last, form.how)
                if end > first:
                    yield Span(places[first], _through(scan, places, end), form.type, NAME_SCORE, (Why.KNOWN,))

    def _grouped(self, scan: Scan) -> Iterator[Span]:
        """Matches in the text without its separators, where both ends are ends of words."""
        signs = np.frombuffer(scan.view, dtype=np.uint8)
        kept = np.flatnonzero(_WORD_BYTES[signs])
        compact = signs[kept].tobytes().decode("latin-1")
        for at, forms in self._compact.iter(compact):
            for form in forms:
                start, end = int(kept[at - form.length + 1]), int(kept[at]) + 1
                room = end - start
                tight = 2 * form.length - 1 <= room <= 4 * form.length if form.spelled else room <= 3 * form.length
                if tight and not scan.touches_word(start, end):
                    start = _with_sign(scan, start, form.type)
                    yield Span(start, end, form.type, SCORE, (Why.KNOWN,))

    def _in_digits(self, scan: Scan, string: DigitString) -> Iterator[Span]:
        """Matches in a digit string, a spoken one included."""
        edges = {*string.groups, len(string)}
        for at, forms in self._digits.iter(string.digits.decode("ascii")):
            for length, kind in forms:
                first, last = at - length + 1, at + 1
                if length >= TELLING or {first, last} <= edges:
                    start = _with_sign(scan, string.starts[first], kind)
                    yield Span(start, string.ends[last - 1], kind, SCORE, (Why.KNOWN,))

    def _last_digits(self, scan: Scan) -> Iterator[Span]:
        """The end of a known number where it stands by itself, and words beside it say so."""
        said = (
            (one.digits, one.starts[0], one.ends[-1]) for one in scan.strings if len(one) == LAST and 1 in one.spoken
        )
        written = ((match.group(), *match.span()) for match in _LAST_FOUR.finditer(scan.view))
        for digits, start, end in (*said, *written):
            kind = self._lasts.get(digits)
            if kind is None or scan.touches_word(start, end):
                continue
            before = scan.view[max(0, start - LAST_REACH) : start]
            if scan.company(start, end).names(kind.name, within=LAST_REACH) or any(word in before for word in _ENDING):
                yield Span(start, end, kind, NAME_SCORE, (Why.KNOWN,))


@lru_cache(maxsize=_MOST_KNOWN)
def forms_of(customer: KnownCustomer) -> Forms:
    """The compiled forms of a record; kept for the records that were asked about last."""
    return Forms(customer)


def occurrences(scan: Scan, customer: KnownCustomer) -> Iterator[Span]:
    """Every place where something known of the customer stands."""
    return forms_of(customer).find(scan)


def _automaton(forms: Iterable[tuple[str, Any]]) -> Any:
    """The automaton of forms with what is to be known of each, or None if there are none."""
    gathered: dict[str, list[Any]] = defaultdict(list)
    for form, value in forms:
        if form and value not in gathered[form]:
            gathered[form].append(value)
    gathered.pop("", None)
    if not gathered:
        return None
    automaton = ahocorasick.Automaton()
    for form, values in gathered.items():
        automaton.add_word(form, tuple(values))
    automaton.make_automaton()
    return automaton


def _said_forms(customer: KnownCustomer, people: list[tuple[list[str], str]]) -> Iterator[tuple[str, _Said]]:
    for given, surname in people:
        for form in names.forms(given, surname):
            yield form.text, _Said(len(form.text), SpanType.PERSON, form.how, form.trailing)
    known_parts = {squeezed(part)[0] for given, surname in people for part in names.parts(given, surname)}
    for address in customer.emails:
        folded = squeezed(address.strip())[0]
        yield folded, _Said(len(folded), SpanType.EMAIL, names.How.WORD, 0)
        local = folded.partition("@")[0]
        if len(local) >= SHORTEST_LOCAL_PART and local not in known_parts:
            yield local, _Said(len(local), SpanType.USERNAME, names.How.WORD, 0)
    for name, kind in (
        *((one, SpanType.USERNAME) for one in customer.usernames),
        *((one, SpanType.LOCATION) for one in customer.places),
    ):
        folded = squeezed(name.strip())[0]
        if len(folded) > names.SHORTEST:
            yield folded, _Said(len(folded), kind, names.How.WORD, 0)


def _spelled_forms(people: list[tuple[list[str], str]]) -> Iterator[bytes]:
    """Names as they are spelled, in letters that have a place of their own in the 8-bit view."""
    for given, surname in people:
        for part in names.parts(given, surname):
            compact = view(part).replace(b"\x01", b"")
            if len(compact) >= SHORTEST_SPELLED and all(byte > 0x81 or 0x61 <= byte <= 0x7A for byte in compact):
                yield compact


def _numbers(customer: KnownCustomer) -> Iterator[tuple[bytes, SpanType]]:
    yield from ((form, SpanType.ADDRESS) for form in postal.postcodes(customer.addresses))
    for values, kind in (
        (customer.references, SpanType.REFERENCE),
        (customer.accounts, SpanType.ACCOUNT),
        (customer.national_ids, SpanType.NATIONAL_ID),
        (customer.postcodes, SpanType.ZIP),
    ):
        yield from ((form, kind) for value in values for form in _compact_forms(value))
    yield from ((form, SpanType.PHONE) for value in customer.phones for form in _phone_forms(value))


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


def _with_sign(scan: Scan, start: int, kind: SpanType) -> int:
    """A telephone number begins with the plus sign or the zeros for abroad before it."""
    sign = _SIGN.search(scan.view, max(0, start - WIDEST_SIGN), start) if kind is SpanType.PHONE else None
    return start if sign is None else sign.start()


def _through(scan: Scan, places: Any, end: int) -> int:
    """The place after the last character of a match, with the marks that hang on it."""
    stop: int = places[end - 1] + 1
    while stop < len(scan.text) and stop < places[end] and scan.view[stop] != 0x20 and not scan.text[stop].isspace():
        stop += 1
    return stop


def _is_alphanumeric(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x61 <= byte <= 0x7A or byte >= 0x80


_WORD_BYTES = np.array([_is_alphanumeric(byte) for byte in range(256)], dtype=np.bool_)
