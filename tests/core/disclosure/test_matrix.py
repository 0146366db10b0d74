"""The disclosure matrix as it is shipped, stored and changed."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import (
    CATALOGUE,
    NOTHING,
    Category,
    Cell,
    DataClass,
    Level,
    Matrix,
    Purpose,
    Role,
    classes_in,
    info,
    shipped,
)
from razdar.core.duties import ROLE_PERMISSIONS, opens_data
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from tests.shared import SHARED

cells = st.builds(Cell, st.sampled_from(Level), st.frozensets(st.sampled_from(Purpose)), st.booleans())
matrices = st.builds(
    Matrix,
    st.integers(1, 1000),
    st.dictionaries(st.tuples(st.sampled_from(Role), st.sampled_from(DataClass)), cells, max_size=30),
)


def test_every_class_has_an_entry_with_a_number_of_its_own() -> None:
    assert set(CATALOGUE) == set(DataClass)
    numbers = [entry.number for entry in CATALOGUE.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= entry.sensitivity <= 3 and 0 <= entry.weight <= 10 for entry in CATALOGUE.values())


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the catalogue of personal data is not part of the repository")
def test_the_catalogue_holds_every_field_of_the_source() -> None:
    with (SHARED / "facts" / "field_catalog.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert {row["field"] for row in rows} <= {c.value for c in DataClass}
    for row in rows:
        entry = info(DataClass(row["field"]))
        assert (entry.sensitivity, entry.weight) == (int(row["sensitivity"]), int(row["exposure_weight"])), row["field"]


def test_an_agent_gets_surname_and_gender_in_clear_and_nothing_else() -> None:
    row = shipped().row(Role.AGENT)
    clear = {c for c, cell in row.items() if cell.level is Level.CLEAR}
    of_the_desk = {DataClass.NOTE, DataClass.CALL_META}  # its own words, and its own contacts with whom it works for
    assert clear - of_the_desk == {DataClass.SURNAME, DataClass.GENDER}
    assert {cell.level for cell in row.values()} == {Level.CLEAR, Level.MASKED}
    assert not {DataClass.RECORDING, DataClass.TRANSCRIPT} & set(row)


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.TECHNICIAN, Role.SECURITY_OFFICER, Role.AUDITOR, Role.CLIENT_OBSERVER]
)
def test_roles_without_customers_see_nothing_of_them(role: Role) -> None:
    assert not shipped().row(role)


def test_a_reviewer_hears_redacted_renditions_and_knows_nobody() -> None:
    row = shipped().row(Role.QUALITY_REVIEWER)
    assert {c: cell.level for c, cell in row.items()} == {
        DataClass.TRANSCRIPT: Level.PARTIAL,
        DataClass.RECORDING: Level.PARTIAL,
        DataClass.CALL_META: Level.CLEAR,
    }


def test_a_privacy_officer_needs_a_second_person_for_ids_money_and_originals() -> None:
    row = shipped().row(Role.PRIVACY_OFFICER)
    guarded = (*classes_in(Category.GOVERNMENT_ID, Category.SPECIAL), DataClass.IBAN, DataClass.RECORDING)
    assert all(row[c].second_person and row[c].level is Level.ON_REQUEST for c in guarded)
    assert not row[DataClass.PHONE].second_person


def test_nobody_sees_what_must_never_be_stored() -> None:
    assert not any(shipped().cell(role, c).level for role in Role for c in (DataClass.CVV, DataClass.PIN))


def test_a_missing_cell_is_none() -> None:
    assert Matrix(1).cell(Role.PRIVACY_OFFICER, DataClass.SURNAME) == NOTHING


@given(matrices)
def test_stored_and_read_back_it_shows_the_same(matrix: Matrix) -> None:
    back = Matrix.from_json(matrix.to_json())
    assert all(back.row(role) == matrix.row(role) for role in Role)
    assert back.to_json() == matrix.to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version":1}',
        '{"version":"x","cells":[]}',
        '{"version":1,"cells":[{"role":"king","class":"surname","level":"clear","purposes":[],"second_person":false}]}',
        '{"version":1,"cells":[{"role":"agent","class":"surname","level":"all","purposes":[],"second_person":false}]}',
        '{"version":1,"cells":[{"role":"agent","class":"surname","level":"clear","purposes":[],"second_person":"no"}]}',
        '{"version":1,"cells":[{"role":"agent","class":"surname","level":"clear","purposes":"x","second_person":false}]}',
    ],
)
def test_a_matrix_that_is_not_fully_understood_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Matrix.from_json(text)


@given(matrices, st.sampled_from(Role), st.sampled_from(DataClass), cells)
def test_a_change_differs_in_exactly_its_cell(matrix: Matrix, role: Role, data_class: DataClass, cell: Cell) -> None:
    before = matrix.cell(role, data_class)
    changes = matrix.diff(matrix.changed(role, data_class, cell))
    assert [(c.role, c.data_class) for c in changes] == ([(role, data_class)] if before != cell else [])


def test_a_change_that_opens_is_told_from_one_that_closes() -> None:
    wider = shipped().changed(Role.AGENT, DataClass.PHONE, Cell(Level.PARTIAL, frozenset({Purpose.SERVICE})))
    (change,) = shipped().diff(wider)
    (back,) = wider.diff(shipped())
    assert change.opens
    assert change.before.level is Level.MASKED
    assert back.before.level is Level.PARTIAL


def test_nobody_both_grants_and_uses_a_right() -> None:
    grants = {Permission.IDENTITY_ROLE_GRANT, Permission.IDENTITY_ROLE_APPROVE, Permission.VAULT_MATRIX_PROPOSE}
    for role, permissions in ROLE_PERMISSIONS.items():
        assert not (permissions & grants and opens_data(role)), role
