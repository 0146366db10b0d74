"""Why somebody proposes something: checked, and sealed and bound to what was proposed.

It belongs to no customer, so erasing one does not reach it. It is no place for a customer's data, and what looks like
some is refused.
"""

from uuid import UUID

from razdar.core.errors import BadInput, Unopenable
from razdar.core.redaction import sensitive
from razdar.vault import staff

SHORTEST = 10
LONGEST = 500


def checked(reason: str) -> str:
    """A reason without needless spaces.

    Raises:
        BadInput: too short to say anything, too long, or it holds what looks like personal data.
    """
    tidy = " ".join(reason.split())
    if not SHORTEST <= len(tidy) <= LONGEST:
        raise BadInput("Give a reason of 10 to 500 letters. Whoever decides reads it, and so do auditors.")
    if sensitive(tidy):
        raise BadInput("This looks like personal data. Give a reason that says nothing about a single customer.")
    return tidy


def seal(of: UUID, kind: str, reason: str) -> str:
    """Seal the reason of one proposal.

    Raises:
        KeysLocked: the key store is not unlocked in this process.
    """
    return staff.seal_staff(of, f"{kind} reason", reason)


def opened(of: UUID, kind: str, sealed: str) -> str:
    """A reason as it was written; empty where there is none, or it does not open."""
    try:
        return staff.open_staff(of, f"{kind} reason", sealed) if sealed else ""
    except Unopenable:
        return ""
