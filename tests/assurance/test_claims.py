"""Whoever has the process that writes database and log may claim any customer's erasure; a restore asks for a proof."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.assurance import finishing, mark, newer_erasures
from razdar.assurance.logged_bundles import Compared
from razdar.assurance.mark import Mark
from razdar.core.disclosure import Role
from razdar.core.errors import Misconfigured
from razdar.keys.records import Bundle
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.privacy.models import Erasure
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.vault import keeping, notices
from tests import weakening
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.privacy.erasing import erased
from tests.world import World, build, unlocked_keys

__all__ = ["_sequencer_alias"]

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
CLIENT, ONE, TWO = uuid4(), uuid4(), uuid4()


def test_what_is_proved_or_done_is_no_claim_and_each_place_is_named() -> None:
    known = newer_erasures.gather(
        [(CLIENT, ONE)],
        {"here": [(CLIENT, ONE), (CLIENT, TWO), (CLIENT, CLIENT)], "there": [(CLIENT, TWO), (CLIENT, TWO)]},
        ["x.note"],
        {(CLIENT, CLIENT)},
    )
    assert known.proved == {(CLIENT, ONE)}
    assert known.claimed == {(CLIENT, TWO): ("here", "there")}
    assert known.refused == ("x.note",)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


def known(world: World, backups: Path) -> newer_erasures.Known:
    used = Bundle(1, AT, AT, 0, "")
    left = Mark(backups / "backup-1", None, keeping.state().installation, used, "", made_with=True)
    return finishing._known(left, [], set())


@pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
def test_a_record_is_a_claim_and_a_certificate_or_a_notice_a_proof(world: World, tmp_path: Path) -> None:
    asked, carried_out = world.customer(), erased(world)
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), asked, "request")
    found = known(world, tmp_path)
    assert found.proved == frozenset()
    assert {customer for _, customer in found.claimed} >= {asked, carried_out}
    assert "the database's records" in found.claimed[world.client, asked]
    notices.leave(tmp_path, world.client, carried_out)
    assert known(world, tmp_path).proved == {(world.client, carried_out)}
    wait_until_sequenced()
    erasing.certify()
    assert known(world, tmp_path / "lost").proved == {(world.client, carried_out)}
    with scope(world.client):  # another customer's certificate proves nothing of this one
        text = Erasure.objects.get(customer_id=carried_out).certificate
        Erasure.objects.filter(customer_id=asked).update(certificate=text)
    assert known(world, tmp_path / "lost").proved == {(world.client, carried_out)}
    assert (world.client, asked) in known(world, tmp_path / "lost").claimed
    with scope(world.client):
        Erasure.objects.update(certificate=text.replace(str(carried_out), str(asked)))
    assert known(world, tmp_path / "lost").proved == frozenset()


@pytest.fixture
def claimed(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """A restore in whose database one erasure is claimed; whose keys were destroyed."""
    destroyed: list[UUID] = []
    left = Mark(Path("/nowhere"), None, uuid4(), Bundle(1, AT, AT, 0, "a" * 64), "", made_with=True)
    found = newer_erasures.Known(frozenset({(CLIENT, ONE)}), {(CLIENT, TWO): ("the restored log",)}, ())

    stand_ins = {
        "_compare": lambda *_: Compared((), ()),
        "_fill_objects": lambda _: 0,
        "_freeze_again": lambda _: [],
        "_ledger": lambda: iter(()),
        "_known": lambda *_: found,
        "_record": lambda *_: None,
        "_destroy": lambda pair: destroyed.append(pair[1]) or True,  # type: ignore[func-returns-value]
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(finishing, name, stand_in)
    monkeypatch.setattr(mark, "read", lambda _: left)

    def stops(*_: object) -> None:
        raise Misconfigured("as far as this goes")

    monkeypatch.setattr(finishing, "_try", stops)
    return destroyed


def test_what_is_only_claimed_destroys_nothing_until_somebody_has_looked(claimed: list[UUID]) -> None:
    with pytest.raises(Misconfigured, match=f"Claimed: customer {TWO} of client {CLIENT}, in the restored log"):
        finishing.finish()
    assert claimed == []
    with pytest.raises(Misconfigured, match="as far as this goes"):
        finishing.finish(destroy_claimed=True)
    assert sorted(claimed) == sorted([ONE, TWO])


@pytest.mark.control
def test_control_a_build_that_believes_claims_destroys() -> None:
    weakening.fails(
        "tests/assurance/test_claims.py::test_what_is_only_claimed_destroys_nothing_until_somebody_has_looked",
        patch="razdar.assurance.finishing:_require_proved",
        with_="tests.assurance.weakenings:nothing_to_prove",
        words="as far as this goes",
    )
