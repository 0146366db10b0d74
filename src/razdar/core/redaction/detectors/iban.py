"""International bank account numbers (ISO 13616), checked by our own mod 97 over the registry's lengths, Iran included.

Rules:
1. Two letters of a country, two check digits, then exactly the length of that country; separators and any case allowed.
   The first four characters moved to the end, letters read as 10 to 35, the number modulo 97 is 1 (ISO 7064).
2. Letters spelled before a digit string ("P L six one ...", "pe el ...") count as the country. Behind the word IBAN,
   or a word for an account, about as many digits as its length are enough.
3. Polish (26 digits) and Iranian (24 digits) account numbers are also written without the country. A Polish one is
   then an account number of its country (NRB), unless an IBAN is named beside it; Iran has no other name for it.
4. After the word IBAN a number of the right length counts without the check digits: people mistype.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.rows import LONGEST_GAP
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.spelling import as_letters, spelled_before
from razdar.core.redaction.windows import aligned_windows

CUE_REACH = 40
LONGEST_COUNTRY = 24
LONGEST_SAID = 120
"""Characters in which an IBAN ends, fillers included."""
MOST_MISREAD = 6
"""Digits that one who says an IBAN in tens and hundreds may be heard to have said too many or too few."""

_REGISTRY = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 "
    "JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 "
    "OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 "
    "TR26 UA29 VA22 VG24 XK20 YE30"
)
LENGTHS = {entry[:2].lower(): int(entry[2:]) for entry in _REGISTRY.split()}
_SIGNS = b" \x01-./_,\n"
_SEPARATORS = rb" \x01\-./_,\n"
_AS_NUMBERS = {ord(letter): str(value) for value, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 10)}
_SPELLED = re.compile(rb"(?:^|[^a-z])([a-z])[" + _SEPARATORS + rb"]{0,2}([a-z])[ :" + _SEPARATORS + rb"]{0,3}$")
_LAST_TWO = re.compile(rb"[^ ]+ +[^ ]+ +$")
_OPENING_FORM = (
    rb"(?:^|[^a-z]|iban)("
    + b"|".join(sorted(rb"%s\x01* ?%s" % (country[:1].encode(), country[1:].encode()) for country in LENGTHS))
    + rb")["
    + _SEPARATORS
    + rb"]{0,2}[0-9]\x01?["
    + _SEPARATORS
    + rb"]?[0-9]"
)
_OPENING = pattern(_OPENING_FORM)
_SOME = rb"[" + _SEPARATORS + rb"]"
# A bank in letters, if any, then digits; three countries mix them. Words after "is 12" are neither.
_GATE = (
    _OPENING_FORM + rb"(?:(?:" + _SOME + rb"{0,2}[a-z]){0,6}(?:" + _SOME + rb"{0,2}[0-9]){9}|" + _SOME
    + rb"?[a-z0-9]{4}" + _SOME + rb"?[a-z0-9]{2}[0-9])"
)  # fmt: skip
_BARE = {"pl": 26, "ir": 24}
_REST = {
    length: re.compile(rb"(?:[" + _SEPARATORS + rb"]{0,3}[a-z0-9]){%d}" % (length - 2))
    for length in set(LENGTHS.values())
}


@detector("iban", gate=_GATE)
def find(scan: Scan) -> Iterator[Span]:
    """IBANs as they are written."""
    for match in _OPENING.finditer(scan.view):
        yield from _written(scan, match)


@reader("iban digits", shortest=min(LENGTHS.values()) - 2)
def read(scan: Scan, string: DigitString, _company: Company) -> Iterator[Span]:
    """Digits after a spelled country, and bare Polish and Iranian account numbers."""
    yield from _after_spelled_country(scan, string)
    yield from _bare(scan, string)


def passes_mod_97(compact: str) -> bool:
    """Whether letters and digits without separators, country first, satisfy ISO 7064 mod 97-10."""
    return int((compact[4:] + compact[:4]).translate(_AS_NUMBERS)) % 97 == 1


def _written(scan: Scan, opening: Any) -> Iterator[Span]:
    country = opening[1].translate(None, _SIGNS)
    length = LENGTHS.get(country.decode("ascii"))
    if length is None:
        return
    yield from _judged(scan, opening, length, ())
    bridges = _bridges_after(scan, opening.end())
    if bridges:
        yield from _judged(scan, opening, length, bridges)


def _bridges_after(scan: Scan, start: int) -> tuple[tuple[int, int], ...]:
    """Gaps of mere fillers in which an IBAN that begins here may go on."""
    if not scan.strings:
        return ()
    bridges = scan.bridges
    first = bisect_left(bridges, (start, start))
    return bridges[first : bisect_left(bridges, (start + LONGEST_SAID - LONGEST_GAP, 0))]


def _judged(scan: Scan, opening: Any, length: int, bridges: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The number that begins here, if there is one once the bridges are left out."""
    begin = opening.end(1)
    kept = _without(scan.view, begin, bridges) if bridges else scan.view
    rest = _REST[length].match(kept, 0 if bridges else begin)
    if rest is None:
        return
    start, end = opening.start(1), _place(rest.end() + begin, bridges) if bridges else rest.end()
    if bridges and scan.touches_word(start, end):
        return
    compact = (opening[1] + rest.group()).translate(None, _SIGNS).decode("ascii")
    if passes_mod_97(compact):
        score = 0.9 if scan.touches_word(start, end) else 0.99
        yield Span(start, end, SpanType.IBAN, score, (Why.CHECKSUM, Why.SHAPE))
    elif not scan.touches_word(start, end) and _cued(scan, start, end):
        yield Span(start, end, SpanType.IBAN, 0.8, (Why.NO_CHECKSUM, Why.SHAPE, Why.CUE))


def _without(view: bytes, begin: int, bridges: Sequence[tuple[int, int]]) -> bytes:
    """The view from a place on with a blank instead of each bridge."""
    edges = [begin, *(edge for bridge in bridges for edge in bridge), begin + LONGEST_SAID]
    return b" ".join(view[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _place(place: int, bridges: Sequence[tuple[int, int]]) -> int:
    """Where the end of something stood before each bridge became a blank."""
    for start, end in bridges:
        if place > start:
            place += end - start - 1
    return place


def _after_spelled_country(scan: Scan, string: DigitString) -> Iterator[Span]:
    before, country = _spelled_country(scan.view[max(0, string.starts[0] - LONGEST_COUNTRY) : string.starts[0]])
    digits = LENGTHS.get(country, 0) - 2
    if digits < 0:
        return
    start, last = string.starts[0] - before, string.ends[min(digits, len(string)) - 1]
    if digits <= len(string) and passes_mod_97(country + string.digits[:digits].decode("ascii")):
        yield Span(start, last, SpanType.IBAN, 0.97, (Why.CHECKSUM, Why.SPOKEN))
    elif abs(len(string) - digits) <= MOST_MISREAD and _cued(scan, start, last):
        yield Span(start, string.ends[-1], SpanType.IBAN, 0.97, (Why.NO_CHECKSUM, Why.SPOKEN, Why.CUE))


def _spelled_country(before: bytes) -> tuple[int, str]:
    """How far before the digits a country begins that was spelled, in any language, and its two letters."""
    named = spelled_before(before)
    if named is not None and (country := as_letters(named.group()).decode("latin-1"))[-2:] in LENGTHS:
        last = _LAST_TWO.search(before) if len(country) > len("pl") else None  # "é pê tê": a word that is a letter, too
        return len(before) - (named if last is None else last).start(), country[-2:]
    said = _SPELLED.search(before)
    return (0, "") if said is None else (len(before) - said.start(1), (said[1] + said[2]).decode("ascii"))


def _bare(scan: Scan, string: DigitString) -> Iterator[Span]:
    for country, length in _BARE.items():
        for first in aligned_windows(string, length):
            if passes_mod_97(country + string.digits[first : first + length].decode("ascii")):
                start, end = string.starts[first], string.ends[first + length - 1]
                score = 0.95 if _cued(scan, start, end) else 0.82
                yield Span(start, end, _bare_kind(scan, country, start, end), score, (Why.CHECKSUM, Why.LENGTH))


def _bare_kind(scan: Scan, country: str, start: int, end: int) -> SpanType:
    if country == "ir" or scan.company(start, end).near(Cue.IBAN, within=CUE_REACH):
        return SpanType.IBAN
    return SpanType.ACCOUNT


def _cued(scan: Scan, start: int, end: int) -> bool:
    return scan.company(start, end).near(Cue.IBAN, Cue.ACCOUNT, within=CUE_REACH)
