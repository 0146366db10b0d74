"""What lies in storage: sealed values, for thieves of disks and for administrators of databases alike."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.leaks.needles import Literals
from tests.mission import disk
from tests.mission.builds import SOUND, Build
from tests.mission.founding import FIRST
from tests.mission.house import PASSPHRASE, House
from tests.mission.houses import Houses
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
    shutil.copytree(planted.house.var, stolen.var, symlinks=True, ignore=shutil.ignore_patterns(".s.*", "*.sock"))
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


@pytest.mark.requirement("S004-17")
@pytest.mark.control(
    patch="razdar.core.ledger.exports:_Log._fine",
    with_="tests.weakening.patches:finds_nothing",
    fails_with="passed for what was logged",
)
def test_an_entry_of_the_log_edited_in_the_database_is_named(houses: Houses, build: Build, tmp_path: Path) -> None:
    """The database's administrator rewrites an entry of the log so that it names somebody else, in its columns and in
    its bytes alike. The check of an export says which entry was altered, and the entry's own page says that it is not
    what was signed. Put back, the export holds again. (The control takes the comparison out of the check alone.)
    """
    house = houses.sound(SOUND.environ).house
    index, payload, changed = _an_entry(house)
    _set_payload(house, index, changed)
    try:
        page = house.desk("auditor").get(f"/log/{index}/").text
        verdict = _verdict(house, tmp_path / "edited", build)
    finally:
        _set_payload(house, index, payload)
    assert "NOT OK" in verdict, f"the edited entry passed for what was logged: {verdict}"
    assert re.search(rf"^ +edited: .* {index}\.$", verdict, re.MULTILINE), verdict
    assert "This is not what was signed" in page
    assert "NOT OK" not in _verdict(house, tmp_path / "whole", build)


def _an_entry(house: House) -> tuple[int, bytes, bytes]:
    """An early entry with its bytes, and the same as if another person had acted."""
    query = """SELECT one."index", one.payload, one.actor::text, other.actor::text FROM audit_event one
        JOIN audit_event other ON other.log = one.log AND other.actor <> one.actor
        WHERE one.log = %s AND one."index" > 8 ORDER BY one."index", other."index" LIMIT 1"""
    with house.database_session() as session:
        ((index, payload, actor, other),) = session.execute(query, [house.client(FIRST)]).fetchall()
    return index, payload, payload.replace(actor.encode(), other.encode())


def _set_payload(house: House, index: int, payload: bytes) -> None:
    actor = json.loads(payload)["actor"]
    with house.database_session() as session:
        statement = 'UPDATE audit_event SET payload = %s, actor = %s WHERE log = %s AND "index" = %s'
        session.execute(statement, [payload, actor, house.client(FIRST), index])


def _verdict(house: House, export: Path, build: Build) -> str:
    """What the check of an export says."""
    house.cli("log", "export", str(export), "--client", house.client(FIRST))
    house.attempt("verify", str(export), **build.only)
    return house.printed


def _surname(house: House, customer: str) -> bytes:
    with house.database_session() as session:
        rows = session.execute("SELECT surname FROM customers_customer WHERE id = %s", [customer]).fetchall()
        return bytes(rows[0][0])


def _set_surname(house: House, customer: str, value: bytes) -> None:
    with house.database_session() as session:
        session.execute("UPDATE customers_customer SET surname = %s WHERE id = %s", [value, customer])
