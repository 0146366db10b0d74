"""Reading tables: whatever was written is read, whatever cannot be is set aside or refused, in bounded memory."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from razdar.core.errors import BadInput
from razdar.runtime.imports import dialect
from razdar.runtime.imports.dialect import ENCODINGS, SEPARATORS
from razdar.runtime.imports.reading import COLUMNS, QUOTES, TOO_LONG, Row, Table

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('",;\t|\r\n \u200c'), max_size=30)
CELLS = TEXT.map(lambda text: text.replace("\0", ""))
PIECES = st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", '""', "b,c"]))
SAVED = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16"}


def read(data: bytes, **said: str) -> tuple[tuple[str, ...], list[Row]]:
    file = io.BytesIO(data)
    table = Table(file, dialect.probe(file, **said).dialect)
    return table.header, list(table)


def values(rows: list[Row]) -> list[tuple[str, ...]]:
    return [row.values for row in rows]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    header = [f"h{number}" for number in range(width)]
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width).filter(any), max_size=8))
    return [header, *rows]


@given(tables(), st.sampled_from(sorted(SEPARATORS)), st.sampled_from(sorted(SAVED)), st.sampled_from(["\r\n", "\n"]))
def test_what_was_written_is_read(rows: list[list[str]], separator: str, encoding: str, end: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    header, found = read(out.getvalue().encode(encoding), separator=separator)
    assert list(header) == rows[0]
    assert [list(row.values) for row in found] == rows[1:]
    assert [row.line for row in found] == sorted({row.line for row in found})
    assert not any(row.fault for row in found)


@given(tables(), st.sampled_from(sorted(SEPARATORS)))
def test_the_separator_is_found(rows: list[list[str]], separator: str) -> None:
    assume(not any(other in cell for row in rows for cell in row for other in SEPARATORS))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    header, found = read(out.getvalue().encode())
    assert [list(header), *map(list, values(found))] == rows


@settings(max_examples=300)
@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", '""', "b,c"])).map("".join).map(str.encode)
)
def test_nothing_that_is_handed_in_does_more_than_be_refused(data: bytes) -> None:
    try:
        header, rows = read(b"one,two\n" + data)
    except BadInput:
        return
    assert header == ("one", "two")
    for row in rows:
        assert row.fault in {"", QUOTES, COLUMNS, TOO_LONG}
        assert row.fault or len(row.values) == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=30), st.data())
def test_one_open_quote_costs_one_line(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows)))
    lines = [f"{one},{two}" for one, two in rows]
    lines.insert(place, 'a,"open')
    _, found = read("\n".join(["one,two", *lines]).encode())
    assert [row.line for row in found] == list(range(2, len(rows) + 3))
    assert [row.line - 2 for row in found if row.fault] == [place]
    assert values([row for row in found if not row.fault]) == rows


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "first line"),
        (b"\n\n", "first line"),
        (b"a,b\n1,\xff\n", "Line 2 is not UTF-8"),
        (b"a,b\n1,2\n3,\0\n", "Line 3"),
        (b"PK\x03\x04rest", "spreadsheet"),
        ("a,b\n".encode("utf-16-le"), "signs"),
        (b"\xff\xfea\0,\0b", "Line 1|first line|UTF-16"),
        (b"h," * 600, "at most 500"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(data + b"\xd8" if data.startswith(b"\xff\xfe") else data)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_was_said_is_used(encoding: str) -> None:
    _, rows = read("a,b\nx,y\n".encode(encoding), encoding=encoding)
    assert values(rows) == [("x", "y")]


def test_an_encoding_that_does_not_hold_or_is_not_known_is_refused() -> None:
    with pytest.raises(BadInput, match="Line 3 is not written in cp1252"):
        read(b"a,b\n1,2\n3,\x81\n", encoding="cp1252")
    with pytest.raises(BadInput, match="not known"):
        read(b"a,b\n", encoding="rot13")


def test_names_in_an_older_encoding_are_read_right() -> None:
    _, rows = read("a;b\nMüller;Łódź\n".encode("cp1250"), encoding="cp1250")
    assert values(rows) == [("Müller", "Łódź")]


def test_what_a_spreadsheet_says_of_the_separator_is_believed() -> None:
    header, rows = read(b"sep=;\r\na,b;c\r\n1;2\r\n")
    assert header == ("a,b", "c")
    assert [row.line for row in rows] == [3]


@pytest.mark.parametrize("field", [b"x" * 100_000_000, b'"' + b"x\n" * 600_000 + b'"'], ids=["one line", "many lines"])
def test_a_field_of_a_hundred_megabytes_is_never_held(field: bytes) -> None:
    data = b"a,b\n1,2\n" + field + b",3\n4,5\n"
    file = io.BytesIO(data)
    table = Table(file, dialect.probe(file).dialect)
    tracemalloc.start()
    good = [row.values for row in table if not row.fault]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert good == [("1", "2"), ("4", "5")]
    assert peak < 16_000_000


def test_two_hundred_thousand_rows_take_no_more_memory_than_a_thousand(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write("reference,surname,phone\n")
        file.writelines(f'QX-{n},"Quill, {n}",+44207946{n % 10000:04}\n' for n in range(200_000))
    peaks = []
    for most in (1_000, 200_000):
        with path.open("rb") as opened:
            table = Table(opened, dialect.probe(opened).dialect)
            tracemalloc.start()
            count = sum(1 for _, row in zip(range(most), table, strict=False) if not row.fault)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            table.release()
        assert count == most
    assert peaks[1] < peaks[0] + 200_000, peaks


def test_the_file_stays_open_and_can_be_read_again() -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    shape = dialect.probe(file).dialect
    for _ in range(2):
        table = Table(file, shape)
        assert values(list(table)) == [("1", "2")]
        table.release()
