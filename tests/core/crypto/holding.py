"""Keys of one customer as the vault would hold them, for the tests of modes: two persons, several versions."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from razdar.core.crypto import age, hpke
from razdar.core.crypto.age import Identity, Recipient
from razdar.core.crypto.material import Key
from razdar.core.crypto.modes.dual_control import parse_second, second_key_file
from razdar.core.crypto.suites import DUAL_CONTROL
from razdar.core.errors import SecondKeyNeeded, Unopenable

PERSON = Identity.generate(lambda length: b"\x07" * length)
OTHER_PERSON = Identity.generate(lambda length: b"\x09" * length)


class Counting:
    """Fresh bytes that never repeat, and look like nothing else."""

    def __init__(self) -> None:
        self.calls = 0
        self.drawn: list[bytes] = []

    def __call__(self, length: int) -> bytes:
        self.calls += 1
        drawn = sha256(self.calls.to_bytes(8)).digest()[:length]
        self.drawn.append(drawn)
        return drawn


def brought(blob: bytes, person: Identity = PERSON) -> bytearray:
    """What the second person does: decrypts the small file with a tool of their own and reads out the key."""
    text = b"".join(age.decrypt([person], [second_key_file(blob)])).decode()
    return parse_second(text)


class Holding:
    """Everything a mode may ask for: subkeys and seeds by version, who keeps second keys, and the store of tokens.

    Args:
        secrets: by version, 32 bytes that stand for the customer key.
        persons: who keeps second keys.
        random: fresh bytes.
    """

    def __init__(
        self,
        secrets: dict[int, bytes],
        persons: Sequence[Identity] = (PERSON,),
        random: Callable[[int], bytes] | None = None,
    ) -> None:
        self._secrets = secrets
        self._persons = persons
        self.random = random or Counting()
        self.store: dict[bytes, bytes] = {}
        self.given: Key | None = None

    def newest(self) -> tuple[int, Key]:
        version = max(self._secrets)
        return version, self._secrets[version]

    def of_version(self, version: int) -> Key:
        if version not in self._secrets:
            raise Unopenable
        return self._secrets[version]

    def nonce(self) -> bytes:
        return self.random(12)

    def public(self) -> tuple[int, bytes]:
        version, _ = self.newest()
        return version, hpke.public_key(self.private(version))

    def private(self, version: int) -> Key:
        return sha256(b"seed" + bytes(self.of_version(version))).digest()

    def recipients(self) -> Sequence[Recipient]:
        return [person.recipient for person in self._persons]

    def second(self) -> Key:
        if self.given is None:
            raise SecondKeyNeeded
        return self.given

    def keep(self, token: bytes, sealed: bytes) -> None:
        self.store[token] = sealed

    def kept(self, token: bytes) -> bytes:
        if token not in self.store:
            raise Unopenable
        return self.store[token]

    def bring(self, blob: bytes) -> "Holding":
        """Let the second person give the key of a value; other modes need nobody."""
        if blob[0] == DUAL_CONTROL:
            self.given = brought(blob)
        return self
