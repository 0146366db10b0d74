"""Tokens, and the mask for when searching failed. Also: how overlapping findings are settled."""

import pytest

from razdar.core.redaction import Span, SpanType, Why, conceal, token
from razdar.core.redaction.folding import view
from razdar.core.redaction.spans import resolve

CARD, PHONE = SpanType.CARD, SpanType.PHONE


def test_tokens_show_neither_length_nor_content() -> None:
    assert conceal("a 12 b 3456", [Span(2, 4, CARD, 1.0), Span(7, 11, CARD, 1.0)]) == "a [card] b [card]"
    assert {token(kind)[0] + token(kind)[-1] for kind in SpanType} == {"[]"}
    assert conceal("", []) == ""


@pytest.mark.parametrize("spans", [[(4, 6), (0, 2)], [(0, 4), (2, 6)], [(4, 9)]])
def test_untidy_spans_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="spans must be"):
        conceal("12345678", [Span(start, end, CARD, 1.0) for start, end in spans])


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2)])
def test_impossible_spans_conceal_nothing(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="spans must be"):
        conceal("12345678", [Span(start, end, CARD, 0.5)])


def test_the_stronger_then_the_longer_wins() -> None:
    text = view("0123456789")
    short, long = Span(0, 4, PHONE, 0.9), Span(0, 8, CARD, 0.9)
    assert resolve([short, long], text) == [long]
    assert resolve([Span(0, 8, PHONE, 0.5), Span(0, 4, CARD, 0.9)], text) == [Span(0, 4, CARD, 0.9)]
    assert resolve([Span(0, 8, CARD, 0.3)], text) == []


def test_what_a_strong_loser_leaves_stays_covered() -> None:
    text = view("0123 4567 89")
    winner, loser = Span(0, 4, CARD, 0.95), Span(2, 12, PHONE, 0.9, (Why.NATIONAL,))
    assert resolve([winner, loser], text) == [winner, Span(5, 12, PHONE, 0.9, (Why.NATIONAL, Why.REST))]
    assert resolve([winner, Span(2, 12, PHONE, 0.6)], text) == [winner]


def test_touching_spans_of_a_kind_become_one() -> None:
    assert resolve([Span(0, 4, CARD, 0.95), Span(4, 8, CARD, 0.9)], view("01234567")) == [Span(0, 8, CARD, 0.95)]
