"""Numbers and marks that an authority gives to people, companies and things, as rows of a table.

A country's file under ``detectors/`` registers its identifiers; nothing else is edited. Two forms:

* ``Identifier``: digits only, found in digit strings, written or spoken, whatever the grouping.
* ``Mark``: letters and digits, found with a pattern over the 8-bit view (lower case, see ``folding``).

How the evidence becomes a score:

1. Valid and named: a cue of its own ("pesel"), or one for its kind ("tax number"), is the nearest cue: ``named``.
2. Valid, written in the grouping that everybody uses (``shape``, "999-99-9999"): ``shaped``.
   Its own name near, another word nearer ("which NIP for the invoice?"): a part of that, if it has a check digit.
3. Valid in a text of one of its languages: ``at_home``. Valid anywhere: ``alone``. Both only where no nearer cue says
   that it is something else, unless the check is a strong one (``alone`` of at least 0.8).
4. Not valid, but its own name stands right beside it and the length is right: ``mistyped``; people mis-say digits.

A score of 0 is never reported: an identifier that no word near speaks of, and that counts neither alone nor in the
text's language nor by its grouping, is not even checked. One random number in ten passes a simple check digit, so
``alone`` is for checks that also know dates, regions or two check digits.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from razdar.core.redaction.cues import NOWHERE, Company
from razdar.core.redaction.numerals import DigitString, Gap
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.registry import Registry

if TYPE_CHECKING:
    from razdar.core.redaction.scan import Scan

CUE_REACH = 60
SURE = 0.8
"""From this score on words inside a number do not matter."""

NOT_NEAREST = 0.8
"""What is left of the score where the number's own name is near and another word is nearer."""

LONGEST = 18
"""No identifier has more digits."""

MOST_GROUPS = 9
LONG_STRING = 64
"""In a row of so many digits an identifier is made of few groups; so time stays linear with a small factor."""

_DIGITS_OF_THEIR_OWN = ("fa", "hi")
"""Languages that their digits give away."""

_DIGIT = re.compile(rb"[0-9]")
_NINES = bytes(0x39 if 0x30 <= byte <= 0x39 else byte for byte in range(256))

Check = Callable[[str], bool]
"""Whether a compact form, digits or lower-case letters and digits, has the right structure and check digits. May raise
``ValueError`` or ``LookupError``, which means no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number of fixed lengths.

    Attributes:
        type: what it is reported as.
        lengths: numbers of digits it may have.
        check: of the compact digits.
        cues: words that name it, separated by ``|``, as in ``vocabulary``.
        languages: primary subtags of the languages of the country, separated by spaces.
        shapes: groupings that nothing else has, digits as 9: ``("999-99-9999",)``.
    """

    type: SpanType
    lengths: tuple[int, ...]
    check: Check
    cues: str = ""
    languages: str = ""
    shapes: tuple[str, ...] = ()
    named: float = 0.92
    shaped: float = 0.0
    at_home: float = 0.0
    alone: float = 0.0
    mistyped: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Letters and digits.

    Attributes:
        pattern: for RE2 over the 8-bit view, separators included; it need not look at what stands around it.
        check: of the compact form (lower case, no separators).
        runs_on: whether the blank between one of its cues and its letters may be lost ("dowoduABC123456").
    """

    type: SpanType
    pattern: bytes
    check: Check = bool
    cues: str = ""
    languages: str = ""
    named: float = 0.92
    at_home: float = 0.0
    alone: float = 0.0
    mistyped: float = 0.0
    runs_on: bool = False


IDENTIFIERS = Registry[Identifier]("identifier")
MARKS = Registry[Mark]("mark")


def identifier(name: str, **attributes: Any) -> None:
    """Register a number under its country and name, for instance ``pl.pesel``."""
    IDENTIFIERS.register(name)(Identifier(**attributes))


def mark(name: str, **attributes: Any) -> None:
    """Register letters and digits under their country and name, for instance ``in.pan``."""
    MARKS.register(name)(Mark(**attributes))


def cue_words() -> dict[str, list[str]]:
    """For each identifier and mark the words that name it."""
    return {
        name: [word.strip() for word in entry.cues.split("|") if word.strip()]
        for registry in (IDENTIFIERS, MARKS)
        for name, entry in registry.items()
        if entry.cues
    }


def holds(check: Check, compact: str) -> bool:
    """The answer of a check; what it cannot read does not hold."""
    try:
        return check(compact)
    except (ValueError, LookupError):
        return False


def read(scan: "Scan", string: DigitString, company: Company) -> Iterator[Span]:
    """Identifiers of digits in a digit string: every window whose edges are edges of groups, up to a number for each
    text, after which the rest is concealed unread."""
    worth_checking = _worth_checking(scan, string, company)
    edges = [*string.groups, len(string)]
    most = MOST_GROUPS if len(string) > LONG_STRING else len(edges)
    for place, first in enumerate(string.groups, 1):
        for last in edges[place : place + most]:
            if last - first > LONGEST:
                break
            possible = worth_checking(last - first)
            if possible:
                yield from _window(scan, string, first, last, possible, company)


def _worth_checking(scan: "Scan", string: DigitString, company: Company) -> Callable[[int], list["_Possible"]]:
    """What a window of so many digits of a string may be, before its digits are looked at."""
    start, end = string.starts[0], string.ends[-1]
    entries = _by_length(scan.language, scan.text[start:end].isascii())
    near = set(company.distances)
    if len(string.groups) > 1 and end - start > len(string):
        near.update(kind for _, _, kinds in scan.cues.within(start, end) for kind in kinds)
    known: dict[int, list[_Possible]] = {}

    def possible(length: int) -> list[_Possible]:
        if length not in known:
            known[length] = [
                _Possible(entry.name, entry.identifier, sure)
                for entry in entries.get(length, ())
                if (sure := entry.unnamed or not entry.kinds.isdisjoint(near)) or entry.identifier.shapes
            ]
        return known[length]

    return possible


def _window(
    scan: "Scan", string: DigitString, first: int, last: int, possible: list["_Possible"], company: Company
) -> Iterator[Span]:
    start, end = string.starts[first], string.ends[last - 1]
    shape = scan.view[start:end].translate(_NINES).decode("latin-1")
    possible = [one for one in possible if one.sure or shape in one.identifier.shapes]
    if not possible or (first == 0 and string.plus >= 0):
        return
    possible = _beside_letters(scan, start, end, possible)
    digits = string.digits[first:last].decode("ascii")
    whole = last - first == len(string)
    for name, entry, _ in possible:
        valid = holds(entry.check, digits)
        if not valid and not (entry.mistyped and whole):
            continue
        if not whole:  # asked late: a long row has a window for each of its groups, and few of them are valid
            company = scan.company(start, end)
        score, why = _score(scan, name, entry, company, valid=valid, first=scan.text[start])
        if valid and not score and _is_announced(scan, name, company, start) and _proves(entry.check, digits):
            score, why = entry.named * NOT_NEAREST, (Why.CHECKSUM, Why.CUE)
        if valid and shape in entry.shapes:
            score, why = _shaped(entry, company, score, why)
        if score and not (string.is_bridged(first, last) and _is_unsure(score, entry, string.widest_gap(first, last))):
            yield Span(start, end, entry.type, score if whole else score * 0.97, why)


def _is_unsure(score: float, entry: Identifier, gap: Gap) -> bool:
    """Whether words inside a number matter: those of a correction do unless it was named."""
    return score < (entry.named if gap is Gap.CORRECTION else min(entry.named, SURE))


def find_spelled(scan: "Scan", compact: str, start: int, end: int) -> Iterator[Span]:
    """Every kind of mark that a stretch is whose letters and digits were said one by one."""
    for name, entry in MARKS.items():
        if _compiled(name).fullmatch(compact.encode("latin-1")) is None or not holds(entry.check, compact):
            continue
        score, why = _score(scan, name, entry, scan.company(start, end), valid=True, first=scan.text[start])
        if score:
            yield Span(start, end, entry.type, score, (*why, Why.SPOKEN))


def _beside_letters(scan: "Scan", start: int, end: int, possible: list["_Possible"]) -> list["_Possible"]:
    """What a window may be with the letters that touch it: those of a whole word no code begins with, at most."""
    if not scan.is_part_of_word(start, end):
        return possible
    return [one for one in possible if one.identifier.alone >= SURE and scan.is_stuck_to_word(start, end)]


def find_marks(scan: "Scan", name: str) -> Iterator[Span]:
    """One kind of mark in a whole text."""
    entry = MARKS[name]
    for match in _compiled(name).finditer(scan.view):
        start, end = match.span()
        if scan.is_part_of_word(start, end):
            continue
        compact = bytes(byte for byte in match.group() if 0x30 <= byte <= 0x39 or 0x61 <= byte <= 0x7A).decode("ascii")
        valid = holds(entry.check, compact)
        if not valid and not entry.mistyped:
            continue
        score, why = _score(scan, name, entry, scan.company(start, end), valid=valid, first=scan.text[start])
        if score:
            yield Span(start, end, entry.type, score, why)


def _score(
    scan: "Scan", name: str, entry: Identifier | Mark, company: Company, *, valid: bool, first: str
) -> tuple[float, tuple[Why, ...]]:
    """Rules 1, 3 and 4."""
    own = company.distance(name)
    if not valid:
        beside = own <= min(CUE_REACH, company.nearest)
        return (entry.mistyped, (Why.NO_CHECKSUM, Why.CUE, Why.LENGTH)) if beside else (0.0, ())
    nearest = min(own, company.distance(entry.type.name))
    if nearest <= min(CUE_REACH, company.nearest):
        return entry.named, (Why.CHECKSUM, Why.CUE)
    contradicted = _contradicted(company)
    if entry.at_home and not contradicted and (_language_of(first) or scan.language) in entry.languages.split():
        return entry.at_home, (Why.CHECKSUM, Why.LANGUAGE)
    if entry.alone and (entry.alone >= 0.8 or not contradicted):
        return entry.alone, (Why.CHECKSUM,)
    return 0.0, ()


def _is_announced(scan: "Scan", name: str, company: Company, start: int) -> bool:
    """Whether an identifier's own name stands before a place, and no other number between."""
    away = company.distance(name)
    return away <= CUE_REACH and _DIGIT.search(scan.view, max(0, start - away), start) is None


def _proves(check: Check, digits: str) -> bool:
    """Whether the last digit is a check digit: with the next one the number would not be valid."""
    return not holds(check, f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}")


def _language_of(digit: str) -> str:
    """The language whose own digits these are, or nothing."""
    return "fa" if "\u06f0" <= digit <= "\u06f9" else "hi" if "\u0966" <= digit <= "\u096f" else ""


def _contradicted(company: Company) -> bool:
    """Whether a word stands near that says what it is; asked where none of the words for it is nearest."""
    return company.nearest < NOWHERE and company.nearest <= CUE_REACH // 2


def _shaped(entry: Identifier, company: Company, score: float, why: tuple[Why, ...]) -> tuple[float, tuple[Why, ...]]:
    """Rule 2, where nothing better is known."""
    better = entry.shaped > score and not _contradicted(company)
    return (entry.shaped, (Why.CHECKSUM, Why.SHAPE)) if better else (score, why)


class _Entry(NamedTuple):
    """An identifier, as it is looked for in texts of one language.

    Attributes:
        kinds: the cues that speak of it.
        unnamed: whether it may count without them, whatever its grouping.
    """

    name: str
    identifier: Identifier
    kinds: frozenset[str]
    unnamed: bool


class _Possible(NamedTuple):
    """An identifier that a window may be.

    Attributes:
        sure: whether it may be so in any grouping.
    """

    name: str
    identifier: Identifier
    sure: bool


@lru_cache(64)
def _by_length(language: str, is_ascii: bool) -> dict[int, tuple[_Entry, ...]]:
    """The identifiers for each number of digits.

    Args:
        is_ascii: whether the digits are no language's own.
    """
    languages = {language} if is_ascii else {language, *_DIGITS_OF_THEIR_OWN}
    found: dict[int, list[_Entry]] = defaultdict(list)
    for name, entry in IDENTIFIERS.items():
        at_home = entry.at_home and not languages.isdisjoint(entry.languages.split())
        for length in entry.lengths:
            kinds = frozenset((name, entry.type.name))
            found[length].append(_Entry(name, entry, kinds, bool(entry.alone or at_home)))
    return {length: tuple(entries) for length, entries in found.items()}


@cache
def _compiled(name: str) -> Any:
    return pattern(MARKS[name].pattern)
