"""Freezes: two people of a client stop all reading of its data, and two people of the client let it go on.

* While a client is frozen no key that opens its data leaves the agent, and no blind index of it is computed:
  ``unwrap``, ``unwrap_streams`` and ``blind`` are refused, for every caller, whatever its role. It is looked at before
  a key is opened and again before it is handed out, so what began before the freeze does not end after it.
* What hands out no key goes on: public keys and keys of live streams (``stream_public``, ``open_stream``), the public
  keys of customers, new customers, streams bound to their customer inside the agent, rotation, bundles, and erasure.
* The agent is told which two people decided by which request. It cannot know people: it refuses one person twice, and
  a request that was carried out before counts no second time. A freeze is lifted by its own request's id, so an old
  agreement lifts no newer freeze.
* Only the process that serves people may ask (``callers``), never the operator's. From the log a freeze can be set
  again, where an older key store took the place of this one; there is no such way to lift one.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from razdar.core.crypto.material import wipe
from razdar.keys import freeze_store
from razdar.keys.freeze_records import Decision, Freeze
from razdar.keys.store import KeyStore

_NOBODY = UUID(int=0)


class Freezer(Protocol):
    """What is asked of the agent to stop the reading of a client's data."""

    def freeze_client(self, client: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        """Stop all reading of a client's data; repeating it with the same request changes nothing.

        Raises:
            BadInput: one person twice, an unknown client, one that is frozen, or a request that was another one.
        """

    def lift_freeze(self, client: UUID, freeze: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        """Let reading go on; repeating it with the same request changes nothing.

        Args:
            freeze: the request by which the client was frozen.

        Raises:
            BadInput: one person twice, not the freeze that lasts, or a request that was another one.
        """

    def freeze_again(self, client: UUID, request: UUID) -> bool:
        """Set a freeze again that the log knows and this key store does not; whether it was missing.

        A freeze that is known here, lifted or not, stays as it is.

        Raises:
            BadInput: an unknown client.
        """

    def freezes(self, client: UUID) -> list[Freeze]:
        """Every freeze of a client, the newest first; the first lasts while nobody lifted it."""


class Freezing:
    """The part of ``LocalAgent`` that freezes."""

    _store: KeyStore
    _now: Callable[[], datetime]

    def freeze_client(self, client: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        self._store.freezes.begin(client, freeze_store.now(request, asked_by, agreed_by, self._now()))

    def lift_freeze(self, client: UUID, freeze: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        self._store.freezes.end(client, freeze, freeze_store.now(request, asked_by, agreed_by, self._now()))

    def freeze_again(self, client: UUID, request: UUID) -> bool:
        known = self._store.freezes.all(client)
        if any(one.set.request == request for one in known) or (known and known[0].lifted is None):
            return False
        self._store.freezes.begin(client, Decision(request, _NOBODY, _NOBODY, self._now()))
        return True

    def freezes(self, client: UUID) -> list[Freeze]:
        return self._store.freezes.all(client)

    def _unless_frozen(self, clients: Iterable[UUID], opened: Callable[[], list[bytearray]]) -> list[bytearray]:
        """Keys that open data of these clients; they are wiped where one of them was frozen meanwhile.

        Raises:
            ClientFrozen
        """
        keys: list[bytearray] = []
        try:
            with self._reading(clients):
                keys += opened()
        except BaseException:
            wipe(*keys)
            raise
        return keys

    @contextmanager
    def _reading(self, clients: Iterable[UUID]) -> Iterator[None]:
        """Something is opened of these clients in the block; what was opened is not handed out where this raises.

        Raises:
            ClientFrozen: before the block or at its end.
        """
        asked = set(clients)
        self._store.freezes.require_none(asked)
        yield
        self._store.freezes.require_none(asked)
