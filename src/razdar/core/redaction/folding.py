"""Two views of a text in which every character keeps its place.

Rules:
1. Length is sacred: character *i* of the text is byte *i* of the view and character *i* of the plain text. Normal forms
   (NFKC), ``str.lower`` and ``str.casefold`` change lengths (U+0130, ligatures) and are never used on a whole text.
2. ``view``: one byte per code point, so that byte-oriented, linear-time matching answers in code points.
   All digits of Unicode (Persian, Arabic, Devanagari, full-width, raised, circled, ...) and the Chinese numerals from
   zero to nine become 0-9; dashes become ``-``; spaces become a space; characters that leave no ink (zero-width, soft
   hyphen, direction marks, vowel points, nukta) become 0x01; Latin letters lose case and accents; Cyrillic and Greek
   letters that look like Latin ones become these. Persian and Devanagari letters have a byte each, so have the
   Chinese characters that numbers, dates and addresses are made of; other Chinese characters are 0x81, and so is a
   numeral that is part of a word ("等一下", wait); other letters are 0x80, other signs 0x02.
3. ``plain``: still text, lower-cased without accents, Arabic forms of yeh and kaf unified to the Persian ones; for
   comparing names and looking for cue words in any script.
"""

import re
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

INVISIBLE = 0x01
OTHER_SIGN = 0x02
OTHER_LETTER = 0x80
IDEOGRAPH = 0x81

_TOP = 0x20000
"""Beyond this code point lie only ideographs, tags and private use."""

_PERSIAN = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءئؤ"
_DEVANAGARI = "अआइईउऊऋएऐओऔऑऍकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौॉॅंः्"
_MEASURES = "十百千萬點號樓路街巷弄段年月日室區市縣鄉鎮村里鄰個"
"""Chinese characters with a byte of their own."""

_FIRST_SCRIPT = IDEOGRAPH + 1
_LETTERS = {char: _FIRST_SCRIPT + place for place, char in enumerate(_PERSIAN + _DEVANAGARI)}
FIRST_MEASURE = _FIRST_SCRIPT + len(_LETTERS)
_MEASURE_BYTES = {char: FIRST_MEASURE + place for place, char in enumerate(_MEASURES)}
_SAME = {
    **dict(zip("万点号楼区县乡镇邻个", "萬點號樓區縣鄉鎮鄰個", strict=True)),
    **dict(zip("يىكةۀۆأإآٱ", "ییکههواااا", strict=True)),
    **dict(zip("ऴळऎऒॆॊँऩऱ", "ललएओेोंनर", strict=True)),
}
"""Other shapes of the same letter."""

_NUMERALS = {
    **dict.fromkeys("〇零洞○", "0"),
    **dict.fromkeys("一壹幺么", "1"),
    **dict.fromkeys("二貳贰兩两", "2"),
    **dict.fromkeys("三參叁参", "3"),
    **dict.fromkeys("四肆", "4"),
    **dict.fromkeys("五伍", "5"),
    **dict.fromkeys("六陸陆", "6"),
    **dict.fromkeys("七柒拐", "7"),
    **dict.fromkeys("八捌", "8"),
    **dict.fromkeys("九玖勾", "9"),
}
"""Chinese numerals as they are written and said: in shops, on cheques and digit by digit."""

_ONE = "一"
_WORD_OF_ONE = re.compile(f"(?<=[第統统唯]){_ONE}|{_ONE}(?=[下次遍樣样起直些定般共聲声旦切會会])|(?<=等){_ONE}(?=等)")
"""Where the numeral says "first", "the same", "together", "a moment" and the like, and counts nothing."""

_DOTS = "\u00b7\u2022\u2024\u2219\u22c5\u3002\u06d4\u30fb\uff0e\uff61"
_COMMAS = "\u060c\u066b\u066c\u3001\uff0c"
_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
_POINTS = "\u0640\u093c\u0654\u0655\u0670"
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

_SIGNS = (
    (_LINES, 0x0A),
    (_DOTS, ord(".")),
    (_COMMAS, ord(",")),
    (_APOSTROPHES, ord("'")),
    ("\u2212\u2043\u02d7", ord("-")),
    ("\t", ord(" ")),
    (_INKLESS + _POINTS, INVISIBLE),
)
_MARKS = (("\u064b", "\u0652"), ("\u0300", "\u036f"), ("\u20d0", "\u20ff"))
"""Accents and vowel points that stand by themselves, first and last."""


def view(text: str) -> bytes:
    """The 8-bit view (rule 2): ``len(view(text)) == len(text)``; never raises, lone surrogates included."""
    if text.isascii():
        return text.encode("ascii").translate(_ascii_table())
    folded = bytes(_view_table()[np.minimum(_code_points(text), _TOP)].tobytes())
    return _without_words_of_one(folded, text) if _ONE in text else folded


def _without_words_of_one(folded: bytes, text: str) -> bytes:
    places = bytearray(folded)
    for match in _WORD_OF_ONE.finditer(text):
        places[match.start()] = IDEOGRAPH
    return bytes(places)


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
    return np.fromiter((*(_byte(chr(point)) for point in range(_TOP)), IDEOGRAPH), dtype=np.uint8, count=_TOP + 1)


@cache
def _plain_table() -> NDArray[np.uint32]:
    return np.fromiter((ord(_plain(chr(point))) for point in range(_TOP)), dtype=np.uint32, count=_TOP)


def _byte(char: str) -> int:
    for chars, byte in _SIGNS:
        if char in chars:
            return byte
    digit = unicodedata.digit(char, _NUMERALS.get(char))
    if digit is not None:
        return ord("0") + int(digit)
    base = unicodedata.normalize("NFD", char)[0] if "\u0958" <= char <= "\u095f" else char  # a letter with its nukta
    same = _SAME.get(base, base)
    return _LETTERS.get(same) or _MEASURE_BYTES.get(same) or _by_category(char)


def _by_category(char: str) -> int:
    category = unicodedata.category(char)
    if category == "Pd":
        return ord("-")
    if category == "Zs":
        return ord(" ")
    if category in ("Cf", "Cc") or any(first <= char <= last for first, last in _MARKS):
        return INVISIBLE
    latin = _latin(char)
    if latin:
        return ord(latin)
    if _is_ideograph(char):
        return IDEOGRAPH
    return OTHER_LETTER if category[0] in "LM" else OTHER_SIGN


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\u3005" <= char <= "\u30ff"


def is_letter(byte: int) -> bool:
    """Whether a byte of a view is a letter or digit of a script that puts spaces between words."""
    return 0x61 <= byte <= 0x7A or 0x30 <= byte <= 0x39 or byte == OTHER_LETTER or IDEOGRAPH < byte < FIRST_MEASURE


def is_word(byte: int) -> bool:
    """Whether a byte of a view is a letter or digit of any script, ideographs included."""
    return byte >= OTHER_LETTER or 0x61 <= byte <= 0x7A or 0x30 <= byte <= 0x39


def is_sign(byte: int) -> bool:
    """Whether a byte of a view is a letter or digit that numbers and codes are made of."""
    return 0x61 <= byte <= 0x7A or 0x30 <= byte <= 0x39 or byte == OTHER_LETTER


LETTER_CLASS = rb"a-z0-9\x80\x82-" + rb"\x%02x" % (FIRST_MEASURE - 1)
"""The same as the inside of a character class."""


def _latin(char: str) -> str:
    """The ASCII sign behind an accented or full-width one, or nothing."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    base = _base(char)
    return base if " " < base < "\x7f" else ""


def _plain(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return _base(char) if digit is None else str(digit)


def _base(char: str) -> str:
    """One lower-case character without accents; signs and marks stay as they are."""
    if char in _PLAIN_EXTRA:
        return _PLAIN_EXTRA[char]
    if "\u0400" <= char <= "\u052f" and char in _LOOKALIKES:
        return _LOOKALIKES[char]
    full_width = "\uff01" <= char <= "\uff5e"
    base = unicodedata.normalize("NFKC", char) if full_width else unicodedata.normalize("NFD", char)
    lowered = base[0].lower()[0]
    return _PLAIN_EXTRA.get(lowered, lowered)
