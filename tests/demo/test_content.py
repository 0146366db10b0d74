"""The demo's content: people in five scripts, calls whose transcripts fit their sound, strings for a leak scan."""

import io
import itertools
import json
import pydoc_data.topics
import unicodedata
from collections import Counter
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import phonenumbers
import pytest
import soundfile
from stdnum import luhn
from stdnum.pl import pesel

from razdar.core.disclosure import Role
from razdar.demo_content.calls import CALLS, DemoCall, SpokenWord, planted
from razdar.demo_content.people import CLIENTS, DemoCustomer, Gender, customers
from razdar.demo_content.screenplays import SCREENPLAYS, written
from razdar.demo_content.staff import staff

RATE = 8000
FRAME = 80  # 10 ms
TOLERANCE = 0.060
EDGE = 10 ** (-50 / 20)  # 8 dB above the noise of the line, 27 dB below speech
DIGITS = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}

PEOPLE = [customer for client in range(len(CLIENTS)) for customer in customers(client)]
by_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)


@cache
def sound(call: DemoCall) -> npt.NDArray[np.float64]:
    """Shape (samples, 2), -1..1."""
    samples: npt.NDArray[np.float64]
    samples, rate = soundfile.read(io.BytesIO(call.audio()), dtype="float64", always_2d=True)
    assert rate == RATE
    return samples


def decibels(samples: npt.NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(samples**2)))


def channel_words(call: DemoCall, channel: int) -> list[SpokenWord]:
    return [word for word in call.words() if word.channel == channel]


def speech_mask(call: DemoCall, channel: int, margin: float = 0.0) -> npt.NDArray[np.bool_]:
    mask = np.zeros(len(sound(call)), dtype=bool)
    for word in channel_words(call, channel):
        mask[max(0, round((word.start - margin) * RATE)) : round((word.end + margin) * RATE)] = True
    return mask


def utterances(call: DemoCall, channel: int) -> list[list[SpokenWord]]:
    """Words between pauses of at least 150 ms."""
    groups: list[list[SpokenWord]] = []
    for word in channel_words(call, channel):
        if groups and word.start - groups[-1][-1].end < 0.15:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def text_of(call: DemoCall, channel: int) -> str:
    return " ".join(word.text for word in channel_words(call, channel))


def spoken_digits(text: str) -> str:
    return "".join(DIGITS.get(token.strip(".,?!").lower(), " ") for token in text.split())


def scripts_of(text: str) -> set[str]:
    return {unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}


def card_of(call: DemoCall) -> str:
    return max(spoken_digits(text_of(call, 1)).split(), key=len)


# People


def test_there_are_two_hundred_people_of_two_clients_always_the_same() -> None:
    assert [len(customers(client)) for client in (0, 1)] == [100, 100]
    assert customers(0) == customers(0)
    with pytest.raises(ValueError, match="two demo clients"):
        customers(2)


def test_nobody_occurs_twice() -> None:
    for values in (
        [person.reference for person in PEOPLE],
        [(person.surname, person.given_name) for person in PEOPLE],
        [email for person in PEOPLE for email in person.emails],
        [person.national_id for person in PEOPLE if person.national_id],
        [chat for person in PEOPLE for chat in person.whatsapp],
    ):
        assert len(values) == len(set(values))


@pytest.mark.parametrize("script", ["LATIN", "ARABIC", "DEVANAGARI", "CJK", "CYRILLIC"])
@pytest.mark.parametrize("client", [0, 1])
def test_each_client_has_names_in_every_script(client: int, script: str) -> None:
    own = [person for person in customers(client) if scripts_of(person.surname + person.given_name) == {script}]
    assert len(own) >= 12


def test_polish_surnames_follow_gender() -> None:
    polish = [person for person in PEOPLE if person.language == "pl"]
    assert any(set(person.surname + person.given_name) & set("ąćęłńóśżź") for person in polish)
    for person in polish:
        assert not person.surname.endswith("ki" if person.gender is Gender.FEMALE else "ka")


def test_languages_and_genders_are_mixed() -> None:
    assert set(Counter(person.language for person in PEOPLE)) == {"en", "pl", "fa", "hi", "zh-Hant", "uk"}
    genders = Counter(person.gender for person in PEOPLE)
    assert genders[Gender.FEMALE] > 80
    assert genders[Gender.MALE] > 80
    assert genders[Gender.UNSPECIFIED]


@pytest.mark.parametrize("number", sorted({phone for person in PEOPLE for phone in person.phones}))
def test_phones_are_valid_and_kept_for_fiction(number: str) -> None:
    parsed = phonenumbers.parse(number)
    assert phonenumbers.is_valid_number(parsed)
    assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    assert is_fiction(parsed.country_code, str(parsed.national_number))


def is_fiction(country: int | None, national: str) -> bool:
    """The reserved ranges, written independently of the generator."""
    if country == 1:
        return len(national) == 10 and "5550100" <= national[3:] <= "5550199"
    if country == 44:
        return national.startswith("2079460") or (national[0] == "1" and national[3:7] == "4960")
    return {
        46: "701740605" <= national <= "701740699",
        49: national[:8] == "17139200" and len(national) == 10,
        61: national[0] in "2378" and national[1:5] == "5550",
    }[country or 0]


def test_some_have_no_phone_some_two_and_households_share_one() -> None:
    counts = Counter(len(person.phones) for person in PEOPLE)
    assert counts[0] >= 10
    assert counts[2] >= 20
    assert sum(bool(person.whatsapp) for person in PEOPLE) >= 40
    assert any(person.whatsapp and not person.phones for person in PEOPLE)
    shared = [number for number, n in Counter(p for person in PEOPLE for p in person.phones).items() if n == 2]
    assert len(shared) >= 20
    for number in shared:
        first, second = (person for person in PEOPLE if number in person.phones)
        assert first.address == second.address
        assert max(Counter(p for person in PEOPLE for p in person.phones).values()) == 2


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.reference)
def test_each_person_is_complete_and_unreachable(person: DemoCustomer) -> None:
    assert person.surname
    assert person.given_name
    assert date(1938, 1, 1) <= date.fromisoformat(person.birth_date) <= date(2006, 12, 31)
    assert all(email.split("@")[1] in {"example.org", "example.com", "example.net"} for email in person.emails)
    assert all(email.isascii() and email == email.lower() for email in person.emails)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(f"+{chat}")) for chat in person.whatsapp)
    assert person.address
    assert bool(person.national_id) == (person.language == "pl")


def test_national_ids_have_right_digits_and_belong_to_nobody() -> None:
    for person in PEOPLE:
        if person.national_id:
            assert pesel.is_valid(person.national_id)
            assert pesel.get_birth_date(person.national_id).year < 1860  # dead before the register began
            assert person.national_id[:2] == person.birth_date[2:4]
            assert pesel.get_gender(person.national_id) == ("F" if person.gender is Gender.FEMALE else "M")


# Staff


@pytest.mark.parametrize("client", [0, 1])
def test_every_role_of_a_person_is_filled(client: int) -> None:
    roles = Counter(member.role for member in staff(client))
    assert set(roles) == set(Role) - {Role.INTEGRATION}
    assert roles[Role.PRIVACY_OFFICER] == roles[Role.ADMINISTRATOR] == 2
    with pytest.raises(ValueError, match="two demo clients"):
        staff(2)


def test_staff_are_different_people() -> None:
    everybody = staff(0) + staff(1)
    assert len({member.username for member in everybody}) == len({member.display_name for member in everybody}) == 24


# Calls


@by_call
def test_a_call_belongs_to_a_customer_and_an_agent_of_the_same_client(call: DemoCall) -> None:
    assert call.customer_reference in {person.reference for person in customers(call.client_index)}
    assert call.agent_username in {m.username for m in staff(call.client_index) if m.role is Role.AGENT}
    assert call.started_ago.total_seconds() >= 0


def test_one_call_is_recorded_while_it_is_spoken() -> None:
    assert [call.name for call in CALLS if call.live] == ["cancellation-complaint"]


@by_call
def test_the_sound_is_a_small_two_channel_flac(call: DemoCall) -> None:
    info = soundfile.info(io.BytesIO(call.audio()))
    assert (info.format, info.subtype, info.channels, info.samplerate) == ("FLAC", "PCM_16", 2, RATE)
    assert 40 <= info.duration <= 75
    assert len(call.audio()) <= 600_000


@by_call
def test_the_transcript_is_the_screenplay_in_order_within_the_sound(call: DemoCall) -> None:
    data = json.loads(call.transcript())
    assert (data["version"], data["language"]) == (1, "en")
    starts = [word.start for word in call.words()]
    assert starts == sorted(starts)
    assert max(word.end for word in call.words()) < len(sound(call)) / RATE
    for channel in (0, 1):
        own = channel_words(call, channel)
        assert all(word.end - word.start >= 0.04 for word in own)
        assert all(first.end <= second.start + 0.001 for first, second in itertools.pairwise(own))
    play = next(play for play in SCREENPLAYS if play.name == call.name)
    texts = [text for turn in play.turns for text in (turn.text, *(aside for _, aside in turn.asides))]
    assert Counter(w.text for w in call.words()) == Counter(token for text in texts for token in written(text))


def edge_errors(call: DemoCall, channel: int, shift: float = 0.0) -> list[float]:
    """How far, in seconds, sound begins and ends from where the words say, at every pause; 0.12 where none is found."""
    samples = sound(call)[:, channel]
    loud = np.sqrt(np.convolve(samples**2, np.ones(FRAME) / FRAME, mode="same")) > EDGE
    errors: list[float] = []
    for group in utterances(call, channel):
        start, end = group[0].start + shift, group[-1].end + shift
        first, last = (max(0, round(t * RATE)) for t in (start - 0.07, end + 0.07))
        heard = (np.flatnonzero(loud[first:last]) + first) / RATE
        errors += [abs(heard[0] - start), abs(heard[-1] - end)] if len(heard) else [0.12]
    return errors


@by_call
@pytest.mark.parametrize("channel", [0, 1])
def test_word_times_meet_the_sound(call: DemoCall, channel: int) -> None:
    """At every pause the sound begins and ends within 60 ms of where the words say."""
    errors = edge_errors(call, channel)
    assert len(errors) >= 16
    assert max(errors) <= TOLERANCE


@by_call
@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("shift", [-0.08, 0.08])
def test_shifted_times_are_noticed(call: DemoCall, channel: int, shift: float) -> None:
    """Control: the same measure refuses words that are 80 ms early or late."""
    assert max(edge_errors(call, channel, shift)) > TOLERANCE


@by_call
@pytest.mark.parametrize("channel", [0, 1])
def test_every_word_sounds_and_silence_is_silent(call: DemoCall, channel: int) -> None:
    samples = sound(call)[:, channel]
    for word in channel_words(call, channel):
        assert decibels(samples[round(word.start * RATE) : round(word.end * RATE)]) > -40, word
    silence = samples[~speech_mask(call, channel, margin=TOLERANCE)]
    trimmed = silence[: len(silence) // FRAME * FRAME].reshape(-1, FRAME)
    assert np.sqrt(np.mean(trimmed**2, axis=1)).max() < EDGE * 1.2


@by_call
@pytest.mark.parametrize("channel", [0, 1])
def test_levels_are_those_of_a_telephone(call: DemoCall, channel: int) -> None:
    samples = sound(call)[:, channel]
    assert decibels(samples[speech_mask(call, channel)]) == pytest.approx(-23, abs=1)
    assert decibels(samples[~speech_mask(call, channel, margin=0.1)]) == pytest.approx(-58, abs=1)
    assert np.abs(samples).max() < 0.9
    assert 0.2 < speech_mask(call, channel).mean() < 0.6
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    assert power[(hertz < 200) | (hertz > 3600)].sum() < 0.001 * power.sum()


@by_call
def test_the_parties_overlap_a_little(call: DemoCall) -> None:
    both = (speech_mask(call, 0) & speech_mask(call, 1)).sum() / RATE
    assert 0.3 < both < 4


def test_the_card_is_a_test_number_and_its_end_is_read_back() -> None:
    call = next(call for call in CALLS if call.name == "payment-by-card")
    card = card_of(call)
    assert len(card) == 16
    assert luhn.is_valid(card)
    assert (
        f"ending {' '.join(word for d in card[-4:] for word, v in DIGITS.items() if v == d and word != 'oh')}"
        in text_of(call, 0)
    )


def test_numbers_said_are_numbers_on_record() -> None:
    people = {person.reference: person for person in PEOPLE}
    for call, field in zip(CALLS, ("phones", "phones", "national_id"), strict=True):
        said = spoken_digits(text_of(call, 1)).split()
        record = getattr(people[call.customer_reference], field)
        value = record if isinstance(record, str) else record[0]
        assert any(len(digits) >= 10 and value.endswith(digits.lstrip("0")) for digits in said), call.name


# Planted strings


def haystack() -> tuple[str, str]:
    """All content as text, and its numbers as digits (said ones included)."""
    lines = [" ".join([p.surname, p.given_name, p.address, *p.phones, *p.emails, p.national_id]) for p in PEOPLE]
    lines += [text_of(call, channel) for call in CALLS for channel in (0, 1)]
    numbers = [number for p in PEOPLE for number in (*p.phones, *p.whatsapp, p.national_id)]
    numbers += [digits for call in CALLS for digits in spoken_digits(text_of(call, 1)).split()]
    return "\n".join(lines), "\n".join(numbers)


@pytest.mark.parametrize("needle", planted())
def test_every_planted_string_occurs_in_the_content(needle: str) -> None:
    text, numbers = haystack()
    digits = "".join(letter for letter in needle if letter.isdigit()).lstrip("0")
    assert needle in text or (digits and digits in numbers)


@pytest.mark.parametrize("needle", planted())
def test_no_planted_string_occurs_by_chance(needle: str) -> None:
    """Python's own manual stands for common English; short strings must be of another script than it."""
    english = "\n".join(pydoc_data.topics.topics.values()).lower()
    assert needle.lower() not in english
    assert len(needle) >= 8 or not needle.isascii()


def test_there_are_forty_planted_strings() -> None:
    assert len(planted()) == len(set(planted())) == 40
