"""What the machinery of every process keeps in the database: imports and their lines, scheduled runs, sightings.

No value of a table that was imported stands here, no name of a file and none of a column. Erasing a customer empties
the digests of the lines that it came from; that they are done stays, so that no later try brings the customer back.
"""

from django.db import models

from razdar.core.disclosure import columns
from razdar.runtime.ids import uuid7


class ImportRun(models.Model):
    """One file that is imported for one client, however often the import is begun."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    file = models.BinaryField(max_length=16)
    mapping = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id client_id kind file mapping started_at finished_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client_id", "kind", "file"], name="runtime_one_import"),)


class ImportLine(models.Model):
    """How far one line of a file is.

    The key is a keyed digest of what makes it the same thing as another; only lines that wait or are imported have one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        IMPORTED = "imported"
        VERIFIED = "verified"
        PRESENT = "present"
        BAD = "bad"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    run = models.ForeignKey(ImportRun, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=20)
    line = models.PositiveIntegerField()
    key = models.BinaryField(max_length=16, null=True)
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=40, blank=True)
    made = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)

    data_classes = columns(technical="id client_id run_id kind line key state reason made customer_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "line"], name="runtime_one_line"),
            models.UniqueConstraint(fields=["client_id", "kind", "key"], name="runtime_one_thing"),
        )
        indexes = (models.Index(fields=["client_id", "customer_id"], name="runtime_line_customer"),)


class ScheduledRun(models.Model):
    """The last run of a piece of scheduled work; see `razdar.runtime.runs`."""

    name = models.CharField(primary_key=True, max_length=60)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    error = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)
    good_at = models.DateTimeField(null=True)

    data_classes = columns(technical="name began_at ended_at error failures good_at")


class Sighting(models.Model):
    """What the worker saw of the machinery, for pages of one client whose processes may not look themselves.

    Names, times and counts; no key, no secret, nothing of a customer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    name = models.CharField(max_length=20)
    seen_at = models.DateTimeField()
    facts = models.JSONField()

    data_classes = columns(technical="id client_id name seen_at facts")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client_id", "name"], name="runtime_one_sighting"),)
