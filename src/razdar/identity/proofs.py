"""What a session has proven: which factors, and when.

Rules
-----
* Nobody is signed in by a password alone: a session without a second factor is nobody's.
* TOTP and passkeys are strong; the time of the last strong proof is what a reveal asks for.
* A recovery code lets its owner in and set up a new factor, and proves nothing for a reveal (NIST SP 800-63B-4
  section 4.2: it is for getting back in, not for daily use).
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from razdar.vault.door import ASSURANCE_SECONDS

STRONG = frozenset({"totp", "webauthn"})


@dataclass(frozen=True)
class Proof:
    """Times are Unix seconds; 0.0 where nothing was proven.

    Attributes:
        password_at: the last time the password was typed.
        assured_at: the last strong proof.
        proven_at: the last proof of any second factor.
    """

    password_at: float = 0.0
    assured_at: float = 0.0
    proven_at: float = 0.0

    @property
    def second_factor(self) -> bool:
        """Whether any second factor was proven in this session."""
        return self.proven_at > 0


def proof_of(request: HttpRequest) -> Proof:
    """What the request's session has proven for its user."""
    return _proof(get_authentication_records(request, request.user))


def _proof(records: Iterable[dict[str, Any]]) -> Proof:
    password = assured = proven = 0.0
    for record in records:
        at = float(record["at"])
        if record.get("method") == "password":
            password = max(password, at)
        elif record.get("method") == "mfa":
            proven = max(proven, at)
            assured = max(assured, at) if record.get("type") in STRONG else assured
    return Proof(password, assured, proven)


def is_recent(at: float, seconds: int = ASSURANCE_SECONDS) -> bool:
    """Whether a proof of that time is still good."""
    return at > 0 and time.time() - at <= seconds
