"""The transcript that came with the call: checked against the sound, not made from it."""

from razdar.core.redaction import Transcript, load_transcript
from razdar.interactions.transcribers import TRANSCRIBERS, Call


class Supplied:
    def fits(self, call: Call) -> bool:
        return bool(call.supplied)

    def transcribe(self, call: Call) -> Transcript:
        """Read and check it.

        Raises:
            BadInput: not a transcript, or not of this sound.
        """
        return load_transcript(call.supplied, duration_ms=call.audio.duration_ms, channels=call.audio.channels)


TRANSCRIBERS.register("supplied")(Supplied())
