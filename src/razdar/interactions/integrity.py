"""Whether what is stored of a recording is, byte for byte, what the client's log says of it. Nothing is opened for it.

The log was told the size and the SHA-256 of a stored file when it was made. Of a live call it was told those of every
segment by who recorded it, and where its streams lie by who put it together. An entry counts where a signed checkpoint
proves it; until then a recording is *not sequenced*.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from razdar.audit import lookup
from razdar.core.errors import NotFound
from razdar.interactions.live import RECORD, told
from razdar.interactions.models import Interaction, Recording, RecordingSegment
from razdar.runtime import objects

MANIFEST = "telephony:stream:manifest"
MADE = ("interactions:call:import", "interactions:pipeline:redact", RECORD)
"""Actions of the entries that say what was stored."""

Told: TypeAlias = Mapping[str, str | int]
"""The details of an entry."""


class Integrity(StrEnum):
    """What a comparison found."""

    VERIFIED = "verified"
    DAMAGED = "damaged"
    NOT_SEQUENCED = "not-sequenced"


def of_interaction(interaction: Interaction) -> dict[UUID, Integrity]:
    """The integrity of each rendition that is there, by its id. Needs the client's scope; reads all of their objects.

    Raises:
        Unavailable: the object store or the keys are away.
    """
    events = lookup.proven(interaction.client_id, interaction.trace, (*MADE, MANIFEST))
    entries = [(event.action, dict(event.detail)) for event in events]
    made = {entry["recording"]: entry for action, entry in entries if action != MANIFEST and "recording" in entry}
    manifests = _together([entry for action, entry in entries if action == MANIFEST])
    rows = Recording.objects.filter(client_id=interaction.client_id, interaction_id=interaction.id)
    return {row.id: _of(row, made.get(str(row.id)), manifests) for row in rows}


def _of(row: Recording, entry: Told | None, manifests: Mapping[str, Told]) -> Integrity:
    if entry is None:
        return Integrity.NOT_SEQUENCED
    if row.kind == Recording.Kind.STREAM:
        return _of_stream(row, entry, manifests)
    line = f"{entry.get('recording_size')}:{entry.get('recording_sha256')}"
    return Integrity.VERIFIED if row.object_name and _is(row.object_name, line) else Integrity.DAMAGED


def _of_stream(row: Recording, entry: Told, manifests: Mapping[str, Told]) -> Integrity:
    mine = RecordingSegment.objects.filter(client_id=row.client_id, recording_id=row.id)
    segments = list(mine.order_by("stream", "number"))
    said = {name: value for name, value in entry.items() if name != "interaction"}
    if said != dict(told(row, segments)):
        return Integrity.DAMAGED
    streams = {str(one.stream) for one in segments}
    if streams - manifests.keys():
        return Integrity.NOT_SEQUENCED
    count = sum(int(manifests[stream]["segments"]) for stream in streams)
    lines = [manifests[str(one.stream)].get(f"segment_{one.number}") for one in segments]
    whole = count == len(segments) and None not in lines
    same = whole and all(_is(one.object_name, str(line)) for one, line in zip(segments, lines, strict=True))
    return Integrity.VERIFIED if same else Integrity.DAMAGED


def _together(parts: Sequence[Told]) -> dict[str, Told]:
    """The manifest of each stream; that of a long one stands in several entries, and what was said first counts."""
    found: dict[str, dict[str, str | int]] = {}
    for part in parts:
        stream = found.setdefault(str(part["stream"]), {})
        stream |= {name: value for name, value in part.items() if name not in stream}
    return dict(found)


def _is(name: UUID, line: str) -> bool:
    """Whether an object has this size and SHA-256."""
    try:
        stored = objects.get(name)
    except NotFound:
        return False
    return f"{len(stored)}:{sha256(stored).hexdigest()}" == line
