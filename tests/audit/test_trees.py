"""Tiles and checkpoints: written with the entries or not at all, signed when they should be, silence included."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from razdar.audit.models import NIL, AuditLog, Inbox
from razdar.audit.sequencing import sequencer, signing, trees, vigil
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.signing import Remembered, Rewritten
from razdar.audit.writer import Writer
from razdar.core.errors import Unavailable
from razdar.core.ledger import encode, merkle
from razdar.core.ledger.tiles import TileId
from razdar.keys import agent
from razdar.runtime import logs
from tests.audit.fakes import A, B, Connection, entries, look
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
    (installation,) = owner.execute("SELECT installation FROM audit_sequencing").fetchone() or (None,)
    assert newest(owner, A).origin == f"razdar/{installation}/{A}/1"


def test_only_the_newest_checkpoint_is_kept(owner: Connection) -> None:
    for step in range(3):
        put(1)
        wait_until_sequenced(NOW + timedelta(seconds=step))
    assert sizes(owner, A) == [3]


def test_while_the_inbox_is_full_a_log_is_signed_once_a_second(owner: Connection) -> None:
    put(5)
    for half_seconds, signed in ((0, [1]), (1, [1]), (2, [3]), (3, [3])):
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


def test_entries_of_an_earlier_version_get_their_leaves(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "CATCH_UP", 300)
    put(700)
    wait_until_sequenced(NOW)
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

    def sign(self, *_: object) -> bytes:
        raise Unavailable("The key agent does not answer.")


def test_a_round_that_cannot_be_signed_is_undone_and_tried_again(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute: Any = MuteAgent(agent.current())
    put(3)
    with monkeypatch.context() as muted:
        muted.setattr(agent, "current", lambda: mute)
        with pytest.raises(Unavailable):
            sequencer.sequence_once(NOW)
    assert owner.execute("SELECT count(*) FROM audit_event").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM audit_tile").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (3,)
    wait_until_sequenced(NOW)
    assert_consistent(owner, A)


def test_the_process_says_that_it_cannot_sign_and_goes_on(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.audit.test_turn import running, until

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
        until(lambda: len(entries(owner, A)) == 1)
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


def test_a_log_that_was_rewritten_is_not_signed_again(owner: Connection) -> None:
    put(3)
    wait_until_sequenced(NOW)
    _rewrite(owner)
    put(1)
    with pytest.raises(Rewritten):
        sequencer.sequence_once(NOW)
    assert sizes(owner, A) == [3]


def test_nor_if_the_checkpoints_are_gone_or_the_log_is_shorter_while_the_process_remembers(owner: Connection) -> None:
    remembered: Remembered = {}
    put(3)
    sequencer.sequence_once(NOW, remembered=remembered)
    owner.execute("DELETE FROM audit_checkpoint")
    owner.execute("UPDATE audit_tile SET hashes = substring(hashes for 32) WHERE client_id = %s", [A])
    owner.execute("DELETE FROM audit_event WHERE log = %s AND index > 0", [A])
    owner.execute("UPDATE audit_log SET next_index = 1, hashed = 1, signed_size = 0 WHERE log = %s", [A])
    for _ in range(4):
        put(1)
        with pytest.raises(Rewritten):
            sequencer.sequence_once(NOW, remembered=remembered)


def test_control_without_that_look_the_rewritten_log_would_be_signed(
    owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "_stored", lambda *_: None)
    put(3)
    wait_until_sequenced(NOW)
    _rewrite(owner)
    put(1)
    wait_until_sequenced(NOW)
    assert_consistent(owner, A)


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
