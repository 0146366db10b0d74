"""The export of every log at once, for a backup."""

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from razdar.audit import services
from razdar.audit.exports import exporting
from razdar.audit.models import Checkpoint
from razdar.audit.sequencing import signing
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.core.ledger import Event, Mode


def write(target: Path) -> None:
    """Export all logs into a new folder; none are there before the first checkpoint.

    Raises:
        Misconfigured, Unavailable: it could not be written.
    """
    known = Checkpoint.objects.using(SEQUENCER).values_list("log", flat=True).order_by("log").distinct()
    logs = list(known)
    if not logs:
        return
    services.record_now(Event(client=None, action=exporting.EXPORT, mode=Mode.EXPORT, role="operator"))
    source = exporting.Source(SEQUENCER, nullcontext)
    exporting.to_folder(target, source.files(logs, signing.log_key(), datetime.now(UTC)))
