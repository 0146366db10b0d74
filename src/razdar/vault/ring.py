"""Customer keys for one request or one batch: fetched from the key agent together, overwritten at the end."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from razdar.core.crypto import blobs, hierarchy
from razdar.core.crypto.hierarchy import KeyGroup
from razdar.core.crypto.material import wipe
from razdar.core.crypto.modes import Mode, OneKey, mode_for
from razdar.core.disclosure import DataClass, Group, group_of
from razdar.core.errors import Unopenable
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.vault.sealed import Sealed, SealedFile

SEARCHABLE = (
    DataClass.SURNAME,
    DataClass.PHONE,
    DataClass.WHATSAPP_ID,
    DataClass.EMAIL,
    DataClass.NATIONAL_ID,
    DataClass.REFERENCE_NO,
)
"""Classes stored in *searchable* mode; every other is *standard*."""


class Ring:
    """Opened customer keys. Never kept longer than its ``with`` block."""

    def __init__(self, keys: dict[KeyRef, bytearray]) -> None:
        self._keys = keys

    def subkey(self, ref: KeyRef, group: Group) -> bytearray:
        """The subkey of a group; the caller wipes it.

        Raises:
            Unopenable: the ring does not hold this key.
        """
        key = self._keys.get(ref)
        if key is None:
            raise Unopenable
        return hierarchy.subkey(key, KeyGroup(group.value))

    def open(self, sealed: Sealed) -> str:
        """Plain text of a sealed field.

        Raises:
            Unopenable: altered, moved, or sealed under another key.
        """
        with self._of(key_of(sealed), sealed) as keys:
            try:
                return mode_of(sealed.data_class).open(keys, sealed.blob, sealed.place).decode()
            except UnicodeDecodeError as error:
                raise Unopenable from error

    def seal(self, ref: KeyRef, empty: Sealed, text: str) -> bytes:
        """Seal a text for the place of ``empty`` under a key of this ring; the blob."""
        with self._of(ref, empty) as keys:
            return mode_of(empty.data_class).seal(keys, text.encode(), empty.place)

    @contextmanager
    def _of(self, ref: KeyRef, sealed: Sealed) -> Iterator[OneKey]:
        subkey = self.subkey(ref, group_of(sealed.data_class))
        try:
            yield OneKey(ref.version, subkey, os.urandom)
        finally:
            wipe(subkey)


def mode_of(data_class: DataClass) -> Mode:
    """How a class is stored."""
    return mode_for(searchable=data_class in SEARCHABLE)


def key_of(sealed: Sealed | SealedFile) -> KeyRef:
    """Which customer key opens a value."""
    version = sealed.key_version if isinstance(sealed, SealedFile) else blobs.key_version(sealed.blob)
    return KeyRef(sealed.client, sealed.customer, version)


@contextmanager
def opened(values: Sequence[Sealed | SealedFile], purpose: str) -> Iterator[Ring]:
    """Open the keys of all given values with one question to the key agent.

    Raises:
        KeysLocked: no key agent. Unopenable: a key is unknown or destroyed.
    """
    refs = list(dict.fromkeys(key_of(value) for value in values))
    keys = agent.current().unwrap(refs, purpose) if refs else []
    try:
        yield Ring(dict(zip(refs, keys, strict=True)))
    finally:
        for key in keys:
            wipe(key)


@contextmanager
def newest(client: UUID, customers: Sequence[UUID], purpose: str) -> Iterator[tuple[Ring, dict[UUID, KeyRef]]]:
    """Open the newest keys of customers, for sealing.

    Raises:
        NotFound: a customer has no key. Unopenable: it was destroyed.
    """
    refs = agent.current().newest(client, customers)
    keys = agent.current().unwrap(list(refs.values()), purpose)
    try:
        yield Ring(dict(zip(refs.values(), keys, strict=True))), refs
    finally:
        for key in keys:
            wipe(key)
