"""Foreign keys against the layers: strings are invisible to the import contracts, so they are held here.

A key points into its own room or a lower one. Across rooms it leaves no way back (`related_name="+"`): a reverse
accessor would let a lower room's rows reach upwards. And no room's tables import another room's.
"""

import ast

import pytest
from django.apps import apps
from django.db import models

from tests.shape.house import depth, modules, place, room_of


def relations() -> list[models.Field]:  # type: ignore[type-arg]
    tables = [each for each in apps.get_models(include_auto_created=True) if each.__module__.startswith("razdar.")]
    return [field for table in tables for field in table._meta.get_fields() if is_key(field)]  # type: ignore[misc]


def is_key(field: object) -> bool:
    return isinstance(field, models.Field) and field.remote_field is not None and not field.auto_created


def room(model: type[models.Model]) -> str | None:
    """The room of a table, or None for a library's."""
    package, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if package == "razdar" else None


def points_up(here: str, there: str) -> bool:
    """Sideways counts as up: siblings do not know each other."""
    return here != there and depth(there) <= depth(here)


@pytest.mark.parametrize(
    ("here", "there", "wrong"),
    [
        ("customers", "identity", False),
        ("customers", "customers", False),
        ("identity", "customers", True),
        ("privacy", "security", True),
    ],
)
def test_up_and_sideways_are_told_from_down(here: str, there: str, wrong: bool) -> None:
    assert points_up(here, there) is wrong


def test_keys_point_downwards() -> None:
    assert relations()
    wrong = []
    for field in relations():
        here, there = room(field.model), room(field.related_model)  # type: ignore[arg-type]
        if here and there and points_up(here, there):
            wrong.append(f"{field} -> {there}")
    assert wrong == []


def test_keys_across_rooms_leave_no_way_back() -> None:
    wrong = []
    for field in relations():
        here, there = room(field.model), room(field.related_model)  # type: ignore[arg-type]
        if here != there and not field.remote_field.hidden:  # type: ignore[union-attr]
            wrong.append(str(field))
    assert wrong == []


def test_tables_of_other_rooms_are_not_imported() -> None:
    tables = [file for file in modules() if file.stem == "models" or file.parent.name == "models"]
    imports = [
        (file, node) for file in tables for node in ast.walk(modules()[file]) if isinstance(node, ast.ImportFrom)
    ]
    assert [place(file, node) for file, node in imports if is_foreign_table(node.module or "", room_of(file))] == []


def is_foreign_table(module: str, here: str) -> bool:
    parts = module.split(".")
    return parts[0] == "razdar" and parts[-1] == "models" and parts[1] != here
