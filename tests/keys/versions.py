"""Versions of keys."""

from uuid import UUID, uuid4

from razdar.core.crypto import hierarchy
from razdar.keys.agent import KeyRef
from razdar.keys.records import WrappedKey
from razdar.keys.store import KeyStore
from tests.keys.conftest import CLIENT, NOW, agent_on


def add_version(store: KeyStore, customer: UUID, version: int) -> KeyRef:
    """A further version of a customer key, as a rotation makes it."""
    agent = agent_on(store)
    ref = KeyRef(CLIENT, customer, version)
    epoch = store.newest_epoch(CLIENT)
    binding = hierarchy.customer_binding(CLIENT, customer, version)
    wrapped = agent._new_wrapped(epoch, hierarchy.KekPurpose.CUSTOMER, binding)
    store.add_customer_keys([WrappedKey(ref, uuid4().bytes, epoch.number, wrapped)], NOW)
    return ref
