"""PESEL and the Iranian national code. The numbers are examples from public documentation or made here."""

import pytest

from razdar.core.redaction import SpanType, Why, find
from razdar.core.redaction.detectors.countries.ir import is_national_code as is_valid
from tests.core.redaction.cases import DEVANAGARI, PERSIAN, found

ID = SpanType.NATIONAL_ID


@pytest.mark.parametrize(
    "number",
    [
        "44051401458",
        "02070803628",
        "44051 401458",
        "440514-01458",
        "4 4 0 5 1 4 0 1 4 5 8",
        "44051401458".translate(DEVANAGARI),
    ],
)
def test_valid_pesels(number: str) -> None:
    assert found(f"numer {number} prosze", ID) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "numer 44051401459",  # check digit
        "numer 44951401450",  # check digit fits, no such month
        "numer 4405140145",  # ten digits
        "numer 440514014580",  # twelve
        "A44051401458",
        "44051401458B",
        "+44051401458",
    ],
)
def test_no_pesels(text: str) -> None:
    assert found(text, ID, lang="en") == []


def test_the_word_outweighs_a_misheard_digit() -> None:
    (span,) = find("my PESEL is 44051401459")
    assert (span.type, Why.NO_CHECKSUM in span.why) == (ID, True)


def test_spoken_pesel_across_a_pause() -> None:
    said = "five one nine one two three, zero seven six four eight"
    assert found(f"My PESEL is {said}.", ID) == [said]


def test_several_in_a_row() -> None:
    assert found("44051401458 02070803628", ID) == ["44051401458", "02070803628"]


@pytest.mark.parametrize("code", ["0076229645", "2540201288", "4400276201", "0684159414", "68415941"])
def test_valid_national_codes(code: str) -> None:
    assert is_valid(code)
    for number in (code, code.translate(PERSIAN)):
        assert found(f"کد ملی من {number} است", ID) == [number]
        assert found(f"my national code is {number}.", ID) == [number]


@pytest.mark.parametrize("code", ["0684159415", "7751234503", "9999999999", "0000000000", "1234567", "06841594156"])
def test_invalid_national_codes(code: str) -> None:
    assert not is_valid(code)


@pytest.mark.parametrize("text", ["room 0076229645 hall", "order 2540201288", "A2540201288", "+2540201288"])
def test_the_check_alone_is_no_proof(text: str) -> None:
    assert found(text, ID, lang="en") == []


def test_persian_digits_or_a_persian_text_are_company() -> None:
    native = "2540201288".translate(PERSIAN)
    assert found(f"({native})", ID) == [native]
    assert found("2540201288", ID, lang="fa-IR") == ["2540201288"]


def test_spoken_national_code() -> None:
    said = "two five four oh two oh one two double eight"
    assert found(f"my national code is {said}", ID) == [said]


@pytest.mark.parametrize("cue", ["dowodem osobistym", "dowodzie osobistym"])
def test_a_polish_identity_card_is_named_in_every_case(cue: str) -> None:
    text = f"legitymuje się {cue} TBP170340; telefonu nie podaje"
    assert [(text[span.start : span.end], span.type) for span in find(text, lang="pl")] == [
        ("TBP170340", SpanType.NATIONAL_ID)
    ]


@pytest.mark.parametrize("written", ["TBP17 0340", "TBP, 170340", "T BP170340", "TBP\n170340", "TBP 170-340"])
def test_a_polish_identity_card_in_pieces_behind_its_name(written: str) -> None:
    assert found(f"dowód osobisty: {written}, dziękuję", ID, lang="pl") == [written]
    assert found(f"pociąg {written}, dziękuję", ID, lang="pl") in ([], ["TBP 170-340"])


def test_a_blank_that_was_lost_hides_no_number_with_a_strong_check() -> None:
    assert found("dane pacjenta44051401359 w karcie", ID, lang="pl") == ["44051401359"]
    assert found("dane ABC44051401359 w karcie", ID, lang="pl") == []
    assert found("dane pacjenta44051401359x w karcie", ID, lang="pl") == []


@pytest.mark.parametrize(
    "text", ["nr dowoduABA300000, wyslany", "dowodem osobistymABA300000", "nr dowodu: ABA - 300000."]
)
def test_an_id_card_that_runs_into_its_word_or_has_a_dash(text: str) -> None:
    (span,) = find(text, lang="pl")
    assert span.type is SpanType.NATIONAL_ID
    assert text[span.start : span.start + 3] == "ABA"


def test_a_word_that_is_no_cue_keeps_its_letters() -> None:
    assert find("modelowyABA300000", lang="pl") == []


@pytest.mark.parametrize(
    ("text", "lang", "digits"),
    [
        ("meu cpf é 123 456 789 0", "pt", "123 456 789 0"),
        ("mój pesel to 8704071029", "pl", "8704071029"),
        ("کد ملیم دو سه صفر هشت هفتاد و پنج پنجاه هشت سه", "fa", "دو سه صفر هشت هفتاد و پنج پنجاه هشت سه"),
        ("my aadhaar number is 2345 6789 01", "en-IN", "2345 6789 01"),
    ],
)
def test_a_digit_too_few_or_too_many_behind_its_name(text: str, lang: str, digits: str) -> None:
    assert found(text, ID, lang=lang) == [digits]


def test_one_without_a_check_digit_is_concealed_as_a_number() -> None:
    assert found("my ssn is 123 45 678 ok", SpanType.NUMBER) == ["123 45 678"]


@pytest.mark.parametrize(
    "text",
    [
        "is my ssn wrong? the total was $1,234,567",
        "my ssn card came on 12/05/2024",
        "the 45678901 is my ssn office's extension",
    ],
)
def test_what_else_stands_behind_the_name_is_no_identifier(text: str) -> None:
    assert found(text, ID) == []
