"""An exception widens its own cell for its own person, client, role, grant and time, and nothing else at all."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import (
    LONGEST,
    NOTHING,
    Cell,
    DataClass,
    Holder,
    Level,
    PersonalCell,
    Purpose,
    Role,
    wider,
    with_personal,
)

IDS = tuple(UUID(int=number) for number in range(1, 4))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ids = st.sampled_from(IDS)
roles = st.sampled_from((Role.AGENT, Role.SUPERVISOR))
classes = st.sampled_from((DataClass.PHONE, DataClass.EMAIL, DataClass.SURNAME))
cells = st.builds(Cell, st.sampled_from(Level), st.frozensets(st.sampled_from(Purpose), max_size=3), st.booleans())
moments = st.integers(-60, 60).map(lambda days: NOON + timedelta(days=days))
rows = st.dictionaries(classes, cells.filter(lambda cell: cell.level), max_size=3)
holders = st.builds(Holder, ids, ids, roles, ids, st.none() | moments)
exceptions = st.builds(PersonalCell, ids, ids, roles, ids, classes, cells, moments, moments)


@given(rows, st.lists(exceptions, max_size=5), holders, moments)
def test_nothing_but_its_cell_is_changed(
    row: dict[DataClass, Cell], found: list[PersonalCell], who: Holder, at: datetime
) -> None:
    compiled = with_personal(row, found, who, at)
    mine = [each for each in found if each.holds(who, at)]
    for data_class in DataClass:
        agreed = [each.cell for each in mine if each.data_class is data_class]
        cell = compiled.get(data_class, NOTHING)
        if not agreed:
            assert cell == row.get(data_class, NOTHING)
        assert all(not wider(each, cell) for each in agreed)


@given(exceptions, holders, moments)
def test_it_holds_for_nobody_else_nowhere_else_and_at_no_other_time(
    found: PersonalCell, who: Holder, at: datetime
) -> None:
    theirs = (found.client, found.person, found.role, found.grant) == (who.client, who.person, who.role, who.grant)
    in_time = found.since <= at < found.until and found.until - found.since <= LONGEST
    same_grant = who.granted_at is None or who.granted_at <= found.since
    assert found.holds(who, at) is (theirs and in_time and same_grant)


@given(st.integers(0, 10**6))
def test_it_ends_at_its_moment_to_the_microsecond(microseconds: int) -> None:
    who = Holder(IDS[0], IDS[0], Role.AGENT, IDS[0])
    cell = Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))
    found = PersonalCell(who.client, who.person, who.role, who.grant, DataClass.PHONE, cell, NOON, NOON + LONGEST)
    before, after = found.until - timedelta(microseconds=1 + microseconds), found.until + timedelta(0, 0, microseconds)
    assert with_personal({}, [found], who, before) == {DataClass.PHONE: cell}
    assert with_personal({}, [found], who, after) == {}


def test_one_that_is_longer_than_it_may_be_gives_nothing() -> None:
    who = Holder(uuid4(), uuid4(), Role.AGENT, uuid4())
    cell = Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))
    until = NOON + LONGEST + timedelta(seconds=1)
    found = PersonalCell(who.client, who.person, who.role, who.grant, DataClass.PHONE, cell, NOON, until)
    assert not found.holds(who, NOON)


def test_it_can_also_take_something_away() -> None:
    who = Holder(uuid4(), uuid4(), Role.AGENT, uuid4())
    row = {DataClass.PHONE: Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))}
    found = PersonalCell(
        who.client, who.person, who.role, who.grant, DataClass.PHONE, NOTHING, NOON, NOON + timedelta(days=1)
    )
    assert with_personal(row, [found], who, NOON) == {}
