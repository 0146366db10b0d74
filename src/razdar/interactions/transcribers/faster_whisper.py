"""faster-whisper (MIT): Whisper models in CTranslate2's form, on the processor, eight-bit.

The library takes a folder that does not exist for the name of a model on a hub, and would fetch it: so the folder is
checked first, and the library is told to stay at home besides.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from razdar.interactions.transcribers.base import ENGINES, Engine, Heard, NotReady, Passage, lacks

RATE = 16_000
_FULL_SCALE = 32_768.0
_INVENTS_AFTER_SECONDS = 2.0
"""In a silence of this length Whisper makes words up; what it says there is left out."""


def _check(folder: Path) -> None:
    if lacks(folder, "model.bin", "config.json", "tokenizer.json"):
        raise NotReady(
            "The folder of the model does not hold what faster-whisper needs: model.bin, config.json, tokenizer.json."
        )


class _Whisper:
    def __init__(self, model: Any) -> None:
        self._model = model

    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:  # noqa: ARG002 - it is RATE
        segments, _ = self._model.transcribe(
            sound.astype(np.float32) / _FULL_SCALE,
            language=self._known(language),
            word_timestamps=True,
            vad_filter=True,
            condition_on_previous_text=False,
            hallucination_silence_threshold=_INVENTS_AFTER_SECONDS,
        )
        for segment in segments:
            words = tuple(Heard(w.word, w.start, w.end, w.probability) for w in segment.words or ())
            yield Passage(segment.end, words)

    def _known(self, language: str) -> str | None:
        """The language as the model names it; None lets the model find out."""
        short = language.partition("-")[0].lower()
        return short if short in self._model.supported_languages else None


def _load(folder: Path | None) -> _Whisper:
    from faster_whisper import WhisperModel

    return _Whisper(WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True))


ENGINES.register("faster-whisper")(Engine(__name__, "faster_whisper", "MIT", _check, _load, rate=RATE))
