"""The three calls of the demo, with what is known of their customers."""

import pytest

from razdar.core.redaction import (
    KnownCustomer,
    RedactedTranscript,
    SpanType,
    Transcript,
    load_transcript,
    redact_transcript,
)
from razdar.demo_content.calls import CALLS, DemoCall
from razdar.demo_content.people import customers

DURATION_MS = 300_000

CONCEALED = {
    "payment-by-card": (
        "Rosalind Thornquist,", "Seventeen Larkenmoor Crescent.",
        "zero two zero, seven nine four six, zero four one seven.",
        "six zero one one,", "zero zero zero nine, nine zero one three,", "nine four two four.", "nine four two four?",
    ),
    "delivery-change": (
        "Tobias Wexcombe.", "Wexcombe.", "tobias dot wexcombe at example dot org.", "W E X C O M B E.",
        "Three one two, five five five, oh one four eight.", "Three one two, five five five, oh one four eight.",
        "Sallowfield Lane.", "Sallowfield Lane.",
    ),
    "cancellation-complaint": (
        "Jadwiga Zimorowicz.", "five one nine one two three,", "zero seven six four eight.", "Szafirowa Street,",
    ),
}  # fmt: skip
KINDS = {
    "payment-by-card": {SpanType.PERSON, SpanType.ADDRESS, SpanType.PHONE, SpanType.CARD},
    "delivery-change": {SpanType.PERSON, SpanType.ADDRESS, SpanType.PHONE, SpanType.EMAIL},
    "cancellation-complaint": {SpanType.PERSON, SpanType.ADDRESS, SpanType.NATIONAL_ID},
}
OPEN = {
    "payment-by-card": "Glimmerstone tariff, and you owe eighty six pounds and forty pence.",
    "delivery-change": "It's the tall Corvanelle bookcase, in oak.",
    "cancellation-complaint": "one hundred and twelve pounds back, within five working days.",
}


def known(call: DemoCall) -> KnownCustomer:
    (person,) = (one for one in customers(call.client_index) if one.reference == call.customer_reference)
    values = [
        ("surname", person.surname),
        ("given_name", person.given_name),
        *(("phone", phone) for phone in person.phones),
        *(("email", email) for email in person.emails),
        ("national_id", person.national_id),
        ("reference_no", person.reference),
        ("postal_address", person.address),
    ]
    return KnownCustomer.of(values)


def heard(call: DemoCall) -> Transcript:
    return load_transcript(call.transcript(), duration_ms=DURATION_MS, channels=2)


def open_places(transcript: Transcript, redacted: RedactedTranscript) -> set[int]:
    shown = {(word.start_ms, word.channel) for word in redacted.words if word.type is None}
    return {place for place, word in enumerate(transcript.words) if (word.start_ms, word.channel) in shown}


def secret_places(transcript: Transcript, name: str) -> list[int]:
    """Positions of the words to conceal, found phrase by phrase in the order of the call."""
    texts = [word.text for word in transcript.words]
    places: list[int] = []
    for phrase in CONCEALED[name]:
        words = phrase.split()
        begin = places[-1] + 1 if places else 0
        at = next(place for place in range(begin, len(texts)) if texts[place : place + len(words)] == words)
        places += range(at, at + len(words))
    return places


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_exactly_what_is_secret_is_concealed_and_muted(call: DemoCall) -> None:
    transcript = heard(call)
    redacted = redact_transcript(transcript, known(call))
    secret = secret_places(transcript, call.name)
    assert set(range(len(transcript.words))) - open_places(transcript, redacted) == set(secret)
    assert {word.type for word in redacted.words if word.type} == KINDS[call.name]
    for word in (transcript.words[place] for place in secret):
        assert any(one.start_ms <= word.start_ms and word.end_ms <= one.end_ms for one in redacted.muted[word.channel])
    assert OPEN[call.name] in " ".join(word.text for word in redacted.words)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_numbers_and_addresses_of_mail_need_no_record(call: DemoCall) -> None:
    """Nor do names and addresses where the words around them tell; they may not be all."""
    redacted = redact_transcript(heard(call))
    found = {word.type for word in redacted.words if word.type}
    assert KINDS[call.name] - {SpanType.PERSON, SpanType.ADDRESS} <= found <= KINDS[call.name]
