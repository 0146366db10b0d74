"""Drafts of notes, so that nothing is lost by a reload, an idle lock or a call that comes in.

A draft stands on the server and nowhere else, sealed under the customer's key; only whoever wrote it meets it again,
and only while they work for the customer. It lasts as long as the longest session, twelve hours. What must never be
stored is taken out of it as it is out of a note.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.customers.living import hold
from razdar.customers.selectors import exists, purpose_of
from razdar.runtime.ids import uuid7
from razdar.vault import assignments, door
from razdar.vault import services as vault
from razdar.vault.door import Look
from razdar.work import detecting
from razdar.work.models import NoteDraft

OPEN, SAVE = "work:draft:open", "work:draft:save"
LASTS = timedelta(hours=12)


def text_of(viewer: Viewer, customer: UUID) -> str:
    """What the viewer began to write here; empty where there is nothing, or nothing that may be opened now."""
    row = _row(viewer, customer)
    purpose = purpose_of(viewer)
    if row is None or not exists(viewer, customer) or viewer.level(DataClass.NOTE, purpose) is not Level.CLEAR:
        return ""
    if viewer.needs_assignment and customer not in assignments.assigned(viewer, {customer}):
        return ""
    return door.open_values(viewer, [row.text], Look(OPEN, Mode.VIEW, purpose))[0]


def keep(viewer: Viewer, customer: UUID, text: str) -> None:
    """Keep what was written so far in the place of what was kept before; nothing where nothing is written.

    Raises:
        NotYours, NotDisclosed: not among the viewer's duties, or the viewer does not work for the customer.
        NotFound: no such living customer.
    """
    if not viewer.may(Permission.WORK_NOTE_WRITE):
        raise NotYours("Writing notes is not among your duties.")
    if not exists(viewer, customer):
        raise NotFound("There is no such customer.")
    look = Look(SAVE, Mode.CHANGE, purpose_of(viewer))
    door.require_assignment(viewer, customer, look, [])
    typed = detecting.storable(detecting.plain(text))
    if not typed:
        drop(viewer, customer)
        return
    hold(viewer.client, customer)
    mine = {"client_id": viewer.client, "customer_id": customer, "person": viewer.person}
    row = NoteDraft.objects.filter(**mine).first() or NoteDraft(id=uuid7(), **mine)
    vault.seal(row, {"text": typed}, SAVE)
    row.saved_at = datetime.now(UTC)
    row.save()
    audit.record(Event.by(viewer, SAVE, Mode.CHANGE, customer=customer, purpose=look.purpose))


def drop(viewer: Viewer, customer: UUID) -> None:
    """Forget what the viewer began to write here."""
    NoteDraft.objects.filter(client_id=viewer.client, customer_id=customer, person=viewer.person).delete()


def forget_old(client: UUID) -> None:
    """Remove drafts that have lasted long enough."""
    NoteDraft.objects.filter(client_id=client, saved_at__lt=datetime.now(UTC) - LASTS).delete()


def _row(viewer: Viewer, customer: UUID) -> NoteDraft | None:
    since = datetime.now(UTC) - LASTS
    mine = {"client_id": viewer.client, "customer_id": customer, "person": viewer.person}
    return NoteDraft.objects.filter(**mine, saved_at__gt=since).first()
