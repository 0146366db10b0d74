"""Exporting from the command line and for a backup: every log at once, or one client's; on the record."""

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.audit import services
from razdar.audit.exports import exporting
from razdar.audit.models import Checkpoint
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import Event, Mode


def write(target: Path, client: UUID | None = None) -> int:
    """Export all logs, or one client's, into a new folder, or a new file that ends in ``.zip``.

    Returns:
        How many; there are none before the first checkpoint, and then nothing is written.

    Raises:
        BadInput: there is something already. Misconfigured, Unavailable: it could not be written.
    """
    known = Checkpoint.objects.using(SEQUENCER).values_list("log", flat=True).order_by("log").distinct()
    logs = [log for log in known if client in {None, log}]
    if not logs:
        return 0
    services.record_now(Event.by_operator(client, exporting.EXPORT, Mode.EXPORT))
    files = exporting.Source(SEQUENCER, nullcontext).files(logs, signing.log_key(), datetime.now(UTC))
    to = exporting.to_zip if target.suffix == ".zip" else exporting.to_folder
    to(target, files)
    return len(logs)
