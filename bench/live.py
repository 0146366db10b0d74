"""Open live pages on one web process: how long from the commit of a change until each page hears of it.

The pages are streams of `/live/`, each a connection of its own to a real `razdar web`, in sessions of people who are
signed in. A change is a row written in a transaction that says so, as rooms do it. The time runs from the moment
before COMMIT is sent until the event has come out of the page's socket. Beside it, in the same changes, a bare LISTEN
on a psycopg connection of its own: what PostgreSQL takes by itself. (A page that asked every second would hear after
500 ms on average, and after 990 ms at the 99th percentile.)

The second part is what a word costs where many write at once: commits a second of eight writers, each with a word and
without one, in turns. PostgreSQL lets transactions that notify commit one after the other.

``--pages 100 --changes 200`` is the acceptance: it ends with 1 when the 99th percentile is above 250 ms, or a page
missed a change.
"""

import argparse
import asyncio
import os
import socket
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg
from _installation import child, installation, session, web

TOPIC = "storage"
MOST_MS = 250.0
APART = 0.3
"""Seconds between two changes, so that each is told by itself."""
WRITERS = 8
SLICE = 2.0
ROUNDS = 5
WRITE = "INSERT INTO razdar_cache VALUES (%s, 'x', now()) ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--changes", type=int, default=60)
    arguments = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    os.environ["RAZDAR_URL"] = f"http://localhost:{port}"
    with installation(), ExitStack() as stack:
        stack.enter_context(child("keyagent"))
        stack.enter_context(web(port))
        client, cookies = _people(stack, arguments.pages)
        told = asyncio.run(_measure(port, client, cookies, arguments))
        with_word, without = _commits(client)
    return _report(arguments, told, with_word, without)


def _people(stack: ExitStack, pages: int) -> tuple[UUID, list[str]]:
    """A client, an administrator who is signed in, and the cookie of a session for each page."""
    from razdar import __main__ as product
    from razdar.runtime.commands import Needs

    product.prepare(Needs.KEYS, stack)
    from django.conf import settings

    from razdar.core.disclosure import Role
    from razdar.identity import factors, invitations, live, services
    from razdar.identity.services import Newcomer

    both = [Newcomer(f"admin{n}", f"Administrator {n}", (Role.ADMINISTRATOR,)) for n in (1, 2)]
    founded = services.create_client("Bench", both)
    person = invitations.accept(founded.links[0].token, "seven quiet herons at dusk")
    factors.enrol_totp(person)
    keys = [session(person) for _ in range(-(-pages // live.MOST_OF_A_SESSION))]
    return founded.client, [f"{settings.SESSION_COOKIE_NAME}={keys[n % len(keys)]}" for n in range(pages)]


# --- Pages ------------------------------------------------------------------------------------------------------------


@dataclass
class Told:
    """Milliseconds from the change, for each page and change, and for the bare listener."""

    pages: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    missed: int = 0
    heard: dict[int, float] = field(default_factory=dict)
    raw: float = 0.0


async def _measure(port: int, client: UUID, cookies: list[str], arguments: argparse.Namespace) -> Told:
    from razdar.runtime.fanout import parameters
    from razdar.runtime.live import CHANNEL

    told, plain = Told(), {**parameters(), "application_name": "bench"}
    opened = [await _open(port, cookie) for cookie in cookies]
    readers = [asyncio.create_task(_read(told, n, reader)) for n, (reader, _) in enumerate(opened)]
    listener = await psycopg.AsyncConnection.connect(**plain, autocommit=True)
    writer = await psycopg.AsyncConnection.connect(**plain)
    await listener.execute(f"LISTEN {CHANNEL}")
    readers.append(asyncio.create_task(_listen(told, listener)))
    await asyncio.sleep(3)
    for number in range(arguments.changes):
        told.heard, told.raw = {}, 0.0
        await writer.execute(WRITE, [f"bench-{number % 10}"])
        await writer.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{client} {TOPIC}"])
        begun = time.perf_counter()
        await writer.commit()
        await asyncio.sleep(APART)
        told.pages += [1000 * (at - begun) for at in told.heard.values()]
        told.bare.append(1000 * (told.raw - begun))
        told.missed += len(cookies) - len(told.heard)
    for task in readers:
        task.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    for _, page in opened:
        page.close()
    await listener.close()
    await writer.close()
    return told


async def _open(port: int, cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"GET /live/?topic={TOPIC} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}"
    )
    writer.write(f"{head}\r\n\r\n".encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"a page was answered {status.decode().strip()}")
    return reader, writer


async def _read(told: Told, number: int, reader: asyncio.StreamReader) -> None:
    while line := await reader.readline():
        if line.startswith(b"event: words"):
            told.heard.setdefault(number, time.perf_counter())


async def _listen(told: Told, connection: "psycopg.AsyncConnection[Any]") -> None:
    async for _ in connection.notifies():
        told.raw = time.perf_counter()


# --- Commits ----------------------------------------------------------------------------------------------------------


def _commits(client: UUID) -> tuple[float, float]:
    """Commits a second of all writers together, with a word and without; the medians of rounds in turns."""
    from razdar.runtime.fanout import parameters

    plain = {**parameters(), "application_name": "bench"}
    counts: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for telling in (True, False):
            done = [0] * WRITERS
            until = time.perf_counter() + SLICE
            threads = [
                threading.Thread(target=_write, args=(plain, done, n, until, client if telling else None))
                for n in range(WRITERS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            counts[telling].append(sum(done) / SLICE)
    return median(counts[True]), median(counts[False])


def _write(plain: dict[str, Any], done: list[int], number: int, until: float, client: UUID | None) -> None:
    from razdar.runtime.live import CHANNEL

    with psycopg.connect(**plain) as connection:
        while time.perf_counter() < until:
            connection.execute(WRITE, [f"writer-{number}"])
            if client is not None:
                connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{client} {TOPIC}"])
            else:
                connection.execute("SELECT 1")  # as many questions as the other
            connection.commit()
            done[number] += 1


def _report(arguments: argparse.Namespace, told: Told, with_word: float, without: float) -> int:
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    ours, bare = quantiles(told.pages, n=100), quantiles(told.bare, n=100)
    print(f"{arguments.pages} pages, {arguments.changes} changes; {os.cpu_count()} cores, load {load}")
    print(f"live pages      p50 {ours[49]:7.1f} ms   p99 {ours[98]:7.1f} ms")
    print(f"bare LISTEN     p50 {bare[49]:7.1f} ms   p99 {bare[98]:7.1f} ms")
    print(f"ratio           p50 {ours[49] / bare[49]:7.1f}      p99 {ours[98] / bare[98]:7.1f}")
    print(f"missed          {told.missed} of {arguments.pages * arguments.changes}")
    print(f"{WRITERS} writers       {with_word:.0f} commits/s with a word, {without:.0f} without")
    print(f"ratio           {with_word / without:.2f}")
    return 1 if told.missed or ours[98] > MOST_MS else 0


if __name__ == "__main__":
    sys.exit(main())
