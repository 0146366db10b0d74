"""The one door: what it shows, what it refuses, and that no look goes unlogged."""

import json
import pickle
import time
from datetime import timedelta

import pytest
from django.db.models import F

from razdar.core.disclosure import MASK, Cell, DataClass, Level, Purpose, RevealRequest, Role, shipped
from razdar.core.errors import BadInput, NotDisclosed, NotFound, Refused, StepUpNeeded, TooManyTries, Unopenable
from razdar.core.ledger.events import Mode
from razdar.customers import selectors, services
from razdar.customers.models import Customer, Handle
from razdar.runtime.scope import scope
from razdar.vault import door, grants, housekeeping, limits, matrices
from razdar.vault.door import Look, Record
from razdar.vault.limits import Limit
from razdar.vault.models import MatrixVersion, Tally
from tests.world import HANDLES, VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]
REQUEST = RevealRequest(Purpose.SERVICE, "the caller asked to be called back", "T-1")


def test_an_agent_beside_a_contact_gets_surname_and_gender_and_masks(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client):
        card = selectors.card(agent, customer)
    shown = {field.data_class: field.text for field in (*card.fields, *card.handles)}
    assert shown[DataClass.SURNAME] == VALUES[DataClass.SURNAME]
    assert shown[DataClass.GENDER] == "female"
    assert {text for c, text in shown.items() if c not in {DataClass.SURNAME, DataClass.GENDER}} == {MASK}


def test_without_an_assignment_an_agent_gets_masks_only(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    with scope(world.client):
        card = selectors.card(agent, customer)
    assert {field.text for field in (*card.fields, *card.handles)} == {MASK}
    assert not any(field.matchable or field.revealable for field in (*card.fields, *card.handles))


def test_roles_without_a_cell_get_nothing(world: World) -> None:
    customer = world.customer()
    for role in (Role.ADMINISTRATOR, Role.TECHNICIAN, Role.QUALITY_REVIEWER, Role.AUDITOR):
        with scope(world.client):
            card = selectors.card(world.viewer(role), customer)
        assert (card.fields, card.handles) == ((), ())


def test_one_event_for_a_page_names_viewer_fields_and_levels(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    before = len(world.events())
    with scope(world.client):
        selectors.card(supervisor, customer)
    (event,) = [e for e in world.events()[before:] if e.action == "customers:card:view"]
    assert (event.actor, event.customer, event.client) == (supervisor.person, customer, world.client)
    seen = {field.data_class: field.level for field in event.fields}
    assert (seen["surname"], seen["phone"], seen["national_id"]) == ("clear", "on_request", "masked")


def test_a_request_that_fails_after_the_door_opened_leaves_its_event(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()

    def page_that_breaks() -> None:
        with scope(world.client):
            selectors.card(supervisor, customer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page_that_breaks()
    assert [e for e in world.events() if e.action == "customers:card:view" and e.actor == supervisor.person]


def test_no_log_no_data(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()

    def broken(_event: object) -> None:
        raise OSError

    monkeypatch.setattr("razdar.audit.record_now", broken)
    with pytest.raises(OSError), scope(world.client):
        selectors.card(supervisor, customer)


def test_another_client_is_not_found(world: World) -> None:
    customer = world.customer(world.other)
    with scope(world.other):
        row = Customer.objects.get(id=customer)
    supervisor = world.viewer(Role.SUPERVISOR)
    look = Look("customers:card:view", Mode.VIEW, Purpose.SERVICE)
    with scope(world.client), pytest.raises(NotFound):
        door.disclose(supervisor, [Record(customer, {"surname": row.surname})], look)
    with scope(world.client), pytest.raises(NotFound):
        selectors.card(supervisor, customer)


@pytest.mark.parametrize("name", ["surname", "national_id"])
def test_a_value_moved_to_another_row_does_not_open(world: World, name: str) -> None:
    first, second = world.customer(), world.customer(surname="Other")
    viewer = world.viewer(Role.SUPERVISOR, cells={DataClass(name): Cell(Level.CLEAR, frozenset({Purpose.SERVICE}))})
    with scope(world.client):
        stolen = getattr(Customer.objects.get(id=first), name).blob
        Customer.objects.filter(id=second).update(**{name: stolen})
        with pytest.raises(Unopenable):
            selectors.card(viewer, second)
    assert [e for e in world.events() if e.outcome == "failed"]


def test_a_value_moved_between_fields_does_not_open(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        row = Customer.objects.get(id=customer)
        Customer.objects.filter(id=customer).update(surname=row.given_name.blob)
        with pytest.raises(Unopenable):
            selectors.card(world.viewer(Role.SUPERVISOR), customer)


def test_a_value_moved_to_another_client_does_not_open(world: World) -> None:
    ours, theirs = world.customer(), world.customer(world.other)
    with scope(world.client):
        stolen = Customer.objects.get(id=ours).surname.blob
    with scope(world.other):
        Customer.objects.filter(id=theirs).update(surname=stolen)
        with pytest.raises(Unopenable):
            selectors.card(world.viewer(Role.SUPERVISOR, world.other), theirs)


def test_a_sealed_value_prints_only_a_mask(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        sealed = Customer.objects.get(id=customer).surname
    assert {str(sealed), repr(sealed), f"{sealed:>9}", sealed.__html__(), f"{sealed}"} == {MASK}
    assert VALUES[DataClass.SURNAME] not in repr(vars(Customer)) + str([sealed])
    with pytest.raises(TypeError):
        json.dumps(sealed)
    with pytest.raises(TypeError):
        pickle.dumps(sealed)
    with pytest.raises(TypeError):
        Customer(surname="plain")


def test_a_supervisor_reveals_a_phone_for_a_minute_with_a_reason(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    with scope(world.client):
        handle = Handle.objects.get(customer_id=customer, email=b"")
        revealed = services.reveal(supervisor, customer, f"phone.{handle.id}", REQUEST)
    assert revealed
    assert revealed.shown.text == HANDLES[0][1]
    assert 50 < revealed.until.timestamp() - time.time() <= 60
    (event,) = [e for e in world.events() if e.mode is Mode.REVEAL]
    assert (event.purpose, event.case, event.outcome) == ("service", "T-1", "ok")
    assert event.sealed_reason
    assert "called back" not in event.sealed_reason


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (RevealRequest(Purpose.SERVICE, "short"), BadInput),
        (RevealRequest(Purpose.SERVICE, " " * 40), BadInput),
        (RevealRequest(Purpose.SERVICE, "a reason that is long enough", "4111111111111111"), BadInput),
        (RevealRequest(Purpose.QUALITY, "a purpose that is not allowed"), NotDisclosed),
        (RevealRequest(Purpose.PROCESSING, "a purpose for jobs alone"), NotDisclosed),
    ],
)
def test_a_reveal_needs_purpose_and_reason(world: World, request_: RevealRequest, error: type[Exception]) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    with scope(world.client), pytest.raises(error):
        services.reveal(supervisor, customer, "birth_date", request_)


def test_a_reveal_needs_a_fresh_strong_factor(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR, assured_at=time.time() - 301), world.customer()
    with scope(world.client), pytest.raises(StepUpNeeded):
        services.reveal(supervisor, customer, "birth_date", REQUEST)


@pytest.mark.parametrize("key", ["national_id", "surname"])
def test_what_is_not_on_request_is_not_revealed_and_the_refusal_is_logged(world: World, key: str) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    with scope(world.client), pytest.raises(NotDisclosed):
        services.reveal(supervisor, customer, key, REQUEST)
    assert [e for e in world.events() if e.mode is Mode.DENY and e.customer == customer]


def test_an_agent_never_reveals(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client), pytest.raises(Refused):
        services.reveal(agent, customer, "birth_date", REQUEST)


def test_an_id_needs_a_second_person_who_is_somebody_else(world: World) -> None:
    officer, customer = world.viewer(Role.PRIVACY_OFFICER), world.customer()
    request = RevealRequest(Purpose.PRIVACY_REQUEST, "access request number 12")
    with scope(world.client):
        assert services.reveal(officer, customer, "national_id", request) is None
    with scope(world.client):
        (waiting,) = services.waiting(officer, customer)
        assert not waiting.approved
        with pytest.raises(Refused):
            grants.decide(officer, waiting.grant, approve=True)
        with pytest.raises(Refused):
            services.open_granted(officer, customer, "national_id", waiting.grant)
        with pytest.raises(Refused):
            grants.decide(world.viewer(Role.SUPERVISOR), waiting.grant, approve=True)
        grants.decide(world.viewer(Role.SECURITY_OFFICER), waiting.grant, approve=True)
    with scope(world.client):
        opened = services.open_granted(officer, customer, "national_id", waiting.grant)
        assert opened.shown.text == VALUES[DataClass.NATIONAL_ID]
        with pytest.raises(Refused):  # once only
            services.open_granted(officer, customer, "national_id", waiting.grant)
        with pytest.raises(NotFound):  # for this field only
            services.open_granted(officer, customer, "birth_date", waiting.grant)


def test_a_refused_request_opens_nothing(world: World) -> None:
    officer, customer = world.viewer(Role.PRIVACY_OFFICER), world.customer()
    with scope(world.client):
        services.reveal(
            officer, customer, "national_id", RevealRequest(Purpose.PRIVACY_REQUEST, "access request number 12")
        )
        (waiting,) = services.waiting(officer, customer)
        grants.decide(world.viewer(Role.SECURITY_OFFICER), waiting.grant, approve=False)
        with pytest.raises(Refused):
            services.open_granted(officer, customer, "national_id", waiting.grant)
        assert services.waiting(officer, customer) == []


def test_match_answers_yes_or_no_three_times(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client):
        assert services.match(agent, customer, "birth_date", "1971-06-14")
        assert services.match(agent, customer, "birth_date", "۱۹۷۱-۰۶-۱۴")
        assert not services.match(agent, customer, "birth_date", "1971-06-15")
        with pytest.raises(TooManyTries):
            services.match(agent, customer, "birth_date", "1971-06-14")
    answers = [dict(e.detail)["answer"] for e in world.events() if e.mode is Mode.MATCH]
    assert answers == ["agrees", "agrees", "differs"]


def test_the_edge_of_a_window_gives_no_further_tries(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client):
        for _ in range(3):
            services.match(agent, customer, "birth_date", "1971-06-15")
    window = limits.MATCH.window
    Tally.objects.filter(act="match").update(window=F("window") - window)

    def three_more() -> None:  # however far the present window is, three are too many
        for _ in range(3):
            services.match(agent, customer, "birth_date", "1971-06-14")

    with scope(world.client), pytest.raises(TooManyTries):
        three_more()
    Tally.objects.filter(act="match").update(window=F("window") - 2 * window)
    with scope(world.client):
        assert services.match(agent, customer, "birth_date", "1971-06-14")


def test_values_that_are_opened_are_looks_that_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    monkeypatch.setattr(limits, "LOOK", Limit("look", 2, timedelta(hours=1), "Too many."))
    look = Look("test:value:open", Mode.VIEW, Purpose.SERVICE)
    with scope(world.client):
        surname = Customer.objects.get(id=customer).surname
        for _ in range(2):
            assert door.open_values(agent, [surname], look) == [VALUES[DataClass.SURNAME]]
        with pytest.raises(TooManyTries):
            door.open_values(agent, [surname], look)
    refused = [event for event in world.events() if event.mode is Mode.DENY]
    assert [event.detail for event in refused] == [(("limit", "look"),)]


def test_what_was_counted_the_day_before_is_kept_until_it_counts_no_more(world: World) -> None:
    person, day = world.viewer(Role.AGENT).person, timedelta(days=1)
    limits.count(Limit("names", 5, day, "Too many."), person, person)
    counted = Tally.objects.filter(act="names")
    counted.update(window=F("window") - day)
    housekeeping.forget_counts()
    assert counted.exists()
    counted.update(window=F("window") - day)
    housekeeping.forget_counts()
    assert not counted.exists()


def test_an_empty_field_never_matches_an_empty_claim(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer(given_name="")
    world.assign(agent, customer)
    with scope(world.client):
        assert not services.match(agent, customer, "given_name", "  ")


def test_a_match_needs_an_assignment(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    with scope(world.client), pytest.raises(NotDisclosed):
        services.match(agent, customer, "birth_date", "1971-06-14")


def test_reveals_are_limited_by_the_hour(world: World) -> None:
    supervisor, customer = world.viewer(Role.SUPERVISOR), world.customer()
    with scope(world.client):
        for _ in range(30):
            services.reveal(supervisor, customer, "birth_date", REQUEST)
        with pytest.raises(TooManyTries):
            services.reveal(supervisor, customer, "birth_date", REQUEST)


def test_a_matrix_or_grant_written_past_razdar_is_not_believed(world: World) -> None:
    officer, customer = world.viewer(Role.PRIVACY_OFFICER), world.customer()
    request = RevealRequest(Purpose.PRIVACY_REQUEST, "access request number 12")
    with scope(world.client):
        services.reveal(officer, customer, "national_id", request)
        (waiting,) = services.waiting(officer, customer)
        grants.Grant.objects.update(state="approved", decided_by=world.people[world.client, Role.SECURITY_OFFICER])
        with pytest.raises(NotFound):
            services.open_granted(officer, customer, "national_id", waiting.grant)
    wider = shipped().changed(Role.TECHNICIAN, DataClass.SURNAME, Cell(Level.CLEAR, frozenset(Purpose)))
    with scope(world.client):
        MatrixVersion.objects.update(body=wider.to_json())
    assert matrices.current(world.client).version == 0
    assert [e for e in world.events() if e.action == "vault:matrix:forge"]
    with scope(world.client):
        assert selectors.card(world.viewer(Role.SUPERVISOR), customer).fields == ()
