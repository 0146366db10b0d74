"""A stand-in (see ../README.md)."""

from presidio_analyzer import RecognizerResult

_NAMES = {"PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION"}


class SpacyRecognizer:
    def __init__(self, supported_language="en"):
        self.supported_language, self._score = supported_language, 0.85

    def analyze(self, seen):
        return [RecognizerResult(_NAMES[label], start, end, self._score) for start, end, label in seen]
