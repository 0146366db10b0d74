"""What rooms need of the vault to take tables in: keyed digests, and the entries of a run in the log."""

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger.events import Detail, Event, Mode
from razdar.keys import agent, wipe
from razdar.vault import accounting

_SUBKEY = b"imports"
_DIGEST_BYTES = 16


@contextmanager
def digests(client: UUID) -> Iterator[Callable[[bytes], bytes]]:
    """Keyed digests of what makes a row the same as another: 16 bytes, the same within a client for ever.

    They are for `razdar.runtime.imports` alone. Whoever has the database and not the keys learns nothing from them.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    key = agent.current().installation_subkey(_SUBKEY)
    try:
        yield lambda identity: hmac.digest(key, client.bytes + identity, "sha256")[:_DIGEST_BYTES]
    finally:
        wipe(key)


def log_run(viewer: Viewer, action: str, run: UUID, totals: Mapping[str, int] | None = None) -> None:
    """A run began, or reached the end of its table with these sums."""
    detail: Detail = (("run", str(run)), *(totals or {}).items())
    audit.record_now(Event.by(viewer, action, Mode.CHANGE, detail=detail))


def log_batch(viewer: Viewer, action: str, run: UUID, customers: Sequence[UUID], bad: int = 0) -> None:
    """A batch was stored; recorded in the transaction that stores it, and names everybody it is about."""
    for some in list(accounting.chunks(customers)) or [()]:
        detail = (("run", str(run)), ("stored", len(some)), ("bad", bad))
        audit.record(Event.by(viewer, action, Mode.CHANGE, fields=accounting.unseen(some), detail=detail))
