"""The proof on living customers is one of each client."""

from contextlib import nullcontext
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from razdar.assurance import finishing
from razdar.core.errors import Misconfigured
from razdar.vault.resurrection import NOTHING, Tried

MANY, OTHER = uuid4(), uuid4()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Two clients, the first with more customers than are tried; whose customers were tried."""
    asked: list[UUID] = []
    clients = [SimpleNamespace(id=MANY), SimpleNamespace(id=OTHER)]
    monkeypatch.setattr(finishing, "scope", lambda _client: nullcontext())
    monkeypatch.setattr(finishing.people, "clients", lambda: clients)
    monkeypatch.setattr(
        finishing.resurrection, "customers_with_values", lambda _client, most: [uuid4() for _ in range(3)] * most
    )

    def attempt(client: UUID, _customer: UUID) -> Tried:
        asked.append(client)
        return Tried(1, 1, 2)

    monkeypatch.setattr(finishing.resurrection, "attempt", attempt)
    return asked


def test_some_of_each_client_are_tried(tried: list[UUID]) -> None:
    count, _ = finishing._sample(set())
    assert (tried.count(MANY), tried.count(OTHER)) == (finishing.SAMPLE, finishing.SAMPLE)
    assert count == 2 * finishing.SAMPLE


def test_a_client_of_which_nothing_opens_keeps_everything_shut(
    tried: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        finishing.resurrection, "attempt", lambda client, _: Tried(1, 1, 2) if client == MANY else NOTHING
    )
    with pytest.raises(Misconfigured, match="one client"):
        finishing._sample(set())
