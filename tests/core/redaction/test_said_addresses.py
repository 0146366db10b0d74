"""Addresses of machines, pages and mailboxes, and telephone numbers, in the ways people say and cut them."""

import pytest

from razdar.core.redaction import find, find_turns

SAID = [
    ("en", "IP", "it is ⟦two oh three dot zero dot one hundred thirteen dot one one five⟧ and then"),
    ("en", "IP", "the server is ⟦203 dot 0 dot 113 dot 7⟧ right"),
    ("pl", "IP", "to ⟦dwieście trzy kropka zero kropka sto trzynaście kropka sto piętnaście⟧ zgadza się"),
    ("pt", "IP", "o meu ip é ⟦203 ponto 0 ponto 113 ponto 115⟧ obrigado"),
    ("en", "IP", "ip address ⟦203. 0. 113. 115⟧ it says"),
    ("en", "MAC", "mac is ⟦00 colon 1b colon 44 colon 15 colon 3a colon b7⟧ here"),
    ("en", "MAC", "the MAC: ⟦001B 4415 3AB7⟧."),
    ("en", "URL", "go to ⟦www dot my shop dot com⟧ please"),
    ("en", "URL", "open ⟦https colon slash slash portal dot example dot org slash anna⟧ please"),
    ("pl", "URL", "wejdź na ⟦www kropka przyklad kropka pl⟧ proszę"),
    ("en", "URL", "at ⟦w w w dot e x a m p l e dot o r g⟧ thanks"),
    ("en", "URL", "see ⟦galeria.sk⟧ for it"),
    ("en", "EMAIL", "email ⟦anna at thistle dot cloud⟧ thanks"),
    ("en", "EMAIL", "email ⟦a n n a at e x a m p l e m a i l dot o r g⟧ thanks"),
    ("en", "PHONE", "call me on ⟦7 9 0 0 1 2 3⟧ please"),
    ("en", "PHONE", "call me on ⟦020\n7946\n0958⟧\nthanks"),
    ("en", "ACCOUNT", "my account number is ⟦4471.9302.55⟧ thanks"),
]
HARMLESS = [
    "see section 1 dot 2 dot 3 for more",
    "it is version one dot two dot three dot four",
    "section 4 dot 1 dot 2 dot 1 of the manual, and section 4.1.2.1",
    "three dot dot dot and one dot two dot or dot",
    "take 300 dot 1 dot 2 dot 3",
    "ip telephony costs 12.50. 14.20 is with tax",
    "I have a mac and 12 34 56 cables for it",
    "mac ff ff ff ff ff ff is everybody",
    "we live in the w w w",
    "phone ratings: 5 4 5 3 5 4 2",
    "the keys of the phone are 1 2 3 4 5 6 7",
    "telephone list:\n101\n202\n303",
    "call the extensions 101,\n202,\n303",
    "my account costs 4,471.30 a month",
]


@pytest.mark.parametrize(("lang", "kind", "marked"), SAID)
def test_what_is_said_is_found_whole(lang: str, kind: str, marked: str) -> None:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    assert [(span.start, span.end, span.type.name) for span in find(text, lang=lang)] == [(start, end, kind)]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_numbers_stay(text: str) -> None:
    assert find(text, lang="en") == []


def test_an_address_is_cut_anywhere() -> None:
    turns = [("customer", "my email is ania_k"), ("agent", "mm hmm"), ("customer", "owal@example.org")]
    found = find_turns(turns, lang="en")
    assert [[(span.start, span.end) for span in spans] for spans in found] == [[(12, 18)], [], [(0, 16)]]


def test_a_word_before_an_address_is_no_part_of_it() -> None:
    turns = [("customer", "my email then"), ("agent", "yes?"), ("customer", "anna@example.org")]
    assert find_turns(turns, lang="en")[0] == []


def test_too_many_dots_are_concealed_unread() -> None:
    found = find("one dot two dot three dot " * 3_000, lang="en")
    assert found[-1].end == len("one dot two dot three dot " * 3_000)
