"""Every text that people read can be collected, whoever writes it: a form, a message, a script."""

import ast
from pathlib import Path

import pytest

from tests.languages import books, marked
from tests.shape.house import SOURCE, modules, room_of

SPOKEN_ENGLISH = {"runtime", "telephony", "assurance", "keys", "core", "vault", "audit"}
"""Rooms without pages: what they say goes to a console or a log."""
CONSOLE = ("command.py", "commands.py", "jobs.py")
ELSEWHERE = ("ui/errors.py",)
"""Translates sentences of the core, which are marked where they are listed."""


def test_every_module_marks_its_texts() -> None:
    found = [
        f"{file.relative_to(SOURCE)}:{line}: {fault}"
        for file, tree in modules().items()
        if room_of(file) not in SPOKEN_ENGLISH and not f"{file.relative_to(SOURCE)}".endswith((*CONSOLE, *ELSEWHERE))
        for line, fault in marked.faults(tree)
    ]
    assert not found, "\n".join(found)


def test_a_refusal_that_a_page_may_show_is_one_literal() -> None:
    """Only a literal can be collected and translated; one that is put together stays English."""
    tool = books.tool()
    names = {name.partition(":")[0] for name in tool.REFUSALS}
    found = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file, tree in modules().items()
        if str(file.relative_to(SOURCE)).startswith(tool.REACHED) and not str(file).endswith(tool.CONSOLE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names
        for each in node.args
        if isinstance(each, ast.JoinedStr)
    ]
    assert found == []


def test_the_tool_knows_every_name_by_which_a_text_is_marked() -> None:
    known = {keyword.partition(":")[0] for keyword in books.tool().KEYWORDS} | {"_", "gettext", "ngettext"}
    used = {name for tree in modules().values() for name in marked.names_of(tree)}
    assert used <= known


@pytest.mark.parametrize("script", sorted(SOURCE.glob("*/static/**/*.js")), ids=lambda path: path.name)
def test_scripts_hold_no_text(script: Path) -> None:
    if "vendor" not in script.parts:
        assert set(marked.said_by(script.read_text())) <= {"use strict"}


@pytest.mark.parametrize(
    "planted",
    [
        'field = CharField(label="Name")',
        'messages.success(request, "It is done.")',
        'messages.success(request, f"{name} is gone")',
        'raise ValidationError("Too long.")',
        "from django.utils.translation import gettext as _\nx = _(name)",
        'from django.utils.translation import gettext as _\nx = _(f"{name} is gone")',
    ],
)
def test_a_planted_text_is_found(planted: str) -> None:
    assert list(marked.faults(ast.parse(planted)))


@pytest.mark.parametrize(
    "planted", ['place.textContent = "Not saved";', "say(`${n} is the number of calls`.length, 'you have to wait');"]
)
def test_a_planted_text_in_a_script_is_found(planted: str) -> None:
    assert marked.said_by(planted)


def test_what_is_no_text_passes() -> None:
    assert not list(marked.faults(ast.parse('CharField(label=_("Name"), widget=x)\nValidationError(tries.WAIT)')))
    assert not marked.said_by('// a comment, of words\nfind("input, textarea, select, [x]"); use(".topbar details p");')
