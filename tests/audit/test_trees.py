"""Tiles and checkpoints: written with the entries or not at all, signed when they should be, silence included."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from razdar.audit.models import NIL, AuditLog, Inbox
from razdar.audit.sequencing import sequencer, signing, trees, vigil
from razdar.audit.sequencing.generations import begin_anew
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.writer import Writer
from razdar.core.errors import Unavailable
from razdar.core.ledger import encode, merkle
from razdar.core.ledger.tiles import TileId
from razdar.keys import agent, log_heads
from razdar.keys.log_heads import Rewritten
from razdar.runtime import logs
from tests.audit.fakes import A, B, Connection, FakeAgent, entries, look
from tests.audit.sequencing import wait_until_sequenced
from tests.audit.trees import assert_consistent, newest, payloads, root_of, sizes

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def put(count: int, client: UUID = A, at: datetime = NOW, made_by: Writer | None = None) -> None:
    made_by = made_by or Writer()
    at_ms = int(at.timestamp() * 1000)
    Inbox.objects.using("audit").bulk_create(
        [made_by.event(encode(look(client, UUID(int=n + 1)), at_ms)) for n in range(count)]
    )


def actions(owner: Connection, log: UUID) -> list[str]:
    rows = owner.execute('SELECT action FROM audit_event WHERE log = %s ORDER BY "index"', [log]).fetchall()
    return [action for (action,) in rows]


def test_every_round_leaves_a_tree_of_its_entries_and_a_checkpoint_over_them(owner: Connection) -> None:
    for step, count in enumerate((1, 2, 252, 1, 1, 300)):
        put(count)
        put(1, B)
        wait_until_sequenced(NOW + timedelta(seconds=step))
        assert_consistent(owner, A)
    assert_consistent(owner, B)
    assert newest(owner, A).size == 557
    tiles = owner.execute(
        "SELECT level, index, length(hashes) / 32 FROM audit_tile WHERE client_id = %s ORDER BY 1, 2", [A]
    ).fetchall()
    assert tiles == [(0, 0, 256), (0, 1, 256), (0, 2, 45), (1, 0, 2)]


def test_a_log_is_named_by_installation_client_and_generation(owner: Connection) -> None:
    put(1)
    wait_until_sequenced(NOW)
    assert newest(owner, A).origin == f"razdar/{agent.current().installation_id()}/{A}/1"


def test_only_the_newest_checkpoint_is_kept(owner: Connection) -> None:
    for step in range(3):
        put(1)
        wait_until_sequenced(NOW + timedelta(seconds=step))
    assert sizes(owner, A) == [3]


def test_while_the_inbox_is_full_a_log_is_signed_once_a_second(owner: Connection) -> None:
    put(5)
    for half_seconds, signed in ((0, [1]), (1, [1]), (2, [2]), (3, [2])):
        sequencer.sequence_once(NOW + timedelta(seconds=half_seconds / 2), limit=1)
        assert sizes(owner, A) == signed
    sequencer.sequence_once(NOW + timedelta(seconds=1.6), limit=2)
    assert sizes(owner, A) == [5]


def test_co_signed_checkpoints_are_kept_and_thinned_out(owner: Connection) -> None:
    put(1)
    wait_until_sequenced(NOW)
    for minutes in range(0, 60 * 24 * 40, 20):
        owner.execute(
            "INSERT INTO audit_checkpoint SELECT client_id, size + %s, root, %s, note, at FROM audit_checkpoint "
            "WHERE client_id = %s AND size = 1",
            [minutes + 20, NOW - timedelta(minutes=minutes), A],
        )
    owner.execute("UPDATE audit_checkpoint SET cosigned_at = at WHERE client_id = %s", [A])
    signing.thin(NOW)
    ages = [NOW - at for (at,) in owner.execute("SELECT at FROM audit_checkpoint WHERE client_id = %s", [A]).fetchall()]
    assert len([age for age in ages if age <= timedelta(days=1)]) == 24 * 3 + 2
    assert 29 * 24 <= len([age for age in ages if timedelta(days=1) < age <= timedelta(days=30)]) <= 29 * 24 + 1
    assert 10 <= len([age for age in ages if age > timedelta(days=30)]) <= 11


def test_a_log_without_entries_for_a_minute_gets_a_heartbeat(owner: Connection) -> None:
    put(1)
    wait_until_sequenced(NOW)
    for seconds in (59, 60, 61, 119, 120):
        sequencer.sequence_once(NOW + timedelta(seconds=seconds))
    assert actions(owner, A) == [look().action, vigil.HEARTBEAT, vigil.HEARTBEAT]
    assert actions(owner, NIL) == [vigil.HEARTBEAT, vigil.HEARTBEAT]
    assert_consistent(owner, A)
    put(1, at=NOW + timedelta(seconds=170))
    sequencer.sequence_once(NOW + timedelta(seconds=170))
    sequencer.sequence_once(NOW + timedelta(seconds=229))
    assert actions(owner, A)[3:] == [look().action]
    assert actions(owner, NIL) == [vigil.HEARTBEAT] * 3


def test_a_clock_set_back_is_told_once_a_step_and_nothing_else_breaks(owner: Connection) -> None:
    put(1)
    put(1, B)
    wait_until_sequenced(NOW)
    put(1, B, NOW + timedelta(seconds=30))
    wait_until_sequenced(NOW + timedelta(seconds=30))
    back = NOW + timedelta(seconds=1)
    for seconds in range(3):
        put(1, at=back + timedelta(seconds=seconds))
        sequencer.sequence_once(back + timedelta(seconds=seconds))
    # A has no entry of a later time; only B and the installation's log, which says it for all, speak of it.
    assert actions(owner, A) == [look().action] * 4
    assert actions(owner, B) == [look().action] * 2 + [vigil.CLOCK_BACK]
    assert actions(owner, NIL) == [vigil.CLOCK_BACK]
    sequencer.sequence_once(back - timedelta(hours=1))
    assert [actions(owner, log).count(vigil.CLOCK_BACK) for log in (A, B, NIL)] == [1, 2, 2]
    detail = b'"detail":{"by_ms":3602000,"of":"sequencer"}'
    assert detail in payloads(owner, A)[-1]
    for log in (A, B, NIL):
        assert_consistent(owner, log)


def test_two_seconds_are_no_step(owner: Connection) -> None:
    put(1)
    wait_until_sequenced(NOW)
    wait_until_sequenced(NOW - timedelta(seconds=2))
    assert vigil.CLOCK_BACK not in actions(owner, A) + actions(owner, NIL)


def test_an_entry_that_comes_late_is_announced(owner: Connection) -> None:
    made_by = Writer()
    put(1, at=NOW, made_by=made_by)
    put(1, at=NOW - timedelta(seconds=30), made_by=made_by)
    put(1, at=NOW - timedelta(seconds=31), made_by=made_by)
    put(1, at=NOW - timedelta(seconds=40), made_by=made_by)
    wait_until_sequenced(NOW)
    assert actions(owner, A) == [look().action] * 2 + [vigil.CLOCK_BACK] + [look().action] * 2
    assert b'"detail":{"by_ms":31000,"of":"writer"}' in payloads(owner, A)[2]


def test_entries_of_an_earlier_version_get_their_leaves(
    owner: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trees, "CATCH_UP", 300)
    put(700)
    wait_until_sequenced(NOW)
    unaware: Any = FakeAgent(tmp_path / "older" / "keystore.sqlite3")
    monkeypatch.setattr(agent, "current", lambda: unaware)
    owner.execute("DELETE FROM audit_tile")
    owner.execute("DELETE FROM audit_checkpoint")
    owner.execute("UPDATE audit_log SET hashed = 0, signed_size = 0, signed_at = NULL, last_at = NULL")
    put(3)
    wait_until_sequenced(NOW + timedelta(seconds=1))
    assert len(entries(owner, A)) == 703
    assert_consistent(owner, A)


class MuteAgent:
    """Checks stamps and cannot sign."""

    def __init__(self, sound: Any) -> None:
        self._sound = sound

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sound, name)

    def sign_checkpoints(self, *_: object) -> list[bytes]:
        raise Unavailable("The key agent does not answer.")


def test_while_nothing_can_be_signed_one_round_stands_unsigned_and_nothing_more_is_taken_in(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute: Any = MuteAgent(agent.current())
    put(3)
    with monkeypatch.context() as muted:
        muted.setattr(agent, "current", lambda: mute)
        for second in range(3):
            with pytest.raises(Unavailable):
                sequencer.sequence_once(NOW + timedelta(seconds=second))
            put(2)
    assert sizes(owner, A) == []
    assert owner.execute("SELECT count(*) FROM audit_event").fetchone() == (3,)
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (6,)
    wait_until_sequenced(NOW + timedelta(seconds=3))
    assert_consistent(owner, A)


def test_what_was_signed_is_committed_and_survives_what_follows(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent has signed, and the process ends before it can store the checkpoint: the log grows on from there."""

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    put(3)
    wait_until_sequenced(NOW)
    for step in range(1, 3):
        put(2)
        with monkeypatch.context() as dying:
            dying.setattr(signing, "store", crash)
            with pytest.raises(KeyboardInterrupt):
                sequencer.sequence_once(NOW + timedelta(seconds=step))
    assert sizes(owner, A) == [3]
    assert [head.size for head in agent.current().log_heads([A])] == [5]
    wait_until_sequenced(NOW + timedelta(seconds=3))
    assert newest(owner, A).size == 7
    assert_consistent(owner, A)


def test_the_process_says_that_it_cannot_sign_and_goes_on(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.audit.turns import running, until

    said: list[tuple[str, str]] = []
    monkeypatch.setattr(logs, "error", lambda name, cause, **_: said.append((name, cause.code)))
    monkeypatch.setattr(sequencer, "RETRY", 0.1)
    sound: Any = agent.current()
    mute: Any = MuteAgent(sound)
    monkeypatch.setattr(agent, "current", lambda: mute)
    put(1)
    with running():
        until(lambda: bool(said))
        monkeypatch.setattr(agent, "current", lambda: sound)
        until(lambda: sizes(owner, A) == [1])
    assert set(said) == {("sequencer-waits", "unavailable")}


def test_a_tile_at_the_edge_that_is_gone_stops_the_log_instead_of_forking_it(owner: Connection) -> None:
    put(3)
    wait_until_sequenced(NOW)
    owner.execute("DELETE FROM audit_tile WHERE client_id = %s", [A])
    put(1)
    with pytest.raises(Exception, match="edge of the log"):
        sequencer.sequence_once(NOW)
    assert sizes(owner, A) == [3]


def _rewrite(owner: Connection) -> None:
    """An entry and its leaf, as somebody would who owns the database and cannot sign."""
    forged = encode(look(A, UUID(int=666)), int(NOW.timestamp() * 1000))
    owner.execute("UPDATE audit_event SET payload = %s WHERE log = %s AND index = 1", [forged, A])
    owner.execute(
        "UPDATE audit_tile SET hashes = overlay(hashes placing %s from 33) WHERE client_id = %s",
        [merkle.leaf_hash(forged), A],
    )


def _cut(owner: Connection) -> None:
    """All entries but the first gone, as if they had never been."""
    owner.execute("UPDATE audit_tile SET hashes = substring(hashes for 32) WHERE client_id = %s", [A])
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index > 0", [A])
    owner.execute("UPDATE audit_log SET next_index = 1, hashed = 1, signed_size = 0 WHERE log = %s", [A])


def _cut_and_forget(owner: Connection) -> None:
    owner.execute("DELETE FROM audit_checkpoint")
    owner.execute("UPDATE audit_log SET signed_size = 0, signed_at = NULL")
    _cut(owner)


def _rewrite_and_forget(owner: Connection) -> None:
    owner.execute("DELETE FROM audit_checkpoint")
    owner.execute("UPDATE audit_log SET signed_size = 0, signed_at = NULL")
    _rewrite(owner)


def _rewrite_and_raise_the_generation(owner: Connection) -> None:
    owner.execute("UPDATE audit_log SET generation = 2, signed_size = 0")
    _rewrite_and_forget(owner)


def _begin_from_nothing(owner: Connection) -> None:
    for table in ("audit_tile", "audit_event", "audit_subject", "audit_checkpoint", "audit_log"):
        owner.execute(f"DELETE FROM {table}")


ATTACKS = (_rewrite, _cut, _cut_and_forget, _rewrite_and_forget, _rewrite_and_raise_the_generation, _begin_from_nothing)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_whoever_owns_the_database_has_no_rewritten_log_signed(
    owner: Connection, attack: Callable[[Connection], None]
) -> None:
    put(3)
    wait_until_sequenced(NOW)
    signed = agent.current().log_heads([A])
    attack(owner)
    kept = sizes(owner, A)
    for second in range(1, 5):
        put(1)
        with pytest.raises(Rewritten, match="restore finish"):
            sequencer.sequence_once(NOW + timedelta(seconds=second))
    assert sizes(owner, A) == kept
    assert agent.current().log_heads([A]) == signed


CONTROLS = (_rewrite, _rewrite_and_forget, _rewrite_and_raise_the_generation)


@pytest.mark.control
@pytest.mark.parametrize("attack", CONTROLS, ids=lambda attack: attack.__name__)
def test_control_an_agent_that_does_not_look_signs_the_rewritten_log(
    owner: Connection, monkeypatch: pytest.MonkeyPatch, attack: Callable[[Connection], None]
) -> None:
    monkeypatch.setattr(log_heads, "_require_extends", lambda *_: None)
    put(3)
    wait_until_sequenced(NOW)
    attack(owner)
    put(1)
    wait_until_sequenced(NOW)
    assert_consistent(owner, A)


def test_after_a_restore_the_operators_word_is_the_way_on(owner: Connection) -> None:
    put(3)
    wait_until_sequenced(NOW)
    _cut(owner)
    put(1)
    with pytest.raises(Rewritten):
        sequencer.sequence_once(NOW)
    assert begin_anew(NOW) == {NIL: 2, A: 2}
    assert_consistent(owner, A)
    wait_until_sequenced(NOW)
    assert_consistent(owner, A)
    assert newest(owner, A).origin.endswith("/2")


def test_a_beginning_that_breaks_off_is_repeated_under_the_next_number(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(3)
    wait_until_sequenced(NOW)
    with monkeypatch.context() as dying:
        dying.setattr(signing, "store", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            begin_anew(NOW)
    assert agent.current().log_heads([A])[0].generation == 2
    owner.execute("UPDATE audit_log SET generation = 1")
    put(1)
    with pytest.raises(Rewritten):
        sequencer.sequence_once(NOW)
    assert begin_anew(NOW)[A] == 3
    wait_until_sequenced(NOW)
    assert_consistent(owner, A)


def test_many_logs_are_signed_over_several_questions(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "MOST_LOGS", 2)
    clients = [UUID(int=1000 + number) for number in range(7)]
    for client in clients:
        put(1, client)
    wait_until_sequenced(NOW)
    for client in clients:
        assert_consistent(owner, client)


def test_a_reader_gives_only_what_was_asked(owner: Connection) -> None:
    put(300)
    wait_until_sequenced(NOW)
    read = trees.reader(SEQUENCER, A)
    found = read([TileId(0, 1), TileId(0, 2), TileId(5, 0)])
    assert {tile: len(hashes) for tile, hashes in found.items()} == {TileId(0, 1): 44 * 32}
    assert read([]) == {}
    assert root_of(payloads(owner, A)) == merkle.root(300, read)
    connections[SEQUENCER].close()
    assert AuditLog.objects.using(SEQUENCER).get(log=A).hashed == 300
