"""The finder of English finds it, and nothing else."""

import io
import re

import pytest
from babel.messages.pofile import read_po

from tests.languages.english import Translated, digits_left, left_over

NOBODY = re.compile("(?!)")
CATALOGUE = """msgid ""
msgstr "Language: pl"

#: somewhere
msgid "Sign "
"out"
msgstr "Wyloguj"

msgid "OK"
msgstr "OK"

msgid "one call"
msgid_plural "%(number)s calls"
msgstr[0] "jedno"
msgstr[1] ""

msgid "%(name)s"
msgstr "%(name)s:"
"""
PAGE = '<html lang="fa"><body><p>سلام</p>{}</body></html>'


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Save</p>",
        "<p>همه Save</p>",
        '<button title="Save">✓</button>',
        '<img alt="Save">',
        '<input placeholder="Save" dir="ltr">',
        '<svg aria-label="Touches by hour"></svg>',
        '<p data-announce="Shown for 20 seconds."></p>',
        '<p data-text-play="Play"></p>',
        "<p><time>21 Nov 2026</time></p>",
        "<select><option>Any</option></select>",
    ],
)
def test_english_is_found(planted: str) -> None:
    assert list(left_over(PAGE.format(planted), "fa", (), ()))


@pytest.mark.parametrize(
    "clean",
    [
        "<p>Razdar</p>",
        '<p><code>razdar import --help</code> <kbd>Alt</kbd> <bdi dir="ltr">sara.2</bdi></p>',
        '<button lang="en">English</button>',
        '<p data-url="/calls/" data-state="ready" data-peaks="[[1]]"></p>',
        "<script>const x = 'Save';</script><p>Maria</p>",
    ],
)
def test_what_is_no_english_is_not(clean: str) -> None:
    assert not list(left_over(PAGE.format(clean), "fa", {"Maria"}, ()))


def test_in_polish_it_is_told_by_its_words_and_by_the_catalogue() -> None:
    page = PAGE.replace('"fa"', '"pl"')
    assert list(left_over(page.format("<p>To jest the klient</p>"), "pl", (), ()))
    assert list(left_over(page.format("<h1>Customers</h1>"), "pl", (), {"Customers"}))
    assert not list(
        left_over(page.format("<p>Klient był tu i pan ten to on my; nowe hasło</p>"), "pl", (), {"Customers"})
    )


def test_a_sentence_of_the_catalogue_is_told_with_what_is_put_into_it() -> None:
    left = Translated.by(read_po(io.BytesIO(CATALOGUE.encode()), locale="pl"))
    said = ("Sign out", "3 calls", "one call", "nobody said it", "OK", "Quillfeather")
    assert [each for each in said if each in left] == ["Sign out", "3 calls", "one call"]


def test_latin_digits_in_a_persian_sentence_are_found() -> None:
    assert list(digits_left(PAGE.format("<td>12</td>"), NOBODY))
    clean = '<td>۱۲ T-4711 <bdi dir="ltr">12</bdi> <code>12</code></td>'
    assert not list(digits_left(PAGE.format(clean), NOBODY))
