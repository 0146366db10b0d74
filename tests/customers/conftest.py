"""A small installation for tests of customers."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from razdar.core.disclosure import Role, Viewer
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.customers.linking import unknown
from tests.doors.conftest import house
from tests.world import World, build, unlocked_keys

__all__ = ["house", "world"]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


@pytest.fixture
def agent(world: World) -> Viewer:
    return world.viewer(Role.AGENT)


@pytest.fixture
def met(world: World, agent: Viewer) -> tuple[UUID, UUID]:
    """An unknown caller and the customer it is, for both of whom the agent works."""
    customer, caller = world.customer(), unknown(world)
    for each in (caller, customer):
        world.assign(agent, each)
    return caller, customer
