"""The two views keep every character in its place."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction.folding import IDEOGRAPH, INVISIBLE, OTHER_LETTER, plain, view
from tests.core.redaction.cases import SCRIPTS

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_length_is_kept(text: str) -> None:
    assert len(view(text)) == len(plain(text)) == len(text)


def test_every_code_point_is_one_byte_and_one_character() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(view(every)) == len(plain(every)) == len(every)


def test_every_digit_of_unicode_is_a_digit() -> None:
    digits = [chr(point) for point in range(0x20000) if unicodedata.digit(chr(point), None) is not None]
    assert view("".join(digits)).decode() == "".join(str(unicodedata.digit(char)) for char in digits)
    assert view("①②③ ⁴⁵ ₆ ❼") == b"123 45 6 7"
    for script in SCRIPTS:
        assert view("0123456789".translate(script)) == b"0123456789"


def test_the_view() -> None:
    assert view("ÀÉłŁ Ω") == b"aell \x80"
    assert view("‐‑–—−－") == b"------"
    assert view("\u00a0\u2009\u3000\t") == b"    "
    assert view("＠．＋Ａ") == b"@.+a"
    assert view("АВС") == b"abc"  # Cyrillic
    assert view("\u200b\u00ad\u200e\ufeff\u0301\x00") == bytes([INVISIBLE] * 6)
    assert view("\r\n\u2028") == b"\n\n\n"
    assert view("漢ф🎉") == bytes([IDEOGRAPH, OTHER_LETTER, 0x02])
    assert len(set(view("ابپکگیअआकखी十百年"))) == 14  # letters of their own
    assert view("يكة") == view("یکه")
    assert view("पाँच") == view("पांच")
    assert view("〇一二兩三四五六七八九") == b"01223456789"


def test_the_same_ascii_with_and_without_company() -> None:
    ascii_text = "".join(map(chr, range(128)))
    assert view(ascii_text) == view(ascii_text + "é")[:-1]
    assert plain(ascii_text) == plain(ascii_text + "é")[:-1]


def test_plain_text() -> None:
    assert plain("ŻÓŁĆ İI ß") == "zołc ii ß".replace("ł", "l").replace("o", "o")
    assert plain("كريمي") == plain("کریمی")
    assert plain("۱٢３") == "123"
