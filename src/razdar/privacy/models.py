"""The record of an erasure: who asked for it on which ground, which keys were destroyed, what went with them."""

from django.db import models

from razdar.core.disclosure import columns
from razdar.runtime.ids import uuid7


class Erasure(models.Model):
    """One erased customer. Holds ids and counts; nothing of the customer is left to hold.

    While `destroyed_at` is empty the erasure is being carried out; while `certificate` is, that is being issued.
    Erasures of one person's linked records have the same `together`, the customer that was asked for.
    """

    class Ground(models.TextChoices):
        REQUEST = "request"
        OBJECTION = "objection"
        UNLAWFUL = "unlawful"
        NO_LONGER_NEEDED = "no_longer_needed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    ground = models.CharField(max_length=20, choices=Ground)
    requested_by = models.UUIDField()
    key_ids = models.JSONField()
    counts = models.JSONField()
    destroyed_at = models.DateTimeField(null=True)
    key_versions = models.JSONField(default=list)
    certificate = models.TextField(default="")
    together = models.UUIDField(null=True)

    data_classes = columns(
        technical="id client_id customer_id key_ids key_versions counts destroyed_at certificate together",
        call_meta="ground",
        staff_hr="requested_by",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "customer"], name="privacy_one_erasure"),)
