"""E-mail addresses, written, obfuscated or spoken.

"anna.kowalska@example.org", "anna (at) example (dot) org", "anna dot kowalska at example dot org",
"a n n a underscore nine two at g mail dot com".

Rules:
1. Around a written "@" the address is what RFC 5322 calls a dot-atom on both sides, with signs without ink tolerated.
2. A spoken "at" needs a domain after it: labels joined by a spoken or written dot, the last one a top-level domain.
   What stands before it is read backwards: words joined by spoken signs, spelled letters, digits, and at most two
   more plain words; it ends at words that are never part of an address ("my email is").
3. The work for each "at" is bounded, so the time is linear.
"""

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.speech import byte_form

LONGEST_SIDE = 100
MOST_PLAIN_WORDS = 2
_MOUSE = "小老鼠"

_TOP_LEVEL_TEXT = (
    "ae ai app ar at au be biz br ca ch cl cn co com cz de dev dk edu es eu fi fr gov gr hk hu ie in info int io "
    "ir it jp kr mil mx my name net nl no nz online org pk pl pro pt ro ru sa se sg shop site sk store tr tv tw "
    "ua uk us xyz za test example invalid"
)
_SAID_TOP_LEVEL = "कॉम काॅम इन नेट ओआरजी ऑर्ग ओ-आर-जी کام نت آی‌آر آیار ارگ اورگ کم"
_TOP_LEVEL = frozenset(byte_form(word) for word in (_TOP_LEVEL_TEXT + " " + _SAID_TOP_LEVEL).split())
_WRITTEN = pattern(
    rb"[a-z0-9\x80-\xff_][a-z0-9\x80-\xff._%+'\x01-]*\x01*@\x01*"
    rb"[a-z0-9\x80-\xff](?:[a-z0-9\x80-\xff\x01-]*\.\x01*[a-z0-9\x80-\xff]+)+(?:-[a-z0-9-]*[a-z0-9])?"
)
_JOINS = re.compile(rb"[ ,.\x01]{0,2}[-_+.]?[ ,\x01]{0,2}")


class _Grammar(NamedTuple):
    gate: bytes
    at: re.Pattern[bytes]
    domain: Any
    dot: re.Pattern[bytes]
    piece: re.Pattern[bytes]
    signs: frozenset[bytes]
    stops: frozenset[bytes]
    numbers: frozenset[bytes]
    mouse: bool
    """Whether an "at" may be three Chinese characters, of which the view knows no more than that."""


@detector("email", gate=b"@")
def find(scan: Scan) -> Iterator[Span]:
    """Addresses as they are written."""
    for match in _WRITTEN.finditer(scan.view):
        yield Span(match.start(), match.end(), SpanType.EMAIL, 0.97, (Why.SHAPE,))


def find_spoken(scan: Scan, code: str) -> Iterator[Span]:
    """Addresses as they are said in one language, or written around filters."""
    if code not in spoken.languages(scan.lang):
        return
    grammar, view = _grammar(code), scan.view
    places = [match.span() for match in grammar.at.finditer(view)]
    for number, (start, end) in enumerate(places):
        if grammar.mouse and b"\x81" in view[start:end] and _MOUSE not in scan.text[start:end]:
            continue
        limit = places[number + 1][0] if number + 1 < len(places) else len(view)
        stop = _domain_end(view[end : min(limit, end + LONGEST_SIDE)], grammar)
        if not stop:
            continue
        cued = scan.company(start, start).near(Cue.EMAIL)
        first = _local_start(view[max(0, start - LONGEST_SIDE) : start], grammar, cued=cued)
        if first:
            yield Span(start - first, end + stop, SpanType.EMAIL, 0.93, (Why.SPOKEN, Why.SHAPE))


def _domain_end(after: bytes, grammar: _Grammar) -> int:
    """How far a domain reaches into what follows an "at"; 0 if there is none."""
    match = grammar.domain.match(after)
    if match is None:
        return 0
    dots = [dot.span() for dot in grammar.dot.finditer(after, 0, match.end())]
    for place in range(len(dots) - 1, -1, -1):
        label_end = dots[place + 1][0] if place + 1 < len(dots) else match.end()
        label = after[dots[place][1] : label_end]
        word = label.split(b" ")[0]
        if word in _TOP_LEVEL:
            return dots[place][1] + len(word)
        if label.replace(b" ", b"") in _TOP_LEVEL:
            return label_end
    return 0


def _local_start(before: bytes, grammar: _Grammar, *, cued: bool) -> int:
    """How many characters before an "at" belong to the address; 0 if nothing does."""
    taken = edge = len(before)
    plain_words = MOST_PLAIN_WORDS if not cued else 0
    joined = True
    for piece in reversed(list(grammar.piece.finditer(before))):
        word, gap = piece.group(), before[piece.end() : edge]
        if not _JOINS.fullmatch(gap):
            break
        edge = piece.start()
        if word in grammar.signs and taken < len(before):
            joined, plain_words = True, MOST_PLAIN_WORDS
            continue
        if not joined and not _is_linked(word, gap, grammar):
            plain_words += 1
            if word in grammar.stops or plain_words > MOST_PLAIN_WORDS:
                break
        elif taken == len(before) and (word in grammar.signs or (_is_stop(word, grammar) and not cued)):
            break
        taken, joined = edge, False
    return len(before) - taken


def _is_stop(word: bytes, grammar: _Grammar) -> bool:
    """Whether a word cannot be all there is of an address; a single letter is spelled."""
    return len(word) > 1 and word in grammar.stops


def _is_linked(word: bytes, gap: bytes, grammar: _Grammar) -> bool:
    """Whether a word hangs together with what follows it without a spoken sign: a dot, a spelled letter, a number."""
    return bool(gap.strip(b" ,\x01")) or len(word) == 1 or word.isdigit() or word in grammar.numbers


@cache
def _grammar(code: str) -> _Grammar:
    language = SPOKEN[code]
    said = {sign: alternatives(words) for sign, words in language.signs.items()}
    mouse = _MOUSE in language.signs["@"]
    around = rb"[ ,\x01\n]{%d,3}" % (not mouse)
    brackets = rb" ?[(\[{<] ?(?:%s|%s) ?[)\]}>] ?"
    at = rb"(?:" + around + rb"(?:" + said["@"] + rb")" + around + rb"|" + brackets % (b"@", said["@"]) + rb"| @ ?|@ )"
    dot = rb"(?:" + around + rb"(?:" + said["."] + rb")" + around + rb"|" + brackets % (rb"\.", said["."]) + rb"|\.)"
    dash = rb"(?: (?:" + said["-"] + rb") |-| )"
    letters = rb"[" + LETTER_CLASS + rb"]"
    label = letters + rb"+(?:" + dash + letters + rb"+){0,4}?"
    domain = label + rb"(?:" + dot + label + rb"){1,4}(?: [a-z](?:[^a-z]|$)){0,3}"
    gate = at + label + dot + letters
    signs = {byte_form(word) for sign, words in language.signs.items() if sign != "@" for word in words}
    return _Grammar(
        gate=gate,
        at=re.compile(at),
        domain=pattern(domain),
        dot=re.compile(dot),
        piece=re.compile(letters + rb"+(?:'[a-z]+)?|" + alternatives(language.signs["."])),
        signs=frozenset(signs),
        stops=frozenset(byte_form(word) for word in language.stops),
        numbers=frozenset(byte_form(word) for word in language.words),
        mouse=mouse,
    )


for _code in SPOKEN:
    detector(f"email {_code}", gate=_grammar(_code).gate)(partial(find_spoken, code=_code))
