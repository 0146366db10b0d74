"""No template of the product holds what the policy header forbids, unescaped output, or text nobody can translate."""

import ast
from pathlib import Path

import pytest

from tests.ui.lint import faults

SOURCE = Path(__file__).resolve().parents[2] / "src/razdar"
TEMPLATES = sorted(path for path in SOURCE.glob("**/templates/**/*") if path.is_file())


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_clean(path: Path) -> None:
    # Plain-text templates (mails) speak to people too, but hold no markup.
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ("<style>p{}</style>", "element style"),
        ('<p style="color:red"></p>', "style attribute"),
        ('<p onclick="x()"></p>', "handler onclick"),
        ('<p hx-on:click="x()"></p>', "handler hx-on:click"),
        ('<p hx-on::after-request="x()"></p>', "handler hx-on::after-request"),
        ("<p hx-vals='js:{a: b()}'></p>", "script in hx-vals"),
        ("<p hx-headers='js:{a: b()}'></p>", "script in hx-headers"),
        ('<p hx-trigger="click[ctrlKey]"></p>', "trigger filter"),
        ('<a href="javascript:x()"></a>', "script address in href"),
        ('<img src="https://cdn.example/x.png">', "foreign address in src"),
        ('<link href="//cdn.example/x.css">', "foreign address in href"),
        ("{{ name|safe }}", "unescaped output: |safe"),
        ("{% autoescape off %}{{ x }}{% endautoescape %}", "unescaped output: autoescape off"),
        ("{{ x }}{% if not forloop.last %}, {% endif %}", "comma of one language: {% if not forloop.last %}, {% endif"),
        ("<p>Hello</p>", "untranslated text: Hello"),
        ("<p>{{ count }} سلام</p>", "untranslated text: سلام"),
        ('<p title="Hello"></p>', "untranslated text: Hello"),
        ('{% include "x.html" with title="Hello" %}', 'untranslated argument: title="Hello"'),
    ],
)
def test_a_planted_fault_is_found(planted: str, fault: str) -> None:
    assert faults(planted) == [fault]


@pytest.mark.parametrize(
    "clean",
    [
        '<script src="{% static "x.js" %}" defer></script>',
        '<p hx-trigger="razdar:expired" hx-get="{{ url }}">{% translate "Hello" %}</p>',
        '<script type="application/json">{"id": "{{ id }}"}</script>',
        "<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %} 12 – </p>",
        '{# Hello #}{% comment %}Hello <p style="x">{% endcomment %}<a href="/">Razdar</a>',
        '{% include "x.html" with title=_("Hello") icon_name="lock" %}',
    ],
)
def test_what_is_allowed_passes(clean: str) -> None:
    assert faults(clean) == []


def test_python_code_marks_no_text_as_safe() -> None:
    """``format_html`` escapes; ``mark_safe`` and ``SafeString(...)`` would be the way around the lint."""
    marks = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"mark_safe", "SafeString"}
    ]
    assert marks == []
