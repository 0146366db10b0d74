"""Making a key store and unlocking one.

A keys folder holds two files, ``keystore.sqlite3`` and ``root.json``, and later the agent's book. It is built under
another name and renamed when it is whole and synced, so there is never half of one. The passphrase is in neither.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from razdar.core.crypto import hierarchy
from razdar.core.crypto.material import KEY_BYTES, Octets, wipe
from razdar.core.crypto.passphrase import DEFAULT, Cost
from razdar.core.errors import Misconfigured, Unavailable, Unopenable
from razdar.keys import passphrase, private_files
from razdar.keys.agent import LocalAgent
from razdar.keys.book import Book
from razdar.keys.bundles import STORE_NAME
from razdar.keys.providers import RootProvider
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.records import Bundle
from razdar.keys.root_files import ROOT_NAME, RootFiles
from razdar.keys.rotation import Place
from razdar.keys.store import KeyStore
from razdar.runtime import durable

BOOK_NAME = "book.sqlite3"
RESTORED_NAME = "restored.json"
"""Beside restored keys until every erasure that is known was repeated; until then they open for nothing else."""


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


def put_back(folder: Path, store: bytes, root: bytes, mark: bytes) -> None:
    """Make a keys folder from a bundle's content; it opens for nothing but the check of the restore it is part of.

    Args:
        folder: does not exist yet.
        store, root: the two files.
        mark: what the check is to know; removed by ``finish_restore``.

    Raises:
        Misconfigured: there is a key store already.
        OSError: it could not be written; nothing is left.
    """
    if exists(folder):
        raise Misconfigured(f"There is a key store in {folder} already. Nothing was changed.")
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in ((RESTORED_NAME, mark), (STORE_NAME, store), (ROOT_NAME, root)):
            private_files.write_new(made / name, content)
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    durable.sync(folder.parent)


def learn_bundles(folder: Path, found: Sequence[Bundle]) -> None:
    """Tell a restored key store of the bundles that were made after the one it comes from."""
    with closing(KeyStore.open(folder / STORE_NAME)) as store:
        store.bundles.learn(found)


def finish_restore(folder: Path) -> None:
    """Every erasure that is known was repeated: from now on the keys open for everybody who may."""
    (folder / RESTORED_NAME).unlink()
    durable.sync(folder)


def unlock(folder: Path, words: Octets, bundles: Path | None = None, *, unfinished: bool = False) -> LocalAgent:
    """Open the key store in a folder; the caller installs the agent, and closes it.

    A change of the root that broke off is brought to its end, whichever of the two passphrases is given that fits.

    Args:
        folder: the keys folder.
        words: the passphrase.
        bundles: folder for key bundles; ``bundles`` beside the keys folder where none is named.
        unfinished: also open what was restored and not yet checked; only the command that checks it does.

    Raises:
        Misconfigured: a file is missing, damaged, open to other accounts, the two do not belong together, or they were
            restored and the erasures since were not repeated yet.
        Unopenable: a wrong passphrase, or a changed root file.
        Unavailable: not enough memory, or a disk that fails or is full.
    """
    if not unfinished and (folder / RESTORED_NAME).exists():
        raise Misconfigured("A restore is not finished here; erasures are repeated first. Run: razdar restore finish")
    with ExitStack() as undo:
        store = undo.enter_context(closing(KeyStore.open(folder / STORE_NAME)))
        files = RootFiles(folder)
        root = undo.enter_context(closing(PassphraseFile.open(files.fitting(store.roots.current()), words)))
        _require_pair(store, root)
        files.settle(root.file, lambda: store.roots.current() == root.version)
        place = Place(files, bundles or folder.parent / "bundles")
        agent = LocalAgent(store, root, place=place, book=Book(folder / BOOK_NAME))
        undo.pop_all()
    return agent


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
    durable.sync(folder.parent)


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
        raise Misconfigured(
            f"{ROOT_NAME} and {STORE_NAME} do not belong to the same installation. Put back the ones that do."
        ) from None
