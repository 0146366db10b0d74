"""A stand-in for Vosk 0.3.45 (see README.md)."""
# ruff: noqa: N802 - the names are the library's

import json
import socket
from pathlib import Path

import numpy as np
from bursts import bursts


def SetLogLevel(level):
    if not isinstance(level, int):
        raise TypeError("an integer is required")


class Model:
    def __init__(self, model_path=None):
        if model_path is None:
            with socket.create_connection(("127.0.0.1", 9), timeout=1):  # the list of models
                pass
        if not Path(model_path.encode().decode(), "am", "final.mdl").is_file():
            raise Exception("Failed to create a model")


class KaldiRecognizer:
    def __init__(self, *args):
        model, rate = args
        if not isinstance(model, Model) or not isinstance(rate, float):
            raise TypeError("Unknown arguments")
        self._rate, self._words = rate, False
        self._sound, self._told = np.zeros(0, np.int16), 0

    def SetWords(self, enable_words):
        self._words = bool(enable_words)

    def AcceptWaveform(self, data):
        """1 where a stretch of speech has ended; it is then asked for by Result."""
        if not isinstance(data, bytes):
            raise TypeError("initializer for ctype 'char *' must be a bytes")
        self._sound = np.concatenate([self._sound, np.frombuffer(data, np.int16)])
        return int(bool(self._open()) and not np.abs(self._sound[-int(self._rate / 2) :].astype(int)).max() > 1000)

    def Result(self):
        found = self._open()
        self._told += len(found)
        if not found:
            return json.dumps({"text": ""})
        words = [{"conf": 1.0, "end": end, "start": start, "word": "beep"} for start, end in found]
        text = {"text": " ".join(word["word"] for word in words)}
        return json.dumps({"result": words, **text} if self._words else text)

    def FinalResult(self):
        return self.Result()

    def _open(self):
        return bursts(self._sound, int(self._rate), 1000)[self._told :]
