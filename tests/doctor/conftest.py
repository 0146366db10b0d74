from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests.doctor.healthy import Healthy, healthy
from tests.world import World, build, unlocked_keys


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


@pytest.fixture
def made(world: World, tmp_path: Path, database: RoleUrls, settings: Any) -> Iterator[Healthy]:
    with healthy(world, database, tmp_path, settings) as found:
        yield found
