"""What a template may not hold: anything that runs or styles inline, anything unescaped, text nobody can translate, a
list with the comma of one language.

The rules follow from the policy header (no inline script or style, no eval) and from htmx 2, whose trigger filters
silently pass when eval is off. Whole template sources are read, not rendered pages: a branch that no test renders is
held to the same rules.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
TAG = re.compile(r"\{%(.*?)%\}|\{\{(.*?)\}\}", re.DOTALL)
UNESCAPED = re.compile(r"\|\s*(safe|safeseq)\b|\bautoescape\s+off\b")
COMMA = re.compile(r"\{%\s*if not forloop\.last\s*%\}\s*[,،、]\s*\{%\s*endif")
LITERAL_ARGUMENT = re.compile(r'\b(title|sentence|text|caption|submit|action|label|name)="[^"]*[^\W\d_][^"]*"')

SPOKEN = frozenset({"title", "aria-label", "aria-description", "aria-valuetext", "placeholder", "alt", "label"})
LINKS = frozenset({"src", "href", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch"})
OURS = frozenset({"Razdar"})
LETTERS = re.compile(r"[^\W\d_]+")


def faults(source: str) -> list[str]:
    """What is wrong with a template, one sentence each."""
    text = TRANSLATED.sub("", COMMENT.sub("", source))
    found = [f"unescaped output: {match.group(0)}" for match in UNESCAPED.finditer(text)]
    found += [f"comma of one language: {match.group(0)}" for match in COMMA.finditer(text)]
    found += [f"untranslated argument: {match}" for match in _literal_arguments(text)]
    reader = _Reader()
    reader.feed(TAG.sub("", text))
    reader.close()
    return found + reader.found


def _literal_arguments(text: str) -> Iterator[str]:
    for tag in TAG.finditer(text):
        inside = tag.group(1) or ""
        if inside.split()[:1] == ["include"]:
            yield from (match.group(0) for match in LITERAL_ARGUMENT.finditer(inside))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "script" and "src" not in names and ("type", "application/json") not in attrs:  # data runs nothing
            self.found.append("inline script")
        if tag in {"style", "base", "object", "embed"}:
            self.found.append(f"element {tag}")
        for name, value in attrs:
            self.found.extend(self._attribute(name, value or ""))

    def _attribute(self, name: str, value: str) -> Iterator[str]:
        yield from self._script(name, value)
        if name == "style":
            yield "style attribute"
        if name in LINKS and re.match(r"\s*([a-z]+:)?//", value):
            yield f"foreign address in {name}"
        if name in SPOKEN:
            yield from self._text(value)

    def _script(self, name: str, value: str) -> Iterator[str]:
        if name.startswith(("on", "hx-on", "data-hx-on")):
            yield f"handler {name}"
        if name.endswith(("hx-vals", "hx-headers")) and value.lstrip().startswith(("js:", "javascript:")):
            yield f"script in {name}"
        if name.endswith("hx-vars"):
            yield "hx-vars"
        if name.endswith("hx-trigger") and "[" in value:
            yield "trigger filter"
        if value.strip().lower().startswith("javascript:"):
            yield f"script address in {name}"

    def handle_data(self, data: str) -> None:
        if not self.cdata_elem:  # what stands inside script and style is already a fault
            self.found.extend(self._text(data))

    def _text(self, data: str) -> Iterator[str]:
        words = [word for word in LETTERS.findall(data) if word not in OURS]
        if words:
            yield f"untranslated text: {' '.join(words)[:60]}"
