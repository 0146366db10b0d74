"""Marked-up and encoded text: what stands for a sign is one; nothing moves, and no data hides in a tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import Policy, SpanType, redact
from razdar.core.redaction.folding import view
from razdar.core.redaction.markup import without_markup

PIECES = st.sampled_from(
    ("<td>", "</td>", "<br/>", "<v Ann>", "&nbsp;", "&#64;", "&#x1f600;", "&amp;", "&bogus;", "%20", "%4", "%zz", "%31",
     "\\u0040", "\\u20", "a", "7", "<", "&", "é")
)  # fmt: skip


@given(st.lists(PIECES).map("".join))
def test_length_digits_and_letters_are_kept(text: str) -> None:
    before, after = view(text), without_markup(view(text))
    assert len(after) == len(before)
    assert without_markup(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "<td>4539</td><td>5787</td><td>6362</td><td>1486</td>",
        "4539<br>5787<br>6362<br>1486",
        "4539<b>5787</b>6362<wbr>1486",
        "4539&nbsp;5787&#32;6362&#x2009;1486",
        "4539%205787%2D6362%201486",
        r"4539\u00205787\u00206362\u200b1486",
        '<input value="4539578763621486">',
        "<4539578763621486>",
        "%2B447700900123",
        "+44%207700%20900123",
        "mary.jones%40example.com",
        "mary.jones&#64;example.com",
        "mary.jones&commat;example.com",
        r"mary.jones\u0040example.com",
        "<mary.jones@example.com>",
    ],
)
def test_what_is_dressed_in_markup_is_found(text: str) -> None:
    done = redact(f"here: {text} ok").text
    assert not any(part in done for part in ("4539", "5787", "6362", "1486", "mary", "jones", "7700", "0900", "123"))


def test_a_web_address_goes_on_over_what_is_encoded() -> None:
    assert redact("see https://x.example/a%20b?q=%40c for it").text == "see [url] for it"


def test_other_signs_stay() -> None:
    for text in ("5% of 20", "a & b; c", "<b>bold</b> & 100%25", "Tom &amp; Ann", "if a<b and c>d"):
        assert redact(text, Policy.DEFAULT).text == text
    assert SpanType.CARD not in redact("100%20 5%30 2%40").counts()
