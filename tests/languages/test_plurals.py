"""Plurals as the languages have them, and numbers inside sentences in the reader's digits."""

import pytest
from django.template import Context, Template
from django.utils import translation

from razdar.ui import formats
from razdar.ui.timeline import left_text
from tests.languages import books

DAYS = ("%(number)s day ago", "%(number)s days ago")
TEMPLATE = (
    "{% load i18n razdar_ui %}{% blocktranslate count days=n|number %}{{ days }} day{% plural %}{{ days }} days"
    "{% endblocktranslate %}"
)


def forms_of(language: str, singular: str) -> list[str]:
    found = next(m for m in books.messages(books.book(language)) if m.pluralizable and m.id[0] == singular)
    assert isinstance(found.string, list | tuple)
    return list(found.string)


@pytest.mark.parametrize(("count", "form"), [(1, 0), (2, 1), (5, 2), (12, 2), (22, 1), (112, 2), (0, 2), (21, 2)])
def test_polish_has_a_form_for_one_for_a_few_and_for_many(count: int, form: int) -> None:
    days, left = forms_of("pl", DAYS[0]), forms_of("pl", "%(number)s day left")
    shown = forms_of("pl", "%(days)s day")
    assert len({days[0], days[1], days[2]}) >= 2
    with translation.override("pl"):
        assert translation.ngettext(*DAYS, count) == days[form]
        assert not count or formats.ago(count * 86400) == days[form] % {"number": count}
        assert not count or left_text(count * 86400) == left[form] % {"number": count}
        assert Template(TEMPLATE).render(Context({"n": count})) == shown[form] % {"days": count}


@pytest.mark.parametrize(("count", "text"), [(1, "۱"), (5, "۵"), (12, "۱۲"), (10_000_000, "۱۰٬۰۰۰٬۰۰۰")])
def test_persian_sentences_count_in_persian_digits(count: int, text: str) -> None:
    with translation.override("fa"):
        said = Template(TEMPLATE).render(Context({"n": count}))
    assert text in said
    assert not any(digit in said for digit in "0123456789")


def test_hindi_sentences_count_by_lakh_and_crore() -> None:
    with translation.override("hi"):
        assert "1,00,00,000" in Template(TEMPLATE).render(Context({"n": 10_000_000}))


def test_chinese_has_one_form() -> None:
    with translation.override("zh-hant"):
        one, many = (Template(TEMPLATE).render(Context({"n": n})) for n in (1, 2))
    assert one.replace("1", "2") == many
