"""What is left of keys on disk and in the store."""

from pathlib import Path

from razdar.keys.agent import KeyRef, LocalAgent
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT


def on_disk(folder: Path) -> bytes:
    """Every byte of every file there is."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    assert any(file.name == "keystore.sqlite3" for file in files)
    return b"\0".join(file.read_bytes() for file in files)


def wrapped_of(store: KeyStore, refs: list[KeyRef]) -> list[bytes]:
    return [key.wrapped for key in store.find(refs).keys]


def present(wrapped: bytes, data: bytes) -> bool:
    """Whether any part that would be of use is there: nonce, key or tag."""
    return any(part in data for part in (wrapped[1:13], wrapped[13:45], wrapped[45:]))


def finish(agent: LocalAgent, number: int) -> tuple[int, ...]:
    while not (progress := agent.rotate_epoch(CLIENT, number)).finished:
        pass
    return progress.ended


def epochs_in_use(store: KeyStore) -> set[int]:
    return {epoch.number for epoch in store.living_epochs(CLIENT)}
