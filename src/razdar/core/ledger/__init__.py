"""The ledger's formats: what an event says, how its bytes look, how its writer vouches for it, how others verify it.

What concerns the tree, its signatures and exports is used by module: ``merkle``, ``tiles``, ``notes``, ``checkpoints``,
``witnessing``, ``proofs``, ``layout``, ``exports``.
"""

from razdar.core.ledger.events import MAX_PAYLOAD, Dated, Event, FieldSeen, Mode, Outcome, decode, encode
from razdar.core.ledger.stamps import Kind, Stamp, stamp, vouches

__all__ = [
    "MAX_PAYLOAD",
    "Dated",
    "Event",
    "FieldSeen",
    "Kind",
    "Mode",
    "Outcome",
    "Stamp",
    "decode",
    "encode",
    "stamp",
    "vouches",
]
