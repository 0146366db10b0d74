"""Finds English that was left in a page of another language.

What people see and hear is read: texts, and the attributes that are shown or spoken, those that scripts show among
them. Codes, keys, addresses and names of files are no language: they stand in ``<code>``, ``<kbd>`` or in elements that
say that they run left to right. Names that the product and its trade have in every language are listed here.

Persian, Hindi and Chinese pages have another alphabet: any word in Latin letters is left over. Polish shares ours:
there a whole text that the catalogue has translated, whatever is put into it, and words that only English has, are what
is looked for.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from babel.messages.catalog import Catalog

from tests.languages import books

_NAMES = """
Razdar razdar age CSV JSON PDF QR PIN UTC UTF TOTP IBAN CVV ID IP URL SHA TLS HTTPS SMTP SIP journal WhatsApp PostgreSQL
JavaScript Python openssl OK NOT zip KEYFILE checkpoint English Sara Quinn agent kB MB GB TB
Escape Esc Enter Tab Ctrl Shift Alt Space
AM PM AES FIDO GCM HKDF HTML ISO MAC RE RFC SMS SVG UUID WebAuthn ZIP
"""
NAMES = frozenset(_NAMES.split())
SHOWN = frozenset({"title", "alt", "aria-label", "aria-description", "aria-valuetext", "placeholder", "label"})
FOR_SCRIPTS = frozenset({"data-live"})
"""What scripts take from a page and show to nobody: topics of the live feed."""

SILENT = frozenset({"script", "style", "code", "kbd", "svg", "noscript"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_ENGLISH = """
the of and is are this that these with for from not your you has have been will would who whom what when where which
their there they only every everybody nobody something someone without within after before again does did can cannot
may must should its it's our yes because until while
"""
ENGLISH_ALONE = frozenset(_ENGLISH.split())
"""Words that no Polish text has."""
CODE = re.compile(
    r"\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|-\u2060?-\u2060?[a-z-]+|\b[A-Z]\w+/[\w /-]+|\b\w+(?:[.:/_]\w+)+\b"
    r"|\brazdar(?: [a-z]+){1,2}\b"
)
"""Ids, checksums, commands and their options, names of time zones, and what the log keeps as a code."""
WHOLE_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")
DATA = re.compile(r"[A-Z][a-z]+(?: |$)|[a-z]+ [a-z]+")


@dataclass(frozen=True)
class Translated:
    """English texts that a catalogue has in other words: as they are, or with values put into them."""

    whole: frozenset[str] = field(repr=False)
    filled: re.Pattern[str] = field(repr=False)

    @classmethod
    def by(cls, catalogue: Catalog) -> "Translated":
        """Those of a catalogue. What is also the translation of another text is none: "Role" is Polish too."""
        known = dict(_pairs(catalogue))
        meant = set(known.values())
        texts = {text for text, said in known.items() if said and text not in meant}
        parts = [books.PUT_IN.split(text) for text in texts if books.PUT_IN.search(text)]
        spoken = {".+".join(map(re.escape, each)) for each in parts if WORD.search(" ".join(each))}
        return cls(frozenset(texts), re.compile("|".join(sorted(spoken)) or "(?!)"))

    def __contains__(self, text: object) -> bool:
        return text in self.whole or self.filled.fullmatch(str(text)) is not None


def _pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each text with its translation, plurals one by one; white space does not count."""
    for message in books.messages(catalogue):
        texts, said = (_several(each) for each in (message.id, message.string or ""))
        yield from ((" ".join(text.split()), " ".join(said[0].split())) for text in texts)


def _several(text: "str | Iterable[str]") -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@cache
def translated(language: str) -> Translated:
    """Those of a language of the product."""
    return Translated.by(books.book(language))


class Reader(HTMLParser):
    """The texts of a page, each with where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self._language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self._language = given.get("lang", "")
        foreign = given.get("lang", self._language) != self._language
        silent = self.is_silent or tag in SILENT or given.get("dir") == "ltr" or foreign
        if not silent or (tag in {"svg", "input", "textarea", "select"} and not self.is_silent and not foreign):
            self.found += [(f"{tag} {name}", value) for name, value in given.items() if _is_shown(name, value)]
        if tag not in VOID:
            self._open.append((tag, silent and tag != "html"))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.is_silent:
            self.found.append((self._open[-1][0] if self._open else "", " ".join(data.split())))

    @property
    def is_silent(self) -> bool:
        return bool(self._open) and any(silent for _, silent in self._open)


def _is_shown(name: str, value: str) -> bool:
    if name in SHOWN:
        return True
    if not name.startswith("data-") or name in FOR_SCRIPTS or value.lstrip().startswith(("{", "[", "/")):
        return False
    return bool(DATA.match(value))


def texts(page: str) -> list[tuple[str, str]]:
    """What people see and hear of a page, and in which element."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def left_over(page: str, language: str, known: Collection[str], english: Container[str]) -> Iterator[str]:
    """English in a page, a line for each text.

    Args:
        known: words that stand there in any language, as names of customers do.
        english: texts that the catalogue of the language has in other words; see `translated`.
    """
    for place, text in texts(page):
        words = [word for word in WORD.findall(CODE.sub(" ", text)) if word not in NAMES and word not in known]
        if language == "pl":
            # The letters of "hasło" are no English "has".
            whole = [word for word in WHOLE_WORD.findall(text) if word not in NAMES and word not in known]
            words = whole if text in english else [word for word in whole if word.lower() in ENGLISH_ALONE]
        if words:
            yield f"<{place}> {text[:100]}"


def digits_left(page: str, known: re.Pattern[str]) -> Iterator[str]:
    """Latin digits in sentences of a Persian page; what is known, as names of people are, may hold some."""
    for place, text in texts(page):
        if place == "title":  # an entry of the log is called by its number, and in Latin digits wherever it is named
            continue
        # An id that is shown short is eight hexadecimal digits, now and then without a letter; an amount is grouped.
        shown = re.sub(r"\b[0-9]{8}\b", "", text)
        found = re.findall(r"[\w.+−:@/-]*[0-9][\w.+:@/-]*", known.sub("", shown))
        if any(number.strip(".:-/+−").isdigit() for number in found if number.isascii()):
            yield f"<{place}> {text[:100]}"


def words_in(value: object) -> set[str]:
    """Every word of some data, however deep."""
    return set(WORD.findall(repr(value)))
