"""What holds for any text, and that no text takes long."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.redaction import KnownCustomer, SpanType, conceal, find, find_turns
from tests.core.redaction.cases import SCRIPTS, SEPARATORS, assert_tidy, found, luhn_completed
from tests.timing import assert_grows_with, cpu_seconds

NUMBERS = "4111|1111|5500|0000|0004|2024|601|234|567|+48|4|1|0|44051401458|0076229645|DE89|3704 0044 0532 0130 00|۴۱۱۱"
WORDS = "one|four|double|oh|forty|hundred|thousand|to|and|plus|at|dot|example|org|com|anna|@|anna@example.org"
FILLERS = "um|let me see|and then|one moment"
CUES = "card|my card number is|cvv|phone|pesel|iban|order|کد ملی|[card]|[phone]"
SIGNS = " |-|.|,|\n|\u200b|\u00a0|x|(|)|\ud800|🎉|a\u0301|\x00"
PIECES = st.sampled_from("|".join((NUMBERS, WORDS, FILLERS, CUES, SIGNS)).split("|"))
MADE_UP = st.lists(PIECES, max_size=40).flatmap(
    lambda pieces: st.sampled_from(["", " ", "  "]).map(lambda glue: glue.join(pieces))
)
ANY_TEXT = st.text(st.characters(exclude_categories=())) | MADE_UP
LANGUAGES = st.sampled_from([None, "en", "pl", "fa-IR", "xx", "", "-"])
CUSTOMER = KnownCustomer(
    "Kowalska",
    ("Anna Maria",),
    ("+48601234567", "x"),
    ("anna@example.org",),
    ("123",),
    ("A-1111",),
    (),
    ("4 Example Road, 4111 Annaville",),
)


@given(ANY_TEXT, LANGUAGES, st.sampled_from([None, CUSTOMER, KnownCustomer()]))
@settings(max_examples=400, deadline=None)
def test_never_raises_and_answers_tidily(text: str, lang: str | None, customer: KnownCustomer | None) -> None:
    spans = find(text, lang=lang, customer=customer)
    assert_tidy(text, spans)
    assert all(0.4 <= span.score <= 1 and span.why for span in spans)
    conceal(text, spans)


@given(ANY_TEXT, LANGUAGES)
@settings(max_examples=400, deadline=None)
def test_what_was_redacted_holds_no_card(text: str, lang: str | None) -> None:
    once = conceal(text, find(text, lang=lang))
    assert found(once, SpanType.CARD, lang=lang) == []


@given(st.text("0123456789 -.", min_size=13, max_size=80))
@settings(max_examples=400, deadline=None)
def test_no_card_survives_in_a_row_of_digits(text: str) -> None:
    assert found(conceal(text, find(text)), SpanType.CARD) == []


@given(
    st.text("0123456789", min_size=14, max_size=14),
    st.sampled_from(("4", "51", "2221", "6011", "603799")),
    st.lists(st.sampled_from(SEPARATORS), min_size=3, max_size=3),
    st.sampled_from((None, *SCRIPTS)),
)
@settings(deadline=None)
def test_any_card_in_any_dress_is_found(
    digits: str, prefix: str, separators: list[str], script: dict[int, int] | None
) -> None:
    number = luhn_completed((prefix + digits)[:15])
    dressed = "".join(
        part + separator
        for part, separator in zip((number[at : at + 4] for at in (0, 4, 8, 12)), (*separators, ""), strict=True)
    )
    if script is not None:
        dressed = dressed.translate(script)
    assert found(f"card {dressed} ok", SpanType.CARD) == [dressed]


MEGABYTE = 1_000_000
HOSTILE = {
    "spaced ones": "1 ",
    "telephone numbers": "2125551234 ",
    "telephone numbers, one a clause": "212-555-1234, ",
    "plus signs": "+1",
    "international": "+48601234567 ",
    "number words": "one ",
    "mixed": "1 one ",
    "zeros": "o ",
    "at signs": "@",
    "almost addresses": "a@a.",
    "spoken almost addresses": " at a dot com",
    "openings of IBANs": "DE89 ",
    "IBANs": "GB29NWBK60161331926819 ",
    "cards": "4111 1111 1111 1111 ",
    "cues": "card cvv phone ",
    "cues with numbers": "cvv 123 ",
    "invisible": "4\u200b",
    "pesels": "44051401458 ",
    "national codes": "کد ملی ۰۰۷۶۲۲۹۶۴۵ ",
    "letters": "a",
    "marks": "a\u0301",
    "dots": "1..... ",
    "fillers": "1 um ",
    "joined numbers": "4111 and then ",
    "hesitant IBANs": "DE89 um ",
    "announced": "card 4111 2222 x ",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    unit = HOSTILE[name]
    find(unit * 10, lang="en")
    assert_grows_with(lambda count: partial(find, unit * count, lang="en"), MEGABYTE // 20 // len(unit))


@pytest.mark.parametrize("unit", [". ", "please ", "john ", "4 ", "one ", "a. "])
def test_an_answer_takes_time_as_long_as_it_is(unit: str) -> None:
    def answered(count: int) -> Callable[[], object]:
        turns = [("agent", "May I have your name?"), ("customer", f"x{unit * count}x")]
        return partial(find_turns, turns, lang="en")

    answered(10)()
    assert_grows_with(answered, MEGABYTE // 50 // len(unit))


@pytest.mark.heavy
@pytest.mark.parametrize("name", [*HOSTILE, "random digits", "random spaced digits"])
def test_a_hostile_megabyte_takes_two_seconds(name: str) -> None:
    """Two seconds of a core to itself, three of one that other tests share."""
    if name in HOSTILE:
        text = HOSTILE[name] * (MEGABYTE // len(HOSTILE[name]))
    else:
        glue = " " if "spaced" in name else ""
        digits = random.Random(7).choices("0123456789", k=MEGABYTE // (1 + len(glue)))  # noqa: S311
        text = glue.join(digits)
    assert cpu_seconds(lambda: find(text, lang="en")) < 3.0
