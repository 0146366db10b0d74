"""What is found in a note: kinds and places, counted as browsers count; what must never be stored never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import Action, OwnPattern, Policy, SpanType, find
from razdar.work import detecting

CARDS = ("4111 1111 1111 1111", "5500005555555559", "6011-0009-9013-9424")


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("before", ["", "pays with ", "کارت ", "😀 "])
def test_a_card_number_is_never_stored(card: str, before: str) -> None:
    kept = detecting.storable(f"{before}{card} next week")
    assert not {digit for digit in card if digit.isdigit()} & set(kept)
    assert "[card]" in kept
    assert kept.endswith("next week")


def test_a_verification_code_is_never_stored() -> None:
    kept = detecting.storable("card 4111111111111111, cvv 737")
    assert "737" not in kept
    assert "4111" not in kept


def test_where_something_stands_is_told_as_the_browser_counts_it() -> None:
    text = "😀 first line\nwrite to thistledown@example.org"
    (found,) = detecting.findings(text, Policy.DEFAULT)
    assert found.kind is SpanType.EMAIL
    units = text.encode("utf-16-le")
    assert units[2 * found.start : 2 * found.end].decode("utf-16-le") == "thistledown@example.org"
    assert (found.line, found.column, found.kept) == (2, 10, True)


def test_a_finding_holds_nothing_of_the_text() -> None:
    assert "4111" not in repr(detecting.findings("4111 1111 1111 1111", Policy.DEFAULT))


def test_what_counts_and_what_stands_in_its_place_the_policy_says() -> None:
    policy = Policy(
        {SpanType.PHONE: Action.KEEP, SpanType.EMAIL: Action.TOKEN},
        patterns=(OwnPattern(r"\bQU-\d{6}\b", SpanType.REFERENCE),),
    )
    text = "call +442079460777, about QU-104221, or a@example.org and a@example.org"
    found = detecting.findings(text, policy)
    assert [each.kind for each in found] == [SpanType.REFERENCE, SpanType.EMAIL, SpanType.EMAIL]
    kept = detecting.concealed(text, policy)
    assert kept.startswith("call +442079460777, about [reference], or <EMAIL_")
    first, second = kept.split(", or ")[1].split(" and ")
    assert first == second


@given(st.text(alphabet=st.sampled_from("0123456789 -.,abcv@+cardvyz\n"), max_size=80))
def test_whatever_is_typed_nothing_is_left_that_must_not_be_stored(text: str) -> None:
    kept = detecting.storable(text)
    assert not {span.type for span in find(kept)} & detecting.NEVER_KEPT
    assert detecting.storable(kept) == kept


@given(st.text(max_size=60), st.sampled_from(CARDS), st.text(max_size=60))
def test_a_card_number_is_found_between_anything(before: str, card: str, after: str) -> None:
    text = f"{before} \n{card}\n {after}"
    assert card not in detecting.storable(text)


def test_line_ends_of_browsers_are_one() -> None:
    assert detecting.plain(" a\r\nb\rc\0 ") == "a\nb\nc"
    assert len(detecting.plain("x" * 9000)) == detecting.LONGEST
