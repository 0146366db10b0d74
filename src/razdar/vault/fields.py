"""A model field that holds a sealed value.

Reading the attribute gives an inert `Sealed`; assigning plain text is an error. Values get in through
`razdar.vault.services.seal` and out through the door. The model says where it stands:

    class Customer(models.Model):
        sealed_table = Table.CUSTOMER
        sealed_owner = "id"                  # attribute that names the customer whose key seals the row
        surname = SealedField(DataClass.SURNAME)
"""

from typing import Any

from django.db import models

from razdar.core.disclosure import DataClass
from razdar.vault.sealed import Sealed


class _SealedAttribute:
    """Descriptor between the stored bytes and the inert value."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        stored = instance.__dict__.get(self.field.attname)
        return Sealed(
            client=instance.client_id,
            customer=getattr(instance, instance.sealed_owner),
            table=int(instance.sealed_table),
            row=instance.pk,
            data_class=self.field.data_class,
            blob=bytes(stored or b""),
        )

    def __set__(self, instance: Any, value: object) -> None:
        if isinstance(value, Sealed):
            value = value.blob
        if not isinstance(value, (bytes, memoryview, type(None))):
            raise TypeError("a sealed field takes sealed bytes only")
        instance.__dict__[self.field.attname] = bytes(value or b"")


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Bytes of blob v1; empty when there is no value."""

    def __init__(self, data_class: DataClass | str, **options: Any) -> None:
        self.data_class = DataClass(data_class)
        options.setdefault("default", b"")
        options["editable"] = False
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, [str(self.data_class), *args], options

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.blob if isinstance(value, Sealed) else value)

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002 (the signature is Django's)
        raise TypeError("a sealed value is not serialised")
