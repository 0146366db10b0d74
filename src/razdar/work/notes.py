"""Notes about a customer: writing, changing, taking back, reading.

Rules
-----
1. A note is sealed under the key of the record it was written beside, and goes with that record. All records of one
   person show their notes together.
2. Who writes works for the customer. Who reads sees what the matrix gives for notes.
3. What must never be stored is taken out before sealing. Other personal data is stored only after a choice: as it was
   typed, or replaced by its kind.
4. One's own note may be changed for a quarter of an hour; what it said before is kept beside it. It may be taken back
   for five minutes: then its words are gone and go back into the draft.
5. From whichever record of a person a note is changed or taken back, it is the record it was written under that is
   held, and its key alone meets the words.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from razdar import audit
from razdar.core.disclosure import DataClass, Level, Shown, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Refused
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.redaction import SpanType
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.customers.living import hold
from razdar.customers.selectors import purpose_of
from razdar.identity import redacting
from razdar.runtime.ids import uuid7
from razdar.vault import door
from razdar.vault import services as vault
from razdar.vault.door import Look, Record
from razdar.work import detecting, drafts
from razdar.work.detecting import Found
from razdar.work.models import Note, NoteBefore

VIEW, WRITE, CHANGE, WITHDRAW = "work:note:view", "work:note:write", "work:note:change", "work:note:withdraw"
CHANGEABLE = timedelta(minutes=15)
UNDOABLE = timedelta(minutes=5)
MOST_SHOWN = 50


class Choice(StrEnum):
    """What shall become of personal data that a note holds."""

    NONE = ""
    """Nobody has chosen."""
    CONCEAL = "conceal"
    """It is replaced by its kind."""
    KEEP = "keep"
    """It is stored as it was typed."""


class Undecided(BadInput):
    """The note holds personal data, and nobody has chosen what shall become of it; nothing was stored."""

    def __init__(self) -> None:
        super().__init__("This note holds personal data. Choose whether to save it as typed or without it.")


@dataclass(frozen=True)
class Written:
    """A note as a page may show it.

    Attributes:
        customer: under which record it was written.
        shown: its words, as the matrix gives them.
        person: pseudonym of who wrote it.
        changed_at: when it was last changed.
        withdrawn_at: when it was taken back; then there are no words.
        changeable, undoable: by whoever asks, at this moment.
    """

    id: UUID
    customer: UUID
    shown: Shown | None
    person: UUID
    at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    changeable: bool
    undoable: bool


@dataclass(frozen=True)
class Saved:
    """What was stored: which note, and what kinds of data were taken out of it."""

    id: UUID
    taken_out: tuple[SpanType, ...]


@dataclass(frozen=True)
class Before:
    """What a note said until it was changed."""

    text: str = field(repr=False)
    until: datetime


def written(viewer: Viewer, customer: UUID) -> tuple[list[Written], bool]:
    """The notes of all records of a person, newest first, and whether there are more.

    Raises:
        TooManyTries, Unopenable: as the door.
    """
    if viewer.cell(DataClass.NOTE).level is Level.NONE or not customers.exists(viewer, customer):
        return [], False
    rows = Note.objects.filter(client_id=viewer.client, customer_id__in=links.person(viewer, customer))
    found = list(rows.order_by("-written_at", "-id")[: MOST_SHOWN + 1])
    shown = _shown(viewer, found[:MOST_SHOWN])
    return [_written(viewer, row, shown.get(row.id)) for row in found[:MOST_SHOWN]], len(found) > MOST_SHOWN


def save(viewer: Viewer, customer: UUID, text: str, choice: Choice = Choice.NONE) -> Saved:
    """Store a new note; the draft is gone with it.

    Raises:
        NotYours, NotDisclosed: not among the viewer's duties, or the viewer does not work for the customer.
        BadInput: nothing was written. Undecided: it holds personal data. NotFound: no such living customer.
    """
    _require(viewer, customer, WRITE)
    decided, taken_out = _decided(viewer, text, choice)
    hold(viewer.client, customer)
    note = Note(id=uuid7(), client_id=viewer.client, customer_id=customer, person=viewer.person, written_at=_now())
    vault.seal(note, {"text": decided}, WRITE)
    note.save(force_insert=True)
    drafts.drop(viewer, customer)
    _record(viewer, WRITE, customer)
    return Saved(note.id, taken_out)


def to_change(viewer: Viewer, customer: UUID, note_id: UUID) -> str:
    """The words of one's own note, to be changed.

    Raises:
        NotYours, NotDisclosed, NotFound: as `change`. Refused: it is too late.
    """
    _require(viewer, customer, VIEW)
    return _open(viewer, [_changeable(viewer, customer, note_id)])[0]


def change(viewer: Viewer, customer: UUID, note_id: UUID, text: str, choice: Choice = Choice.NONE) -> Saved:
    """Change one's own note; what it said before is kept.

    Raises:
        As `save`. NotFound: no such note of the viewer's own. Refused: it is too late.
    """
    _require(viewer, customer, CHANGE)
    decided, taken_out = _decided(viewer, text, choice)
    note = _held(viewer, customer, note_id)
    before = NoteBefore(
        id=uuid7(), client_id=viewer.client, customer_id=note.customer_id, note_id=note.id, until=_now()
    )
    vault.seal([before, note], [{"text": _open(viewer, [note])[0]}, {"text": decided}], CHANGE)
    before.save(force_insert=True)
    note.changed_at = before.until
    note.save(update_fields=["text", "changed_at"])
    _record(viewer, CHANGE, note.customer_id)
    return Saved(note.id, taken_out)


def withdraw(viewer: Viewer, customer: UUID, note_id: UUID) -> None:
    """Take back one's own note of a few minutes ago; its words go back into the draft and are kept nowhere else.

    The draft is that of the record under which the note was written; what is in it already stays, above them.

    Raises:
        NotYours, NotDisclosed, NotFound: as `change`. Refused: it is too late, or the draft would be too long.
    """
    _require(viewer, customer, WITHDRAW)
    note = _held(viewer, customer, note_id)
    if _now() - note.written_at > UNDOABLE:
        raise Refused("A note can be taken back for five minutes. It can still be changed for a quarter of an hour.")
    begun, words = drafts.text_of(viewer, note.customer_id), _open(viewer, [note])[0]
    kept = f"{begun}\n\n{words}" if begun else words
    if len(kept) > detecting.LONGEST:
        raise Refused("Save what you began to write first: together with this note it is too long for the field.")
    drafts.keep(viewer, note.customer_id, kept)
    NoteBefore.objects.filter(client_id=viewer.client, note_id=note.id).delete()
    Note.objects.filter(client_id=viewer.client, id=note.id).update(text=b"", withdrawn_at=_now())
    _record(viewer, WITHDRAW, note.customer_id)


def before(viewer: Viewer, customer: UUID, note_id: UUID) -> list[Before]:
    """What a note said before it was changed, newest first, for who reads notes in clear.

    Raises:
        NotDisclosed: notes are not in clear for the viewer. NotFound: no such note of this customer.
    """
    mine = {"client_id": viewer.client, "customer_id__in": links.person(viewer, customer)}
    _require_living(viewer, customer)
    if not Note.objects.filter(**mine, id=note_id).exists():
        raise NotFound("There is no such note.")
    rows = list(NoteBefore.objects.filter(**mine, note_id=note_id).order_by("-until"))
    texts = door.open_values(viewer, [row.text for row in rows], _look(viewer, VIEW)) if rows else []
    return [Before(text, row.until) for row, text in zip(rows, texts, strict=True)]


def _shown(viewer: Viewer, rows: Sequence[Note]) -> dict[UUID, Shown]:
    """The words of some notes, through the door, with one event."""
    by_record: dict[UUID, list[Note]] = defaultdict(list)
    for row in rows:
        if row.text.present:
            by_record[row.customer_id].append(row)
    if not by_record:
        return {}
    records = [Record(record, {str(row.id): row.text for row in notes}) for record, notes in by_record.items()]
    pages = door.disclose(viewer, records, _look(viewer, VIEW))
    return {UUID(key): shown for page in pages for key, shown in page.items()}


def _written(viewer: Viewer, row: Note, shown: Shown | None) -> Written:
    own = row.person == viewer.person and row.withdrawn_at is None and viewer.may(Permission.WORK_NOTE_WRITE)
    open_now = own and shown is not None and shown.level is Level.CLEAR
    return Written(
        id=row.id,
        customer=row.customer_id,
        shown=shown,
        person=row.person,
        at=row.written_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        changeable=open_now and _now() - row.written_at <= CHANGEABLE,
        undoable=open_now and _now() - row.written_at <= UNDOABLE,
    )


def found(viewer: Viewer, text: str) -> tuple[Found, ...]:
    """What of a text is personal data by the policy of the viewer's client. Nothing of it is stored or logged.

    Raises:
        PolicyUnreadable: the policy cannot be read.
    """
    return detecting.findings(detecting.typed(text), redacting.policy_of(viewer.client))


def _decided(viewer: Viewer, text: str, choice: Choice) -> tuple[str, tuple[SpanType, ...]]:
    """The words as they will be stored, and what kinds of data were taken out of them."""
    typed = detecting.plain(text)
    if not typed:
        raise BadInput("Write a note first.")
    policy = redacting.policy_of(viewer.client)
    kept = detecting.storable(typed)
    if choice is Choice.NONE and detecting.findings(kept, policy):
        raise Undecided
    chosen = detecting.findings(kept, policy) if choice is Choice.CONCEAL else ()
    kinds = dict.fromkeys(e.kind for e in (*detecting.findings(typed, policy), *chosen) if chosen or not e.kept)
    if kept != typed and not kinds:
        kinds = {SpanType.NUMBER: None}  # there were too many to tell them apart
    return (detecting.concealed(kept, policy) if choice is Choice.CONCEAL else kept), tuple(kinds)


def _held(viewer: Viewer, customer: UUID, note_id: UUID) -> Note:
    """One's own note, locked; the record under which it was written is held before it, as everybody does."""
    hold(viewer.client, _changeable(viewer, customer, note_id).customer_id)
    return _changeable(viewer, customer, note_id, locked=True)


def _changeable(viewer: Viewer, customer: UUID, note_id: UUID, *, locked: bool = False) -> Note:
    rows = Note.objects.filter(client_id=viewer.client, customer_id__in=links.person(viewer, customer))
    rows = rows.select_for_update() if locked else rows
    note = rows.filter(id=note_id, person=viewer.person, withdrawn_at=None).first()
    if note is None:
        raise NotFound("There is no such note.")
    if _now() - note.written_at > CHANGEABLE:
        raise Refused("A note can be changed for a quarter of an hour. Write another one.")
    return note


def _open(viewer: Viewer, rows: Sequence[Note]) -> list[str]:
    return door.open_values(viewer, [row.text for row in rows], _look(viewer, VIEW))


def _require(viewer: Viewer, customer: UUID, action: str) -> None:
    if not viewer.may(Permission.WORK_NOTE_WRITE):
        raise NotYours("Writing notes is not among your duties.")
    _require_living(viewer, customer)
    look = Look(action, Mode.CHANGE, purpose_of(viewer))
    door.require_assignment(viewer, customer, look, [])
    if viewer.cell(DataClass.NOTE).level is not Level.CLEAR:
        door.refuse(viewer, look, [])


def _require_living(viewer: Viewer, customer: UUID) -> None:
    """From the moment at which erasing began nothing of the customer opens, whatever is still to be removed."""
    if not customers.exists(viewer, customer):
        raise NotFound("There is no such customer.")


def _look(viewer: Viewer, action: str) -> Look:
    return Look(action, Mode.VIEW, purpose_of(viewer))


def _record(viewer: Viewer, action: str, customer: UUID) -> None:
    changed = ((str(DataClass.NOTE), "changed"),)
    audit.record(Event.by(viewer, action, Mode.CHANGE, customer=customer, purpose=purpose_of(viewer), detail=changed))


def _now() -> datetime:
    return datetime.now(UTC)
