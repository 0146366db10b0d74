"""What answers a question for a name, address, birth date or number is masked, even if it looks like nothing else.

Recognisers turn names into other words more often than they misspell them, so the question tells more than the answer.

Rules:
1. What is a question stands in ``questions``.
2. The next words of the other side answer. "Yes", "one moment", "let me look" answer nothing: the question stays
   open for a few turns, until something else is asked.
3. Of a short answer the polite words at both ends stay. An answer to a question for a number needs digits, one to a
   question for a name must have none in its first clause. Of several kinds of numbers the one of fitting length counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.detectors import passwords
from razdar.core.redaction.detectors.codes import widened
from razdar.core.redaction.folding import LETTER_CLASS, plain
from razdar.core.redaction.naming import NEVER, name_end
from razdar.core.redaction.questions import MARK, NUMBERS, WORDS_ENOUGH, asked, chinese, spaced
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

MOST_OPEN_TURNS = 3
SCORE = 0.58
GUESSED = 0.65
_GUESSES = frozenset({SpanType.PHONE})
"""What a number is taken for below this score where no word names it; the question knows better."""


_TRIVIAL = listed(
    "it's for|for|my husband|my wife|my son|my daughter|my mother|my father|"
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


_EDGE = rb"(?:[^" + LETTER_CLASS + rb"]+|$)"
_LEAD = re.compile(rb"[ \x01,.:;!\n\"'-]*(?:(?:" + alternatives(spaced(_TRIVIAL)) + rb")" + _EDGE + rb"){0,5}")
_REFUSED = re.compile(
    b"|".join(
        alternatives([word.rstrip("*")]) + (b"" if word.endswith("*") else rb"(?![" + LETTER_CLASS + rb"])")
        for word in sorted(spaced(_REFUSALS), key=len, reverse=True)
    )
)
LONGEST_TAIL = 80
"""So many last characters of an answer may be politeness."""

_TAIL = re.compile(rb"(?:[ ,.!\x01\n]+(?:" + alternatives(spaced(_CLOSINGS)) + rb"))+[ ,.!?\x01\n]*$")
_LEAD_CHINESE = re.compile(rf"(?:(?:{chinese(_TRIVIAL)})[，,。 ]*)+")
_REFUSED_CHINESE = re.compile(chinese(_REFUSALS))
_TAIL_CHINESE = re.compile(rf"[，,。 ]*(?:{chinese(_CLOSINGS)})[，,。 ]*$")
_WRITTEN_LAST = re.compile(rb"(?<![0-9a-z])[0-9](?:[ -]?[0-9]){2,18}$")
_WORDS = re.compile(rb"[" + LETTER_CLASS + rb"]+|[\x81\xd0-\xff]")
_STOP = re.compile(r"[.,;!?\n\u3002\uff0c\u060c\u061b\u0964]")

_ENOUGH = {SpanType.CVV: 3, SpanType.EXPIRY: 3, SpanType.PIN: 3, SpanType.SECRET: 4}
_ENOUGH_ELSE = 4
DIGITS_OF_PART = 3
"""An answer of three digits and nothing else is the beginning of a number that goes on in the next turn."""

_SAID_IN_PARTS = frozenset({SpanType.CARD, SpanType.PHONE, SpanType.NATIONAL_ID, SpanType.ACCOUNT, SpanType.IBAN})
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
                _answered(waiting, scan, span)
            elif found[place]:
                given = {one.type for one in found[place]}
                if SpanType.EMAIL in given:  # "na jaki adres wysłać potwierdzenie"
                    given.add(SpanType.ADDRESS)
                waiting.kinds = [kind for kind in waiting.kinds if kind not in given]
            if not waiting.kinds:
                waiting.left = 0
        kinds = asked(scan)
        if kinds:
            waiting = Open(kinds, speaker, MOST_OPEN_TURNS)


def _answered(waiting: Open, scan: Scan, span: Span) -> None:
    """Close a question, or keep it open for the rest of a number."""
    if _is_part(scan, span):
        waiting.left = MOST_OPEN_TURNS
    else:
        waiting.kinds = [kind for kind in waiting.kinds if kind is not span.type]


def _answer(scan: Scan, kinds: Sequence[SpanType], found: Sequence[Span]) -> Span | None:
    """The answer in a turn to one of the questions (rules 2 and 3)."""
    start, end = core(scan)
    while start < end and (_REFUSED.match(scan.view, start) or _REFUSED_CHINESE.match(scan.text, start)):
        sentence = _SENTENCE.search(scan.text, start, end)
        if sentence is None:
            return _number_after_all(scan, kinds, start, end, found)
        start = _lead_end(scan, sentence.end())
    if start >= end or MARK.search(scan.text, start):
        return None
    words = len(_WORDS.findall(scan.view, start, end))
    digits = _digits(scan, start, end)
    for kind in sorted(kinds, key=lambda kind: not _fits(kind, digits)):
        known = [one for one in found if one.type is kind]
        if known:
            whole = _whole(scan, known, found) if kind in NUMBERS else None
            if whole is not None:
                return whole
            continue
        span = (
            _number(scan, kind, start, end, words, digits)
            if kind in NUMBERS
            else _words(scan, kind, start, end, words, digits)
        )
        taken = [one for one in found if span is not None and one.start < span.end and span.start < one.end]
        if span is not None and all(_gives_way(one, kinds) for one in taken):
            return span._replace(score=max([span.score, *(one.score + 0.01 for one in taken)]))
    return None


def _number_after_all(
    scan: Scan, kinds: Sequence[SpanType], start: int, end: int, found: Sequence[Span]
) -> Span | None:
    """ "Hang on, here it is, 817 044": the number in which a turn ends that began as a refusal."""
    said = next((one for one in reversed(scan.strings) if one.ends[-1] == end and one.starts[0] > start), None)
    written = _WRITTEN_LAST.search(scan.view, start, end)
    if said is not None:
        first, digits = said.starts[0], len(said)
    elif written is not None:
        first, digits = written.start(), len(written.group().translate(None, b" -"))
    else:
        return None
    if any(one.end > first and not _gives_way(one, kinds) for one in found):
        return None
    fitting = sorted(kinds, key=lambda kind: not _fits(kind, digits))
    kind = next((kind for kind in fitting if kind in NUMBERS and digits >= _ENOUGH.get(kind, _ENOUGH_ELSE)), None)
    return None if kind is None else Span(first, end, kind, SCORE, (Why.ASKED, Why.LENGTH))


def _whole(scan: Scan, known: Sequence[Span], found: Sequence[Span]) -> Span | None:
    """All of a number that was asked for and of which only a part was found: there may be a slip in it."""
    for one in known:
        for string in scan.strings:
            if string.ends[-1] <= one.start or one.end <= string.starts[0]:
                continue
            start, end = min(one.start, string.starts[0]), max(one.end, string.ends[-1])
            is_free = all(other.type is one.type or other.end <= start or end <= other.start for other in found)
            if is_free and end - start > one.end - one.start:
                return one._replace(start=start, end=end, score=one.score + 0.01)
    return None


def _gives_way(found: Span, kinds: Sequence[SpanType]) -> bool:
    """Whether a finding is a guess from the length and form of a number, and not what was asked for."""
    if found.type is SpanType.NUMBER:
        return True
    guessed = found.score < GUESSED and not {Why.CUE, Why.CHECKSUM, Why.KNOWN}.intersection(found.why)
    unproven = found.type in _GUESSES or Why.NO_CHECKSUM in found.why
    return guessed and unproven and found.type not in kinds


def core(scan: Scan) -> tuple[int, int]:
    """The answer without polite words at both ends; none of them is a digit, too ("نه" is "no" and 9)."""
    start = _lead_end(scan, 0)
    start = min((one.starts[0] for one in scan.strings if one.starts[0] < start < one.ends[-1]), default=start)
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
    unspaced = _LEAD_CHINESE.match(scan.text, at)
    return unspaced.end() if unspaced is not None else at


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


def _is_part(scan: Scan, span: Span) -> bool:
    """Whether an answer is the beginning of a number that goes on in the next turn."""
    return span.type in _SAID_IN_PARTS and _digits(scan, span.start, span.end) < _ENOUGH_ELSE


def _number(scan: Scan, kind: SpanType, start: int, end: int, words: int, digits: int) -> Span | None:
    if digits == DIGITS_OF_PART and kind in _SAID_IN_PARTS:
        whole = any((one.starts[0], one.ends[-1]) == (start, end) for one in scan.strings)
        return Span(start, end, kind, SCORE, (Why.ASKED, Why.LENGTH)) if whole else None
    if digits < _ENOUGH.get(kind, _ENOUGH_ELSE):
        return None
    strings = [one for one in scan.strings if one.starts[0] >= start and one.ends[-1] <= end]
    if strings:
        first, last = min(one.starts[0] for one in strings), max(one.ends[-1] for one in strings)
        first, last = widened(scan.view, scan.text, first, last)
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
        place = passwords.in_answer(scan, start, end, is_long=words > WORDS_ENOUGH[kind])
        if place is not None:
            return Span(*place, kind, SCORE, (Why.ASKED, Why.SHAPE))
    if not 0 < words <= WORDS_ENOUGH[kind]:
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
    if last > start and (
        len(_WORDS.findall(scan.view, start, end)) <= WORDS_ENOUGH[SpanType.PERSON] or text[start].isupper()
    ):
        return Span(start, last, SpanType.PERSON, SCORE, (Why.ASKED,))
    said = plain(text[start:end]).split()
    if 0 < len(said) <= 3 and not NEVER.intersection(said):
        return Span(start, end, SpanType.PERSON, SCORE, (Why.ASKED,))
    return None
