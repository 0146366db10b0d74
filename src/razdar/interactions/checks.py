"""What ``razdar doctor`` looks at in transcription and redaction: the engines, their libraries and their models."""

from django.conf import settings

from razdar.core.errors import Misconfigured
from razdar.interactions import recognising, transcribing
from razdar.runtime.checkup import Found, Site, broken, check, look_at, works

_CHOOSE = "razdar units --set RAZDAR_TRANSCRIBER=faster-whisper --set RAZDAR_TRANSCRIBER_MODEL=FOLDER"


@check("transcription", "Transcription")
def _engine(site: Site) -> Found:
    """The engine that was chosen can work here."""
    choose = _CHOOSE if site.as_units else "RAZDAR_TRANSCRIBER=faster-whisper RAZDAR_TRANSCRIBER_MODEL=FOLDER razdar up"
    try:
        chosen = transcribing.chosen()
    except Misconfigured as error:
        return broken(str(error), choose)
    if chosen is None:
        return look_at("No engine was chosen: a call that comes without a transcript stays locked.", choose)
    if transcribing.is_for_tests(settings.RAZDAR_TRANSCRIBER):
        return look_at(f"{chosen.name} is for tests: every second word of it is wrong.", choose)
    return works(f"{chosen.name} is installed, and its model is there.")


@check("entities", "Named entities")
def _entities(_site: Site) -> Found:
    """The named-entity engine that was chosen, if one was, can work here."""
    try:
        chosen = recognising.chosen()
    except Misconfigured as error:
        return broken(str(error), "see RAZDAR_ENTITIES and RAZDAR_ENTITIES_MODELS in docs/production.md")
    if chosen is None:
        return works("None was chosen: names are found by the customer's record and by the words around them.")
    return works(f"{chosen[0]} is installed, and its models are there.")
