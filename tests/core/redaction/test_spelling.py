"""Letters said one by one before the digits of a code."""

import pytest

from razdar.core.redaction import SpanType, find
from razdar.core.redaction.folding import view
from razdar.core.redaction.spelling import as_letters, letters_after, spelled_before


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        ("A B C ", b"abc"),
        ("C jak Celina, D jak Dorota, ", b"cd"),
        ("be ce ", b"bc"),
        ("wu iks ", b"wx"),
        ("यू पी ", b"up"),
        ("एम ", b"m"),
        ("آی آر ", b"ir"),
        ("f as in fox ", b"f"),
        ("j for Juliet, g for golf, ", b"jg"),
    ],
)
def test_letters_before_digits(said: str, letters: bytes) -> None:
    match = spelled_before(view("numer: " + said))
    assert match is not None
    assert as_letters(match.group()) == letters


@pytest.mark.parametrize("said", ["numer de ", "मकान के ", "placa ", "order ", ""])
def test_words_are_no_letters(said: str) -> None:
    assert spelled_before(view(said)) is None


def test_what_is_written_stays() -> None:
    assert as_letters(b"de-") == b"de"


def test_letters_after() -> None:
    assert list(letters_after(view(" के और"))) == [len(" के")]
    assert list(letters_after(b" k.")) == [2]
    assert list(letters_after(b" x-ray yankee zulu and")) == [6, 13, 18]
    assert list(letters_after(b" and")) == []


def test_letters_stand_between_the_digits_of_a_plate() -> None:
    text = "गाड़ी नंबर एम एच बारह पी क्यू इकतालीस अठारह है"
    (plate,) = find(text, lang="hi")
    assert plate.type is SpanType.VEHICLE
    assert text[plate.start : plate.end] == "एम एच बारह पी क्यू इकतालीस अठारह"


def test_a_plate_in_the_spelling_alphabet() -> None:
    text = "the reg is golf victor two four tango bravo november"
    (plate,) = find(text, lang="en")
    assert plate.type is SpanType.VEHICLE
    assert text[plate.start : plate.end] == "golf victor two four tango bravo november"


def test_marks_in_the_languages_of_their_countries() -> None:
    text = "पैन नंबर ए बी के पी एस चार आठ दो एक के है"
    (pan,) = find(text, lang="hi")
    assert text[pan.start : pan.end] == "ए बी के पी एस चार आठ दो एक के"
