"""Identifiers of countries. The numbers are published examples or made here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import SpanType, find
from razdar.core.redaction.detectors.countries import (
    au,
    br,
    ca,
    cn,
    de,
    es,
    fr,
    gb,
    in_,
    ir,
    it,
    nl,
    pl,
    pt,
    se,
    sg,
    tr,
    tw,
    us,
    za,
)
from razdar.core.redaction.identifiers import IDENTIFIERS, LONGEST, MARKS, Check, holds
from tests.core.redaction.cases import found

KNOWN: list[tuple[Check, str]] = [
    (us.is_ssn, "536904399"),
    (us.is_itin, "911701234"),
    (us.is_routing_number, "121042882"),
    (us.is_npi, "1234567893"),
    (gb.is_nhs, "9434765919"),
    (gb.is_utr, "1955839661"),
    (gb.is_vat, "980780684"),
    (ca.is_sin, "130692544"),
    (pl.is_pesel, "44051401458"),
    (pl.is_nip, "8567346215"),
    (pl.is_regon, "192598184"),
    (pl.is_regon, "12345678512347"),
    (pl.is_id_card, "aba300000"),
    (ir.is_national_code, "0076229645"),
    (ir.is_legal_id, "10380284790"),
    (in_.is_aadhaar, "234123412346"),
    (in_.is_gstin, "27aapfu0939f1zv"),
    (br.is_cpf, "11111111200"),
    (br.is_cnpj, "01838723000127"),
    (br.is_cnpj, "12abc34501de35"),
    (br.is_pis, "12083210826"),
    (br.is_cnh, "09770304734"),
    (br.is_voter_title, "690847092828"),
    (cn.is_resident_id, "11010519491231002x"),
    (cn.is_credit_code, "91110000600037341l"),
    (tw.is_person, "a123456789"),
    (tw.is_person, "a800000014"),
    (tw.is_company, "00501503"),
    (pt.is_nif, "501964843"),
    (pt.is_citizen_card, "000000000zz4"),
    (de.is_tax_id, "36574261809"),
    (fr.is_nir, "295109912611193"),
    (fr.is_siren, "552008443"),
    (es.is_dni, "54362315k"),
    (es.is_dni, "x2482300w"),
    (es.is_cif, "a13585625"),
    (it.is_fiscal_code, "rccmnl83s18d969h"),
    (it.is_vat, "00743110157"),
    (nl.is_bsn, "111222333"),
    (se.is_long, "198112189876"),
    (au.is_tfn, "123456782"),
    (au.is_abn, "83914571673"),
    (au.is_acn, "004085616"),
    (sg.is_nric, "s1234567d"),
    (tr.is_citizen, "10000000146"),
    (za.is_identity_number, "8001015009087"),
]
SAFE: list[tuple[Check, str]] = [
    pair
    for pair in KNOWN
    if pair[0] in (ca.is_sin, in_.is_aadhaar, cn.is_resident_id, gb.is_nhs, tr.is_citizen, nl.is_bsn, fr.is_siren)
]
"""Checks that find every single wrong digit."""


@pytest.mark.parametrize(("check", "compact"), KNOWN)
def test_known_values(check: Check, compact: str) -> None:
    assert holds(check, compact)


@given(st.sampled_from(SAFE), st.data())
def test_one_changed_digit_is_not_valid(pair: tuple[Check, str], data: st.DataObject) -> None:
    check, compact = pair
    place = data.draw(st.integers(0, len(compact) - 2))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != compact[place]]))
    assert not holds(check, compact[:place] + digit + compact[place + 1 :])


@given(st.text(alphabet="0123456789abcxyz", max_size=20))
def test_no_check_raises(compact: str) -> None:
    for entry in (*IDENTIFIERS.values(), *MARKS.values()):
        if compact:
            holds(entry.check, compact)


@pytest.mark.parametrize(
    ("text", "kind", "value", "lang"),
    [
        ("my SIN is 130-692-544", SpanType.NATIONAL_ID, "130-692-544", "en"),
        ("SSN 987-65-4321 recorded", SpanType.NATIONAL_ID, "987-65-4321", "en"),
        ("her number, 536-90-4399, is new", SpanType.NATIONAL_ID, "536-90-4399", "en"),
        ("PR 12 36 12 C is my NI number", SpanType.NATIONAL_ID, "PR 12 36 12 C", "en"),
        ("meu CPF é 111.111.112-00", SpanType.NATIONAL_ID, "111.111.112-00", "pt"),
        ("CNPJ 12.ABC.345/01DE-35", SpanType.TAX_ID, "12.ABC.345/01DE-35", "pt"),
        ("NIP firmy to 856-734-62-15", SpanType.TAX_ID, "856-734-62-15", "pl"),
        ("我的身分證是 A123456789", SpanType.NATIONAL_ID, "A123456789", "zh"),
        ("my PAN is ABCPD1234Z", SpanType.TAX_ID, "ABCPD1234Z", "en"),
        ("order number DKC-4821773 please", SpanType.REFERENCE, "DKC-4821773", "en"),
        ("my account ending in 4821", SpanType.ACCOUNT, "4821", "en"),
        ("my driver's license number is F162823540116", SpanType.DRIVER_LICENSE, "F162823540116", "en"),
        ("postcode EC2A 1NT please", SpanType.ZIP, "EC2A 1NT", "en"),
        ("my id card is A one two three four five six seven eight nine", SpanType.NATIONAL_ID,
         "A one two three four five six seven eight nine", "en"),
    ],
)  # fmt: skip
def test_in_a_sentence(text: str, kind: SpanType, value: str, lang: str) -> None:
    assert found(text, kind, lang=lang) == [value]


@pytest.mark.parametrize(
    "text", ["Invalid SSN 000-00-0000", "token 123 45 6789 appears", "wake me at 5 30 am", "room 130692544"]
)
def test_nothing_of_a_person(text: str) -> None:
    assert found(text, SpanType.NATIONAL_ID, lang="en") == []


@given(st.text(alphabet="ab 0123456789-./@#", max_size=60))
def test_random_strings_never_raise(text: str) -> None:
    find("id card " + text, lang="en")


@pytest.mark.parametrize(
    ("lang", "text", "kind", "value"),
    [
        ("pl", "NIP5260250274", SpanType.TAX_ID, "5260250274"),
        ("pt", "CPF52998224725", SpanType.NATIONAL_ID, "52998224725"),
        ("en", "ssn078-05-1120", SpanType.NATIONAL_ID, "078-05-1120"),
        ("en", "classn078-05-1120", SpanType.NATIONAL_ID, None),
        ("pt", "pix 123e4567-e89b-12d3-a456-426614174000", SpanType.ACCOUNT, "123e4567-e89b-12d3-a456-426614174000"),
        ("en", "ssn078-05-1120a", SpanType.NATIONAL_ID, None),
    ],
)
def test_what_a_cue_names(lang: str, text: str, kind: SpanType, value: str | None) -> None:
    assert found(text, kind, lang=lang) == ([value] if value else [])


def test_the_last_place_of_a_gstin_is_checked() -> None:
    right, wrong = find("27AAPFU0939F1ZV"), find("27AAPFU0939F1ZX")
    assert [span.type for span in (*right, *wrong)] == [SpanType.TAX_ID] * 2
    assert right[0].score > 0.9 > wrong[0].score


def test_no_identifier_is_longer_than_the_search_looks() -> None:
    """Windows of more digits are not tried."""
    assert max(length for entry in IDENTIFIERS.values() for length in entry.lengths) <= LONGEST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VIN WVWZZZAUZGW204717, plate 8KRT402", ["WVWZZZAUZGW204717", "8KRT402"]),
        ("build WVWZZZAUZGW204717 failed", []),
        ("auto KR 5H821 w naprawie", ["KR 5H821"]),
    ],
)
def test_vehicles(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in find(text) if one.type is SpanType.VEHICLE] == found


def test_a_word_before_a_price_is_no_region() -> None:
    assert [holds(MARKS["pl.plate"].check, each) for each in ("kr5h821", "wa12345", "za45000", "po1234")] == [
        True,
        True,
        False,
        False,
    ]
