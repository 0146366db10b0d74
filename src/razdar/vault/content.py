"""Recordings and transcripts through the door.

*Partial* of a recording or transcript is its redacted rendition; the original opens only when the class is clear for
the viewer, or while a grant of this viewer for exactly this rendition is open. Whoever has originals *on request* gets
nothing without asking, but for quality review: there the redacted rendition is the daily work, and stays. Which of the
two a stored rendition is follows from the place it is sealed for, so that an original can not pass as a redacted one; a
live recording is always an original.
"""

import hashlib
import hmac
import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

from razdar import audit
from razdar.core.crypto import files
from razdar.core.crypto.material import wipe
from razdar.core.disclosure import Level, Viewer, group_of, rendition_opens
from razdar.core.errors import NotFound, RazdarError
from razdar.core.ledger.events import Outcome
from razdar.keys import agent
from razdar.keys.records import StreamRef
from razdar.runtime import objects
from razdar.vault import door, grants, limits, ring
from razdar.vault.door import Look
from razdar.vault.places import REDACTED
from razdar.vault.sealed import Placed, Sealed, SealedFile, SealedSound, SealedStream
from razdar.vault.streams import OpenedStream

_READ_BYTES = 4 * 2**20


def open_text(viewer: Viewer, sealed: Sealed, look: Look) -> str:
    """Open a transcript's rendition.

    Raises:
        NotDisclosed: the matrix or the missing grant forbids it; logged. NotFound: another client's.
        Unopenable: altered; logged. TooManyTries: the viewer's limit is passed.
    """
    with _look_at(viewer, sealed, look), ring.opened([sealed], look.action) as keys:
        return keys.open(sealed)


def open_file(viewer: Viewer, sealed: SealedFile, look: Look) -> io.RawIOBase:
    """Open a recording's rendition as a seekable reader; only the pieces that are read are decrypted.

    Raises:
        As `open_text`. Reading raises Unopenable for an altered piece, Unavailable without object store; whoever reads
        tells `broke_off`.
    """
    with _look_at(viewer, sealed, look), ring.opened([sealed], look.action) as keys:
        subkey = keys.subkey(ring.key_of(sealed), group_of(sealed.data_class))
        try:
            return files.open_file(subkey, sealed.place, partial(objects.get_range, sealed.name), sealed.size)
        finally:
            wipe(subkey)


@contextmanager
def open_stream(viewer: Viewer, sealed: SealedStream, look: Look) -> Iterator[OpenedStream]:
    """Open a live recording for the length of a block: those of its streams that the named segments are of, no others.

    Raises:
        As `open_text`. Reading raises Unopenable for a segment that is altered, exchanged or missing, Unavailable
        without object store; whoever reads tells `broke_off`.
    """
    wanted = list(dict.fromkeys(segment.stream for segment in sealed.segments))
    keys: dict[UUID, bytearray] = {}
    try:
        with _look_at(viewer, sealed, look):
            refs = [StreamRef(sealed.client, sealed.customer, stream) for stream in wanted]
            opened = agent.current().unwrap_streams(refs, look.action) if refs else []
            keys |= zip(wanted, opened, strict=True)
        yield OpenedStream(sealed.call, keys)
    finally:
        wipe(*keys.values())


def broke_off(viewer: Viewer, sealed: SealedSound, look: Look) -> None:
    """Log that sound which had been opened could not be read."""
    audit.record_now(door.event_of(viewer, look, door.seen_fields([sealed], _level(sealed)), Outcome.FAILED))


def can_open(viewer: Viewer, value: Placed, look: Look) -> bool:
    """Whether the door would open a rendition now; asks nothing and logs nothing."""
    return _allowed(viewer, value, look) is not None


def is_intact(sealed: SealedFile) -> bool:
    """Whether the object in the store is, byte for byte, the one that was sealed; opens nothing and needs no key.

    Raises:
        Unavailable: the store did not answer.
    """
    return is_stored(sealed.name, sealed.size, sealed.digest)


def is_stored(name: UUID, size: int, sha256: bytes) -> bool:
    """Whether an object is in the store and has this size and SHA-256.

    Raises:
        Unavailable: the store did not answer.
    """
    digest = hashlib.sha256()
    try:
        if objects.size(name) != size:
            return False
        for start in range(0, size, _READ_BYTES):
            digest.update(objects.get_range(name, start, _READ_BYTES))
    except NotFound:
        return False
    return hmac.compare_digest(digest.digest(), sha256)


def discard(name: UUID) -> None:
    """Remove a sealed object; a missing one is fine."""
    objects.delete(name)


def discard_all(names: Collection[UUID]) -> None:
    """Remove sealed objects; missing ones are fine."""
    objects.delete_many(names)


@contextmanager
def _look_at(viewer: Viewer, value: Placed, look: Look) -> Iterator[None]:
    """The rules before, and the event after, one rendition is opened; nothing is returned before it is committed."""
    if value.client != viewer.client:
        raise NotFound("There is no such record.")
    allowed = _allowed(viewer, value, look)
    if allowed is None:
        door.refuse(viewer, look, [value])
    door.require_assignment(viewer, value.customer, allowed, [value])
    door.count(viewer, allowed, limits.LOOK, [value])
    seen = door.seen_fields([value], _level(value))
    try:
        yield
    except RazdarError:
        audit.record_now(door.event_of(viewer, allowed, seen, Outcome.FAILED))
        raise
    audit.record_now(door.event_of(viewer, allowed, seen, Outcome.OK))


def _allowed(viewer: Viewer, value: Placed, look: Look) -> Look | None:
    """The look as it will be logged: of an original under a grant, with the grant's purpose and case."""
    level = viewer.level(value.data_class, look.purpose)
    redacted = value.table in REDACTED
    if rendition_opens(level, look.purpose, redacted=redacted):
        return look
    if redacted:
        return None
    grant = grants.open_now(viewer, value)
    if grant is None or viewer.level(value.data_class, grant.purpose) is not Level.ON_REQUEST:
        return None
    return replace(look, purpose=grant.purpose, case=grant.case)


def _level(value: Placed) -> Level:
    return Level.PARTIAL if value.table in REDACTED else Level.CLEAR
