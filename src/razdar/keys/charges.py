"""What every call of the key agent is counted as, and what the book says of it.

Rules:

* Every call is counted in a bucket (``limits``); a call that has no line here costs more than any bucket holds.
* Every call that gives or changes something is in the book: whose, by which call, how often. ``unwrap`` has lines of
  its own there, under the purpose that was named. What only says how things stand is counted, and not booked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias
from uuid import UUID

from razdar.keys.records import KeyRef

Arguments: TypeAlias = Sequence[Any]

NOBODY = UUID(int=0)
"""In the book: no client or no customer in particular."""
TOO_MUCH = 1 << 62


class Counted(Enum):
    """What is counted; each has a bucket of its own for every role."""

    KEYS = auto()
    VALUES = auto()
    LOOKUPS = auto()
    SUBKEYS = auto()
    CREATIONS = auto()
    DESTRUCTIONS = auto()
    DROPS = auto()
    SIGNATURES = auto()
    CERTIFICATES = auto()
    BUNDLES = auto()
    STEPS = auto()
    PASSPHRASES = auto()
    QUESTIONS = auto()


@dataclass(frozen=True)
class Booked:
    """A call's line in the book.

    Attributes:
        subjects: clients and customers it names.
        times: how often each.
    """

    subjects: Sequence[KeyRef]
    times: int = 1


@dataclass(frozen=True)
class Charge:
    """What one call is counted as.

    Attributes:
        what: in which bucket.
        amount: how much, from its arguments.
        booked: its line, from its arguments; ``None`` where there is none.
    """

    what: Counted
    amount: Callable[[Arguments], int] = lambda _: 1
    booked: Callable[[Arguments], Booked] | None = lambda _: Booked((KeyRef(NOBODY, NOBODY, 0),))


def of(call: str) -> Charge:
    """The charge of a call."""
    return CHARGES.get(call, _UNKNOWN)


def _customer(arguments: Arguments) -> Booked:
    return Booked((KeyRef(arguments[0], arguments[1], 0),))


def _client(arguments: Arguments) -> Booked:
    return Booked((KeyRef(arguments[0], NOBODY, 0),))


def _certified(arguments: Arguments) -> Booked:
    return Booked((KeyRef(arguments[0].client, arguments[0].customer, 0),))


def _each(place: int) -> Callable[[Arguments], int]:
    """One for each member of an argument, and one for asking."""
    return lambda arguments: max(1, len(arguments[place]))


def _several(place: int) -> Callable[[Arguments], Booked]:
    count = _each(place)
    return lambda arguments: Booked((KeyRef(arguments[0], NOBODY, 0),), count(arguments))


_QUESTION = Charge(Counted.QUESTIONS, booked=None)
_UNKNOWN = Charge(Counted.KEYS, amount=lambda _: TOO_MUCH)
CHARGES: Mapping[str, Charge] = {
    "unwrap": Charge(Counted.KEYS, _each(0), None),
    "unwrap_streams": Charge(Counted.KEYS, _each(0), None),
    "blind": Charge(Counted.VALUES, _each(2), _several(2)),
    "newest": Charge(Counted.LOOKUPS, _each(1), _several(1)),
    "stream_public": Charge(Counted.LOOKUPS, booked=_client),
    "sealed_public": Charge(Counted.LOOKUPS, _each(1), _several(1)),
    "is_destroyed": Charge(Counted.LOOKUPS, booked=_client),
    "installation_subkey": Charge(Counted.SUBKEYS),
    "new_writer": Charge(Counted.SUBKEYS),
    "stamp_key": Charge(Counted.SUBKEYS),
    "create_client": Charge(Counted.CREATIONS, booked=_client),
    "create_customer": Charge(Counted.CREATIONS, booked=_customer),
    "create_customers": Charge(Counted.CREATIONS, _each(1), _several(1)),
    "open_stream": Charge(Counted.CREATIONS, booked=_client),
    "bind_streams": Charge(Counted.CREATIONS, _each(2), _customer),
    "drop_streams": Charge(Counted.DROPS, _each(1), _several(1)),
    "rotate_customers": Charge(Counted.CREATIONS, _each(0), lambda arguments: Booked(tuple(arguments[0]))),
    "destroy_customer": Charge(Counted.DESTRUCTIONS, booked=_customer),
    "sign_checkpoints": Charge(Counted.SIGNATURES),
    "begin_generations": Charge(Counted.STEPS),
    "sign_certificate": Charge(Counted.CERTIFICATES, booked=_certified),
    "sign_notice": Charge(Counted.CERTIFICATES, booked=_customer),
    "sign_backup": Charge(Counted.BUNDLES),
    "make_bundle": Charge(Counted.BUNDLES),
    "drop_expired": Charge(Counted.BUNDLES),
    "rotate_epoch": Charge(Counted.STEPS, booked=_client),
    "add_recipient": Charge(Counted.STEPS),
    "remove_recipient": Charge(Counted.STEPS),
    "rotate_root": Charge(Counted.PASSPHRASES),
    "freeze_client": Charge(Counted.STEPS, booked=_client),
    "lift_freeze": Charge(Counted.STEPS, booked=_client),
    "freeze_again": Charge(Counted.STEPS, booked=_client),
    "freezes": _QUESTION,
    "installation_id": _QUESTION,
    "known_clients": _QUESTION,
    "log_heads": _QUESTION,
    "verifying_key": _QUESTION,
    "status": _QUESTION,
    "keeping": _QUESTION,
    "epoch_keys": _QUESTION,
    "ledger": _QUESTION,
    "waiting_streams": _QUESTION,
    "book_page": _QUESTION,
}
