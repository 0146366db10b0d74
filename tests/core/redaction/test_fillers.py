"""Numbers with hesitations inside, numbers that were only begun, and numbers that the same words do not join."""

import pytest

from razdar.core.redaction import SpanType, Why, find, redact, redact_transcript
from tests.core.redaction.calls import AGENT, CUSTOMER, said, transcript


def shown(text: str) -> str:
    return redact(text, lang="en").text


@pytest.mark.parametrize(
    "filler",
    [
        *("um", "uh", "er", "erm", "okay", "and", "then", "and then", "sorry", "uh-huh", "so", "um, yes"),
        *("let me see", "I think", "hold on", "one moment", "just a second", "hm, hold on a second"),
    ],
)
@pytest.mark.parametrize("pause", [" {} ", ", {}, ", "... {}... ", " {}? "])
def test_written_groups_go_on_over_fillers(filler: str, pause: str) -> None:
    gap = pause.format(filler)
    assert shown(f"it is 6011 0009{gap}9013 9424 thanks") == "it is [card] thanks"
    call = transcript((CUSTOMER, 0, f"it is 6011 0009{gap}9013 9424 thanks"))
    assert said(redact_transcript(call), CUSTOMER) == "it is [card] thanks"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6011, 0009, 9013, so 9424", "[card]"),
        ("my card number is 4111 um 1111 uh 1111 er 1111", "my card number is [card]"),
        ("6011 0009, one moment, nine oh one three nine four two four", "[card]"),
        ("PESEL is 51 91 23 um 07648", "PESEL is [national-id]"),
        ("44051 um 401458", "[national-id]"),
        ("five one nine one two three, I think, zero seven six four eight", "[national-id]"),
        ("five one nine one, one moment, two three zero seven six four eight", "[national-id]"),
        ("oh seven nine one one, let me see, double two, triple three four", "[phone]"),
        ("my phone is 020 7946 um 0958", "my phone is [phone]"),
        ("020 7946 um 0958", "[phone]"),
        ("020 um seven nine four six um 0958", "[phone]"),
        ("call 020 7946 and then 0958", "call [phone]"),
        ("+44 20 um 7946 so 0958", "[phone]"),
        ("IBAN is DE89 3704 um 0044 0532 0130 00 ok", "IBAN is [iban] ok"),
        ("DE89 3704 um 0044 0532, let me see, 0130 00 ok", "[iban] ok"),
        ("it's GB82 WEST 1234 5698 um 7654 32 ok", "it's [iban] ok"),
    ],
)
def test_other_numbers_do_too(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order 12 and 15 euro",
        "call me at 5 and then at 6",
        "call me on 12 and then on 15 March 2024",
        "it costs 1200 and then 1500",
        "2019 and 2020 and 2021",
        "in 1999 and 2000 and 2001 and 2002",
        "at 10:30 and then 11:45",
        "rooms 1201 and 1305",
        "we have 675 and then 984 and 103 of them",
        "3 and 4 and 5 and 6 and 7 items",
        "50 euro, no wait 60 euro",
        "pay 1250 no wait 1350",
        "sizes 38 and 40 and 42 and 44",
        "flight 1234 then 5678",
        "2024-05-06 and 2024-05-07",
        "12/05/2024 and 13/05/2024",
        "one moment please, one second, one sec",
    ],
)
def test_two_numbers_stay_two(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order 1234 and order 5678", "order [reference] and order [reference]"),
        ("reference 12345678 and 87654321", "reference [reference] and [reference]"),
        ("my card expires 05/2026", "my card expires [expiry]"),
        ("by card, for my order 12345", "by card, for my order [reference]"),
        ("order 1234 by card", "order [reference] by card"),
    ],
)
def test_what_is_named_is_concealed_as_what_it_is(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_two_long_numbers_are_two() -> None:
    text = "call 212-555-0123 and 212-555-0124"
    assert shown(text) == "call [phone] and [phone]"
    assert shown("44051401458 and 02070803628") == "[national-id] and [national-id]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my card is 4111 1111 let me get my glasses 1111 1111", "my card is [number] let me get my glasses [number]"),
        ("card 6011 0009 then the next bit is 9013 ok", "card [number] then the next bit is [number] ok"),
        (
            "my PESEL is 5191 oh dear 23 yes and it ends 07648",
            "my PESEL is [number] dear 23 yes and it ends [number]",
        ),
        ("my IBAN is 1234 5678 as you see 9999", "my IBAN is [number] as you see [number]"),
        ("the card is four one one one", "the card is [number]"),
    ],
)
def test_announced_parts_are_concealed(text: str, expected: str) -> None:
    assert shown(text) == expected
    (first, *_) = find(text, lang="en")
    assert (first.type, Why.CUE in first.why) == (SpanType.NUMBER, True)


@pytest.mark.parametrize(
    "text",
    [
        "Can I pay by card? It's 1200 pounds",
        "I pay by card, all of the $1200",
        "I got the card in 2024 you know",
        "the card came on 12 and 15 March",
        "card payment at 10:30",
        "my card is here, it is thirty two pounds and forty pence",
        "nothing announced 4111 2222",
        "PESEL+0000",
        "card 12 and 15",
    ],
)
def test_amounts_dates_and_orders_beside_a_card_stay(text: str) -> None:
    assert shown(text) == text


def test_the_question_announces_the_next_turn() -> None:
    call = transcript(
        (AGENT, 0, "please read me the long number on the front"), (CUSTOMER, 4_000, "it's 6011 gosh 0009")
    )
    assert said(redact_transcript(call), CUSTOMER) == "it's [card]"


@pytest.mark.parametrize(
    ("customer", "agent"),
    [
        ("four", "one one one one one one one one one one one one one one one"),
        ("four one one one", "one one one one one one one one one one one one"),
        ("my card is four", "one one one one one one one one one one one one one one one"),
        ("card 6011 0009", "9013 9424"),
        ("card 6011 0009 um", "yes 9013 9424"),
    ],
)
@pytest.mark.parametrize("pause_ms", [0, 600, 3_000])
def test_a_card_that_two_voices_share(customer: str, agent: str, pause_ms: int) -> None:
    begun = 1_000 + 350 * len(customer.split()) + pause_ms
    call = transcript((CUSTOMER, 1_000, customer), (AGENT, begun, agent))
    redacted = redact_transcript(call)
    texts = said(redacted, CUSTOMER) + " " + said(redacted, AGENT)
    assert not {"four", "one", "6011", "0009", "9013", "9424"} & set(texts.split())
    assert redacted.muted[CUSTOMER]
    assert redacted.muted[AGENT]
