"""What still works while a client is frozen and what stops, at the level of the rooms; and that it holds."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from razdar.assurance import finishing
from razdar.core.disclosure import DataClass, Purpose, RevealRequest, Role
from razdar.core.errors import ClientFrozen, KeysLocked, NotYours, RazdarError
from razdar.core.ledger.events import Mode, Outcome
from razdar.customers import selectors as cards
from razdar.customers import services as customers
from razdar.customers.models import Customer
from razdar.customers.services import Draft
from razdar.identity.viewers import for_job
from razdar.interactions.jobs import advance, hear
from razdar.interactions.models import Interaction
from razdar.keys import agent, setup
from razdar.runtime import jobs, live
from razdar.runtime.jobs import FROZEN_PAUSE, JobFailed
from razdar.runtime.scope import scope
from razdar.telephony import services as telephony
from razdar.telephony.services import NewCall
from razdar.vault import choosing, freezing, keeping_jobs, resurrection, staff
from razdar.vault.resurrection import NOTHING
from tests.weakening import Control, in_turn
from tests.world import HANDLES, PASSPHRASE, World

pytestmark = pytest.mark.django_db(transaction=True)
REQUEST = RevealRequest(Purpose.COMPLAINT, "the customer asked about it")


def freeze(world: World, client: UUID | None = None) -> UUID:
    request = uuid4()
    viewer = world.viewer(Role.CLIENT_OBSERVER, client)
    with scope(viewer.client):
        freezing.freeze(viewer, request, uuid4())
    return request


def lift(world: World, frozen_by: UUID) -> None:
    viewer = world.viewer(Role.CLIENT_OBSERVER)
    with scope(viewer.client):
        freezing.lift(viewer, frozen_by, uuid4(), uuid4())


def reading(world: World, customer: UUID) -> dict[str, Callable[[], object]]:
    """Ways to read something, and to write what needs a key that opens."""
    supervisor, job = world.viewer(Role.SUPERVISOR), for_job("test", world.client)
    return {
        "card": lambda: cards.card(supervisor, customer),
        "reveal": lambda: customers.reveal(supervisor, customer, "given_name", REQUEST),
        "match": lambda: customers.match(supervisor, customer, "birth_date", "1971-06-14"),
        "search": lambda: cards.find(supervisor, *HANDLES[0]),
        "correct": lambda: customers.correct(supervisor, customer, "given_name", "Odette"),
        "create": lambda: customers.create(job, [Draft({DataClass.SURNAME: "Bittern"}, (), "en")]),
    }


def outcomes(world: World, customer: UUID) -> dict[str, str]:
    found = {}
    for name, attempt in reading(world, customer).items():
        try:
            with scope(world.client):
                attempt()
            found[name] = "done"
        except RazdarError as error:
            found[name] = error.code
    return found


def test_everything_that_opens_is_refused_and_goes_on_afterwards(world: World) -> None:
    customer = world.customer()
    assert set(outcomes(world, customer).values()) == {"done"}
    with scope(world.client):
        before = Customer.objects.count()
    frozen_by = freeze(world)
    assert set(outcomes(world, customer).values()) == {ClientFrozen.code}
    with scope(world.client):
        assert Customer.objects.count() == before  # nothing half-written
    lift(world, frozen_by)
    assert set(outcomes(world, customer).values()) == {"done"}


def test_another_client_is_not_touched_by_it(world: World) -> None:
    customer = world.customer(world.other)
    freeze(world)
    with scope(world.other):
        assert cards.card(world.viewer(Role.SUPERVISOR, world.other), customer)
    assert not freezing.waits(world.other)


def test_a_refused_look_is_in_the_log_as_failed(world: World) -> None:
    customer = world.customer()
    freeze(world)
    with scope(world.client), pytest.raises(ClientFrozen):
        cards.card(world.viewer(Role.SUPERVISOR), customer)
    last = [event for event in world.events() if event.action == "customers:card:view"][-1]
    assert (last.customer, last.outcome) == (customer, Outcome.FAILED)


def test_setting_it_is_told_to_open_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(live, "changed", told.append)
    freeze(world)
    assert told == [freezing.READING]


def test_setting_and_lifting_stand_in_the_log(world: World) -> None:
    frozen_by = freeze(world)
    lift(world, frozen_by)
    begun, lifted = (event for event in world.events() if event.action in {freezing.FREEZE, freezing.LIFT})
    assert (begun.action, begun.mode, begun.role, begun.client) == (
        freezing.FREEZE,
        Mode.CHANGE,
        "client_observer",
        world.client,
    )
    assert dict(begun.detail)["request"] == dict(lifted.detail)["freeze"] == str(frozen_by)
    assert begun.actor == world.people[world.client, Role.CLIENT_OBSERVER]


def test_lifting_is_in_the_log_before_it_happens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen_by = freeze(world)

    def fails(_event: object) -> None:
        raise ClientFrozen

    monkeypatch.setattr("razdar.audit.record_now", fails)
    with pytest.raises(ClientFrozen):
        lift(world, frozen_by)
    assert freezing.waits(world.client)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLIENT_OBSERVER])
def test_nobody_but_an_observer_and_the_attempt_is_logged(world: World, role: Role) -> None:
    viewer = world.viewer(role)
    with scope(world.client), pytest.raises(NotYours):
        freezing.freeze(viewer, uuid4(), uuid4())
    assert not freezing.waits(world.client)
    (event,) = [event for event in world.events() if event.action == freezing.FREEZE]
    assert (event.mode, event.outcome, event.role) == (Mode.DENY, Outcome.DENIED, role.value)


# --- What goes on -----------------------------------------------------------------------------------------------------


def test_a_call_is_taken_and_recorded_like_one_with_a_withheld_number(world: World) -> None:
    known = world.customer()
    freeze(world)
    call = telephony.open_call(for_job("test", world.client), NewCall(number=HANDLES[0][1]))
    assert call.customer != known
    with scope(world.client):
        assert Interaction.objects.get(id=call.interaction).customer_id == call.customer
        assert Customer.objects.get(id=call.customer).provisional
    assert agent.current().stream_public(world.client)


def test_what_is_sealed_to_a_public_key_is_written_still(world: World) -> None:
    """A class in sealed mode needs no key that opens."""
    customer, supervisor = world.customer(), world.viewer(Role.SUPERVISOR)
    choosing.choose(None, world.client, DataClass.GIVEN_NAME, "sealed")
    frozen_by = freeze(world)
    with scope(world.client):
        customers.correct(supervisor, customer, "given_name", "Odette")
    lift(world, frozen_by)
    with scope(world.client):
        state = customers.reveal(supervisor, customer, "given_name", REQUEST)
    assert state is not None
    assert state.shown.text == "Odette"


def test_data_of_staff_opens_so_people_can_sign_in_and_agree(world: World) -> None:
    freeze(world)
    owner = uuid4()
    assert staff.open_staff(owner, "test", staff.seal_staff(owner, "test", "x")) == "x"


def test_jobs_wait_and_are_never_given_up() -> None:
    assert advance._worth_another_try(ClientFrozen(), 10_000)
    assert not advance._worth_another_try(KeysLocked(), 10_000)
    assert not hear._worth_another_try(ClientFrozen(), 1)  # one at a time: asked for again when it is lifted
    decision = jobs._Pauses().get_retry_decision(exception=JobFailed(True, frozen=True), job=None)  # type: ignore[arg-type]
    assert decision is not None
    assert decision.retry_at is not None
    assert abs(decision.retry_at - datetime.now(UTC) - timedelta(seconds=FROZEN_PAUSE)) < timedelta(seconds=5)


@contextmanager
def older(folder: Path) -> Iterator[None]:
    """The key store as it was before, in the place of the one that was frozen."""
    newest = agent.current()
    put_back = setup.unlock(folder / "older", PASSPHRASE)
    agent.install(put_back)
    try:
        yield
    finally:
        agent.install(newest)
        put_back.close()


# --- It holds ---------------------------------------------------------------------------------------------------------


def test_an_older_key_store_put_back_does_not_lift_it(world: World, tmp_path: Path) -> None:
    customer = world.customer()
    shutil.copytree(tmp_path / "keys", tmp_path / "older")
    frozen_by = freeze(world)
    with older(tmp_path):
        assert not freezing.waits(world.client)  # until somebody looks at the log
        with scope(world.client):
            assert freezing.set_again(world.client, world.events())
            assert not freezing.set_again(world.client, world.events())
        assert set(outcomes(world, customer).values()) == {ClientFrozen.code}
        assert [event for event in world.events() if event.action == freezing.AGAIN]
        lift(world, frozen_by)
        assert set(outcomes(world, customer).values()) == {"done"}


def test_what_the_log_says_was_lifted_is_not_set_again(world: World) -> None:
    lift(world, freeze(world))
    assert freezing.open_in(world.client, world.events()) is None
    again = freeze(world)
    assert freezing.open_in(world.client, world.events()) == again
    assert freezing.open_in(world.other, world.events()) is None


def test_a_lifting_that_failed_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen_by = freeze(world)

    def away(*_: object) -> None:
        raise ClientFrozen

    with monkeypatch.context() as patched:
        patched.setattr(type(agent.current()), "lift_freeze", away)
        with pytest.raises(ClientFrozen):
            lift(world, frozen_by)
    assert freezing.open_in(world.client, world.events()) == frozen_by
    assert freezing.waits(world.client)


def test_a_forged_refusal_or_another_clients_event_lifts_nothing(world: World) -> None:
    frozen_by = freeze(world)
    with scope(world.client), pytest.raises(NotYours):
        freezing.lift(world.viewer(Role.ADMINISTRATOR), frozen_by, uuid4(), uuid4())
    assert freezing.open_in(world.client, world.events()) == frozen_by


def test_the_job_that_runs_each_minute_sets_it_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tmp_path / "keys", tmp_path / "older")
    freeze(world)
    monkeypatch.setattr(freezing, "_logged", lambda client: (e for e in world.events() if e.client == client))
    with older(tmp_path):
        keeping_jobs.freezes()
        assert [freezing.waits(client) for client in (world.client, world.other)] == [True, False]


def test_a_restore_sets_it_again_and_says_that_nothing_could_be_tried(world: World, tmp_path: Path) -> None:
    customer = world.customer()
    shutil.copytree(tmp_path / "keys", tmp_path / "older")
    freeze(world)
    with older(tmp_path):
        (said,) = finishing._freeze_again(world.events())
        assert said == "Quillmere Test has stopped all reading of its data, so nothing of it could be tried."
        assert finishing._sample_of(world.client, set()) == (0, NOTHING)
        with scope(world.client):
            tried = resurrection.attempt(world.client, customer, (1,))
        assert (tried.keys, tried.opened) == (1, 0)


CONTROLS = {
    "older": Control(
        "tests/vault/test_freezing.py::test_an_older_key_store_put_back_does_not_lift_it",
        "razdar.vault.freezing:open_in",
        "tests.weakening.patches:does_nothing",
        "assert False",
    ),
    "observers": Control(
        "tests/vault/test_freezing.py::test_nobody_but_an_observer_and_the_attempt_is_logged[administrator]",
        "razdar.vault.freezing:_require",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
}


@in_turn(CONTROLS)
def test_control_without_the_check_the_test_fails(control: Callable[[], None]) -> None:
    control()
