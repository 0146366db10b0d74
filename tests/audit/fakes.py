"""Stand-ins and short names for the log's tests."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from razdar.audit.sequencing.vigil import HEARTBEAT
from razdar.core.crypto import hierarchy, signing
from razdar.core.disclosure import Viewer
from razdar.core.ledger import Event, FieldSeen, Mode
from razdar.core.permissions import Permission
from razdar.keys.agent import SigningPurpose
from razdar.keys.freeze_records import Freeze
from razdar.keys.log_heads import Heads, SigningLogs
from razdar.keys.stamping import MakingWriters
from razdar.keys.store import KeyStore

A, B = UUID("0a000000-0000-7000-8000-000000000001"), UUID("0b000000-0000-7000-8000-000000000001")
"""Two clients."""
NEVER_FOUNDED = UUID("0f000000-0000-7000-8000-00000000000f")
"""A client that the key agent knows nothing of."""
PERSON, CUSTOMER, OTHER = UUID(int=7), UUID(int=8), UUID(int=9)

Connection = psycopg.Connection[Any]


class FakeAgent(SigningLogs, MakingWriters):
    """Derives keys as the key agent does, from a secret of its own; what it signed of the log is in a key store.

    Args:
        path: of the key store, made when there is none.
        role: of the process that calls it.
    """

    _random = staticmethod(os.urandom)

    def __init__(self, path: Path, role: str = "operator") -> None:
        self._path = path
        self._caller = role

    @cached_property
    def _heads(self) -> Heads:  # type: ignore[override]
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        return (KeyStore.open(self._path) if self._path.exists() else KeyStore.create(self._path)).heads

    @contextmanager
    def _installation(self) -> Iterator[bytearray]:
        yield bytearray(sha256(b"secret of the tests").digest())

    def installation_subkey(self, purpose: bytes) -> bytearray:
        return bytearray(sha256(b"root of the tests" + purpose).digest())

    def freezes(self, _client: UUID) -> list[Freeze]:
        return []

    def known_clients(self, clients: Sequence[UUID]) -> list[UUID]:
        return [client for client in clients if client != NEVER_FOUNDED]

    def verifying_key(self, purpose: SigningPurpose) -> bytes:
        with self._installation() as secret:
            return signing.public_key(hierarchy.signing_seed(secret, purpose))


def look(client: UUID | None = A, customer: UUID = CUSTOMER, action: str = "customers:card:view") -> Event:
    return Event(
        client=client,
        actor=PERSON,
        role="agent",
        action=action,
        mode=Mode.VIEW,
        customer=customer,
        fields=(FieldSeen("surname", "clear", customer),),
        purpose="service",
    )


def change(client: UUID | None = A) -> Event:
    return Event(client=client, actor=PERSON, action="customers:field:correct", mode=Mode.CHANGE, customer=CUSTOMER)


def auditor(client: UUID = A) -> Viewer:
    return Viewer(PERSON, "auditor", client, "s1", permissions=frozenset({Permission.OVERSIGHT_LOG_VIEW}))


def entries(owner: Connection, log: UUID) -> list[tuple[int, str, int | None]]:
    """Index, action and counter of a log, in order; without its heartbeats."""
    rows = owner.execute(
        'SELECT "index", action, counter FROM audit_event WHERE log = %s AND action <> %s ORDER BY "index"',
        [log, HEARTBEAT],
    )
    return rows.fetchall()


def installation(owner: Connection) -> list[str]:
    """The actions in the installation's log, in order; without heartbeats."""
    return [action for _, action, _ in entries(owner, UUID(int=0))]
