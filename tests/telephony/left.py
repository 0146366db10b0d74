"""What a recorder left behind."""

from collections.abc import Iterator
from datetime import UTC, datetime

from razdar.core.errors import Unavailable
from razdar.keys.recording import LiveStream, Place
from razdar.runtime import objects
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony.models import Part, Recorder, Stream
from razdar.telephony.recording import register
from razdar.telephony.recording.live import LiveSide, Piece
from razdar.telephony.recording.register import Taken
from razdar.telephony.services import OpenedCall
from tests.telephony import calls
from tests.world import World

SECONDS = 24


class Left:
    """A stream whose recorder died: its parts lie in the object store, as `recovery` copies them."""

    def __init__(self, world: World, call: OpenedCall, side: str = "in", cut: int = 0, seconds: int = SECONDS) -> None:
        self.world, self.moment, self.seconds = world, 1_000.0, seconds
        self.closed: list[Piece] = []
        run = Recorder.objects.create(name="a", started_at=now(), seen_at=now(), ended_at=now(), emptied_at=now())
        with scope(world.client):
            self.row = Stream.objects.create(
                client_id=world.client, call_id=call.interaction, side=side, recorder=run.id, started_at=now()
            )
        self.key = LiveStream.begin(world.client, Place(call.interaction, self.row.id))
        self.parts = list(self._recorded())
        if cut:
            self.parts[-1] = self.parts[-1][:-cut]
        for number, part in enumerate(self.parts):
            self.copy(number, part)

    def _recorded(self) -> Iterator[bytes]:
        side = LiveSide(lambda: self.moment, lambda: round(self.moment * 1000))
        heard, parts = calls.numbered(self.seconds), dict[int, bytes]()
        for start in range(0, len(heard), 4000):
            for at in range(start, start + 4000, calls.FRAME):
                self.moment += 0.02
                side.frame(heard[at : at + calls.FRAME])
            for piece in side.take(self.key):
                parts[piece.part] = parts.get(piece.part, b"") + piece.data
                self.closed += [piece] if piece.closed else []
        return iter(parts.values())

    def keep(self, count: int) -> None:
        """The recorder had stored the first segments, and died before it removed their parts."""
        taken = Taken(self.world.client, self.row.call_id, self.row.id, self.row.side)
        for piece in self.closed[:count]:
            assert piece.closed
            sealed = self.key.segment(piece.closed.frames, piece.closed.content(piece.next), last=False)
            name = uuid7()
            objects.put(name, sealed.data)
            register.keep(taken, sealed, name)

    def remove(self, *numbers: int) -> None:
        with scope(self.world.client):
            Part.objects.filter(client_id=self.world.client, stream_id=self.row.id, number__in=numbers).delete()

    def copy(self, number: int, data: bytes) -> None:
        name = uuid7()
        objects.put(name, data)
        with scope(self.world.client):
            Part.objects.filter(client_id=self.world.client, stream_id=self.row.id, number=number).delete()
            values = {"stream_id": self.row.id, "number": number, "object_name": name, "size": len(data)}
            Part.objects.create(client_id=self.world.client, created_at=now(), **values)


def now() -> datetime:
    return datetime.now(UTC)


def failing_at(at: int, asked: Iterator[int], original: object) -> object:
    def question(*arguments: object) -> object:
        if next(asked) == at:
            raise Unavailable("away")
        return original(*arguments)  # type: ignore[operator]

    return question
