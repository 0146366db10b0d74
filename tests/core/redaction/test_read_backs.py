"""Passwords and addresses that the agent repeats letter by letter, or in other words."""

import pytest

from razdar.core.redaction import find_turns

REPEATED = [
    ("en", "What's the password?", "thistle42", "⟦t h i s t l e 4 2⟧, got it"),
    ("en", "What's the password?", "thistle42", "⟦tango hotel india sierra tango lima echo, four two⟧"),
    ("en", "What's the password?", "thistle42", "so ⟦t for tango h as in hotel i s t l e four two⟧"),
    ("en", "Your email?", "anna92@example.org", "so that's ⟦a n n a nine two at example⟧?"),
    ("en", "Your email?", "a n n a dot k at example dot org", "okay ⟦anna dot k, at example⟧, thank you"),
    ("pl", "Jaki jest pani email?", "ania kropka k małpa example kropka org", "czyli ⟦a n i a, kropka k⟧?"),
    ("pt", "Qual o seu email?", "rui.lopes@example.org", "então ⟦rui ponto lopes⟧, certo"),
]
OTHERS = [
    "ok I see the other titles 42 times, this is 4 2",
    "the h is silent in this, i s it not",
    "one moment please",
]


@pytest.mark.parametrize(("lang", "question", "answer", "marked"), REPEATED)
def test_what_is_repeated_is_concealed(lang: str, question: str, answer: str, marked: str) -> None:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    found = find_turns([("agent", question), ("customer", answer), ("agent", text)], lang=lang)[2]
    assert [(span.start, span.end) for span in found] == [(start, end)]


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_stay(text: str) -> None:
    turns = [("agent", "What's the password?"), ("customer", "thistle42"), ("agent", text)]
    assert find_turns(turns, lang="en")[2] == []


def test_a_read_back_comes_soon() -> None:
    turns = [("agent", "What's the password?"), ("customer", "thistle42"), *[("agent", "I see")] * 4]
    assert find_turns([*turns, ("agent", "t h i s t l e")], lang="en")[-1] == []
    assert find_turns([*turns[:-1], ("agent", "t h i s t l e")], lang="en")[-1] != []


def test_a_word_of_an_address_is_a_word() -> None:
    turns = [("agent", "Write to support@example.org"), ("customer", "I asked the support before"), ("agent", "yes")]
    assert find_turns(turns, lang="en")[1] == []


def test_a_password_is_one_as_a_word_too() -> None:
    turns = [("agent", "What's the password?"), ("customer", "thistle"), ("agent", "so thistle it is")]
    assert [(span.start, span.end) for span in find_turns(turns, lang="en")[2]] == [(3, 10)]
