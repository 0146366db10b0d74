"""Root: a random secret in a file that only a passphrase opens (``razdar.core.crypto.passphrase``).

While it is open, a wrapping key derived from the secret is in the memory of the process. Another version is another
file with another secret and a passphrase of its own. A version cannot be destroyed: the file can be overwritten, yet
whoever kept a copy of it and knows its passphrase could still open what it wrapped.
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
from razdar.keys.providers.base import ROOT_PROVIDERS, RootProvider

_MAX_FILE = 4096
_MISSING = "The root file is missing, so the key store cannot be opened. Put it back."
_NO_MEMORY = "There is not enough free memory to check the passphrase. Free some and try again."


@ROOT_PROVIDERS.register("passphrase-file")
class PassphraseFile:
    """An opened root file; made by ``create`` or ``open``.

    Args:
        secret: the root secret; taken over and wiped.
        random: number of bytes to fresh random bytes.
        version: of the root.
        file: content of its file.
    """

    name = "passphrase-file"

    def __init__(
        self, secret: bytearray, random: Callable[[int], bytes] = os.urandom, version: int = 1, file: bytes = b""
    ) -> None:
        self._random = random
        self.version = version
        self.file = file
        try:
            self._key = hierarchy.root_wrapping_key(secret)
        finally:
            wipe(secret)

    @classmethod
    def create(cls, path: Path, words: Octets, cost: Cost = passphrase.DEFAULT, version: int = 1) -> Self:
        """Make a root file with a new secret, 0600.

        Args:
            path: where it goes.
            words: the passphrase, from ``razdar.keys.passphrase``.
            cost: of one guess.
            version: of the root.

        Raises:
            Misconfigured: the file is there already.
            Unavailable: not enough free memory.
        """
        secret = bytearray(os.urandom(KEY_BYTES))
        try:
            salt, nonce = os.urandom(passphrase.SALT_BYTES), os.urandom(NONCE_BYTES)
            file = passphrase.seal_root(secret, words, salt, nonce, cost, version).encode()
            private_files.write_new(path, file)
            return cls(secret, version=version, file=file)
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
        return cls.read(_read(path), words)

    @classmethod
    def read(cls, file: bytes, words: Octets) -> Self:
        """Open the content of a root file.

        Raises:
            Unopenable: a wrong passphrase or a changed file; which of the two is not told.
            Unavailable: not enough free memory.
        """
        try:
            text = _text(file)
            return cls(passphrase.open_root(text, words), version=passphrase.root_version(text), file=file)
        except MemoryError:
            raise Unavailable(_NO_MEMORY) from None

    def wrap(self, secret: Key, binding: bytes) -> bytes:
        return hierarchy.wrap(self._opened(), secret, binding, self._random(NONCE_BYTES))

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytearray:
        return hierarchy.unwrap(self._opened(), wrapped, binding)

    def rewrap(self, wrapped: bytes, binding: bytes, newer: RootProvider) -> bytes:
        secret = self.unwrap(wrapped, binding)
        try:
            return newer.wrap(secret, binding)
        finally:
            wipe(secret)

    def destroy_version(self, version: int) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None:
        wipe(self._key)

    def _opened(self) -> bytearray:
        if not usable(self._key):
            raise KeysLocked("The keys are locked.")
        return self._key


def version_in(path: Path) -> int | None:
    """Which version a root file says it holds; ``None`` where there is no readable root file."""
    try:
        return passphrase.root_version(_text(_read(path)))
    except (OSError, Unopenable):
        return None


def cost_of(file: bytes) -> Cost:
    """What a guess of a root file's passphrase costs.

    Raises:
        Unopenable: malformed.
    """
    return passphrase.root_cost(_text(file))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_FILE + 1)


def _text(file: bytes) -> str:
    try:
        return file.decode("ascii")
    except UnicodeDecodeError:
        raise Unopenable from None
