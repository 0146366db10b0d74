"""Letters in the place of digits: what is read as a number, and what stays a word."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from razdar.core.redaction import SpanType, find
from tests.core.redaction.cases import found

MEANT = str.maketrans("015826", "OlSBZG")


@pytest.mark.parametrize(
    ("text", "kind", "value", "lang"),
    [
        ("card 4lll llll llll llll, thanks", SpanType.CARD, "4lll llll llll llll", "en"),
        ("mój pesel to 44OSl4Ol3S9", SpanType.NATIONAL_ID, "44OSl4Ol3S9", "pl"),
        ("przelew na PL6l lO9O lOl4 OOOO O7l2 l98l 2874", SpanType.IBAN, "PL6l lO9O lOl4 OOOO O7l2 l98l 2874", "pl"),
        ("call me on O2O 7946 O9S8 tonight", SpanType.PHONE, "O2O 7946 O9S8", "en"),
        ("the security code is 4l7", SpanType.CVV, "4l7", "en"),
        ("my ip is 2O3.O.ll3.7", SpanType.IP, "2O3.O.ll3.7", "en"),
    ],
)
def test_letters_are_read_as_digits(text: str, kind: SpanType, value: str, lang: str) -> None:
    assert found(text, kind, lang=lang) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "we sell b2b for 100 lbs in the 90s",
        "flight bs 1205 is 10:15",
        "10l of oil, 20lbs of zest and 2oz of salt, for 1990s prices",
        "is so 100 big",
        "802.1lb",
        "room 5O1B on floor 1O",
        "article S5O2B34567",
        "a phone with 8GB/256GB and 500g 250g of salt",
    ],
)
def test_words_stay(text: str) -> None:
    assert find(text, lang="en") == []


@given(st.integers(0, 10**9 - 1), st.sampled_from(["", " "]))
def test_any_letters_of_a_card(number: int, between: str) -> None:
    body = f"411111{number:09}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(body))
    card = body + str(-total % 10)
    written = between.join(card[at : at + 4] for at in range(0, 16, 4)).translate(MEANT)
    assume(all(map(is_read, written.split())))
    text = f"my card number is {written} thanks"
    (span,) = find(text, lang="en")
    assert text[span.start : span.end] == written


def is_read(word: str) -> bool:
    """Whether a word of letters alone could be nothing else."""
    return any(map(str.isdigit, word)) or set(word.lower()) <= set("ol")


@pytest.mark.parametrize("words", [0, 40, 55, 60, 80, 2000])
def test_rows_far_apart_are_searched_each_with_what_is_around_it(words: int) -> None:
    between = "nothing to see here " * words
    text = f"my card is 4lll llll llll llll {between}and the second 4lll llll llll llll thanks"
    assert found(text, SpanType.CARD) == ["4lll llll llll llll"] * 2
