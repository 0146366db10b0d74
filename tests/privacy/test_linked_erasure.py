"""Erasing one record of a person erases all: every key, with one confirmation, and each certificate names them all."""

from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import NotFound, RazdarError
from razdar.core.ledger import certificates
from razdar.customers import linking
from razdar.customers import selectors as customers
from razdar.customers import services as customer_services
from razdar.customers.callers import who_calls
from razdar.customers.models import Agreement, Candidate, Customer, CustomerLink
from razdar.identity.viewers import for_job
from razdar.interactions.models import Interaction
from razdar.keys import agent
from razdar.privacy import jobs, selectors, services, verifying
from razdar.runtime.scope import scope
from razdar.vault import ring
from razdar.vault.models import SamePerson
from razdar.vault.sealed import Sealed
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.privacy.erasing import with_a_call
from tests.world import HANDLES, World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


@pytest.fixture
def person(world: World) -> list[UUID]:
    """Three records of one person in a chain: one with a call, an unknown caller who is that one, one that leads."""
    with_call, _ = with_a_call(world)
    leading = world.customer(surname="Leading")
    with scope(world.client):
        caller = who_calls(for_job("telephony", world.client), "+48221234567").customer
        linking.merge(world.viewer(Role.SUPERVISOR), with_call, leading)
    link_the_caller(world, caller, with_call)
    return [with_call, caller, leading]


def link_the_caller(world: World, caller: UUID, customer: UUID) -> None:
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        assert customer_services.match(supervisor, customer, "birth_date", "1971-06-14", caller)
        linking.identify(supervisor, caller, customer)


def sealed_values(world: World, people: list[UUID]) -> list[Sealed]:
    """What an attacker holds who kept the rows."""
    with scope(world.client):
        rows = {row.id: row for row in Customer.objects.filter(id__in=people)}
        return [rows[each].surname for each in people if rows[each].surname.present]


def opens(world: World, sealed: Sealed) -> bool:
    try:
        with scope(world.client), ring.opened([sealed], "tests") as keys:
            keys.open(sealed)
    except RazdarError:
        return False
    return True


def erase(world: World, customer: UUID) -> None:
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")


def test_the_confirmation_says_beforehand_what_goes(world: World, person: list[UUID]) -> None:
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        for each in person:
            preview = selectors.preview(officer, each)
            assert preview.linked == 2
            assert dict(preview.counts)["interaction"] == 1
            assert dict(preview.counts)["field"] == 14
            assert dict(preview.counts)["handle"] == 5
        assert selectors.preview(officer, world.customer()).linked == 0


def test_what_was_linked_after_somebody_looked_does_not_go(world: World, person: list[UUID]) -> None:
    officer, other = world.viewer(Role.PRIVACY_OFFICER), world.customer(surname="Linked meanwhile")
    with scope(world.client):
        looked, alone = selectors.preview(officer, person[0]).records, selectors.preview(officer, other).records
        linking.merge(world.viewer(Role.SUPERVISOR), other, person[2])
    for asked, shown in ((person[0], looked), (other, alone), (other, "")):
        with scope(world.client), pytest.raises(services.OtherRecords):
            services.erase(officer, asked, "request", shown)
    with scope(world.client):
        assert not Customer.objects.exclude(erased_at=None).exists()
        services.erase(officer, person[0], "request", selectors.preview(officer, other).records)
        assert Customer.objects.exclude(erased_at=None).count() == 4


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_after_it_no_field_of_any_linked_record_opens(world: World, person: list[UUID], asked: int) -> None:
    other = world.customer(surname="Stays")
    kept = sealed_values(world, person)
    bystander = sealed_values(world, [other])
    assert len(kept) == 2
    assert all(opens(world, each) for each in (*kept, *bystander))
    erase(world, person[asked])
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):  # for every page it is over at once
        assert all(customers.card(supervisor, each).erased_at for each in person)
        found = customers.found_cards(supervisor, customers.find(supervisor, *HANDLES[0]))
        assert [card.id for card in found] == [other]
    for each in person:
        jobs.finish(world.client, each)
    assert all(agent.current().is_destroyed(world.client, each) for each in person)
    assert not any(opens(world, each) for each in kept)
    assert all(opens(world, each) for each in bystander)
    with scope(world.client):
        assert not Interaction.objects.exists()
        assert not any(m.objects.exists() for m in (CustomerLink, SamePerson, Agreement, Candidate))
    asks = {event.customer for event in world.events() if event.action == services.ASK}
    assert asks == set(person)


def test_every_certificate_names_all_keys_and_the_first_waits_for_the_last(world: World, person: list[UUID]) -> None:
    with_call, caller, leading = person
    erase(world, leading)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    jobs.finish(world.client, leading)
    jobs.finish(world.client, caller)
    wait_until_sequenced()
    jobs.certify()
    with scope(world.client):
        assert selectors.record(officer, leading).certificate is None
    jobs.finish(world.client, with_call)
    wait_until_sequenced()
    jobs.certify()
    with scope(world.client):
        records = {each: selectors.record(officer, each) for each in person}
        texts = {each: selectors.certificate(officer, each) for each in person}
    keys = {each: set(record.key_ids) for each, record in records.items()}
    assert len(set.union(*keys.values())) == 3
    for each in person:
        assert set(records[each].linked) == set(person) - {each}
        verified = certificates.verify(texts[each])
        said = verified.certificate
        assert {key for key, _ in said.keys} == keys[each]
        assert {key for key, _ in said.all_keys} == set.union(*keys.values())
        assert {linked.customer for linked in said.linked} == set(person) - {each}
        assert said.finality.live_at == max(record.destroyed_at for record in records.values() if record.destroyed_at)
        words = " ".join(verifying.sentences(verified))
        assert all(key in words for key in set.union(*keys.values()))


def test_after_undoing_each_is_erased_by_itself(world: World) -> None:
    supervisor, officer = world.viewer(Role.SUPERVISOR), world.viewer(Role.PRIVACY_OFFICER)
    one, other = world.customer(), world.customer(surname="Stays")
    with scope(world.client):
        link = linking.merge(supervisor, one, other)
        linking.undo(supervisor, one, link)
    kept = sealed_values(world, [one, other])
    erase(world, one)
    jobs.finish(world.client, one)
    assert [opens(world, each) for each in kept] == [False, True]
    with scope(world.client):
        assert selectors.record(officer, one).linked == ()
        with pytest.raises(NotFound):
            selectors.record(officer, other)
        assert not CustomerLink.objects.exists()


def test_nobody_is_linked_to_who_is_being_erased(world: World) -> None:
    supervisor = world.viewer(Role.SUPERVISOR)
    one, other, third = world.customer(), world.customer(), world.customer()
    with scope(world.client):
        link = linking.merge(supervisor, one, other)
    erase(world, other)
    for pair in ((third, other), (third, one), (one, third), (other, third)):
        with scope(world.client), pytest.raises(NotFound):
            linking.merge(supervisor, *pair)
    with scope(world.client), pytest.raises(NotFound):
        linking.undo(supervisor, one, link)
