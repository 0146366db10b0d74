"""Choosing how a client's values are stored, as whoever runs the installation does; and revealing one, as people do.

Under dual control a third hand is needed: somebody who keeps the second key on a computer of their own.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.mission.house import JUST_NOW, House

RESEALED_WITHIN = 90
ASKED = {"purpose": "call_back", "reason": "The line broke, and they asked for a call back.", "case": "T-9"}
_OFFERED = r"^{field} +(\w+) +instead of: (.+)$"
_FILE = re.compile(r'action="(/customers/[^"]+/key/[^"]+/file/)"')
_OPEN = re.compile(r'hx-post="(/customers/[^"]+/key/[^"]+/)"')
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps second keys: an age identity in a file, and its public recipient."""

    recipient: str
    identity: Path = field(repr=False)

    @classmethod
    def new(cls, folder: Path) -> "Keeper":
        key, identity = X25519PrivateKey.generate(), folder / "keeper"
        identity.touch(mode=0o600)
        identity.write_text(_bech32("age-secret-key-", key.private_bytes_raw()).upper())
        return cls(_bech32("age", key.public_key().public_bytes_raw()), identity)

    def read(self, house: House, file: bytes) -> str:
        """What the file that was handed out says; needs nothing of the installation but the program."""
        received = self.identity.with_name("second-key.age")
        received.write_bytes(file)
        return house.cli("keys", "open-second", str(received), "--identity", str(self.identity))


def offered(house: House, client: str, kind: str) -> tuple[str, set[str]]:
    """How a kind of value is stored, and how else it might be."""
    found = re.search(_OFFERED.format(field=kind), _shown(house, client), re.MULTILINE)
    assert found, f"no choice for {kind}"
    return found[1], set(found[2].split(", "))


@contextmanager
def stored_as(house: House, client: str, kind: str, mode: str, keeper: Keeper) -> Iterator[None]:
    """Another mode for a kind of value while the block runs; what is stored has been brought to it."""
    before, _ = offered(house, client, kind)
    _choose(house, client, kind, mode, keeper)
    try:
        yield
    finally:
        _choose(house, client, kind, before, keeper)


def _choose(house: House, client: str, kind: str, mode: str, keeper: Keeper) -> None:
    if offered(house, client, kind)[0] == mode:
        return
    keepers = ["--recipient", keeper.recipient] * (mode == "dual_control")
    house.cli("keys", "mode", "choose", kind, mode, "--client", client, *keepers)
    deadline = time.monotonic() + RESEALED_WITHIN
    while f"Resealing of {kind} done" not in _shown(house, client):
        assert time.monotonic() < deadline, house.printed
        time.sleep(0.05)  # asking is a process of its own, and takes longer than that


def _shown(house: House, client: str) -> str:
    return house.cli("keys", "mode", "show", "--client", client)


def reveal(house: House, person: str, customer: str, kind: str, keeper: Keeper) -> str:
    """Everything that somebody is sent who reveals a field, with the second key where one is asked for."""
    desk = house.desk(person, within=JUST_NOW)
    answer = desk.submit(f"/customers/{customer}/fields/{kind}/reveal/", ASKED)
    sent = answer.text
    if asked := _OPEN.search(answer.text):
        handed = _FILE.search(answer.text)
        assert handed
        file = desk.post(handed[1], {})
        if file.status == 200:
            sent += desk.post(asked[1], {"key": keeper.read(house, file.body)}).text
    return sent


def stored(house: House, customer: str, kind: str) -> bytes:
    """A stored value of a customer, as the database's administrator reads it."""
    with house.database_session() as session:
        rows = session.execute(f"SELECT {kind} FROM customers_customer WHERE id = %s", [customer]).fetchall()
        return bytes(rows[0][0])


@contextmanager
def overwritten(house: House, customer: str, kind: str, value: bytes) -> Iterator[None]:
    """Another value in its place while the block runs, written by the database's administrator."""
    own = stored(house, customer, kind)
    with house.database_session() as session:
        session.execute(f"UPDATE customers_customer SET {kind} = %s WHERE id = %s", [value, customer])
        try:
            yield
        finally:
            session.execute(f"UPDATE customers_customer SET {kind} = %s WHERE id = %s", [own, customer])


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173's writing, which age uses for its keys."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    spread = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    check = _polymod([*spread, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_BECH32[word] for word in words)}"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> place & 1 else 0
    return check
