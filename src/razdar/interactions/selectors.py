"""Reading interactions: lists, pages, pieces of sound. Masked by the door; models never leave this file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from razdar.core.disclosure import DataClass, Level, Viewer
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger.events import Mode
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.customers.selectors import purpose_of
from razdar.interactions import courses, integrity, playback, stages, transcribing
from razdar.interactions import sound as sounds
from razdar.interactions.bodies import EMPTY, Body, Spoken, read
from razdar.interactions.integrity import Integrity
from razdar.interactions.models import Interaction, Recording, Region, Stage, Transcript
from razdar.interactions.transcribing import HeardNothing, NoEngine, NothingRecorded, NotReady
from razdar.vault import content
from razdar.vault.door import Look

PAGE_ROWS = 50
SHORTEST_TOLD_MS = 200
"""Sides of a call begin and end a little apart; that something is missing is told from this length on."""
NEEDS_WORDS = frozenset({BadInput.code, NoEngine.code, HeardNothing.code})
"""Errors of *transcribe* that trying again does not mend."""


class Wanted(StrEnum):
    """Which rendition a page is to show, of those that open for its viewer."""

    ANY = ""
    """The redacted one, or else the original."""
    ORIGINAL = "original"
    """The original, or else the redacted one."""
    REDACTED = "redacted"
    """The redacted one, or none."""


ORDER = {Wanted.ANY: (True, False), Wanted.ORIGINAL: (False, True), Wanted.REDACTED: (True,)}
"""Whether redacted, in the order in which renditions are tried."""


@dataclass(frozen=True)
class Row:
    """A line of a list of interactions."""

    id: UUID
    customer: UUID
    channel: str
    direction: str
    started_at: datetime
    duration_s: float
    agent: UUID | None
    locked: bool
    problem: str
    recording_gone_at: datetime | None
    transcript_gone_at: datetime | None

    @property
    def needs_words(self) -> bool:
        """Whether it stays locked until somebody supplies a transcript or an engine."""
        return self.problem in NEEDS_WORDS

    @property
    def engine_broke_off(self) -> bool:
        """Whether a transcription engine did not manage it."""
        return self.problem.startswith("engine-") and self.problem != NotReady.code

    @property
    def has_nothing(self) -> bool:
        """Whether nothing was recorded of it."""
        return self.problem == NothingRecorded.code

    @property
    def is_gone(self) -> bool:
        """Whether what there was to hear and to read was kept long enough and is destroyed."""
        return bool(self.recording_gone_at and (self.transcript_gone_at or self.locked))


@dataclass(frozen=True)
class Unkept:
    """A stretch of equal-length silence in one side of a live recording; see `razdar.interactions.models.Region`.

    Attributes:
        kind: ``gap``, it was to be recorded and was not, or does not open; ``pause``, on purpose; ``missing``, there
            was nothing to be recorded.
        channel: 0 is the agent, 1 the customer.
        reason: a code (``card``, ``hold``, ``late``, ``lost``, ``damaged`` and so on).
    """

    kind: str
    from_ms: int
    to_ms: int
    channel: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Rendition:
    """One rendition of the sound as a viewer may have it.

    Attributes:
        openable: whether the door would open it now.
        waveform: peaks per channel, 0 to 100; empty but in the rendition that a page shows.
        unkept: where nothing was recorded of a live call, in order; the same for both renditions.
    """

    id: UUID
    redacted: bool
    duration_s: float
    channels: int
    openable: bool
    waveform: tuple[tuple[int, ...], ...] = ()
    unkept: tuple[Unkept, ...] = ()


@dataclass(frozen=True)
class Page:
    """One interaction as a viewer may see it.

    Attributes:
        recordings: its renditions of the sound, each with whether it opens; the redacted one first.
        shown: the one whose waveform was opened.
        muted: where the redacted rendition is silent, in seconds.
    """

    row: Row
    trace: UUID
    language: str
    stages: tuple[tuple[str, str, str], ...]
    recordings: tuple[Rendition, ...]
    shown: Rendition | None
    words: tuple[Spoken, ...]
    muted: tuple[tuple[float, float], ...]
    words_are_original: bool
    words_of_test_engine: bool

    @property
    def supplying(self) -> str:
        """The command that hands in the words of this call."""
        return f"razdar transcript {self.row.id} FILE"


def listed(viewer: Viewer, *, customer: UUID | None = None, page: int = 1) -> tuple[list[Row], bool]:
    """Interactions, newest first, and whether there are more. Who may not view records sees only the own ones.

    A customer's are those of all records of the same person; of each, as the matrix allows (`courses`).

    Raises:
        NotFound: listing is not among the viewer's duties.
    """
    found, more = _listed(viewer, customer, page)
    return rows_of(viewer, courses.shown(viewer, found)), more


def states(viewer: Viewer, *, customer: UUID | None = None, page: int = 1) -> list[Row]:
    """The same rows for what they became since, which says nothing of when and how long.

    Raises:
        NotFound: as `listed`.
    """
    return rows_of(viewer, courses.visible(viewer, _listed(viewer, customer, page)[0]))


def _listed(viewer: Viewer, customer: UUID | None, page: int) -> tuple[list[Interaction], bool]:
    if not viewer.may(Permission.INTERACTIONS_RECORD_LIST):
        raise NotFound("There is no such page.")
    rows = Interaction.objects.filter(client_id=viewer.client)
    if customer:
        rows = rows.filter(customer_id__in=links.person(viewer, customer))
    if not viewer.may(Permission.INTERACTIONS_RECORD_VIEW):
        rows = rows.filter(agent=viewer.person)
    first = (max(page, 1) - 1) * PAGE_ROWS
    found = list(rows.order_by("-started_at", "-id")[first : first + PAGE_ROWS + 1])
    return found[:PAGE_ROWS], len(found) > PAGE_ROWS


def rows_of(viewer: Viewer, rows: Sequence[Interaction]) -> list[Row]:
    """Lines of a list of the viewer's client, in their order, with how far each is."""
    locks = _locks(viewer.client, [row.id for row in rows])
    return [_row(row, locks) for row in rows]


def page(viewer: Viewer, interaction_id: UUID, wanted: Wanted = Wanted.ANY) -> Page:
    """One interaction with what of its sound and words this viewer may have.

    Args:
        wanted: which renditions of sound and words to show, of those that open.

    Raises:
        NotFound: no such interaction of the viewer's client, viewing is not among the viewer's duties, or the matrix
            does not show time and course of contacts.
    """
    interaction = _interaction(viewer, interaction_id)
    courses.shown(viewer, [interaction], Mode.VIEW)
    unlocked = stages.has_passed(viewer.client, interaction.id, "redact")
    recordings, shown = _renditions(viewer, interaction, wanted, unlocked=unlocked)
    body, is_original = _words(viewer, interaction, wanted) if unlocked else (EMPTY, False)
    return Page(
        row=_row(interaction, _locks(viewer.client, [interaction.id])),
        trace=interaction.trace,
        language=interaction.language,
        stages=tuple(stages.in_order(viewer.client, interaction.id)),
        recordings=recordings,
        shown=shown,
        words=body.words,
        muted=body.muted,
        words_are_original=is_original,
        words_of_test_engine=bool(body.words) and _is_of_test_engine(interaction),
    )


@dataclass(frozen=True)
class Progress:
    """How far a call is. Nothing of it was opened.

    Attributes:
        stages: name, state and error code of each, in order.
    """

    row: Row
    stages: tuple[tuple[str, str, str], ...]


def progress(viewer: Viewer, interaction_id: UUID) -> Progress:
    """How far one interaction is.

    Raises:
        NotFound: as `page`.
    """
    interaction = _interaction(viewer, interaction_id)
    row = _row(interaction, _locks(viewer.client, [interaction.id]))
    return Progress(row, tuple(stages.in_order(viewer.client, interaction.id)))


@dataclass(frozen=True, repr=False)
class SoundPiece:
    """A piece of sound for the browser: bytes ``start`` to ``end`` (exclusive) of ``total``."""

    data: bytes
    start: int
    end: int
    total: int


def sound_piece(viewer: Viewer, interaction_id: UUID, recording_id: UUID, range_header: str) -> SoundPiece:
    """A piece of at most five seconds, logged with the seconds that were handed out.

    Raises:
        NotFound: no such rendition, or it is locked. NotDisclosed: not for this viewer; logged. BadInput: bad range.
    """
    interaction, recording = _recording(viewer, interaction_id, recording_id)
    shape = playback.Shape(recording.rate, recording.channels, recording.frames)
    part = playback.piece(shape, range_header)
    detail = (
        ("from_ms", part.first_frame * 1000 // shape.rate),
        ("to_ms", part.last_frame * 1000 // shape.rate),
        ("rendition", "redacted" if recording.redacted else "original"),
    )
    look = Look("interactions:recording:play", Mode.PLAY, purpose_of(viewer), trace=interaction.trace, detail=detail)
    samples = sounds.frames(viewer, recording, look, part.first_frame, part.last_frame)
    data = playback.cut(shape, part, samples.astype("<i2").tobytes())
    return SoundPiece(data, part.start, part.end, shape.total_bytes)


def integrity_of(viewer: Viewer, interaction_id: UUID, recording_id: UUID) -> Integrity:
    """Whether a rendition that this viewer may open is stored as it was sealed, and what the log says of it.

    Raises:
        NotFound: no such rendition, it is locked, or the viewer may not open it.
    """
    interaction, recording = _recording(viewer, interaction_id, recording_id)
    if not content.can_open(viewer, recording.sealed, _look(viewer, interaction)):
        raise NotFound("There is no such recording.")
    return integrity.check(viewer, interaction, recording)


def _recording(viewer: Viewer, interaction_id: UUID, recording_id: UUID) -> tuple[Interaction, Recording]:
    interaction = _interaction(viewer, interaction_id)
    rows = Recording.objects.filter(client_id=viewer.client, interaction_id=interaction.id, id=recording_id)
    recording = rows.first()
    if recording is None or not (
        stages.has_passed(viewer.client, interaction.id, "redact") or _opens_locked(viewer, recording)
    ):
        raise NotFound("There is no such recording, or it is still locked.")
    return interaction, recording


def _interaction(viewer: Viewer, interaction_id: UUID) -> Interaction:
    if not viewer.may(Permission.INTERACTIONS_RECORD_VIEW):
        raise NotFound("There is no such interaction.")
    row = Interaction.objects.filter(client_id=viewer.client, id=interaction_id).first()
    if row is None or not customers.exists(viewer, row.customer_id) or not courses.visible(viewer, [row]):
        raise NotFound("There is no such interaction.")
    return row


def _opens_locked(viewer: Viewer, recording: Recording) -> bool:
    """Whether this is the original of a call that stays locked without words, for who has it on request.

    Only then: the door asks for a grant from who has it on request, and from nobody else.
    """
    on_request = viewer.cell(DataClass.RECORDING).level is Level.ON_REQUEST
    return not recording.redacted and on_request and stages.is_stuck(viewer.client, recording.interaction_id)


def _is_of_test_engine(interaction: Interaction) -> bool:
    rows = Transcript.objects.filter(client_id=interaction.client_id, interaction_id=interaction.id, redacted=False)
    return any(transcribing.is_for_tests(engine) for engine in rows.values_list("engine", flat=True))


def _locks(client: UUID, ids: list[UUID]) -> dict[UUID, str]:
    """Interactions that are locked, and the error code of a stage that failed."""
    waiting = Stage.objects.filter(client_id=client, interaction_id__in=ids).exclude(state=Stage.State.PASSED)
    locks: dict[UUID, str] = {}
    for interaction, error in waiting.values_list("interaction_id", "error"):
        locks[interaction] = locks.get(interaction, "") or error
    return locks


def _row(row: Interaction, locks: dict[UUID, str]) -> Row:
    return Row(
        id=row.id,
        customer=row.customer_id,
        channel=row.channel,
        direction=row.direction,
        started_at=row.started_at,
        duration_s=row.duration_ms / 1000,
        agent=row.agent,
        locked=row.id in locks,
        problem=locks.get(row.id, ""),
        recording_gone_at=row.recording_gone_at,
        transcript_gone_at=row.transcript_gone_at,
    )


def _look(viewer: Viewer, interaction: Interaction) -> Look:
    return Look("interactions:recording:view", Mode.VIEW, purpose_of(viewer), trace=interaction.trace)


def _renditions(
    viewer: Viewer, interaction: Interaction, wanted: Wanted, *, unlocked: bool
) -> tuple[tuple[Rendition, ...], Rendition | None]:
    """The renditions there are for this viewer, and the one to show: of that one alone the waveform is opened."""
    if not viewer.cell(DataClass.RECORDING).level:
        return (), None
    look = _look(viewer, interaction)
    rows = Recording.objects.filter(client_id=viewer.client, interaction_id=interaction.id).order_by("-redacted")
    found = [row for row in rows if unlocked or _opens_locked(viewer, row)]
    opening = [row for row in found if content.can_open(viewer, row.sealed, look)]
    chosen = next((row for redacted in ORDER[wanted] for row in opening if row.redacted is redacted), None)
    unkept = _unkept(found[0]) if found else ()
    renditions = tuple(_rendition(row, unkept, openable=row in opening) for row in found)
    if chosen is None:
        return renditions, None
    waveform = _lanes(content.open_text(viewer, chosen.waveform, look))
    renditions = tuple(replace(one, waveform=waveform) if one.id == chosen.id else one for one in renditions)
    return renditions, next(one for one in renditions if one.id == chosen.id)


def _unkept(recording: Recording) -> tuple[Unkept, ...]:
    rate = recording.rate
    rows = Region.objects.filter(client_id=recording.client_id, interaction_id=recording.interaction_id)
    found = (
        Unkept(row.kind, row.begins * 1000 // rate, row.ends * 1000 // rate, row.channel, row.reason)
        for row in rows.order_by("begins", "channel")
    )
    return tuple(one for one in found if one.kind != Region.Kind.MISSING or one.to_ms - one.from_ms >= SHORTEST_TOLD_MS)


def _rendition(row: Recording, unkept: tuple[Unkept, ...], *, openable: bool) -> Rendition:
    return Rendition(row.id, row.redacted, row.frames / row.rate, row.channels, openable, unkept=unkept)


def _lanes(waveform: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(value) for value in lane.split(",")) for lane in waveform.split(";")) if waveform else ()


def _words(viewer: Viewer, interaction: Interaction, wanted: Wanted) -> tuple[Body, bool]:
    look = Look("interactions:transcript:view", Mode.VIEW, purpose_of(viewer), trace=interaction.trace)
    rows = Transcript.objects.filter(client_id=viewer.client, interaction_id=interaction.id)
    for row in (row for redacted in ORDER[wanted] for row in rows.filter(redacted=redacted)):
        if content.can_open(viewer, row.body, look):
            return read(content.open_text(viewer, row.body, look)), not row.redacted
    return EMPTY, False
