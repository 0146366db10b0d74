"""Long numbers that nobody explains are concealed; amounts, things and short numbers are left alone."""

import pytest

from razdar.core.redaction import SpanType, find


@pytest.mark.parametrize("number", ["123456789", "987654321098", "98765432109", "۹۸۷۶۵۴۳۲۱۰۹۸"])
@pytest.mark.parametrize("around", ["{}", "Legacy field {} appears here.", "ok\n{}\nthanks"])
def test_a_long_number_without_a_word_for_it_is_concealed(number: str, around: str) -> None:
    text = around.format(number)
    covered = [span for span in find(text) if text[span.start : span.end] == number]
    assert len(covered) == 1


@pytest.mark.parametrize(
    "text",
    [
        "the budget of 2009 was € 123456780",
        "it cost 123456780 dollars",
        "firmware 202411070312 is installed",
        "12345678",
        "3.14159265358",
        "abc123456789def",
    ],
)
def test_what_is_no_number_of_anybody_stays(text: str) -> None:
    assert [span for span in find(text) if span.type is SpanType.NUMBER] == []
