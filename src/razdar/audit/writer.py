"""This process as a writer of the log: its id, its counter, its key, and the voids it still owes.

Rules: one writer a process; a forked child is a new one, and so is a process whose keys were locked and unlocked again.
A counter is given out under a lock and never twice. Id, role and key come from the key agent, once; the key is good for
this writer's stamps only.
"""

import os
import threading
import time
from uuid import UUID

from razdar.audit.models import Inbox
from razdar.core.ids import uuid7
from razdar.core.ledger import Kind, Stamp, stamp
from razdar.keys import agent

OWED_LIMIT = 10_000
"""Voids kept while the database is away. More are dropped and show up as missing: better one alarm too many."""


class Writer:
    """Gives out counters and stamps rows. Safe to share between threads.

    Raises:
        KeysLocked: the keys are not unlocked in this process.
    """

    def __init__(self) -> None:
        self.agent = agent.current()
        self.role, self.id, self._key = self.agent.new_writer()
        self._lock = threading.Lock()
        self._last = 0
        self._rows = 0
        self._newest_ms = 0
        self._owed: list[int] = []

    @property
    def last(self) -> int:
        """The last counter given out; 0 before the first."""
        return self._last

    def event(self, payload: bytes) -> Inbox:
        """A stamped row with the next counter."""
        with self._lock:
            self._last += 1
            return self._row(Kind.EVENT, self._last, payload)

    def void(self, counter: int) -> Inbox:
        """A stamped row that says: this counter's event was rolled back."""
        with self._lock:
            return self._row(Kind.VOID, counter, b"")

    def report(self) -> Inbox:
        """A stamped row that says which counter was given out last."""
        with self._lock:
            return self._row(Kind.REPORT, self._last, b"")

    def owe(self, counter: int) -> None:
        """Remember a void that could not be written."""
        with self._lock:
            if len(self._owed) < OWED_LIMIT:
                self._owed.append(counter)

    def take_owed(self) -> list[int]:
        with self._lock:
            owed, self._owed = self._owed, []
        return owed

    def _row(self, kind: Kind, counter: int, payload: bytes) -> Inbox:
        identity = Stamp(self._next_id(), kind, self.role, self.id, counter)
        mac = stamp(self._key, identity, payload)
        return Inbox(
            id=identity.row, kind=kind, role=self.role, writer=self.id, counter=counter, mac=mac, payload=payload
        )

    def _next_id(self) -> UUID:
        """Ids of one writer rise, whatever the clock does (RFC 9562, section 6.2, method 1).

        Where others have 74 random bits there are 32 bits of a running number and 42 bits of the writer's own id.
        """
        self._rows += 1
        self._newest_ms = max(self._newest_ms, time.time_ns() // 1_000_000)
        tail = (self._rows & 0xFFFF_FFFF) << 42 | self.id.int & (1 << 42) - 1
        noise = tail >> 62 << 68 | tail & (1 << 62) - 1
        return uuid7(self._newest_ms, noise.to_bytes(10))


class _Process:
    """What belongs to this process and not to its children."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.writer: Writer | None = None
        self.name = ""
        self.ending: threading.Event | None = None
        self.reporter: threading.Thread | None = None


PROCESS = _Process()
os.register_at_fork(after_in_child=PROCESS.__init__)  # type: ignore[misc]
