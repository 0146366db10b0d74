"""Two views of a text in which every character keeps its place.

Rules:
1. Length is sacred: character *i* of the text is byte *i* of the view and character *i* of the plain text. Normal forms
   (NFKC), ``str.lower`` and ``str.casefold`` change lengths (U+0130, ligatures) and are never used on a whole text.
2. ``view``: one byte per code point, so that byte-oriented, linear-time matching answers in code points.
   All decimal digits of Unicode (Persian, Arabic, Devanagari, full-width, ...) become 0-9; dashes become ``-``; spaces
   become a space; characters that leave no ink (zero-width, soft hyphen, direction marks) become 0x01; Latin letters
   lose case and accents; Cyrillic and Greek letters that look like Latin ones become these; other letters become 0x80,
   other signs 0x02.
3. ``plain``: still text, lower-cased without accents, Arabic forms of yeh and kaf unified to the Persian ones; for
   comparing names and looking for cue words in any script.
"""

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

INVISIBLE = 0x01
OTHER_SIGN = 0x02
OTHER_LETTER = 0x80

_TOP = 0x20000
"""Beyond this code point lie only ideographs, tags and private use: letters for our purposes."""

_DOTS = "\u00b7\u2022\u2024\u2219\u22c5\u3002\u06d4\u30fb\uff0e\uff61"
_COMMAS = "\u060c\u066b\u066c\u3001\uff0c"
_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
_INKLESS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe0e\ufe0f\uffa0"
_LINES = "\n\r\x0b\x0c\x1c\x1d\x85\u2028\u2029"
_LOOKALIKES = dict(
    zip(
        "авекмнорстухіјѕԁԛԝАВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "abekmhopctyxijsdqwabekmhopctyxijs" + "abezhikmnoptyxo",
        strict=True,
    )
)
_PLAIN_EXTRA = {
    "ي": "ی",
    "ى": "ی",
    "ك": "ک",
    "ة": "ه",
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ł": "l",
    "Ł": "l",
    "ø": "o",
    "Ø": "o",
    "đ": "d",
    "Đ": "d",
    "ı": "i",
}


def view(text: str) -> bytes:
    """The 8-bit view (rule 2): ``len(view(text)) == len(text)``; never raises, lone surrogates included."""
    if text.isascii():
        return text.encode("ascii").translate(_ascii_table())
    return bytes(_view_table()[np.minimum(_code_points(text), _TOP)].tobytes())


def plain(text: str) -> str:
    """The text for comparisons (rule 3): ``len(plain(text)) == len(text)``."""
    if text.isascii():
        return text.lower()
    points = _code_points(text)
    inside = points < _TOP
    folded = np.where(inside, _plain_table()[np.where(inside, points, 0)], points)
    return folded.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def _ascii_table() -> bytes:
    return bytes(_byte(chr(point)) for point in range(128)) + bytes(128)


@cache
def _view_table() -> NDArray[np.uint8]:
    return np.fromiter((*(_byte(chr(point)) for point in range(_TOP)), OTHER_LETTER), dtype=np.uint8, count=_TOP + 1)


@cache
def _plain_table() -> NDArray[np.uint32]:
    return np.fromiter((ord(_plain(chr(point))) for point in range(_TOP)), dtype=np.uint32, count=_TOP)


def _byte(char: str) -> int:
    if char in _LINES:
        return 0x0A
    if char in _DOTS:
        return ord(".")
    if char in _COMMAS:
        return ord(",")
    if char in _APOSTROPHES:
        return ord("'")
    decimal = unicodedata.decimal(char, None)
    return _by_category(char) if decimal is None else ord("0") + decimal


def _by_category(char: str) -> int:
    category = unicodedata.category(char)
    if category == "Pd" or char in "\u2212\u2043\u02d7":
        return ord("-")
    if category == "Zs" or char == "\t":
        return ord(" ")
    if category in ("Cf", "Cc") or char in _INKLESS or "\u0300" <= char <= "\u036f" or "\u20d0" <= char <= "\u20ff":
        return INVISIBLE
    latin = _latin(char)
    if latin:
        return ord(latin)
    return OTHER_LETTER if category[0] in "LM" else OTHER_SIGN


def _latin(char: str) -> str:
    """The ASCII sign behind an accented or full-width one, or nothing."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    base = _base(char)
    return base if " " < base < "\x7f" else ""


def _plain(char: str) -> str:
    decimal = unicodedata.decimal(char, None)
    return _base(char) if decimal is None else str(decimal)


def _base(char: str) -> str:
    """One lower-case character without accents; signs and marks stay as they are."""
    if char in _PLAIN_EXTRA:
        return _PLAIN_EXTRA[char]
    full_width = "\uff01" <= char <= "\uff5e"
    base = unicodedata.normalize("NFKC", char) if full_width else unicodedata.normalize("NFD", char)
    lowered = base[0].lower()[0]
    return _PLAIN_EXTRA.get(lowered, lowered)
