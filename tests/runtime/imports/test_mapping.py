"""Which column is what: names in several languages, what somebody says, what is missing, and a masked preview."""

import pytest

from razdar.core.disclosure import MASK
from razdar.core.errors import BadInput
from razdar.customers.columns import REASONS, TARGET
from razdar.customers.fields import FIELDS, HANDLES
from razdar.interactions.columns import TARGET as CALLS
from razdar.runtime.imports import asking, mapping
from razdar.runtime.imports.mapping import Mapping
from razdar.runtime.imports.reading import Row
from razdar.runtime.imports.targets import Field, Target


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Customer number,Last Name,First name,E-mail", "reference_no,surname,given_name,email"),
        ("KUNDENNUMMER,Nachname,Vorname,Telefon 2", "reference_no,surname,given_name,phone"),
        ("شماره مشتری,نام خانوادگي,نام,تلفن۱", "reference_no,surname,given_name,phone"),
        ("ग्राहक संख्या,उपनाम,फ़ोन,जन्म तिथि", "reference_no,surname,phone,birth_date"),
        ("Numer klienta,Nazwisko,Imię,Płeć", "reference_no,surname,given_name,gender"),
        ("客戶編號,姓氏,電話,地址", "reference_no,surname,phone,postal_address"),
        ("line,reason,surname,phone,phone", ",,surname,phone,phone"),
        ("surname,last name,weather", "surname,,"),
    ],
)
def test_columns_are_recognised_by_their_names(header: str, fields: str) -> None:
    assert str(mapping.automatic(TARGET, header.split(","))) == fields


def test_what_somebody_says_wins() -> None:
    header = ["Code", "Weather", "surname"]
    first = mapping.automatic(TARGET, header)
    found = mapping.changed(TARGET, header, first, ["code=reference_no", "2=email", "surname="])
    assert str(found) == "reference_no,email,"


@pytest.mark.parametrize("wish", ["nothing", "unknown=surname", "4=surname", "0=surname", "surname=height", "=", "x="])
def test_a_wish_that_cannot_be_is_refused(wish: str) -> None:
    header = ["a", "b", "surname"]
    with pytest.raises(BadInput):
        mapping.changed(TARGET, header, mapping.automatic(TARGET, header), [wish])


def test_what_is_missing_or_too_much_is_said() -> None:
    target = Target("x", "things", (Field("file", "the file", "a"), Field("id", "its id", "1", required=True)))
    assert "No column holds the id" in mapping.missing(target, Mapping(("file",)))
    assert "Two columns" in mapping.missing(target, Mapping(("id", "id")))
    assert not mapping.missing(target, Mapping(("id", "file")))
    assert "One of these" in mapping.missing(TARGET, Mapping(("gender",)))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("file,started_at,external_id,direction,agent,duration,customer no", CALLS),
        ("file,started_at,external_id,direction,agent,duration", CALLS),
        ("file,started,customer no,call id", CALLS),
        ("customer no,surname,phone", TARGET),
        ("Kd-Nr,Nachname,Telefon", TARGET),
    ],
)
def test_a_table_is_what_most_of_its_columns_say(header: str, kind: Target) -> None:
    other = CALLS if kind is TARGET else TARGET
    assert mapping.fits(kind, header.split(",")) > mapping.fits(other, header.split(","))


def test_what_goes_nowhere_is_told() -> None:
    header = ["surname", "remark", "Ottoline Quillfeather 4471", "reason"]
    assert mapping.left_out(header, mapping.automatic(TARGET, header)) == ["remark", "column 3"]


def test_a_run_remembers_fields_and_no_names() -> None:
    chosen = mapping.automatic(TARGET, ["Nachname", "Quillfeather's column"])
    assert str(chosen) == "surname,"
    assert Mapping.parse(str(chosen), TARGET, 2) == chosen
    assert Mapping.parse(str(chosen), TARGET, 3) is None
    assert Mapping.parse("surname,height", TARGET, 2) is None


def test_the_preview_shows_codes_and_masks_everything_else() -> None:
    header = ["surname", "gender", "language", "+44 20 7946 0777", ""]
    rows = [Row(2, ("Quillfeather", "female", "en", "", "x")), Row(3, ("Tarn", "Tarn", "Tarn", "y", ""))]
    text = "\n".join(asking.preview(TARGET, header, mapping.automatic(TARGET, header), rows))
    assert not any(word in text for word in ("Quillfeather", "Tarn", "7946"))
    assert f"{MASK}  {MASK}" in text
    assert "female  " in text
    assert "en  " in text
    assert "column 4" in text
    assert "(empty)" in text


def test_every_class_that_customers_store_has_a_column_and_a_reason() -> None:
    assert {field.name for field in TARGET.fields} == {*map(str, (*FIELDS, *HANDLES)), "language"}
    assert set(REASONS) >= {str(c).replace("_", "-") for c in (*FIELDS, *HANDLES)}
    meant: dict[str, set[str]] = {}
    for field in TARGET.fields:
        for name in (field.name, *field.aliases):
            meant.setdefault(mapping.key(name), set()).add(field.name)
    assert [name for name, fields in meant.items() if len(fields) > 1 or not name] == []
