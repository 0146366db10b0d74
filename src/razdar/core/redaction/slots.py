"""What answers a question for a name, address, birth date or number is masked, even if it looks like nothing else.

Recognisers turn names into other words more often than they misspell them, so the question tells more than the answer.

Rules:
1. A question names its slots in its last words; it asks ("?", "please", "may I", "podaj"), is not much more than the
   cue, or ends with it ("and your date of birth").
2. The next words of the other side answer. "Yes", "one moment", "let me look" answer nothing: the question stays
   open for a few turns, until something else is asked.
3. Of a short answer the polite words at both ends stay. An answer to a question for a number needs digits, one to a
   question for a name must have none in its first clause. Of several kinds of numbers the one of fitting length counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.cues import Place
from razdar.core.redaction.detectors import passwords
from razdar.core.redaction.folding import LETTER_CLASS, plain
from razdar.core.redaction.identifiers import IDENTIFIERS, MARKS
from razdar.core.redaction.naming import NEVER, name_end
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

LOOK_BACK = 110
"""So many characters at the end of a turn are its question."""

SHORT_QUESTION = 40
MOST_OPEN_TURNS = 3
SCORE = 0.58
GUESSED = 0.65
_GUESSES = frozenset({SpanType.PHONE, SpanType.NUMBER})
"""What a number is taken for below this score where no word names it; the question knows better."""


_NAME_QUESTIONS = listed(
    "your name|your full name|your first name|your last name|full name|first name|last name|surname|name please|"
    "who am i speaking|who am i talking|who's calling|who is calling|maiden name|name on the card|spell your name|"
    "your good name|passenger's name|passenger name|guest's name|patient's name|customer's name|name as it appears|"
    "account holder|cardholder|what name|"
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
    "confirm|verify|provide|share|proszę|poproszę|podać|podaj|poda|jaki|jaka|jakie|jak|czy mogę|"
    "لطفا|بفرمایید|بدید|بدین|بگید|بگین|بخونید|چیه|کیه|چنده|رو هم|"
    "बताइए|बताएं|बताइये|बोलिए|दीजिए|क्या|बता|batai|bataiye|boliye|dijiye|kya|"
    "qual|gentileza|por favor|confirma|pode|informe|informar|me diz|me passa|diga|indique|poderia"
)
_ASKING_CHINESE = re.compile("請|请|嗎|吗|呢|什麼|什么|幾|多少|哪")
_QUANTITIES = listed(
    "how many|how much|how old|how long|how far|how often|what year|which year|what time|ilu|ile lat|ile kilometrów|"
    "który rok|quantos|quantas|quanto tempo|que ano|چند تا|چند سال|چقدر|چند کیلومتر|कितने|कितना|कितनी|kitne|kitna|kitni"
)
_MARK = re.compile("[?\u061f\uff1f]")

_TRIVIAL = listed(
    "yes|no|yeah|yep|ok|okay|sure|of course|alright|all right|right|correct|"
    "nope|hello|hi|thanks|thank you|please|so|well|um|uh|uhm|erm|"
    "hmm|mm|mhm|mm hmm|it's|it is|its|that's|that is|this is|my name is|"
    "my name's|the name is|name is|i am|i'm|and|the|is|my|first name|"
    "last name is|tak|nie|dobrze|oczywiście|jasne|już|no|to jest|to|jest|"
    "nazywam się|mam na imię|moje nazwisko|proszę|dzień dobry|yyy|eee|dokładnie|zgadza się|zgadza|właśnie|owszem|"
    "بله|آره|نه|خب|چشم|حتما|اسمم|اسم من|سلام|من|به نام|"
    "हाँ|हां|जी|जी हाँ|नहीं|ठीक है|हाँ जी|मेरा नाम|नाम|मैं|haan|haan ji|ji|nahi|theek hai|mera naam|"
    "sim|não|claro|certo|com|é|e|é o|é a|o meu nome é|meu nome é|"
    "me chamo|chamo-me|pode ser|tá|oi|olá|bom dia|boa tarde|"
    "好|好的|對|是|是的|不是|嗯|有|我叫|我是|叫|我的名字是|可以|沒問題"
)
_REFUSALS = listed(
    "let me|one moment|one second|one sec|one minute|just a|hold on|"
    "hang on|wait|give me a|i don't|i do not|don't|why|what|which|"
    "sorry|i forgot|i lost|i can't|i cannot|bear with|can you|"
    "could you|do you|is it|i have to|i need|i want|not sure|i think|"
    "chwil*|moment|zaraz|sekund*|już patrzę|nie mam|nie pamiętam|dlaczego|po co|"
    "یه لحظه|یک لحظه|صبر|الان|نمیدونم|چرا|اجازه|"
    "एक मिनट|रुकिए|रुको|अभी|पता नहीं|क्यों|ek minute|rukiye|abhi|"
    "um momento|só um|um minuto|peraí|espera|deixa eu|não sei|não lembro|por que|"
    "等一下|稍等|等等|不知道|為什麼|我看一下|我找一下|我看看"
)
_CLOSINGS = listed(
    "please|thanks|thank you|speaking|here|okay|ok|right|sir|madam|ma'am|proszę|dziękuję|هست|هستم|است|هستش|لطفا|"
    "है|हूँ|हूं|जी|hai|hoon|obrigado|obrigada|por favor|謝謝|喔|啦|呀"
)


def _spaced(words: Sequence[str]) -> list[str]:
    """Without the Chinese ones, which the 8-bit view does not tell apart."""
    return [word for word in words if word < "\u2e80"]


def _chinese(words: Sequence[str]) -> str:
    return "|".join(sorted((word for word in words if word > "\u2e80"), key=len, reverse=True))


_EDGE = rb"(?:[^" + LETTER_CLASS + rb"]+|$)"
_LEAD = re.compile(rb"[ \x01,.:;!\n\"'-]*(?:(?:" + alternatives(_spaced(_TRIVIAL)) + rb")" + _EDGE + rb"){0,5}")
_REFUSED = re.compile(
    b"|".join(
        alternatives([word.rstrip("*")]) + (b"" if word.endswith("*") else rb"(?![" + LETTER_CLASS + rb"])")
        for word in sorted(_spaced(_REFUSALS), key=len, reverse=True)
    )
)
LONGEST_TAIL = 80
"""So many last characters of an answer may be politeness."""

_TAIL = re.compile(rb"(?:[ ,.!\x01\n]+(?:" + alternatives(_spaced(_CLOSINGS)) + rb"))+[ ,.!?\x01\n]*$")
_ASKS = re.compile(rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_ASKING) + rb")")
_NAMES_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_spaced(_NAME_QUESTIONS)) + rb")(?![" + LETTER_CLASS + rb"])"
)
_SPELLING_ASKED = re.compile(rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_SPELLING) + rb")")
_CODES_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_spaced(_CODES)) + rb")(?![" + LETTER_CLASS + rb"]| of )"
)
_CODES_ASKED_CHINESE = re.compile(_chinese(_CODES))
_NAMES_ASKED_CHINESE = re.compile(_chinese(_NAME_QUESTIONS))
_LEAD_CHINESE = re.compile(rf"(?:(?:{_chinese(_TRIVIAL)})[，,。 ]*)+")
_REFUSED_CHINESE = re.compile(_chinese(_REFUSALS))
_TAIL_CHINESE = re.compile(rf"[，,。 ]*(?:{_chinese(_CLOSINGS)})[，,。 ]*$")
_QUANTITY_ASKED = re.compile(
    rb"(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_QUANTITIES) + rb")(?![" + LETTER_CLASS + rb"])"
)
_WORDS = re.compile(rb"[" + LETTER_CLASS + rb"]+|[\x81\xd0-\xff]")
_STOP = re.compile(r"[.,;!?\n\u3002\uff0c\u060c\u061b\u0964]")

_FREE = {
    SpanType.PERSON: 5,
    SpanType.ADDRESS: 24,
    SpanType.DOB: 9,
    SpanType.EMAIL: 12,
    SpanType.PASSWORD: 8,
    SpanType.USERNAME: 4,
}
"""Slots that words alone may answer, and of how many."""

_ENOUGH = {SpanType.CVV: 3, SpanType.EXPIRY: 3, SpanType.PIN: 4, SpanType.SECRET: 4}
_ENOUGH_ELSE = 4
_NUMBERS = frozenset({
    SpanType.CARD, SpanType.CVV, SpanType.EXPIRY, SpanType.PIN, SpanType.SECRET, SpanType.PHONE, SpanType.IBAN,
    SpanType.ACCOUNT,
    SpanType.NATIONAL_ID, SpanType.TAX_ID, SpanType.PASSPORT, SpanType.DRIVER_LICENSE, SpanType.DOC_ID,
    SpanType.VEHICLE,
    SpanType.REFERENCE, SpanType.ZIP,
})  # fmt: skip

_USUAL = {SpanType.PHONE: range(7, 16), SpanType.CARD: range(12, 20)}
"""A shorter answer is something else if something else was asked for as well."""

_SENTENCE = re.compile(r"[.!;\u06d4\u3002\u0964](?=\s|$)")

_AFTER_ADDRESS = frozenset({"ZIP", "PHONE", "EMAIL", "DOB"})


@dataclass(slots=True)
class Open:
    """Slots that wait for an answer.

    Attributes:
        kinds: in the order in which they were asked for.
        speaker: who asked.
        left: turns for which the question stays open.
    """

    kinds: list[SpanType] = field(default_factory=list)
    speaker: object = None
    left: int = 0


def answers(
    scans: Sequence[Scan], speakers: Sequence[object], found: Sequence[Sequence[Span]]
) -> Iterator[tuple[int, Span]]:
    """What answers questions in a dialogue.

    Args:
        scans: one for each turn.
        speakers: of the turns.
        found: for each turn the spans that are known already.

    Yields:
        Numbers of turns and spans in them.
    """
    waiting = Open()
    for place, (scan, speaker) in enumerate(zip(scans, speakers, strict=True)):
        if waiting.left and speaker != waiting.speaker:
            waiting.left -= 1
            span = _answer(scan, waiting.kinds, found[place])
            if span is not None:
                yield place, span
                waiting.kinds = [kind for kind in waiting.kinds if kind is not span.type]
            elif found[place]:
                waiting.kinds = [kind for kind in waiting.kinds if all(kind is not one.type for one in found[place])]
            if not waiting.kinds:
                waiting.left = 0
        kinds = asked(scan)
        if kinds:
            waiting = Open(kinds, speaker, MOST_OPEN_TURNS)


def asks(scan: Scan) -> bool:
    """Whether a turn asks for something new: a slot, or a quantity that is nobody's secret."""
    return bool(asked(scan)) or _QUANTITY_ASKED.search(scan.view) is not None


def asked(scan: Scan) -> list[SpanType]:
    """The slots that a turn asks for (rule 1)."""
    text, view = scan.text.rstrip(), scan.view
    first = max(0, len(text) - LOOK_BACK)
    cut = max(
        (match.end() for match in re.finditer(r"[.!\u06d4\u3002\u0964](?=\s|$)", text[first : len(text) - 1])),
        default=0,
    )
    first += cut
    mark = _MARK.search(text, first)
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
        return [kind for kind in _named(scan.cues.within(first - cut, first)) if kind in _NUMBERS]
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
    return kind if kind in _NUMBERS or (kind in _FREE and kind is not SpanType.PERSON) else None


def _answer(scan: Scan, kinds: Sequence[SpanType], found: Sequence[Span]) -> Span | None:
    """The answer in a turn to one of the questions (rules 2 and 3)."""
    start, end = core(scan)
    while start < end and (_REFUSED.match(scan.view, start) or _REFUSED_CHINESE.match(scan.text, start)):
        sentence = _SENTENCE.search(scan.text, start, end)
        if sentence is None:
            return None
        start = _lead_end(scan, sentence.end())
    if start >= end or _MARK.search(scan.text, start):
        return None
    words = len(_WORDS.findall(scan.view, start, end))
    digits = _digits(scan, start, end)
    for kind in sorted(kinds, key=lambda kind: not _fits(kind, digits)):
        if any(one.type is kind for one in found):
            continue
        span = (
            _number(scan, kind, start, end, words, digits)
            if kind in _NUMBERS
            else _words(scan, kind, start, end, words, digits)
        )
        taken = [one for one in found if span is not None and one.start < span.end and span.start < one.end]
        if span is not None and all(_gives_way(one, kinds) for one in taken):
            return span._replace(score=max([span.score, *(one.score + 0.01 for one in taken)]))
    return None


def _gives_way(found: Span, kinds: Sequence[SpanType]) -> bool:
    """Whether a finding is a guess from the length and form of a number, and not what was asked for."""
    guessed = found.score < GUESSED and not {Why.CUE, Why.CHECKSUM, Why.KNOWN, Why.REPEATED}.intersection(found.why)
    return guessed and found.type in _GUESSES and found.type not in kinds


def core(scan: Scan) -> tuple[int, int]:
    """The answer without polite words at both ends."""
    start = _lead_end(scan, 0)
    late = max(start, len(scan.text) - LONGEST_TAIL)
    tail = _TAIL.search(scan.view, late) or _TAIL_CHINESE.search(scan.text, late)
    end = tail.start() if tail is not None else len(scan.view)
    while end > start and scan.text[end - 1] in " .,!;:\n\u3002\uff0c\u060c\u0964\"'":
        end -= 1
    return start, end


def _lead_end(scan: Scan, at: int) -> int:
    """Where the polite words end that stand at a place."""
    lead = _LEAD.match(scan.view, at)
    at = lead.end() if lead is not None else at
    chinese = _LEAD_CHINESE.match(scan.text, at)
    return chinese.end() if chinese is not None else at


def _fits(kind: SpanType, digits: int) -> bool:
    """Whether a number of so many digits may well be all of what was asked for."""
    return kind not in _USUAL or digits in _USUAL[kind]


def _digits(scan: Scan, start: int, end: int) -> int:
    """How many digits stand in a stretch, written or said."""
    written = sum(0x30 <= byte <= 0x39 for byte in scan.view[start:end])
    said = last = 0
    for one in scan.strings:  # of several readings of one place only the first counts
        if max(start, last) <= one.starts[0] < end:
            said, last = said + len(one), one.ends[-1]
    return max(written, said)


def _number(scan: Scan, kind: SpanType, start: int, end: int, words: int, digits: int) -> Span | None:
    if digits < _ENOUGH.get(kind, _ENOUGH_ELSE):
        return None
    strings = [one for one in scan.strings if one.starts[0] >= start and one.ends[-1] <= end]
    if strings:
        first, last = min(one.starts[0] for one in strings), max(one.ends[-1] for one in strings)
    elif words <= 3:
        first, last = start, end
    else:
        return None
    return Span(first, last, kind, SCORE, (Why.ASKED, Why.LENGTH)) if 2 * (last - first) >= end - start else None


def _words(scan: Scan, kind: SpanType, start: int, end: int, words: int, digits: int) -> Span | None:
    if kind is SpanType.PERSON:
        return _name(scan, start, end)
    if kind is SpanType.ADDRESS:
        end = _until_cue(scan, start, end)
        words = len(_WORDS.findall(scan.view, start, end))
    if kind is SpanType.PASSWORD:
        place = passwords.in_answer(scan, start, end, is_long=words > _FREE[kind])
        if place is not None:
            return Span(*place, kind, SCORE, (Why.ASKED, Why.SHAPE))
    if not 0 < words <= _FREE[kind]:
        return None
    if kind in (SpanType.ADDRESS, SpanType.DOB) and not digits and words < 2:
        return None
    if (
        kind in (SpanType.EMAIL, SpanType.USERNAME)
        and words > 3
        and not digits
        and not re.search(rb"@|\bat\b|arroba|malpa", scan.view)
    ):
        return None
    return Span(start, end, kind, SCORE, (Why.ASKED,))


def _until_cue(scan: Scan, start: int, end: int) -> int:
    """An address ends where a postcode or telephone number is announced."""
    for begin, _, kinds in scan.cues.within(start, end):
        if begin > start and not _AFTER_ADDRESS.isdisjoint(kinds):
            end = begin
            break
    while end > start and not scan.text[end - 1].isalnum() and scan.view[end - 1] < 0x80:
        end -= 1
    return end


def _name(scan: Scan, start: int, end: int) -> Span | None:
    """A name in the first clause of an answer."""
    text = scan.text
    stop = _STOP.search(text, start, end)
    end = end if stop is None else stop.start()
    if _digits(scan, start, end):
        return None
    last = name_end(text, scan.plain, start, small=True)
    if last > start and (len(_WORDS.findall(scan.view, start, end)) <= _FREE[SpanType.PERSON] or text[start].isupper()):
        return Span(start, last, SpanType.PERSON, SCORE, (Why.ASKED,))
    said = plain(text[start:end]).split()
    if 0 < len(said) <= 3 and not NEVER.intersection(said):
        return Span(start, end, SpanType.PERSON, SCORE, (Why.ASKED,))
    return None
