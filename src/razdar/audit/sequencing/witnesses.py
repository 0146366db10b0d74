"""Which witnesses are asked, of all logs or of one client's. Changed from the command line, by the sequencer's role.

Every log concerned says so in an entry (``audit:witness:added``, ``audit:witness:removed``), written in the transaction
that changes it: whoever takes a witness away to be seen no more leaves that in the log, or changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from razdar.audit.models import NIL, Cosigning, Witness
from razdar.audit.sequencing import witness_client
from razdar.audit.sequencing.entries import Logs, Written, millis
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.turn import writing
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger import Dated, Event, Mode, encode
from razdar.core.ledger.notes import Algorithm, VerifierKey
from razdar.runtime.ids import uuid7


def add(url: str, vkey: str, client: UUID | None) -> VerifierKey:
    """Ask a witness from now on.

    Args:
        url: where it listens.
        vkey: its key.
        client: whose log; ``None`` for all.

    Raises:
        BadInput: address or key cannot be used, or it is asked already.
        AnotherHolds: a sequencer is in the middle of a round; try again.
    """
    witness_client.parse_url(url)
    key = VerifierKey.parse(vkey)
    if key.algorithm is not Algorithm.COSIGNATURE:
        raise BadInput("This is the key of a log, not of a witness.")
    known = Witness.objects.using(SEQUENCER)
    if known.filter(url=url, client=client).exists():
        raise BadInput("This witness is asked already. Remove it first to change its key.")
    with _told("audit:witness:added", key, client):
        known.create(id=uuid7(), client=client, url=url, vkey=vkey, added_at=datetime.now(UTC))
    return key


def remove(url: str, client: UUID | None) -> VerifierKey:
    """Ask a witness no more; what it co-signed stays.

    Raises:
        NotFound: there is no such witness.
        AnotherHolds: as ``add``.
    """
    found = Witness.objects.using(SEQUENCER).filter(url=url, client=client).first()
    if found is None:
        raise NotFound("There is no such witness.")
    key = VerifierKey.parse(found.vkey)
    with _told("audit:witness:removed", key, client):
        Cosigning.objects.using(SEQUENCER).filter(witness=found.id).delete()
        found.delete(using=SEQUENCER)
    return key


@contextmanager
def _told(action: str, key: VerifierKey, client: UUID | None) -> Iterator[None]:
    """The transaction of a change, with an entry about it in each log concerned."""
    now = datetime.now(UTC)
    with writing():
        logs = Logs(now)
        concerned = [client] if client else [log.log for log in logs]
        logs.append([_entry(log, action, key, now) for log in concerned])
        logs.save()
        yield


def _entry(log: UUID, action: str, key: VerifierKey, now: datetime) -> Written:
    client, detail = None if log == NIL else log, (("key", key.fingerprint),)
    event = Event.by_operator(client, action, Mode.CHANGE, detail=detail)
    return Written(Dated(event, millis(now)), encode(event, millis(now)))


def described() -> Iterator[str]:
    """Each witness, and how it stands to each log, as lines."""
    for witness in Witness.objects.using(SEQUENCER).order_by("added_at"):
        yield f"{witness.url} for {witness.client or 'all logs'}: {witness.vkey}"
        for row in Cosigning.objects.using(SEQUENCER).filter(witness=witness.id).order_by("log"):
            reason = f" ({row.reason})" if row.state == "refused" else ""
            yield f"  {row.log}: {row.state}{reason} since {row.since:%Y-%m-%d %H:%M:%SZ}, {row.size} entries co-signed"
