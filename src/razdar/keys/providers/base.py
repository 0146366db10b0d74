"""What a root is, and the registry of roots.

A root wraps the epoch secrets of clients and the secret of the installation; it alone opens them. A provider is one
file in this package with one registered class. Every one is held to the same conformance suite.
"""

from typing import Protocol

from razdar.core.crypto.material import Key
from razdar.core.registry import Registry


class RootProvider(Protocol):
    """One opened root; safe to share between threads."""

    @property
    def name(self) -> str:
        """The name it is registered under."""

    @property
    def version(self) -> int:
        """Version of the root that wraps now, from 1; kept beside what it wrapped."""

    @property
    def file(self) -> bytes:
        """What lies beside a copy of the key store, for this root to open it elsewhere; by itself it opens nothing."""

    def wrap(self, secret: Key, binding: bytes) -> bytes:
        """Wrap a 32-byte secret; two wraps of one secret differ.

        Args:
            secret: 32 bytes, not all zero.
            binding: what the secret belongs to; unwrapping needs the same.

        Raises:
            ValueError: a wiped or malformed secret.
            KeysLocked: after ``close``.
            Unavailable: the root cannot be reached.
        """

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytearray:
        """Unwrap a secret; the caller wipes it.

        Raises:
            Unopenable: anything at all is wrong.
            KeysLocked: after ``close``.
            Unavailable: the root cannot be reached.
        """

    def rewrap(self, wrapped: bytes, binding: bytes, newer: "RootProvider") -> bytes:
        """Wrap a secret of this root under a newer one; in the clear it exists in between at the most.

        Raises:
            Unopenable: this root does not open it.
            KeysLocked, Unavailable: as for ``wrap`` and ``unwrap``.
        """

    def destroy_version(self, version: int) -> bool:
        """Make sure that nothing wrapped under a version of the root can ever be unwrapped again.

        Returns:
            True when that is so from now on. False when this root cannot promise it: a copy that somebody keeps would
            still open, and whoever certifies an erasure must say so.
        """

    def close(self) -> None:
        """Overwrite what is held in memory; repeating it is fine."""


ROOT_PROVIDERS: Registry[type[RootProvider]] = Registry("root provider")
