"""Card numbers: valid, wrong check digit, wrong shape, look-alikes, other scripts, separators, spoken."""

import pytest

from razdar.core.redaction import SpanType, Why, find
from tests.core.redaction.cases import SCRIPTS, SEPARATORS, found, luhn_completed

CARD = SpanType.CARD

TEST_NUMBERS = [
    "4111111111111111",  # Visa
    "4222222222222",  # Visa, 13
    "5500000000000004",  # Mastercard
    "2223003122003222",  # Mastercard, 2 series
    "340000000000009",  # American Express
    "371449635398431",
    "30569309025904",  # Diners
    "6011000990139424",  # Discover
    "3530111333300000",  # JCB
    "6200000000000005",  # UnionPay
    "6759649826438453",  # Maestro
    luhn_completed("603799123456789"),  # Bank Melli Iran's prefix
    luhn_completed("411111111111111112"),  # Visa, 19
]


@pytest.mark.parametrize("number", TEST_NUMBERS)
@pytest.mark.parametrize("text", ["{}", "my card is {}.", "({})", "pay with {} please", "a{}b"])
def test_valid_numbers_are_found_whole(number: str, text: str) -> None:
    assert found(text.format(number), CARD) == [number]


@pytest.mark.parametrize("number", [number for number in TEST_NUMBERS if len(number) <= 16])
def test_one_wrong_digit_is_no_card_without_a_cue(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert wrong not in found(f"reference {wrong} noted", CARD)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111",  # too short
        "0000 0000 0000 0000",
        "call +4915112345678 now",
        "order 1234567890123452",  # passes Luhn, no network's number, and a cue says what it is
        "on 2024-01-02 03:04:05 and 2024-01-02 03:04:06",
        "IBAN DE89 3704 0044 0532 0130 00",
        "version 1.2.3.4.5.6.7.8.9.10.11",
        "the meeting is at 4 with 15 people in room 110",
        "nothing here",
        "",
    ],
)
def test_look_alikes_are_not_cards(text: str) -> None:
    assert found(text, CARD) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_native_digits(script: dict[int, int]) -> None:
    number = "4111111111111111".translate(script)
    assert found(f"کارت {number} 🎉", CARD) == [number]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators_and_signs_without_ink(separator: str) -> None:
    number = separator.join(("4111", "1111", "1111", "1111"))
    assert found(f"x {number} y", CARD) == [number]


@pytest.mark.parametrize("separator", [" ", "-", "\u200b", "\u00ad", "\u2013"])
def test_every_digit_apart(separator: str) -> None:
    number = separator.join("4111111111111111")
    assert found(f"x {number} y", CARD) == [number]


def test_a_failed_candidate_does_not_hide_the_number_inside() -> None:
    assert found("2024 4111 1111 1111 1111", CARD) == ["4111 1111 1111 1111"]
    assert "5500 0000 0000 0004" in found("4111 1111 1111 1112 5500 0000 0000 0004", CARD)
    assert found("20244111111111111111 x", CARD) == ["20244111111111111111"]


def test_two_numbers_in_a_row_are_two_spans() -> None:
    text = "4111111111111111, 5500000000000004"
    assert found(text, CARD) == ["4111111111111111", "5500000000000004"]


def test_a_cue_outweighs_a_misread_digit() -> None:
    (span,) = find("my credit card number is 4111 1111 1111 1112")
    assert span.type is CARD
    assert Why.NO_CHECKSUM in span.why


def test_twelve_digits_need_a_cue() -> None:
    assert found("my card 675984103431 expires", CARD) == ["675984103431"]
    assert found("we have 675984103431 of them", CARD) == []


@pytest.mark.parametrize(
    "said",
    [
        "four one one one one one one one one one one one one one one one",
        "four triple one, one one one one, one one one one, one one one one",
        "forty one eleven eleven eleven eleven eleven eleven eleven",
        "four one one one um one one one one and then one one one one okay one one one one",
        "Four. One. One. One. One one one one. One one one one. One one one one.",
        "4111 one one one one 1111 one triple 1",
        "four one double one, double one double one, double one double one, double one double one",
        "five five double oh, oh oh oh oh, zero zero zero zero, nought nought oh four",
        "six thousand eleven zero zero zero nine nine zero one three nine four two four",
    ],
)
def test_spoken_numbers(said: str) -> None:
    assert found(f"it is {said} thank you", CARD) == [said.rstrip(".")]


def test_a_spoken_number_with_a_wrong_digit_is_concealed_by_its_length() -> None:
    said = "four one one one one one one one one one one one one one one two"
    assert found(f"well {said} bye", CARD) == [said]


def test_part_of_a_card_read_out_after_the_word_card() -> None:
    said = "four one one one one one one one"
    assert found(f"my card number is {said} oh I lost the place", CARD)[0].startswith(said)


def test_security_code_needs_its_cue() -> None:
    assert found("and the security code is 123", SpanType.CVV) == ["123"]
    assert found("the cvv is one two three", SpanType.CVV) == ["one two three"]
    assert found("there are 123 of them", SpanType.CVV) == []


def test_a_group_of_a_cards_length_is_a_card_as_a_whole_or_named_one() -> None:
    assert found("Number 41111111111111111", CARD) == []
    assert found("card number 41111111111111111", CARD) == ["41111111111111111"]


def test_a_year_alone_beside_a_code_is_no_expiry_date() -> None:
    """Two digits hold no month, and reading them raises nothing."""
    assert not find("expiry date and cvv 27 4567", lang="en")
