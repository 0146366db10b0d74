"""Addresses of machines and pages as they are said, or written around filters.

"203 dot 0 dot 113 dot 115", "two oh three dot zero dot one one three dot nine", "mac address 00 1B 44 15 3A B7",
"https colon slash slash www dot example dot org slash anna", all of it letter by letter, too.

Rules:
1. Four numbers up to 255 with three words for a dot between them are an IP address, in digits or number words.
2. After "IP" the dots of a written one may have blanks beside them, as where it goes on in the next turn.
3. After "MAC" twelve hexadecimal digits are an address of a network card in any grouping of one, two or four, with one
   blank, sign or word for a colon between the groups.
4. A scheme or "www" with words for its dots begins the address of a page; it goes on over labels and what follows
   words for a slash.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.detection import detector
from razdar.core.redaction.detectors.machines import NOBODY, REACH_OF_VERSIONS, VERSION
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import SPOKEN
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.rows import digits_of, rows
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SCORE = 0.93
LONGEST_OCTET = 40
"""Characters in which a number up to 255 is said ("two hundred and forty nine")."""

LARGEST_OCTET = 255
MOST_CHAINS = 2_000
"""Nobody says more addresses; what follows them is concealed unread."""

REACH_OF_MAC, REACH_OF_IP = 30, 14
LONGEST = 90
"""So many characters may an address after a cue take, words for its colons included."""

_COLONS = listed("colon|dwukropek|dois pontos|دو نقطه|कोलन")
_SLASHES = listed("slash|forward slash|ukośnik|łamane przez|barra|اسلش|स्लैश")
_DASHES = listed("dash|hyphen|minus|myślnik|traço|hífen")
_LETTER, _NONE = rb"[" + LETTER_CLASS + rb"]", rb"[^" + LETTER_CLASS + rb"]"
_DOTS = alternatives({word for language in SPOKEN.values() for word in language.signs["."]})
_BLANKS = rb"[ \x01]{1,3}"
_DOT = _BLANKS + rb"(?:" + _DOTS + rb")" + _BLANKS
_DOT_AT = re.compile(rb"(?<=[0-9a-z\x80-\xff])" + _DOT)
_DOTS_GATE = _DOT + rb"[^\n]*" + _DOT + rb"[^\n]*" + _DOT

_CUE = rb"(?:^|" + _NONE + rb")(?:%s)" + _NONE
_MAC_CUE = _CUE % alternatives(listed("mac|مک|मैक"))
_IP_CUE = _CUE % alternatives(listed("ip|آی پی|آی‌پی|आईपी"))
_BETWEEN = rb"(?:[ .:,\n-]|" + _BLANKS + rb"(?:" + alternatives(_COLONS) + rb")" + _BLANKS + rb")\x01*"
_HEX = rb"[0-9a-f]\x01*"
_MAC_GROUPS = b"|".join(
    rb"(?:" + _HEX + rb"){%d}(?:" % size + _BETWEEN + rb"(?:" + _HEX + rb"){%d}){%d}" % (size, 12 // size - 1)
    for size in (4, 2, 1)
)
_mac_cue, _ip_cue, _mac = pattern(_MAC_CUE), pattern(_IP_CUE), pattern(_MAC_GROUPS)
_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_V4_APART = pattern(rb"(" + _OCTET + rb"(?: ?\.[ \n]?" + _OCTET + rb"){3})(?:" + _NONE + rb"|$)")

_SLASH = rb" {0,3}(?:/| (?:" + alternatives(_SLASHES) + rb")) {0,3}"
_SCHEME = (
    rb"h ?t ?t ?p(?: ?s)? ?(?::|" + alternatives(_COLONS) + rb") {0,3}(?:/|" + alternatives(_SLASHES) + rb")" + _SLASH
)  # fmt: skip
_WWW = rb"(?:w ?w ?w|triple w)" + _DOT
_WORD = rb"[a-z0-9][a-z0-9\x01-]*"
_LABEL = _WORD + rb"(?:(?: (?:" + alternatives(_DASHES) + rb"))? " + _WORD + rb"){0,2}?|[a-z0-9](?: [a-z0-9-]){1,30}"
_LAST = rb"(?:[a-z0-9](?: [a-z0-9]){1,8}|" + _WORD + rb")"
_PART = rb"(?:[!-~](?: [!-~]){1,60}|[!-~\x01]+)"
_HOST = rb"(?:(?:" + _LABEL + rb")(?:" + _DOT + rb"|\.)){%b}"
_PAGE_GATE = rb"(?:^|" + _NONE + rb")(?:" + _SCHEME + rb"|" + _WWW + rb")"
_PAGE = pattern(
    rb"(?:^|" + _NONE + rb")((?:(?:" + _SCHEME + rb")?" + _WWW + _HOST % b"1,5"
    + rb"|" + _SCHEME + _HOST % b"0,3" + rb"(?:" + _LABEL + rb")" + _DOT + _HOST % b"0,4" + rb")"
    + _LAST + rb"(?:" + _SLASH + _PART + rb"){0,6})(?:" + _NONE + rb"|$)"
)  # fmt: skip


@detector("ip said", gate=_DOTS_GATE)
def find_ip(scan: Scan) -> Iterator[Span]:
    """Four numbers with words for dots between them (rule 1)."""
    dots = [match.span() for match in _DOT_AT.finditer(scan.view)]
    last = -1
    chains = [chain for chain in zip(dots, dots[1:], dots[2:], strict=False) if _may_be_octets(scan, chain)]
    for number, (first, second, third) in enumerate(chains):
        if number >= MOST_CHAINS:
            yield Span(first[0], len(scan.text), SpanType.NUMBER, 0.5, (Why.UNCHECKED,))
            return
        if first[0] < last or not (_is_octet(scan, first[1], second[0]) and _is_octet(scan, second[1], third[0])):
            continue
        begin, stop = max(last, first[0] - LONGEST_OCTET, 0), third[1] + LONGEST_OCTET
        starts = [start for start, end in _octets(scan, begin, first[0]) if end == first[0]]
        ends = [end for start, end in _octets(scan, third[1], stop) if start == third[1]]
        if starts and ends and not VERSION.search(scan.view, max(0, min(starts) - REACH_OF_VERSIONS), min(starts)):
            last = max(ends)
            yield Span(min(starts), last, SpanType.IP, SCORE, (Why.SPOKEN, Why.SHAPE))


def _may_be_octets(scan: Scan, dots: tuple[tuple[int, int], ...]) -> bool:
    """Whether little is said between three dots, and it begins with digits or a number; asked before it is read."""
    numbers = spoken.number_forms(scan.lang)
    for (_, start), (end, _) in pairwise(dots):
        said = scan.view[start : min(end, start + LONGEST_OCTET)].split()
        if end - start > LONGEST_OCTET or not said or not (said[0].isdigit() or said[0] in numbers):
            return False
    return True


def _is_octet(scan: Scan, start: int, end: int) -> bool:
    return end - start <= LONGEST_OCTET and (start, end) in _octets(scan, start, end)


def _octets(scan: Scan, start: int, end: int) -> list[tuple[int, int]]:
    """Where numbers up to 255 stand in a stretch, in digits or in words of any language that is listened for."""
    part, text = scan.view[start:end], scan.text[start:end]
    written = rows(part, short=True)
    found = [(row.start, row.end, digits_of(part, row)) for row in written]
    for code in scan.languages:
        said, _ = spoken.scanner(code, scan.language).strings(part, written, text)
        found += [(string.starts[0], string.ends[-1], string.digits) for string in said]
    return [(start + first, start + last) for first, last, digits in found if _fits(digits)]


def _fits(digits: bytes) -> bool:
    return len(digits) <= len(str(LARGEST_OCTET)) and int(digits) <= LARGEST_OCTET


@detector("ip apart", gate=_IP_CUE)
def find_ip_apart(scan: Scan) -> Iterator[Span]:
    """Written IP addresses with blanks beside their dots (rule 2)."""
    for match in _after_cues(scan, _ip_cue, _V4_APART, REACH_OF_IP):
        start, end = match.span(1)
        if not scan.touches_word(start, end):
            yield Span(start, end, SpanType.IP, SCORE, (Why.CUE, Why.SHAPE))


@detector("mac said", gate=_MAC_CUE)
def find_mac(scan: Scan) -> Iterator[Span]:
    """Addresses of network cards in any grouping (rule 3)."""
    for match in _after_cues(scan, _mac_cue, _mac, REACH_OF_MAC):
        start, end = match.span()
        compact = match.group().translate(None, b" .:,\n-\x01")
        if not scan.touches_word(start, end) and compact not in NOBODY:
            yield Span(start, end, SpanType.MAC, SCORE, (Why.CUE, Why.SHAPE))


def _after_cues(scan: Scan, cue: Any, form: Any, reach: int) -> Iterator[Any]:
    """What begins soon behind each cue."""
    for named in cue.finditer(scan.view):
        match = form.search(scan.view, named.end() - 1, named.end() + reach + LONGEST)
        if match is not None and match.start() <= named.end() + reach:
            yield match


@detector("pages said", gate=_PAGE_GATE)
def find_pages(scan: Scan) -> Iterator[Span]:
    """Addresses of pages with words for their signs (rule 4)."""
    for match in _PAGE.finditer(scan.view):
        start, end = match.span(1)
        yield Span(start, end, SpanType.URL, SCORE, (Why.SPOKEN, Why.SHAPE))
