"""Key bundles: sealed to two or more, numbered, expiring, whole; and the erasure ledger in them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto.age import Identity
from razdar.core.crypto.age_keys import PlainIdentity
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import BadInput, Misconfigured, NotFound, Unavailable, Unopenable
from razdar.keys import bundles, erasures, setup, store_copy
from razdar.keys.agent import LocalAgent
from tests.keys import dying
from tests.keys.conftest import CLIENT
from tests.keys.unpacking import ONE, TWO, unpacked


@pytest.fixture
def unlocked(tmp_path: Path) -> Iterator[LocalAgent]:
    setup.create(tmp_path / "var" / "keys", bytearray(dying.WORDS), cost=FLOOR)
    with closing(setup.unlock(tmp_path / "var" / "keys", bytearray(dying.WORDS))) as agent:
        yield agent


@pytest.fixture
def agent(unlocked: LocalAgent) -> LocalAgent:
    unlocked.create_client(CLIENT)
    unlocked.add_recipient("vault-1", ONE.recipient.text)
    unlocked.add_recipient("vault-2", TWO.recipient.text)
    return unlocked


def place(tmp_path: Path) -> Path:
    return tmp_path / "var" / "bundles"


def numbers(agent: LocalAgent) -> dict[int, str]:
    """Every number that was given out, and the hash of what is known to be finished."""
    return {bundle.number: bundle.sha256 for bundle in agent._store.bundles.all()}


def test_a_bundle_opens_for_each_recipient_and_holds_everything(tmp_path: Path, agent: LocalAgent) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(5)]
    keys = agent.unwrap(refs, "test")
    gone = agent.create_customer(CLIENT, uuid4())
    destroyed = agent.destroy_customer(CLIENT, gone.customer)
    made = agent.make_bundle()
    path = place(tmp_path) / bundles.file_name(made.number)
    assert list(place(tmp_path).iterdir()) == [path]
    assert bundles.sha256_of(path) == made.sha256
    assert made.expires_at - made.made_at == timedelta(days=14)
    for identity in (ONE, TWO):
        opened = bundles.open_bundle(path, identity)
        assert opened.meta.installation == agent.keeping().installation
        assert (opened.meta.number, opened.meta.erasures) == (made.number, 1)
        (row,) = opened.ledger
        assert (row.customer, row.key_ids) == (gone.customer, destroyed.key_ids)
    with closing(unpacked(opened, tmp_path / "other")) as other:
        assert other.unwrap(refs, "test") == keys
        with pytest.raises(Unopenable):
            other.unwrap([gone], "test")


def test_it_opens_for_nobody_else_and_not_when_changed(tmp_path: Path, agent: LocalAgent) -> None:
    path = place(tmp_path) / bundles.file_name(agent.make_bundle().number)
    whole = path.read_bytes()
    with pytest.raises(Unopenable):
        bundles.open_bundle(path, Identity.generate(os.urandom))
    for changed in (whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:-9] + b"x" + whole[-8:], b""):
        path.write_bytes(changed)
        with pytest.raises(Unopenable):
            bundles.open_bundle(path, ONE)
    with pytest.raises(Misconfigured):
        bundles.open_bundle(tmp_path / "absent", ONE)


def test_nothing_of_the_keys_can_be_read_in_it(tmp_path: Path, agent: LocalAgent) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    wrapped = agent._store.find([ref]).keys[0].wrapped
    data = (place(tmp_path) / bundles.file_name(agent.make_bundle().number)).read_bytes()
    assert wrapped[1:20] not in data
    assert ref.customer.bytes not in data
    assert b"SQLite" not in data


def test_fewer_than_two_recipients_are_refused(tmp_path: Path, unlocked: LocalAgent) -> None:
    for identity in (None, ONE):
        if identity:
            unlocked.add_recipient("only", identity.recipient.text)
        with pytest.raises(Misconfigured, match=r"2 recipients"):
            unlocked.make_bundle()
    assert not place(tmp_path).exists()
    assert unlocked.keeping().bundles == ()


def test_recipients_are_post_quantum_and_named_once(unlocked: LocalAgent) -> None:
    plain = PlainIdentity(os.urandom(32)).recipient.text
    for name, text in (("a", plain), ("a", "age1pq1"), ("", ONE.recipient.text), ("a b", ONE.recipient.text)):
        with pytest.raises(BadInput):
            unlocked.add_recipient(name, text)
    unlocked.add_recipient("a", ONE.recipient.text)
    for name, text in (("a", TWO.recipient.text), ("b", ONE.recipient.text)):
        with pytest.raises(BadInput, match="already"):
            unlocked.add_recipient(name, text)
    assert [one.name for one in unlocked.keeping().recipients] == ["a"]
    unlocked.remove_recipient("a")
    with pytest.raises(NotFound):
        unlocked.remove_recipient("a")


def test_numbers_grow_and_are_never_used_twice(
    tmp_path: Path, agent: LocalAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = agent.make_bundle().number
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(Unavailable):
            agent.make_bundle()
    assert [path.name for path in place(tmp_path).iterdir()] == [bundles.file_name(first)]
    second = agent.make_bundle().number
    assert second > first + 1
    assert [bundle.number for bundle in agent.keeping().bundles] == [first, second]


def test_expired_files_are_removed_and_the_list_stays(tmp_path: Path, agent: LocalAgent) -> None:
    first = agent.make_bundle()
    agent._now = lambda: datetime.now(UTC) + timedelta(days=10)
    second = agent.make_bundle()
    assert agent.drop_expired() == []
    agent._now = lambda: datetime.now(UTC) + timedelta(days=14, seconds=1)
    assert agent.drop_expired() == [first.number]
    assert agent.drop_expired() == []
    assert [path.name for path in place(tmp_path).iterdir()] == [bundles.file_name(second.number)]
    assert len(agent.keeping().bundles) == 2


@pytest.mark.parametrize("at", ["razdar.keys.bundles:_write", "razdar.keys.bundle_book:BundleBook.snapshot"])
def test_killed_while_it_is_written_there_is_no_half_of_one(tmp_path: Path, agent: LocalAgent, at: str) -> None:
    dying.killed(tmp_path / "var" / "keys", at, "before", "agent.make_bundle()")
    assert not list(place(tmp_path).glob("*.age"))
    assert numbers(agent) == {1: ""}  # it may exist, for all that is known
    assert bundles.open_bundle(place(tmp_path) / bundles.file_name(agent.make_bundle().number), ONE)


def test_one_that_was_written_and_not_noted_is_told_of_and_removed_in_its_time(
    tmp_path: Path, agent: LocalAgent
) -> None:
    dying.killed(
        tmp_path / "var" / "keys", "razdar.keys.bundle_book:BundleBook.finished", "before", "agent.make_bundle()"
    )
    (path,) = place(tmp_path).iterdir()
    assert bundles.open_bundle(path, ONE).meta.number == 1
    assert numbers(agent) == {1: ""}
    agent._now = lambda: datetime.now(UTC) + bundles.LIFE + timedelta(seconds=1)
    assert agent.drop_expired() == [1]
    assert not path.exists()


def test_a_bundle_is_in_its_own_list_and_a_restore_knows_its_hash(tmp_path: Path, agent: LocalAgent) -> None:
    first, made = agent.make_bundle(), agent.make_bundle()
    opened = bundles.open_bundle(place(tmp_path) / bundles.file_name(made.number), ONE)
    with closing(unpacked(opened, tmp_path / "as-it-is")) as other:
        assert numbers(other) == {first.number: first.sha256, made.number: ""}
    noted = replace(opened, store=store_copy.with_bundle(opened.store, made))
    with closing(unpacked(noted, tmp_path / "noted")) as other:
        assert other.keeping().bundles == (first, made)
        assert other.make_bundle().number == made.number + 1


def test_a_number_whose_file_is_there_is_not_used_again(tmp_path: Path, agent: LocalAgent) -> None:
    """A restored store may not know of the bundles made after the copy it comes from."""
    shutil.copytree(tmp_path / "var" / "keys", tmp_path / "restored", copy_function=shutil.copy)
    (tmp_path / "restored").chmod(0o700)
    agent.make_bundle()
    before = (place(tmp_path) / bundles.file_name(1)).read_bytes()
    with closing(setup.unlock(tmp_path / "restored", bytearray(dying.WORDS), place(tmp_path))) as restored:
        assert restored.make_bundle().number == 2
        assert numbers(restored)[1] == ""
    assert (place(tmp_path) / bundles.file_name(1)).read_bytes() == before


def test_what_expired_long_ago_is_told_no_more_but_the_newest(agent: LocalAgent) -> None:
    for days in (0, 20, 100):
        agent._now = lambda days=days: datetime.now(UTC) + timedelta(days=days)  # type: ignore[misc]
        agent.make_bundle()
    assert [one.number for one in agent.keeping().bundles] == [3]
    agent._now = lambda: datetime.now(UTC) + timedelta(days=1000)
    assert [one.number for one in agent.keeping().bundles] == [3]


def test_every_destruction_is_one_row_of_an_unbroken_chain(agent: LocalAgent) -> None:
    customers = [agent.create_customer(CLIENT, uuid4()).customer for _ in range(4)]
    for customer in (*customers, customers[0]):
        agent.destroy_customer(CLIENT, customer)
    ledger = agent._store.bundles.ledger()
    assert [row.customer for row in ledger] == customers
    erasures.verify(ledger)
    assert erasures.from_lines(erasures.to_lines(ledger)) == ledger


@given(st.data())
def test_any_change_of_the_ledger_is_noticed(data: st.DataObject) -> None:
    from dataclasses import replace

    from razdar.keys.erasures import Erasure

    rows: list[Erasure] = []
    for number in range(1, 5):
        bare = Erasure(number, CLIENT, uuid4(), datetime.fromtimestamp(number, UTC), (uuid4().hex,), "")
        previous = bytes.fromhex(rows[-1].hash) if rows else erasures.START
        rows.append(replace(bare, hash=erasures._hash(previous, bare).hex()))
    erasures.verify(rows)
    place = data.draw(st.integers(0, 3))
    change = data.draw(st.sampled_from(["customer", "client", "destroyed_at", "key_ids", "number", "drop", "swap"]))
    other = {"customer": uuid4(), "client": uuid4(), "destroyed_at": datetime(2020, 1, 1, tzinfo=UTC)}
    if change == "drop":
        changed = [row for row in rows if row.number != place + 1] if place < 3 else rows[1:]
    elif change == "swap":
        changed = [rows[1], rows[0], *rows[2:]]
    else:
        values = {**other, "key_ids": (uuid4().hex,), "number": 9}
        changed = [*rows]
        changed[place] = replace(rows[place], **{change: values[change]})
    with pytest.raises(Unopenable):
        erasures.verify(changed)


@pytest.mark.parametrize("line", [b"{}", b"[]", b"x", b'{"number": "1"}'])
def test_a_malformed_ledger_is_refused(line: bytes) -> None:
    with pytest.raises(Unopenable):
        erasures.from_lines(line)
