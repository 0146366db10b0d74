"""Lists of contacts: what narrows them, in which order they stand, and that pages neither repeat nor lose a line."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotYours
from razdar.interactions import finding
from razdar.interactions.models import Interaction, Recording, Region, Stage
from razdar.runtime.scope import scope
from razdar.work import codes, dispositions, overview
from razdar.work.overview import Narrowed, Order, State
from tests.work.contact import over, past, running
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def found(world: World, **by: object) -> list[UUID]:
    with scope(world.client):
        page = overview.contacts_of_client(world.viewer(Role.SUPERVISOR), Narrowed(**by))  # type: ignore[arg-type]
    return [each.contact.id for each in page.rows]


def record(world: World, customer: UUID, contact: UUID) -> None:
    """There is a recording of a contact; inside the client's scope."""
    Recording.objects.create(
        client_id=world.client,
        customer_id=customer,
        interaction_id=contact,
        kind="stream",
        redacted=False,
        rate=8000,
        channels=2,
        frames=1,
        created_at=NOON,
    )


def test_each_field_narrows(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT).person, world.customer()
    with scope(world.client):
        long = past(world, customer, agent, NOON, 600, direction="outbound")
        short = past(world, customer, None, NOON + timedelta(days=1), 30, channel="chat")
        code = codes.active(world.client)[0].id
        dispositions.say(world.viewer(Role.SUPERVISOR), long, code)
    assert found(world) == [short, long]
    assert found(world, since=NOON + timedelta(hours=1)) == [short]
    assert found(world, until=NOON + timedelta(days=1)) == [long]
    assert found(world, agent=agent) == found(world, direction="outbound") == found(world, code=code) == [long]
    assert found(world, channel="chat") == found(world, longest_s=30) == found(world, state=State.OPEN) == [short]
    assert found(world, shortest_s=31) == found(world, state=State.CLOSED) == [long]
    assert found(world, agent=agent, channel="chat") == []


def test_states_of_contacts_and_recordings(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT).person, world.customer()
    runs, ended = running(world, customer, agent), over(world, customer, agent)
    with scope(world.client):
        made = [past(world, customer, agent, NOON + timedelta(hours=n), 60) for n in range(6)]
        plain, gone, damaged, ready, locked, awaited = made
        for recorded in (gone, ready, locked):
            record(world, customer, recorded)
        for waiting in (locked, awaited):
            Stage.objects.create(client_id=world.client, interaction_id=waiting, name="redact", changed_at=NOON)
        Interaction.objects.filter(id=gone).update(recording_gone_at=NOON)
        region = {"interaction_id": damaged, "channel": 0, "kind": "gap", "begins": 0, "ends": 1}
        Region.objects.create(client_id=world.client, reason=Region.DAMAGED, **region)
    assert found(world, state=State.RUNNING) == [runs]
    assert runs not in found(world, state=State.OPEN)
    assert ended in found(world, state=State.OPEN)
    assert found(world, state=State.GONE) == [gone]
    assert found(world, state=State.DAMAGED) == [damaged]
    assert found(world, state=State.READY) == [ready]
    assert found(world, state=State.LOCKED) == [locked]
    with scope(world.client):
        page = overview.contacts_of_client(world.viewer(Role.SUPERVISOR), Narrowed())
    assert {each.contact.id for each in page.rows if each.recorded} == {gone, ready, locked}
    assert {plain, awaited, runs, ended, damaged} <= {each.contact.id for each in page.rows}


@pytest.mark.parametrize("order", Order)
def test_pages_hold_every_contact_once_and_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(finding, "ROWS", 3)
    customer = world.customer()
    with scope(world.client):
        # Several at the same moment and of the same length: the id decides between them.
        made = [past(world, customer, None, NOON + timedelta(hours=n // 4), 60 * (n % 3)) for n in range(11)]
        rows = {row.id: row for row in Interaction.objects.all()}
        seen: list[UUID] = []
        after = ""
        while True:
            page = overview.contacts_of_client(world.viewer(Role.SUPERVISOR), Narrowed(order=order, after=after))
            seen += [each.contact.id for each in page.rows]
            after = page.following
            if not after:
                break
            past(world, customer, None, NOON + timedelta(days=400), 86_400)  # comes in meanwhile
    column = "started_at" if order in {Order.NEWEST, Order.OLDEST} else "duration_ms"
    falls = order in {Order.NEWEST, Order.LONGEST}
    expected = sorted(made, key=lambda i: (getattr(rows[i], column), i), reverse=falls)
    assert [each for each in seen if each in rows] == expected


SOME_ID = "01a203a0b4837f39b13047d4d0b7fd1d"


@pytest.mark.parametrize("mark", ["x", "1", "1.x", f"{2**80}.{SOME_ID}", f"-1.{SOME_ID}"])
def test_a_mark_that_is_none_is_refused(world: World, mark: str) -> None:
    with pytest.raises(BadInput):
        found(world, order=Order.LONGEST, after=mark)


def test_the_list_is_for_who_oversees_contacts(world: World) -> None:
    with scope(world.client):
        for role in set(Role) - {Role.SUPERVISOR}:
            with pytest.raises(NotYours):
                overview.contacts_of_client(world.viewer(role), Narrowed())
        with pytest.raises(NotYours):
            overview.recordings_of_client(world.viewer(Role.AGENT), Narrowed())
    with scope(world.other):
        page = overview.contacts_of_client(world.viewer(Role.SUPERVISOR, world.other), Narrowed())
    assert page.rows == ()


def test_recordings_stand_with_the_day_until_which_they_are_kept(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        recorded, bare = (past(world, customer, None, NOON + timedelta(hours=n), 60) for n in range(2))
        record(world, customer, recorded)
        page = overview.recordings_of_client(world.viewer(Role.QUALITY_REVIEWER), Narrowed())
    (line,) = page.rows
    assert line.contact.id == recorded != bare
    assert line.kept_until == NOON + timedelta(days=180)


@pytest.mark.parametrize(
    ("by", "index"),
    [
        ({}, "interactions_by_time"),
        ({"agent": UUID(int=7)}, "interactions_by_agent"),
        ({"order": Order.LONGEST}, "interactions_by_length"),
    ],
)
def test_a_list_reads_an_index_and_not_the_table(world: World, by: dict[str, object], index: str) -> None:
    narrowed = Narrowed(**by)  # type: ignore[arg-type]
    column, falls = finding._COLUMN[narrowed.order]
    customer = world.customer()
    with scope(world.client), connection.cursor() as cursor:
        for n in range(300):  # so that it matters which index is read
            past(world, customer, UUID(int=n % 30 + 100), NOON + timedelta(minutes=n), n)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # what a nearly empty table costs says nothing
        rows = finding.narrowed(world.client, narrowed)
        plan = rows.order_by(f"{'-' if falls else ''}{column}", f"{'-' if falls else ''}id")[:50].explain()
    assert index in plan
