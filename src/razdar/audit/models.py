"""Tables of the log.

Who may do what is given by the migration, never by code: the runtime role puts rows into the inbox and reads the
entries, tiles and checkpoints of the client in scope; the sequencer role takes rows out of the inbox, appends, and
removes what is older than a year. Nobody updates an entry.

The client is a plain id, not a foreign key: a log outlives what it speaks of.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual

from razdar.core.disclosure import columns
from razdar.core.ledger import MAX_PAYLOAD

NIL = UUID(int=0)
"""The log of the installation itself: events that belong to no client."""


class Inbox(models.Model):
    """A stamped row waiting for the sequencer. Ids are made in Python: the runtime role may not read them back.

    The table has a column more, ``arrival``, which the database alone fills: the order in which rows are taken.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.SmallIntegerField()
    role = models.CharField(max_length=16)
    writer = models.UUIDField()
    counter = models.BigIntegerField()
    mac = models.BinaryField()
    payload = models.BinaryField()

    data_classes = columns(technical="id kind role writer counter mac arrival", staff_hr="payload")

    class Meta:
        db_table = "audit_inbox"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A round takes many rows at once: whoever may put rows in cannot make it too large for the sequencer.
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("payload"), MAX_PAYLOAD))
                & models.Q(LessThanOrEqual(Length("mac"), 64)),
                name="audit_inbox_size",
            ),
        ]


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
    """One log: a client's, or the installation's.

    Attributes:
        log: the client's id, or the nil id.
        generation: part of its name; raised when the log had to begin anew from an older state.
        next_index: what its next entry gets.
        minimum: the first entry still held; what stood below was pruned.
        hashed: how many entries are in its tiles.
        last_at: when the sequencer last appended, by its own clock.
        newest_at: the latest time of an entry since the clock was last set back.
        signed_size, signed_at: of the newest checkpoint.
    """

    log = models.UUIDField(primary_key=True)
    generation = models.IntegerField(default=1)
    next_index = models.BigIntegerField(default=0)
    minimum = models.BigIntegerField(default=0)
    hashed = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    signed_size = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="log generation next_index minimum hashed last_at newest_at signed_size signed_at",
    )

    class Meta:
        db_table = "audit_log"


class Tile(models.Model):
    """A tile of a log's tree (C2SP tlog-tiles): up to 256 hashes of one level. A full one never changes."""

    pk = models.CompositePrimaryKey("log", "level", "index")
    log = models.UUIDField(db_column="client_id")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    data_classes = columns(technical="client_id level index hashes")

    class Meta:
        db_table = "audit_tile"


class Checkpoint(models.Model):
    """A signed checkpoint of a log: the newest, and those that a witness co-signed. ``note`` is the truth."""

    pk = models.CompositePrimaryKey("log", "size")
    log = models.UUIDField(db_column="client_id")
    size = models.BigIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.BinaryField()
    cosigned_at = models.DateTimeField(null=True)

    data_classes = columns(technical="client_id size root at note cosigned_at")

    class Meta:
        db_table = "audit_checkpoint"


class Witness(models.Model):
    """A witness to which checkpoints are sent: of one client's log, or of all logs if ``client`` is null."""

    id = models.UUIDField(primary_key=True)
    client = models.UUIDField(null=True, db_column="client_id")
    url = models.CharField(max_length=300)
    vkey = models.CharField(max_length=300)
    added_at = models.DateTimeField()

    data_classes = columns(technical="id client_id url vkey added_at")

    class Meta:
        db_table = "audit_witness"


class CosigningState(models.TextChoices):
    COSIGNED = "cosigned"
    AWAY = "away"
    REFUSED = "refused"


class Cosigning(models.Model):
    """How a witness stands to a log.

    Attributes:
        log, witness: which.
        size: of the largest checkpoint it is known to have co-signed.
        state: what came of the last attempt.
        reason: of a refusal, as a code.
        since: when that state began.
        told: the log has an entry about that state.
    """

    pk = models.CompositePrimaryKey("log", "witness")
    log = models.UUIDField(db_column="client_id")
    witness = models.UUIDField()
    size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=16, default="")
    since = models.DateTimeField()
    told = models.BooleanField(default=True)

    data_classes = columns(technical="client_id witness size state reason since told")

    class Meta:
        db_table = "audit_cosigning"


class Sequencing(models.Model):
    """One row. Locking the table is a sequencer's turn to work.

    Attributes:
        caught_up_at: when the sequencer last found the inbox empty.
        fence: raised whenever a turn is taken; who holds an older one may not write any more.
    """

    id = models.SmallIntegerField(primary_key=True)
    caught_up_at = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)

    data_classes = columns(technical="id caught_up_at fence")

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
            models.Index(fields=["writer"], name="audit_gap_absent", condition=~models.Q(state="void")),
        ]


class Quarantine(models.Model):
    """A row that its writer did not vouch for, or had no business to write, kept as it was found."""

    id = models.UUIDField(primary_key=True)
    reason = models.CharField(max_length=16)
    found_at = models.DateTimeField()
    row = models.UUIDField()
    kind = models.SmallIntegerField()
    role = models.CharField(max_length=16)
    writer = models.UUIDField()
    counter = models.BigIntegerField()
    mac = models.BinaryField()
    payload = models.BinaryField()

    data_classes = columns(technical="id reason found_at row kind role writer counter mac", staff_hr="payload")

    class Meta:
        db_table = "audit_quarantine"
