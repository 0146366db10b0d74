"""An interaction, its recordings and its transcripts. What was said is sealed; when it was said is metadata.

A recording and a transcript exist as original and as redacted rendition, each a row of its own with a place of its
own, so that one does not open as the other. The original of a live call stays what was sealed while it was spoken:
segments of streams, written down here by who recorded them.
"""

from django.db import models
from django.db.models import Q

from razdar.core.disclosure import DataClass, columns
from razdar.core.errors import Unopenable
from razdar.interactions.timeline import Stretch
from razdar.runtime.ids import uuid7
from razdar.vault.fields import SealedField
from razdar.vault.places import Table
from razdar.vault.sealed import SealedFile, SealedSegment, SealedSound, SealedStream


class Interaction(models.Model):
    """One contact with a customer. The trace id goes with it through pipeline and log.

    `recording_gone_at` and `transcript_gone_at` say when what there was of its sound and of its words had been kept
    long enough and was destroyed; the row stays.
    """

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"

    sealed_table = Table.INTERACTION
    sealed_owner = "customer_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    trace = models.UUIDField(default=uuid7, unique=True)
    channel = models.CharField(max_length=12, default="call")
    direction = models.CharField(max_length=8, choices=Direction)
    agent = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    language = models.CharField(max_length=12, blank=True)
    supplied = SealedField(DataClass.TRANSCRIPT)
    created_at = models.DateTimeField()
    recording_gone_at = models.DateTimeField(null=True)
    transcript_gone_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id customer_id trace created_at recording_gone_at transcript_gone_at",
        call_meta="channel direction started_at duration_ms language",
        staff_hr="agent",
    )

    class Meta:
        indexes = (
            models.Index(fields=["client", "-started_at"], name="interactions_by_time"),
            models.Index(fields=["client", "customer"], name="interactions_by_customer"),
            models.Index(fields=["client", "agent", "-started_at"], name="interactions_by_agent"),
            models.Index(fields=["client", "duration_ms", "id"], name="interactions_by_length"),
            models.Index(
                fields=["client", "started_at"],
                condition=models.Q(recording_gone_at=None),
                name="interactions_with_recording",
            ),
            models.Index(
                fields=["client", "started_at"],
                condition=models.Q(transcript_gone_at=None),
                name="interactions_with_transcript",
            ),
        )


class Stage(models.Model):
    """How far one stage of the pipeline is for one interaction; `tries` counts engines that broke off over it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        PASSED = "passed"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    interaction = models.ForeignKey(
        "interactions.Interaction", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    name = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    error = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    data_classes = columns(technical="id client_id interaction_id name state error tries changed_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["interaction", "name"], name="interactions_one_stage"),)


class Rendition(models.Model):
    """What a recording and a transcript have in common: whose they are, and which of the two renditions."""

    sealed_owner = "customer_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    interaction = models.ForeignKey(
        "interactions.Interaction", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    redacted = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Recording(Rendition):
    """One rendition of a recording, and its waveform.

    *File*: a sealed FLAC in the object store; `sealed_digest` is the SHA-256 of that object, which the event that the
    rendition was made with names too. *Stream*: the segments of a live call.
    """

    class Kind(models.TextChoices):
        FILE = "file"
        STREAM = "stream"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FILE)
    object_name = models.UUIDField(unique=True, null=True)
    key_version = models.PositiveSmallIntegerField(null=True)
    sealed_size = models.BigIntegerField(null=True)
    sealed_digest = models.BinaryField(default=b"")
    rate = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField()
    frames = models.BigIntegerField()
    waveform = SealedField(DataClass.RECORDING)

    data_classes = columns(
        technical="id client_id interaction_id customer_id redacted kind object_name key_version sealed_size"
        " sealed_digest"
        " created_at",
        call_meta="rate channels frames",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["interaction", "redacted"], name="interactions_one_rendition"),
            models.CheckConstraint(
                condition=Q(
                    kind="file", object_name__isnull=False, key_version__isnull=False, sealed_size__isnull=False
                )
                | Q(kind="stream", object_name=None, key_version=None, sealed_size=None, redacted=False),
                name="interactions_file_or_stream",
            ),
        )

    @property
    def sealed_table(self) -> Table:
        return Table.REDACTED_RECORDING if self.redacted else Table.RECORDING

    @property
    def sealed(self) -> SealedSound:
        """The sealed sound, inert until the door opens it; of a stream without its segments.

        Raises:
            Unopenable: the row is no rendition.
        """
        if self.kind == Recording.Kind.STREAM:
            return SealedStream(self.client_id, self.customer_id, self.id, DataClass.RECORDING, self.interaction_id)
        if self.object_name is None or self.key_version is None or self.sealed_size is None:
            raise Unopenable
        return SealedFile(
            client=self.client_id,
            customer=self.customer_id,
            table=self.sealed_table,
            row=self.id,
            data_class=DataClass.RECORDING,
            name=self.object_name,
            key_version=self.key_version,
            size=self.sealed_size,
            digest=bytes(self.sealed_digest),
        )


class RecordingSegment(models.Model):
    """A sealed piece of one side of a live call. `begins` and `ends` are frames of the recording's time line.

    `stream` to `previous` are as it was sealed: `first` is where it begins in its stream.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey(
        "interactions.Recording", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    channel = models.PositiveSmallIntegerField()
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()
    stream = models.UUIDField()
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BooleanField()
    previous = models.BinaryField(max_length=16)
    object_name = models.UUIDField(unique=True)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id recording_id stream number last previous object_name size sha256",
        call_meta="channel begins ends first",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "number"], name="interactions_one_segment"),)
        indexes = (models.Index(fields=["recording", "ends"], name="interactions_segment_at"),)

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.begins, self.ends)

    @property
    def sealed(self) -> SealedSegment:
        """The segment as the door takes it."""
        return SealedSegment(
            stream=self.stream,
            number=self.number,
            first=self.first,
            frames=self.ends - self.begins,
            last=self.last,
            previous=bytes(self.previous),
            name=self.object_name,
            size=self.size,
        )


class Region(models.Model):
    """Where one side of a live call is silent because nothing was kept, and why.

    *Pause*: nobody was to record. *Gap*: it was to be recorded and is lost, or (reason *damaged*) does not open any
    more. *Missing*: there is no stream. `begins` and `ends` are frames of the recording's time line.
    """

    class Kind(models.TextChoices):
        PAUSE = "pause"
        GAP = "gap"
        MISSING = "missing"

    DAMAGED = "damaged"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    interaction = models.ForeignKey(
        "interactions.Interaction", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    channel = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=16)
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()

    data_classes = columns(technical="id client_id interaction_id", call_meta="channel kind reason begins ends")

    class Meta:
        indexes = (models.Index(fields=["interaction", "begins"], name="interactions_region_at"),)

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.begins, self.ends)


class Transcript(Rendition):
    """One rendition of a transcript; the body is sealed JSON (`razdar.core.redaction`)."""

    engine = models.CharField(max_length=30)
    body = SealedField(DataClass.TRANSCRIPT)

    data_classes = columns(technical="id client_id interaction_id customer_id redacted created_at", call_meta="engine")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["interaction", "redacted"], name="interactions_one_transcript"),)

    @property
    def sealed_table(self) -> Table:
        return Table.REDACTED_TRANSCRIPT if self.redacted else Table.TRANSCRIPT
