"""The live monitor: never watched unseen, of one's own client alone, and what it counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import signing

from razdar import audit
from razdar.audit import watching
from razdar.audit.watching import Kind
from razdar.core.disclosure import Role, Viewer
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.errors import NotFound, NotYours
from razdar.core.ledger import Event, FieldSeen, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.oversight import monitoring
from razdar.runtime.scope import scope
from razdar.ui.hours import hour_map
from tests.audit.fakes import CUSTOMER, OTHER, PERSON, A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
NOW = datetime.now(UTC)


def observer(client: object = A) -> Viewer:
    return Viewer(OTHER, "client_observer", client, "s1", permissions=ROLE_PERMISSIONS[Role.CLIENT_OBSERVER])  # type: ignore[arg-type]


def openings(owner: Connection) -> int:
    wait_until_sequenced()
    (count,) = owner.execute("SELECT count(*) FROM audit_event WHERE action = %s", [watching.ACTION]).fetchone() or (0,)
    return int(count)


def wrote(*events: Event) -> None:
    for event in events:
        audit.record_now(event)
    wait_until_sequenced()


def of(action: str, mode: Mode, **more: object) -> Event:
    return Event(client=A, actor=PERSON, role="agent", session="s9", action=action, mode=mode, **more)  # type: ignore[arg-type]


def feed(kind: Kind = Kind.ALL, viewer: Viewer | None = None, mark: str = "") -> monitoring.Feed:
    with scope((viewer or observer()).client):
        return monitoring.feed(viewer or observer(), kind, mark)


def test_opening_is_an_event_and_refreshing_is_none(owner: Connection) -> None:
    mark = feed().opening
    for _ in range(3):
        assert feed(mark=mark).opening == mark
    with scope(A):
        assert monitoring.lately(observer(), mark)[0] == mark
    assert openings(owner) == 1


@pytest.mark.parametrize("whose", ["another person", "another session", "another client", "forged", "too old"])
def test_a_mark_that_is_not_this_viewers_is_an_opening_of_its_own(owner: Connection, whose: str) -> None:
    viewer = observer()
    others = {"another person": replace(viewer, person=PERSON), "another session": replace(viewer, session="s2")}
    others["another client"] = observer(B)
    mark = feed(viewer=others.get(whose, viewer)).opening
    if whose == "forged":
        mark = signing.dumps([str(A), str(OTHER), "s1"], salt="another")
    before = openings(owner)
    late = timedelta(seconds=301) if whose == "too old" else timedelta()
    with patch("django.core.signing.time.time", (datetime.now(UTC) + late).timestamp):
        assert feed(mark=mark).opening != mark
    assert openings(owner) == before + 1


def test_who_may_not_read_the_log_watches_nothing_and_the_attempt_is_logged(owner: Connection) -> None:
    agent = Viewer(PERSON, "agent", A, "s1", permissions=frozenset({Permission.CUSTOMERS_CARD_VIEW}))
    with pytest.raises(NotYours):
        feed(viewer=agent)
    for asked in (
        lambda: watching.touches(agent, Kind.ALL),
        lambda: watching.at_work(agent, NOW),
        lambda: watching.by_hour(agent, NOW),
    ):
        with scope(A), pytest.raises(NotYours):
            asked()
    wait_until_sequenced()
    rows = owner.execute("SELECT DISTINCT mode, outcome FROM audit_event WHERE action = %s", [watching.ACTION])
    assert rows.fetchall() == [("deny", "denied")]


def test_another_clients_touches_are_not_there() -> None:
    wrote(look(B))
    assert feed().rows == ()
    assert len(feed(viewer=observer(B)).rows) == 1
    with scope(A):
        assert watching.by_hour(observer(), NOW - timedelta(days=1)) == []
        assert watching.at_work(observer(), NOW) == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (Kind.ALL, {"Revealed", "Exported", "Listened to", "Refused", "Looked at"}),
        (Kind.REVEALS, {"Revealed"}),
        (Kind.EXPORTS, {"Exported"}),
        (Kind.PLAYS, {"Listened to"}),
        (Kind.REFUSED, {"Refused"}),
        (Kind.BACKGROUND, {"Done by the system"}),
    ],
)
def test_each_list_holds_its_own(kind: Kind, shown: set[str]) -> None:
    seen = (FieldSeen("phone", "clear", CUSTOMER),)
    wrote(
        look(),
        of("customers:field:reveal", Mode.REVEAL, fields=seen),
        of("oversight:log:export", Mode.EXPORT),
        of("interactions:recording:play", Mode.PLAY, detail=(("from_ms", 0), ("to_ms", 5000))),
        of("customers:card:view", Mode.DENY, outcome=Outcome.DENIED),
        of("customers:field:correct", Mode.CHANGE, customer=CUSTOMER),
        of("interactions:pipeline:redact", Mode.SYSTEM, fields=seen),
        of("audit:log:prune", Mode.SYSTEM),
        of("oversight:log:view", Mode.VIEW),
        of("oversight:question:view", Mode.VIEW),
    )
    assert {row.how for row in feed(kind).rows} == shown


def test_there_is_no_other_list() -> None:
    with pytest.raises(NotFound):
        feed("secrets")  # type: ignore[arg-type]


def test_who_is_at_work_now(owner: Connection) -> None:
    wrote(look(), look(), of("customers:card:view", Mode.VIEW, customer=OTHER))
    with scope(A):
        (one,) = watching.at_work(observer(), datetime.now(UTC))
        assert (one.actor, one.role, one.touches, one.customers) == (PERSON, "agent", 3, 2)
        assert watching.at_work(observer(), datetime.now(UTC) + timedelta(minutes=16)) == []


def test_the_last_24_hours(owner: Connection) -> None:
    wrote(of("customers:field:reveal", Mode.REVEAL), of("customers:field:reveal", Mode.REVEAL))
    owner.execute(
        "UPDATE audit_event SET at = now() - interval '25 hours' WHERE index = "
        "(SELECT max(index) FROM audit_event WHERE action = 'customers:field:reveal')"
    )
    with scope(A):
        _, lately = monitoring.lately(observer())
    assert (len(lately.reveals), len(lately.exports)) == (1, 0)


def test_touches_by_hour_of_the_client_and_of_one_customer(owner: Connection) -> None:
    wrote(look(), look(), of("customers:card:view", Mode.VIEW, customer=OTHER))
    owner.execute("UPDATE audit_event SET at = date_trunc('hour', now()) WHERE log = %s", [A])
    with scope(A):
        since = datetime.now(UTC) - timedelta(days=28)
        (hour,) = watching.by_hour(observer(), since)
        (theirs,) = watching.by_hour(observer(), since, CUSTOMER)
        assert watching.by_hour(observer(), datetime.now(UTC) + timedelta(hours=1)) == []
    assert (hour.touches, theirs.touches) == (3, 2)
    assert 1 <= hour.weekday <= 7


def test_the_picture_and_the_table_say_the_same() -> None:
    week = hour_map({(1, 9): 4, (1, 10): 1, (7, 23): 2})
    assert (week.total, week.busiest) == (7, ("Monday", 9, 4))
    cells = {(row.name, cell.hour): cell for row in week.rows for cell in row.cells}
    assert len(cells) == 7 * 24
    asked = [cells[name] for name in (("Monday", 9), ("Monday", 10), ("Sunday", 23), ("Tuesday", 9))]
    assert [cell.count for cell in asked] == [cell.step for cell in asked] == [4, 1, 2, 0]
    assert len({(cell.x, cell.y) for cell in cells.values()}) == 7 * 24
    assert hour_map({}).busiest is None
