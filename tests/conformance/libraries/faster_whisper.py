"""A stand-in for faster-whisper 1.2.1 (see README.md)."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bursts import bursts


@dataclass
class Word:
    start: float
    end: float
    word: str
    probability: float


@dataclass
class Segment:
    id: int
    seek: int
    start: float
    end: float
    text: str
    tokens: list
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    words: Any
    temperature: float


@dataclass
class TranscriptionInfo:
    language: str
    language_probability: float
    duration: float


class WhisperModel:
    def __init__(self, model_size_or_path, device, compute_type, local_files_only):
        if (device, compute_type) != ("cpu", "int8"):
            raise ValueError("unsupported device or compute type")
        folder = Path(model_size_or_path)
        if not folder.is_dir():
            if local_files_only:
                raise ValueError("not in the cache")
            with socket.create_connection(("127.0.0.1", 9), timeout=1):  # the hub
                pass
        if (folder / "model.bin").read_text() != "fake":
            raise RuntimeError("File model.bin is incomplete")

    @property
    def supported_languages(self):
        return ["de", "en", "fa", "hi", "pl", "zh"]

    def transcribe(
        self,
        audio,
        language,
        word_timestamps,
        vad_filter,
        condition_on_previous_text,
        hallucination_silence_threshold,
    ):
        if not vad_filter or condition_on_previous_text or not hallucination_silence_threshold:
            raise ValueError("it would make words up in a silence")
        if not isinstance(audio, np.ndarray) or audio.dtype != np.float32 or audio.ndim != 1:
            raise TypeError("audio is a float32 array of one dimension, 16,000 a second, from -1 to 1")
        if language is not None and language not in self.supported_languages:
            raise ValueError(f"'{language}' is not a valid language code")
        os.write(1, b"what a library prints must go nowhere")
        info = TranscriptionInfo(language or "en", 0.98, len(audio) / 16_000)
        return self._segments(audio, word_timestamps), info

    def _segments(self, audio, word_timestamps):
        for number, (start, end) in enumerate(bursts(audio, 16_000, 0.03)):
            # Times from attention run a little over, and words begin with their blank.
            word = Word(start=round(start - 0.01, 2), end=round(end + 0.01, 2), word=" Beep.", probability=0.83)
            words = [word] if word_timestamps else None
            yield Segment(number, 0, start, end, " Beep.", [50364], -0.3, 1.1, 0.01, words, 0.0)
