"""Letters said one by one before the digits of a code."""

import pytest

from razdar.core.redaction import find
from razdar.core.redaction.folding import view
from razdar.core.redaction.spelling import as_letters, letter_after, spelled_before


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        ("A B C ", b"abc"),
        ("C jak Celina, D jak Dorota, ", b"cd"),
        ("be ce ", b"bc"),
        ("wu iks ", b"wx"),
        ("यू पी ", b"up"),
        ("آی آر ", b"ir"),
        ("f as in fox ", b"f"),
        ("j for Juliet, g for golf, ", b"jg"),
    ],
)
def test_letters_before_digits(said: str, letters: bytes) -> None:
    match = spelled_before().search(view("numer: " + said))
    assert match is not None
    assert as_letters(match.group()) == letters


@pytest.mark.parametrize("said", ["numer de ", "मकान के ", "placa ", "order ", ""])
def test_words_are_no_letters(said: str) -> None:
    assert spelled_before().search(view(said)) is None


def test_what_is_written_stays() -> None:
    assert as_letters(b"de-") == b"de"


def test_one_letter_after() -> None:
    assert letter_after(view(" के और")) == len(" के")
    assert letter_after(b" k.") == 2
    assert letter_after(b" and") == 0


def test_marks_in_the_languages_of_their_countries() -> None:
    text = "पैन नंबर ए बी के पी एस चार आठ दो एक के है"
    (pan,) = find(text, lang="hi")
    assert text[pan.start : pan.end] == "ए बी के पी एस चार आठ दो एक के"
