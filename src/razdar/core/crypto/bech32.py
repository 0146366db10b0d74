"""Bech32 (BIP 173) without its limit on length, as age writes its keys.

A text is all in capitals or all in small letters, the checksum is that of the small letters, and unused bits at the end
are zero: one value has one text.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from razdar.core.errors import BadInput

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM: Final = 6
_LONGEST: Final = 16 * 1024


def encode(prefix: str, data: bytes) -> str:
    """The text of some bytes, in the case of the prefix."""
    values = list(_regrouped(data, 8, 5))
    remainder = _polymod([*_expanded(prefix.lower()), *values, *bytes(_CHECKSUM)]) ^ 1
    checksum = [remainder >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    text = "1" + "".join(_ALPHABET[value] for value in (*values, *checksum))
    return prefix + (text.upper() if prefix.isupper() else text)


def decode(prefix: str, text: str) -> bytes:
    """The bytes of a text that begins with the prefix, in the same case.

    Raises:
        BadInput: mistyped, or something else.
    """
    found, _, body = text.rpartition("1")
    one_case = text in {text.lower(), text.upper()}
    if len(text) > _LONGEST or not text.isascii() or not one_case or found != prefix or len(body) < _CHECKSUM:
        raise BadInput("This is not a key of the kind that is needed here.")
    values = [_VALUES.get(letter, -1) for letter in body.lower()]
    if min(values) < 0 or _polymod([*_expanded(prefix.lower()), *values]) != 1:
        raise BadInput("This key is mistyped; copy it again as a whole.")
    data = bytes(_regrouped(values[:-_CHECKSUM], 5, 8))
    if list(_regrouped(data, 8, 5)) != values[:-_CHECKSUM]:
        raise BadInput("This key is mistyped; copy it again as a whole.")
    return data


def _expanded(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                checksum ^= generator
    return checksum


def _regrouped(values: Iterable[int], width: int, wanted: int) -> Iterator[int]:
    """Numbers of ``width`` bits as numbers of ``wanted`` bits; to narrower ones the end is filled with zero bits."""
    held, bits = 0, 0
    for value in values:
        held, bits = held << width | value, bits + width
        while bits >= wanted:
            bits -= wanted
            yield held >> bits
            held &= (1 << bits) - 1
    if bits and wanted < width:
        yield held << (wanted - bits)
