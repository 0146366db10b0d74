"""Columns of a table of recorded calls: what they mean, how they are called elsewhere, how people write times."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from razdar.core.disclosure.normal import fold
from razdar.interactions import audio, source_files
from razdar.interactions.models import Interaction
from razdar.runtime.imports.targets import Field, Target

FILE, REFERENCE, PHONE, STARTED, DIRECTION = "file", "reference", "phone", "started_at", "direction"
AGENT, LANGUAGE, TRANSCRIPT, DURATION, EXTERNAL = "agent", "language", "transcript", "duration", "external_id"

NO_CUSTOMER, SEVERAL_CUSTOMERS, NO_AGENT, BAD_TRANSCRIPT, NO_TRANSCRIPT = (
    "no-customer",
    "several-customers",
    "no-agent",
    "bad-transcript",
    "missing-transcript",
)
REASONS: Mapping[str, str] = {
    source_files.MISSING: "The file that holds the recording is not there.",
    source_files.OUTSIDE: "The file's path leads out of the folder, or goes through a link.",
    source_files.UNREADABLE: "The file that holds the recording cannot be read.",
    audio.LARGE: "The file is too large, or is a transcript of more than 16 MB.",
    audio.EMPTY: "The file holds no sound.",
    audio.NO_SOUND: f"The file is not sound in a form that can be read ({audio.FORMS}).",
    audio.CUT: "The file is truncated: its header promises more sound than it holds.",
    audio.DAMAGED: "The file is damaged: its sound cannot be decoded.",
    audio.CHANNELS: "The sound has more than two channels.",
    audio.RATE: "The sound has less than 8,000 or more than 48,000 samples a second.",
    audio.LONG: "The sound is longer than four hours, or its header is wrong.",
    NO_TRANSCRIPT: "The file that holds the transcript is not there or cannot be read.",
    BAD_TRANSCRIPT: "The transcript is not one, or does not fit the sound.",
    NO_CUSTOMER: "No customer has this reference or number. Import the customers first.",
    SEVERAL_CUSTOMERS: "More than one customer has this reference or number.",
    NO_AGENT: "Nobody has this work name.",
    STARTED: "The time is not one, or lies in the future. Write it like 2026-03-01T14:30+01:00.",
    DIRECTION: "The direction is neither inbound nor outbound.",
    LANGUAGE: "The language is not a code like en or zh-hant.",
    DURATION: "The sound is not as long as the table says.",
}

_DIRECTIONS: Mapping[str, str] = {
    word: str(direction)
    for direction, words in {
        Interaction.Direction.INBOUND: (
            "inbound in incoming received eingehend przychodzące przychodzaca ورودی इनकमिंग 來電 entrante entrant"
        ),
        Interaction.Direction.OUTBOUND: (
            "outbound out outgoing dialled ausgehend wychodzące wychodzaca خروجی आउटगोइंग 去電 saliente sortant"
        ),
    }.items()
    for word in words.split()
}
_LANGUAGES = frozenset({"en", "fa", "hi", "pl", "zh", "zh-hant", "de", "fr", "es", "it", "tr", "ar", "ru", "uk"})
_ALIASES: Mapping[str, str] = {
    FILE: (
        "filename|file name|path|recording|recording file|audio|audio file|sound|wav|datei|aufnahme|plik|nagranie|"
        "پرونده|فایل|फ़ाइल|檔案|錄音|archivo|fichier"
    ),
    REFERENCE: (
        "reference no|reference number|customer|customer number|customer no|cust no|customer reference|customer id|"
        "kundennummer|kundennr|kdnr|nr klienta|numer klienta|شماره مشتری|ग्राहक संख्या|客戶編號"
    ),
    PHONE: (
        "phone number|telephone|caller|caller id|number|telefon|rufnummer|numer|numer telefonu|تلفن|फ़ोन|電話|teléfono"
    ),
    STARTED: (
        "started|start|start time|date|datetime|time|call date|timestamp|beginn|datum|zeitpunkt|data|początek|"
        "زمان|تاریخ|समय|時間|日期|fecha"
    ),
    DIRECTION: "call direction|type|richtung|kierunek|جهت|दिशा|方向|dirección",
    AGENT: "agent name|operator|user|extension|bearbeiter|konsultant|کارشناس|एजेंट|客服|agente",
    LANGUAGE: "lang|sprache|język|زبان|भाषा|語言|idioma",
    TRANSCRIPT: "transcript file|transcription|transkript|transkrypcja|رونوشت|प्रतिलेख|逐字稿",
    DURATION: "length|seconds|duration s|dauer|czas trwania|مدت|अवधि|時長|duración",
    EXTERNAL: ("external id|id|call id|uniqueid|unique id|linkedid|gesprächs id|id połączenia|شناسه|आईडी|通話編號"),
}
_ABOUT: Mapping[str, tuple[str, str]] = {
    FILE: ("the recording, as a path below the folder", "2026/03/call-17.wav"),
    REFERENCE: ("the client's own reference of the customer", "QX-771204"),
    PHONE: ("the customer's telephone number", "+442079460777"),
    STARTED: ("when the call began", "2026-03-01T14:30+01:00"),
    DIRECTION: ("inbound or outbound; inbound where nothing is said", "inbound"),
    AGENT: ("the work name of who spoke", "agnes.a"),
    LANGUAGE: ("of the conversation", "en"),
    TRANSCRIPT: ("the words with their times, as a path below the folder", "2026/03/call-17.json"),
    DURATION: ("seconds, to check the sound against", "184.5"),
    EXTERNAL: ("what the call is called where it comes from", "1709300000.17"),
}
_CODES = {DIRECTION: frozenset(_DIRECTIONS), LANGUAGE: _LANGUAGES}

TARGET = Target(
    kind="calls",
    things="calls",
    fields=tuple(
        Field(
            name,
            *_ABOUT[name],
            required=name in {FILE, STARTED},
            codes=_CODES.get(name, frozenset()),
            aliases=tuple(aliases.split("|")),
        )
        for name, aliases in _ALIASES.items()
    ),
    one_of=((REFERENCE, PHONE),),
    reasons=REASONS,
)
"""What ``razdar import`` knows of calls."""

_FORMS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
"""Besides ISO 8601, where the way it is written leaves no doubt which is the month."""
_AHEAD = timedelta(days=1)


def direction(text: str) -> str:
    """The direction a word means; inbound when nothing is said, empty when it is not known."""
    return _DIRECTIONS.get(fold(text), "") if text else str(Interaction.Direction.INBOUND)


def moment(text: str, zone: tzinfo) -> datetime | None:
    """When a call began; None when it cannot have begun then."""
    text = " ".join(text.split())
    found = _iso(text) or next((at for form in _FORMS if (at := _parsed(text, form))), None)
    if found is None:
        return None
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    return at if datetime(1970, 1, 2, tzinfo=UTC) <= at <= datetime.now(UTC) + _AHEAD else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by `moment`
    except ValueError:
        return None


def seconds(text: str) -> float | None:
    """A duration in seconds, or as hours, minutes and seconds between colons; None when it is none."""
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        number = part.strip()
        if not number.replace(".", "", 1).isascii() or not number.replace(".", "", 1).isdigit():
            return None
        total = total * 60 + float(number)
    return total
