"""Nothing is free: every call costs from a bucket and is in the book, and destroying in bulk is bounded and loud."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from razdar.core.errors import NotYours, Throttled, Unavailable
from razdar.keys import charges, limits, wire
from razdar.keys.agent import LocalAgent
from razdar.keys.book import Book
from razdar.keys.callers import Role
from razdar.keys.charges import CHARGES, NOBODY, Counted
from razdar.keys.limits import Limits
from razdar.keys.log_heads import MOST_LOGS
from razdar.keys.records import ErasureSaid, Extension, KeyRef, LogHead, Outcome
from razdar.keys.remote import RemoteAgent
from tests import weakening
from tests.keys.agency import Agency, agency
from tests.keys.conftest import CLIENT
from tests.keys.serving import served

ALL = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
ONLY_SAY = {
    "status",
    "verifying_key",
    "installation_id",
    "known_clients",
    "log_heads",
    "keeping",
    "epoch_keys",
    "ledger",
    "book_page",
    "waiting_streams",
    "freezes",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "agent.sock"


def test_every_call_has_a_charge_and_whatever_gives_or_changes_is_booked() -> None:
    names = {call.name for call in wire.CALLS.values() if call is not wire.HELLO}
    assert set(CHARGES) == names
    assert {name for name in names if CHARGES[name].booked is None} == ONLY_SAY | {"unwrap", "unwrap_streams"}
    said = ErasureSaid(CLIENT, CLIENT, "request", (), 1, 1)
    sample: dict[type, Any] = {UUID: CLIENT, list: [], ErasureSaid: said}
    for call in wire.CALLS.values():
        if call is not wire.HELLO:
            arguments = [_sample(call.name, place, sample) for place in range(len(call.arguments))]
            assert limits.cost(call.name, arguments)[1] >= 1, f"{call.name} is free"


def _sample(call: str, place: int, sample: dict[type, Any]) -> Any:
    if call == "sign_certificate":
        return sample[ErasureSaid]
    lists = {"unwrap": 0, "newest": 1, "sealed_public": 1, "rotate_customers": 0, "blind": 2}
    lists |= {"create_customers": 1, "bind_streams": 2, "drop_streams": 1, "unwrap_streams": 0}
    return sample[list] if lists.get(call) == place else sample[UUID]


def test_a_call_without_a_charge_is_not_served() -> None:
    with pytest.raises(Throttled):
        Limits().take(Role.OPERATOR, *limits.cost("a_later_call", ()))


def test_every_thing_has_a_rate_for_every_role() -> None:
    for role in Role:
        for what in Counted:
            assert limits.rate(role, what).at_once >= 1


DONE: dict[str, tuple[Callable[[RemoteAgent, UUID], object], bool, int]] = {
    "create_client": (lambda a, _: a.create_client(CLIENT), False, 1),
    "create_customer": (lambda a, c: a.create_customer(CLIENT, c), True, 1),
    "newest": (lambda a, c: a.newest(CLIENT, [c] * 3), False, 3),
    "sealed_public": (lambda a, c: a.sealed_public(CLIENT, [c] * 2), False, 2),
    "is_destroyed": (lambda a, c: a.is_destroyed(CLIENT, c), False, 1),
    "blind": (lambda a, _: a.blind(CLIENT, 1, [b"a", b"b", b"c"]), False, 3),
    "rotate_customers": (lambda a, c: a.rotate_customers([KeyRef(CLIENT, c, 1)]), True, 1),
    "drop_streams": (lambda a, c: a.drop_streams(CLIENT, [c] * 3), False, 3),
    "destroy_customer": (lambda a, c: a.destroy_customer(CLIENT, c), True, 1),
}


@pytest.mark.parametrize("call", DONE)
def test_it_is_in_the_book(agent: LocalAgent, path: Path, call: str) -> None:
    customer = uuid4()
    if call != "create_customer":
        agent.create_customer(CLIENT, customer)
    do, named, count = DONE[call]
    with served(agent, path) as operator:
        do(operator, customer)
        (line,) = [line for line in operator.book(*ALL) if line.purpose == call]
    assert (line.caller, line.client, line.outcome) == ("operator", CLIENT, Outcome.DONE)
    assert (line.customer, line.count) == (customer if named else NOBODY, count)


def test_what_belongs_to_no_client_is_booked_too(agent: LocalAgent, path: Path) -> None:
    with served(agent, path, "web") as web:
        web.installation_subkey(b"staff")
    with served(agent, path) as operator:
        found = [(line.caller, line.client) for line in operator.book(*ALL) if line.purpose == "installation_subkey"]
    assert found == [("web", NOBODY)]


def test_without_a_book_nothing_is_given_or_changed(
    agent: LocalAgent, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = uuid4()
    agent.create_customer(CLIENT, customer)

    def fails(_self: Book) -> None:
        raise Unavailable("The book cannot be written.")

    monkeypatch.setattr(Book, "require", fails)
    with served(agent, path) as operator:
        for do, _, _ in DONE.values():
            with pytest.raises(Unavailable):
                do(operator, customer)
        assert not agent.is_destroyed(CLIENT, customer)
        assert operator.status().customers == 1  # how things stand is still said


def test_what_failed_is_not_called_done(agent: LocalAgent, path: Path) -> None:
    with served(agent, path) as operator:
        with pytest.raises(Exception, match="no such"):
            operator.destroy_customer(CLIENT, uuid4())
        assert [line for line in operator.book(*ALL) if line.purpose == "destroy_customer"] == []


def test_destroying_in_bulk_is_refused_booked_and_an_alarm(
    agent: LocalAgent, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    most = int(limits.rate(Role.WORKER, Counted.DESTRUCTIONS).at_once)
    customers = [agent.create_customer(CLIENT, uuid4()).customer for _ in range(most + 5)]
    with served(agent, path, "worker", allowed=Limits(now=lambda: 0.0)) as worker:
        for customer in customers[:most]:
            worker.destroy_customer(CLIENT, customer)
        for customer in customers[most:]:
            with pytest.raises(Throttled):
                worker.destroy_customer(CLIENT, customer)
        assert worker.status().alarms == 5
    assert [agent.is_destroyed(CLIENT, one) for one in customers] == [True] * most + [False] * 5
    with served(agent, path) as operator:
        lines = [line for line in operator.book(*ALL) if line.purpose == "destroy_customer"]
    assert sum(line.count for line in lines if line.outcome is Outcome.DONE) == most
    assert sum(line.count for line in lines if line.outcome is Outcome.LIMITED) == 5


def test_the_web_process_destroys_nothing_and_trying_is_an_alarm(agent: LocalAgent, path: Path) -> None:
    customer = agent.create_customer(CLIENT, uuid4()).customer
    with served(agent, path, "web") as web:
        with pytest.raises(NotYours):
            web.destroy_customer(CLIENT, customer)
        assert web.status().alarms == 1
    assert not agent.is_destroyed(CLIENT, customer)


def test_a_year_is_needed_for_half_a_million() -> None:
    allowed = limits.rate(Role.WORKER, Counted.DESTRUCTIONS)
    assert 500_000 / allowed.each_second > 300 * 86_400
    assert limits.rate(Role.OPERATOR, Counted.DESTRUCTIONS) == allowed


def test_the_records_that_cross_are_plain() -> None:
    assert {field.name for field in fields(ErasureSaid)} == {
        "client",
        "customer",
        "ground",
        "removed",
        "generation",
        "index",
        "linked",
    }
    assert charges.of("nothing of the kind").amount(()) == charges.TOO_MUCH


# --- Control runs -----------------------------------------------------------------------------------------------------


def _destroyed_in_bulk(one: Agency) -> int:
    """How many customers a worker that was taken over can destroy at once."""
    operator, worker = RemoteAgent(one.socket), RemoteAgent(one.socket, "worker")
    operator.create_client(CLIENT)
    customers = [operator.create_customer(CLIENT, uuid4()).customer for _ in range(25)]
    done = 0
    for customer in customers:
        try:
            worker.destroy_customer(CLIENT, customer)
            done += 1
        except Throttled:
            pass
    operator.close()
    worker.close()
    return done


@pytest.mark.control
def test_control_without_limits_all_are_destroyed_at_once() -> None:
    with agency() as sound:
        assert _destroyed_in_bulk(sound) == 20
    environ = weakening.environment(
        patch="razdar.keys.limits:Limits.take", with_="tests.weakening.patches:does_nothing", base={}
    )
    with agency(environ=environ) as weak:
        assert _destroyed_in_bulk(weak) == 25


def _web_destroys(one: Agency) -> bool:
    operator, web = RemoteAgent(one.socket), RemoteAgent(one.socket, "web")
    operator.create_client(CLIENT)
    customer = operator.create_customer(CLIENT, uuid4()).customer
    try:
        web.destroy_customer(CLIENT, customer)
    except NotYours:
        return False
    finally:
        operator.close()
        web.close()
    return True


@pytest.mark.control
def test_control_without_the_table_of_roles_the_web_process_destroys() -> None:
    environ = weakening.environment(patch="razdar.keys.callers:may", with_="tests.weakening.patches:agrees", base={})
    with agency() as sound, agency(environ=environ) as weak:
        assert (_web_destroys(sound), _web_destroys(weak)) == (False, True)


def test_however_many_logs_are_signed_at_once_it_is_one_signature() -> None:
    grown = [Extension(LogHead(UUID(int=number), 1, 1, bytes(32)), ()) for number in range(MOST_LOGS)]
    assert limits.cost("sign_checkpoints", (grown,)) == (Counted.SIGNATURES, 1)
