"""What the modes under the customer key have in common: AES-256-GCM under the group's subkey, blob v1."""

from razdar.core.crypto import aad, blobs, frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.modes.base import Keys
from razdar.core.crypto.suites import AES_256_GCM
from razdar.core.errors import Unopenable

SUITES = frozenset({AES_256_GCM})


def seal(keys: Keys, plaintext: bytes, place: Place) -> bytes:
    """Seal under the newest version of the customer key."""
    version, subkey = keys.newest()
    return blobs.seal(subkey, version, plaintext, place, keys.nonce())


def open_(keys: Keys, blob: bytes, place: Place) -> bytes:
    """Open under the version the blob names.

    Raises:
        Unopenable: anything at all is wrong, a suite of another mode included.
    """
    suite_id, version = frame.unpack(blob)
    if suite_id not in SUITES:
        raise Unopenable
    bound = aad.pack(suite_id, version, place)
    return suites.by_id(suite_id).open(keys.of_version(version), blob[frame.LENGTH :], bound)
