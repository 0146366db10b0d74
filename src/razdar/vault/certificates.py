"""Signing certificates of erasure, and what can be said of the copies of keys that are about.

The signing key stays in the key agent; it signs certificates and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from razdar.core.ledger import certificates
from razdar.core.ledger.certificates import Bundle, Certificate, Finality
from razdar.core.ledger.notes import VerifierKey
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose
from razdar.keys.records import Keeping, RootVersion


@dataclass(frozen=True)
class Standing:
    """How things stood when keys were destroyed.

    Attributes:
        root_provider, root_version: the root that wrapped them.
        finality: from when nothing opens, here and in copies.
    """

    root_provider: str
    root_version: int
    finality: Finality


def standing(destroyed_at: datetime) -> Standing:
    """What holds for keys destroyed at a moment.

    Raises:
        Unavailable: the key agent does not answer.
    """
    return standing_of(agent.current().keeping(), destroyed_at)


def standing_of(keeping: Keeping, destroyed_at: datetime) -> Standing:
    """The same from what the key store knows. Every root that was in use before counts, because a copy of the key
    store from its time may be about: there is a date only when all of them have ended for good.
    """
    earlier = [root for root in keeping.roots if root.since <= destroyed_at] or list(keeping.roots[:1])
    bundles = [Bundle(b.number, b.expires_at) for b in keeping.bundles if b.made_at <= destroyed_at]
    in_use = earlier[-1]
    return Standing(in_use.provider, in_use.version, Finality.of(destroyed_at, bundles, _end(earlier)))


def _end(roots: list[RootVersion]) -> datetime | None:
    ends = [root.until for root in roots if root.final and root.until is not None]
    return max(ends) if len(ends) == len(roots) else None


def sign(certificate: Certificate) -> bytes:
    """The signed certificate.

    Raises:
        Unavailable: the key agent does not answer.
    """
    held = agent.current()
    public = held.verifying_key(SigningPurpose.CERTIFICATE)
    return certificate.signed(public, partial(held.sign, SigningPurpose.CERTIFICATE)).encode()


def key(installation: UUID) -> VerifierKey:
    """The key that verifies this installation's certificates.

    Raises:
        Unavailable: the key agent does not answer.
    """
    return certificates.key_of(installation, agent.current().verifying_key(SigningPurpose.CERTIFICATE))
