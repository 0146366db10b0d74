"""What is typed never stands in an address: a form that is sent by script is sent by the browser in the same way."""

import re

from tests.shape.house import SOURCE

FORM = re.compile(r"<form\b[^>]*\bhx-post[^>]*>")


def test_forms_that_post_by_script_post_without_it_too() -> None:
    found = [(path.name, form) for path in SOURCE.rglob("*.html") for form in FORM.findall(path.read_text())]
    assert len(found) > 10
    assert [each for each in found if 'method="post"' not in each[1]] == []
