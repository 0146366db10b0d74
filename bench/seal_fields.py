"""Sealing and opening a field, beside Fernet; and what each mode costs, beside *standard*.

Ours derives nothing here: the subkey is at hand, as in a batch. Each call binds the value to its place, makes a fresh
cipher and, to seal, draws a nonce. Fernet (AES-128-CBC with HMAC, one object for all calls) binds a value to nothing.

Of the modes, *sealed* expands the seed of its key pair at each opening, *dual control* makes an age file at each
sealing (for one person, post-quantum; the other person's part is not in the time of opening), and *token* stores what
it keeps in a dictionary: the database's part is not in it.
"""

import os
from collections.abc import Sequence
from uuid import UUID

from _beside import measure
from cryptography.fernet import Fernet

from razdar.core.crypto import age, blobs, hpke
from razdar.core.crypto.aad import Place
from razdar.core.crypto.age import Identity, Recipient
from razdar.core.crypto.material import Key
from razdar.core.crypto.modes import MODES
from razdar.core.crypto.modes.dual_control import parse_second, second_key_file

SIZES = (12, 200, 4096)  # a surname, an address, a note
VALUE = b"7 Nettlebrook Rise, Ostravelle"
PLACE = Place(UUID(int=1), UUID(int=2), 3, 4, UUID(int=5))


def main() -> None:
    fernet = Fernet(Fernet.generate_key())
    subkey = os.urandom(32)
    for size in SIZES:
        value = os.urandom(size)
        blob = blobs.seal(subkey, 1, value, PLACE, os.urandom(12))
        token = fernet.encrypt(value)
        assert blobs.open_blob(subkey, blob, PLACE) == fernet.decrypt(token) == value
        sealing = measure(
            lambda value=value: blobs.seal(subkey, 1, value, PLACE, os.urandom(12)),  # type: ignore[misc]
            lambda value=value: fernet.encrypt(value),  # type: ignore[misc]
        )
        opening = measure(
            lambda blob=blob: blobs.open_blob(subkey, blob, PLACE),  # type: ignore[misc]
            lambda token=token: fernet.decrypt(token),  # type: ignore[misc]
        )
        print(sealing.line(f"seal {size} bytes", "Fernet"))
        print(opening.line(f"open {size} bytes", "Fernet"))
        print(f"{'stored for ' + str(size) + ' bytes':32} {len(blob):10} B    {'Fernet':10} {len(token):10} B")
    for name in MODES:
        if name != "standard":
            one_mode(name)


def one_mode(name: str) -> None:
    """Seal and open one address in a mode, beside the standard one."""
    keys, mode, standard = Held(), MODES[name], MODES["standard"]
    blob, plain = mode.seal(keys, VALUE, PLACE), standard.seal(keys, VALUE, PLACE)
    if name == "dual_control":
        keys.given = parse_second(b"".join(age.decrypt([keys.person], [second_key_file(blob)])).decode())
    assert mode.open(keys, blob, PLACE) == VALUE
    sealing = measure(lambda: mode.seal(keys, VALUE, PLACE), lambda: standard.seal(keys, VALUE, PLACE))
    opening = measure(lambda: mode.open(keys, blob, PLACE), lambda: standard.open(keys, plain, PLACE))
    print(sealing.line(f"seal in mode {name}", "standard"))
    print(opening.line(f"open in mode {name}", "standard"))
    print(f"{'stored in mode ' + name:32} {len(blob):10} B    {'standard':10} {len(plain):10} B")


class Held:
    """A customer's keys at hand."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._public = hpke.public_key(self._secret)
        self.person = Identity.generate(os.urandom)
        self._recipient = self.person.recipient
        self.given: Key = b""
        self.store: dict[bytes, bytes] = {}

    def newest(self) -> tuple[int, Key]:
        return 1, self._secret

    def of_version(self, _version: int) -> Key:
        return self._secret

    def nonce(self) -> bytes:
        return os.urandom(12)

    def random(self, length: int, /) -> bytes:
        return os.urandom(length)

    def public(self) -> tuple[int, bytes]:
        return 1, self._public

    def private(self, _version: int) -> Key:
        return self._secret

    def recipients(self) -> Sequence[Recipient]:
        return [self._recipient]

    def second(self) -> Key:
        return self.given

    def keep(self, token: bytes, sealed: bytes) -> None:
        self.store[token] = sealed

    def kept(self, token: bytes) -> bytes:
        return self.store[token]


if __name__ == "__main__":
    main()
