"""Known postal addresses, found again as people say them.

Rules:
1. Two neighbouring words of an address are enough, whatever separates them ("Eastmarrow, VX4").
2. So is the name of the street or town alone if it is long, has a capital, or stands beside a word for a street in any
   language. "Szafirowa Street" is "ul. Szafirowa". Words for streets alone are nothing.
3. Numbers beside such a place belong to it, in digits or words: "Seventeen Larkenmoor Crescent", "Szafirowa 9/4".
4. A postcode is found however it is grouped or said: "V X four, eight Q Z".
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.folding import plain, view
from razdar.core.redaction.scan import Scan

SHORTEST_NAME = 5
SHORTEST_TELLING_NAME = 8
"""Shorter ones in small letters may be ordinary words."""

SHORTEST_POSTCODE = 5
REACH = 60

_STREETS_TEXT = (
    "street st road rd lane ln avenue ave av drive dr crescent cres close court ct place pl square sq way walk row "
    "hill park gardens garden grove green terrace mews rise view boulevard blvd parkway highway house flat apartment "
    "apt unit floor building block suite room box ulica ul aleja al aleje plac os osiedle mieszkanie strasse str weg "
    "platz rue calle rua avenida travessa khiaban kuche nagar marg"
)
_STREETS = frozenset(_STREETS_TEXT.split())
_COMMON_TEXT = (
    "north south east west upper lower great little saint church market station school mill bridge castle queen queens "
    "king kings prince princess victoria albert manor abbey spring summer winter river forest white black bank central "
    "first second third fourth city town village county united kingdom england scotland wales poland polska ireland "
    "germany india canada states london warsaw warszawa"
)
_NAMES_OF_MANY = frozenset(_COMMON_TEXT.split())
"""Names of so many streets and places that they say nothing without a second word."""

_WORD = re.compile(r"[^\s,;.:/()]+")
_GAP = r"[\s,;.]{1,3}"
_HOUSE = rb"[0-9]{1,5}[a-z]?(?:[-/ ][0-9]{1,4}[a-z]?)?"


def places(scan: Scan, addresses: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Every place where a part of a known address stands."""
    yield from _said_postcodes(scan, addresses)
    known = _known(tuple(addresses))
    if known is None:
        return
    text = scan.plain
    before, after = _number_before(scan.lang), _number_after(scan.lang)
    for match in known.finditer(text):
        start, end = match.span()
        if match.lastgroup == "name":
            start, end, by_street = _with_street(text, start, end)
            if not by_street and len(match.group()) < SHORTEST_TELLING_NAME and scan.text[match.start()].islower():
                continue
        number = before.search(scan.view, max(0, start - REACH), start)
        start = start if number is None else number.start()
        number = after.match(scan.view, end)
        yield start, end if number is None else number.end()


def postcodes(addresses: Sequence[str]) -> Iterator[bytes]:
    """Postcodes without separators: the longest row of words with digits after a comma, and not the house number."""
    for address in addresses:
        for part in address.split(",")[1:]:
            words = [word for word in part.split() if any(map(str.isdigit, word))]
            compact = bytes(byte for byte in view("".join(words)) if 0x30 <= byte <= 0x39 or 0x61 <= byte <= 0x7A)
            if len(compact) >= SHORTEST_POSTCODE:
                yield compact


def _said_postcodes(scan: Scan, addresses: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Letters one by one and digits as words or signs."""
    digits = spoken.digit_words(scan.lang)
    for postcode in postcodes(addresses):
        signs = (alternatives(digits.get(sign, (sign,))) for sign in postcode.decode("latin-1"))
        said = rb"[ ,.-]{0,3}".join(rb"(?:" + forms + rb")" for forms in signs)
        pattern = re.compile(rb"\b" + said + rb"\b")
        yield from (match.span() for match in pattern.finditer(scan.view))


@lru_cache(maxsize=512)
def _known(addresses: tuple[str, ...]) -> re.Pattern[str] | None:
    pairs, names = _parts(addresses)
    return _pattern(pairs, names) if pairs or names else None


def _parts(addresses: Sequence[str]) -> tuple[set[tuple[str, str]], set[str]]:
    pairs: set[tuple[str, str]] = set()
    names: set[str] = set()
    for address in addresses:
        words = [word for word in _WORD.findall(plain(address)) if any(map(str.isalpha, word))]
        pairs.update(pairwise(words))
        names.update(word for word in words if _is_name(word))
    return pairs, names


def _is_name(word: str) -> bool:
    long_enough = len(word) >= SHORTEST_NAME or word > "\u2e80"
    return long_enough and not any(map(str.isdigit, word)) and word not in _STREETS | _NAMES_OF_MANY


def _pattern(pairs: set[tuple[str, str]], names: set[str]) -> re.Pattern[str]:
    """Pairs first: they need no further proof."""
    both = "|".join(f"{re.escape(first)}{_GAP}{re.escape(second)}" for first, second in sorted(pairs)) or "(?!)"
    single = "|".join(map(re.escape, sorted(names))) or "(?!)"
    return re.compile(rf"(?<!\w)(?:(?P<pair>{both})|(?P<name>{single}))(?!\w)")


_STREET_BEFORE = re.compile(r"(?<!\w)(?:" + "|".join(sorted(_STREETS)) + r")[\s.]{1,2}$")
_STREET_AFTER = re.compile(r"\s(?:" + "|".join(sorted(_STREETS, key=len, reverse=True)) + r")(?!\w)")


def _with_street(text: str, start: int, end: int) -> tuple[int, int, bool]:
    """A name together with the words for a street beside it, and whether there were any."""
    before = _STREET_BEFORE.search(text, max(0, start - 16), start)
    after = _STREET_AFTER.match(text, end)
    first = start if before is None else before.start()
    return first, end if after is None else after.end(), before is not None or after is not None


def _number(lang: str | None) -> bytes:
    said = alternatives(spoken.number_words(lang))
    return rb"(?:" + _HOUSE + rb"|(?:" + said + rb")(?:[ -](?:and )?(?:" + said + rb")){0,4})"


@cache
def _number_before(lang: str | None) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + _number(lang) + rb" {1,2}$")


@cache
def _number_after(lang: str | None) -> re.Pattern[bytes]:
    return re.compile(rb"(?:[ ,]{1,2}(?:(?:flat|number|no|numer|m) )?" + _number(lang) + rb"\b){1,2}")
