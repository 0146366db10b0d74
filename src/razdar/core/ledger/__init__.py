"""The ledger's formats: what an event says, how its bytes look, and how its writer vouches for it."""

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
