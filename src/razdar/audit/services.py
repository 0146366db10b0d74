"""Writing to the log.

1. The event of a change is inserted in the change's own transaction: both happen or neither. A transaction that is
   rolled back leaves a signed void, so that a missing number always means that somebody took a row away.
2. Everything else (looks, refusals) goes through the connection alias ``audit``, which commits at once: the event
   survives whatever becomes of the request. When it cannot be committed, the caller gets an error and shows nothing.
3. A process that writes says so first, reports its last counter every second while it works, and says goodbye. What
   vanishes from the inbox after that is noticed by its number.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from django.db import DEFAULT_DB_ALIAS, Error, connections
from psycopg import Cursor

from razdar.audit.models import Inbox
from razdar.audit.writer import PROCESS, Writer
from razdar.core.errors import BadInput, Unavailable
from razdar.core.ledger import Event, Mode, encode
from razdar.keys import agent
from razdar.runtime import logs
from razdar.runtime.scope import current_client, in_unit, on_rollback

AUDIT = "audit"
_INSERT = "INSERT INTO audit_inbox (id, kind, role, writer, counter, mac, payload) VALUES (%s, %s, %s, %s, %s, %s, %s)"
REPORT_EVERY = 1.0
"""Seconds between two reports of a writer's last counter."""


def record(event: Event) -> None:
    """Log a change: the event stands or falls with the open transaction.

    Raises:
        RuntimeError: outside ``scope()`` and ``unit()``.
        BadInput: the event is of another client than the open scope, or too long.
        KeysLocked: this process cannot stamp.
    """
    if not in_unit():
        raise RuntimeError("audit.record needs an open scope or unit")
    scoped = current_client()
    if scoped is not None and event.client not in {scoped, None}:
        raise BadInput("The event belongs to another client than the change.")
    payload = encode(event, _now_ms())
    writer = _writer()
    row = writer.event(payload)
    on_rollback(partial(_void, writer, row.counter))
    _put(DEFAULT_DB_ALIAS, [row])


def record_now(event: Event) -> None:
    """Log a look, a refusal or a fact, and return when it is committed.

    Raises:
        Unavailable: it could not be committed; nothing may be shown.
        BadInput: the event is too long.
        KeysLocked: this process cannot stamp.
    """
    payload = encode(event, _now_ms())
    _write_now(_writer(), payload)


def start(process: str) -> None:
    """Announce this process and report its counter every second until ``stop``. Again: nothing happens.

    Args:
        process: what it is, as a code: ``web``, ``worker``.
    """
    with PROCESS.lock:
        if PROCESS.ending is not None:
            return
        PROCESS.name = process
        writer = _writer()
        PROCESS.ending = threading.Event()
        PROCESS.reporter = threading.Thread(
            target=_report_until, args=(writer, PROCESS.ending), name="audit-reporter", daemon=True
        )
        PROCESS.reporter.start()


def stop() -> None:
    """Say goodbye: the last number of this writer. Later events come from a new writer.

    A goodbye that cannot be written is left out: a process that ends must not fail at it.
    """
    with PROCESS.lock:
        writer, ending, reporter = PROCESS.writer, PROCESS.ending, PROCESS.reporter
        PROCESS.writer = PROCESS.ending = PROCESS.reporter = None
    if ending is not None and reporter is not None:
        ending.set()
        reporter.join()
    if writer is not None:
        with suppress(Unavailable):
            _write_now(writer, _system("system:writer:stopped", writer))


def _writer() -> Writer:
    """This process's writer, announced before it is used."""
    writer = PROCESS.writer
    if writer is None or writer.agent is not agent.current():
        with PROCESS.lock:
            writer = PROCESS.writer
            if writer is None or writer.agent is not agent.current():
                writer = Writer()
                _write_now(writer, _system("system:writer:started", writer))
                PROCESS.writer = writer
    return writer


def _write_now(writer: Writer, payload: bytes) -> None:
    row = writer.event(payload)
    try:
        _insert([row])
    except Error as error:
        # Whether it was committed may be unknown. A void is right either way: the sequencer prefers the event.
        writer.owe(row.counter)
        raise Unavailable("The log cannot be written at the moment, so nothing is shown. Try again.") from error
    _pay(writer)


def _void(writer: Writer, counter: int) -> None:
    writer.owe(counter)
    _pay(writer)


def _pay(writer: Writer) -> None:
    """Write the voids owed; what cannot be written stays owed."""
    owed = writer.take_owed()
    if not owed:
        return
    try:
        _insert([writer.void(counter) for counter in owed])
    except Error as error:
        logs.error("audit-voids-wait", error, voids=len(owed))
        for counter in owed:
            writer.owe(counter)


def _insert(rows: Sequence[Inbox]) -> None:
    try:
        _put(AUDIT, rows)
    except Error:
        connections[AUDIT].close_if_unusable_or_obsolete()
        raise


def _put(alias: str, rows: Sequence[Inbox]) -> None:
    """Insert rows by the driver's own prepared statement, in half the time of the model's: every look waits for it."""
    connection = connections[alias]
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        for row in rows:
            values = (row.id, int(row.kind), row.role, row.writer, row.counter, row.mac, row.payload)
            cursor.execute(_INSERT, values, prepare=True)


def _report_until(writer: Writer, ending: threading.Event) -> None:
    reported = 0
    while not ending.wait(REPORT_EVERY):
        last = writer.last
        try:
            _pay(writer)
            if last != reported:
                _insert([writer.report()])
                reported = last
        except Error as error:
            logs.error("audit-report-waits", error)
        finally:
            connections[AUDIT].close()


def _system(action: str, writer: Writer) -> bytes:
    detail: tuple[tuple[str, str | int], ...] = (
        ("last", writer.last),
        ("process", PROCESS.name),
        ("writer", str(writer.id)),
    )
    return encode(Event(client=None, action=action, mode=Mode.SYSTEM, role="system", detail=detail), _now_ms())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
