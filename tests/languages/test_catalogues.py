"""The catalogues of the four other languages are whole, fresh and exact."""

import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from razdar.ui import borrowed
from tests.languages import books
from tests.languages.books import LANGUAGES
from tests.needs import needs
from tests.shape.house import ROOT

OF_EACH = pytest.mark.parametrize("language", LANGUAGES)
FORMS = {"fa": 2, "hi": 2, "pl": 4, "zh-hant": 1}
"""How many forms a noun has beside a whole number; Polish has a fourth for fractions."""


def test_every_language_has_a_catalogue() -> None:
    assert {code for code, _ in settings.LANGUAGES} == {"en", *LANGUAGES}
    folders = {path.name for path in (ROOT / "src/razdar/locale").iterdir()}
    assert folders == {translation.to_locale(code) for code in LANGUAGES} == set(books.tool().PLURALS)


@OF_EACH
def test_no_text_is_missing_fuzzy_stale_or_of_other_parts(language: str) -> None:
    found = list(books.faults(books.book(language), FORMS[language]))
    assert not found, f"{len(found)} in {language}:\n" + "\n".join(found)


@OF_EACH
def test_what_programs_read_is_what_translators_wrote(language: str) -> None:
    """Without gettext: a compiled catalogue that was not made again is found on every machine."""
    read = compiled_texts(language)
    for message in books.messages(books.book(language)):
        text = message.id[0] if isinstance(message.id, list | tuple) else message.id
        key = f"{message.context}\x04{text}" if message.context else text
        if isinstance(message.string, list | tuple):
            written: object = tuple(message.string) if all(message.string) else None
            assert tuple(read.pop((key, form), "") for form in range(len(message.string))) == (
                written or ("",) * len(message.string)
            ), text
        else:
            assert read.pop(key, "") == message.string, text
    assert list(read) == [""]


def compiled_texts(language: str) -> "dict[str | tuple[str, int], str]":
    return dict(books.compiled(language)._catalog)  # type: ignore[attr-defined]


def test_the_catalogues_are_what_the_sources_make_of_them() -> None:
    """New texts are in them, and gone ones are not."""
    needs("gettext")
    done = subprocess.run([books.TOOL, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ('msgid "Save"\nmsgstr ""', "no translation: Save"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Zapisz"', "fuzzy: Save"),
        ('msgid "%(name)s"\nmsgstr "%(nazwa)s"', "other parts (%(nazwa)s for %(name)s): %(name)s"),
        ('msgid "<b>x</b>"\nmsgstr "<b>x"', "other parts (<b> for </b> <b>): <b>x</b>"),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "a"\nmsgstr[1] "b"', "no translation: %(n)s day"),
        ('msgid "x"\nmsgstr "\u202eabc"', "a mark of direction that nothing ends: x"),
        ('#~ msgid "Old"\n#~ msgstr "Stary"', "obsolete: Old"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, planted: str, fault: str) -> None:
    file = tmp_path / "pl.po"
    file.write_text(books.tool().HEAD.format(language="pl", plurals=books.tool().PLURALS["pl"]) + planted + "\n")
    with file.open("rb") as opened:
        assert list(books.faults(read_po(opened, locale="pl"), 4)) == [fault]


@OF_EACH
def test_our_catalogues_come_before_those_of_the_libraries(language: str) -> None:
    own = compiled_texts(language)
    with translation.override(language):
        for text in (*borrowed.FORMS, *borrowed.FACTORS):
            assert translation.gettext(text) == own[text] != text
