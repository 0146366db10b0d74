"""Recordings and transcripts through the door.

*Partial* of a recording or transcript is its redacted rendition; the original opens only when the class is clear for
the viewer, or while a grant of this viewer for exactly this rendition is open. Which of the two a stored rendition is
follows from the place it is sealed for, so that an original can not pass as a redacted one.
"""

import io
from uuid import UUID

from razdar import audit
from razdar.core.crypto import files
from razdar.core.crypto.material import wipe
from razdar.core.disclosure import Level, Viewer, group_of
from razdar.core.errors import NotFound, RazdarError
from razdar.core.ledger.events import Outcome
from razdar.runtime import objects
from razdar.vault import door, grants, ring
from razdar.vault.door import Look
from razdar.vault.places import REDACTED
from razdar.vault.sealed import Sealed, SealedFile


def open_text(viewer: Viewer, sealed: Sealed, look: Look) -> str:
    """Open a transcript's rendition.

    Raises:
        NotDisclosed: the matrix or the missing grant forbids it; logged. NotFound: another client's.
        Unopenable: altered.
    """
    level = _require(viewer, sealed, look)
    seen = door.seen_fields([sealed], level)
    try:
        with ring.opened([sealed], look.action) as keys:
            text = keys.open(sealed)
    except RazdarError:
        audit.record_now(door.event_of(viewer, look, seen, Outcome.FAILED))
        raise
    audit.record_now(door.event_of(viewer, look, seen, Outcome.OK))
    return text


def open_file(viewer: Viewer, sealed: SealedFile, look: Look) -> io.RawIOBase:
    """Open a recording's rendition as a seekable reader; only the pieces that are read are decrypted.

    Raises:
        As `open_text`. Reading raises Unopenable for an altered piece, Unavailable without object store.
    """
    level = _require(viewer, sealed, look)
    seen = door.seen_fields([sealed], level)
    try:
        with ring.opened([sealed], look.action) as keys:
            subkey = keys.subkey(ring.key_of(sealed), group_of(sealed.data_class))
    except RazdarError:
        audit.record_now(door.event_of(viewer, look, seen, Outcome.FAILED))
        raise
    audit.record_now(door.event_of(viewer, look, seen, Outcome.OK))
    try:
        return files.open_file(
            subkey, sealed.place, lambda start, length: objects.get_range(sealed.name, start, length), sealed.size
        )
    finally:
        wipe(subkey)


def can_open(viewer: Viewer, value: Sealed | SealedFile, look: Look) -> bool:
    """Whether the door would open a rendition now; asks nothing and logs nothing."""
    level = viewer.level(value.data_class, look.purpose)
    if level is Level.CLEAR:
        return True
    if value.table in REDACTED:
        return level is Level.PARTIAL
    return level is Level.ON_REQUEST and grants.open_until(viewer, value) is not None


def discard(name: UUID) -> None:
    """Remove a sealed object; a missing one is fine."""
    objects.delete(name)


def _require(viewer: Viewer, value: Sealed | SealedFile, look: Look) -> Level:
    if value.client != viewer.client:
        raise NotFound("There is no such record.")
    if not can_open(viewer, value, look):
        door.refuse(viewer, look, [value])
    door.require_assignment(viewer, value.customer, look, [value])
    return Level.PARTIAL if value.table in REDACTED else Level.CLEAR
