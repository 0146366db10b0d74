"""Dialogues: questions and answers, numbers over turns, read-backs; and what holds for any dialogue."""

from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.redaction import conceal, find, find_turns
from tests.core.redaction.cases import assert_tidy
from tests.timing import assert_grows_with

CARD = "four one one one one one one one one one one one one one one one"
Turns = list[tuple[str, str]]


def shown(turns: Turns, lang: str | None = "en") -> list[str]:
    return [conceal(text, spans) for (_, text), spans in zip(turns, find_turns(turns, lang=lang), strict=True)]


@dataclass
class Timed:
    speaker: str
    text: str
    start_ms: int
    end_ms: int


def test_a_card_over_turns_with_back_channels_and_a_read_back() -> None:
    turns = [
        ("c", "four one one one"), ("a", "mm hmm"), ("c", "one one one one"), ("a", "go on"),
        ("c", "one one one one"), ("a", "yes"), ("c", "one one one one"), ("a", "so it ends in one one one one"),
    ]  # fmt: skip
    assert shown(turns) == ["[card]", "mm hmm", "[card]", "go on", "[card]", "yes", "[card]", "so it ends in [card]"]


def test_a_long_silence_or_another_question_ends_a_number() -> None:
    half = "four one one one one one one one", "one one one one one one one one"
    timed = [Timed("c", half[0], 0, 5_000), Timed("a", "mm hmm", 6_000, 7_000), Timed("c", half[1], 40_000, 45_000)]
    assert all(span.type.value != "card" for spans in find_turns(timed, lang="en") for span in spans)
    turns = [("c", half[0]), ("a", "and how many parcels are in your order?"), ("c", half[1])]
    assert all(span.type.value != "card" for spans in find_turns(turns, lang="en") for span in spans)


@pytest.mark.parametrize(
    ("lang", "question", "answer", "expected"),
    [
        ("en", "May I have your name?", "Tobias Wexcombe.", "[name]."),
        ("en", "could you give me your full name please", "yeah it's tobby whackscome", "yeah it's [name]"),
        ("en", "And your name?", "Yes, of course.", "Yes, of course."),
        ("en", "And your name?", "let me see", "let me see"),
        ("en", "What is your address?", "Seventeen Larkenmoor Crescent.", "[address]."),
        ("en", "Your date of birth please?", "the third of may seventy one", "the [birth-date]"),
        ("en", "What's the security code?", "one two three", "[cvv]"),
        ("pl", "Jak się pani nazywa?", "Nazywam się Zofia Brzeska.", "Nazywam się [name]."),
        ("pl", "Proszę podać imię i nazwisko", "zofia brzeska", "[name]"),
        ("pt", "Qual o seu nome completo?", "Cleide Aparecida Moraes", "[name]"),
        ("fa", "اسم و فامیلتون؟", "مریم کاظم‌زاده.", "[name]."),
        ("hi", "अपना पूरा नाम बताइए।", "कविता जोशी।", "[name]।"),
        ("zh", "請問大名？", "林柏翰", "[name]"),
        ("zh", "請問大名？", "等一下", "等一下"),
    ],
)
def test_what_answers_a_question_is_masked(lang: str, question: str, answer: str, expected: str) -> None:
    assert shown([("agent", question), ("customer", answer)], lang) == [question, expected]


def test_a_question_stays_open_over_small_words() -> None:
    turns = [("a", "your name please"), ("c", "yes"), ("a", "mm hmm"), ("c", "Tobias Wexcombe")]
    assert shown(turns)[-1] == "[name]"


def test_a_name_is_masked_wherever_it_is_said_again() -> None:
    turns = [("a", "your name?"), ("c", "Tobias Wexcombe"), ("a", "Thank you, Tobias, all done")]
    assert shown(turns)[-1] == "Thank you, [name], all done"


@pytest.mark.parametrize(
    "turns",
    [
        [("a", "Is there anything else?"), ("c", "No. Thank you, goodbye.")],
        [("a", "What is your favourite colour?"), ("c", "Dark green")],
        [("a", "How can I help you with your order?"), ("c", "I would like to return a lamp")],
        [("a", "What's the name of the restaurant?"), ("c", "I do not know yet")],
        [("a", "Shall I send it to your address?"), ("c", "Yes please")],
    ],
)
def test_ordinary_answers_stay(turns: Turns) -> None:
    assert not any(find_turns(turns, lang="en"))


def test_none_and_empty_turns() -> None:
    assert find_turns([]) == []
    assert find_turns([("a", ""), ("b", "")]) == [[], []]


PIECES_TEXT = (
    "your name?|Anna Kowalska|my name is|this is|mr|address|17 Oak "
    "Street|पूरा नाम|कविता जोशी|ज़ी जी|اسمم|کاظم‌زاده|我叫|林柏翰|先生|"
    "password is|x@Y7|username|4111|1111 1111 1111|one one|um|,|.|\n|\u200c|e\u0301|🎉|👩‍👩‍👧|\ud800|"
    "ul. Szafirowa 9/4|rua|spelled w e x"
)
PIECES = st.sampled_from(PIECES_TEXT.split("|"))
TEXT = st.lists(PIECES, max_size=9).map(" ".join) | st.text(max_size=30)
LANG = st.sampled_from([None, "en", "pl", "fa", "hi", "pt", "zh-TW"])
RECORD = st.fixed_dictionaries(
    {},
    optional={"name": TEXT, "phone": TEXT, "email": TEXT, "dob": TEXT, "address": TEXT, "username": TEXT, "city": TEXT},
)


@given(st.lists(st.tuples(st.sampled_from("abc"), TEXT), max_size=8), LANG, RECORD)
@settings(max_examples=150, deadline=None)
def test_any_dialogue_is_answered_tidily(turns: Turns, lang: str | None, record: dict[str, str]) -> None:
    found = find_turns(turns, lang=lang, customer=record)
    assert len(found) == len(turns)
    for (_, text), spans in zip(turns, found, strict=True):
        assert_tidy(text, spans)


@given(
    st.lists(
        st.sampled_from(["Anna", "anna", "कविता", "जोशी", "کاظم", "زاده", "Ł\u0301ucja", "林柏翰"]),
        min_size=1,
        max_size=3,
    ),
    TEXT,
)
@settings(max_examples=100, deadline=None)
def test_no_grapheme_is_split_by_a_known_name(name: list[str], text: str) -> None:
    """No mark that hangs on a letter is left outside of the span that holds the letter."""
    import unicodedata

    said = f"{text} {' '.join(name)}\u0301 {text}"
    for span in find(said, customer={"name": " ".join(name)}):
        if span.why[0].value == "known-customer" and span.end < len(said):
            assert unicodedata.category(said[span.end]) not in ("Mn", "Mc"), (said, span)


@pytest.mark.parametrize(
    "unit",
    [
        "my name is ",
        "mr A",
        "Mr Ann ",
        "this is anna ",
        "I'm Anna Bo ",
        "17 oak ",
        "17 Oak St ",
        "rua a ",
        "ul. A ",
        "address is ",
        "password is ",
        "spelled a b ",
        "我叫",
        "林先生",
        "路1號",
        "台北市",
        "من a ",
        "main a bol raha ",
        "आ जी ",
        "中",
        "user ",
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    find(unit * 10, lang="en")
    assert_grows_with(lambda size: partial(find, unit * (size // len(unit)), lang="en"), 10_000)
