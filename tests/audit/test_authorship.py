"""Nobody writes what is not theirs: entries that something is decided by come from the process that does that work."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import razdar
from razdar.audit.authorship import WRITERS, may_write
from razdar.audit.models import Inbox
from razdar.audit.sequencing import inbox
from razdar.audit.writer import Writer
from razdar.core.ledger import Event, Mode, encode
from razdar.keys import agent
from razdar.keys.callers import Role
from tests.audit.fakes import CUSTOMER, A, Connection, FakeAgent, entries, installation
from tests.audit.sequencing import wait_until_sequenced

SOURCE = Path(razdar.__file__).parent
ACTION = re.compile(r"[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*){2}")
NO_EVENTS = {SOURCE / "core" / "permissions.py"}
OF_THE_SEQUENCER = "audit:"

THEIRS = [
    (Role.WEB, "customers:card:view"),
    (Role.WEB, "privacy:erasure:ask"),
    (Role.WORKER, "privacy:customer:erase"),
    (Role.WORKER, "keys:book:agrees"),
    (Role.OPERATOR, "assurance:backup:restore"),
    (Role.RECORDER, "system:writer:started"),
]
NOT_THEIRS = [
    *((role, "audit:log:prune") for role in Role),
    (Role.WEB, "audit:stamp:missing"),
    (Role.WEB, "keys:book:agrees"),
    (Role.WEB, "keys:customer:rotate"),
    (Role.WEB, "privacy:customer:erase"),
    (Role.WEB, "privacy:certificate:issue"),
    (Role.WEB, "assurance:backup:restore"),
    (Role.WORKER, "assurance:backup:restore"),
    (Role.WORKER, "oversight:log:view"),
    (Role.RECORDER, "customers:card:view"),
    (Role.OPERATOR, "nobody:has:heard"),
]


def test_every_action_of_the_product_has_its_writers() -> None:
    found = {
        node.value
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "migrations" and path not in NO_EVENTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value)
    }
    assert len(found) > 50
    for action in found:
        assert action.startswith(OF_THE_SEQUENCER) != any(may_write(role, action) for role in Role), action
    assert not any(beginning.startswith("audit") for beginning in WRITERS)


def put(role: Role, action: str, monkeypatch: pytest.MonkeyPatch, key_store: Path) -> None:
    with monkeypatch.context() as other:
        process: Any = FakeAgent(key_store, role)
        other.setattr(agent, "current", lambda: process)
        made_by = Writer()
    assert made_by.role == role
    event = Event(client=A, action=action, mode=Mode.CHANGE, customer=CUSTOMER, detail=(("step", "done"),))
    Inbox.objects.using("audit").bulk_create([made_by.event(encode(event, 1_750_000_000_000))])


@pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
@pytest.mark.parametrize(("role", "action"), THEIRS)
def test_what_is_a_roles_own_gets_its_place(
    owner: Connection, role: Role, action: str, monkeypatch: pytest.MonkeyPatch, key_store: Path
) -> None:
    put(role, action, monkeypatch, key_store)
    wait_until_sequenced()
    assert [found for _, found, _ in entries(owner, A)] == [action]
    assert installation(owner) == []


@pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
@pytest.mark.parametrize(("role", "action"), NOT_THEIRS)
def test_what_is_not_is_set_apart_and_told(
    owner: Connection, role: Role, action: str, monkeypatch: pytest.MonkeyPatch, key_store: Path
) -> None:
    put(role, action, monkeypatch, key_store)
    wait_until_sequenced()
    assert entries(owner, A) == []
    assert installation(owner) == ["audit:stamp:foreign"]
    assert owner.execute("SELECT reason, role FROM audit_quarantine").fetchall() == [("foreign", role)]


@pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
@pytest.mark.parametrize("change", ["role = 'worker'", "role = ''", "role = 'Worker'", "role = 'king'"])
def test_a_row_that_claims_another_role_is_forged(
    owner: Connection, change: str, monkeypatch: pytest.MonkeyPatch, key_store: Path
) -> None:
    put(Role.WEB, "keys:book:agrees", monkeypatch, key_store)
    owner.execute(f"UPDATE audit_inbox SET {change}")
    wait_until_sequenced()
    assert entries(owner, A) == []
    assert installation(owner) == ["audit:stamp:forged"]


@pytest.mark.control
@pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
def test_control_without_the_table_anybody_writes_anything(
    owner: Connection, monkeypatch: pytest.MonkeyPatch, key_store: Path
) -> None:
    monkeypatch.setattr(inbox, "may_write", lambda *_: True)
    put(Role.WEB, "audit:log:prune", monkeypatch, key_store)
    wait_until_sequenced()
    assert [found for _, found, _ in entries(owner, A)] == ["audit:log:prune"]
