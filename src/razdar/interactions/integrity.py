"""Whether a recording is what was sealed, byte for byte, and whether the log says so too.

The SHA-256 of the sealed object stands in the recording's row and in the event by which the recording came to be. A
check reads the whole object and compares: with the row, with the entry in the log, and the entry with the newest signed
checkpoint. Of a live recording every segment is compared so, with its row and with the manifest that its recorder
wrote, that they lie on the time line where the log says, and that nothing else is said to have been left out. It opens
nothing, so it needs no key of a customer and leaves an event only when it finds damage.

*Verified* takes all three. An entry that has not got its place yet, or that no checkpoint covers yet, makes it
*unsequenced*, also where the log still names the rendition before, because the call was redacted anew; where a log
holds no entry with a checksum (any more) it is *unproven*. Whatever disagrees is *damaged*.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from razdar import audit
from razdar.audit import vouching
from razdar.audit.vouching import HeldEntry
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, Unavailable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.interactions import segments
from razdar.interactions.models import Interaction, Recording, RecordingSegment
from razdar.vault import content
from razdar.vault.sealed import SealedFile

CHECK = "interactions:recording:check"
DIGEST = "sealed_sha256"
"""Name of the checksum in an event's detail."""
IMPORT, REDACT = "interactions:call:import", "interactions:pipeline:redact"
"""The actions of the events that name an imported original's, and a redacted rendition's, checksum."""
SEQUENCED_WITHIN = timedelta(minutes=15)


class State(StrEnum):
    """What a check found."""

    VERIFIED = "verified"
    UNSEQUENCED = "unsequenced"
    UNPROVEN = "unproven"
    DAMAGED = "damaged"
    AWAY = "away"


@dataclass(frozen=True)
class Integrity:
    """What is known of one rendition's sealed object.

    Attributes:
        digest: SHA-256 as hexadecimal, as it was sealed; empty where none was kept.
        index: of its entry in the log.
        at: when that entry was written; `signed_at`, `cosigned_at` when a checkpoint that covers it was.
    """

    state: State
    digest: str = ""
    index: int | None = None
    at: datetime | None = None
    signed_at: datetime | None = None
    cosigned_at: datetime | None = None

    @property
    def plays(self) -> bool:
        """Whether a player may go on."""
        return self.state not in {State.DAMAGED, State.AWAY}


def check(viewer: Viewer, interaction: Interaction, recording: Recording) -> Integrity:
    """Check one rendition. Damage is logged; the store or the keys being away is an answer too.

    Raises:
        NotFound: a recording of another client.
    """
    if recording.client_id != viewer.client:
        raise NotFound("There is no such recording.")
    try:
        found = _of_stream(interaction, recording) if _is_live(recording) else _of_file(interaction, recording)
    except Unavailable:
        return Integrity(State.AWAY, bytes(recording.sealed_digest).hex())
    if found.state is State.DAMAGED:
        _tell(viewer, interaction, recording)
    return found


def _is_live(recording: Recording) -> bool:
    return recording.kind == Recording.Kind.STREAM


def _of_file(interaction: Interaction, recording: Recording) -> Integrity:
    sealed = recording.sealed
    if not isinstance(sealed, SealedFile) or (sealed.digest and not content.is_intact(sealed)):
        return Integrity(State.DAMAGED, bytes(recording.sealed_digest).hex())
    made = vouching.of_trace(recording.client_id, interaction.trace, REDACT if recording.redacted else IMPORT)
    return _compared(recording, sealed.digest, made)


def _of_stream(interaction: Interaction, recording: Recording) -> Integrity:
    rows = segments.of(recording)
    digest = segments.fingerprint(rows)
    damaged = Integrity(State.DAMAGED, digest.hex())
    if not all(content.is_stored(row.object_name, row.size, bytes(row.sha256)) for row in rows):
        return damaged
    made = vouching.of_trace(recording.client_id, interaction.trace, segments.RECORD)
    found = _compared(recording, digest, made)
    if found.state not in {State.VERIFIED, State.UNSEQUENCED} or found.index is None:
        return found
    (said,) = [dict(entry.event.detail) for entry in made if entry.index == found.index and entry.event]
    if not dict(segments.layout(recording, rows, segments.regions_of(recording))).items() <= said.items():
        return damaged
    manifests = vouching.of_trace(recording.client_id, interaction.trace, segments.MANIFEST)
    if not _are_listed(rows, manifests):
        return damaged
    return found if all(one.signed for one in manifests) else replace(found, state=State.UNSEQUENCED)


def _are_listed(rows: Sequence[RecordingSegment], manifests: Sequence[HeldEntry]) -> bool:
    """Whether the manifests of their streams, as they were written first, list exactly these segments."""
    found: dict[str, dict[str, str | int]] = {}
    for entry in manifests:
        if entry.broken or entry.event is None:
            return False
        detail = dict(entry.event.detail)
        found[str(detail["stream"])] = detail | found.get(str(detail["stream"]), {})
    streams = {str(row.stream) for row in rows}
    if not streams <= found.keys() or sum(int(found[stream]["segments"]) for stream in streams) != len(rows):
        return False
    return all(
        found[str(row.stream)].get(name) == value
        for row in rows
        for name, value in [segments.line(row.number, row.size, bytes(row.sha256))]
    )


def _compared(recording: Recording, digest: bytes, entries: Sequence[HeldEntry]) -> Integrity:
    if any(entry.broken for entry in entries):
        return Integrity(State.DAMAGED, digest.hex())
    named = [(entry, claim) for entry in entries if (claim := _claim(entry))]
    if not named or not digest:
        return Integrity(_without_entry(recording, digest), digest.hex())
    entry, claim = named[-1]
    if not hmac.compare_digest(claim, digest.hex()):
        anew = recording.redacted and entry.at < recording.created_at and _is_young(recording)
        return Integrity(State.UNSEQUENCED if anew else State.DAMAGED, digest.hex())
    return _agreed(entry, digest.hex())


def _claim(entry: HeldEntry) -> str:
    detail = dict(entry.event.detail) if entry.event else {}
    return str(detail.get(DIGEST, ""))


def _agreed(entry: HeldEntry, digest: str) -> Integrity:
    return Integrity(
        State.VERIFIED if entry.signed else State.UNSEQUENCED,
        digest,
        entry.index,
        entry.at,
        entry.signed.at if entry.signed else None,
        entry.cosigned.at if entry.cosigned else None,
    )


def _without_entry(recording: Recording, digest: bytes) -> State:
    return State.UNSEQUENCED if digest and _is_young(recording) else State.UNPROVEN


def _is_young(recording: Recording) -> bool:
    return datetime.now(UTC) - recording.created_at < SEQUENCED_WITHIN


def _tell(viewer: Viewer, interaction: Interaction, recording: Recording) -> None:
    rendition = "redacted" if recording.redacted else "original"
    audit.record_now(
        Event.by(
            viewer,
            CHECK,
            Mode.VIEW,
            customer=recording.customer_id,
            trace=interaction.trace,
            outcome=Outcome.FAILED,
            detail=(("rendition", rendition), ("interaction", str(interaction.id))),
        )
    )
