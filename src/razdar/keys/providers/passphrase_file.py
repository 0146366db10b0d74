"""Root: a random secret in a file that only a passphrase opens (``razdar.core.crypto.passphrase``).

While it is open, a wrapping key derived from the secret is in the memory of the process. There is one version, and it
cannot be destroyed: whoever kept a copy of the file and knows the passphrase could still open what it wrapped.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from razdar.core.crypto import hierarchy, passphrase
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, Key, Octets, usable, wipe
from razdar.core.crypto.passphrase import Cost
from razdar.core.errors import KeysLocked, Misconfigured, Unavailable, Unopenable
from razdar.keys import private_files
from razdar.keys.providers.base import ROOT_PROVIDERS

_MAX_FILE = 4096
_MISSING = "The root file is missing, so the key store cannot be opened. Put it back."
_NO_MEMORY = "There is not enough free memory to check the passphrase. Free some and try again."


@ROOT_PROVIDERS.register("passphrase-file")
class PassphraseFile:
    """An opened root file; made by ``create`` or ``open``.

    Args:
        secret: the root secret; taken over and wiped.
        random: number of bytes to fresh random bytes.
    """

    name = "passphrase-file"
    version = 1

    def __init__(self, secret: bytearray, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random
        try:
            self._key = hierarchy.root_wrapping_key(secret)
        finally:
            wipe(secret)

    @classmethod
    def create(cls, path: Path, words: Octets, cost: Cost = passphrase.DEFAULT) -> Self:
        """Make a root file with a new secret, 0600.

        Args:
            path: where it goes.
            words: the passphrase, from ``razdar.keys.passphrase``.
            cost: of one guess.

        Raises:
            Misconfigured: the file is there already.
            Unavailable: not enough free memory.
        """
        secret = bytearray(os.urandom(KEY_BYTES))
        try:
            text = passphrase.seal_root(secret, words, os.urandom(passphrase.SALT_BYTES), os.urandom(NONCE_BYTES), cost)
            private_files.write_new(path, text.encode())
            return cls(secret)
        except FileExistsError:
            raise Misconfigured("There is a root file already. Nothing was changed.") from None
        except MemoryError:
            raise Unavailable(_NO_MEMORY) from None
        finally:
            wipe(secret)

    @classmethod
    def open(cls, path: Path, words: Octets) -> Self:
        """Open a root file.

        Raises:
            Misconfigured: it is missing or open to other accounts.
            Unopenable: a wrong passphrase or a changed file; which of the two is not told.
            Unavailable: not enough free memory.
        """
        if not path.is_file():
            raise Misconfigured(_MISSING)
        private_files.require_private(path)
        try:
            return cls(passphrase.open_root(_read(path), words))
        except MemoryError:
            raise Unavailable(_NO_MEMORY) from None

    def wrap(self, secret: Key, binding: bytes) -> bytes:
        return hierarchy.wrap(self._opened(), secret, binding, self._random(NONCE_BYTES))

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytearray:
        return hierarchy.unwrap(self._opened(), wrapped, binding)

    def destroy_version(self, version: int) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None:
        wipe(self._key)

    def _opened(self) -> bytearray:
        if not usable(self._key):
            raise KeysLocked("The keys are locked.")
        return self._key


def _read(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MAX_FILE + 1)
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise Unopenable from None
