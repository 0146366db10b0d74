"""What lies in storage: sealed values, for thieves of disks and for administrators of databases alike."""

import shutil
from pathlib import Path

import pytest

from tests.leaks.needles import Literals
from tests.mission import disk
from tests.mission.house import PASSPHRASE, House
from tests.mission.log import Log
from tests.mission.planted import CUSTOMER, WORD, Planted, search

PLANTED = [*(value for label, value in CUSTOMER.items() if label != "Gender"), WORD]
OPENED = "Opening the customer's card"


@pytest.mark.requirement("S003-5")
@pytest.mark.control(
    patch="razdar.core.crypto.suites:by_id",
    with_="tests.weakening.patches:keeps_plain",
    fails_with="readable on disk",
)
def test_raw_files_and_tables_show_nothing(planted: Planted) -> None:
    """A customer is typed in and a call is taken in. Of ten planted values and the sound nothing is found in any file
    that the product writes: database, recordings, key store, logs; nor in any row of any table.
    """
    house = planted.house
    readable = disk.in_files(house.var, PLANTED, planted.call.sound)
    assert not readable, f"readable on disk: {readable}"
    told = disk.in_tables(house, PLANTED)
    assert not told, f"readable on disk, in tables: {told}"
    # What was searched for is there: the product itself still finds and shows it.
    assert CUSTOMER["Surname"] in house.desk("agent").submit("/customers/", search("National id")).text


@pytest.mark.requirement("S001-12")
@pytest.mark.control(
    patch="razdar.core.crypto.suites:by_id",
    with_="tests.weakening.patches:keeps_plain",
    fails_with="opens for a thief",
)
def test_a_stolen_disk_opens_nothing(planted: Planted, tmp_path: Path) -> None:
    """Everything that the product has written is copied to another place, as with a stolen disk. Nothing in the copy
    can be read, the passphrase is not in it, and the product does not start on it with a guessed passphrase. (Every
    installation of these tests is itself such a copy, which opened because the passphrase came along.)
    """
    sound = planted.call.sound
    stolen = House.new(tmp_path / "elsewhere", planted.house.environ)
    shutil.copytree(planted.house.var, stolen.var, symlinks=True, ignore=shutil.ignore_patterns(".s.*"))
    readable = disk.in_files(stolen.var, [*PLANTED, PASSPHRASE], sound)
    assert not readable, f"the copy opens for a thief: {readable}"
    for guess, command in (("password", ["up"]), (PASSPHRASE[:-1], ["client", "list"])):
        (stolen.folder / "passphrase").write_text(guess)
        done = stolen.attempt(*command)
        assert done.returncode == 1
        assert "The passphrase does not open the key store." in done.stderr


@pytest.mark.requirement("S004-17")
@pytest.mark.control(
    patch="razdar.core.crypto.suites:by_id",
    with_="tests.weakening.patches:keeps_plain",
    fails_with="reads in clear",
)
def test_technical_staff_see_ciphertext_and_edits_show(planted: Planted) -> None:
    """The database's administrator reads every row of every table and finds no planted value. A value that the
    administrator changes by a bit, or takes from another customer's row, is not shown: the page fails, and the log says
    that opening it failed. Put back, it is shown again.
    """
    house, customer = planted.house, planted.customer
    told = disk.in_tables(house, PLANTED)
    assert not told, f"the administrator reads in clear: {told}"
    desk, card = house.desk("supervisor"), f"/customers/{customer}/"
    assert CUSTOMER["Surname"] in desk.get(card).text
    start = Log(house, "auditor", customer).position()
    own, other = (_surname(house, row) for row in (customer, planted.neighbour))
    flipped = own[:-1] + bytes([own[-1] ^ 1])
    for edited in (flipped, other):
        _set_surname(house, customer, edited)
        try:
            answer = desk.get(card)
        finally:
            _set_surname(house, customer, own)
        assert answer.status == 500
        assert not Literals(PLANTED).found(answer.everything)
    assert CUSTOMER["Surname"] in desk.get(card).text
    outcomes = [entry.outcome for entry in Log(house, "auditor", customer).since(start) if entry.what == OPENED]
    assert outcomes == ["Failed", "Failed", "Done"]


def _surname(house: House, customer: str) -> bytes:
    with house.database_session() as session:
        rows = session.execute("SELECT surname FROM customers_customer WHERE id = %s", [customer]).fetchall()
        return bytes(rows[0][0])


def _set_surname(house: House, customer: str, value: bytes) -> None:
    with house.database_session() as session:
        session.execute("UPDATE customers_customer SET surname = %s WHERE id = %s", [value, customer])
