"""The exchange of a root, with a fault at every operation on a file.

Whatever fails or is killed: one passphrase opens the store, the one of the version that the store names; a bundle made
then opens with it too; and the exchange after that goes through.
"""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.crypto.age import Identity
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import RazdarError, Unavailable, Unopenable
from razdar.keys import bundles, private_files, setup
from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.root_files import NEXT_NAME, ROOT_NAME, RootFiles
from razdar.keys.store import KeyStore
from tests import weakening
from tests.keys.conftest import CLIENT
from tests.keys.faults import WORDS, Fault, cheap_guesses

ONE, TWO = (Identity.generate(os.urandom) for _ in range(2))
CUSTOMER = UUID(int=7)
ACTS = ("rotate", "bundle", "restart")


@pytest.fixture(scope="module", autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_guesses():
        yield


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A keys folder with one customer and two recipients."""
    folder = tmp_path_factory.mktemp("template") / "keys"
    setup.create(folder, bytearray(WORDS[0]), cost=FLOOR)
    with closing(setup.unlock(folder, bytearray(WORDS[0]))) as agent:
        agent.create_client(CLIENT)
        agent.create_customer(CLIENT, CUSTOMER)
        agent.add_recipient("one", ONE.recipient.text)
        agent.add_recipient("two", TWO.recipient.text)
    return folder


@dataclass
class House:
    """A keys folder and its agent, which survive what happens to them."""

    folder: Path
    agent: LocalAgent
    key: bytearray

    @classmethod
    def like(cls, template: Path, base: Path) -> "House":
        folder = base / "var" / "keys"
        shutil.copytree(template, folder)
        (base / "var").chmod(0o700)
        agent = setup.unlock(folder, bytearray(WORDS[0]))
        return cls(folder, agent, opened(agent))

    def do(self, act: str, fault: Fault) -> bool:
        """Whether it went through."""
        version = version_of(self.folder)
        try:
            with fault.happens():
                if act == "rotate":
                    self.agent.rotate_root(WORDS[version - 1], WORDS[version], version + 1)
                elif act == "bundle":
                    self.agent.make_bundle()
                else:
                    setup.unlock(self.folder, bytearray(WORDS[version - 1])).close()
        except RazdarError:
            return False
        return True

    def restart(self) -> None:
        self.agent.close()
        self.agent = setup.unlock(self.folder, bytearray(WORDS[version_of(self.folder) - 1]))

    def check(self) -> None:
        """Agent, folder and the next bundle all open with the one passphrase that is right."""
        version = version_of(self.folder)
        assert opened(self.agent) == self.key
        check_folder(self.folder, self.folder.parent / "copy", self.key)
        if not self.do("bundle", Fault()):
            self.restart()  # the root is another than this agent was started with
            assert self.do("bundle", Fault())
        check_bundle(max((self.folder.parent / "bundles").glob("*.age")), self.folder.parent / "unpacked", self.key)
        assert version_of(self.folder) == version


def version_of(folder: Path) -> int:
    with closing(KeyStore.open(folder / setup.STORE_NAME)) as store:
        return store.roots.current()


def opened(agent: LocalAgent) -> bytearray:
    (key,) = agent.unwrap([KeyRef(CLIENT, CUSTOMER, 1)], "test")
    return key


def check_folder(folder: Path, copy: Path, key: bytearray) -> None:
    """A start from this folder opens with the right passphrase, and with no other."""
    version = version_of(folder)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    with pytest.raises(Unopenable):
        setup.unlock(copy, bytearray(WORDS[version - 2 if version > 1 else version]))
    with closing(setup.unlock(copy, bytearray(WORDS[version - 1]))) as agent:
        assert opened(agent) == key
    assert not (copy / NEXT_NAME).exists()


def check_bundle(path: Path, folder: Path, key: bytearray) -> None:
    found = bundles.open_bundle(path, ONE)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, content in ((setup.STORE_NAME, found.store), (ROOT_NAME, found.root)):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    with closing(setup.unlock(folder, bytearray(WORDS[version_of(folder) - 1]))) as agent:
        assert opened(agent) == key


def steps_of(template: Path, base: Path, act: str) -> int:
    whole = Fault()
    house = House.like(template, base)
    assert house.do(act, whole)
    house.agent.close()
    return whole.steps


@pytest.mark.parametrize(
    ("after", "lasting"), [(False, False), (True, False), (False, True)], ids=["undone", "done", "from-then-on"]
)
def test_a_rotation_that_fails_anywhere_leaves_one_root_that_fits(
    tmp_path: Path, template: Path, after: bool, lasting: bool
) -> None:
    steps = steps_of(template, tmp_path / "whole", "rotate")
    assert steps > 15
    for at in range(1, steps + 1):
        house = House.like(template, tmp_path / str(at))
        house.do("rotate", Fault(at, after, lasting))
        house.check()
        assert house.do("rotate", Fault())
        assert opened(house.agent) == house.key
        assert not (house.folder / NEXT_NAME).exists()
        house.agent.close()


FAULTS = st.builds(Fault, at=st.integers(0, 40), after=st.booleans(), lasting=st.booleans())


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTS), FAULTS), min_size=2, max_size=4))
def test_faults_upon_faults_leave_one_root_that_fits(template: Path, acts: list[tuple[str, Fault]]) -> None:
    with TemporaryDirectory() as base:
        house = House.like(template, Path(base))
        for act, fault in acts:
            house.do(act, fault)
            check_folder(house.folder, Path(base) / "copy", house.key)
        house.check()
        house.restart()
        assert house.do("rotate", Fault())
        house.check()
        house.agent.close()


def test_killed_at_any_step_the_next_start_goes_on(tmp_path: Path, template: Path) -> None:
    (tmp_path / "keys").parent.chmod(0o700)
    shutil.copytree(template, tmp_path / "keys")
    key = opened_of(template)
    command = [sys.executable, "-m", "tests.keys.faults", str(tmp_path / "keys")]
    subprocess.run(command, check=True, cwd=weakening.ROOT, timeout=120)
    copies = sorted(tmp_path.glob("keys-*"))
    assert len(copies) > 15
    for copy in copies:
        check_folder(copy, tmp_path / "copy", key)
        with closing(setup.unlock(copy, bytearray(WORDS[version_of(copy) - 1]))) as agent:
            assert not (copy / NEXT_NAME).exists()
            made = agent.make_bundle()
            check_bundle(tmp_path / "bundles" / bundles.file_name(made.number), tmp_path / "unpacked", key)
            version = agent.status().root_version
            assert agent.rotate_root(WORDS[version - 1], WORDS[version], version + 1)


def opened_of(folder: Path) -> bytearray:
    with closing(setup.unlock(folder, bytearray(WORDS[0]))) as agent:
        return opened(agent)


def fails(path: Path) -> None:
    if path.exists():
        raise OSError(errno.EIO, "the disk fails")


def test_an_exchange_that_was_not_finished_is_said_and_finished(tmp_path: Path, template: Path) -> None:
    house = House.like(template, tmp_path)
    before = (house.folder / ROOT_NAME).read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private_files, "shred", fails)
        with pytest.raises(Unavailable, match="new root and its passphrase are in use"):
            house.agent.rotate_root(WORDS[0], WORDS[1], 2)
        with pytest.raises(Unavailable):  # never on top of one that is not finished
            house.agent.rotate_root(WORDS[1], WORDS[2], 3)
        assert house.agent.status().root_version == 2
        bundle = house.agent.make_bundle()
        check_bundle(tmp_path / "var" / "bundles" / bundles.file_name(bundle.number), tmp_path / "one", house.key)
    assert house.agent.rotate_root(WORDS[0], WORDS[1], 2) == 0
    assert {path.name for path in house.folder.glob("root*.json")} == {ROOT_NAME}
    assert (house.folder / ROOT_NAME).read_bytes() != before
    house.check()
    house.agent.close()


def test_a_root_file_that_was_taken_away_is_written_again(tmp_path: Path, template: Path) -> None:
    house = House.like(template, tmp_path)
    (house.folder / ROOT_NAME).write_bytes(b"{}")
    house.agent.make_bundle()
    house.check()
    (house.folder / ROOT_NAME).unlink()
    assert house.do("rotate", Fault())
    house.check()
    house.agent.close()


def test_a_bundle_is_not_made_with_a_root_that_does_not_open_the_store(tmp_path: Path, template: Path) -> None:
    house = House.like(template, tmp_path)
    with closing(setup.unlock(house.folder, bytearray(WORDS[0]))) as other:
        other.rotate_root(WORDS[0], WORDS[1], 2)
    with pytest.raises(Unavailable, match="Start the key agent again"):
        house.agent.make_bundle()
    assert not list((tmp_path / "var" / "bundles").glob("*.age"))
    house.restart()
    house.check()
    house.agent.close()


def test_a_start_that_waited_for_an_exchange_takes_no_file_away(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opened the old root, then waited for the lock; by then the other file is the one in use."""
    house = House.like(template, tmp_path)
    (house.folder / NEXT_NAME).write_bytes(b"another process is at it")
    locked = RootFiles.locked

    def late(self: RootFiles) -> object:
        monkeypatch.setattr(RootFiles, "locked", locked)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RootFiles, "finish", lambda *_: None)
            (house.folder / NEXT_NAME).unlink()
            house.agent.rotate_root(WORDS[0], WORDS[1], 2)
        return locked(self)

    monkeypatch.setattr(RootFiles, "locked", late)
    setup.unlock(house.folder, bytearray(WORDS[0])).close()
    check_folder(house.folder, tmp_path / "copy", house.key)
    house.agent.close()
