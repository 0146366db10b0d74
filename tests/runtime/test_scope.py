"""The client scope, as the runtime role meets it."""

# ruff: noqa: PT012 - the block inside pytest.raises is the transaction that is rolled back

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from razdar.core.errors import ScopeNesting
from razdar.runtime.scope import current_client, in_unit, on_rollback, scope, unit
from tests.runtime import probe

pytestmark = [pytest.mark.walls, pytest.mark.usefixtures("probe_tables")]
ordinary = pytest.mark.django_db
real = pytest.mark.django_db(transaction=True)

A, B = uuid4(), uuid4()


def _two_clients() -> None:
    for client in (A, B):
        with scope(client):
            probe.add_customer(client)


@real
def test_each_client_finds_its_own_rows_only() -> None:
    _two_clients()
    with scope(A):
        assert probe.seen() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT client_id FROM probe_customer")
            assert cursor.fetchall() == [(A,)]


@real
def test_nothing_is_found_without_a_scope() -> None:
    _two_clients()
    assert probe.seen() == 0
    assert probe.seen("audit") == 0
    with unit():
        assert probe.seen() == 0


@real
def test_a_row_of_another_client_cannot_be_written() -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), scope(A):
        probe.add_customer(B)
    with scope(A):
        customer = probe.add_customer(A)
    with pytest.raises(ProgrammingError, match="row-level security"), scope(A), connection.cursor() as cursor:
        cursor.execute("UPDATE probe_customer SET client_id = %s WHERE id = %s", [B, customer])


@real
def test_a_reference_to_another_clients_row_is_refused() -> None:
    with scope(B):
        foreign = probe.add_customer(B)
    with pytest.raises(IntegrityError), scope(A):
        probe.add_note(A, foreign)
    with scope(B):
        probe.add_note(B, foreign)


@real
def test_the_same_client_nests_and_another_is_refused() -> None:
    with scope(A):
        with scope(A):
            assert current_client() == A
        assert probe.setting() == str(A)
        with pytest.raises(ScopeNesting), scope(B):
            pytest.fail("entered")
        assert probe.setting() == str(A)
        with unit(), pytest.raises(ScopeNesting), scope(B):
            pytest.fail("entered")


@real
def test_a_scope_inside_a_unit_is_taken_back() -> None:
    with unit():
        with scope(A):
            probe.add_customer(A)
        assert probe.setting() == ""
        assert probe.seen() == 0
        with scope(B):
            assert probe.setting() == str(B)
    assert current_client() is None
    assert not in_unit()


@ordinary
def test_it_is_taken_back_in_ordinary_tests_too() -> None:
    _two_clients()
    assert probe.seen() == 0
    with pytest.raises(ZeroDivisionError), scope(A):
        assert probe.seen() == 1
        raise ZeroDivisionError
    assert probe.setting() == ""
    assert current_client() is None


@real
def test_an_error_undoes_what_was_written() -> None:
    with pytest.raises(ZeroDivisionError), scope(A):
        probe.add_customer(A)
        raise ZeroDivisionError
    with scope(A):
        assert probe.seen() == 0


@real
def test_the_setting_does_not_leak_through_the_pool() -> None:
    """The pool hands the same server process to the next thread; nothing of the scope may be left on it."""
    found: list[tuple[int, str | None, int]] = []

    def visit(client: object) -> None:
        try:
            before = probe.setting(), probe.seen()
            with scope(client):  # type: ignore[arg-type]
                probe.add_customer(client)  # type: ignore[arg-type]
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                found.append((cursor.fetchone()[0], *before))
        finally:
            connections.close_all()

    for client in [A, B] * 8:
        thread = threading.Thread(target=visit, args=(client,))
        thread.start()
        thread.join()
    assert len({pid for pid, _, _ in found}) < len(found), "no connection was used twice: the test shows nothing"
    assert {setting or "" for _, setting, _ in found} == {""}
    assert {rows for _, _, rows in found} == {0}


@real
def test_a_session_level_setting_would_leak() -> None:
    """Control run: with the one word changed, the test above has something to find."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('razdar.client', %s, false)", [str(A)])
    connection.close()
    found = set()
    for _ in range(10):  # the pool hands its connections out in turn
        found.add(probe.setting())
        connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    assert str(A) in found


@real
def test_another_thread_has_no_scope() -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(current_client())
        seen.append(probe.seen())
        connections.close_all()

    with scope(A):
        probe.add_customer(A)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None, 0]


class TestOnRollback:
    """Callbacks for what did not survive."""

    pytestmark = pytest.mark.parametrize(
        "_", [pytest.param(0, marks=real, id="real"), pytest.param(0, marks=ordinary, id="ordinary")]
    )

    def test_not_called_after_success(self, _: int) -> None:
        calls: list[str] = []
        with scope(A), scope(A):
            on_rollback(lambda: calls.append("undone"))
        assert calls == []

    def test_called_once_after_the_transaction(self, _: int) -> None:
        calls: list[object] = []
        with pytest.raises(ZeroDivisionError), unit(), scope(A):
            on_rollback(lambda: calls.append(current_client()))
            raise ZeroDivisionError
        assert calls == [None]

    def test_called_when_the_answer_marks_rollback(self, _: int) -> None:
        calls: list[str] = []
        with scope(A):
            on_rollback(lambda: calls.append("undone"))
            transaction.set_rollback(True)
        assert calls == ["undone"]

    def test_called_when_only_a_part_was_undone(self, _: int) -> None:
        calls: list[str] = []
        with scope(A):
            on_rollback(lambda: calls.append("outer"))
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                on_rollback(lambda: calls.append("inner"))
                raise ZeroDivisionError
            assert calls == []
        assert calls == ["inner"]

    def test_all_are_called_in_order_even_if_one_fails(self, _: int) -> None:
        calls: list[int] = []

        def fail() -> None:
            calls.append(1)
            raise RuntimeError

        with pytest.raises(RuntimeError) as raised, scope(A):
            on_rollback(fail)
            on_rollback(lambda: calls.append(2))
            raise ZeroDivisionError
        assert calls == [1, 2]
        assert isinstance(raised.value.__context__, ZeroDivisionError)

    def test_refused_outside(self, _: int) -> None:
        with pytest.raises(RuntimeError, match="open scope"):
            on_rollback(lambda: None)


@real
def test_on_rollback_hears_of_a_commit_that_fails() -> None:
    calls: list[str] = []
    with pytest.raises(IntegrityError), scope(A):
        on_rollback(lambda: calls.append("undone"))
        probe.add_note(A, uuid4())  # the deferred reference is looked at when the transaction ends
    assert calls == ["undone"]


@pytest.mark.django_db(transaction=True)
def test_a_hook_after_the_commit_opens_a_scope_of_its_own() -> None:
    client, seen = uuid4(), []

    def hook() -> None:
        with scope(client), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('razdar.client', true)")
            seen.append(cursor.fetchone()[0])

    with scope(client):
        transaction.on_commit(hook)
    assert seen == [str(client)]
