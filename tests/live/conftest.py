"""One Asterisk for all tests of a process."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.asterisk import Asterisk
from tests.needs import needs
from tests.telephony.conftest import world

__all__ = ["world"]


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    root = Path(needs("asterisk"))
    folder = Path(tempfile.mkdtemp(prefix="razdar-asterisk-"))
    running = Asterisk(root, folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
