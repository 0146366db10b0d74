"""A small installation for tests of the work on contacts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests.world import World, build, unlocked_keys


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)
