"""Writing the log: one commit an event, eight writers, beside a hash chain behind a row's lock and a plain insert.

All three write the same event through the same kind of connection, in turns of a few seconds, on one embedded
PostgreSQL that syncs to the disk. Ours stamps each event and takes no lock; the sequencer, a process of its own, checks
the stamps, orders the events, grows the tree and has checkpoints signed by the key agent, on the same cores while the
writers write. The chain reads the last hash FOR UPDATE, inserts, and writes the new hash: what tamper-evident tables in
SQL usually are. The plain insert proves nothing and is the ceiling.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from _installation import child, installation

WRITERS = 8
SECONDS = 4.0
ROUNDS = 3
KINDS = ("plain insert", "hash chain", "inbox")
TABLES = """
CREATE TABLE bench_chain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea, hash bytea);
CREATE TABLE bench_head (id int PRIMARY KEY, hash bytea);
CREATE TABLE bench_plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea);
INSERT INTO bench_head VALUES (1, '\\x00');
GRANT SELECT, INSERT, UPDATE ON bench_chain, bench_head, bench_plain TO razdar_runtime;
"""


def main() -> None:
    with installation() as var, ExitStack() as stack:
        owner = _owner_url(var)
        _execute(owner, TABLES)
        for name in ("keyagent", "sequencer"):
            stack.enter_context(child(name))
        found: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for _ in range(ROUNDS):
            for kind in KINDS:
                found[kind].append(_turn(kind))
        behind = _until_sequenced(owner)
    for kind in KINDS:
        print(f"{kind:16} {median(found[kind]):8.0f} events/s, one commit each, {WRITERS} writers")
    ratios = {kind: median(i / k for i, k in zip(found["inbox"], found[kind], strict=True)) for kind in KINDS[:2]}
    print(f"{'inbox':16} {ratios['hash chain']:8.2f} times the hash chain")
    print(f"{'inbox':16} {ratios['plain insert']:8.2f} times the plain insert")
    print(f"{'sequencer':16} {behind:8.2f} s behind the last event at the end")


# --- The writers ------------------------------------------------------------------------------------------------------


def _turn(kind: str) -> float:
    """Events a second, of all writers together."""
    context = get_context("spawn")
    ready, go = context.Barrier(WRITERS + 1), context.Event()
    results = context.Queue()
    writers = [context.Process(target=_write, args=(kind, ready, go, results)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    ready.wait(120)
    go.set()
    total: int = sum(results.get(timeout=120) for _ in writers)
    for writer in writers:
        writer.join()
    return total / SECONDS


def _write(kind: str, ready: Any, go: Any, results: Any) -> None:
    from razdar import __main__ as product
    from razdar.runtime.commands import Needs

    with ExitStack() as stack:
        product.prepare(Needs.KEYS, stack)
        one = {"plain insert": _plain, "hash chain": _chain, "inbox": _inbox}[kind]()
        next(one)
        ready.wait()
        go.wait()
        count, until = 0, time.monotonic() + SECONDS
        while time.monotonic() < until:
            next(one)
            count += 1
        results.put(count)


def _event() -> Any:
    from razdar.core.ledger import Event, FieldSeen, Mode

    customer = UUID(bytes=os.urandom(16), version=4)
    seen = tuple(FieldSeen(name, "masked", customer) for name in ("surname", "phone", "email", "birth_date"))
    return Event(
        client=UUID(int=7), action="customers:card:view", mode=Mode.VIEW, role="agent", fields=seen, purpose="service"
    )


def _inbox() -> Iterator[None]:
    from razdar import audit

    while True:
        audit.record_now(_event())
        yield


def _plain() -> Iterator[None]:
    from django.db import connections

    from razdar.core.ledger import encode

    while True:
        with connections["audit"].cursor() as cursor:
            cursor.execute("INSERT INTO bench_plain (payload) VALUES (%s)", [encode(_event(), time.time_ns() // 10**6)])
        yield


def _chain() -> Iterator[None]:
    from django.db import connections, transaction

    from razdar.core.ledger import encode

    while True:
        payload = encode(_event(), time.time_ns() // 10**6)
        with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
            cursor.execute("SELECT hash FROM bench_head WHERE id = 1 FOR UPDATE")
            new = sha256(bytes(cursor.fetchone()[0]) + payload).digest()
            cursor.execute("INSERT INTO bench_chain (payload, hash) VALUES (%s, %s)", [payload, new])
            cursor.execute("UPDATE bench_head SET hash = %s WHERE id = 1", [new])
        yield


# --- An installation to write in --------------------------------------------------------------------------------------


def _owner_url(var: Path) -> str:
    from razdar.runtime.postgres import embedded

    urls = embedded.urls(var)
    assert urls is not None
    return urls.owner


def _execute(url: str, statements: str) -> Any:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return (
            connection.execute(statements).fetchone()
            if statements.startswith("SELECT")
            else connection.execute(statements)
        )


def _until_sequenced(owner: str) -> float:
    started = time.monotonic()
    while _execute(owner, "SELECT count(*) FROM audit_inbox")[0]:
        time.sleep(0.02)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
