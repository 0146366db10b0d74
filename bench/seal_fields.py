"""Sealing and opening a field, beside Fernet.

Ours derives nothing here: the subkey is at hand, as in a batch. Each call binds the value to its place, makes a fresh
cipher and, to seal, draws a nonce. Fernet (AES-128-CBC with HMAC, one object for all calls) binds a value to nothing.
"""

import os
from uuid import UUID

from _beside import measure
from cryptography.fernet import Fernet

from razdar.core.crypto import blobs
from razdar.core.crypto.aad import Place

SIZES = (12, 200, 4096)  # a surname, an address, a note


def main() -> None:
    fernet = Fernet(Fernet.generate_key())
    subkey = os.urandom(32)
    place = Place(UUID(int=1), UUID(int=2), 3, 4, UUID(int=5))
    for size in SIZES:
        value = os.urandom(size)
        blob = blobs.seal(subkey, 1, value, place, os.urandom(12))
        token = fernet.encrypt(value)
        assert blobs.open_blob(subkey, blob, place) == fernet.decrypt(token) == value
        sealing = measure(
            lambda value=value: blobs.seal(subkey, 1, value, place, os.urandom(12)),  # type: ignore[misc]
            lambda value=value: fernet.encrypt(value),  # type: ignore[misc]
        )
        opening = measure(
            lambda blob=blob: blobs.open_blob(subkey, blob, place),  # type: ignore[misc]
            lambda token=token: fernet.decrypt(token),  # type: ignore[misc]
        )
        print(sealing.line(f"seal {size} bytes", "Fernet"))
        print(opening.line(f"open {size} bytes", "Fernet"))
        print(f"{'stored for ' + str(size) + ' bytes':32} {len(blob):10} B    {'Fernet':10} {len(token):10} B")


if __name__ == "__main__":
    main()
