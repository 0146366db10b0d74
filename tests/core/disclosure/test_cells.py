"""What a cell may say, and whether a change opens: rules that hold for one cell, a draft and an exception alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core import cells
from razdar.core.cells import Problem
from razdar.core.disclosure import (
    MASK,
    NOTHING,
    Cell,
    DataClass,
    Held,
    Level,
    Matrix,
    Purpose,
    Role,
    cells_from_json,
    cells_to_json,
    shipped,
    wider,
)
from razdar.core.disclosure.showing import may_be_revealed, rendition_opens, text_at
from razdar.core.errors import BadInput

SERVICE = frozenset({Purpose.SERVICE})
some_cells = st.builds(Cell, st.sampled_from(Level), st.frozensets(st.sampled_from(Purpose)), st.booleans())
keys = st.tuples(st.sampled_from(Role), st.sampled_from(DataClass))


def test_what_is_shipped_keeps_every_rule() -> None:
    wrong = [(key, list(cells.problems(*key, cell))) for key, cell in shipped().cells.items()]
    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize(
    ("role", "data_class", "cell", "problem"),
    [
        (Role.AGENT, DataClass.PHONE, Cell(Level.CLEAR), Problem.NO_PURPOSE),
        (Role.AGENT, DataClass.PHONE, Cell(Level.CLEAR, frozenset({Purpose.PROCESSING})), Problem.WRONG_PURPOSE),
        (Role.AGENT, DataClass.PHONE, Cell(Level.ON_REQUEST, SERVICE), Problem.NO_REVEAL),
        (Role.SUPERVISOR, DataClass.RECORDING, Cell(Level.ON_REQUEST, SERVICE), Problem.NO_REVEAL),
        (Role.AGENT, DataClass.CALL_META, Cell(Level.MASKED, SERVICE), Problem.NO_MASK),
        (Role.AUDITOR, DataClass.PHONE, Cell(Level.MASKED, SERVICE), Problem.NO_ROLE),
        (Role.ADMINISTRATOR, DataClass.PHONE, Cell(Level.CLEAR, SERVICE), Problem.NO_ROLE),
        (Role.SUPERVISOR, DataClass.CVV, Cell(Level.MASKED, SERVICE), Problem.NO_CLASS),
        (Role.SUPERVISOR, DataClass.STAFF_HR, Cell(Level.MASKED, SERVICE), Problem.NO_CLASS),
    ],
)
def test_a_cell_that_breaks_a_rule_is_refused(role: Role, data_class: DataClass, cell: Cell, problem: Problem) -> None:
    assert problem in list(cells.problems(role, data_class, cell))
    with pytest.raises(BadInput):
        cells.check(role, data_class, cell)


def test_a_cell_that_shows_nothing_may_always_be() -> None:
    for role in Role:
        cells.check(role, DataClass.PHONE, NOTHING)


@given(some_cells, some_cells)
def test_a_change_that_opens_nothing_cannot_show_more(before: Cell, after: Cell) -> None:
    if not wider(before, after):
        assert after.level <= before.level
        assert not after.level or after.purposes <= before.purposes
        assert not after.level or after.second_person >= before.second_person
    assert not wider(before, before)


@given(st.dictionaries(keys, some_cells, max_size=20))
def test_a_draft_reads_back_as_it_was_written(changed: dict[tuple[Role, DataClass], Cell]) -> None:
    assert dict(cells_from_json(cells_to_json(changed))) == changed


@pytest.mark.parametrize("text", ["", "{}", '[{"role": "king"}]', '[{"role": "agent", "class": "phone"}]'])
def test_a_draft_that_is_not_understood_is_none(text: str) -> None:
    if text == "{}":
        assert dict(cells_from_json(text)) == {}
        return
    with pytest.raises(BadInput):
        cells_from_json(text)


def test_several_cells_make_one_new_version() -> None:
    cell = Cell(Level.CLEAR, SERVICE)
    wanted = Matrix(7).replaced({(Role.AGENT, DataClass.PHONE): cell, (Role.AGENT, DataClass.EMAIL): cell})
    assert wanted.version == 8
    assert len(Matrix(7).diff(wanted)) == 2


@given(st.sampled_from(Level), st.sampled_from(Purpose))
def test_an_original_opens_only_where_everything_is_shown(level: Level, purpose: Purpose) -> None:
    assert rendition_opens(level, purpose, redacted=False) is (level is Level.CLEAR)
    if rendition_opens(level, purpose, redacted=True):
        assert level >= Level.PARTIAL


@given(st.sampled_from([level for level in Level if level is not Level.CLEAR]), st.text(min_size=1))
def test_no_value_passes_a_mask(level: Level, value: str) -> None:
    held = Held(DataClass.SURNAME, "surname")
    assert text_at(level, held, value) == MASK
    assert text_at(level, Held(DataClass.SURNAME, "surname", present=False), value) == ""


def test_two_keys_make_even_what_is_shown_a_reveal() -> None:
    assert may_be_revealed(Level.CLEAR, second_key=True)
    assert not may_be_revealed(Level.CLEAR, second_key=False)
    assert may_be_revealed(Level.ON_REQUEST, second_key=False)
