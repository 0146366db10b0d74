"""How passwords of staff are kept: Argon2id over a peppered password.

The costs are the runtime's (64 MiB, three passes, one lane).

The pepper is HMAC-SHA-256 under a subkey of the installation's key (NIST SP 800-63B-4 section 3.1.1.2: keyed hashing
with a key kept apart): a stolen table cannot be guessed at without the key store. Passwords are compared in NFKC.
"""

import base64
import unicodedata

from razdar.identity.keyed import PEPPER, keyed_hash
from razdar.runtime.passwords import Argon2Hasher


def peppered(password: str) -> str:
    """What is hashed in place of the password."""
    plain = unicodedata.normalize("NFKC", password).encode()
    return base64.b64encode(keyed_hash(PEPPER, plain)).decode()


class PepperedHasher(Argon2Hasher):
    """Argon2id over peppered passwords."""

    algorithm = "razdar_argon2"

    def encode(self, password: str, salt: str) -> str:
        return super().encode(peppered(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(peppered(password), encoded)
