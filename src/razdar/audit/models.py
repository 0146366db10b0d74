"""Tables of the log.

Who may do what is given by the migration, never by code: the runtime role puts rows into the inbox and reads the
entries of the client in scope; the sequencer role takes rows out of the inbox and appends. Nobody updates or deletes an
entry.

The client is a plain id, not a foreign key: a log outlives what it speaks of.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce

from razdar.core.disclosure import columns

NIL = UUID(int=0)
"""The log of the installation itself: events that belong to no client."""


class Inbox(models.Model):
    """A stamped row waiting for the sequencer. Ids are made in Python: the runtime role may not read them back."""

    id = models.UUIDField(primary_key=True)
    kind = models.SmallIntegerField()
    writer = models.UUIDField()
    counter = models.BigIntegerField()
    mac = models.BinaryField()
    payload = models.BinaryField()

    data_classes = columns(technical="id kind writer counter mac", staff_hr="payload")

    class Meta:
        db_table = "audit_inbox"


class Entry(models.Model):
    """One event in its place. ``payload`` is the truth; the other columns repeat what lists are filtered by."""

    pk = models.CompositePrimaryKey("log", "index")
    log = models.UUIDField()
    index = models.BigIntegerField()
    client = models.UUIDField(null=True, db_column="client_id")
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=40)
    session = models.CharField(max_length=64)
    device = models.CharField(max_length=80)
    zone = models.CharField(max_length=80)
    action = models.CharField(max_length=124)
    mode = models.CharField(max_length=16)
    customer = models.UUIDField(null=True)
    purpose = models.CharField(max_length=40)
    case = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16)
    trace = models.UUIDField(null=True)
    writer = models.UUIDField(null=True)
    counter = models.BigIntegerField(null=True)
    payload = models.BinaryField()

    data_classes = columns(
        technical="log index client_id customer trace writer counter",
        call_meta="at action mode purpose case outcome",
        staff_hr="actor role session device zone payload",
    )

    class Meta:
        db_table = "audit_event"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["log", "actor", "-index"], name="audit_event_actor"),
            models.Index(fields=["log", "action", "-index"], name="audit_event_action"),
            models.Index(fields=["log", "at"], name="audit_event_at"),
            models.Index(fields=["trace"], name="audit_event_trace", condition=models.Q(trace__isnull=False)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["writer", "counter"], name="audit_event_stamp"),
            models.CheckConstraint(condition=models.Q(index__gte=0), name="audit_event_index"),
            # Coalesced, because a check that comes out as NULL counts as met.
            models.CheckConstraint(
                condition=models.Q(log=Coalesce("client", models.Value(NIL))) & ~models.Q(client=NIL),
                name="audit_event_log",
            ),
        ]


class Subject(models.Model):
    """Which entries speak of a record, so that "who looked" need not read the whole log."""

    pk = models.CompositePrimaryKey("client", "subject", "index")
    client = models.UUIDField(db_column="client_id")
    subject = models.UUIDField()
    index = models.BigIntegerField()

    data_classes = columns(technical="client_id subject index")

    class Meta:
        db_table = "audit_subject"


class AuditLog(models.Model):
    """One log: a client's, or the installation's. ``next_index`` is what its next entry gets."""

    log = models.UUIDField(primary_key=True)
    next_index = models.BigIntegerField()

    data_classes = columns(technical="log next_index")

    class Meta:
        db_table = "audit_log"


class Sequencing(models.Model):
    """One row: when the sequencer last found the inbox empty. Locking the table is a sequencer's turn to work."""

    id = models.SmallIntegerField(primary_key=True)
    caught_up_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id caught_up_at")

    class Meta:
        db_table = "audit_sequencing"


class WriterState(models.Model):
    """How far a writer's counter is known."""

    writer = models.UUIDField(primary_key=True)
    last = models.BigIntegerField()
    first_seen = models.DateTimeField()

    data_classes = columns(technical="writer last first_seen")

    class Meta:
        db_table = "audit_writer"


class GapState(models.TextChoices):
    WAITING = "waiting"
    MISSING = "missing"
    VOID = "void"


class Gap(models.Model):
    """A counter of a writer that has no entry: not yet, reported as missing, or void."""

    pk = models.CompositePrimaryKey("writer", "counter")
    writer = models.UUIDField()
    counter = models.BigIntegerField()
    state = models.CharField(max_length=8)
    since = models.DateTimeField()

    data_classes = columns(technical="writer counter state since")

    class Meta:
        db_table = "audit_gap"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["since"], name="audit_gap_waiting", condition=models.Q(state="waiting")),
        ]


class Quarantine(models.Model):
    """A row that its writer did not vouch for, kept as it was found."""

    id = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=16)
    found_at = models.DateTimeField()
    row = models.UUIDField()
    kind = models.SmallIntegerField()
    writer = models.UUIDField()
    counter = models.BigIntegerField()
    mac = models.BinaryField()
    payload = models.BinaryField()

    data_classes = columns(technical="id reason found_at row kind writer counter mac", staff_hr="payload")

    class Meta:
        db_table = "audit_quarantine"
