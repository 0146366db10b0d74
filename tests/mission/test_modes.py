"""How values are stored: chosen by the client for each kind of value."""

from pathlib import Path

import pytest

from tests.leaks.needles import Literals
from tests.mission import disk
from tests.mission.founding import SECOND
from tests.mission.pages import definitions
from tests.mission.planted import NEIGHBOUR, REFERENCE, Planted, type_in
from tests.mission.storing import Keeper, offered, overwritten, reveal, stored, stored_as

AGENT, SUPERVISOR = "agent.b", "supervisor.b"
KIND = "reference_no"
MODES = ("standard", "searchable", "sealed", "dual_control")
ADDRESS = "3 Cinderquay Terrace, Wrensmouth"


@pytest.mark.requirement("S004-23")
def test_a_class_is_stored_otherwise_and_reads_the_same(planted: Planted, tmp_path: Path) -> None:
    """One kind of value of one client is to be stored in another way. The bytes in the database change, their form
    too; those of other kinds and of the other client do not. The card shows what it showed, and a reveal the value.
    What was stored before, put back by the database's administrator, does not open: the weaker way is closed. Chosen
    back, the bytes change again, and the card still shows what it showed.
    """
    house, keeper, client = planted.house, Keeper.new(tmp_path), planted.house.client(SECOND)
    customer = type_in(house, {**NEIGHBOUR, "Postal address": ADDRESS, REFERENCE: "MD-1"}, AGENT)
    card = f"/customers/{customer}/"
    cells = [(customer, "given_name"), (customer, "reference_no"), (planted.neighbour, "postal_address")]
    others = [stored(house, *cell) for cell in cells]
    before, shown = stored(house, customer, "postal_address"), definitions(house.desk(SUPERVISOR).get(card).text)
    assert offered(house, client, "postal_address")[0] == "standard"
    with stored_as(house, client, "postal_address", "sealed", keeper):
        during = stored(house, customer, "postal_address")
        assert during[0] != before[0]
        assert len(during) > len(before) + 1000  # a sealed value brings the key that it was sealed with
        assert [stored(house, *cell) for cell in cells] == others
        assert definitions(house.desk(SUPERVISOR).get(card).text) == shown
        assert ADDRESS in reveal(house, SUPERVISOR, customer, "postal_address", keeper)
        assert not disk.in_tables(house, [ADDRESS])
        with overwritten(house, customer, "postal_address", before):
            assert not _sent(reveal(house, SUPERVISOR, customer, "postal_address", keeper), ADDRESS)
    after = stored(house, customer, "postal_address")
    assert after[0] == before[0]
    assert after not in {before, during}
    assert definitions(house.desk(SUPERVISOR).get(card).text) == shown
    assert ADDRESS in reveal(house, SUPERVISOR, customer, "postal_address", keeper)


@pytest.mark.requirement("S004-23")
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_keeps_the_same_promises(planted: Planted, tmp_path: Path, mode: str) -> None:
    """A client's own reference number can be stored in each of four ways, symmetric alone and joined with asymmetric,
    under one key or under two. Whichever the client chose: what is typed in stands in no table; it comes back to
    somebody who may reveal it; it does not when a bit of it was changed, nor from another customer's row; put back, it
    comes back again. These are all the ways that are offered for it.
    """
    house, keeper, client = planted.house, Keeper.new(tmp_path), planted.house.client(SECOND)
    now, else_ = offered(house, client, KIND)
    assert {now, *else_} == set(MODES)
    values = [f"QX-{mode}-88{number}417" for number in (1, 2)]
    with stored_as(house, client, KIND, mode, keeper):
        one, other = (type_in(house, {**NEIGHBOUR, REFERENCE: value}, AGENT) for value in values)
        assert not disk.in_tables(house, values)
        assert values[0] in reveal(house, SUPERVISOR, one, KIND, keeper)
        own, foreign = stored(house, one, KIND), stored(house, other, KIND)
        for edited in (own[:-1] + bytes([own[-1] ^ 1]), foreign):
            with overwritten(house, one, KIND, edited):
                assert not _sent(reveal(house, SUPERVISOR, one, KIND, keeper), *values)
        assert values[0] in reveal(house, SUPERVISOR, one, KIND, keeper)


def _sent(text: str, *values: str) -> set[str]:
    return Literals(values).found(text.encode())
