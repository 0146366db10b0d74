"""Who may read a log: whoever has the right, in the client they work for. A refusal is logged."""

from razdar.audit.services import record_now
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotYours
from razdar.core.ledger import Event, Mode, Outcome
from razdar.core.permissions import Permission


def require(viewer: Viewer, action: str) -> None:
    """Let a viewer go on who may read the log.

    Raises:
        NotYours: the viewer may not; the attempt is logged.
    """
    if not viewer.may(Permission.OVERSIGHT_LOG_VIEW):
        record_now(Event.by(viewer, action, Mode.DENY, outcome=Outcome.DENIED))
        raise NotYours("Reading the log is not among your duties.")
