"""What was said by an unknown caller is redacted once more as soon as it is known who called."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass, Role
from razdar.customers import linking
from razdar.customers import services as customers
from razdar.customers.callers import who_calls
from razdar.customers.models import Customer
from razdar.identity.viewers import for_job
from razdar.interactions import integrity, jobs, originals, selectors
from razdar.interactions.models import Interaction, Recording
from razdar.interactions.services import import_call
from razdar.runtime.registries import DESTROYERS
from razdar.runtime.scope import scope
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.interactions.taking_in import incoming
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])


def processed(world: World, customer: UUID) -> UUID:
    interaction = import_call(for_job("import-call", world.client), incoming(customer))
    for _ in ("transcribe", "redact"):
        jobs.advance(world.client, interaction)
    return interaction


def page(world: World, interaction: UUID) -> selectors.Page:
    with scope(world.client):
        return selectors.page(world.viewer(Role.QUALITY_REVIEWER), interaction)


def said(world: World, interaction: UUID) -> str:
    return " ".join(word.text.lower() for word in page(world, interaction).words)


def a_name_in(text: str) -> str:
    """A long word that was said and left as it is: it shall be somebody's surname."""
    return max((word.strip(".,?!") for word in text.split() if word.strip(".,?!").isalpha()), key=len)


def test_a_name_that_was_said_is_silenced_once_the_caller_is_known_and_until_then_the_call_is_locked(
    world: World,
) -> None:
    with scope(world.client):
        caller = who_calls(for_job("telephony", world.client), None).customer
    call = processed(world, caller)
    surname = a_name_in(said(world, call))
    customer = world.customer(surname=surname.title())
    with scope(world.client):  # it was there before the call
        Customer.objects.filter(id=customer).update(created_at=datetime.now(UTC) - timedelta(days=1))
    others = processed(world, customer)
    wait_until_sequenced()
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        assert customers.match(supervisor, customer, "birth_date", "1971-06-14", caller)
        link = linking.identify(supervisor, caller, customer)
    assert page(world, call).row.locked
    assert page(world, call).words == ()
    assert not page(world, others).row.locked  # nothing new is known of it
    jobs.advance(world.client, call)
    assert not page(world, call).row.locked
    assert surname not in said(world, call)
    with scope(world.client):
        linking.undo(supervisor, caller, link)
        assert surname not in said(world, call)
        redacted = Recording.objects.get(interaction_id=call, redacted=True)
        assert integrity.check(supervisor, redacted.interaction, redacted).state is integrity.State.UNSEQUENCED
    wait_until_sequenced()
    with scope(world.client):
        assert integrity.check(supervisor, redacted.interaction, redacted).state is integrity.State.VERIFIED


def a_caller(world: World) -> UUID:
    with scope(world.client):
        return who_calls(for_job("telephony", world.client), None).customer


def test_a_caller_who_gets_a_name_by_typing_is_redacted_again_with_every_value_that_is_written(world: World) -> None:
    caller = a_caller(world)
    call = processed(world, caller)
    surname = a_name_in(said(world, call))
    supervisor = world.viewer(Role.SUPERVISOR)
    for key, value in (("surname", surname.title()), ("given_name", "")):
        with scope(world.client):
            customers.correct(supervisor, caller, key, value or a_name_in_given(world, call))
        assert page(world, call).row.locked
        assert page(world, call).words == ()
        jobs.advance(world.client, call)
        assert not page(world, call).row.locked
        assert surname not in said(world, call)
    with scope(world.client):
        customers.add_handle(supervisor, caller, DataClass.EMAIL, "caller@example.org")
    assert page(world, call).row.locked


def a_name_in_given(world: World, call: UUID) -> str:
    return a_name_in(said(world, call)).title()


def test_who_was_always_known_is_not_redacted_again_by_a_correction(world: World) -> None:
    customer = world.customer()
    call = processed(world, customer)
    with scope(world.client):
        customers.correct(world.viewer(Role.SUPERVISOR), customer, "surname", "Corrected")
    assert not page(world, call).row.locked


def test_where_the_words_are_gone_the_redacted_sound_goes_and_the_call_stays_locked(world: World) -> None:
    caller = a_caller(world)
    call = processed(world, caller)
    with scope(world.client):
        Interaction.objects.filter(id=call).update(transcript_gone_at=datetime.now(UTC))
        DESTROYERS["interactions transcript"].destroy(world.client, [call])
        customers.correct(world.viewer(Role.SUPERVISOR), caller, "surname", "Somebody")
        assert not Recording.objects.filter(interaction_id=call, redacted=True).exists()
        assert Recording.objects.filter(interaction_id=call, redacted=False).exists()
    assert page(world, call).row.locked
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        assert [each.data_class for each in originals.askable(officer, call)] == [DataClass.RECORDING]
