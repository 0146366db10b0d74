"""Whether a recording is what was sealed, byte for byte, and whether the log says so too.

The SHA-256 of the sealed object stands in the recording's row and in the event by which the recording came to be. A
check reads the whole object and compares: with the row, with the entry in the log, and the entry with the newest signed
checkpoint. It opens nothing, so it needs no key of a customer and leaves an event only when it finds damage.

*Verified* takes all three. An entry that has not got its place yet, or that no checkpoint covers yet, makes it
*unsequenced*, also where the log still names the rendition before, because the call was redacted anew; where a log
holds no entry with a checksum (any more) it is *unproven*. Whatever disagrees is *damaged*.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from razdar import audit
from razdar.audit import vouching
from razdar.audit.vouching import HeldEntry
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, Unavailable
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.interactions.models import Interaction, Recording
from razdar.vault import content

CHECK = "interactions:recording:check"
DIGEST = "sealed_sha256"
"""Name of the checksum in an event's detail."""
MADE_BY = {False: "interactions:call:import", True: "interactions:pipeline:redact"}
"""The action of the event that names an original's, and a redacted rendition's, checksum."""
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
    digest = bytes(recording.sealed_digest)
    try:
        found = _compared(interaction, recording, digest)
    except Unavailable:
        return Integrity(State.AWAY, digest.hex())
    if found.state is State.DAMAGED:
        _tell(viewer, interaction, recording)
    return found


def _compared(interaction: Interaction, recording: Recording, digest: bytes) -> Integrity:
    if digest and not content.is_intact(recording.file):
        return Integrity(State.DAMAGED, digest.hex())
    entries = vouching.of_trace(recording.client_id, interaction.trace, MADE_BY[recording.redacted])
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
