"""Words that say what the number beside them is.

Rules:
1. A cue is looked for as a whole word, in lower case without accents, in every language at once: calls mix languages.
2. Nearness is counted in characters; what stands after a number counts double, because people announce a number
   more often than they comment on it.
3. The tokens of a text that was redacted before ("[card]") are no cues, and no cue reaches over one: redacting twice
   must not find more because the text became shorter.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from enum import IntEnum
from functools import cache

import ahocorasick

from razdar.core.redaction.spans import SpanType

_TOKEN = re.compile(r"\[(?:" + "|".join(kind.value for kind in SpanType) + r")\]")

REACH = 80
"""A cue farther away than this says nothing."""

NOWHERE = 10_000


class Cue(IntEnum):
    """What a number is said to be."""

    CARD = 0
    CVV = 1
    PHONE = 2
    EMAIL = 3
    IBAN = 4
    PESEL = 5
    KOD_MELLI = 6
    SOMETHING_ELSE = 7
    ANNOUNCED = 8
    """Something whose every part is secret."""


_WORDS: dict[Cue, str] = {
    Cue.CARD: "card|card number|credit card|debit card|cc|visa|mastercard|amex|american express|maestro|long number|"
    "number on the front|sixteen digit|sixteen digits|16 digit|karta|karty|kartę|numer karty|کارت|شماره کارت|"
    "cartão|cartao|कार्ड|卡號|信用卡",
    Cue.CVV: "cvv|cvv2|cvc|cvc2|cid|security code|verification code|card verification|three digits on the back|"
    "three digit code|3 digits on the back|3 digit code|digits on the back|back of the card|back of your card|kod cvv|"
    "سی وی وی|安全碼",
    Cue.PHONE: "phone|phones|telephone|tel|mobile|cell|cellphone|cellular|fax|call|calls|called|calling|dial|ring|text|"
    "texts|sms|whatsapp|contact|contacted|callback|call back|reach|reached|landline|hotline|helpline|pager|answering|"
    "messages|line|contact number|telefon|telefonu|numer telefonu|komórka|komorka|komorki|dzwonic|zadzwonic|تلفن|"
    "موبایل|همراه|شماره تماس|تماس|telefone|celular|telemovel|फोन|फ़ोन|मोबाइल|電話|手機",
    Cue.EMAIL: "email|e-mail|mail|address|mailbox|inbox|adres|ایمیل|ईमेल|電郵|電子郵件",
    Cue.IBAN: "iban|sheba|shaba|account|bank account|rachunek|rachunku|numer konta|nrb|konto|شبا|شماره شبا|帳號",
    Cue.PESEL: "pesel|pesel number|numer pesel|peselu",
    Cue.KOD_MELLI: "national code|national id|national number|national identity|identity number|kod melli|kode melli|"
    "kod-e melli|code melli|melli code|meli code|کد ملی|کدملی|شماره ملی|کد ملی من|كد ملي",
    Cue.ANNOUNCED: "card|cards|card number|credit card|debit card|visa|mastercard|amex|american express|maestro|"
    "long number|number on the front|sixteen digit|sixteen digits|16 digit|karta|karty|karte|numer karty|کارت|"
    "شماره کارت|cartao|pesel|peselu|iban|sheba|shaba|nrb|شبا|شماره شبا|信用卡",
    Cue.SOMETHING_ELSE: "order|orders|part number|item|code|value|order number|invoice|tracking|parcel|reference|"
    "ref|booking|reservation|ticket|claim|policy|serial|model|isbn|imei|amount|total|price|cost|dollars|pounds|euros|zip|"
    "postcode|ssn|social security|sin|nas|nhs|insurance|account|account number|acct|routing|passport|license|"
    "licence|driver|aadhaar|pan|vat|nip|regon|nino|itin|mrn|patient id|pesel|iban|date|born|birth|version|"
    "zamowienie|zamowienia|faktura|سفارش|مبلغ|تومان|ریال|کد پیگیری",
}


class Cues:
    """The cues of one text.

    Args:
        plain: the text for comparisons (``folding.plain``).
    """

    def __init__(self, plain: str) -> None:
        starts: list[list[int]] = [[] for _ in Cue]
        ends: list[list[int]] = [[] for _ in Cue]
        for last, (length, kinds) in _automaton().iter(plain):
            start, end = last - length + 1, last + 1
            if _is_whole_word(plain, start, end) and not _is_token(plain, start, end):
                for kind in kinds:
                    starts[kind].append(start)
                    ends[kind].append(end)
        self._tokens = [match.start() for match in _TOKEN.finditer(plain)]
        self._starts = [sorted(places) for places in starts]
        self._ends = [sorted(places) for places in ends]

    def has(self, kind: Cue) -> bool:
        """Whether the text holds such a cue at all."""
        return bool(self._ends[kind])

    def ahead(self, kind: Cue, start: int) -> int:
        """Characters from the nearest cue of a kind to what it announces at ``start``."""
        return self.distance(kind, start, NOWHERE * NOWHERE)

    def distance(self, kind: Cue, start: int, end: int) -> int:
        """Characters between the stretch ``start:end`` and the nearest cue of a kind; ``NOWHERE`` beyond ``REACH``."""
        starts, ends = self._starts[kind], self._ends[kind]
        if not ends:
            return NOWHERE
        before = bisect_right(ends, start) - 1
        after = bisect_left(starts, end)
        nearest = NOWHERE
        if before >= 0 and not self._is_token_between(ends[before], start):
            nearest = start - ends[before]
        if after < len(starts) and not self._is_token_between(end, starts[after]):
            nearest = min(nearest, 2 * (starts[after] - end) + 2)
        return nearest if nearest <= REACH else NOWHERE

    def _is_token_between(self, start: int, end: int) -> bool:
        return bool(self._tokens) and bisect_left(self._tokens, start) < bisect_left(self._tokens, end)

    def near(self, kind: Cue, start: int, end: int, within: int = REACH) -> bool:
        """Whether a cue of this kind stands within so many characters."""
        return self.distance(kind, start, end) <= within


@cache
def _automaton() -> ahocorasick.Automaton:
    kinds: dict[str, list[Cue]] = defaultdict(list)
    for kind, words in _WORDS.items():
        for word in words.split("|"):
            kinds[word].append(kind)
    automaton = ahocorasick.Automaton()
    for word, its_kinds in kinds.items():
        automaton.add_word(word, (len(word), tuple(its_kinds)))
    automaton.make_automaton()
    return automaton


def _is_whole_word(plain: str, start: int, end: int) -> bool:
    if plain[start] > "\u2e80":
        return True
    return not (start and plain[start - 1].isalnum()) and not (end < len(plain) and plain[end].isalnum())


def _is_token(plain: str, start: int, end: int) -> bool:
    return start > 0 and plain[start - 1] == "[" and plain[end : end + 1] == "]"
