"""Public keys for writers that must not read."""

from datetime import timedelta
from uuid import UUID

import pytest

from razdar.core.crypto import hierarchy, hpke
from razdar.core.errors import NotFound, Unopenable
from razdar.keys.agent import LocalAgent
from tests.keys.conftest import NOW

CLIENT, CUSTOMERS = UUID(int=1), [UUID(int=12), UUID(int=11), UUID(int=13)]


@pytest.fixture
def filled(agent: LocalAgent) -> LocalAgent:
    agent.create_client(CLIENT)
    for customer in CUSTOMERS:
        agent.create_customer(CLIENT, customer)
    return agent


def test_each_customer_has_a_key_pair_of_its_own_in_the_order_asked(filled: LocalAgent) -> None:
    found = filled.sealed_public(CLIENT, CUSTOMERS)
    assert list(found) == CUSTOMERS
    assert len({public.key for public in found.values()}) == 3
    assert filled.sealed_public(CLIENT, CUSTOMERS[:1]) == {CUSTOMERS[0]: found[CUSTOMERS[0]]}
    refs = list(filled.newest(CLIENT, CUSTOMERS).values())
    for public, key in zip(found.values(), filled.unwrap(refs, "test"), strict=True):
        sealed = hpke.seal(public.key, b"secret", b"here")
        assert hpke.open_(hierarchy.sealing_seed(key), sealed, b"here") == b"secret"


def test_a_public_key_is_no_customer_key_so_the_book_counts_none(filled: LocalAgent) -> None:
    filled.sealed_public(CLIENT, CUSTOMERS)

    assert filled.book(NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)) == []


def test_nobody_and_the_erased_have_none(filled: LocalAgent) -> None:
    with pytest.raises(NotFound):
        filled.sealed_public(CLIENT, [*CUSTOMERS, UUID(int=99)])
    filled.destroy_customer(CLIENT, CUSTOMERS[0])
    with pytest.raises(Unopenable):
        filled.sealed_public(CLIENT, CUSTOMERS)
    assert filled.sealed_public(CLIENT, CUSTOMERS[1:])
