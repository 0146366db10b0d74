"""Presidio as a child process: run by the Python of its own environment, see ``make presidio``; JSON lines in and out.

A question is ``{"wide": bool, "texts": [[text, lang], ...]}``, the answer
``{"seconds": s, "found": [[[start, end, type], ...], ...]}``, seconds of processor time. No model is loaded and
nothing is fetched: spaCy's blank pipelines cut words, the patterns do the rest.

* default: the recognisers that belong to no country for every language, American and British numbers for English,
  PESEL for Polish, telephone numbers of the regions that Presidio knows by default.
* wide: Aadhaar, PAN, voter card and PESEL for every language as well, and telephone numbers of fourteen regions.
"""

import json
import sys
import time
from importlib import import_module
from typing import Any

LANGUAGES = ("en", "hi", "fa", "pl", "zh", "pt")
REGIONS = ("US", "GB", "CA", "IN", "IR", "PL", "TW", "CN", "HK", "BR", "PT", "DE", "FR", "IL")
THRESHOLD = 0.4
EVERYWHERE = ("CreditCard", "Crypto", "Date", "Email", "Iban", "Ip", "MacAddress", "Url")
ENGLISH = ("UsBank", "UsLicense", "UsItin", "UsPassport", "UsSsn", "Nhs", "UkNino")
WIDE = ("InAadhaar", "InPan", "InVoter")
NAMES = {
    "CREDIT_CARD": "CARD", "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "IBAN_CODE": "IBAN", "DATE_TIME": "DATE",
    "US_SSN": "NATIONAL_ID", "IN_AADHAAR": "NATIONAL_ID", "PL_PESEL": "NATIONAL_ID", "UK_NHS": "NATIONAL_ID",
    "UK_NINO": "NATIONAL_ID", "US_ITIN": "TAX_ID", "IN_PAN": "TAX_ID", "US_BANK_NUMBER": "ACCOUNT",
    "US_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "DRIVER_LICENSE", "IN_VOTER": "DOC_ID", "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC", "URL": "URL", "CRYPTO": "CRYPTO",
}  # fmt: skip
"""Presidio's names of what is a type of ours."""


def stay_offline() -> None:
    """The list of top-level domains that comes with the package, in place of one from the network."""
    domains: Any = import_module("tldextract")
    domains.extract = domains.TLDExtract(suffix_list_urls=(), cache_dir=None)


def engine(*, wide: bool) -> Any:
    analyzer = import_module("presidio_analyzer")
    registry = analyzer.RecognizerRegistry(
        recognizers=list(_recognizers(wide=wide)), supported_languages=list(LANGUAGES)
    )
    return analyzer.AnalyzerEngine(
        registry=registry, nlp_engine=_blank(), supported_languages=list(LANGUAGES), default_score_threshold=THRESHOLD
    )


def _recognizers(*, wide: bool) -> Any:
    known = import_module("presidio_analyzer.predefined_recognizers")
    for language in LANGUAGES:
        names = [*EVERYWHERE]
        if language == "en":
            names += ENGLISH
        if wide or language == "pl":
            names.append("PlPesel")
        if wide:
            names += WIDE
        for name in names:
            yield getattr(known, f"{name}Recognizer")(supported_language=language)
        regions = {"supported_regions": REGIONS} if wide else {}
        yield known.PhoneRecognizer(supported_language=language, **regions)


def _blank() -> Any:
    spacy, provider = import_module("spacy"), import_module("presidio_analyzer.nlp_engine")
    blank = provider.SpacyNlpEngine(models=[{"lang_code": code, "model_name": code} for code in LANGUAGES])
    blank.nlp = {code: spacy.blank(code) for code in LANGUAGES}
    for pipeline in blank.nlp.values():
        pipeline.max_length = 10_000_000
    return blank


def main() -> None:
    stay_offline()
    engines = {wide: engine(wide=wide) for wide in (False, True)}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        chosen = engines[question["wide"]]
        started = time.process_time()
        found = [chosen.analyze(text, language=lang) for text, lang in question["texts"]]
        seconds = time.process_time() - started
        spans = [[[one.start, one.end, NAMES.get(one.entity_type, one.entity_type)] for one in text] for text in found]
        print(json.dumps({"seconds": seconds, "found": spans}), flush=True)


if __name__ == "__main__":
    main()
