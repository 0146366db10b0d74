"""How passwords of staff are kept: Argon2id over a peppered password.

The costs are the runtime's (64 MiB, three passes, one lane).

The pepper is HMAC-SHA-256 under a subkey of the installation's key (NIST SP 800-63B-4 section 3.1.1.2: keyed hashing
with a key kept apart): a stolen table cannot be guessed at without the key store. Passwords are compared in NFKC.

Normalizing takes time that grows with the square of a run of combining marks, so nothing longer than `LONGEST_TYPED` is
ever normalized. What is longer is a wrong password, at the cost of any other.
"""

import base64
import secrets
import unicodedata

from razdar.identity.keyed import PEPPER, keyed_hash
from razdar.runtime.passwords import Argon2Hasher

LONGEST_TYPED = 512
_NO_PASSWORD = b"\xff"  # never a byte of UTF-8, so no password begins with it


def peppered(password: str) -> str:
    """What is hashed in place of the password; for one that is too long, something that agrees with nothing."""
    if len(password) > LONGEST_TYPED:
        plain = _NO_PASSWORD + secrets.token_bytes(32)
    else:
        plain = unicodedata.normalize("NFKC", password).encode()
    return base64.b64encode(keyed_hash(PEPPER, plain)).decode()


class PepperedHasher(Argon2Hasher):
    """Argon2id over peppered passwords."""

    algorithm = "razdar_argon2"

    def encode(self, password: str, salt: str) -> str:
        return super().encode(peppered(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(peppered(password), encoded)
