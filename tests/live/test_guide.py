"""The guide tells an exchange what these tests run with."""

import re
from pathlib import Path

CONF = Path(__file__).resolve().parent / "conf"
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "production.md"
OUR_OWN = {"uri", "username", "password", "ca_list_file"}


def section(text: str, name: str) -> list[str]:
    """The lines of a section, without comments and blank ones."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|^```|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return [line for line in found[1].splitlines() if line and not line.startswith(";")]


def test_the_dialplan_of_the_guide_is_the_one_that_is_tried() -> None:
    assert section(GUIDE.read_text(), "tap") == section((CONF / "extensions.conf").read_text(), "tap")


def test_the_connection_of_the_guide_is_the_one_that_is_tried() -> None:
    guide, tried = (
        dict(line.split(" = ", 1) for line in section(text, "recorder-a"))
        for text in (GUIDE.read_text(), (CONF / "websocket_client.conf").read_text())
    )
    assert guide.keys() == tried.keys()
    assert {name for name in guide if guide[name] != tried[name]} == OUR_OWN
