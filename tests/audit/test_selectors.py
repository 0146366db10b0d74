"""Reading the log: only one's own client's, only with the right, and never unseen."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from razdar import audit
from razdar.audit import selectors
from razdar.audit.selectors import Filters, Lines, Page
from razdar.core.disclosure import Viewer
from razdar.core.errors import NotYours
from razdar.core.ledger import Event, FieldSeen, Mode
from razdar.runtime.scope import scope
from tests.audit.fakes import CUSTOMER, OTHER, PERSON, A, B, Connection, auditor, change, entries, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def seen(lines: Lines) -> list[tuple[int, str]]:
    return [(line.index, line.event.action if line.event else "") for line in lines.lines]


def test_reading_is_itself_in_the_log(owner: Connection) -> None:
    with scope(A):
        selectors.events(auditor())
        selectors.events_of_customer(auditor(), CUSTOMER)
    wait_until_sequenced()
    rows = owner.execute("SELECT action, mode, customer FROM audit_event WHERE log = %s", [A]).fetchall()
    assert rows == [("oversight:log:view", "view", None), ("oversight:log:view", "view", CUSTOMER)]


def test_without_the_permission_nothing_is_read_and_the_attempt_is_logged(owner: Connection) -> None:
    agent = Viewer(PERSON, "agent", A, "s1")
    of_customer = (selectors.events_of_customer, selectors.speaks_of)
    reads = (selectors.events, selectors.choices, *(partial(read, customer=CUSTOMER) for read in of_customer))
    for read in reads:
        with pytest.raises(NotYours), scope(A):
            read(agent)
    wait_until_sequenced()
    rows = owner.execute("SELECT DISTINCT mode, outcome FROM audit_event WHERE log = %s", [A]).fetchall()
    assert rows == [("deny", "denied")]


def test_another_clients_entries_are_not_there() -> None:
    audit.record_now(look(A))
    audit.record_now(look(B))
    wait_until_sequenced()
    with scope(B):
        assert len(selectors.events(auditor(B)).lines) == 1
    with scope(B):
        # A viewer of one client in the scope of another finds nothing: both walls must agree.
        assert selectors.events(auditor(A)).lines == ()
        assert selectors.events_of_customer(auditor(A), CUSTOMER).lines == ()
    assert selectors.events(auditor(A)).lines == ()


def test_a_customers_events_include_lists_and_leave_out_the_others_fields() -> None:
    page = tuple(FieldSeen("surname", "clear", who) for who in (CUSTOMER, OTHER))
    audit.record_now(Event(client=A, action="customers:list:view", mode=Mode.LIST_ROW, fields=page))
    audit.record_now(look(A, OTHER))
    wait_until_sequenced()
    with scope(A):
        lines = selectors.events_of_customer(auditor(), CUSTOMER).lines
    assert [line.event.fields for line in lines if line.event] == [(page[0],)]


def test_pages_go_back_by_index_without_overlap() -> None:
    for _ in range(7):
        audit.record_now(look(A))
    wait_until_sequenced()
    found: list[int] = []
    page = Page(size=3)
    with scope(A):
        while True:
            lines = selectors.events(auditor(), Filters(action="customers:card:view"), page)
            found += [line.index for line in lines.lines]
            if lines.older is None:
                break
            page = Page(before=lines.older, size=3)
    assert found == [6, 5, 4, 3, 2, 1, 0]


def test_filters_narrow() -> None:
    now = datetime.now(UTC)
    audit.record_now(look(A))
    audit.record_now(change(A))
    audit.record_now(Event(client=A, action="customers:card:view", mode=Mode.DENY, actor=UUID(int=70)))
    wait_until_sequenced()

    def count(filters: Filters) -> int:
        with scope(A):
            return len(selectors.events(auditor(), filters).lines)

    assert count(Filters()) == 3
    assert count(Filters(actor=PERSON)) == 2
    assert count(Filters(action="customers:card:view")) == 2
    assert count(Filters(mode=Mode.DENY)) == 1
    assert count(Filters(since=now - timedelta(minutes=1), until=now + timedelta(minutes=1))) == 3
    assert count(Filters(since=now + timedelta(minutes=1))) == 0
    assert count(Filters(until=now - timedelta(minutes=1))) == 0


def test_the_choices_of_a_filter_are_what_occurs_and_only_at_home() -> None:
    audit.record_now(look(A))
    audit.record_now(change(A))
    audit.record_now(Event(client=B, action="customers:secret:view", mode=Mode.VIEW, actor=UUID(int=70)))
    audit.record_now(Event(client=A, action="interactions:call:import", mode=Mode.SYSTEM))
    wait_until_sequenced()
    with scope(A):
        choices = selectors.choices(auditor())
        assert choices.actions == ("customers:card:view", "customers:field:correct", "interactions:call:import")
        assert choices.actors == (PERSON,)
        assert selectors.speaks_of(auditor(), CUSTOMER)
        assert not selectors.speaks_of(auditor(), OTHER)
    with scope(B):
        assert not selectors.speaks_of(auditor(B), OTHER)
    with scope(UUID(int=3)):
        assert selectors.choices(auditor(UUID(int=3))) == selectors.Choices((), ())


def test_what_is_shown_comes_from_the_stamped_bytes(owner: Connection) -> None:
    audit.record_now(look(A))
    audit.record_now(look(A))
    wait_until_sequenced()
    owner.execute("UPDATE audit_event SET actor = %s WHERE log = %s", [UUID(int=666), A])
    owner.execute("UPDATE audit_event SET payload = 'x' WHERE log = %s AND \"index\" = 1", [A])
    with scope(A):
        newest, oldest = selectors.events(auditor()).lines
    assert newest.event is None
    assert oldest.event is not None
    assert oldest.event.actor == PERSON
    assert len(entries(owner, A)) == 2
