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
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from razdar.interactions.recognisers.presidio import Presidio, analyzer

LANGUAGES = ("en", "hi", "fa", "pl", "zh", "pt")
REGIONS = ("US", "GB", "CA", "IN", "IR", "PL", "TW", "CN", "HK", "BR", "PT", "DE", "FR", "IL")
EVERYWHERE = ("CreditCard", "Crypto", "Date", "Email", "Iban", "Ip", "MacAddress", "Url")
ENGLISH = ("UsBank", "UsLicense", "UsItin", "UsPassport", "UsSsn", "Nhs", "UkNino")
WIDE = ("InAadhaar", "InPan", "InVoter")


def engine(*, wide: bool) -> Presidio:
    spacy = import_module("spacy")
    pipelines = {code: spacy.blank(code) for code in LANGUAGES}
    return Presidio(analyzer(pipelines, _recognizers(wide=wide)), LANGUAGES)


def _recognizers(*, wide: bool) -> Iterator[Any]:
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


def main() -> None:
    engines = {wide: engine(wide=wide) for wide in (False, True)}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        chosen = engines[question["wide"]]
        started = time.process_time()
        found = [list(chosen.find(text, lang)) for text, lang in question["texts"]]
        seconds = time.process_time() - started
        spans = [[[one.start, one.end, one.type] for one in text] for text in found]
        print(json.dumps({"seconds": seconds, "found": spans}), flush=True)


if __name__ == "__main__":
    main()
