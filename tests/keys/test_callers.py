"""Who may ask for what: the list of accounts, the table of roles, the limits."""

import os
import re
from pathlib import Path

import pytest

from razdar.core.errors import Misconfigured, Throttled
from razdar.keys import callers, limits, walls, wire
from razdar.keys.callers import ROWS, Role, known, listed, may
from razdar.keys.charges import Counted
from razdar.keys.limits import Limits
from tests.keys.conftest import CLIENT

SOURCE = Path(callers.__file__).parent.parent
REFS = [None] * 50


def test_accounts_have_the_roles_they_are_given() -> None:
    found = known(["61001=web", "root = sequencer"], own=61000)
    assert [found.knows(account) for account in (61000, 61001, 0, 61002)] == [True, True, True, False]
    assert found.role(61001, "operator") is Role.WEB
    assert found.role(0, "") is Role.SEQUENCER
    assert found.role(61000, "") is found.role(61000, "nonsense") is Role.OPERATOR
    assert found.role(61000, "worker") is Role.WORKER


@pytest.mark.parametrize(
    "entries",
    [["61001"], ["61001=king"], ["=web"], ["61000=web"], ["61001=web", "61001=worker"], ["no-such-account-here=web"]],
)
def test_an_unusable_entry_is_refused(entries: list[str]) -> None:
    with pytest.raises(Misconfigured):
        known(entries, own=61000)


def test_the_list_is_roots_alone(tmp_path: Path) -> None:
    path = tmp_path / "callers"
    path.write_text("# who is who\n61001 = web  # the pages\n\n61002=sequencer\n")
    path.chmod(0o644)
    if os.geteuid() == 0:
        assert listed(path) == ["61001 = web", "61002=sequencer"]
        path.chmod(0o664)
    with pytest.raises(Misconfigured, match="Only root"):
        listed(path)
    path.chmod(0o644)
    if os.geteuid() == 0:
        os.chown(path, 61001, -1)
        with pytest.raises(Misconfigured, match="Only root"):
            listed(path)
    with pytest.raises(Misconfigured):
        listed(tmp_path / "nothing")


def test_the_table_names_calls_that_exist() -> None:
    names = {call.name for call in wire.CALLS.values()}
    assert all(row.calls <= names for row in ROWS.values())
    assert set(ROWS) == set(Role) - {Role.OPERATOR}


@pytest.mark.parametrize(
    "call",
    [
        "rotate_root",
        "rotate_customers",
        "add_recipient",
        "remove_recipient",
        "begin_generations",
        "sign_backup",
        "a_later_call",
    ],
)
def test_some_calls_are_the_operators_alone(call: str) -> None:
    assert [role for role in Role if may(role, call, (None, None))] == [Role.OPERATOR]


@pytest.mark.parametrize(
    ("call", "roles"),
    [
        ("sign_checkpoints", [Role.SEQUENCER]),
        ("sign_certificate", [Role.WORKER]),
        ("sign_notice", [Role.WORKER]),
        ("destroy_customer", [Role.WORKER]),
        ("make_bundle", [Role.WORKER]),
        ("rotate_epoch", [Role.WORKER]),
        ("create_client", []),
        ("keeping", [Role.WORKER]),
        ("epoch_keys", [Role.WORKER]),
    ],
)
def test_who_is_reached_over_the_network_destroys_and_certifies_nothing(call: str, roles: list[Role]) -> None:
    assert [role for role in ROWS if may(role, call, (None, None))] == roles


@pytest.mark.parametrize("call", ["freeze_client", "lift_freeze"])
def test_the_operator_may_not_even_ask_to_freeze_or_to_lift(call: str) -> None:
    assert [role for role in Role if may(role, call, (None, None))] == [Role.WEB]


def test_a_freeze_is_set_again_by_jobs_and_a_restore_alone() -> None:
    assert [role for role in Role if may(role, "freeze_again", (None, None))] == [Role.WORKER, Role.OPERATOR]


def test_only_web_and_worker_open() -> None:
    assert [role for role in ROWS if may(role, "unwrap", (REFS, "x"))] == [Role.WEB, Role.WORKER]


def test_the_product_asks_for_no_subkey_that_the_table_lacks() -> None:
    """Every purpose in the source is in the web process's row, but an import's, which is the operator's."""
    used = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "keys":
            continue
        text = path.read_text()
        if "installation_subkey" in text:
            used |= {found.encode() for found in re.findall(r'^[A-Z_]+ = b"([a-z ]+)"', text, re.M)}
            used |= {found.encode() for found in re.findall(r'installation_subkey\(b"([^"|]+)"\)', text)}
    assert len(used) >= 6
    used.remove(b"imports")
    assert used == ROWS[Role.WEB].subkeys
    assert used - ROWS[Role.WORKER].subkeys == {b"identity links", b"identity password pepper", b"identity tries"}


def test_a_bucket_refills_and_refuses_whole() -> None:
    moment = 0.0
    bucket = Limits(now=lambda: moment)
    allowed = limits.rate(Role.WEB, Counted.KEYS)
    bucket.take(Role.WEB, Counted.KEYS, int(allowed.at_once) - 10)
    with pytest.raises(Throttled):
        bucket.take(Role.WEB, Counted.KEYS, 11)
    bucket.take(Role.WEB, Counted.KEYS, 10)
    bucket.take(Role.WORKER, Counted.KEYS, 1)
    bucket.take(Role.WEB, Counted.VALUES, 1)
    assert limits.cost("open_stream", (CLIENT, CLIENT, b"")) == (Counted.CREATIONS, 1)
    assert limits.cost("unwrap_streams", (REFS, "x")) == limits.cost("unwrap", (REFS, "x"))
    moment += 1.0
    bucket.take(Role.WEB, Counted.KEYS, int(allowed.each_second))
    with pytest.raises(Throttled):
        bucket.take(Role.WEB, Counted.KEYS, 1)


def test_ordinary_work_is_not_hindered() -> None:
    """Ten lists of fifty a second for ten minutes; an index of 2,000 customers, six values each, rebuilt at once."""
    moment = 0.0
    bucket = Limits(now=lambda: moment)
    for _ in range(6000):
        bucket.take(Role.WEB, *limits.cost("unwrap", (REFS, "show")))
        moment += 0.1
    for _ in range(2000 // 50):
        bucket.take(Role.WORKER, *limits.cost("unwrap", (REFS, "index")))
        bucket.take(Role.WORKER, *limits.cost("blind", (CLIENT, 1, [b"x"] * 300)))


def test_walls_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reachable = walls.absent(tmp_path, ["Of the agent."])
    assert any("key store file" in line for line in reachable)
    assert reachable[-1] == "Of the agent."
    assert not any("key store file" in line for line in walls.absent(tmp_path / "gone"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(walls, "_others_attach", lambda: False)
    assert not any("root" in line or "memory of the web" in line for line in walls.absent(tmp_path))
