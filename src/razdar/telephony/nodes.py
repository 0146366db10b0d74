"""Telephone exchanges and their credentials.

A secret has 256 random bits, is shown once, and is kept as its hash: nobody can guess what the hash belongs to. It is
compared in constant time, and an unknown name takes as long as a wrong secret.
"""

import hmac
import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from razdar import audit
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger.events import Event, Mode
from razdar.runtime.scope import unit
from razdar.telephony.models import Node
from razdar.telephony.tokens import Credentials

MOST_SECRET = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NOBODY = sha256(b"nobody").digest()


def add(name: str) -> Credentials:
    """Make an exchange known.

    Raises:
        BadInput: an unusable name, or one that is taken.
    """
    if not _NAME.fullmatch(name):
        raise BadInput("A node's name has small letters, digits and -, at most 40 of them.")
    made = Credentials(name, secrets.token_urlsafe(32))
    with unit():
        if Node.objects.filter(name=name).exists():
            raise BadInput("There is a node of that name already.")
        Node.objects.create(name=name, secret_hash=_hash(made.secret), added_at=datetime.now(UTC))
        _record("telephony:node:add", name)
    return made


def remove(name: str) -> None:
    """Forget an exchange; what it streams goes on, and it opens no further stream.

    Raises:
        NotFound: there is none of that name.
    """
    with unit():
        removed, _ = Node.objects.filter(name=name).delete()
        if not removed:
            raise NotFound("There is no node of that name.")
        _record("telephony:node:remove", name)


def names() -> list[str]:
    """The names of all exchanges."""
    return list(Node.objects.order_by("name").values_list("name", flat=True))


def known(name: str, secret: str) -> UUID | None:
    """The exchange that shows these credentials; ``None`` where they are not right."""
    row = Node.objects.filter(name=name).first() if _NAME.fullmatch(name) else None
    kept = bytes(row.secret_hash) if row else _NOBODY
    right = hmac.compare_digest(kept, _hash(secret[:MOST_SECRET]))
    return row.id if row and right else None


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _record(action: str, name: str) -> None:
    audit.record(Event.by_operator(None, action, Mode.CHANGE, detail=(("name", name),)))
