"""Re-wrapping all keys of a client under a new epoch while reads go on.

Prints how long it took, how many keys a second, and what four readers saw meanwhile: how many keys they were handed,
the slowest of their reads, and how many failed. Beside it the same reads without a rotation.

    python bench/rewrap.py [number of customers]
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from razdar.core.crypto import hierarchy
from razdar.core.crypto.hierarchy import KekPurpose
from razdar.core.crypto.material import wipe
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import RazdarError
from razdar.keys import setup
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.columns import millis, wide

CLIENT = UUID("01970000-0000-7000-8000-000000000001")
WORDS = b"only a benchmark's words"
READERS = 4
A_PAGE = 50
"""Customers of one read, as a page of a list shows them."""


@dataclass
class Seen:
    """What readers saw."""

    reads: int = 0
    keys: int = 0
    slowest: float = 0.0
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, keys: int, seconds: float) -> None:
        with self.lock:
            self.reads, self.keys, self.slowest = self.reads + 1, self.keys + keys, max(self.slowest, seconds)

    def fail(self) -> None:
        with self.lock:
            self.failed += 1

    def line(self, what: str) -> str:
        slowest = f"slowest {self.slowest * 1000:.0f} ms"
        return f"{what:32} {self.reads:8} reads  {self.keys:9} keys  {slowest}  failed {self.failed}"


@contextmanager
def filled(folder: Path, customers: int) -> Iterator[tuple[LocalAgent, list[UUID]]]:
    """A key store with so many customers, unlocked."""
    setup.create(folder, WORDS, cost=FLOOR)
    with closing(setup.unlock(folder, WORDS)) as agent:
        agent.create_client(CLIENT)
        yield agent, fill(agent, customers)


def fill(agent: LocalAgent, customers: int) -> list[UUID]:
    """Customers and their keys, written as the agent writes them, in one transaction."""
    chance = Random(7)  # noqa: S311 - made-up customers
    made = [UUID(int=chance.getrandbits(128)) for _ in range(customers)]
    epoch = agent._store.newest_epoch(CLIENT)
    with agent._keks((epoch,), KekPurpose.CUSTOMER) as keks, agent._store._file.writing() as connection:
        kek = keks[CLIENT, epoch.number]
        connection.executemany(
            "INSERT INTO customer_key (key_id, client, customer, version, epoch, wrapped, created_at) "
            "VALUES (?, ?, ?, 1, ?, ?, ?)",
            (_row(kek, customer, epoch.number, chance) for customer in made),
        )
    return made


def _row(kek: bytearray, customer: UUID, epoch: int, chance: Random) -> tuple[object, ...]:
    binding = hierarchy.customer_binding(CLIENT, customer, 1)
    wrapped = hierarchy.wrap(kek, chance.randbytes(32), binding, chance.randbytes(12))
    return chance.randbytes(16), CLIENT.bytes, customer.bytes, wide(epoch), wrapped, millis(datetime.now(UTC))


@contextmanager
def readers(agent: LocalAgent, customers: list[UUID], count: int = READERS) -> Iterator[Seen]:
    """Threads that unwrap pages of random customers until the block ends."""
    seen, stop = Seen(), threading.Event()

    def read(seed: int) -> None:
        chance = Random(seed)  # noqa: S311 - any customers will do
        while not stop.is_set():
            refs = [KeyRef(CLIENT, customer, 1) for customer in chance.sample(customers, min(A_PAGE, len(customers)))]
            started = time.perf_counter()
            try:
                keys = agent.unwrap(refs, "bench")
            except RazdarError:
                seen.fail()
                continue
            seen.add(len(keys), time.perf_counter() - started)
            wipe(*keys)
            stop.wait(0.005)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def rotate(agent: LocalAgent, number: int, each: Callable[[int], None] = lambda _done: None) -> float:
    """Move to an epoch; the seconds it took."""
    started = time.perf_counter()
    while not (progress := agent.rotate_epoch(CLIENT, number)).finished:
        each(progress.done)
    return time.perf_counter() - started


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    with (
        tempfile.TemporaryDirectory(prefix="razdar-rewrap-") as folder,
        filled(Path(folder) / "keys", customers) as made,
    ):
        agent, known = made
        with readers(agent, known) as alone:
            time.sleep(5)
        with readers(agent, known) as beside:
            seconds = rotate(agent, 2)
        left = {epoch.number for epoch in agent._store.living_epochs(CLIENT)}
        assert left == {2}, left
        assert beside.failed == 0
        print(f"{customers} customer keys re-wrapped in {seconds:.1f} s, {customers / seconds:.0f} a second")
        print(alone.line("readers alone, 5 s"))
        print(beside.line("readers beside the rotation"))


if __name__ == "__main__":
    main()
