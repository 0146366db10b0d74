"""Certificates of erasure: asking the key agent for one, and the keys that verify what it certifies.

The signing keys stay in the key agent, which builds what they sign from its own store (``razdar.keys.certifying``).
"""

from uuid import UUID

from razdar.core.ledger import certificates, erasure_notices
from razdar.core.ledger.notes import VerifierKey
from razdar.keys import agent
from razdar.keys.agent import SigningPurpose
from razdar.keys.records import ErasureSaid


def sign(said: ErasureSaid) -> bytes:
    """The signed certificate of an erasure.

    Raises:
        NotFound: an unknown customer. BadInput: the customer's keys live.
        Unavailable: the key agent does not answer.
    """
    return agent.current().sign_certificate(said)


def key(installation: UUID) -> VerifierKey:
    """The key that verifies this installation's certificates.

    Raises:
        Unavailable: the key agent does not answer.
    """
    return certificates.key_of(installation, agent.current().verifying_key(SigningPurpose.CERTIFICATE))


def notice_key(installation: UUID) -> VerifierKey:
    """The key that verifies this installation's notices of erasures.

    Raises:
        Unavailable: the key agent does not answer.
    """
    return erasure_notices.key_of(installation, agent.current().verifying_key(SigningPurpose.NOTICE))
