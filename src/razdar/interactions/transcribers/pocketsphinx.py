"""pocketsphinx (BSD): a *test engine*. It runs from its package alone, and gets every second word on a telephone wrong.

What it mishears is not found by redaction. It is here so that the way from sound to words can be tried out on a machine
without any model; whatever it has written is labelled.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from razdar.interactions.transcribers.base import ENGINES, Engine, Heard, Passage

RATE = 16_000
_PIECE_SECONDS = 10
_FRAMES_A_SECOND = 100


def _check(_folder: Path) -> None:
    """The model is in the package."""


class _Sphinx:
    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:  # noqa: ARG002 - English only
        step = _PIECE_SECONDS * rate
        for at in range(0, len(sound), step):
            piece = sound[at : at + step]
            self._decoder.start_utt()
            self._decoder.process_raw(piece.tobytes(), False, True)
            self._decoder.end_utt()
            yield Passage((at + len(piece)) / rate, tuple(self._words(at / rate)))

    def _words(self, offset: float) -> Iterator[Heard]:
        exp = self._decoder.get_logmath().exp
        for segment in self._decoder.seg() or ():
            if segment.word[0] not in "<[":  # silences and noises
                start = offset + segment.start_frame / _FRAMES_A_SECOND
                end = offset + (segment.end_frame + 1) / _FRAMES_A_SECOND
                yield Heard(segment.word.partition("(")[0], start, end, min(exp(segment.prob), 1.0))


def _load(_folder: Path | None) -> _Sphinx:
    from pocketsphinx import Decoder

    return _Sphinx(Decoder(samprate=RATE, loglevel="FATAL"))


ENGINES.register("pocketsphinx")(
    Engine(__name__, "pocketsphinx", "BSD-2-Clause", _check, _load, rate=RATE, has_model=False, for_tests=True)
)
