"""Making a key store and unlocking one.

A keys folder holds two files: ``keystore.sqlite3`` and ``root.json``. It is built under another name and renamed when
it is whole and synced, so there is never half of one. The passphrase is in neither.
"""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from razdar.core.crypto import hierarchy
from razdar.core.crypto.material import KEY_BYTES, Octets, wipe
from razdar.core.crypto.passphrase import DEFAULT, Cost
from razdar.core.errors import Misconfigured, Unavailable, Unopenable
from razdar.keys import passphrase, private_files
from razdar.keys.agent import LocalAgent
from razdar.keys.providers import RootProvider
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.store import KeyStore

STORE_NAME = "keystore.sqlite3"
ROOT_NAME = "root.json"


def exists(folder: Path) -> bool:
    """Whether there is any part of a key store in the folder."""
    return (folder / STORE_NAME).exists() or (folder / ROOT_NAME).exists()


def create(folder: Path, words: Octets, *, cost: Cost = DEFAULT) -> None:
    """Make a new key store under a passphrase.

    Args:
        folder: does not exist yet, or is empty.
        words: the passphrase, from ``razdar.keys.passphrase``.
        cost: of one guess of the passphrase.

    Raises:
        BadInput: a passphrase that is too short.
        Misconfigured: there is something in the folder already; nothing was changed.
        Unavailable: the disk or the memory is full; nothing was changed.
    """
    passphrase.require_long(words)
    if folder.exists() and any(folder.iterdir()):
        raise Misconfigured(f"There is a key store in {folder} already. Nothing was changed.")
    try:
        _build(folder, words, cost)
    except OSError as error:
        raise Unavailable(f"The key store could not be written to {folder}. Check its disk and its rights.") from error


def unlock(folder: Path, words: Octets) -> LocalAgent:
    """Open the key store in a folder; the caller installs the agent, and closes it.

    Raises:
        Misconfigured: a file is missing, damaged, open to other accounts, or the two do not belong together.
        Unopenable: a wrong passphrase, or a changed root file.
        Unavailable: not enough memory, or a disk that fails.
    """
    store = KeyStore.open(folder / STORE_NAME)
    try:
        root = PassphraseFile.open(folder / ROOT_NAME, words)
        _require_pair(store, root)
    except BaseException:
        store.close()
        raise
    return LocalAgent(store, root)


def _build(folder: Path, words: Octets, cost: Cost) -> None:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        root = PassphraseFile.create(made / ROOT_NAME, words, cost)
        store = KeyStore.create(made / STORE_NAME)
        try:
            _found_installation(store, root)
        finally:
            store.close()
            root.close()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    private_files.sync_folder(folder.parent)


def _found_installation(store: KeyStore, root: RootProvider) -> None:
    secret = bytearray(os.urandom(KEY_BYTES))
    try:
        wrapped = root.wrap(secret, hierarchy.installation_binding())
    finally:
        wipe(secret)
    store.put_installation(wrapped, root.version, datetime.now(UTC))


def _require_pair(store: KeyStore, root: RootProvider) -> None:
    try:
        wipe(root.unwrap(store.installation(), hierarchy.installation_binding()))
    except Unopenable:
        root.close()
        raise Misconfigured(
            f"{ROOT_NAME} and {STORE_NAME} do not belong to the same installation. Put back the ones that do."
        ) from None
