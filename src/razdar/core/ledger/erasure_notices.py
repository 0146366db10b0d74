"""Notices of erasures: small signed notes that outlive the newest key bundle. C2SP signed notes (c2sp.org/signed-note).

::

    razdar/<installation>/erasure-notice/v1
    {"client":..., "customer":..., "destroyed_at_ms":..., "key_ids":[...]}

    — razdar/<installation>/notices <signature of the installation's key for notices>

1. The body is canonical JSON: keys sorted, no spaces; any other spelling is refused, so that one notice has one text.
2. The key signs notices and nothing else: what a restore believes is never something else that was signed.
3. It holds pseudonyms and ids of keys only.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger import notes, origins
from razdar.core.ledger.notes import Algorithm, Note, Sign, SignerName, VerifierKey

_KIND: Final = "erasure-notice/v1"
_KEY_ID = re.compile(r"[0-9a-f]{32}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """That a customer's keys were destroyed.

    Attributes:
        installation: where.
        client, customer: whose keys.
        destroyed_at: when, to the millisecond.
        key_ids: the keys' ids, 32 hexadecimal digits each.
    """

    installation: UUID
    client: UUID
    customer: UUID
    destroyed_at: datetime
    key_ids: tuple[str, ...]

    def text(self) -> str:
        """What is signed."""
        body = {
            "client": str(self.client),
            "customer": str(self.customer),
            "destroyed_at_ms": (self.destroyed_at - _EPOCH) // _MILLISECOND,
            "key_ids": list(self.key_ids),
        }
        first = f"{origins.key_name(self.installation)}/{_KIND}"
        return f"{first}\n{json.dumps(body, sort_keys=True, separators=(',', ':'))}\n"

    def signed(self, public_key: bytes, sign: Sign) -> Note:
        """The notice as a signed note; ``sign`` signs with the installation's key for notices."""
        return notes.sign(self.text(), key_of(self.installation, public_key).name, public_key, sign)


def key_of(installation: UUID, public_key: bytes) -> VerifierKey:
    """The key that verifies an installation's notices, under the name it has in them."""
    return VerifierKey(SignerName(f"{origins.key_name(installation)}/notices"), Algorithm.ED25519, public_key)


def verify(data: bytes, installation: UUID, public_key: bytes) -> Notice:
    """Read a notice of an installation and check its signature.

    Raises:
        Unverifiable: signed with another key, or altered.
        BadInput: no notice of this installation.
    """
    note = notes.parse(data)
    key_of(installation, public_key).check(note)
    _, _, body = note.text.partition("\n")
    try:
        found = _read(installation, json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput("This is not a notice of an erasure.") from error
    if found.text() != note.text:
        raise BadInput("This is not a notice of an erasure here, in its canonical form.")
    return found


def _read(installation: UUID, members: dict[str, object]) -> Notice:
    at, key_ids = members["destroyed_at_ms"], members["key_ids"]
    if type(at) is not int or not isinstance(key_ids, list) or not all(map(_KEY_ID.fullmatch, key_ids)):
        raise ValueError("no notice")
    client, customer = UUID(str(members["client"])), UUID(str(members["customer"]))
    return Notice(installation, client, customer, _EPOCH + at * _MILLISECOND, tuple(key_ids))
