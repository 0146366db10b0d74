"""Every stored column has a data class: held against the migrated database, not against what the models say."""

from collections.abc import Mapping

import psycopg
import pytest
from django.apps import apps
from django.db.models import Model

from razdar.core.disclosure import Category, DataClass, info
from razdar.identity.columns import LIBRARY_TABLES
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.vault.fields import SealedField

_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
OPEN = {Category.METADATA, Category.COMPLIANCE, Category.STAFF, Category.SETTING, Category.TECHNICAL}
"""What may stand in a column that is not sealed under a customer's key."""


def declared() -> dict[str, Mapping[str, DataClass]]:
    """Table to column to class, as our models and the list of the libraries' tables declare it."""
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("razdar.")]
    return dict(LIBRARY_TABLES) | {m._meta.db_table: {**getattr(m, "data_classes", {}), **sealed(m)} for m in ours}


def sealed(model: type[Model]) -> dict[str, DataClass]:
    return {str(f.column): f.data_class for f in model._meta.local_fields if isinstance(f, SealedField)}


def classless(stored: list[tuple[str, str]]) -> set[str]:
    known = declared()
    return {f"{table}.{column}" for table, column in stored if column not in known.get(table, {})}


@pytest.fixture
def stored(database: RoleUrls) -> list[tuple[str, str]]:
    with psycopg.connect(database.owner) as owner:
        return owner.execute(_COLUMNS).fetchall()


def test_every_stored_column_has_a_class(stored: list[tuple[str, str]]) -> None:
    assert len(stored) > 150
    assert classless(stored) == set()


def test_no_class_is_declared_for_a_column_that_is_not_there(stored: list[tuple[str, str]]) -> None:
    assert {(table, column) for table, columns in declared().items() for column in columns} - set(stored) == set()


def test_a_column_without_a_class_is_found(stored: list[tuple[str, str]]) -> None:
    """Control run."""
    assert classless([*stored, ("customers_customer", "nickname"), ("new", "id")]) == {
        "customers_customer.nickname",
        "new.id",
    }


def test_what_is_of_a_customer_is_sealed() -> None:
    """A class of a customer's own data has no column in the open."""
    for model in apps.get_models():
        for column, data_class in getattr(model, "data_classes", {}).items():
            assert info(data_class).category in OPEN, f"{model._meta.db_table}.{column}"
        for column, data_class in sealed(model).items():
            assert info(data_class).storable, f"{model._meta.db_table}.{column}"
