"""Which words a call gets: those that came with it, else those of the installation's engine, else none.

RAZDAR_TRANSCRIBER names the engine and RAZDAR_TRANSCRIBER_MODEL the folder of its model. There is one engine for all
clients, and one call at a time is listened to: an engine uses all processors it finds.
"""

from dataclasses import dataclass

from django.conf import settings

from razdar.core.errors import BadInput
from razdar.core.redaction import Transcript, load_transcript
from razdar.interactions.audio import Audio
from razdar.interactions.engine_process import Chosen
from razdar.interactions.transcribers.base import ENGINES, NotReady

__all__ = [
    "Call",
    "Gone",
    "HeardNothing",
    "NoEngine",
    "NotReady",
    "NothingRecorded",
    "chosen",
    "engine_for",
    "is_for_tests",
    "require_engine",
    "transcribe",
]

SUPPLIED = "supplied"


class NoEngine(BadInput):
    """No transcript came with the call, and no engine was chosen that could make one."""

    code = "no-engine"


class Gone(BadInput):
    """The recording or its transcript was kept long enough and is destroyed."""

    code = "gone"


class NothingRecorded(BadInput):
    """A call of which nothing was recorded: there is nothing to hear, and nothing to wait for."""

    code = "nothing-recorded"


class HeardNothing(BadInput):
    """An engine heard no word. What nobody has read is not unlocked: it may have heard badly."""

    code = "heard-nothing"


@dataclass(frozen=True, repr=False)
class Call:
    """What there is of a call: the sound, and what came in with it. Printed nowhere."""

    audio: Audio
    supplied: bytes
    language: str


def chosen() -> Chosen | None:
    """The engine of this installation; None where none was chosen.

    Raises:
        NotReady: one was chosen that cannot work here.
    """
    name, folder = settings.RAZDAR_TRANSCRIBER, settings.RAZDAR_TRANSCRIBER_MODEL
    if not name:
        return None
    if name not in ENGINES:
        raise NotReady(f"RAZDAR_TRANSCRIBER must be one of: {', '.join(sorted(ENGINES))}.")
    engine = ENGINES[name]
    engine.make_sure(folder)
    return Chosen(name, engine, folder if engine.has_model else None)


def engine_for(*, supplied: bool) -> Chosen | None:
    """The engine that a call needs; None where words came with it.

    Raises:
        NoEngine: it needs one and there is none. NotReady: the one that was chosen cannot work here.
    """
    if supplied:
        return None
    engine = chosen()
    if engine is None:
        raise NoEngine("No transcript came with this call and no transcription engine was chosen; it stays locked.")
    return engine


def require_engine() -> None:
    """Make sure that there is an engine, for whoever wants many calls listened to.

    Raises:
        NoEngine: none was chosen. NotReady: the one that was chosen cannot work here.
    """
    if chosen() is None:
        raise NoEngine(
            "No transcription engine is set. Set RAZDAR_TRANSCRIBER to its name, and RAZDAR_TRANSCRIBER_MODEL to the "
            "folder of its model; then start this again."
        )


def transcribe(call: Call, engine: Chosen | None) -> tuple[str, Transcript]:
    """Where the words are from, and the words.

    Raises:
        BadInput: the supplied transcript is none, or not of this sound. HeardNothing: the engine heard no word.
        EngineFailed: it broke off.
    """
    if engine is None:
        sound = call.audio
        return SUPPLIED, load_transcript(call.supplied, duration_ms=sound.duration_ms, channels=sound.channels)
    heard = engine.hear(call.audio, call.language)
    if not heard.words:
        raise HeardNothing("The transcription engine heard no words; the call stays locked.")
    return engine.name, heard


def is_for_tests(engine: str) -> bool:
    """Whether words of this origin are those of a test engine."""
    return engine in ENGINES and ENGINES[engine].for_tests
