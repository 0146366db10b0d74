"""Questions that people of the client ask about entries of the log, and what was answered."""

from typing import ClassVar

from django.db import models

from razdar.core.disclosure import columns
from razdar.runtime.ids import uuid7


class Question(models.Model):
    """One question: about which entries, and how far it is. What was written stands in its turns."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    entries = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    since = models.DateTimeField()
    """When it came into the state that holds: the clock of who has to do something."""

    data_classes = columns(technical="id client_id entries state asked_at since", staff_hr="asked_by")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "state", "since"], name="oversight_question_open")
        ]


class Turn(models.Model):
    """What one person wrote, sealed under the installation's key and bound to this row; empty for closing alone."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(
        "oversight.Question", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.UUIDField()
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    sealed_text = models.TextField(default="")

    data_classes = columns(technical="id client_id question_id kind at", staff_hr="by role sealed_text")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "question", "at"], name="oversight_turn_order")
        ]
