"""How each of a client's data classes is stored: what holds now, and what may still be opened.

Rules
-----
* Every client has one document of choices (`ClientModes`), made when the client is founded and authenticated as a whole
  (`rights`). A class that it does not name is stored as shipped: *searchable* where customers are searched by it,
  *standard* otherwise. Without a document that was written by Razdar nothing is sealed or opened, so that taking a
  choice away opens no way back to a weaker mode.
* What is written, is written in the mode that holds. What is read, is read by the suite the blob names, if that suite
  belongs to the mode that holds or to one that is still being replaced (``also``). When `razdar.vault.resealing` is
  done with a class, ``also`` is empty: from then on a row that was exchanged for an older copy does not open.
* Writers hold a lock, shared among them, from reading the document to the end of their transaction; a change of the
  document takes it alone. So no value is written in a mode that was replaced before it could be found and resealed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from razdar import audit
from razdar.core.crypto.age import Recipient
from razdar.core.crypto.modes import MODES, Mode
from razdar.core.disclosure import DataClass
from razdar.core.errors import Unavailable, Unopenable
from razdar.core.ledger.events import Event, Outcome
from razdar.core.ledger.events import Mode as How
from razdar.runtime.scope import scope
from razdar.vault import rights
from razdar.vault.models import ClientModes

STANDARD, SEARCHED, SEALED, DUAL, TOKEN = "standard", "searchable", "sealed", "dual_control", "token"

SEARCHABLE: Final = (
    DataClass.SURNAME,
    DataClass.PHONE,
    DataClass.WHATSAPP_ID,
    DataClass.EMAIL,
    DataClass.NATIONAL_ID,
    DataClass.REFERENCE_NO,
)
"""Classes by which customers may be searched: stored in *searchable* mode unless the client chose otherwise."""

_KIND = "modes"
_UNREADABLE = gettext_noop(
    "How this client's data is stored could not be read. Nothing was changed; tell whoever runs Razdar."
)


@dataclass(frozen=True)
class Choice:
    """How one class is stored.

    Attributes:
        mode: name of the mode (`razdar.core.crypto.modes.MODES`) in which values are written.
        also: modes in which values may still be found.
        recipients: texts of the persons who keep the second key; under dual control only.
        since: when it was chosen; None for what is shipped.
        by: pseudonym of who decided; None at the console.
    """

    mode: str
    also: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    since: datetime | None = None
    by: UUID | None = None

    @property
    def writes(self) -> Mode:
        return MODES[self.mode]

    @property
    def indexed(self) -> bool:
        """Whether a blind index is kept."""
        return self.writes.searchable

    @property
    def index_is_whole(self) -> bool:
        """False while values from a mode without an index are still being added to it.

        What only persons can open is in no index, and nothing waits for it.
        """
        return self.indexed and all(MODES[name].searchable or name == DUAL for name in self.also)

    def persons(self) -> tuple[Recipient, ...]:
        """Who keeps the second key."""
        return tuple(_recipient(text) for text in self.recipients)

    def reads(self, blob: bytes) -> Mode:
        """The mode that opens a stored value.

        Raises:
            Unopenable: its suite is not, or no longer, one in which this class is stored.
        """
        mode = self._by_suite.get(blob[0]) if blob else None
        if mode is None:
            raise Unopenable
        return mode

    @cached_property
    def _by_suite(self) -> Mapping[int, Mode]:
        """The mode that opens each suite; the one that holds goes before those that are being replaced."""
        names = (*reversed(self.also), self.mode)
        return {suite: MODES[name] for name in names for suite in MODES[name].suites}


@dataclass(frozen=True)
class Policy:
    """All choices of one client."""

    client: UUID
    version: int
    chosen: Mapping[DataClass, Choice] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, data_class: DataClass) -> Choice:
        return self.chosen.get(data_class) or default(data_class)


@cache
def default(data_class: DataClass) -> Choice:
    """How a class is stored when the client has not chosen."""
    return Choice(SEARCHED if data_class in SEARCHABLE else STANDARD)


def start(client: UUID) -> bool:
    """Write the empty document of a new client; False when there is one, which stays as it is."""
    with scope(client):
        if ClientModes.objects.filter(client_id=client).exists():
            return False
        _row(client, 1, "{}").save(force_insert=True)
        return True


def current(client: UUID) -> Policy:
    """What holds.

    Raises:
        Unavailable: the client has no document, or one that Razdar did not write; logged.
    """
    with scope(client):
        row = ClientModes.objects.filter(client_id=client).first()
    if row is not None and (policy := _believed(client, row.version, row.body, bytes(row.mac))):
        return policy
    audit.record_now(Event(client=client, action="vault:mode:forge", mode=How.DENY, outcome=Outcome.DENIED))
    raise Unavailable(_UNREADABLE)


def mode_of(client: UUID, data_class: DataClass) -> str:
    """Name of the mode in which a class is written."""
    return current(client).of(data_class).mode


def for_writing(client: UUID) -> Policy:
    """What holds, and will until the current transaction ends.

    Raises:
        Unavailable: as `current`.
    """
    _lock(client, "pg_advisory_xact_lock_shared")
    return current(client)


def replace(client: UUID, data_class: DataClass, choice: Choice) -> Policy:
    """Store another choice for a class; whoever calls this holds the lock (`for_changing`) and logs it."""
    policy = current(client)
    chosen = {**policy.chosen, data_class: choice}
    body = json.dumps({str(name): _to_json(each) for name, each in sorted(chosen.items())}, separators=(",", ":"))
    _row(client, policy.version + 1, body).save(force_update=True)
    return current(client)


def for_changing(client: UUID) -> Policy:
    """Wait for all writers who read the document, keep new ones out until this transaction ends, and read it.

    Raises:
        Unavailable: as `current`.
    """
    _lock(client, "pg_advisory_xact_lock")
    return current(client)


def _lock(client: UUID, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"razdar modes {client}"])


@lru_cache(maxsize=256)
def _checked(client: UUID, version: int, body: str, mac: bytes) -> Policy:
    """The document's content, proved once a process: the same bytes always give the same answer.

    Raises:
        LookupError: it was not written by Razdar. Errors are not remembered.
    """
    if not rights.holds(_KIND, (client, version, body), mac):
        raise LookupError
    chosen = {DataClass(name): _from_json(each) for name, each in json.loads(body).items()}
    return Policy(client, version, MappingProxyType(chosen))


def _believed(client: UUID, version: int, body: str, mac: bytes) -> Policy | None:
    try:
        return _checked(client, version, body, mac)
    except LookupError:
        return None


def _row(client: UUID, version: int, body: str) -> ClientModes:
    mac = rights.authenticator(_KIND, (client, version, body))
    return ClientModes(client_id=client, version=version, body=body, mac=mac)


def _to_json(choice: Choice) -> dict[str, Any]:
    return {
        "mode": choice.mode,
        "also": list(choice.also),
        "recipients": list(choice.recipients),
        "since": choice.since.isoformat() if choice.since else None,
        "by": str(choice.by) if choice.by else None,
    }


def _from_json(stored: dict[str, Any]) -> Choice:
    return Choice(
        mode=stored["mode"],
        also=tuple(stored["also"]),
        recipients=tuple(stored["recipients"]),
        since=datetime.fromisoformat(stored["since"]) if stored["since"] else None,
        by=UUID(stored["by"]) if stored["by"] else None,
    )


@lru_cache(maxsize=256)
def _recipient(text: str) -> Recipient:
    return Recipient.parse(text)
