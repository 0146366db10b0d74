"""How passwords of staff are hashed: Argon2id (RFC 9106) with 64 MiB, three passes, one lane.

RFC 9106, section 4, second recommended option, with one lane instead of four: a sign-in shall not occupy several cores.
Raising a number here re-hashes each password at its owner's next sign-in.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Django's Argon2id hasher with our costs; memory in KiB."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1
