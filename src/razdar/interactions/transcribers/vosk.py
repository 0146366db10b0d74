"""Vosk (Apache-2.0): Kaldi models, small, made for one language each; there are some for telephone sound."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from razdar.interactions.transcribers.base import ENGINES, Engine, Heard, NotReady, Passage, lacks

_PIECE_SECONDS = 2
_PLACES = (("am/final.mdl", "conf/model.conf"), ("final.mdl", "mfcc.conf"))
"""The two layouts that models come in."""


def _check(folder: Path) -> None:
    if all(lacks(folder, *names) for names in _PLACES):
        raise NotReady("The folder of the model does not hold what Vosk needs: am/final.mdl and conf/model.conf.")


class _Vosk:
    def __init__(self, library: Any, model: Any) -> None:
        self._library, self._model = library, model

    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:  # noqa: ARG002 - the model's own
        recognizer = self._library.KaldiRecognizer(self._model, float(rate))
        recognizer.SetWords(True)
        step = _PIECE_SECONDS * rate
        for at in range(0, len(sound), step):
            ended = recognizer.AcceptWaveform(sound[at : at + step].tobytes())
            yield Passage(min(at + step, len(sound)) / rate, _words(recognizer.Result()) if ended else ())
        yield Passage(len(sound) / rate, _words(recognizer.FinalResult()))


def _words(result: str) -> tuple[Heard, ...]:
    found = json.loads(result).get("result", [])
    return tuple(Heard(w["word"], w["start"], w["end"], w["conf"]) for w in found)


def _load(folder: Path | None) -> _Vosk:
    import vosk

    vosk.SetLogLevel(-1)
    return _Vosk(vosk, vosk.Model(model_path=str(folder)))


ENGINES.register("vosk")(Engine(__name__, "vosk", "Apache-2.0", _check, _load))
