"""One table, one function: whatever is sealed as a value or a file passes through ``suites.by_id``."""

import subprocess
import sys

import pytest

from razdar.core.crypto import suites
from razdar.core.errors import Unopenable
from tests import weakening
from tests.core.crypto.examples import KEY, NONCE

SEAL_ALL = """
from tests.core.crypto.examples import KEY, NONCE, PLACE
from tests.core.crypto.holding import Holding
from razdar.core.crypto import blobs, bound, files
from razdar.core.crypto.modes import MODES

keys = Holding({1: KEY})
sealed = [
    blobs.seal(KEY, 1, b"Kowalska", PLACE, NONCE),
    bound.seal_bound(KEY, b"Kowalska", b"owner", NONCE),
    b"".join(files.seal_file(KEY, 1, PLACE, b"Kowalska")),
    *(mode.seal(keys, b"Kowalska", PLACE) for mode in MODES.values()),
]
opened = [
    blobs.open_blob(KEY, sealed[0], PLACE),
    bound.open_bound(KEY, sealed[1], b"owner"),
    files.open_file(KEY, PLACE, lambda start, length: sealed[2][start:start + length], len(sealed[2])).read(),
    *(mode.open(keys.bring(blob), blob, PLACE) for mode, blob in zip(MODES.values(), sealed[3:])),
]
stored = [*sealed, *keys.store.values()]
assert opened == [b"Kowalska"] * len(sealed), opened
print(sum(b"Kowalska" in blob for blob in stored), len(stored))
"""


def seal_all(environment: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-W", "error", "-c", SEAL_ALL]
    return subprocess.run(
        command, env=environment, cwd=weakening.ROOT, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def test_nothing_of_the_plaintext_is_stored() -> None:
    assert seal_all() == "0 9"


def test_control_without_the_one_function_all_of_it_is_stored() -> None:
    environment = weakening.environment(
        patch="razdar.core.crypto.suites:by_id", with_="tests.core.crypto.null_suite:null_suite"
    )
    assert seal_all(environment) == "8 9"  # a row with a token holds nothing of its value even so


@pytest.mark.parametrize("suite", sorted(set(range(256)) - {0x11, 0x22, 0x31, 0x41, 0x51, 0x61}))
def test_an_unknown_suite_is_refused(suite: int) -> None:
    with pytest.raises(Unopenable):
        suites.by_id(suite)


def test_a_suite_does_only_what_it_is_for() -> None:
    with pytest.raises(Unopenable):
        suites.by_id(0x41).seal(KEY, b"x", b"", NONCE)
    with pytest.raises(Unopenable):
        suites.by_id(0x41).open(KEY, b"x", b"")
    with pytest.raises(Unopenable):
        suites.by_id(0x11).seal_file(KEY, b"", b"x")
    with pytest.raises(Unopenable):
        suites.by_id(0x11).open_file(KEY, b"", lambda start, length: bytes(start + length), 100)
