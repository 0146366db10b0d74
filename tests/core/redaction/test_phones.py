"""Telephone numbers: formats, countries, spoken ones, and look-alikes. Numbers are from ranges kept for fiction."""

import pytest

from razdar.core.redaction import SpanType
from tests.core.redaction.cases import PERSIAN, found

PHONE = SpanType.PHONE


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("call +44 20 7946 0958 now", "en", "+44 20 7946 0958"),
        ("call +1 (212) 555-0123 now", "en", "+1 (212) 555-0123"),
        ("call 0044 20 7946 0958 now", None, "0044 20 7946 0958"),
        ("call (212) 555-0123 now", "en", "(212) 555-0123"),
        ("you reach me at 212.555.0123", "en", "212.555.0123"),
        ("phone 2125550123", "en", "2125550123"),
        ("020 7946 0958", "en", "020 7946 0958"),
        ("tel. 601 234 567", "pl", "601 234 567"),
        ("tel. +48601234567", "pl", "+48601234567"),
        ("telefon 601, 234, 567", "pl", "601, 234, 567"),
        ("tele-\nfonem 601234567", "pl", "601234567"),
        ("電話(02)2748-0913 分機 26", "zh-Hant", "(02)2748-0913 分機 26"),
        ("zadzwoń: 601-234-567", "pl", "601-234-567"),
        ("تلفن 09123456789", "fa", "09123456789"),
        ("تلفن " + "09123456789".translate(PERSIAN), "fa", "09123456789".translate(PERSIAN)),
        ("mobile 98765 43210", "hi", "98765 43210"),
        ("手機 0912-345-678", "zh-Hant", "0912-345-678"),
        ("telefone (11) 98456-5666", "pt", "(11) 98456-5666"),
        ("ring 212-555-0123 x42 please", "en", "212-555-0123 x42"),
        ("call 212\u2011555\u20110123", "en", "212\u2011555\u20110123"),
        ("手機 0912 - 345 - 678", "zh-Hant", "0912 - 345 - 678"),
        ("98765 43210", "hi", "98765 43210"),
        ("98765-43210 hai", "hi", "98765-43210"),
        ("601 234567", "pl", "601 234567"),
        ("+44(0)7700 900123", None, "+44(0)7700 900123"),
        ("(212)5550187x44", "en", "(212)5550187x44"),
        ("tel601234567", "pl", "601234567"),
        ("phone: 06.12.20.34.56", "en", "06.12.20.34.56"),
        ("my phone number is 02-12-20-34-56", "en", "02-12-20-34-56"),
        ("tel. 22.11.20.345", "pl", "22.11.20.345"),
        ("call +4\u200b8601234567", "en", "+4\u200b8601234567"),
    ],
)
def test_written_numbers(text: str, lang: str | None, number: str) -> None:
    assert found(text, PHONE, lang=lang) == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "my number is zero two zero, seven nine four six, zero four one seven.",
            "zero two zero, seven nine four six, zero four one seven",
        ),
        ("three one two, five five five, oh one four eight", "three one two, five five five, oh one four eight"),
        ("it's plus four eight six oh one two three four five six seven", None),
        ("call double oh four four twenty seven nine four six oh nine five eight", None),
        ("eight hundred five five five one two three four", "eight hundred five five five one two three four"),
        ("212 five five five 0123", "212 five five five 0123"),
    ],
)
def test_spoken_numbers(text: str, number: str | None) -> None:
    spans = found(text, PHONE, lang="en")
    assert len(spans) == 1
    if number is not None:
        assert spans == [number]
    else:
        assert spans[0] == text.partition(" ")[2]


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-05-06 at 11",
        "on 06/05/2024",
        "call me on 06/05/2024",
        "12345 67890 units and 123 456789",
        "model tele601234567",
        "host 192.168.100.200 is down",
        "order number 2125550123",
        "it costs $2125550123",
        "SSN 123-45-6789",
        "apt. 675 62314 Street",
        "part number: 555-123-4567-A",
        "pi is 3.14159265",
        "wake me up at five am",
        "1234",
        "id a1b2c3d4-1234-5678-9abc-def012345678",
    ],
)
def test_look_alikes_are_not_telephone_numbers(text: str) -> None:
    assert found(text, PHONE, lang="en") == []


def test_a_list_is_as_many_numbers() -> None:
    text = "call 2125550123\n2125550124, 2125550125"
    assert found(text, PHONE, lang="en") == ["2125550123", "2125550124", "2125550125"]


@pytest.mark.parametrize(
    ("text", "lang", "numbers"),
    [
        ("ring me on 07700 900123 or 900456", "en", ["07700 900123", "900456"]),
        ("telefon 601 234 567 lub 234 568", "pl", ["601 234 567", "234 568"]),
        ("ring me on 07700 900123 or 2 hours later", "en", ["07700 900123"]),
    ],
)
def test_of_a_second_number_only_the_end_is_said(text: str, lang: str, numbers: list[str]) -> None:
    assert found(text, PHONE, lang=lang) == numbers


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("anna kowalska\n2125550147\nthank you", "en", "2125550147"),
        ("its number is 0512-23456789", "hi", "0512-23456789"),
        ("My number is 09-5550147", "en", "09-5550147"),
        ("the number is 13812345678", "en", "13812345678"),
        ("Their number is 408-555-0147. Your appointment is on the 5th", "en", "408-555-0147"),
    ],
)
def test_numbers_without_a_word_for_telephone(text: str, lang: str, number: str) -> None:
    assert found(text, PHONE, lang=lang) == [number]


def test_a_number_runs_into_an_inflected_word() -> None:
    assert found("kontakt telefonem601234567.", SpanType.PHONE, lang="pl") == ["601234567"]
    assert found("kod numerkowiec601234567.", SpanType.PHONE, lang="pl") == []


@pytest.mark.parametrize(
    "text", ["telefon: 601 234 567, nowy PESEL 97082199012", "nowy PESEL 97082199012, telefon 601 234 567"]
)
def test_what_its_own_name_stands_beside_is_no_telephone_number(text: str) -> None:
    assert found(text, SpanType.PHONE, lang="pl") == ["601 234 567"]
    assert found(text, SpanType.NATIONAL_ID, lang="pl") == ["97082199012"]


@pytest.mark.parametrize("lang", ["en-DK", "en-NO"])
def test_the_country_of_the_tag_counts_too(lang: str) -> None:
    text = "the office is on 32 12 34 56 today"
    assert found(text, PHONE, lang=lang) == ["32 12 34 56"]
    assert found(text, PHONE, lang="en") == [], "only there numbers are grouped like this"
    assert found(text.replace("32", "10"), PHONE, lang=lang) == [], "no such number there"
    assert found(text.replace("34 56", "3456"), PHONE, lang=lang) == [], "grouped otherwise"
