"""The pipeline's jobs. Ids are their only arguments; every stage is safe to run twice.

`advance` runs the next stage of one interaction and queues the one after it. Listening takes long and all processors:
it is a job of its own, `hear`, of which one runs at a time, whoever calls it. What is opened is opened for processing
only, in memory, by a job's viewer, and logged like any look. An error is stored as its code, the interaction stays
locked, and `resume` tries again what is left behind, so that nothing which came in is ever forgotten.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from razdar import audit
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, NotFound, RazdarError
from razdar.core.ledger.events import Event, Mode
from razdar.core.redaction import audio as redacted_audio
from razdar.core.redaction import dtmf, load_transcript, redact_transcript
from razdar.core.redaction.transcript import Interval, Word, merge
from razdar.customers import selectors as customers
from razdar.customers.living import hold
from razdar.identity import redacting
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions import integrity, recognising, renditions, retention, stages, sweeping, transcribing
from razdar.interactions import sound as sounds
from razdar.interactions.audio import Audio
from razdar.interactions.engine_lines import EngineFailed
from razdar.interactions.models import Interaction, Recording, Stage, Transcript
from razdar.interactions.transcribing import Call, Gone, HeardNothing, NoEngine, NothingRecorded
from razdar.runtime import logs
from razdar.runtime.alone import alone
from razdar.runtime.ids import uuid7
from razdar.runtime.jobs import Turn, job, periodic
from razdar.runtime.scope import scope, unit
from razdar.vault import content, freezing
from razdar.vault import services as vault
from razdar.vault.door import Look

TRANSCRIBE = "interactions:pipeline:transcribe"
REDACT = "interactions:pipeline:redact"
LISTENING = "razdar listening"
LEFT_BEHIND = timedelta(minutes=30)
LASTING = frozenset({BadInput.code, NoEngine.code, HeardNothing.code, Gone.code, NothingRecorded.code})
"""Errors that trying again does not mend; somebody has to supply something first, or it is too late."""
MOST_TRIES = 3
"""How often an engine may break off over one call before somebody has to ask for another try."""
KEY_BYTES = 32
"""The key of a call's tokens, forgotten when it is redacted: nobody joins two calls by them."""

AT_ONCE = 50
"""Batches of calls that one job of retention destroys."""


def _gave_up(client: UUID, interaction: UUID) -> None:
    """Locked, and visibly so, also when the error was none of ours."""
    name = stages.next_of(client, interaction)
    if name:
        stages.failed(client, interaction, name, "gave-up", keep_code=True)


@job("interactions.advance", queue="pipeline", scoped=False, failed=_gave_up)
def advance(client: UUID, interaction: UUID) -> None:
    """Run the next stage of an interaction, then queue the one after it."""
    with scope(client):
        name = stages.next_of(client, interaction)
    if name is not None:
        with _kept_waiting(client), _told(client, interaction, name):
            RUNNERS[name](client, interaction)


@job(
    "interactions.hear",
    queue="pipeline",
    scoped=False,
    alone=Turn("interactions.hear", ("client", "interaction")),
    failed=_gave_up,
)
def hear(client: UUID, interaction: UUID) -> None:
    """Have the engine listen to a call, then queue the stage after it; one at a time, also beside the command line."""
    with alone(LISTENING, wait=True), _told(client, interaction, "transcribe"):
        _transcribe(client, interaction)


@contextmanager
def _told(client: UUID, interaction: UUID, name: str) -> Iterator[None]:
    """Write down the error by which a stage fails."""
    try:
        yield
    except RazdarError as error:
        with scope(client):
            stages.failed(client, interaction, name, error.code)
            if isinstance(error, EngineFailed):
                stages.broke_off(client, interaction, name)
        raise


@contextmanager
def _kept_waiting(client: UUID) -> Iterator[None]:
    """A call that no other try would help stays locked, says so and is counted; the worker did not fail."""
    try:
        yield
    except RazdarError as error:
        if error.code not in LASTING:
            raise
        logs.event("call-stays-locked", client=client, code=error.code)


@periodic("interactions.resume", "*/10 * * * *", queue="pipeline")
def resume() -> None:
    """Try again what was left behind half an hour ago or longer, except what trying again does not mend."""
    before = datetime.now(UTC) - LEFT_BEHIND
    for client in people.clients():
        if freezing.waits(client.id):
            continue
        with scope(client.id):
            unfinished = Stage.objects.filter(client_id=client.id).exclude(state=Stage.State.PASSED)
            left = unfinished.filter(Q(error__in=LASTING) | Q(tries__gte=MOST_TRIES))
            rows = unfinished.filter(changed_at__lt=before).exclude(interaction_id__in=left.values("interaction_id"))
            waiting = list(dict.fromkeys(rows.order_by("changed_at").values_list("interaction_id", flat=True)[:500]))
            stages.touch(client.id, waiting)
            advance.defer_many([{"client": client.id, "interaction": interaction} for interaction in waiting])


@periodic("interactions.retain", "41 2 * * *")
def retain() -> None:
    """Destroy what clients have kept long enough, once a day."""
    for client in people.clients():
        with unit():
            expire.defer(client.id)


@job("interactions.expire", scoped=False, alone=("client",))
def expire(client: UUID) -> None:
    """Destroy what one client has kept long enough, some of it at a time, so that other work has its turn."""
    if retention.run(client, datetime.now(UTC), most=AT_ONCE):
        with scope(client):
            expire.defer(client)


@periodic("interactions.sweep", "17 3 * * *")
def sweep_objects() -> None:
    """Remove stored objects that no row names, once a day."""
    sweeping.sweep()


def _begin(client: UUID, interaction_id: UUID) -> None:
    """Take the words that came with a call; where none did, have the engine asked in its turn.

    Raises:
        NoEngine, NotReady: there is none to ask.
    """
    with scope(client):
        supplied = _interaction(client, interaction_id).supplied.present
        if stages.has_passed(client, interaction_id, "transcribe"):
            return  # another worker was faster
        if transcribing.engine_for(supplied=supplied):
            hear.defer(client, interaction_id)
    if supplied:
        _transcribe(client, interaction_id)


def _transcribe(client: UUID, interaction_id: UUID) -> None:
    viewer = for_job("transcribe", client)
    with scope(client):
        interaction = _interaction(client, interaction_id)
        if stages.has_passed(client, interaction_id, "transcribe"):
            return  # another worker was faster
        engine = transcribing.engine_for(supplied=interaction.supplied.present)
        recording = _original(client, interaction_id)
        look = Look(TRANSCRIBE, Mode.SYSTEM, Purpose.PROCESSING, trace=interaction.trace)
        supplied = content.open_text(viewer, interaction.supplied, look) if interaction.supplied.present else ""
        sound = sounds.whole(viewer, recording, look)
    name, words = transcribing.transcribe(Call(sound, supplied.encode(), interaction.language), engine)
    with scope(client):
        hold(client, interaction.customer_id)
        if stages.take(client, interaction_id, "transcribe"):
            if _interaction(client, interaction_id).supplied.blob != interaction.supplied.blob:
                return  # words were supplied meanwhile, and a job for them is queued
            _store_transcript(interaction, engine=name, text=words.to_json(), redacted=False)
            Interaction.objects.filter(client_id=client, id=interaction_id).update(supplied=b"")
            _passed(viewer, interaction, "transcribe")


def _redact(client: UUID, interaction_id: UUID) -> None:
    viewer = for_job("redact", client)
    with scope(client):
        interaction = _interaction(client, interaction_id)
        if stages.has_passed(client, interaction_id, "redact"):
            return  # another worker was faster
        look = Look(REDACT, Mode.SYSTEM, Purpose.PROCESSING, trace=interaction.trace)
        policy = redacting.policy_of(client)
        known = customers.known_forms(viewer, interaction.customer_id)
        words = Transcript.objects.get(client_id=client, interaction_id=interaction_id, redacted=False)
        body = content.open_text(viewer, words.body, look).encode()
        sound = sounds.whole(viewer, _original(client, interaction_id), look)
    transcript = load_transcript(body, duration_ms=sound.duration_ms, channels=sound.channels)
    also = _whatever_was_said(sound, transcript.words)
    with recognising.engine() as entities:
        redacted = redact_transcript(
            transcript, known, also=also, policy=policy, key=os.urandom(KEY_BYTES), entities=entities
        )
    quiet = Audio(redacted_audio.mute(sound.pcm, sound.rate, redacted.muted), sound.rate)
    with scope(client):
        hold(client, interaction.customer_id)
        if stages.take(client, interaction_id, "redact"):
            _interaction(client, interaction_id)  # it may be gone meanwhile
            row = _store_redacted(interaction, redacted.to_json(), quiet)
            _passed(viewer, interaction, "redact", (integrity.DIGEST, bytes(row.sealed_digest).hex()))


def _whatever_was_said(sound: Audio, words: Sequence[Word]) -> tuple[tuple[Interval, ...], ...]:
    """For each channel what is muted besides words: keys, and what is heard where nothing was understood."""
    first, *others = dtmf.key_presses(sound.pcm, sound.rate)
    loud = redacted_audio.loudness(sound.pcm, sound.rate)
    return merge([*first, *redacted_audio.unworded(loud, sound.rate, words)]), *others


def _store_redacted(interaction: Interaction, text: str, sound: Audio) -> Recording:
    """Sound and text of the redacted rendition, in the transaction that lets the stage pass."""
    row = Recording(
        id=uuid7(),
        client_id=interaction.client_id,
        customer_id=interaction.customer_id,
        interaction_id=interaction.id,
        redacted=True,
    )
    renditions.store(row, sound, REDACT)
    row.save(force_insert=True)
    _store_transcript(interaction, engine="redaction", text=text, redacted=True)
    return row


def _store_transcript(interaction: Interaction, *, engine: str, text: str, redacted: bool) -> None:
    row = Transcript(
        id=uuid7(),
        client_id=interaction.client_id,
        customer_id=interaction.customer_id,
        interaction_id=interaction.id,
        redacted=redacted,
        engine=engine,
        created_at=datetime.now(UTC),
    )
    vault.seal(row, {"body": text}, REDACT if redacted else TRANSCRIBE)
    row.save(force_insert=True)


def _interaction(client: UUID, interaction_id: UUID) -> Interaction:
    row = Interaction.objects.filter(client_id=client, id=interaction_id).first()
    if row is None:
        raise NotFound("There is no such interaction.")
    _still_kept(row)
    return row


def _still_kept(row: Interaction) -> None:
    """Whether there is sound, and words may be.

    Raises:
        Gone: they were kept long enough.
    """
    if row.recording_gone_at or row.transcript_gone_at:
        raise Gone("The sound or the words of this call were kept long enough and are destroyed.")


def _original(client: UUID, interaction_id: UUID) -> Recording:
    return Recording.objects.get(client_id=client, interaction_id=interaction_id, redacted=False)


def _passed(viewer: Viewer, interaction: Interaction, name: str, *also: tuple[str, str]) -> None:
    stages.passed(interaction.client_id, interaction.id, name)
    audit.record(
        Event.by(
            viewer,
            f"interactions:pipeline:{name}",
            Mode.CHANGE,
            customer=interaction.customer_id,
            trace=interaction.trace,
            detail=(("interaction", str(interaction.id)), ("stage", "passed"), *also),
        )
    )
    queue_next(interaction.client_id, interaction.id)


def queue_next(client: UUID, interaction: UUID) -> None:
    """Queue the first stage that has not passed, in the caller's transaction."""
    if stages.next_of(client, interaction):
        advance.defer(client, interaction)


RUNNERS: dict[str, Callable[[UUID, UUID], None]] = {"transcribe": _begin, "redact": _redact}
"""The stages of `razdar.pipeline` by name."""
