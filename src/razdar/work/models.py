"""What people write down about their work for a customer: notes, how contacts ended, who may work for whom.

Whatever somebody wrote in words is sealed under the customer's key. Codes, times and pseudonyms stand in the open.
"""

from django.db import models

from razdar.core.disclosure import DataClass, columns
from razdar.runtime.ids import uuid7
from razdar.vault.fields import SealedField
from razdar.vault.places import Table


class OfCustomer(models.Model):
    """What belongs to a customer and goes with it."""

    sealed_owner = "customer_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    class Meta:
        abstract = True


class Note(OfCustomer):
    """A note about a customer. One that was taken back keeps its line and loses its words."""

    sealed_table = Table.NOTE

    text = SealedField(DataClass.NOTE)
    person = models.UUIDField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id customer_id", call_meta="written_at changed_at withdrawn_at", staff_hr="person"
    )

    class Meta:
        indexes = (
            models.Index(fields=["client", "customer", "-written_at"], name="work_note_of_customer"),
            models.Index(fields=["client", "written_at"], name="work_note_by_time"),
        )


class NoteBefore(OfCustomer):
    """What a note said before it was changed, and until when."""

    sealed_table = Table.NOTE_BEFORE

    note = models.ForeignKey("work.Note", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    text = SealedField(DataClass.NOTE)
    until = models.DateTimeField()

    data_classes = columns(technical="id client_id customer_id note_id", call_meta="until")

    class Meta:
        indexes = (models.Index(fields=["client", "note"], name="work_before_of_note"),)


class NoteDraft(OfCustomer):
    """A note that somebody began and did not save: one of each person at each customer, for twelve hours at most."""

    sealed_table = Table.NOTE_DRAFT

    text = SealedField(DataClass.NOTE)
    person = models.UUIDField()
    saved_at = models.DateTimeField()

    data_classes = columns(technical="id client_id customer_id", call_meta="saved_at", staff_hr="person")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "customer", "person"], name="work_one_draft"),)
        indexes = (models.Index(fields=["client", "saved_at"], name="work_draft_by_time"),)


class Code(models.Model):
    """A way in which contacts of a client may end. `key` is that of a shipped one whose name was never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=60, blank=True)
    place = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)

    data_classes = columns(technical="id client_id key place active", setting="name")

    class Meta:
        indexes = (models.Index(fields=["client", "place"], name="work_code_in_order"),)


class Disposition(OfCustomer):
    """How somebody said that a contact ended; the newest that was not taken back holds."""

    interaction = models.ForeignKey(
        "interactions.Interaction", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    code = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    holds = models.BooleanField()

    data_classes = columns(
        technical="id client_id customer_id interaction_id holds", call_meta="code at undone_at", staff_hr="person"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["client", "interaction"], condition=models.Q(holds=True), name="work_one_disposition"
            ),
        )
        indexes = (
            models.Index(
                fields=["client", "code", "interaction"],
                condition=models.Q(holds=True),
                name="work_ended_by_code",
            ),
            models.Index(fields=["client", "interaction", "-at"], name="work_disposition_history"),
        )


class AccessRequest(OfCustomer):
    """That somebody asks to work for a customer. Who decided stands in the approval."""

    class Answer(models.TextChoices):
        """What who asked is told when the answer is no."""

        NONE = ""
        NOT_NEEDED = "not_needed"
        SOMEBODY_ELSE = "somebody_else"
        NOT_IDENTIFIED = "not_identified"
        SAY_MORE = "say_more"

    sealed_table = Table.ACCESS_REQUEST

    person = models.UUIDField()
    purpose = models.CharField(max_length=20)
    reason = SealedField(DataClass.REASON)
    approval = models.UUIDField(null=True)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    asked_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id customer_id approval answer", call_meta="purpose asked_at until", staff_hr="person"
    )

    class Meta:
        indexes = (models.Index(fields=["client", "person", "-asked_at"], name="work_access_of_person"),)


class HandOver(OfCustomer):
    """That a contact was given to another agent, and by whom.

    `until_before` is until when the customer would have been open for whoever had it: empty where the contact ran, and
    the moment of the hand-over where it was open no more.
    """

    interaction = models.ForeignKey(
        "interactions.Interaction", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    before = models.UUIDField(null=True)
    after = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()
    until_before = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id customer_id interaction_id",
        call_meta="at until_before undone_at",
        staff_hr="before after person",
    )

    class Meta:
        indexes = (models.Index(fields=["client", "interaction", "-at"], name="work_handed_over"),)
