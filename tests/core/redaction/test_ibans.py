"""IBANs: countries, check digits, scripts, spoken ones; bare Polish and Iranian account numbers."""

import pytest

from razdar.core.redaction import SpanType
from razdar.core.redaction.detectors.iban import LENGTHS, passes_mod_97
from tests.core.redaction.cases import PERSIAN, found

IBAN, ACCOUNT = SpanType.IBAN, SpanType.ACCOUNT
EXAMPLES = [
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "PL61109010140000071219812874",
    "IR062960000000100324200001",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
]


def grouped(iban: str, separator: str = " ") -> str:
    return separator.join(iban[at : at + 4] for at in range(0, len(iban), 4))


@pytest.mark.parametrize("iban", EXAMPLES)
def test_valid_ones_in_any_grouping_and_case(iban: str) -> None:
    for text in (
        iban,
        iban.lower(),
        grouped(iban),
        grouped(iban, "-"),
        grouped(iban, "\u00a0"),
        grouped(iban, "\u200b"),
    ):
        assert found(f"to {text}, please", IBAN) == [text]


def test_the_word_may_touch_it_and_its_signs_may_be_spelled() -> None:
    assert found("IBANDE89370400440532013000", IBAN) == ["DE89370400440532013000"]
    spelled = " ".join("GB82WEST12345698765432")
    assert found(f"it is {spelled}, yes", IBAN) == [spelled]


@pytest.mark.parametrize("iban", EXAMPLES)
def test_wrong_check_digits_need_the_word(iban: str) -> None:
    wrong = iban[:3] + str((int(iban[3]) + 1) % 10) + iban[4:]
    assert found(f"code {wrong} here", IBAN) == []
    assert found(f"my iban is {wrong}", IBAN) == [wrong]


@pytest.mark.parametrize("text", ["XX89370400440532013000", "DE8937040044053201300", "DE89", "ab12 cd34", "IR06"])
def test_wrong_shapes(text: str) -> None:
    assert found(f"value {text} here", IBAN) == []


def test_native_digits() -> None:
    text = "IR" + "062960000000100324200001".translate(PERSIAN)
    assert found(f"شبا {text} است", IBAN) == [text]


def test_bare_polish_and_iranian_accounts() -> None:
    digits = "61 1090 1014 0000 0712 1981 2874"
    assert found(f"konto {digits}", ACCOUNT) == [digits]
    assert found(f"konto {digits}", IBAN) == []
    assert found(f"mój IBAN to {digits}", IBAN) == [digits]
    assert found("شبا 062960000000100324200001", IBAN) == ["062960000000100324200001"]


def test_spoken() -> None:
    digits = (
        "six one one zero nine zero one zero one four zero zero zero zero zero seven one two one nine eight one two"
    )
    text = f"p l {digits} eight seven four"
    assert found(f"it is {text} thanks", IBAN) == [text]


def test_lengths_are_those_of_the_registry() -> None:
    assert (LENGTHS["ir"], LENGTHS["pl"], LENGTHS["no"], LENGTHS["mt"]) == (26, 28, 15, 31)
    assert all(15 <= length <= 34 for length in LENGTHS.values())
    assert passes_mod_97("gb82west12345698765432")
