"""A customer, the customer's handles, and which customers are one person. Everything personal is a sealed field.

A customer has any number of handles and need not have a telephone number; one number may belong to several customers.
A customer is *provisional* as long as nobody has written down who it is: a caller with a withheld or new number.
That it was once is remembered (`named_at`).
"""

from django.db import models

from razdar.core.disclosure import DataClass, columns
from razdar.runtime.ids import uuid7
from razdar.vault.fields import SealedField
from razdar.vault.places import Table


class Customer(models.Model):
    sealed_table = Table.CUSTOMER
    sealed_owner = "id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    surname = SealedField(DataClass.SURNAME)
    given_name = SealedField(DataClass.GIVEN_NAME)
    gender = SealedField(DataClass.GENDER)
    birth_date = SealedField(DataClass.BIRTH_DATE)
    national_id = SealedField(DataClass.NATIONAL_ID)
    postal_address = SealedField(DataClass.POSTAL_ADDRESS)
    reference_no = SealedField(DataClass.REFERENCE_NO)
    language = models.CharField(max_length=12, blank=True)
    provisional = models.BooleanField(default=False)
    named_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id client_id provisional named_at created_at erased_at", call_meta="language")


class Handle(models.Model):
    """One way to reach a customer: exactly one of the three columns is filled."""

    sealed_table = Table.HANDLE
    sealed_owner = "customer_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    phone = SealedField(DataClass.PHONE)
    whatsapp_id = SealedField(DataClass.WHATSAPP_ID)
    email = SealedField(DataClass.EMAIL)

    data_classes = columns(technical="id client_id customer_id")

    class Meta:
        indexes = (models.Index(fields=["client", "customer"], name="customers_handle_customer"),)


class CustomerLink(models.Model):
    """That a customer is the same person as another, its *principal*: a pointer. Both keep their rows and their keys.

    A customer has at most one link that was not undone, so that all links together are trees; the root of a tree is
    the principal of everybody in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    principal = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    since = models.DateTimeField()
    by = models.UUIDField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    data_classes = columns(
        technical="id client_id customer_id principal_id", call_meta="since undone_at", staff_hr="by undone_by"
    )

    class Meta:
        indexes = (models.Index(fields=["client", "principal"], name="customers_link_principal"),)
        constraints = (
            models.UniqueConstraint(
                fields=["client", "customer"],
                condition=models.Q(undone_at=None),
                name="customers_one_link",
            ),
            models.CheckConstraint(condition=~models.Q(customer=models.F("principal")), name="customers_link_of_two"),
        )


class Candidate(models.Model):
    """A customer who has the number that a provisional customer called from, where several have it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    candidate = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    data_classes = columns(technical="id client_id customer_id candidate_id")

    class Meta:
        indexes = (models.Index(fields=["client", "customer"], name="customers_candidate_of"),)


class Known(models.Model):
    """That somebody knows a value of a record otherwise than from a caller: wrote it, or found the record by it.

    `row` is the customer's or the handle's; without one it is every value of that class in the record.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    row = models.UUIDField(null=True)
    data_class = models.CharField(max_length=30)
    person = models.UUIDField()
    written = models.BooleanField()
    at = models.DateTimeField()

    data_classes = columns(
        technical="id client_id customer_id row data_class written", call_meta="at", staff_hr="person"
    )

    class Meta:
        indexes = (models.Index(fields=["client", "customer", "data_class"], name="customers_known_value"),)


class Agreement(models.Model):
    """That what a caller said to somebody agreed with a customer's record, in a class which that person cannot see.

    It is of one caller and one contact: `caller` is the provisional customer, `interaction` the contact in which it was
    said, if there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    caller = models.ForeignKey("customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    interaction = models.UUIDField(null=True)
    person = models.UUIDField()
    at = models.DateTimeField()

    data_classes = columns(
        technical="id client_id customer_id caller_id interaction", call_meta="at", staff_hr="person"
    )

    class Meta:
        indexes = (models.Index(fields=["client", "customer", "person"], name="customers_agreement_who"),)
