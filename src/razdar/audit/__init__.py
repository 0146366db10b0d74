"""The one door to the log: ``audit.record(event)`` for changes, ``audit.record_now(event)`` for everything else.

Safe to import before Django is set up; the work is in ``razdar.audit.services``.
"""

from razdar.core.ledger import Event

__all__ = ["record", "record_now", "start", "stop"]


def record(event: Event) -> None:
    """Log a change inside the transaction that makes it. See ``razdar.audit.services.record``."""
    from razdar.audit import services

    services.record(event)


def record_now(event: Event) -> None:
    """Log a look or a refusal; returns once it is committed. See ``razdar.audit.services.record_now``."""
    from razdar.audit import services

    services.record_now(event)


def start(process: str) -> None:
    """Announce this process as a writer and report its counter every second. See ``razdar.audit.services.start``."""
    from razdar.audit import services

    services.start(process)


def stop() -> None:
    """Log that this process ends, with its last counter. See ``razdar.audit.services.stop``."""
    from razdar.audit import services

    services.stop()
