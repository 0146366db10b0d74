"""A customer and the customer's handles. Everything personal is a sealed field.

A customer has any number of handles and need not have a telephone number; one number may belong to several customers.
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
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id client_id created_at erased_at", call_meta="language")


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
