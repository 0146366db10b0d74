"""Addresses of machines: IP (RFC 791, RFC 4291) and MAC (IEEE 802).

Rules:
1. The standard library decides what an IP address is; a network's prefix length behind it belongs to it.
2. An IPv6 address has a digit: "::" alone is nobody's address, and "std::" is no address at all.
3. "version 1.2.3.4" is a version, "section 1.2.3.4" a section.
4. A MAC address is six pairs with one separator, or three groups of four with dots. All zeros, and all ones, are no
   device.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from razdar.core.redaction.detection import detector
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SCORE = 0.95
LONGEST_V6 = 60
REACH_OF_VERSIONS = 12

_DOT = rb"\x01*\.\x01*"
_V4_GATE = rb"[0-9]" + _DOT + rb"[0-9](?:\x01*[0-9]){0,2}" + _DOT + rb"[0-9]"
_OCTET = rb"[0-9](?:\x01*[0-9]){0,2}"
_V4 = pattern(rb"(" + _OCTET + rb"(?:" + _DOT + _OCTET + rb"){3})(?:/([0-9]{1,3}))?")
_V6_GATE = rb"[0-9a-f]\x01*:[0-9a-f\x01]*:|::[0-9a-f]"
_V6 = pattern(rb"([0-9a-f]{0,4}:[0-9a-f\x01]*:[0-9a-f:.\x01]*)(%[a-z0-9]{1,15})?(?:/([0-9]{1,3}))?")
_PAIR = rb"[0-9a-f]\x01*[0-9a-f]\x01*"
_FOUR = rb"[0-9a-f]{4}"
_COLONS, _DASHES = (rb"(?:" + _PAIR + sign + rb"\x01*){5}[0-9a-f]\x01*[0-9a-f]" for sign in (b":", b"-"))
_MAC_TEXT = _COLONS + b"|" + _DASHES + rb"|" + _FOUR + rb"\." + _FOUR + rb"\." + _FOUR
_MAC = pattern(_MAC_TEXT)
VERSION = re.compile(rb"(?:version|ver|v|release|firmware|build|section|chapter|clause|paragraph)[ .:]{0,2}$")
NOBODY = (b"0" * 12, b"f" * 12)


_NAMED = re.compile(rb"(?<![a-z])ip$")


@detector("ip-v4", gate=_V4_GATE)
def find_v4(scan: Scan) -> Iterator[Span]:
    """IPv4 addresses and networks."""
    view = scan.view
    for match in _V4.finditer(view):
        start, end = match.span(1)
        if (
            _stands_alone(scan, start, end)
            and _is_v4(match[1])
            and not VERSION.search(view, max(0, start - REACH_OF_VERSIONS), start)
        ):
            yield Span(start, _with_prefix(match, 2, 32) or end, SpanType.IP, SCORE, (Why.SHAPE,))


def _stands_alone(scan: Scan, start: int, end: int) -> bool:
    """No word touches it but "IP" itself, which Chinese texts put right before it."""
    named = _NAMED.search(scan.view, max(0, start - 3), start) is not None
    return not scan.touches_word(0 if named else start, end)


@detector("ip-v6", gate=_V6_GATE)
def find_v6(scan: Scan) -> Iterator[Span]:
    """IPv6 addresses and networks."""
    for match in _V6.finditer(scan.view):
        start, end = match.span(1)
        prefix = _with_prefix(match, 3, 128)
        while end > start and scan.view[end - 1] in b".:\x01" and scan.view[end - 2 : end] != b"::":
            end -= 1
        if end - start > LONGEST_V6 or scan.touches_word(start, end) or not _is_v6(scan.view[start:end], bool(prefix)):
            continue
        zone = match.end(2) if match[2] is not None and end == match.end(1) else end
        yield Span(start, prefix or zone, SpanType.IP, SCORE, (Why.SHAPE,))


@detector("mac", gate=_MAC_TEXT)
def find_mac(scan: Scan) -> Iterator[Span]:
    """Addresses of network cards."""
    view = scan.view
    for match in _MAC.finditer(view):
        start, end = match.span()
        compact = match.group().translate(None, b":-.\x01")
        if scan.touches_word(start, end) or compact in NOBODY:
            continue
        if view[start - 1 : start] in (b":", b"-") or view[end : end + 1] in (b":", b"-"):
            continue
        yield Span(start, end, SpanType.MAC, SCORE, (Why.SHAPE,))


def _with_prefix(match: "re.Match[bytes]", group: int, most: int) -> int:
    """Where a prefix length that can be ends, else 0."""
    length = match[group]
    return match.end(group) if length is not None and int(length) <= most else 0


def _is_v4(written: bytes) -> bool:
    try:
        IPv4Address(written.replace(b"\x01", b"").decode("ascii"))
    except AddressValueError:
        return False
    return True


def _is_v6(written: bytes, prefixed: bool) -> bool:
    compact = written.replace(b"\x01", b"")
    if b"::" not in compact and compact.count(b":") not in (6, 7):
        return False
    if not prefixed and not any(0x30 <= byte <= 0x39 for byte in compact):
        return False
    try:
        IPv6Address(compact.decode("ascii"))
    except AddressValueError:
        return False
    return True
