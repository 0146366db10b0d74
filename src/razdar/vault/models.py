"""What the vault keeps in the database: the matrix, how each class is stored, assignments, grants, tokens, blind
indexes, counters.

Blind indexes stand in unlogged tables: absent from base backups and write-ahead logs, empty after a crash, rebuilt by
a job. The state row stands in an unlogged table too, so that its absence says the index is not there.
"""

from django.db import models

from razdar.core.disclosure import DataClass, columns
from razdar.runtime.ids import uuid7
from razdar.vault.fields import SealedField
from razdar.vault.places import Table


class MatrixVersion(models.Model):
    """One version of a client's disclosure matrix; the newest active one holds."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        SUPERSEDED = "superseded"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    version = models.PositiveIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=12, choices=State)
    proposed_by = models.UUIDField()
    decided_by = models.UUIDField(null=True)
    reason = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id version state created_at decided_at mac",
        setting="body",
        staff_hr="proposed_by decided_by reason",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["client_id"], condition=models.Q(state="active"), name="vault_one_active_matrix"
            ),
        )


class MatrixDraft(models.Model):
    """Cells that somebody is about to change: seen by nobody else, and of no effect before they are proposed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    person = models.UUIDField()
    base = models.PositiveIntegerField()
    body = models.TextField()
    updated_at = models.DateTimeField()

    data_classes = columns(technical="id client_id base updated_at", setting="body", staff_hr="person")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client_id", "person"], name="vault_one_draft"),)


class Assignment(models.Model):
    """Why somebody works for a customer at this moment, written down by the room that knows."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    customer_id = models.UUIDField()
    person = models.UUIDField()
    why = models.CharField(max_length=40)
    until = models.DateTimeField(null=True)

    data_classes = columns(technical="id client_id customer_id", call_meta="why until", staff_hr="person")

    class Meta:
        indexes = (models.Index(fields=["client_id", "customer_id", "person"], name="vault_assignment_who"),)


class SamePerson(models.Model):
    """A customer that was found to be somebody who has a record already: the *principal* of all their records.

    A principal has no row of its own; whose principal is nobody's principal is a person with one record.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    customer_id = models.UUIDField()
    principal_id = models.UUIDField()

    data_classes = columns(technical="id client_id customer_id principal_id")

    class Meta:
        indexes = (models.Index(fields=["client_id", "principal_id"], name="vault_same_person"),)
        constraints = (models.UniqueConstraint(fields=["client_id", "customer_id"], name="vault_one_principal"),)


class Grant(models.Model):
    """A reveal: who asked for which value, why, who agreed, until when it stays open."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        APPROVED = "approved"
        OPENED = "opened"
        REFUSED = "refused"

    sealed_table = Table.GRANT
    sealed_owner = "customer_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    customer_id = models.UUIDField()
    person = models.UUIDField()
    table = models.PositiveSmallIntegerField()
    row = models.UUIDField()
    data_class = models.CharField(max_length=30)
    purpose = models.CharField(max_length=20)
    case = models.CharField(max_length=40, blank=True)
    reason = SealedField(DataClass.REASON)
    state = models.CharField(max_length=10, choices=State)
    decided_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    until = models.DateTimeField()
    mac = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id customer_id table row data_class state created_at until mac",
        call_meta="purpose case",
        staff_hr="person decided_by",
    )

    class Meta:
        indexes = (models.Index(fields=["client_id", "person", "row"], name="vault_grant_who"),)


class IndexEntry(models.Model):
    """One entry of a blind index: a truncated keyed hash of a normal form, and the row that may hold it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    field = models.PositiveSmallIntegerField()
    token = models.BinaryField(max_length=8)
    customer_id = models.UUIDField()
    row = models.UUIDField()

    data_classes = columns(technical="id client_id field token customer_id row")

    class Meta:
        indexes = (
            models.Index(fields=["client_id", "field", "token"], name="vault_index_lookup"),
            models.Index(fields=["client_id", "customer_id"], name="vault_index_customer"),
        )


class IndexState(models.Model):
    """Present while the client's index is whole; gone with the index after a crash."""

    client_id = models.UUIDField(primary_key=True)
    built_at = models.DateTimeField()

    data_classes = columns(technical="client_id built_at")


class Tally(models.Model):
    """How often somebody did something in the current window; counts only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.UUIDField()
    act = models.CharField(max_length=20)
    subject = models.UUIDField()
    window = models.DateTimeField()
    count = models.PositiveIntegerField()

    data_classes = columns(technical="id act subject window count", staff_hr="person")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "act", "subject", "window"], name="vault_one_tally"),)


class ClientModes(models.Model):
    """How a client's data classes are stored where it is not the default: one document, authenticated as a whole.

    One row a client, from its founding on. A choice cannot be taken out of it, and neither can the row: without it
    nothing of the client is sealed or opened.
    """

    client_id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    body = models.TextField()
    mac = models.BinaryField(max_length=32)

    data_classes = columns(technical="client_id version mac", setting="body")


class Resealing(models.Model):
    """How far the values of one class are brought to the mode that holds and to the newest customer keys."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client_id = models.UUIDField()
    data_class = models.CharField(max_length=30)
    column = models.CharField(max_length=100, blank=True)
    after = models.UUIDField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id data_class column after total done changed failed waiting started_at finished_at"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client_id", "data_class"], name="vault_one_resealing"),)


class Token(models.Model):
    """A value kept apart from its row: the row holds only this row's random id."""

    id = models.UUIDField(primary_key=True)
    client_id = models.UUIDField()
    customer_id = models.UUIDField()
    sealed = models.BinaryField()

    data_classes = columns(technical="id client_id customer_id sealed")

    class Meta:
        indexes = (models.Index(fields=["client_id", "customer_id"], name="vault_token_customer"),)
