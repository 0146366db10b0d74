"""Erasures that a restored bundle does not know, from everything that may know better.

* the restored database itself, its log and its records of erasures: a data backup may be newer than the bundle;
* a newer export of the log, if one is at hand, checked against the installation's own key;
* the notices that every erasure leaves beside the backups.

The log counts for what was carried out. What was only asked for counts where the database holds the record of it: that
somebody asked is said by the process that is reached over the network.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.assurance import logged_bundles
from razdar.audit import lookup
from razdar.audit.exports import verification
from razdar.audit.sequencing import signing
from razdar.core.errors import BadInput, Misconfigured
from razdar.core.ledger import decode, layout, tiles
from razdar.core.ledger.events import Event
from razdar.core.ledger.exports import Reader
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose
from razdar.privacy.jobs import ACTION
from razdar.privacy.models import Erasure
from razdar.vault import notices

Pair = tuple[UUID, UUID]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """Erasures by where they were found, each a client and a customer.

    Attributes:
        database: in the restored database.
        export: in the newer export.
        notices: left beside the backups.
        refused: names of notices that are not this installation's.
    """

    database: frozenset[Pair]
    export: frozenset[Pair]
    notices: frozenset[Pair]
    refused: tuple[str, ...]

    @property
    def all(self) -> frozenset[Pair]:
        return self.database | self.export | self.notices


def in_database(client: UUID) -> frozenset[Pair]:
    """Erasures in the restored log, and those whose events were not in their place yet. Needs the client's scope."""
    logged = _pairs(dated.event for dated in lookup.of_action(client, ACTION, _BEGINNING))
    recorded = Erasure.objects.filter(client_id=client).values_list("customer_id", flat=True)
    return frozenset(logged) | {(client, customer) for customer in recorded}


def in_events(events: Iterable[Event]) -> frozenset[Pair]:
    """Erasures among the entries of a newer export."""
    return frozenset(_pairs(events))


def exported(path: Path) -> list[Event]:
    """The entries of an export of this installation's log that matter to a restore.

    Raises:
        Misconfigured: the export is cut or altered, or another installation's.
    """
    refusal = Misconfigured(f"The export of the log in {path} is cut, altered or of another installation.")
    report = verification.verify(path, [signing.log_key()])
    if not report.ok or not report.logs:
        raise refusal
    try:
        reader = verification.opened(path)
        return [event for event in _events(reader) if event.action in {ACTION, logged_bundles.ACTION}]
    except (BadInput, KeyError):
        raise refusal from None


def in_notices(folder: Path, installation: UUID) -> tuple[frozenset[Pair], tuple[str, ...]]:
    """Erasures whose notices lie beside the backups, and the names of what is no notice of this installation."""
    public = agent.current().verifying_key(SigningPurpose.NOTICE)
    found, refused = notices.read(folder, installation, public)
    return frozenset((notice.client, notice.customer) for notice in found), tuple(refused)


def _events(reader: Reader) -> Iterator[Event]:
    manifest = layout.parse_manifest(reader[layout.MANIFEST])
    for listed in manifest.logs:
        folder = manifest.folder(listed)
        for name, place in layout.files(listed.size, listed.minimum):
            if place.level is None:
                for payload in tiles.decode_bundle(reader[folder + name]):
                    yield decode(payload).event


def _pairs(events: Iterable[Event]) -> Iterator[Pair]:
    for event in events:
        if event.action == ACTION and event.customer and event.client and event.outcome == "ok":
            yield event.client, event.customer
