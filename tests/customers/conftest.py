"""A small installation for tests of customers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests.doors.conftest import house
from tests.world import World, build, unlocked_keys

__all__ = ["house", "world"]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)
