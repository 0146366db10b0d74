"""The object store: sealed files under random names, written once and never changed.

* A name is a UUID and nothing else: no client, no customer, no date, no extension can be read from a path.
* Objects are ciphertext before they come here; this module knows no keys.
* An object is created or refused, never overwritten. It is on disk before ``put`` returns: obstore's local store does
  not sync, so the file and its folders are synced here. Files are 0600 by the process's umask (077, set at start)
  inside a 0700 folder.
* Where processes have accounts of their own, the folder is one that its group may write: what is put there is then
  given to that group, which may read and remove it, and nobody may change it.
* A folder by default; ``s3://``, ``gs://`` or ``az://`` by RAZDAR_OBJECTS_URL, with the credentials those services'
  own environment variables give.
"""

import os
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import obstore
from django.conf import settings
from obstore import exceptions
from obstore.store import LocalStore, ObjectStore, from_url

from razdar.core.errors import BadInput, Misconfigured, NotFound, Unavailable
from razdar.runtime import durable

_REMOTE = frozenset({"s3", "gs", "az"})


def put(name: UUID, data: bytes) -> None:
    """Store an object; it is durable when this returns.

    Raises:
        BadInput: an object of this name exists; it is left as it is.
        Unavailable: the store did not take it (full, gone, forbidden); nothing is left behind.
    """
    store = _store()
    with _translated():
        store.make_room(name)
        obstore.put(store.remote, _path(name), data, mode="create", use_multipart=False)
        try:
            store.share(name)
            store.sync(name)
        except OSError:
            obstore.delete(store.remote, _path(name))
            raise


def get(name: UUID) -> bytes:
    """The whole object.

    Raises:
        NotFound, Unavailable.
    """
    with _translated():
        return bytes(obstore.get(_store().remote, _path(name)).bytes())


def get_range(name: UUID, start: int, length: int) -> bytes:
    """A part of an object; shorter where the object ends.

    Raises:
        ValueError: a negative start or a length below 1.
        NotFound, Unavailable.
    """
    if start < 0 or length < 1:
        raise ValueError("a range starts at 0 or later and is at least one byte long")
    with _translated():
        return bytes(obstore.get_range(_store().remote, _path(name), start=start, length=length))


def size(name: UUID) -> int:
    """Bytes of an object.

    Raises:
        NotFound, Unavailable.
    """
    with _translated():
        return int(obstore.head(_store().remote, _path(name))["size"])


def delete(name: UUID) -> None:
    """Remove an object; one that is not there is fine.

    Raises:
        Unavailable: the store did not answer.
    """
    store = _store()
    with suppress(NotFound), _translated():
        obstore.delete(store.remote, _path(name))
        store.sync_folder(name)


def delete_many(unwanted: Collection[UUID]) -> None:
    """Remove many objects; those that are not there are fine.

    Raises:
        Unavailable: the store did not answer; some may be removed.
    """
    store = _store()
    if not store.folder:
        try:
            with _translated():
                obstore.delete(store.remote, [_path(name) for name in unwanted])
        except NotFound:
            pass  # some stores mind a missing one, and leave others undone
        else:
            return
    for name in unwanted:
        delete(name)


def names() -> Iterator[UUID]:
    """The names of all objects, in no order.

    Raises:
        Unavailable: the store did not answer.
    """
    with _translated():
        for batch in obstore.list(_store().remote, chunk_size=1000):
            for entry in batch:
                with suppress(ValueError):  # what is not named like an object was not put here by us
                    yield UUID(str(entry["path"]).rpartition("/")[2])


@dataclass(frozen=True)
class _Store:
    remote: ObjectStore
    folder: Path | None
    group: int | None = None
    """Whose the objects are beside their maker's."""

    def make_room(self, name: UUID) -> None:
        """Make the folder of an object where others are to write there too; ready when it appears."""
        if self.folder is None or self.group is None:
            return
        wanted = (self.folder / _path(name)).parent
        if wanted.exists():
            return
        made = Path(tempfile.mkdtemp(prefix=f".{wanted.name}.", dir=self.folder))
        os.chown(made, -1, self.group)
        made.chmod(0o770)
        try:
            made.rename(wanted)
        except OSError:  # somebody was faster
            made.rmdir()

    def share(self, name: UUID) -> None:
        """Let the group read a new object."""
        if self.folder and self.group is not None:
            path = self.folder / _path(name)
            os.chown(path, -1, self.group)
            path.chmod(0o640)

    def sync(self, name: UUID) -> None:
        """Make a new object survive a power cut: the file, its folder, and the folder's own entry."""
        if self.folder:
            path = self.folder / _path(name)
            for part in (path, path.parent, self.folder):
                durable.sync(part)

    def sync_folder(self, name: UUID) -> None:
        if self.folder:
            durable.sync((self.folder / _path(name)).parent)


def _store() -> _Store:
    store = _open(settings.RAZDAR_OBJECTS_URL)
    if store.folder and not store.folder.is_dir():
        # Without this a folder that is not mounted would look like a store without objects.
        raise Unavailable("The folder of the stored files is not there.")
    return store


@cache
def _open(url: str) -> _Store:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise Unavailable("The folder of the stored files cannot be made.") from None
        return _Store(LocalStore(folder), folder, _group(folder))
    if parts.scheme not in _REMOTE:
        raise Misconfigured("RAZDAR_OBJECTS_URL must be a file:, s3:, gs: or az: address.")
    try:
        return _Store(from_url(url), None)
    except exceptions.BaseError:
        raise Misconfigured("RAZDAR_OBJECTS_URL or the credentials for it cannot be used.") from None


def _group(folder: Path) -> int | None:
    """The group that may write the folder, if there is one."""
    with suppress(OSError):  # said where it is used
        found = folder.stat()
        if found.st_mode & stat.S_IWGRP:
            return found.st_gid
    return None


def _path(name: UUID) -> str:
    if not isinstance(name, UUID):
        raise TypeError("an object's name is a UUID")
    # The last two digits of a UUIDv7 are random: 256 folders fill evenly.
    return f"{name.hex[-2:]}/{name}"


@contextmanager
def _translated() -> Iterator[None]:
    # "from None": obstore's texts hold addresses and paths.
    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError):
        raise NotFound("This file is not in the store.") from None
    except exceptions.AlreadyExistsError:
        raise BadInput("A stored file is never overwritten.") from None
    except (exceptions.BaseError, OSError):
        raise Unavailable("The file store did not do it; nothing was lost. Try again.") from None
