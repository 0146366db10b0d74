"""A client's choice of how a class is stored: what may be chosen, what it changes at once, who can take it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from razdar.core.crypto import age, frame
from razdar.core.crypto.age import Identity
from razdar.core.disclosure import MASK, DataClass, Purpose, RevealRequest, Role, info
from razdar.core.errors import BadInput, NotFound, Refused, SecondKeyNeeded, Unavailable, Unopenable
from razdar.customers import selectors, services
from razdar.customers.models import Customer
from razdar.identity.viewers import for_job
from razdar.keys import agent
from razdar.keys.agent import KeyRef
from razdar.runtime.scope import scope
from razdar.vault import choosing, modes, ring
from razdar.vault import services as vault
from razdar.vault.models import ClientModes, IndexEntry, Token
from tests.core.crypto.holding import OTHER_PERSON, PERSON
from tests.vault.choices import KEEPER, blob_of, choose, opened
from tests.world import VALUES, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]
REQUEST = RevealRequest(Purpose.SERVICE, "the caller asked to be called back", "T-1")


class Asked:
    """What a process asks the key agent while something is done: the method, and for how many keys."""

    def __init__(self, real: object) -> None:
        self.real = real
        self.calls: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> object:
        answer = getattr(self.real, name)

        def call(*args: Any) -> object:
            if name not in {"installation_subkey", "new_writer"}:  # of no customer: authenticators of rows, stamps
                self.calls.append((name, len(args[0]) if name == "unwrap" else 0))
            return answer(*args)

        return call


@contextmanager
def listening() -> Iterator[Asked]:
    asked = Asked(agent.current())
    agent.install(asked)  # type: ignore[arg-type]
    try:
        yield asked
    finally:
        agent.install(asked.real)  # type: ignore[arg-type]


def test_a_choice_holds_for_writing_at_once_and_older_values_open(world: World) -> None:
    older = world.customer()
    choose(world, DataClass.BIRTH_DATE, "sealed")
    newer = world.customer()
    assert blob_of(older, world.client, DataClass.BIRTH_DATE)[0] == 0x11
    assert blob_of(newer, world.client, DataClass.BIRTH_DATE)[0] == 0x22
    assert blob_of(newer, world.client, DataClass.NATIONAL_ID)[0] == 0x11
    with scope(world.client):
        cards = [selectors.card(world.viewer(Role.SUPERVISOR), customer) for customer in (older, newer)]
    assert all(card.fields for card in cards)
    assert opened(world, older, DataClass.BIRTH_DATE) == opened(world, newer, DataClass.BIRTH_DATE) == "1971-06-14"


# --- Who can take it back ---------------------------------------------------------------------------------------------


def test_hostile_sql_cannot_choose_a_weaker_mode(world: World) -> None:
    choose(world, DataClass.BIRTH_DATE, "dual_control", KEEPER)
    customer = world.customer()
    with scope(world.client):
        row = ClientModes.objects.get(client_id=world.client)
        forged = row.body.replace("dual_control", "standard")
        ClientModes.objects.update(body=forged)
    with pytest.raises(Unavailable):
        modes.current(world.client)
    with scope(world.client):
        ClientModes.objects.all().delete()
    with pytest.raises(Unavailable):
        world.customer()
    with scope(world.client), pytest.raises(Unavailable):
        selectors.card(world.viewer(Role.SUPERVISOR), customer)
    assert len([e for e in world.events() if e.action == "vault:mode:forge"]) == 3


def test_another_clients_document_is_not_believed(world: World) -> None:
    with scope(world.other):
        theirs = ClientModes.objects.get(client_id=world.other)
    with scope(world.client):
        ClientModes.objects.filter(client_id=world.client).update(
            version=theirs.version, body=theirs.body, mac=bytes(theirs.mac)
        )
    with pytest.raises(Unavailable):
        modes.current(world.client)


# --- Sealed -----------------------------------------------------------------------------------------------------------


def test_who_only_writes_sealed_values_never_gets_a_customer_key(world: World) -> None:
    customer = world.customer()
    choose(world, DataClass.BIRTH_DATE, "sealed")
    with scope(world.client):
        row = Customer.objects.get(id=customer)
        with listening() as asked:
            vault.seal(row, {"birth_date": "1980-01-02"}, "test")
            row.save(update_fields=["birth_date"])
    assert {name for name, _ in asked.calls} == {"sealed_public"}
    assert opened(world, customer, DataClass.BIRTH_DATE) == "1980-01-02"


def test_a_batch_asks_for_keys_once_whatever_the_modes(world: World) -> None:
    choose(world, DataClass.BIRTH_DATE, "sealed")
    customers = [world.customer() for _ in range(3)]
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        selectors.cards(supervisor, customers)
        with listening() as asked:
            selectors.cards(supervisor, customers)
    assert asked.calls == [("unwrap", 3)]


def test_destroying_the_customers_key_ends_what_was_sealed_to_it(world: World) -> None:
    choose(world, DataClass.BIRTH_DATE, "sealed")
    customer = world.customer()
    public = agent.current().sealed_public(world.client, [customer])[customer]
    assert public.version == 1
    with scope(world.client):
        vault.shred(world.client, customer)
    with pytest.raises(Unopenable):
        opened(world, customer, DataClass.BIRTH_DATE)
    with pytest.raises(Unopenable):
        agent.current().sealed_public(world.client, [customer])


# --- Search -----------------------------------------------------------------------------------------------------------


def test_leaving_search_drops_the_index_and_says_so(world: World) -> None:
    world.customer()
    supervisor, number = world.viewer(Role.SUPERVISOR), info(DataClass.NATIONAL_ID).number
    found = choosing.consequence(world.client, DataClass.NATIONAL_ID, "dual_control")
    assert (found.loses_search, found.needs_persons, found.cannot_leave) == (True, True, False)
    assert choose(world, DataClass.NATIONAL_ID, "dual_control", KEEPER) == found
    world.customer()
    with scope(world.client):
        assert not IndexEntry.objects.filter(field=number).exists()
        with pytest.raises(Refused):
            selectors.find(supervisor, DataClass.NATIONAL_ID, VALUES[DataClass.NATIONAL_ID])
        assert len(selectors.find(supervisor, DataClass.REFERENCE_NO, VALUES[DataClass.REFERENCE_NO])) == 2


# --- Dual control -----------------------------------------------------------------------------------------------------


def keyed(world: World, data_class: DataClass = DataClass.BIRTH_DATE) -> UUID:
    choose(world, data_class, "dual_control", KEEPER)
    return world.customer()


def read(file: bytes, person: Identity) -> str:
    return b"".join(age.decrypt([person], [file])).decode()


def test_a_page_shows_the_mask_and_opens_nothing(world: World) -> None:
    customer = keyed(world)
    with scope(world.client):
        card = selectors.card(world.viewer(Role.SUPERVISOR), customer)
    (field,) = [f for f in card.fields if f.data_class is DataClass.BIRTH_DATE]
    assert (field.text, field.revealable, field.matchable) == (MASK, True, False)


def test_a_reveal_waits_for_the_second_key_and_opens_with_it(world: World) -> None:
    customer, supervisor = keyed(world), world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        assert services.reveal(supervisor, customer, "birth_date", REQUEST) is None
    with scope(world.client):
        (waiting,) = services.waiting(supervisor, customer)
        assert waiting.approved
        file = services.second_key_file(supervisor, customer, "birth_date", waiting.grant)
    with scope(world.client), pytest.raises(SecondKeyNeeded):
        services.open_granted(supervisor, customer, "birth_date", waiting.grant)
    with pytest.raises(Unopenable):
        read(file, OTHER_PERSON)
    text = read(file, PERSON)
    assert str(customer) in text
    wrong = text.splitlines()[-1][:-1] + ("0" if text[-2] != "0" else "1")
    with pytest.raises(Unopenable), scope(world.client):
        services.open_granted(supervisor, customer, "birth_date", waiting.grant, wrong)
    with pytest.raises(BadInput), scope(world.client):
        services.open_granted(supervisor, customer, "birth_date", waiting.grant, "please")
    with scope(world.client):
        revealed = services.open_granted(supervisor, customer, "birth_date", waiting.grant, text)
        assert revealed.shown.text == VALUES[DataClass.BIRTH_DATE]
    with scope(world.client), pytest.raises(Refused):  # once only
        services.open_granted(supervisor, customer, "birth_date", waiting.grant, text)
    actions = [(e.action, e.outcome) for e in world.events() if e.customer == customer]
    assert ("vault:second_key:ask", "ok") in actions
    assert [o for a, o in actions if a == "customers:field:reveal"][-3:] == ["denied", "failed", "ok"]


def test_the_small_file_is_for_who_may_open_and_for_what_needs_it(world: World) -> None:
    customer, supervisor = keyed(world), world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        services.reveal(supervisor, customer, "birth_date", REQUEST)
        (waiting,) = services.waiting(supervisor, customer)
    for other in (world.second(Role.SUPERVISOR), world.viewer(Role.PRIVACY_OFFICER)):
        with scope(world.client), pytest.raises(NotFound):
            services.second_key_file(other, customer, "birth_date", waiting.grant)


def test_a_caller_cannot_be_matched_and_a_job_goes_on_without_it(world: World) -> None:
    customer, viewer = keyed(world), world.viewer(Role.AGENT)
    world.assign(viewer, customer)
    with scope(world.client), pytest.raises(SecondKeyNeeded):
        services.match(viewer, customer, "birth_date", VALUES[DataClass.BIRTH_DATE])
    with scope(world.client):
        selectors.known_forms(for_job("redact", world.client), customer)
    denied = [e for e in world.events() if e.action == "customers:field:match"]
    assert [e.outcome for e in denied] == ["denied"]


def test_the_installation_alone_opens_nothing_under_dual_control(world: World) -> None:
    """Whoever holds the database and every key of the key store lacks the person's."""
    customer = keyed(world)
    with scope(world.client):
        sealed = Customer.objects.get(id=customer).birth_date
        (key,) = agent.current().unwrap([KeyRef(world.client, customer, 1)], "test")
        with ring.opened([sealed], "test") as keys:
            with pytest.raises(SecondKeyNeeded):
                keys.open(sealed)
            with pytest.raises(Unopenable):
                keys.open(sealed, bytes(key))


# --- Token ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def any_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table of today holds a card or account number; let a column that there is stand for one."""
    monkeypatch.setattr(choosing, "TOKEN_CLASSES", frozenset({DataClass.POSTAL_ADDRESS}))


@pytest.mark.usefixtures("any_token")
def test_a_token_stands_in_the_row_and_the_value_apart(world: World) -> None:
    choose(world, DataClass.POSTAL_ADDRESS, "token")
    customer = world.customer()
    blob = blob_of(customer, world.client, DataClass.POSTAL_ADDRESS)
    assert (len(blob), frame.unpack(blob)[0]) == (19, 0x51)
    assert opened(world, customer, DataClass.POSTAL_ADDRESS) == VALUES[DataClass.POSTAL_ADDRESS]
    with scope(world.client):
        assert Token.objects.filter(customer_id=customer).count() == 1
    with scope(world.other):
        assert not Token.objects.exists()


@pytest.mark.usefixtures("any_token")
def test_a_corrected_value_leaves_no_token_behind_and_an_erased_customer_none(world: World) -> None:
    choose(world, DataClass.POSTAL_ADDRESS, "token")
    customer, supervisor = world.customer(), world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        services.correct(supervisor, customer, "postal_address", "1 New Street")
    with scope(world.client):
        assert Token.objects.count() == 1
    assert opened(world, customer, DataClass.POSTAL_ADDRESS) == "1 New Street"
    with scope(world.client):
        services.correct(supervisor, customer, "postal_address", "")
    with scope(world.client):
        assert Token.objects.count() == 0
        services.correct(supervisor, customer, "postal_address", "2 New Street")
        vault.shred(world.client, customer)
        assert Token.objects.count() == 0


@pytest.mark.usefixtures("any_token")
def test_a_token_of_another_row_opens_nothing(world: World) -> None:
    choose(world, DataClass.POSTAL_ADDRESS, "token")
    one, other = world.customer(), world.customer()
    with scope(world.client):
        Customer.objects.filter(id=one).update(postal_address=blob_of(other, world.client, DataClass.POSTAL_ADDRESS))
    with pytest.raises(Unopenable):
        opened(world, one, DataClass.POSTAL_ADDRESS)
