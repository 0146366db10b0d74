"""Addresses of crypto currencies: Bitcoin with its check (Base58Check; BIP 173 and BIP 350), Ethereum by its form.

Case carries meaning in Base58, so the text itself is read where the 8-bit view shows a candidate.
"""

from collections.abc import Iterator
from hashlib import sha256

from razdar.core.redaction.detection import detector
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_BASE58 = {char: value for value, char in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32 = {char: value for value, char in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANTS = (1, 0x2BC830A3)
"""Of the first version of witness programs, and of later ones."""

_GATE = rb"[13][a-z1-9]{24}|bc1[a-z0-9]{11}|0x[0-9a-f]{40}"
_CANDIDATE = pattern(rb"bc1[a-z0-9]{11,71}|0x[0-9a-f]{40}|[13][a-z1-9]{24,34}")


@detector("crypto", gate=_GATE)
def find(scan: Scan) -> Iterator[Span]:
    """Bitcoin and Ethereum addresses."""
    for match in _CANDIDATE.finditer(scan.view):
        start, end = match.span()
        if not scan.touches_word(start, end) and is_address(scan.text[start:end]):
            yield Span(start, end, SpanType.CRYPTO, 0.96, (Why.CHECKSUM,) if scan.view[start] != 0x30 else (Why.SHAPE,))


def is_address(text: str) -> bool:
    """Whether the check of a Bitcoin address holds, or it has the form of an Ethereum address."""
    if text[:2].lower() == "0x":
        return True
    if text[:3].lower() == "bc1":
        return (text.islower() or text.isupper()) and _is_bech32(text.lower()[3:])
    return _is_base58(text)


def _is_base58(text: str) -> bool:
    number = 0
    for char in text:
        value = _BASE58.get(char)
        if value is None:
            return False
        number = number * 58 + value
    if number >= 1 << 200:
        return False
    whole = number.to_bytes(25, "big")
    return sha256(sha256(whole[:21]).digest()).digest()[:4] == whole[21:]


def _is_bech32(data: str) -> bool:
    """The human-readable part is "bc"."""
    values = [3, 3, 0, 2, 3]
    for char in data:
        if char not in _BECH32:
            return False
        values.append(_BECH32[char])
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place in range(5):
            checksum ^= _GENERATOR[place] if top >> place & 1 else 0
    return checksum in _CONSTANTS
