"""What stands on a page, read from its markup as a person or a program would read it."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

MASK = "••••••••"
_FETCHED = re.compile(r'(?:href|hx-get|src|data-src)="([^"]+)"')
_SENT_TO = re.compile(r'(?:hx-post|action)="([^"]+)"')
_BESIDE = {"button", "svg"}  # what can be done with a value, not the value


def addresses(markup: str) -> set[str]:
    """Paths of this site that a page fetches or leads to; queries and static files left out."""
    return _own(_FETCHED.findall(markup))


def destinations(markup: str) -> set[str]:
    """Paths of this site that a page sends forms to."""
    return _own(_SENT_TO.findall(markup))


def _own(found: list[str]) -> set[str]:
    paths = {urlsplit(unescape(address)).path for address in found if address.startswith("/")}
    return {path for path in paths if not path.startswith("/static/")}


class _Cells(HTMLParser):
    """Text by cell: of table rows, and of definitions; in a cell, lines end at a break."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.definitions: list[tuple[str, str]] = []
        self._cell: list[str] | None = None
        self._term = ""
        self._beside = 0
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"td", "th", "dt", "dd"}:
            self._cell = []
        elif tag == "tr":
            self.rows.append([])
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")
        elif tag in _BESIDE:
            self._beside += 1
        elif tag == "span":
            self._hidden.append(dict(attributes).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BESIDE:
            self._beside -= 1
        elif tag == "span" and self._hidden:
            self._hidden.pop()
        elif tag in {"td", "th", "dt", "dd"} and self._cell is not None:
            self._keep(tag, "".join(self._cell))
            self._cell = None

    def _keep(self, tag: str, text: str) -> None:
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        if tag == "dt":
            self._term = text
        elif tag == "dd":
            self.definitions.append((self._term, text))
        elif self.rows:
            self.rows[-1].append(text)

    def handle_data(self, data: str) -> None:
        unseen = any("visually-hidden" in kind for kind in self._hidden)
        if self._cell is not None and not self._beside and not unseen:
            self._cell.append(data)


def definitions(markup: str) -> list[tuple[str, str]]:
    """Terms and what stands beside them, as seen; buttons left out."""
    return _read(markup).definitions


def table(markup: str) -> list[list[str]]:
    """The rows of a page's tables, the head included."""
    return _read(markup).rows


def _read(markup: str) -> _Cells:
    cells = _Cells()
    cells.feed(markup)
    cells.close()
    return cells
