"""Masks hide every character and the length; partial masks show only what their class allows."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import MASK, DataClass, Level, Purpose, Viewer, normal, partial
from razdar.core.disclosure.levels import Cell
from razdar.core.disclosure.masks import PARTIAL_MASKS
from razdar.core.disclosure.normal import fold

NIL = UUID(int=0)


@pytest.mark.parametrize(
    ("data_class", "value", "shown"),
    [
        (DataClass.PHONE, "+442079460123", f"{MASK} 23"),
        (DataClass.PHONE, "12345", MASK),
        (DataClass.EMAIL, "rosalind@example.org", f"r{MASK}@{MASK}.org"),
        (DataClass.EMAIL, "ro@example.org", MASK),
        (DataClass.GIVEN_NAME, "Rosalind", f"R{MASK}"),
        (DataClass.GIVEN_NAME, "Al", MASK),
        (DataClass.NATIONAL_ID, "51912307648", f"{MASK} 48"),
        (DataClass.IBAN, "GB82WEST12345698765432", f"{MASK} 5432"),
        (DataClass.PAN, "6011000990139424", f"{MASK} 9424"),
        (DataClass.POSTAL_ADDRESS, "1 Larkenmoor Lane, Ostravelle", f"{MASK}, Ostravelle"),
        (DataClass.POSTAL_ADDRESS, "1 Larkenmoor Lane", MASK),
        (DataClass.POSTAL_ADDRESS, "Larkenmoor, 12345", MASK),
        (DataClass.SURNAME, "Thornquist", MASK),
        (DataClass.BIRTH_DATE, "1984-03-31", MASK),
    ],
)
def test_partial_masks(data_class: DataClass, value: str, shown: str) -> None:
    assert partial(data_class, value) == shown


@given(st.sampled_from(DataClass), st.text(max_size=60))
def test_a_partial_mask_never_shows_more_than_four_signs_of_a_number(data_class: DataClass, value: str) -> None:
    shown = partial(data_class, value)
    assert MASK in shown
    if data_class not in {DataClass.EMAIL, DataClass.POSTAL_ADDRESS}:
        assert len(shown.replace(MASK, "").strip()) <= 4


@given(st.sampled_from(sorted(set(DataClass) - set(PARTIAL_MASKS))), st.text(max_size=60))
def test_a_class_without_a_partial_mask_gets_the_full_one(data_class: DataClass, value: str) -> None:
    assert partial(data_class, value) == MASK


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("حسینی‌نژاد", "حسينينژاد"),
        ("کریمی", "كريمي"),
        ("STRASSE", "strasse"),
        ("Ｔｈｏｒｎ", "thorn"),
        ("  Anna   Maria ", "anna maria"),
    ],
)
def test_ways_of_writing_one_name_agree(left: str, right: str) -> None:
    assert normal(DataClass.SURNAME, left) == normal(DataClass.SURNAME, right)


@pytest.mark.parametrize(
    "text", ["+44 20 7946 0123", "+442079460123", "+۴۴ ۲۰ ۷۹۴۶ ۰۱۲۳", "+४४२०७९४६०१२३", "+44 (0)20-7946-0123"]
)
def test_one_telephone_number_has_one_form(text: str) -> None:
    assert normal(DataClass.PHONE, text) == "+442079460123"


def test_a_home_region_reads_national_numbers() -> None:
    assert normal(DataClass.PHONE, "020 7946 0123", "GB") == "+442079460123"
    assert normal(DataClass.PHONE, "020 7946 0123") == "02079460123"


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(DataClass), st.text(max_size=80))
def test_a_normal_form_never_fails(data_class: DataClass, text: str) -> None:
    assert isinstance(normal(data_class, text), str)


def test_another_purpose_meets_the_mask() -> None:
    cell = Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))
    viewer = Viewer(NIL, "agent", NIL, "s", cells={DataClass.SURNAME: cell})
    assert viewer.level(DataClass.SURNAME, Purpose.SERVICE) is Level.CLEAR
    assert viewer.level(DataClass.SURNAME, Purpose.QUALITY) is Level.MASKED
    assert viewer.level(DataClass.PHONE, Purpose.SERVICE) is Level.NONE
