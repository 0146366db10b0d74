"""The bound data: fixed width, every member in its place, nothing that could pass for something else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import aad
from razdar.core.crypto.aad import Place
from tests.core.crypto.examples import PLACE, neighbours, places, versions


def test_layout() -> None:
    packed = aad.pack(0x11, 0x0102, Place(UUID(int=3), UUID(int=4), 0x0506, 0x0708, UUID(int=9)))
    assert packed.hex() == "110102" + f"{3:032x}" + f"{4:032x}" + "05060708" + f"{9:032x}"
    assert len(packed) == aad.LENGTH == 55


@given(st.integers(0, 255), versions, places)
def test_every_member_changes_it_and_its_length_stays(suite: int, version: int, place: Place) -> None:
    packed = aad.pack(suite, version, place)
    others = [aad.pack(suite, version, other) for other in neighbours(place)]
    others += [aad.pack(suite ^ 1, version, place), aad.pack(suite, version % 65535 + 1, place)]
    assert all(len(other) == 55 and other != packed for other in others)


@pytest.mark.parametrize(("table", "field"), [(-1, 0), (65536, 0), (0, -1), (0, 65536)])
def test_numbers_that_do_not_fit_are_refused(table: int, field: int) -> None:
    with pytest.raises(ValueError, match="0 to 65535"):
        aad.pack(0x11, 1, Place(UUID(int=1), UUID(int=2), table, field, UUID(int=3)))


@pytest.mark.parametrize(("suite", "version"), [(-1, 1), (256, 1), (0x11, 0), (0x11, 65536)])
def test_suites_and_versions_that_do_not_fit_are_refused(suite: int, version: int) -> None:
    with pytest.raises(ValueError, match="suites are"):
        aad.pack(suite, version, PLACE)
