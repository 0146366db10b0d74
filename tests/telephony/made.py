"""Recorded calls without a recorder: streams of known frames under a clock of their own, sealed and kept as ever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from razdar.core.disclosure import Purpose, Viewer
from razdar.core.ledger.events import Mode
from razdar.interactions import jobs as pipeline
from razdar.interactions import sound, supplying
from razdar.interactions.models import Recording, Region
from razdar.keys.recording import LiveStream, Place, Reason
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import jobs, mulaw
from razdar.telephony.models import Recorder, Stream
from razdar.telephony.recording import register
from razdar.telephony.recording.live import LiveSide, Piece
from razdar.telephony.recording.register import End, Taken
from razdar.telephony.services import OpenedCall
from razdar.vault.door import Look
from tests.telephony import calls
from tests.world import World

CHANNELS = {"out": 0, "in": 1}
BEGAN = 1_800_000_000.0
LOOK = Look("interactions:pipeline:redact", Mode.SYSTEM, Purpose.PROCESSING)


@dataclass
class Side:
    """A stream of one side, from so many seconds after the call began; frames are numbered from ``number``."""

    world: World
    call: OpenedCall
    side: str
    at: float = 0.0
    number: int = 0
    id: UUID = field(default_factory=uuid7)

    def __post_init__(self) -> None:
        self.moment = BEGAN + self.at
        run = Recorder.objects.create(name="made", started_at=now(), seen_at=now())
        with scope(self.world.client):
            mine = {"client_id": self.world.client, "call_id": self.call.interaction, "side": self.side}
            Stream.objects.create(id=self.id, recorder=run.id, started_at=now(), **mine)
        self.taken = Taken(self.world.client, self.call.interaction, self.id, self.side)
        self.key = LiveStream.begin(self.world.client, Place(self.call.interaction, self.id))
        self.live = LiveSide(lambda: self.moment, lambda: round(self.moment * 1000))

    def say(self, seconds: float, paused: Reason | None = None) -> "Side":
        """Numbered frames; those of a pause are not kept."""
        self.live.pause(paused)
        for _ in range(round(seconds * 50)):
            self.live.frame(calls.numbered_frame(self.number, self.side))
            self.number, self.moment = self.number + 1, self.moment + 0.02
            if not self.number % 25:
                self._keep(self.live.take(self.key))
        self._keep(self.live.take(self.key))
        return self

    def speak(self, heard: bytes) -> "Side":
        """Other sound."""
        for start in range(0, len(heard), calls.FRAME):
            self.live.frame(heard[start : start + calls.FRAME])
            self.moment += 0.02
            if not start % 4000:
                self._keep(self.live.take(self.key))
        return self

    def lose(self, seconds: float) -> "Side":
        """Frames that never come."""
        self._keep(self.live.take(self.key))
        self.number, self.moment = self.number + round(seconds * 50), self.moment + seconds
        return self

    def pause(self, reason: Reason, seconds: float) -> "Side":
        self.say(seconds, reason)
        self.live.pause(None)
        self._keep(self.live.take(self.key))
        return self

    def end(self, reason: Reason = Reason.HUNG_UP) -> UUID:
        self._keep(self.live.end(self.key, reason))
        register.ended(self.taken, End(reason, self.live.frames, self.live.flowing_ms))
        return self.id

    def _keep(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            if piece.closed:
                sealed = self.key.segment(piece.closed.frames, piece.closed.content(piece.next), last=piece.last)
                name = uuid7()
                objects.put(name, sealed.data)
                register.keep(self.taken, sealed, name)


def now() -> datetime:
    return datetime.now(UTC)


def stream_of(world: World, call: OpenedCall, side: str) -> UUID:
    with scope(world.client):
        return Stream.objects.get(client_id=world.client, call_id=call.interaction, side=side).id


def composed(world: World, call: OpenedCall) -> Recording:
    """Close a call, bind and compose it, as workers would."""
    calls.finish(world, call)
    jobs.compose(world.client, call.interaction)
    return recording(world, call)


def recording(world: World, call: OpenedCall) -> Recording:
    with scope(world.client):
        return Recording.objects.get(client_id=world.client, interaction_id=call.interaction, redacted=False)


def regions(world: World, call: OpenedCall) -> list[tuple[str, str, str, int, int]]:
    """Side, kind, reason, first and last frame of every region."""
    sides = {channel: side for side, channel in CHANNELS.items()}
    with scope(world.client):
        rows = Region.objects.filter(client_id=world.client, interaction_id=call.interaction)
        return [(sides[r.channel], r.kind, r.reason, r.begins, r.ends) for r in rows.order_by("begins", "-channel")]


def whole(world: World, row: Recording) -> NDArray[np.int16]:
    with scope(world.client):
        return sound.whole(calls.job(world), row, LOOK).pcm


def piece(viewer: Viewer, row: Recording, first: int, last: int) -> NDArray[np.int16]:
    with scope(viewer.client):
        return sound.frames(viewer, row, LOOK, first, last)


def heard(pcm: NDArray[np.int16], side: str) -> bytes:
    """One side of what was read, as mu-law."""
    return mulaw.encoded(pcm[:, CHANNELS[side]])


def processed(world: World, call: OpenedCall, transcript: bytes) -> None:
    """Supply words, and let the pipeline do its stages."""
    supplying.supply(calls.job(world), call.interaction, transcript)
    for _ in range(2):
        pipeline.advance(world.client, call.interaction)


def counting(function: Callable[..., object], seen: list[object]) -> Callable[..., object]:
    """A function that notes its first argument."""

    def counted(first: object, *rest: object) -> object:
        seen.append(first)
        return function(first, *rest)

    return counted
