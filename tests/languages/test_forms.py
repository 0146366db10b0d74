"""Whatever a form of the product may answer is in the catalogues, also where a library says it."""

from collections.abc import Iterator

from django import forms
from django.forms.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from tests.languages import books


def forms_of_the_product() -> Iterator[type[BaseForm]]:
    assert list(patterns(get_resolver()))  # every page is imported, and every form with it
    found: list[type[BaseForm]] = [BaseForm]
    while found:
        form = found.pop()
        found += form.__subclasses__()
        if form.__module__.startswith("razdar."):
            yield form


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        yield from patterns(each) if isinstance(each, URLResolver) else [each]


def answers(field: forms.Field) -> Iterator[str]:
    yield from (str(text) for text in field.error_messages.values())
    for validator in field.validators:
        message = getattr(validator, "message", "")
        if hasattr(message, "format_map") or isinstance(message, str):
            yield str(message)


def known() -> set[str]:
    ids = [message.id for message in books.messages(books.book("hi"))]
    return {text for each in ids for text in (each if isinstance(each, list | tuple) else [each])}


def test_every_answer_of_every_form_can_be_translated() -> None:
    found = list(forms_of_the_product())
    assert len(found) > 15
    with translation.override(None, deactivate=True):
        said = {
            text
            for form in found
            for field in getattr(form, "base_fields", {}).values()
            for text in answers(field)
            if text
        }
    assert len(said) > 8
    assert said - known() == set()
