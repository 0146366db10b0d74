"""Calls while they are recorded, and what is kept of them. What was said is in the object store, sealed.

A *tap* is a one-time id for one side of a call; whoever streams under it makes a *stream*, which has a key of its own.
A side has one stream after the other where it was paused or one recorder took over from another.
"""

from uuid import uuid4

from django.db import models

from razdar.core.disclosure import columns
from razdar.runtime.ids import uuid7


class Side(models.TextChoices):
    """Which side of a call: what the caller says, and what the agent says."""

    IN = "in"
    OUT = "out"


class Node(models.Model):
    """A telephone exchange that may stream to recorders. Its secret is random and long, so its hash is enough."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=64, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()

    data_classes = columns(technical="id secret_hash added_at", setting="name")


class Recorder(models.Model):
    """One run of a recorder's process; it says every few seconds that it lives.

    Once it is over, `emptied_at` says that nothing it recorded is in its spool any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id started_at seen_at ended_at emptied_at", setting="name")


class Call(models.Model):
    """How far the recording of an interaction is; its id is the interaction's.

    `composed_at` says when it was handed over: from then on its segments are the recording's (room `interactions`).
    """

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    opened_at = models.DateTimeField()
    paused = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    bound_at = models.DateTimeField(null=True)
    composed_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id customer_id bound_at composed_at", call_meta="opened_at paused closed_at"
    )

    class Meta:
        indexes = (
            models.Index(fields=["client", "composed_at", "closed_at"], name="telephony_call_open"),
            models.Index(fields=["client", "customer"], name="telephony_call_customer"),
        )


class Tap(models.Model):
    """A one-time id of a side, told beforehand. It is used when a recorder has taken it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey("telephony.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    side = models.CharField(max_length=8, choices=Side)
    told_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    recorder = models.UUIDField(null=True)

    data_classes = columns(technical="id client_id call_id told_at used_at recorder", call_meta="side")


class Stream(models.Model):
    """What one recorder received of one side under one tap.

    `flowing_ms` is when its first frame came, in milliseconds since 1970 UTC; `frames` its length, silence included.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        ENDED = "ended"  # every segment of it is stored
        LOST = "lost"  # its recorder died; what its spool held waits to be made into segments
        SALVAGED = "salvaged"
        GONE = "gone"  # kept long enough; its segments are destroyed
        KEYLESS = "keyless"  # and so is its key

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey("telephony.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    side = models.CharField(max_length=8, choices=Side)
    recorder = models.UUIDField()
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    flowing_ms = models.BigIntegerField(null=True)
    frames = models.BigIntegerField(default=0)
    reason = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id call_id recorder state started_at", call_meta="side flowing_ms frames reason ended_at"
    )

    class Meta:
        indexes = (models.Index(fields=["client", "call"], name="telephony_stream_call"),)


class Segment(models.Model):
    """A sealed segment of a stream in the object store, and what is needed to open it there."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    stream = models.ForeignKey("telephony.Stream", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    frames = models.BigIntegerField()
    last = models.BooleanField()
    previous = models.BinaryField(max_length=16)
    tag = models.BinaryField(max_length=16)
    object_name = models.UUIDField(unique=True)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    salvaged = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    data_classes = columns(
        technical="id client_id stream_id number last previous tag object_name size sha256 salvaged created_at",
        call_meta="first frames",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "number"], name="telephony_one_segment"),)


class Part(models.Model):
    """A part of a spool that its recorder could not make into a segment, copied as it is: ciphertext."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    stream = models.ForeignKey("telephony.Stream", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    number = models.PositiveIntegerField()
    object_name = models.UUIDField(unique=True)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    data_classes = columns(technical="id client_id stream_id number object_name size created_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "number"], name="telephony_one_part"),)
