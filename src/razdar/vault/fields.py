"""A model field that holds a sealed value.

Reading the attribute gives an inert `Sealed`; assigning plain text is an error. Values get in through
`razdar.vault.services.seal` and out through the door. The model says where it stands:

    class Customer(models.Model):
        sealed_table = Table.CUSTOMER
        sealed_owner = "id"                  # attribute that names the customer whose key seals the row
        surname = SealedField(DataClass.SURNAME)
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from razdar.core.disclosure import DataClass
from razdar.vault.sealed import Sealed


@dataclass(frozen=True)
class Column:
    """Where values of a class stand: a table's model and the name of its sealed field."""

    model: type[models.Model]
    name: str

    @property
    def label(self) -> str:
        """Stable name of the column over restarts."""
        return f"{self.model._meta.db_table}.{self.name}"


_COLUMNS: list[tuple[DataClass, Column]] = []


def columns_of(data_class: DataClass) -> tuple[Column, ...]:
    """Every column of the installation that holds values of a class, in the order of their labels."""
    return tuple(sorted((c for kind, c in _COLUMNS if kind is data_class), key=lambda column: column.label))


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
        # Migrations see the tables as they once were; those are not columns of today.
        if not cls._meta.abstract and cls.__module__ != "__fake__":
            _COLUMNS.append((self.data_class, Column(cls, name)))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.blob if isinstance(value, Sealed) else value)

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002 (the signature is Django's)
        raise TypeError("a sealed value is not serialised")
