"""A stand-in for Presidio 2.2.366 (see ../README.md)."""

from typing import NamedTuple


class RecognizerResult(NamedTuple):
    entity_type: str
    start: int
    end: int
    score: float


class RecognizerRegistry:
    def __init__(self, recognizers=None, supported_languages=None):
        self.recognizers, self.supported_languages = list(recognizers or ()), supported_languages


class AnalyzerEngine:
    def __init__(self, registry=None, nlp_engine=None, default_score_threshold=0, supported_languages=None):
        if registry.supported_languages != supported_languages:
            raise ValueError("Misconfigured engine, supported languages have to be consistent")
        self._registry, self._nlp, self._threshold = registry, nlp_engine, default_score_threshold

    def analyze(self, text, language, entities=None):
        seen = self._nlp.nlp[language](text)
        found = [
            result
            for recognizer in self._registry.recognizers
            if recognizer.supported_language == language
            for result in recognizer.analyze(seen)
        ]
        return [one for one in found if one.score >= self._threshold and (not entities or one.entity_type in entities)]
