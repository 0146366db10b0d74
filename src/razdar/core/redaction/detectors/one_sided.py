"""One side of a chat: the answers are there, the questions are not.

Archives often hold what the customer typed and nothing else. There "ok", "yes" and "thank you" stand on lines of their
own, and a line with a number or a code, and at most a name before it, is what somebody was asked for to be known by: an
account number, a password, a booking. What it is nobody can tell; that it is somebody's can be told.

Rules:
1. Only in a text of which two or more lines begin with an answer or a greeting and say little else, in any of our
   languages; not in a dialogue, whose questions are known.
2. A number has four to nine digits in one row; a code, letters and digits by turns. It is a line, or ends one with one
   or two words before it. No word on the line has a meaning for numbers: those are judged by who knows them. By itself
   it is no year and no day.
3. The words before it are a name, and so are one or two alone on the line above a number by itself.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.detection import detector
from razdar.core.redaction.numerals import word_set
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.spoken import SPOKEN

SCORE = 0.42
FEWEST_REPLIES = 2
LONGEST_REPLY = 6
"""Words."""

SHORTEST_NAME = 3
LONGEST = 80
"""Signs of a line that may be such an answer."""

REPLIES = word_set(
    "ok|okay|okey|k|yes|yeah|yep|ya|no|nope|sure|fine|hi|hello|hey|hai|bye|thanks|thank you|thanks a lot|no thanks|"
    "ok thanks|ok thank you|thats all|nothing|nothing else|good morning|great|"
    "tak|nie|dobrze|jasne|dzien dobry|dziekuje|do widzenia|czesc|"
    "sim|nao|ola|bom dia|boa tarde|obrigado|obrigada|certo|tchau|"
    "بله|نه|سلام|ممنون|باشه|مرسی|خداحافظ|हाँ|हां|नहीं|नमस्ते|धन्यवाद|ठीक है|जी|haan|nahi|ji|theek hai|"
    "好|好的|是|是的|不是|對|你好|您好|謝謝|謝謝你|沒有|再見",
    "|",
)
_STOPS = frozenset(word for language in SPOKEN.values() for word in language.stops)
_EDGES = " .!"
_LINE = re.compile(r"[^\n]+")
_WORD = rf"[^\W\d_]{{{SHORTEST_NAME},}}"
_NAME = re.compile(rf"{_WORD}(?: {_WORD})?")
_CODE = (
    r"(?:[a-z]{1,3} ?[0-9]{1,4} ?){2,8}[a-z]{0,3}"
    r"|(?:[0-9]{1,4} ?[a-z]{1,3} ?){2,8}[0-9]{0,4}"
    r"|(?P<letters>[a-z]{2,3}) ?[0-9]{2,4}(?: [a-z]{1,3})?"
)
_ANSWER = re.compile(
    rf"(?:(?:(?:my )?name (?:is )?)?(?P<name>{_WORD}(?: (?!and ){_WORD})?) (?:and )?)?"
    rf"(?:(?P<number>[0-9]{{4,9}})|(?P<code>{_CODE}))"
)
_DAY = re.compile(r"(?:19|20)[0-9]{2}|[0-3]?[0-9][01]?[0-9](?:19|20)[0-9]{2}")


@detector("one-sided", gate=rb"[0-9][ .!a-z]{0,5}(?:\n|$)")
def find(scan: Scan) -> Iterator[Span]:
    """Numbers, codes and names by which somebody made himself known."""
    if scan.in_dialogue or "\n" not in scan.text:
        return
    lines = [
        (found.start() + _indent(found.group()), found.group().strip(_EDGES)) for found in _LINE.finditer(scan.plain)
    ]
    if sum(_is_reply(line) for _, line in lines) < FEWEST_REPLIES:
        return
    above = (0, "")
    for start, line in lines:
        answer = _ANSWER.fullmatch(line) if len(line) <= LONGEST else None
        if answer is not None:
            yield from _spans(scan, start, answer, above)
        above = (start, line)


def _is_reply(line: str) -> bool:
    """ "Ok", "yes sir i will", "no thank you"."""
    return line in REPLIES or (line.count(" ") < LONGEST_REPLY and line.partition(" ")[0] in REPLIES)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(_EDGES))


def _spans(scan: Scan, start: int, answer: re.Match[str], above: tuple[int, str]) -> Iterator[Span]:
    kind, what = (SpanType.ACCOUNT, "number") if answer["number"] else (SpanType.REFERENCE, "code")
    named = answer.start("name") if answer["name"] else answer.start(what)
    if answer["letters"] in _STOPS or _has_meaning(scan, start + named, answer.string[named:]):
        return
    if answer["name"]:
        yield _span(start + named, start + answer.end("name"), SpanType.PERSON)
    elif _DAY.fullmatch(answer[what]):
        return
    elif answer["number"] and _NAME.fullmatch(above[1]) and above[1] not in REPLIES and not _has_meaning(scan, *above):
        yield _span(above[0], above[0] + len(above[1]), SpanType.PERSON)
    yield _span(start + answer.start(what), start + answer.end(what), kind)


def _has_meaning(scan: Scan, start: int, words: str) -> bool:
    return bool(scan.cues.within(start, start + len(words)))


def _span(start: int, end: int, kind: SpanType) -> Span:
    return Span(start, end, kind, SCORE, (Why.SHAPE, Why.ASKED))
