"""What changed, said to the pages that are open.

Rules
-----
* A room says it inside the transaction of the change, in the client's scope: ``live.changed("approvals")``. The word
  goes out with the commit and not without it (NOTIFY, PostgreSQL manual).
* It holds the client, a topic and at most an id; never a value, never personal data. A page that hears of a topic asks
  again for what it shows, and is answered as at any other time: by the matrix, the scope and the log.
* A topic is registered by the room it belongs to, with the permission of whoever may hear of it. An id is told only to
  who asked for that very id, and may.
* The server lets transactions that notify commit one after the other (docs/decisions/0026): a topic is for what changes
  a few times a second. What changes more often is told by who collects it; the log's topic by the sequencer, a round at
  a time. The same word twice in a transaction goes out once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.runtime.scope import current_client

CHANNEL: Final = "razdar_live"
_WORD: Final = re.compile(r"[a-z][a-z-]{0,29}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class Topic:
    """Something that changes.

    Attributes:
        permission: of whoever may hear that anything of it changed.
        about: of whoever may hear that one thing of it changed, by its id; None where there is nothing to name.
        about_oneself: the things are persons, of whom each hears of the own alone.
    """

    permission: Permission
    about: Permission | None = None
    about_oneself: bool = False


# Keys are lower-case words.
TOPICS: Registry[Topic] = Registry("live topic")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page listens to: a topic, or one thing of it. Its text is ``calls`` or ``calls:<id>``."""

    topic: str
    about: UUID | None = None

    def __str__(self) -> str:
        return f"{self.topic}:{self.about}" if self.about else self.topic

    @property
    def permission(self) -> Permission | None:
        """What a listener must hold; None where there is no such thing to listen to."""
        topic = TOPICS.get(self.topic)
        if topic is None:
            return None
        return topic.about if self.about else topic.permission

    def is_others(self, person: UUID) -> bool:
        """Whether it is about somebody else than the person who asks, who may hear of the own alone."""
        topic = TOPICS.get(self.topic)
        return topic is not None and topic.about_oneself and self.about not in {None, person}

    @classmethod
    def parse(cls, text: str) -> "Wanted | None":
        """From its text; None for anything else."""
        topic, colon, about = text.partition(":")
        if not _WORD.fullmatch(topic) or (colon and not _ID.fullmatch(about)):
            return None
        return cls(topic, UUID(about) if colon else None)


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a client changed. Its text is ``<client> <what>``."""

    client: UUID
    what: Wanted

    def __str__(self) -> str:
        return f"{self.client} {self.what}"

    @classmethod
    def parse(cls, text: str) -> "Change | None":
        """From what came over the channel, which every role may write to; None for anything but our own words."""
        client, _, rest = text.partition(" ")
        what = Wanted.parse(rest)
        return cls(UUID(client), what) if what and _ID.fullmatch(client) else None


def changed(topic: str, about: UUID | None = None) -> None:
    """Say that something of the client in scope changed; heard when the open transaction is committed.

    Args:
        topic: a registered one.
        about: the id of what changed, where it is one thing.

    Raises:
        RuntimeError: outside of a client's scope.
    """
    client = current_client()
    if client is None:
        raise RuntimeError("live.changed needs the scope of a client")
    tell([Change(client, Wanted(topic, about))], DEFAULT_DB_ALIAS)


def tell(changes: Iterable[Change], using: str) -> None:
    """Say it on a connection that has no scope, in its open transaction: the sequencer's way, for all clients.

    Raises:
        ValueError: of a topic that nobody registered.
    """
    texts = []
    for change in changes:
        if change.what.topic not in TOPICS:
            raise ValueError(f"there is no live topic {change.what.topic!r}")
        texts.append(str(change))
    if texts:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, word) FROM unnest(%s::text[]) AS word", [CHANNEL, texts])
