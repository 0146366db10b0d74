"""Presidio (MIT), with spaCy's pipelines (MIT) for its named entities.

The folder of models holds a folder for each language, named by its code (``en``, ``pl``): a spaCy pipeline as
``nlp.to_disk`` writes it, or as a model's package has it. Of a text in another language nothing is said.

In the product Presidio is asked for named entities alone: what has a form or check digits is found without it. The
bench, which measures its patterns too, hands over recognisers of its choice.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from razdar.core.redaction import Entity
from razdar.interactions.recognisers.base import RECOGNISERS, NotReady, Recogniser

NAMES = {
    "CREDIT_CARD": "CARD", "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "IBAN_CODE": "IBAN", "DATE_TIME": "DATE",
    "US_SSN": "NATIONAL_ID", "IN_AADHAAR": "NATIONAL_ID", "PL_PESEL": "NATIONAL_ID", "UK_NHS": "NATIONAL_ID",
    "UK_NINO": "NATIONAL_ID", "US_ITIN": "TAX_ID", "IN_PAN": "TAX_ID", "US_BANK_NUMBER": "ACCOUNT",
    "US_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "DRIVER_LICENSE", "IN_VOTER": "DOC_ID", "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC", "URL": "URL", "CRYPTO": "CRYPTO", "PERSON": "PERSON", "LOCATION": "LOCATION",
    "ORGANIZATION": "ORG", "NRP": "NRP", "AGE": "AGE",
}  # fmt: skip
"""Presidio's names of what is a type of ours; what has none is not told."""

NAMED = ("PERSON", "LOCATION", "ORGANIZATION", "NRP")
THRESHOLD = 0.4
LONGEST = 10_000_000
"""Characters of a text that spaCy takes."""


class Presidio:
    """An engine that is made ready.

    Args:
        analyzer: an ``AnalyzerEngine``.
        languages: those it knows, the first for texts of which nobody knows the language.
        wanted: Presidio's names of what is asked for; None for all it knows.
    """

    def __init__(self, analyzer: Any, languages: Iterable[str], wanted: Iterable[str] | None = None) -> None:
        self._analyzer, self._languages = analyzer, tuple(languages)
        self._wanted = None if wanted is None else list(wanted)

    def find(self, text: str, lang: str | None) -> Iterator[Entity]:
        """As `razdar.core.redaction.EntityEngine`."""
        language = lang.partition("-")[0].lower() if lang else self._languages[0]
        if language not in self._languages:
            return
        for one in self._analyzer.analyze(text, language=language, entities=self._wanted):
            if one.entity_type in NAMES:
                yield Entity(int(one.start), int(one.end), NAMES[one.entity_type], float(one.score))


def analyzer(pipelines: Mapping[str, Any], recognizers: Iterable[Any]) -> Any:
    """An ``AnalyzerEngine`` on pipelines that are loaded, by language; nothing is fetched."""
    presidio, provider = import_module("presidio_analyzer"), import_module("presidio_analyzer.nlp_engine")
    _stay_offline()
    engine = provider.SpacyNlpEngine(models=[{"lang_code": code, "model_name": code} for code in pipelines])
    engine.nlp = dict(pipelines)
    for pipeline in engine.nlp.values():
        pipeline.max_length = LONGEST
    registry = presidio.RecognizerRegistry(recognizers=list(recognizers), supported_languages=list(pipelines))
    return presidio.AnalyzerEngine(
        registry=registry, nlp_engine=engine, supported_languages=list(pipelines), default_score_threshold=THRESHOLD
    )


def _stay_offline() -> None:
    """The list of top-level domains that comes with the package, in place of one from the network."""
    domains: Any = import_module("tldextract")
    domains.extract = domains.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _models(folder: Path) -> dict[str, Path]:
    """The folders of pipelines by language."""
    return {file.parent.name.lower(): file.parent for file in sorted(folder.glob("*/config.cfg"))}


def _check(folder: Path) -> None:
    if not _models(folder):
        raise NotReady(
            "The folder of models does not hold what Presidio needs: for each language a folder with a spaCy pipeline, "
            "such as en/config.cfg."
        )


def _load(folder: Path) -> Presidio:
    spacy, known = import_module("spacy"), import_module("presidio_analyzer.predefined_recognizers")
    pipelines = {language: spacy.load(path) for language, path in _models(folder).items()}
    recognizers = [known.SpacyRecognizer(supported_language=language) for language in pipelines]
    return Presidio(analyzer(pipelines, recognizers), pipelines, NAMED)


RECOGNISERS.register("presidio")(Recogniser(__name__, "presidio_analyzer", "MIT", _check, _load))
