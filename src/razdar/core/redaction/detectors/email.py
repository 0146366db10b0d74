"""E-mail addresses, written, obfuscated or spoken.

"anna.kowalska@example.org", "anna (at) example (dot) org", "anna dot kowalska at example dot org",
"a n n a underscore nine two at g mail dot com".

Rules:
1. Around a written "@" the address is what RFC 5322 calls a dot-atom on both sides, with signs without ink tolerated.
2. A spoken "at" needs a domain after it: labels joined by a spoken or written dot, the last one a top-level domain.
   What stands before it is read backwards: words joined by spoken signs, letters that are spelled ("pe", "f as in
   fox"), numbers and one word before them, and at most two more plain words; it ends at words that are never part of
   an address ("my email is"). Where no word for an address is near, more plain words count only if such an end is.
3. The work for each "at" is bounded, so the time is linear.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives, is_ideographic, listed, seen, seen_words
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.domains import CERTAIN, WORDS, WORDY
from razdar.core.redaction.folding import FIRST_MEASURE, IDEOGRAPH, LETTER_CLASS, view
from razdar.core.redaction.numerals import SPOKEN, SpokenLanguage
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.speech import byte_form

LONGEST_SIDE = 100
MOST_PLAIN_WORDS = 2
_MOUSE = "小老鼠"
LONGEST_SPELLED = 4
"""Letters of a top-level domain that is spelled."""

_SPELLED_LABEL = rb"[a-z0-9](?: [a-z0-9]){5,30}?"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(rb"[^ ,\x01\n]+")

_SAID_TOP_LEVEL = "कॉम काॅम इन नेट ओआरजी ऑर्ग ओ-आर-जी کام نت آی‌آر آیار ارگ اورگ کم kom"
_TOP_LEVEL = frozenset(byte_form(word) for word in (*CERTAIN, *WORDY, *_SAID_TOP_LEVEL.split()))
_AFTER_A_WORD = _TOP_LEVEL | frozenset(byte_form(word) for word in WORDS)
"""What counts where a word for a dot was said."""

_LETTER = rb"[" + LETTER_CLASS + rb"]"
_WRITTEN = pattern(
    rb"[_" + LETTER_CLASS + rb"][" + LETTER_CLASS + rb"._%+'\x01-]*\x01*(?:@|%40)\x01*"
    + _LETTER + rb"(?:[" + LETTER_CLASS + rb"\x01-]*\.\x01*" + _LETTER + rb"+)+(?:-[a-z0-9-]*[a-z0-9])?"
)  # fmt: skip
_IDEOGRAPHS = rb"[\x%02x\x%02x-\xff" % (IDEOGRAPH, FIRST_MEASURE) + LETTER_CLASS + rb"]"
_SPACED_WORD = _LETTER + rb"[" + LETTER_CLASS + rb"\x01_-]*"
_SPACED_DOT = rb"(?:\.| \. )" + _SPACED_WORD
_RARELY_WRITTEN = pattern(
    rb'"[^"\n@]{1,64}"@' + _LETTER + rb"[" + LETTER_CLASS + rb".-]*\." + _LETTER + rb"+"
    + rb"|" + _IDEOGRAPHS + rb"{1,20}@" + _IDEOGRAPHS + rb"{1,20}\." + _IDEOGRAPHS + rb"{2,10}"
    + rb"|" + _SPACED_WORD + rb"(?:" + _SPACED_DOT + rb"){0,4}(?: ?@ ?\n?)" + _SPACED_WORD
    + rb"(?:" + _SPACED_DOT + rb"){1,4}"
    + rb"|" + _LETTER + rb"[" + LETTER_CLASS + rb"._+-]*@localhost"
)  # fmt: skip
_PROVIDERS = listed(
    "gmail|g mail|hotmail|hot mail|outlook|yahoo|icloud|protonmail|proton mail|live|msn|aol|ymail|gmx|wp|onet|interia|"
    "o2|uol|bol|terra|sapo|rediffmail|جیمیل|جی میل|یاهو|هات میل|जीमेल|जी मेल|याहू|हॉटमेल"
)
"""Of their addresses people leave the end unsaid."""

_PROVIDER_NAMES = rb"(?:" + alternatives(_PROVIDERS) + rb")"
_PROVIDER = re.compile(_PROVIDER_NAMES + rb"(?![" + LETTER_CLASS + rb"])")
_JOINS = re.compile(r"[ ,.\x01]{0,2}[-_+.]?[ ,\x01]{0,2}")


class _Grammar(NamedTuple):
    gate: bytes
    at: re.Pattern[bytes]
    domain: Any
    dot: re.Pattern[bytes]
    piece: re.Pattern[str]
    signs: frozenset[str]
    silent: frozenset[str]
    stops: frozenset[str]
    numbers: frozenset[str]
    letters: dict[str, str]
    explained: re.Pattern[str]
    mouse: bool
    """Whether an "at" may be three Chinese characters, of which the view knows no more than that."""


@detector("email", gate=b"@|%40")
def find(scan: Scan) -> Iterator[Span]:
    """Addresses as they are written."""
    for match in _WRITTEN.finditer(scan.view):
        yield Span(match.start(), match.end(), SpanType.EMAIL, 0.97, (Why.SHAPE,))
    for match in _RARELY_WRITTEN.finditer(scan.view):
        yield Span(match.start(), match.end(), SpanType.EMAIL, 0.9, (Why.SHAPE,))


def find_spoken(scan: Scan, code: str) -> Iterator[Span]:
    """Addresses as they are said in one language, or written around filters."""
    if code not in spoken.languages(scan.lang):
        return
    grammar, folded = _grammar(code), scan.view
    places = [match.span() for match in grammar.at.finditer(folded)]
    for number, (start, end) in enumerate(places):
        if grammar.mouse and IDEOGRAPH in folded[start:end] and _MOUSE not in scan.text[start:end]:
            continue
        limit = places[number + 1][0] if number + 1 < len(places) else len(folded)
        after = folded[end : min(limit, end + LONGEST_SIDE)]
        stop = _domain_end(after, grammar)
        provider, is_whole = (0, True) if stop else _provider_end(after, grammar)
        if not stop and not provider:
            continue
        cued = scan.company(start, start).near(Cue.EMAIL)
        begin = max(0, start - LONGEST_SIDE, places[number - 1][1] if number else 0)
        first = _local_start(seen(folded[begin:start], scan.text[begin:start]), grammar, cued=cued)
        if first and (is_whole or cued or _is_told(folded[start - first : end], grammar)):
            yield Span(start - first, end + stop + provider, SpanType.EMAIL, 0.93, (Why.SPOKEN, Why.SHAPE))


def _domain_end(after: bytes, grammar: _Grammar) -> int:
    """How far a domain reaches into what follows an "at"; 0 if there is none."""
    match = grammar.domain.match(after)
    if match is None:
        return 0
    dots = [dot.span() for dot in grammar.dot.finditer(after, 0, match.end())]
    for place in range(len(dots) - 1, -1, -1):
        label_end = dots[place + 1][0] if place + 1 < len(dots) else match.end()
        known = _TOP_LEVEL if after[slice(*dots[place])] == b"." else _AFTER_A_WORD
        reach = _top_level(after[dots[place][1] : label_end], grammar, known)
        if reach:
            return dots[place][1] + reach
    return 0


def _provider_end(after: bytes, grammar: _Grammar) -> tuple[int, bool]:
    """How far the name of a provider reaches, with the domain behind it, and whether there is one ("gmail com"); 0 if
    it is none."""
    match = _PROVIDER.match(after)
    if match is None:
        return 0, False
    rest = after[match.end() :]
    top = _top_level(rest, grammar) if rest[:1] == b" " else 0
    return match.end() + top, top > 0


def _is_told(said: bytes, grammar: _Grammar) -> bool:
    """Whether this is an address without a domain behind it: no "at" of every day, or a dot or the like in front."""
    words = said.split()
    return words[-1] != b"at" or any(word.decode("latin-1") in grammar.signs for word in words[:-1])


def _top_level(label: bytes, grammar: _Grammar, known: frozenset[bytes] = _TOP_LEVEL) -> int:
    """How much of a label is a top-level domain: its first word, or letters that are spelled; 0 if nothing is."""
    spelled = ""
    for place, match in enumerate(islice(_WORD.finditer(label), LONGEST_SPELLED)):
        word = match.group()
        if place == 0 and word in known:
            return match.end()
        letter = grammar.letters.get(word.decode("latin-1"), word.decode("latin-1") if len(word) == 1 else "")
        if not letter:
            return 0
        spelled += letter
        if spelled.encode("latin-1") in _TOP_LEVEL and not _goes_on(label, match.end(), grammar):
            return match.end()
    return 0


def _goes_on(label: bytes, at: int, grammar: _Grammar) -> bool:
    """Whether the next word of a label is a letter as well ("c o" of "c o m")."""
    match = _WORD.search(label, at)
    return match is not None and (len(match.group()) == 1 or match.group().decode("latin-1") in grammar.letters)


def _local_start(before: str, grammar: _Grammar, *, cued: bool) -> int:
    """How many characters before an "at" belong to the address; 0 if nothing does."""
    taken = edge = len(before)
    plain_words = 0 if cued else MOST_PLAIN_WORDS
    joined, has_word = True, False
    pieces = list(grammar.piece.finditer(before))
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        word, gap = piece.group().replace("\x01", ""), before[piece.end() : edge]
        if not _JOINS.fullmatch(gap):
            break
        edge = piece.start()
        if word in grammar.silent and taken < len(before):
            continue
        if word in grammar.signs and taken < len(before):
            joined, plain_words = True, MOST_PLAIN_WORDS
            continue
        part = _is_part(word, grammar) or (word in grammar.letters and _is_among_letters(pieces, place, grammar))
        stops = word in grammar.stops and not _follows_sign(pieces, place, grammar)
        if not joined and not part and not gap.strip(" ,\x01"):
            plain_words += has_word
            if stops or plain_words > MOST_PLAIN_WORDS:
                taken = taken if stops or cued else _since_stop(before, pieces, place, taken, grammar)
                break
        elif taken == len(before) and (word in grammar.signs or (not part and stops and not cued)):
            break
        has_word = has_word or not part
        taken, joined = edge, False
    return len(before) - taken


def _follows_sign(pieces: Sequence[re.Match[str]], place: int, grammar: _Grammar) -> bool:
    """Whether a word is part of the address because a spoken sign joins it to the word before ("souza dot contact")."""
    return place > 0 and pieces[place - 1].group().replace("\x01", "") in grammar.signs


def _since_stop(before: str, pieces: Sequence[re.Match[str]], place: int, taken: int, grammar: _Grammar) -> int:
    """Where an address begins of which more plain words may be part: behind a word that never is, if one is near."""
    start = taken
    for at in range(place, max(-1, place - MOST_PLAIN_WORDS - 1), -1):
        piece = pieces[at]
        word, gap = piece.group().replace("\x01", ""), before[piece.end() : start]
        if word in grammar.stops or gap.strip(" \x01"):
            return start
        if at == place - MOST_PLAIN_WORDS:
            return taken
        start = piece.start()
    return start


def _is_among_letters(pieces: Sequence[re.Match[str]], place: int, grammar: _Grammar) -> bool:
    """Whether words on both sides are letters that are spelled, so that a common word is one too ("n k u")."""
    beside = [pieces[at].group().replace("\x01", "") for at in (place - 1, place + 1) if 0 <= at < len(pieces)]
    return len(beside) == 2 and all(len(word) == 1 or word in grammar.letters for word in beside)


def _is_part(word: str, grammar: _Grammar) -> bool:
    """Whether a word hangs together with what follows it without a spoken sign: a spelled letter, a number."""
    if len(word) == 1 or word.isdigit() or word in grammar.numbers or grammar.explained.fullmatch(word) is not None:
        return True
    return word in grammar.letters and word not in grammar.stops


@cache
def _grammar(code: str) -> _Grammar:
    language = SPOKEN[code]
    said = {sign: alternatives(words) for sign, words in language.signs.items()}
    mouse = _MOUSE in language.signs["@"]
    around = rb"[ ,\x01\n]{1,3}"
    brackets = rb" ?[(\[{<] ?(?:%s|%s) ?[)\]}>] ?"
    at = rb"(?:" + _standing(language.signs["@"], around) + rb"|" + brackets % (b"@", said["@"]) + rb"| @ ?|@ )"
    dot = rb"(?:" + _standing(language.signs["."], around) + rb"|" + brackets % (rb"\.", said["."]) + rb"|\.)"
    dash = rb"(?: (?:" + said["-"] + rb") |-| )"
    word = _LETTER + rb"[" + LETTER_CLASS + rb"\x01]*"
    label = rb"(?:" + word + rb"(?:" + dash + word + rb"){0,4}?|" + _SPELLED_LABEL + rb")"
    spelled = rb"(?:" + alternatives([*language.letters, *_ALPHABET]) + rb")"
    rest = rb"(?:(?: " + spelled + rb"){1,4}(?:[^" + LETTER_CLASS + rb"]|$))?"
    domain = label + rb"(?:" + dot + label + rb"){1,4}" + rest
    gate = at + rb"(?:" + label + dot + _LETTER + rb"|" + _PROVIDER_NAMES + rb"(?:[^" + LETTER_CLASS + rb"]|$))"
    signs = [word for sign, words in language.signs.items() if sign != "@" for word in words]
    silent = _forms(language.signs[""])
    explained = _explained(language)
    letter = _LETTER.decode("latin-1")
    return _Grammar(
        gate=gate,
        at=re.compile(at),
        domain=pattern(domain),
        dot=re.compile(dot),
        piece=re.compile(f"{explained}|{_standing_signs(signs, letter)}|{letter}(?:{letter}|\x01)*(?:'[a-z]+)?"),
        signs=_forms(signs) - silent,
        silent=silent,
        stops=_forms(language.stops),
        numbers=_forms(language.words),
        letters={byte_form(name).decode("latin-1"): letter for name, letter in language.letters.items()},
        explained=re.compile(explained),
        mouse=mouse,
    )


def _standing(words: Iterable[str], around: bytes) -> bytes:
    """Words with what must stand around them; nothing need stand around Chinese characters."""
    spaced = alternatives(word for word in words if not is_ideographic(word))
    unspaced = alternatives(word for word in words if is_ideographic(word))
    found = around + rb"(?:" + spaced + rb")" + around
    loose = around.replace(b"{1,", b"{0,")
    return found + (rb"|" + loose + rb"(?:" + unspaced + rb")" + loose if unspaced else b"")


def _standing_signs(signs: Iterable[str], letter: str) -> str:
    spaced = seen_words(word for word in signs if not is_ideographic(word))
    unspaced = seen_words(word for word in signs if is_ideographic(word))
    return f"(?<!{letter})(?:{spaced})(?!{letter})" + (f"|{unspaced}" if unspaced else "")


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(seen(view(word), word).replace("\x01", "") for word in words)


def _explained(language: SpokenLanguage) -> str:
    """A letter with a word that begins with it ("f as in fox", "L 是 London 的 L")."""
    letter = _LETTER.decode("latin-1")
    names = seen_words([*language.letters, *_ALPHABET])
    between = seen_words(language.explaining)
    return f"(?<!{letter})(?:{names}) ?(?:{between}) ?{letter}{{3,14}}(?: ?的 ?[a-z])?(?!{letter})"


for _code in SPOKEN:
    detector(f"email {_code}", gate=_grammar(_code).gate)(partial(find_spoken, code=_code))
