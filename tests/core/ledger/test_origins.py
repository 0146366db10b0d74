"""A log has one name; the product and the verifier that stands alone read it alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput
from razdar.core.ledger import origins
from razdar.core.ledger.alone.formats import ORIGIN, Key
from tests.core.ledger import logs
from tests.core.ledger.spellings import BAD, GOOD, INSTALLATION, LOG

ALIKE = "0123456789abcdefABCDEF-/ +_\u200b\u0661\u06f1\uff11\u00b2\u202e"


def alone(text: str) -> bool:
    return ORIGIN.fullmatch(text) is not None


@pytest.mark.parametrize("text", GOOD)
def test_the_one_name_is_read(text: str) -> None:
    found = origins.parse(text)
    assert (found.installation, found.log, str(found)) == (INSTALLATION, LOG, text)
    assert alone(text)
    assert origins.may_sign(found.key_name, text)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_no_other_spelling_is(text: str) -> None:
    with pytest.raises(BadInput):
        origins.parse(text)
    assert not alone(text)
    assert not origins.may_sign(f"razdar/{INSTALLATION}", text)
    key = Key(logs.LOG_KEY.format(), 1)
    assert not key.of(text)


@given(
    st.builds("{}/{}".format, st.just(GOOD[0].rpartition("/")[0]), st.text(ALIKE, max_size=6))
    | st.builds(lambda at, new: GOOD[0][:at] + new + GOOD[0][at + 1 :], st.integers(0, 90), st.text(ALIKE, max_size=2))
    | st.text(max_size=120)
)
def test_whatever_is_read_is_written_the_same_again(text: str) -> None:
    try:
        assert str(origins.parse(text)) == text
    except BadInput:
        assert not alone(text)
    else:
        assert alone(text)


def test_a_key_signs_the_logs_of_its_installation_and_no_others() -> None:
    mine = f"razdar/{INSTALLATION}"
    for name in ("razdar", f"{mine}/{LOG}", GOOD[0], "", mine.upper(), f"razdar/{LOG}", f"{mine}/"):
        assert not origins.may_sign(name, GOOD[0])
        assert not origins.is_key_name(name) or name == f"razdar/{LOG}"
    assert origins.is_key_name(mine)


@pytest.mark.parametrize("text", [str(LOG).upper(), LOG.hex, f"{{{LOG}}}", f"urn:uuid:{LOG}", f"{LOG} ", ""])
def test_an_id_has_one_spelling_too(text: str) -> None:
    assert origins.parse_uuid(str(LOG)) == LOG
    with pytest.raises(BadInput):
        origins.parse_uuid(text)


def test_two_names_in_order_are_two_generations_in_order() -> None:
    ordered = sorted(map(origins.parse, GOOD))
    assert [found.generation for found in ordered] == [1, 2, 10, 99, 999_999_999]
    assert {found.lineage for found in ordered} == {f"razdar/{INSTALLATION}/{LOG}"}
