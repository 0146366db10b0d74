"""Which witnesses are asked, of all logs or of one client's. Changed from the command line, by the sequencer's role."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from razdar.audit.models import Cosigning, Witness
from razdar.audit.sequencing import witness_client
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.errors import BadInput, NotFound
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
    """
    witness_client.parse_url(url)
    key = VerifierKey.parse(vkey)
    if key.algorithm is not Algorithm.COSIGNATURE:
        raise BadInput("This is the key of a log, not of a witness.")
    known = Witness.objects.using(SEQUENCER)
    if known.filter(url=url, client=client).exists():
        raise BadInput("This witness is asked already. Remove it first to change its key.")
    known.create(id=uuid7(), client=client, url=url, vkey=vkey, added_at=datetime.now(UTC))
    return key


def remove(url: str, client: UUID | None) -> VerifierKey:
    """Ask a witness no more; what it co-signed stays.

    Raises:
        NotFound: there is no such witness.
    """
    with transaction.atomic(using=SEQUENCER):
        found = Witness.objects.using(SEQUENCER).filter(url=url, client=client).first()
        if found is None:
            raise NotFound("There is no such witness.")
        Cosigning.objects.using(SEQUENCER).filter(witness=found.id).delete()
        found.delete(using=SEQUENCER)
    return VerifierKey.parse(found.vkey)


def described() -> Iterator[str]:
    """Each witness, and how it stands to each log, as lines."""
    for witness in Witness.objects.using(SEQUENCER).order_by("added_at"):
        yield f"{witness.url} for {witness.client or 'all logs'}: {witness.vkey}"
        for row in Cosigning.objects.using(SEQUENCER).filter(witness=witness.id).order_by("log"):
            reason = f" ({row.reason})" if row.state == "refused" else ""
            yield f"  {row.log}: {row.state}{reason} since {row.since:%Y-%m-%d %H:%M:%SZ}, {row.size} entries co-signed"
