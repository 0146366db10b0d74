"""A page of fifty customers: what its secrecy costs the server, beside Fernet under one key for everybody.

Ours asks the key agent for fifty customer keys in one question, derives each customer's subkey, and opens surname and
gender, bound to their rows. The agent is asked in this process and, as in life, over its socket. Fernet opens the same
hundred values under one key that never changes, binds them to nothing, and can forget nobody. What the page asks of the
database is in neither. The first line is the cryptography alone: fifty keys unwrapped, fifty subkeys derived, a hundred
values opened; the others add the key store's file, the book of what was handed out, and the choice of modes.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import django
from _beside import ROUNDS, measure
from cryptography.fernet import Fernet

from razdar.core.crypto import blobs, hierarchy
from razdar.core.crypto.passphrase import Cost
from razdar.core.disclosure import DataClass
from razdar.keys import agent, setup
from razdar.keys.remote import RemoteAgent

CUSTOMERS = 50
FEWER = 13
"""Rounds over the socket: the key agent hands out 20,000 keys at once to a worker, and makes no exception."""
CLIENT = UUID(int=1)
SHOWN = {DataClass.SURNAME: "Featherstonehaugh", DataClass.GENDER: "female"}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"
    django.setup()
    from razdar.vault import modes, ring
    from razdar.vault.modes import Policy
    from razdar.vault.places import Table
    from razdar.vault.sealed import Sealed

    def customer(number: int) -> list[Sealed]:
        pseudonym = UUID(int=number, version=4)
        agent.current().create_customer(CLIENT, pseudonym)
        empty = [Sealed(CLIENT, pseudonym, Table.CUSTOMER, pseudonym, name, b"") for name in SHOWN]
        with ring.writing(CLIENT, {pseudonym: set(SHOWN)}, "bench") as keys:
            return [
                Sealed(CLIENT, pseudonym, Table.CUSTOMER, pseudonym, e.data_class, keys.seal(e, SHOWN[e.data_class]))
                for e in empty
            ]

    def page() -> list[str]:
        with ring.opened(values, "bench") as keys:
            return [keys.open(value) for value in values]

    chosen = Policy(CLIENT, 1)
    with (
        patch.object(modes, "current", lambda _: chosen),
        patch.object(modes, "for_writing", lambda _: chosen),
        key_stores() as (local, remote),
    ):
        agent.install(local)
        local.create_client(CLIENT)
        values = [sealed for number in range(CUSTOMERS) for sealed in customer(number)]
        fernet = Fernet(Fernet.generate_key())
        tokens = [fernet.encrypt(SHOWN[value.data_class].encode()) for value in values]
        assert page() == [fernet.decrypt(token).decode() for token in tokens]
        pair = measure(ciphers(values), lambda: [fernet.decrypt(token) for token in tokens])
        print(pair.line(f"page of {CUSTOMERS}, cryptography", "Fernet"))
        for name, one, rounds in (("in this process", local, ROUNDS), ("over its socket", remote, FEWER)):
            agent.install(one)
            pair = measure(page, lambda: [fernet.decrypt(token) for token in tokens], rounds)
            print(pair.line(f"page of {CUSTOMERS}, agent {name}", "Fernet"))


def ciphers(values: Sequence[Any]) -> Callable[[], object]:
    """What `core.crypto` does for these values, without store, socket and rules; keys made for it."""
    kek, secrets_of = os.urandom(32), {value.customer: os.urandom(32) for value in values}
    wrapped = {
        customer: hierarchy.wrap(kek, secret, hierarchy.customer_binding(CLIENT, customer, 1), os.urandom(12))
        for customer, secret in secrets_of.items()
    }
    subkeys = {c: hierarchy.subkey(secret, hierarchy.KeyGroup.IDENTITY) for c, secret in secrets_of.items()}
    sealed = [
        (value, blobs.seal(subkeys[value.customer], 1, SHOWN[value.data_class].encode(), value.place, os.urandom(12)))
        for value in values
    ]

    def work() -> list[bytes]:
        opened = {}
        for customer, key in wrapped.items():
            binding = hierarchy.customer_binding(CLIENT, customer, 1)
            opened[customer] = hierarchy.subkey(hierarchy.unwrap(kek, key, binding), hierarchy.KeyGroup.IDENTITY)
        return [blobs.open_blob(opened[value.customer], blob, value.place) for value, blob in sealed]

    assert work() == [SHOWN[value.data_class].encode() for value in values]
    return work


@contextmanager
def key_stores() -> Iterator[tuple[agent.LocalAgent, RemoteAgent]]:
    """One new key store, opened here and by a key agent of its own."""
    with tempfile.TemporaryDirectory(prefix="razdar-bench-") as folder:
        var, words = Path(folder) / "var", Path(folder) / "words"
        words.touch(mode=0o600)
        words.write_text(secrets.token_urlsafe(24))
        os.environ |= {"RAZDAR_VAR": str(var), "RAZDAR_PASSPHRASE_FILE": str(words)}
        setup.create(var / "keys", words.read_bytes(), cost=Cost(memory_kib=64 * 1024, iterations=2, lanes=2))
        local = setup.unlock(var / "keys", words.read_bytes())
        process = subprocess.Popen([sys.executable, "-m", "razdar", "keyagent"], stdout=subprocess.DEVNULL)
        remote = RemoteAgent(var / "run" / "keyagent.sock", "worker")
        try:
            while not remote.answers():
                time.sleep(0.05)
            yield local, remote
        finally:
            remote.close()
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            local.close()


if __name__ == "__main__":
    main()
