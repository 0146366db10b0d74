"""What a crash leaves on the disk, and what a thief of ``var/`` gets: all of it with the passphrase, nothing without.

One installation is made by ``razdar init`` and ``razdar up``; PostgreSQL and the worker are killed while a call is in
the pipeline; the folder is scanned as the crash left it, and again when the installation has recovered and stopped. The
copy is read as the database's superuser reads it, and as a reader of files reads the key store.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest

from razdar.core.crypto import files, hierarchy
from razdar.core.crypto.material import wipe
from razdar.core.disclosure import group_of
from razdar.core.errors import Unopenable
from razdar.demo_content.calls import CALLS
from razdar.demo_content.people import PER_CLIENT
from razdar.keys import agent, setup
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.store import KeyStore
from razdar.runtime.postgres import embedded
from razdar.vault import modes, ring, staff
from razdar.vault.modes import Policy
from razdar.vault.sealed import Sealed, SealedFile
from tests.leaks import house, installation, planted, sources, stolen
from tests.leaks.house import House
from tests.leaks.scanner import Scanner, Source
from tests.leaks.stolen import StaffValue, WrappedKey

FIRST, SECOND = (call for call in CALLS if call.client_index == 0)
SECRETS = Scanner({house.PASSPHRASE} | planted.STRINGS, planted.windows())
WRONG_ROOT = bytes(range(7, 39))


@pytest.mark.timeout(400)
def test_a_crashed_installation_and_its_copy_open_with_the_passphrase_only(template: House) -> None:
    with house.like(template) as made:
        made.start("up")
        made.wait_for("Razdar is ready")
        house.succeed(house.import_call(made, FIRST))
        made.wait_until_redacted(1)
        crash(made)
        made.stop()
        (made.base / "passphrase").unlink()
        with copied(made) as copy:
            nothing_opens_without(copy)
            everything_opens_with(copy)


# --- The crash --------------------------------------------------------------------------------------------------------


def crash(made: House) -> None:
    """Kill database and worker while they work on a call that just came in, and scan what is there then."""
    house.succeed(house.import_call(made, SECOND))
    postmaster, worker = made.pid_of("postgres"), made.pid_of("worker")
    for victim in (*sources.family(postmaster), worker):
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    passphrase = made.base / "passphrase"
    left = SECRETS.scan(sources.files(made.base, [passphrase]))
    assert left.found == set(), left
    assert left.size > 20_000_000, left
    installation.wait_until(lambda: made.passed_stages() >= 2, lambda: made.output)
    assert made.pid_of("postgres") != postmaster
    after = SECRETS.scan(running(made))
    assert after.found == set(), after


def running(made: House) -> Iterator[Source]:
    yield from sources.tables(made.admin_url)
    yield from made.temporary()
    yield from sources.processes(made.pid)


# --- The copy ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """What lies in a copy of ``var/``."""

    folder: Path
    fields: list[Sealed]
    recordings: list[SealedFile]
    staff: list[StaffValue]
    keys: list[WrappedKey]

    def read(self, name: UUID, start: int, length: int) -> bytes:
        """A part of an object's file."""
        with next(self.folder.glob(f"objects/*/{name}")).open("rb") as file:
            file.seek(start)
            return file.read(length)


@contextmanager
def copied(made: House) -> Iterator[Copy]:
    """Copy the folder, scan the copy, start its database and read what is sealed."""
    folder = made.base / "copy"
    subprocess.run(["cp", "-a", str(made.var), str(folder)], check=True)
    still = SECRETS.scan(sources.files(folder))
    assert still.found == set(), still
    started = embedded.start(folder)
    try:
        with stolen.connect(started.admin_url) as database:
            copy = Copy(
                folder,
                stolen.fields(database),
                stolen.recordings(database),
                stolen.staff_values(database),
                stolen.wrapped_keys(folder / "keys" / setup.STORE_NAME),
            )
            assert len(copy.fields) == stolen.expected(database) > 500
    finally:
        started.server.stop()
    assert {one.kind for one in copy.staff} == {"name", "factor", "session"}
    assert len(copy.recordings) >= 3
    yield copy


def nothing_opens_without(copy: Copy) -> None:
    """A wrong passphrase is refused; a wrong root, put in its place, opens none of the keys and none of the blobs."""
    for words in (house.ANOTHER_PASSPHRASE, house.PASSPHRASE.upper(), house.PASSPHRASE + " "):
        with pytest.raises(Unopenable):
            setup.unlock(copy.folder / "keys", words.encode())
    root = PassphraseFile(bytearray(WRONG_ROOT))
    assert [key for key in copy.keys if opens_key(root, {}, key)] == []
    thief = agent.LocalAgent(KeyStore.open(copy.folder / "keys" / setup.STORE_NAME), root)
    with closing(thief), installed(thief):
        assert [value for value in copy.staff if opens_staff(value)] == []
        assert [value for value in copy.fields if has_key(value)] == []
        assert [value for value in copy.recordings if has_key(value)] == []
    for key in guesses(copy):
        assert [value for value in copy.fields if opens_field(value, key)] == []
        assert [value for value in copy.recordings if opens_file(copy, value, key)] == []


def everything_opens_with(copy: Copy) -> None:
    """The right passphrase opens every key and every blob, and the erased customer has left neither."""
    with closing(PassphraseFile.open(copy.folder / "keys" / setup.ROOT_NAME, house.PASSPHRASE.encode())) as root:
        epochs = {
            (UUID(bytes=key.binding[1:17]), int.from_bytes(key.binding[17:])): root.unwrap(key.wrapped, key.binding)
            for key in copy.keys
            if key.purpose is None and len(key.binding) > 1
        }
        assert [key for key in copy.keys if not opens_key(root, epochs, key)] == []
    living = [key for key in copy.keys if key.purpose is hierarchy.KekPurpose.CUSTOMER]
    assert len(living) == PER_CLIENT - 1
    owner = setup.unlock(copy.folder / "keys", house.PASSPHRASE.encode())
    with closing(owner), installed(owner):
        assert [value for value in copy.staff if not opens_staff(value)] == []
        with ring.opened([*copy.fields, *copy.recordings], "test") as keys:
            texts = {keys.open(value) for value in copy.fields}
            sounds = [content(copy, value, subkey_of(keys, value)) for value in copy.recordings]
    assert texts >= {"Thornquist", "+442079460417"}
    assert all(sound.startswith(b"fLaC") for sound in sounds)


# --- Trying -----------------------------------------------------------------------------------------------------------


@contextmanager
def installed(one: agent.LocalAgent) -> Iterator[None]:
    """An agent of this process's own; which modes are believed is the database's affair, and a thief asks none."""
    before = agent._Process.agent
    agent.install(one)
    try:
        with patch.object(modes, "current", lambda client: Policy(client, 1)):
            yield
    finally:
        agent.install(before)


def guesses(copy: Copy) -> Iterator[bytes]:
    """Keys a thief might try: from a wrong root, from the bytes at hand, none at all."""
    client = copy.fields[0].client
    wrong = bytearray(WRONG_ROOT)
    yield WRONG_ROOT
    yield bytes(hierarchy.root_wrapping_key(wrong))
    yield bytes(hierarchy.kek(wrong, client, hierarchy.KekPurpose.CUSTOMER))
    yield house.ANOTHER_PASSPHRASE.encode().ljust(32)[:32]
    yield next(key.wrapped for key in copy.keys if key.purpose)[13:45]
    yield bytes(31) + b"\1"


def opens_key(root: PassphraseFile, epochs: dict[tuple[UUID, int], bytearray], key: WrappedKey) -> bool:
    try:
        if key.purpose is None or key.epoch is None:
            wipe(root.unwrap(key.wrapped, key.binding))
            return True
        secret = epochs.get(key.epoch, bytearray(WRONG_ROOT))
        wipe(hierarchy.unwrap(hierarchy.kek(secret, key.epoch[0], key.purpose), key.wrapped, key.binding))
    except Unopenable:
        return False
    return True


def opens_staff(value: StaffValue) -> bool:
    try:
        return bool(staff.open_staff(value.owner, value.kind, value.sealed))
    except Unopenable:
        return False


def has_key(value: Sealed | SealedFile) -> bool:
    try:
        with ring.opened([value], "test"):
            return True
    except Unopenable:
        return False


def opens_field(value: Sealed, key: bytes) -> bool:
    try:
        held = ring.Ring({ring.key_of(value): bytearray(key)}, {value.client: Policy(value.client, 1)})
        return bool(held.open(value))
    except Unopenable:
        return False


def opens_file(copy: Copy, value: SealedFile, key: bytes) -> bool:
    try:
        return bool(content(copy, value, hierarchy.subkey(key, hierarchy.KeyGroup.CONTENT)))
    except Unopenable:
        return False


def subkey_of(keys: ring.Ring, value: SealedFile) -> bytearray:
    return keys.subkey(ring.key_of(value), group_of(value.data_class))


def content(copy: Copy, value: SealedFile, subkey: bytearray) -> bytes:
    """A sealed file, opened."""

    def read_range(start: int, length: int) -> bytes:
        return copy.read(value.name, start, length)

    with files.open_file(subkey, value.place, read_range, value.size) as opened:
        return opened.read()
