"""What was said by an unknown caller is redacted once more as soon as it is known who called."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.customers import linking
from razdar.customers import services as customers
from razdar.customers.callers import who_calls
from razdar.customers.models import Customer
from razdar.identity.viewers import for_job
from razdar.interactions import integrity, jobs, selectors
from razdar.interactions.models import Recording
from razdar.interactions.services import import_call
from razdar.runtime.scope import scope
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.interactions.test_pipeline import incoming
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
