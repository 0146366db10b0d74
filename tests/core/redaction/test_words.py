"""Redaction of transcripts: over turns, across back-channels, read-backs, and which sound is muted."""

import json

import pytest

from razdar.core.redaction import Interval, KnownCustomer, SpanType, load_transcript, redact_transcript
from tests.core.redaction.calls import AGENT, CUSTOMER, document, muted, said, transcript

CARD = "four one one one one one one one one one one one one one one one"


def test_a_card_in_one_turn() -> None:
    call = transcript((AGENT, 0, "your card number please"), (CUSTOMER, 3_000, f"it is {CARD} thanks"))
    redacted = redact_transcript(call)
    assert said(redacted, CUSTOMER) == "it is [card] thanks"
    assert said(redacted, AGENT) == "your card number please"
    first, last = 3_000 + 2 * 350, 3_000 + 17 * 350 + 300
    assert muted(redacted, CUSTOMER) == [(first - 150, last + 200)]
    assert muted(redacted, AGENT) == []


def test_a_card_across_turns_with_back_channels() -> None:
    call = transcript(
        (CUSTOMER, 0, "four one one one"),
        (AGENT, 1_500, "mm hmm"),
        (CUSTOMER, 3_000, "one one one one"),
        (AGENT, 4_600, "go on"),
        (CUSTOMER, 6_500, "okay one one one one"),
        (AGENT, 8_400, "yes"),
        (CUSTOMER, 10_500, "one one one one bye"),
    )
    redacted = redact_transcript(call)
    assert said(redacted, CUSTOMER) == "[card] [card] [card] [card] bye"
    assert said(redacted, AGENT) == "mm hmm go on yes"
    assert muted(redacted, CUSTOMER) == [(0, 1550), (2850, 4550), (6350, 8400), (10350, 12050)]


def test_a_long_silence_ends_a_number() -> None:
    call = transcript(
        (CUSTOMER, 0, "four one one one one one one one"), (CUSTOMER, 60_000, "one one one one one one one one")
    )
    assert "[card]" not in said(redact_transcript(call), CUSTOMER)


def test_a_number_does_not_run_into_the_other_voice() -> None:
    call = transcript(
        (CUSTOMER, 0, "four one one one one one one one"), (AGENT, 3_000, "one one one one one one one one")
    )
    assert "[card]" not in said(redact_transcript(call), CUSTOMER)


@pytest.mark.parametrize(
    "read_back",
    [CARD, "so that is ending one one one one", "four one one one", "it starts with four triple one", "4111 1111"],
)
def test_the_other_side_reads_back(read_back: str) -> None:
    call = transcript((CUSTOMER, 0, CARD), (AGENT, 8_000, f"{read_back} right"))
    redacted = redact_transcript(call)
    assert said(redacted, CUSTOMER) == "[card]"
    assert said(redacted, AGENT).endswith("[card] right")
    assert muted(redacted, AGENT)


def test_three_digits_read_back_soon_after() -> None:
    call = transcript(
        (CUSTOMER, 0, "my number is six oh one two three four five six seven"),
        (AGENT, 5_000, "six oh one correct"),
        (AGENT, 60_000, "you are on platform six oh one"),
    )
    redacted = redact_transcript(call)
    assert said(redacted, AGENT) == "[phone] correct you are on platform six oh one"


def test_the_question_is_the_cue_of_the_answer() -> None:
    call = transcript((AGENT, 0, "and the security code on the back"), (CUSTOMER, 3_000, "one two three"))
    assert said(redact_transcript(call), CUSTOMER) == "[cvv]"
    assert said(redact_transcript(transcript((CUSTOMER, 0, "one two three"))), CUSTOMER) == "one two three"


def test_mistakes_in_a_card_do_not_show_the_rest() -> None:
    wrong = CARD.replace("four", "five", 1)
    call = transcript((AGENT, 0, "card number"), (CUSTOMER, 2_000, wrong))
    assert said(redact_transcript(call), CUSTOMER) == "[card]"


def test_a_word_that_touches_a_span_goes_whole() -> None:
    call = transcript((CUSTOMER, 0, "card:4111111111111111, thanks"))
    assert said(redact_transcript(call), CUSTOMER) == "[card] thanks"


def test_known_customer() -> None:
    call = transcript((CUSTOMER, 0, "this is Rosalind Thornquist speaking"), (AGENT, 4_000, "hello missus thornquist"))
    redacted = redact_transcript(call, KnownCustomer(surname="Thornquist", given_names=("Rosalind",)))
    assert said(redacted, CUSTOMER) == "this is [name] speaking"
    assert said(redacted, AGENT) == "hello missus [name]"


def test_close_intervals_become_one_and_stay_in_the_sound() -> None:
    call = transcript((CUSTOMER, 0, f"{CARD} a@b.org"), duration_ms=6_000)
    redacted = redact_transcript(call)
    assert muted(redacted, CUSTOMER) == [(0, 6_000)]


@pytest.mark.parametrize("squeezed", [(10.0, 10.0), (10.0, 10.3)])
def test_times_that_no_voice_could_keep_mute_the_whole_utterance(squeezed: tuple[float, float]) -> None:
    lines = document([(CUSTOMER, 2_000, "hello"), (CUSTOMER, 20_000, "bye")])
    words = lines["words"]
    assert isinstance(words, list)
    words.insert(1, {"w": "4111111111111111", "s": squeezed[0], "e": squeezed[1], "c": 1})
    call = load_transcript(json.dumps(lines).encode(), duration_ms=30_000, channels=2)
    assert muted(redact_transcript(call), CUSTOMER) == [(2_300 - 150, 20_000 + 200)]


def test_keys_that_were_heard_are_muted_too() -> None:
    call = transcript((CUSTOMER, 0, CARD), duration_ms=20_000)
    redacted = redact_transcript(call, also=((Interval(9_000, 9_500),), (Interval(6_000, 7_000),)))
    assert muted(redacted, AGENT) == [(9_000, 9_500)]
    assert muted(redacted, CUSTOMER) == [(0, 7_000)]


def test_every_kind_of_word_is_shown_or_concealed_once() -> None:
    call = transcript((AGENT, 0, "hello there"), (CUSTOMER, 300, f"hi {CARD} and a@b.org ok"), (AGENT, 1_000, "mm"))
    redacted = redact_transcript(call)
    assert [word.start_ms for word in redacted.words] == sorted(word.start_ms for word in redacted.words)
    assert [word.type for word in redacted.words if word.type] == [SpanType.CARD, SpanType.EMAIL]
    assert said(redacted, AGENT) == "hello there mm"


def test_the_stored_form() -> None:
    call = transcript((CUSTOMER, 0, f"hi {CARD}"))
    redacted = redact_transcript(call)
    stored = json.loads(redacted.to_json())
    assert stored == {
        "version": 1,
        "language": "en",
        "words": [
            {"w": "hi", "s": 0.0, "e": 0.3, "c": 1},
            {"w": "[card]", "s": 0.35, "e": 5.9, "c": 1, "r": True, "t": "card"},
        ],
        "muted": [[], [[200, 6100]]],
    }
    assert load_transcript(redacted.to_json().encode(), duration_ms=120_000, channels=2).words[1].text == "[card]"
    assert "hi" not in f"{redacted}"


def test_a_call_of_four_hours_is_quick() -> None:
    lines = [(place % 2, place * 4_000, f"{CARD} please hold the line number {place}") for place in range(2_000)]
    call = transcript(*lines, duration_ms=4 * 3_600_000)
    redacted = redact_transcript(call)
    assert sum(word.type is SpanType.CARD for word in redacted.words) >= 2_000


def test_what_answers_a_question_is_concealed_and_muted() -> None:
    call = transcript(
        (AGENT, 0, "may i have your surname please"), (CUSTOMER, 3_000, "thistledown"), (AGENT, 5_000, "thank you"),
    )  # fmt: skip
    redacted = redact_transcript(call)
    assert (said(redacted, CUSTOMER), said(redacted, AGENT)) == ("[name]", "may i have your surname please thank you")
    assert len(muted(redacted, CUSTOMER)) == 1


def test_a_pin_in_pieces_is_concealed() -> None:
    call = transcript(
        (AGENT, 0, "your pin please"), (CUSTOMER, 3_000, "48"), (AGENT, 4_000, "mhm"), (CUSTOMER, 5_000, "21"),
    )  # fmt: skip
    assert said(redact_transcript(call), CUSTOMER) == "[pin] [pin]"
