"""Another root under another passphrase: everything opens, the old file nothing, and no crash locks anybody out."""

import shutil
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from razdar.core.errors import (
    BadInput,
    KeysLocked,
    Misconfigured,
    NotYours,
    RazdarError,
    Throttled,
    Unavailable,
    Unopenable,
)
from razdar.keys import passphrase, root_in_hand, setup, sqlite_file
from razdar.keys.agent import LocalAgent
from razdar.keys.epochs import Roots
from razdar.keys.limits import Limits
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.remote import RemoteAgent
from tests import weakening
from tests.keys import dying
from tests.keys.agency import Agency, agency
from tests.keys.conftest import CLIENT
from tests.keys.serving import served

OLD = dying.WORDS
NEW = b"another passphrase altogether"
STEPS = [
    ("razdar.keys.root_files:RootFiles.prepare", "before", "old"),
    ("razdar.keys.root_files:RootFiles.prepare", "after", "old"),
    ("razdar.keys.epochs:_living", "after", "old"),
    ("razdar.keys.epochs:Roots.exchange", "before", "old"),
    ("razdar.keys.epochs:Roots.exchange", "after", "new"),
    ("razdar.runtime.durable:sync", "before", "new"),
    ("razdar.keys.private_files:shred", "before", "new"),
    ("razdar.keys.private_files:shred", "after", "new"),
]


_BESIDE = {"root.lock", "keystore.sqlite3-journal"}


def folder_of(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys"


@pytest.fixture
def agent(unlocked: LocalAgent) -> LocalAgent:
    unlocked.create_client(CLIENT)
    unlocked.create_client(uuid4())
    return unlocked


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("book.")} - _BESIDE


def test_the_new_passphrase_opens_everything_and_the_old_nothing(tmp_path: Path, agent: LocalAgent) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(5)]
    keys, subkey = agent.unwrap(refs, "test"), agent.installation_subkey(b"x")
    folder = folder_of(tmp_path)
    before = (folder / "root.json").read_bytes()
    assert agent.rotate_root(OLD, NEW, 2) == 3
    assert agent.status().root_version == 2
    assert agent.unwrap(refs, "test") == keys
    assert names(folder) == {"root.json", "keystore.sqlite3"}
    with pytest.raises(Unopenable):
        setup.unlock(folder, dying.WORDS)
    with closing(setup.unlock(folder, NEW)) as again:
        assert again.unwrap(refs, "test") == keys
        assert again.installation_subkey(b"x") == subkey
        again.create_client(uuid4())
        assert [root.until is None for root in again.keeping().roots] == [False, True]
        assert not again.keeping().roots[0].final  # honest: whoever kept the old file could still open old copies
    (folder / "root.json").write_bytes(before)
    with pytest.raises(Misconfigured, match="belong"):
        setup.unlock(folder, dying.WORDS)


def test_asking_again_changes_nothing(tmp_path: Path, agent: LocalAgent) -> None:
    agent.rotate_root(OLD, NEW, 2)
    before = (folder_of(tmp_path) / "root.json").read_bytes()
    assert agent.rotate_root(OLD, NEW, 2) == 0
    assert (folder_of(tmp_path) / "root.json").read_bytes() == before
    for wrong in (1, 4):
        with pytest.raises(BadInput):
            agent.rotate_root(NEW, NEW, wrong)
    with pytest.raises(BadInput, match="12 characters"):
        agent.rotate_root(NEW, b"short", 3)


def test_without_the_passphrase_in_use_the_root_stays(tmp_path: Path, agent: LocalAgent) -> None:
    before = (folder_of(tmp_path) / "root.json").read_bytes()
    for guess in (NEW, b"", OLD + b" ", OLD[:-1]):
        with pytest.raises(NotYours, match="another one"):
            agent.rotate_root(guess, NEW, 2)
    agent.rotate_root(OLD, NEW, 2)
    with pytest.raises(NotYours):  # asking again takes the passphrase that is in use by now
        agent.rotate_root(OLD, OLD, 2)
    assert agent.status().root_version == 2
    assert (folder_of(tmp_path) / "root.json").read_bytes() != before


def test_guesses_over_the_socket_are_few_booked_and_of_one_answer(agent: LocalAgent, tmp_path: Path) -> None:
    with served(agent, tmp_path / "run" / "agent.sock", allowed=Limits(now=lambda: 0.0)) as operator:
        answers = set()
        for number in range(5):
            with pytest.raises(NotYours) as refused:
                operator.rotate_root(b"guess number %d" % number, NEW, 2)
            answers.add(str(refused.value))
        with pytest.raises(Throttled):
            operator.rotate_root(OLD, NEW, 2)
        assert len(answers) == 1
        span = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        found: Counter[str] = Counter()  # a line is a minute, and the guesses may have taken two of them
        for line in operator.book(*span):
            found[line.outcome.value] += line.count if line.purpose == "rotate_root" else 0
    assert +found == {"denied": 5, "limited": 1}
    assert agent.status().root_version == 1


@pytest.mark.parametrize(("at", "when", "fits"), STEPS)
def test_killed_at_any_step_one_passphrase_fits_and_the_rest_is_cleaned_up(
    tmp_path: Path, agent: LocalAgent, at: str, when: str, fits: str
) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    keys = agent.unwrap([ref], "test")
    agent.close()
    folder = folder_of(tmp_path)
    call = 1 if "private_files" not in at and "durable" not in at else 2  # the first is of the making of the new file
    dying.killed(folder, at, when, f"agent.rotate_root({OLD!r}, {NEW!r}, 2)", call)
    right, wrong = (dying.WORDS, NEW) if fits == "old" else (NEW, dying.WORDS)
    with pytest.raises(Unopenable):
        setup.unlock(folder, wrong)
    with closing(setup.unlock(folder, right)) as again:
        assert again.unwrap([ref], "test") == keys
    assert names(folder) == {"root.json", "keystore.sqlite3"}
    with closing(setup.unlock(folder, right)) as again:
        assert again.unwrap([ref], "test") == keys
        assert again.rotate_root(right, NEW, again.status().root_version + 1)


def test_a_start_in_the_middle_takes_nothing_away(
    tmp_path: Path, agent: LocalAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that unlocks while the new file waits must not take it for a leftover."""
    original = Roots.exchange
    monkeypatch.setattr("razdar.keys.root_files.PATIENCE_SECONDS", 0.05)

    def exchange(self: Roots, *args: object) -> object:
        setup.unlock(folder_of(tmp_path), dying.WORDS).close()
        return original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Roots, "exchange", exchange)
    assert agent.rotate_root(OLD, NEW, 2)
    setup.unlock(folder_of(tmp_path), NEW).close()


def test_reads_and_new_clients_go_on_meanwhile(tmp_path: Path, agent: LocalAgent) -> None:
    refs = [agent.create_customer(CLIENT, uuid4()) for _ in range(20)]
    keys = agent.unwrap(refs, "test")
    failed: list[RazdarError] = []
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            try:
                assert agent.unwrap(refs, "test") == keys
                client = uuid4()
                agent.create_client(client)
                agent.create_customer(client, uuid4())
            except RazdarError as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for version in (2, 3, 4):
        agent.rotate_root(OLD if version == 2 else NEW, NEW, version)
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    with closing(setup.unlock(folder_of(tmp_path), NEW)) as again:
        assert again.unwrap(refs, "test") == keys
        for client in {epoch.client for epoch in again.keeping().epochs}:
            again.create_customer(client, uuid4())


def test_a_disk_that_is_full_changes_nothing(
    tmp_path: Path, agent: LocalAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_file, "PATIENCE_S", 0.05)

        def full(*_: object) -> int:
            raise Unavailable("The disk that holds the key store is full.")

        patch.setattr(Roots, "exchange", full)
        with pytest.raises(Unavailable, match="the old one stays"):
            agent.rotate_root(OLD, NEW, 2)
    assert names(folder_of(tmp_path)) == {"root.json", "keystore.sqlite3"}
    assert agent.create_customer(CLIENT, uuid4())
    setup.unlock(folder_of(tmp_path), dying.WORDS).close()
    assert agent.rotate_root(OLD, NEW, 2)


def test_an_old_copy_of_both_files_still_opens_and_that_is_said(tmp_path: Path, agent: LocalAgent) -> None:
    ref = agent.create_customer(CLIENT, uuid4())
    keys = agent.unwrap([ref], "test")
    shutil.copytree(folder_of(tmp_path), tmp_path / "copy")
    (tmp_path / "copy").chmod(0o700)
    agent.rotate_root(OLD, NEW, 2)
    with closing(setup.unlock(tmp_path / "copy", dying.WORDS)) as copy:
        assert copy.unwrap([ref], "test") == keys
    assert PassphraseFile.destroy_version(agent._root.current, 1) is False  # type: ignore[arg-type]
    assert passphrase.MIN_CHARACTERS == 12


def test_the_replaced_root_is_closed_a_little_later(agent: LocalAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root_in_hand, "GRACE_SECONDS", 0.05)
    old = agent._root.current
    agent.rotate_root(OLD, NEW, 2)
    deadline = threading.Event()
    for _ in range(100):
        if len(agent._root._roots) == 1:
            break
        deadline.wait(0.02)
    with pytest.raises(KeysLocked):
        old.unwrap(bytes(61), b"x")


# --- Control run ------------------------------------------------------------------------------------------------------


def _exchanged_without_the_passphrase(one: Agency) -> bool:
    operator = RemoteAgent(one.socket)
    try:
        operator.rotate_root(b"not the passphrase", NEW, 2)
    except NotYours:
        return False
    finally:
        operator.close()
    return True


@pytest.mark.control
def test_control_without_the_question_whoever_reaches_the_socket_exchanges_the_root() -> None:
    environ = weakening.environment(
        patch="razdar.keys.rotation:Rotating._require_passphrase",
        with_="tests.weakening.patches:does_nothing",
        base={},
    )
    with agency() as sound, agency(environ=environ) as weak:
        found = (_exchanged_without_the_passphrase(sound), _exchanged_without_the_passphrase(weak))
    assert found == (False, True)
