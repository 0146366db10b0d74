"""Questions for a name, address, birth date or number, in six languages: what a turn asks for.

A question names its slots in its last words; it asks ("?", "please", "may I", "podaj"), is not much more than the cue,
or ends with it ("and your date of birth").
"""

import re
from collections.abc import Sequence

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.cues import Place
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.identifiers import IDENTIFIERS, MARKS
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import SpanType

LOOK_BACK = 110
"""So many characters at the end of a turn are its question."""

SHORT_QUESTION = 40

WORDS_ENOUGH = {
    SpanType.PERSON: 5,
    SpanType.ADDRESS: 24,
    SpanType.DOB: 9,
    SpanType.EMAIL: 12,
    SpanType.PASSWORD: 8,
    SpanType.USERNAME: 4,
}
"""Slots that words alone may answer, and of how many."""

NUMBERS = frozenset({
    SpanType.CARD, SpanType.CVV, SpanType.EXPIRY, SpanType.PIN, SpanType.SECRET, SpanType.PHONE, SpanType.IBAN,
    SpanType.ACCOUNT,
    SpanType.NATIONAL_ID, SpanType.TAX_ID, SpanType.PASSPORT, SpanType.DRIVER_LICENSE, SpanType.DOC_ID,
    SpanType.VEHICLE,
    SpanType.REFERENCE, SpanType.ZIP,
})  # fmt: skip

MARK = re.compile("[?\u061f\uff1f]")

_NAME_QUESTIONS = listed(
    "your name|your full name|your first name|your last name|full name|first name|last name|surname|name please|"
    "who am i speaking|who am i talking|who's calling|who is calling|maiden name|name on the card|spell your name|"
    "your good name|passenger's name|passenger name|guest's name|patient's name|customer's name|name as it appears|"
    "account holder|cardholder|what name|who's it for|who is it for|who's this for|who is this for|"
    "who's the prescription for|who is the prescription for|who's the appointment for|who is the appointment for|"
    "imię i nazwisko|pani imię|pana imię|nazwisko|jak się pan nazywa|jak się pani nazywa|godność|imię|"
    "z kim mam przyjemność|z kim rozmawiam|"
    "فامیلیتون|فامیلیت|به نام کی|به اسم کی|به نام چه کسی|اسم مریض|نام بیمار|اسم بیمار|"
    "نام مسافر|نام مسافرها|اسم کوچیکتون|اسم کوچکتون|"
    "اسمتون|اسم شما|نام شما|نام و نام خانوادگی|اسم و فامیل|اسم و فامیلتون|فامیلتون|به نام کیه|به اسم کیه|اسمت|"
    "किसके नाम|मरीज का नाम|kiske naam|आपका नाम|शुभ नाम|पूरा नाम|नाम|aapka naam|naam|नाम क्या|"
    "seu nome|nome completo|em nome de quem|nome do paciente|nome do passageiro|qual o nome|com quem eu falo|"
    "com quem falo|quem fala|o seu nome|sobrenome|apelido|seu nome completo|"
    "大名|貴姓|姓名|怎麼稱呼|名字|全名|戶名|收件人"
)
_SPELLING = listed("spell that|spell it|przeliterować|przeliteruje|przeliteruj|soletrar|soletra")
"""These ask for a name unless something else is named."""

_CODES = listed(
    "the code|that code|your code|the digits|six digits|six digit|four digits|ten kod|kod z|kod proszę|podać kod|"
    "podaj kod|sześć cyfr|کد رو|کد را|کدی که|شش رقم|कोड बताइए|कोड क्या|छह अंक|o código|os dígitos|seis dígitos|"
    "數字|六碼|代碼"
)
"""These ask for a one-time code unless something else is named."""

_ASKING = listed(
    "please|may i|can i|could i|could you|can you|would you|what|what's|tell me|give me|need your|i need|i'll need|"
    "confirm|verify|provide|share|read it|read me|do you have|have you got|do you know|czy ma pan|ma pan|ma pani|"
    "você tem|o senhor tem|a senhora tem|دارید|دارین|proszę|poproszę|podać|podaj|poda|jaki|jaka|jakie|jak|czy mogę|"
    "لطفا|بفرمایید|بدید|بدین|بگید|بگین|بخونید|چیه|کیه|چنده|رو هم|"
    "बताइए|बताएं|बताइये|बोलिए|दीजिए|क्या|बता|batai|bataiye|boliye|dijiye|kya|"
    "qual|gentileza|por favor|confirma|pode|informe|informar|me diz|me passa|diga|indique|poderia"
)
_ASKING_CHINESE = re.compile("請|请|嗎|吗|呢|什麼|什么|幾|多少|哪")
_QUANTITIES = listed(
    "how many|how much|how old|how long|how far|how often|what year|which year|what time|ilu|ile lat|ile kilometrów|"
    "który rok|quantos|quantas|quanto tempo|que ano|چند تا|چند سال|چقدر|چند کیلومتر|कितने|कितना|कितनी|kitne|kitna|kitni"
)


def spaced(words: Sequence[str]) -> list[str]:
    """Without the Chinese ones, which the 8-bit view does not tell apart."""
    return [word for word in words if word < "\u2e80"]


def chinese(words: Sequence[str]) -> str:
    return "|".join(sorted((word for word in words if word > "\u2e80"), key=len, reverse=True))


_ASKS = re.compile(rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_ASKING) + rb")")
_NAMES_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(spaced(_NAME_QUESTIONS)) + rb")(?![" + LETTER_CLASS + rb"])"
)
_SPELLING_ASKED = re.compile(rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_SPELLING) + rb")")
_CODES_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(spaced(_CODES)) + rb")(?![" + LETTER_CLASS + rb"]| of )"
)
_CODES_ASKED_CHINESE = re.compile(chinese(_CODES))
_NAMES_ASKED_CHINESE = re.compile(chinese(_NAME_QUESTIONS))
_QUANTITY_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_QUANTITIES) + rb")(?![" + LETTER_CLASS + rb"])"
)


def asks(scan: Scan) -> bool:
    """Whether a turn asks for something new: a slot, or a quantity that is nobody's secret."""
    return bool(asked(scan)) or _QUANTITY_ASKED.search(scan.view) is not None


def asked(scan: Scan) -> list[SpanType]:
    """The slots that a turn asks for."""
    text, view = scan.text.rstrip(), scan.view
    first = max(0, len(text) - LOOK_BACK)
    cut = max(
        (match.end() for match in re.finditer(r"[.!\u06d4\u3002\u0964](?=\s|$)", text[first : len(text) - 1])),
        default=0,
    )
    first += cut
    mark = MARK.search(text, first)
    cues = scan.cues.within(first, len(text))
    if not (
        mark
        or len(text) - first <= SHORT_QUESTION
        or (cues and cues[-1][1] == len(text))
        or _ASKS.search(view, first)
        or _ASKING_CHINESE.search(text, first)
    ):
        return []
    kinds: list[SpanType] = []
    if _NAMES_ASKED.search(view, first) or _NAMES_ASKED_CHINESE.search(text, first):
        kinds.append(SpanType.PERSON)
    kinds.extend(kind for kind in _named(cues) if kind not in kinds)
    if kinds:
        return kinds
    if _SPELLING_ASKED.search(view, first):
        return [SpanType.PERSON]
    if _CODES_ASKED.search(view, first) or _CODES_ASKED_CHINESE.search(text, first):
        return [SpanType.SECRET]
    if cut and _ASKS.search(view, first):  # "We have sent you a code. Can you read it to me?"
        return [kind for kind in _named(scan.cues.within(first - cut, first)) if kind in NUMBERS]
    return []


def _named(cues: Sequence[Place]) -> list[SpanType]:
    """The slots that cues name."""
    named = (_slot(name) for _, _, names in cues for name in names)
    return list(dict.fromkeys(kind for kind in named if kind is not None))


def _slot(name: str) -> SpanType | None:
    if name in IDENTIFIERS:
        return IDENTIFIERS[name].type
    if name in MARKS:
        return MARKS[name].type
    kind = SpanType.__members__.get(name)
    return kind if kind in NUMBERS or (kind in WORDS_ENOUGH and kind is not SpanType.PERSON) else None
