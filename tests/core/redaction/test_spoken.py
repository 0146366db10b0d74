"""English numbers as digits, and where one number ends."""

import pytest

from razdar.core.redaction import spoken
from razdar.core.redaction.equipment import scanned
from razdar.core.redaction.folding import view
from razdar.core.redaction.numerals import SPOKEN, DigitString
from razdar.core.redaction.rows import rows
from razdar.core.redaction.speech import MOST_WORDS, byte_form


def strings(text: str) -> list[DigitString]:
    folded = view(text)
    return spoken.scanner("en").strings(folded, rows(folded, short=True))[0]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("zero oh o nought naught nil one two three", "000000123"),
        ("ten eleven nineteen", "101119"),
        ("twenty twenty one forty one eleven", "20214111"),
        ("twenty-one fifty-five", "2155"),
        ("double four triple nine treble two quadruple one", "449992221111"),
        ("double 7 one", "771"),
        ("three fives two zeros", "55500"),
        ("one hundred and twelve", "112"),
        ("eight hundred five five five", "800555"),
        ("three hundred twenty three hundred twenty five", "320325"),
        ("two thousand and five", "2005"),
        ("two thousand twenty four", "2024"),
        ("four thousand one hundred eleven", "4111"),
        ("nineteen oh five", "1905"),
        ("4 one 1 two", "4112"),
        ("one, two. three - four\nfive", "12345"),
        ("one um two uh three and then four okay five", "12345"),
        ("ONE Two thrEE", "123"),
        ("five one\u200b two", "512"),
    ],
)
def test_readings(said: str, digits: str) -> None:
    assert digits.encode() in [string.digits for string in strings(said)]


@pytest.mark.parametrize(
    "text", ["one million two", "one apple two", "one: two", "one \u00b6 two", "one. She said two"]
)
def test_a_number_ends_at_anything_else(text: str) -> None:
    assert [len(string) for string in strings(text)] == [1, 1]


def test_words_that_sound_like_digits_make_a_second_reading() -> None:
    assert {string.digits for string in strings("four one to one for one")} == {b"4111", b"412141"}
    assert [string.digits for string in strings("one for the road")] == [b"1"]
    assert strings("to go for it") == []


def test_every_digit_knows_its_place() -> None:
    text = "so double four, 12 forty one"
    (string,) = strings(text)
    places = [text[start:end] for start, end in zip(string.starts, string.ends, strict=True)]
    assert places == ["double four", "double four", "1", "2", "forty one", "forty one"]
    assert string.digits == b"441241"
    assert list(string.groups) == [0, 2, 4]
    assert string.spoken == bytes([1, 1, 0, 0, 1, 1])


def test_plus_starts_an_international_number() -> None:
    (string,) = strings("dial plus four eight six")
    assert (string.digits, string.plus) == (b"486", 5)
    (string,) = strings("dial +48 six")
    assert (string.digits, string.plus) == (b"486", 5)


def test_nobody_says_that_many_number_words() -> None:
    text = "one " * (MOST_WORDS + 10)
    scan = scanned(text)
    assert scan.strings == ()
    assert scan.endless
    assert scan.unread_from == 4 * MOST_WORDS


def test_languages_to_listen_for() -> None:
    assert spoken.languages("en-GB") == ("en",)
    assert spoken.languages(None) == tuple(SPOKEN)
    assert set(spoken.languages("xx")) == set(SPOKEN)


@pytest.mark.parametrize("code", list(SPOKEN))
def test_a_language_file_is_complete(code: str) -> None:
    language = SPOKEN[code]
    assert {"@", ".", "-", "_"} <= set(language.signs)
    assert all(byte_form(word) and word == word.lower() for word in language.words)
    asides = language.fillers | language.hesitations | language.corrections | language.stops
    assert all(byte_form(word) and word == word.lower() for word in asides)
