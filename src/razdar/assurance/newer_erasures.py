"""Erasures that a restored bundle does not know, from everything that may know better.

* **Proved** is what the key agent signed, which signs for destroyed keys only: the notices that every erasure leaves
  beside the backups, and the certificates in the restored database.
* **Claimed** is what the restored database, its log or a newer export of the log says without that. Processes that are
  reached over the network write there, and whoever took one over may write any customer's erasure. That an export is
  whole says that nobody changed it afterwards, not that it is true. What is claimed is for the operator to decide.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.assurance import logged_bundles
from razdar.audit import lookup
from razdar.audit.exports import verification
from razdar.audit.sequencing import signing
from razdar.core.errors import BadInput, Misconfigured, Unverifiable
from razdar.core.ledger import certificates, decode, layout, tiles
from razdar.core.ledger.events import Event
from razdar.core.ledger.exports import Reader
from razdar.core.ledger.notes import VerifierKey
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose
from razdar.privacy.jobs import ACTION
from razdar.privacy.models import Erasure
from razdar.vault import freezing, notices

Pair = tuple[UUID, UUID]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MATTERS = frozenset({ACTION, logged_bundles.ACTION, freezing.FREEZE, freezing.LIFT})
"""What a restore asks an export of the log for."""


@dataclass(frozen=True)
class Known:
    """Erasures, each a client and a customer.

    Attributes:
        proved: signed by the key agent.
        claimed: the others, and where each is claimed.
        refused: names of notices that are not this installation's.
    """

    proved: frozenset[Pair]
    claimed: Mapping[Pair, tuple[str, ...]]
    refused: tuple[str, ...]


def gather(
    proved: Iterable[Pair], claims: Mapping[str, Iterable[Pair]], refused: Iterable[str], done: Container[Pair]
) -> Known:
    """What is known of erasures.

    Args:
        proved: signed by the key agent.
        claims: by the place where they are claimed.
        refused: names of notices that are not this installation's.
        done: customers whose keys are destroyed already.
    """
    signed = frozenset(pair for pair in proved if pair not in done)
    claimed: dict[Pair, tuple[str, ...]] = {}
    for place, pairs in claims.items():
        for pair in sorted(set(pairs)):
            if pair not in signed and pair not in done:
                claimed[pair] = (*claimed.get(pair, ()), place)
    return Known(signed, claimed, tuple(refused))


def certified(client: UUID, key: VerifierKey) -> Iterator[Pair]:
    """Erasures of which the restored database has the certificate. Needs the client's scope."""
    rows = Erasure.objects.filter(client_id=client).exclude(certificate="")
    for text in rows.values_list("certificate", flat=True):
        with suppress(Unverifiable):
            said = certificates.verify(text.encode(), key).certificate
            yield said.client, said.customer


def recorded(client: UUID) -> list[Pair]:
    """Erasures of which the restored database has the record, carried out or not. Needs the client's scope."""
    rows = Erasure.objects.filter(client_id=client)
    return [(client, customer) for customer in rows.values_list("customer_id", flat=True)]


def logged(client: UUID) -> list[Pair]:
    """Erasures in the restored log. Needs the client's scope."""
    return in_events(dated.event for dated in lookup.of_action(client, ACTION, _BEGINNING))


def in_events(events: Iterable[Event]) -> list[Pair]:
    """Erasures among entries of a log."""
    return [
        (event.client, event.customer)
        for event in events
        if event.action == ACTION and event.customer and event.client and event.outcome == "ok"
    ]


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
        return [event for event in _events(reader) if event.action in MATTERS]
    except (BadInput, KeyError):
        raise refusal from None


def in_notices(folder: Path, installation: UUID) -> tuple[list[Pair], list[str]]:
    """Erasures whose notices lie beside the backups, and the names of what is no notice of this installation."""
    public = agent.current().verifying_key(SigningPurpose.NOTICE)
    found, refused = notices.read(folder, installation, public)
    return [(notice.client, notice.customer) for notice in found], refused


def _events(reader: Reader) -> Iterator[Event]:
    manifest = layout.parse_manifest(reader[layout.MANIFEST])
    for listed in manifest.logs:
        folder = manifest.folder(listed)
        for name, place in layout.files(listed.size, listed.minimum):
            if place.level is None:
                for payload in tiles.decode_bundle(reader[folder + name]):
                    yield decode(payload).event
