"""The catalogues as the tests read them, and what can be wrong with one; in plain Python, so that nothing has to be
installed to find a missing translation."""

import gettext
import importlib.machinery
import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.shape.house import ROOT, SOURCE

TOOL = ROOT / "scripts/messages"
LANGUAGES = {"fa": "fa", "hi": "hi", "pl": "pl", "zh-hant": "zh_Hant"}
"""Codes of the product, and the folders of their catalogues."""
PARTS = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>|&\w+;")
PUT_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
BIDI = re.compile("[\u202a-\u202e]")


@cache
def tool() -> ModuleType:
    """``scripts/messages`` as a module."""
    loader = importlib.machinery.SourceFileLoader("razdar_messages", str(TOOL))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def path_of(language: str) -> Path:
    return SOURCE / "locale" / LANGUAGES[language] / "LC_MESSAGES/django.po"


@cache
def book(language: str) -> Catalog:
    """The catalogue of a language, as translators write it."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=LANGUAGES[language], abort_invalid=True)


@cache
def compiled(language: str) -> gettext.GNUTranslations:
    """The same as programs read it."""
    with path_of(language).with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def faults(catalogue: Catalog, forms: int) -> Iterator[str]:
    """What is wrong with a catalogue, a line for each text."""
    for message in messages(catalogue):
        name = _name(message)
        texts = _texts(message.string)
        if message.fuzzy:
            yield f"fuzzy: {name}"
        if not all(texts) or len(texts) != (forms if message.pluralizable else 1):
            yield f"no translation: {name}"
        elif wrong := _wrong(message, texts):
            yield f"{wrong}: {name}"
    yield from (f"obsolete: {_name(message)}" for message in catalogue.obsolete.values())


def _name(message: Message) -> str:
    text = _texts(message.id)[0]
    return f"{message.context}: {text}"[:90] if message.context else text[:90]


def _texts(found: object) -> list[str]:
    return [str(text) for text in found] if isinstance(found, list | tuple) else [str(found or "")]


def _wrong(message: Message, texts: Iterable[str]) -> str:
    """Parts that a translation lost or invented. A form for one thing may leave the number out."""
    wanted = [sorted(PARTS.findall(text)) for text in _texts(message.id)]
    for text in texts:
        got = sorted(PARTS.findall(text))
        if got not in wanted and not (message.pluralizable and set(got) <= set(wanted[-1])):
            return f"other parts ({' '.join(got)} for {' '.join(wanted[-1])})"
        if BIDI.search(text):
            return "a mark of direction that nothing ends"
    return ""
