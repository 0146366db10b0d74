"""Texts that people read and nobody can translate: what the lint of templates cannot see, in Python and in scripts."""

import ast
import re
from collections.abc import Iterator

MARKS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "pgettext": 2, "pgettext_lazy": 2, "ngettext": 2}
MARKS |= {"ngettext_lazy": 2, "npgettext": 3, "npgettext_lazy": 3}
"""Functions that mark a text, and how many of their first arguments must be literals."""
READ = frozenset({"label", "help_text", "empty_label", "verbose_name", "sentence", "caption", "legend", "placeholder"})
"""Names of arguments that hold what people read."""
SAYING = frozenset(
    {"messages.success", "messages.error", "messages.warning", "messages.info", "done", "ValidationError"}
)
LETTERS = re.compile(r"[^\W\d_]{2}")
PHRASE = re.compile(r"[A-Z]?[a-z]+(?: [a-z']+){2,}|[A-Z][a-z]+ [a-z]+")
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`')
COMMENT = re.compile(r"^\s*//.*$|\s//\s.*$", re.MULTILINE)
SELECTOR = re.compile(r"[\[\]#>:]|^\.|\$\{")


def names_of(tree: ast.Module) -> dict[str, str]:
    """The functions of translation that a module imports: the name here, and the name there."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in MARKS
    }


def faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What is wrong with the texts of a module: the line, and a sentence."""
    marks = names_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in marks and not all(_is_text(each) for each in node.args[: MARKS[marks[name]]]):
            yield node.lineno, "a text that gettext cannot collect"
        for word in node.keywords:
            if word.arg in READ and _is_readable(word.value):
                yield node.lineno, f"{word.arg} is not marked"
        if name in SAYING and any(_is_readable(each) for each in node.args[:2]):
            yield node.lineno, f"what {name} says is not marked"


def _name(function: ast.expr) -> str:
    """A name, or one with a point in it; nothing else marks a text."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_readable(node: ast.expr) -> bool:
    """A literal of words, alone or with values put into it."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_readable(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(LETTERS.search(node.value))


def said_by(script: str) -> list[str]:
    """Sentences and phrases that a script holds itself, in place of taking them from the page."""
    found = [literal[0][1:-1] for literal in LITERAL.finditer(COMMENT.sub("", script))]
    return [text for text in found if PHRASE.search(text) and not SELECTOR.search(text)]
