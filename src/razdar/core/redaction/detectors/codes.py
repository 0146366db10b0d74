"""Numbers and codes that have no form of their own: customer accounts, orders, passports, licences, plates,
postcodes. Only a word beside them gives them away.

Rules:
1. The nearest word must name the number; how long it may be depends on what it is said to be.
2. Letters that stand right beside the digits belong to them ("DKC-4821773"), so do spelled ones ("A B C one two three",
   "f as in fox") and further digits behind such letters. A word is not part of a code, nor is a lone "a" or "i".
3. The scores are low: whoever can say more about a number names it.
"""

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.detectors.announced import is_money
from razdar.core.redaction.folding import LETTER_CLASS, view
from razdar.core.redaction.identifiers import find_spelled
from razdar.core.redaction.numerals import SPOKEN, DigitString, Gap, Role
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.spelling import as_letters, letter_before, letters_after, spelled_before

LONGEST = 40
"""Digits of the longest number of an order or account."""

SHORTEST_UNNAMED = 4
"""Fewer digits make a code only near a word for a plate or postcode, or together with others."""

WIDEST = 60
"""How far beside its digits a code is followed."""


class _Kind(NamedTuple):
    cue: Cue
    type: SpanType
    shortest: int
    longest: int
    reach: int
    score: float


_KINDS = (
    _Kind(Cue.ACCOUNT, SpanType.ACCOUNT, 3, LONGEST, 45, 0.62),
    _Kind(Cue.PASSPORT, SpanType.PASSPORT, 6, 12, 50, 0.7),
    _Kind(Cue.DRIVER_LICENSE, SpanType.DRIVER_LICENSE, 5, 20, 50, 0.7),
    _Kind(Cue.VEHICLE, SpanType.VEHICLE, 5, 17, 40, 0.6),
    _Kind(Cue.DOC_ID, SpanType.DOC_ID, 5, 20, 45, 0.6),
    _Kind(Cue.REFERENCE, SpanType.REFERENCE, 4, LONGEST, 40, 0.6),
    _Kind(Cue.NATIONAL_ID, SpanType.NATIONAL_ID, 6, 18, 30, 0.58),
    _Kind(Cue.TAX_ID, SpanType.TAX_ID, 8, 15, 30, 0.58),
    _Kind(Cue.ZIP, SpanType.ZIP, 3, 10, 25, 0.65),
)
_REFERENCE = next(kind for kind in _KINDS if kind.cue is Cue.REFERENCE)
_STOPS = frozenset(
    view(word) for language in SPOKEN.values() for word in (*language.stops, "as", "at", "by", "if", "row")
)
_PIECES = pattern(rb"\b([a-z]{1,3})(?: [0-9]{1,4}\b(?: [a-z]{1,3}\b)?){1,6}")
BEFORE_PIECES = 6
"""Signs between the word for a number and its code ("is", ":")."""

_CUES = frozenset(kind.cue for kind in _KINDS)
_LONE_WORDS = frozenset(b"aeiouwyz")
_FEWEST_LETTERS = _FEWEST_DIGITS = 2
_ATTACHED_BEFORE = re.compile(rb"(?<![a-z0-9\x80])[a-z0-9]{1,6}(?:[\-/.][a-z0-9]{1,6})?[\-/]?$")
_APART = (b" ", b",", b":", b".", b"")
"""Signs behind which nothing is attached."""

_NUMBERED = re.compile(r"\b(?:[Nn]o|[Nn]r|[Nn]umber|[Nn]umer)[.:]? ([A-Z]{2,4}) $")
"""Capitals that a number begins with ("polisa nr MIE 0417/338902")."""

_AFTER = re.compile(
    rb"(?:[\-/.]?[a-z0-9]{1,6}(?:[\-/.][a-z0-9]{1,6}){0,2}(?![a-z0-9\x80]))?"
    rb"(?:[ \-](?:[a-z]|[0-9]{1,8})(?![a-z0-9\x80'])){0,6}"
)
_DATE_OR_MONEY = re.compile(
    rb"[0-3]?[0-9][\-/.][0-3]?[0-9][\-/.][0-9]{2,4}|(?:19|20)[0-9]{2}[\-/.][01]?[0-9][\-/.][0-3]?[0-9]|(?:[0-9]+|[0-9]{1,3}(?:[.,][0-9]{2,3})*)[.,][0-9]{2}"
)
_LAST_WORD = re.compile(rb"[" + LETTER_CLASS + rb"\x01]+$")


@detector(
    "codes in pieces",
    gate=rb"(?:numbe?r|numero|no|nr|ref|reference|confirmation|booking|pnr|code|codigo|kod|rezerwacji|reserva)[:,]? "
    rb"(?:it |to )?(?:is |its |e )?[a-z]{1,3} [0-9]",
)
def find_pieces(scan: Scan) -> Iterator[Span]:
    """Codes that a transcript cut where letters and digits meet ("confirmation number mlo 125", "d 5 ct 94")."""
    for match in _PIECES.finditer(scan.view):
        start, end = match.span()
        pieces, _, last = match.group().rpartition(b" ")
        if last in _STOPS:
            end = start + len(pieces)
        if match.group(1) in _STOPS or scan.touches_word(start, end):
            continue
        company = scan.company(start, end)
        if _named(company) is _REFERENCE and company.distance(Cue.REFERENCE) <= BEFORE_PIECES:
            yield Span(start, end, SpanType.REFERENCE, _REFERENCE.score, (Why.CUE, Why.SHAPE))


@reader("codes", shortest=3, longest=LONGEST)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Numbers that a word names."""
    kind = _named(company)
    if kind is None or string.plus >= 0 or max(string.gaps) >= Gap.LINK:  # "and" stands between two numbers
        return
    start, end = widened(scan.view, scan.text, string.starts[0], string.ends[-1])
    signs = len(compact(scan.view, string, start, end))
    if not kind.shortest <= signs <= kind.longest + 4 or _DATE_OR_MONEY.fullmatch(scan.view, start, end):
        return
    if string.spoken[-1] and _is_round(scan, string.ends[-1]):
        return
    if not scan.touches_word(start, end) and not is_money(scan, start, end):
        if kind.type is SpanType.PASSPORT and start == string.starts[0] and string.spoken[0]:
            start -= letter_before(scan.view[max(0, start - WIDEST) : start])
        yield Span(start, end, kind.type, kind.score, (Why.CUE, Why.LENGTH))


def _is_round(scan: Scan, end: int) -> bool:
    """Whether a spoken number ends with a word for a thousand or more: so many, and not a code."""
    word = _LAST_WORD.search(scan.view, max(0, end - WIDEST), end)
    return word is not None and word.group().replace(b"\x01", b"") in _thousands()


@cache
def _thousands() -> frozenset[bytes]:
    return frozenset(
        view(word).replace(b"\x01", b"")
        for language in SPOKEN.values()
        for word, (role, _) in language.words.items()
        if role in (Role.THOUSAND, Role.LAKH)
    )


@reader("spelled marks", shortest=2, longest=20)
def read_spelled(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Marks of a country whose letters or digits were said one by one."""
    first, last = string.starts[0], string.ends[-1]
    if not (string.spoken[0] or scan.view[max(0, first - 4) : first].count(b" ") > 1):
        return  # what is written together is found by its own pattern
    if len(string) < SHORTEST_UNNAMED and not company.near(Cue.VEHICLE, Cue.ZIP, within=WIDEST):
        return
    start, end = widened(scan.view, scan.text, first, last)
    ends = [end] if start < first or end > last else []
    ends.extend(last + more for more in letters_after(scan.view[last : last + WIDEST]))
    begin, earlier = _earlier(scan, start) if start < first else (start, "")
    for stop in dict.fromkeys(ends):
        code = compact(scan.view, string, start, stop)
        yield from find_spelled(scan, code, start, stop)
        if earlier:
            yield from find_spelled(scan, earlier + code, begin, stop)


def _earlier(scan: Scan, at: int) -> tuple[int, str]:
    """The letters and digits right before the letters of a code ("U P three two K T 4817"), and where they begin."""
    for gap in (1, 2):
        string = scan.ended.get(at - gap)
        if string is not None and len(string) < SHORTEST_UNNAMED:
            start, _ = widened(scan.view, scan.text, string.starts[0], string.ends[-1])
            return start, compact(scan.view, string, start, string.ends[-1])
    return at, ""


def _rows_gate(code: str) -> bytes:
    """At least five letters and digits said one by one, the first a letter."""
    roles = (Role.UNIT, Role.TEEN, Role.TENS)
    sign = (
        rb"(?:[a-z]"
        + _explained(code)
        + rb"|[0-9]{1,4}|"
        + alternatives(word for word, (role, _) in SPOKEN[code].words.items() if role in roles)
    )
    letter = rb"[a-z]" + _explained(code)
    edge = rb"[^" + LETTER_CLASS + rb"']"
    return rb"(?:^|" + edge + rb")(" + letter + rb"(?:[ ,\-]{1,2}" + sign + rb")){4,12})(?:" + edge + rb"|$)"


def _explained(code: str) -> bytes:
    """What may follow a letter ("k for kilo")."""
    return rb"(?: (?:" + alternatives(SPOKEN[code].explaining) + rb") [" + LETTER_CLASS + rb"]{3,14})?"


@cache
def _items(code: str) -> re.Pattern[bytes]:
    """A letter with its explanation, or a word."""
    return re.compile(
        rb"([a-z])" + _explained(code) + rb"(?![" + LETTER_CLASS + rb"])|[" + LETTER_CLASS + rb"\x01]+|[0-9]+"
    )


def find_rows(scan: Scan, form: Any, code: str) -> Iterator[Span]:
    """Codes whose letters and digits were said in turns ("f k j three c eight one"), where a word names them."""
    for match in form.finditer(scan.view):
        start, end = match.span(1)
        items = list(_items(code).finditer(scan.view, start, end))
        while items and _is_lone_word(items[-1].group()):
            items.pop()
        while items and _is_lone_word(items[0].group()) and scan.text[items[0].start()].islower():
            items.pop(0)
        letters = sum(item[1] is not None for item in items)
        if letters < _FEWEST_LETTERS or len(items) - letters < _FEWEST_DIGITS:
            continue
        start, end = items[0].start(), items[-1].end()
        kind = _named(scan.company(start, end))
        if kind is not None and kind.shortest <= len(items) <= kind.longest:
            yield Span(start, end, kind.type, kind.score, (Why.CUE, Why.SPOKEN))


def _is_lone_word(item: bytes) -> bool:
    return len(item) == 1 and item[0] in _LONE_WORDS


def compact(view: bytes, string: DigitString, start: int, end: int) -> str:
    """The letters and digits of a widened digit string; of an explained letter ("f as in fox") only the letter."""
    before, after = view[start : string.starts[0]], view[string.ends[-1] : end]
    return (as_letters(before) + string.digits + as_letters(after)).decode("latin-1")


def _named(company: Company) -> _Kind | None:
    """What the nearest cues say that it is; the first of the table, if they say more than one thing."""
    if company.said.isdisjoint(_CUES):
        return None
    return next((kind for kind in _KINDS if company.names(kind.cue, within=kind.reach)), None)


def widened(view: bytes, text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of digits with the letters that belong to it (rule 2)."""
    attached = view[start - 1 : start] not in _APART and _ATTACHED_BEFORE.search(view, max(0, start - WIDEST), start)
    numbered = _NUMBERED.search(text, max(0, start - WIDEST), start)
    if numbered is not None:
        start = numbered.start(1)
    for match in (attached or None, spelled_before(view[max(0, start - WIDEST) : start])):
        if match is not None and _is_code(match.group(), text[start - len(match.group()) : start]):
            start -= len(match.group())
            break
    after = view[end : end + WIDEST]
    match = _AFTER.match(after)
    if match is not None and match.group() and not _is_word_after(match.group(), after):
        end += match.end()
    return start, end


def _is_code(found: bytes, written: str) -> bool:
    """Not a word that happens to stand there."""
    letters = found.strip(b" -/.,")
    if len(letters) == 1:
        return letters[0] not in _LONE_WORDS or written[0].isupper() or found == letters
    if found[-1:] == b"-" and letters.isalpha():
        return len(letters) <= 3 or written[: len(letters)].isupper()
    return True


def _is_word_after(found: bytes, after: bytes) -> bool:
    """A lone "a" or "i" begins the next words."""
    return len(found) == 2 and found[0] == 0x20 and found[1] in _LONE_WORDS and after[2:3] == b" "


for _code in SPOKEN:
    _form = _rows_gate(_code)
    detector(f"spelled rows {_code}", gate=_form)(partial(find_rows, form=pattern(_form), code=_code))
