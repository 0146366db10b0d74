"""One founded installation for all tests of this folder; each works on a copy of its own."""

from collections.abc import Iterator

import pytest

from tests.leaks import house
from tests.leaks.house import House
from tests.leaks.installation import place


@pytest.fixture(scope="session")
def template() -> Iterator[House]:
    """Founded and filled, never started."""
    with place() as base:
        yield house.found(base)


def pytest_itemcollected(item: pytest.Item) -> None:
    """In a parallel run one process founds it."""
    if "template" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("leaks"))
