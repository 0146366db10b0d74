"""Every code that can reach a client's log has words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import razdar
from razdar.audit.sequencing import cosigning, submission
from razdar.core.disclosure import DataClass, Level, Purpose, Role
from razdar.core.ledger import Mode, Outcome
from razdar.core.permissions import Permission
from razdar.identity.approvals import APPROVALS
from razdar.oversight import details
from razdar.oversight.labels import ACTION_LABELS, MODE_LABELS, OUTCOME_LABELS, VALUE_LABELS
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PERMISSION_LABELS, PURPOSE_LABELS, ROLE_LABELS

SOURCE = Path(razdar.__file__).parent
ACTION = re.compile(r"[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*){2}")
INSTALLATION = ("system:", "audit:stamp:")
"""Beginnings of events that stand in the installation's log only, which no page shows."""

COMPOSED = {"audit:witness:agreed", "audit:witness:refused"}
"""Actions that the product puts together from parts."""

NO_EVENTS = {
    SOURCE / "core" / "permissions.py",
    SOURCE / "identity" / "act_labels.py",
    SOURCE / "oversight" / "labels.py",
}
"""Where such codes stand without being written to the log."""

NOT_ACTIONS = {"security:csp:all"}
"""Keys of counters that look like actions."""


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_actions_that_have_words_are_those_the_product_writes() -> None:
    found = {
        text
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "migrations" and path not in NO_EVENTS
        for text in _texts(path)
        if ACTION.fullmatch(text) and not text.startswith(INSTALLATION)
    }
    assert (found | COMPOSED) - NOT_ACTIONS == set(ACTION_LABELS)
    assert len(found) > 20


def test_why_a_witness_refuses_has_words() -> None:
    reasons = {*submission._REFUSALS.values(), "answer", "clock", "forked", "larger"}
    assert {code for name, code in VALUE_LABELS if name == "reason"} >= reasons
    assert set(COMPOSED) == {f"audit:witness:{what}" for what in cosigning._TOLD_AS.values()}


def test_every_code_of_an_event_has_words() -> None:
    assert set(MODE_LABELS) == set(Mode)
    assert set(OUTCOME_LABELS) == set(Outcome)
    for labels, codes in (
        (CLASS_LABELS, DataClass),
        (LEVEL_LABELS, Level),
        (PERMISSION_LABELS, Permission),
        (PURPOSE_LABELS, Purpose),
        (ROLE_LABELS, Role),
    ):
        assert set(labels) == set(codes)


def test_every_kind_of_request_has_words() -> None:
    assert {kind for kind in APPROVALS if ("kind", kind) not in VALUE_LABELS} == set()


def test_what_a_change_of_the_redaction_policy_changed_is_told_in_words() -> None:
    assert details.pairs((("found_phone", "mask/keep"), ("texts", 2))) == (
        ("Phone number", "before: masked; now: kept"),
        ("Texts of the list changed", "2"),
    )
