"""Who chooses how a class is stored, what may be chosen, and what the console says."""

import argparse
from pathlib import Path
from uuid import UUID

import pytest

from razdar.core.crypto.modes import MODES
from razdar.core.crypto.modes.dual_control import parse_second, second_key_file
from razdar.core.disclosure import DataClass, Role, info
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.customers.models import Customer
from razdar.identity import approvals, mode_changes, rights
from razdar.identity.models import Approval
from razdar.runtime.scope import scope
from razdar.vault import choosing, commands, modes, ring
from razdar.vault.models import ClientModes
from tests.core.crypto.holding import OTHER_PERSON, PERSON
from tests.vault.choices import KEEPER, blob_of, choose
from tests.world import VALUES, World

NOBODY = UUID(int=99)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walls]


# --- What may be chosen -----------------------------------------------------------------------------------------------


def test_each_class_has_the_modes_that_make_sense_for_it() -> None:
    assert choosing.allowed(DataClass.CVV) == choosing.allowed(DataClass.PIN) == ()
    assert choosing.allowed(DataClass.RECORDING) == choosing.allowed(DataClass.STAFF_HR) == ()
    assert set(choosing.allowed(DataClass.NATIONAL_ID)) == {"standard", "searchable", "sealed", "dual_control"}
    assert set(choosing.allowed(DataClass.SURNAME)) == {"standard", "searchable", "sealed"}
    assert set(choosing.allowed(DataClass.PAN)) == {"standard", "sealed", "dual_control", "token"}
    assert set(choosing.allowed(DataClass.HEALTH)) == {"standard", "sealed", "dual_control"}
    for data_class in DataClass:
        allowed = set(choosing.allowed(data_class))
        assert not allowed or modes.default(data_class).mode in allowed
        assert "searchable" not in allowed or data_class in modes.SEARCHABLE
        assert (
            "token" not in allowed or "card" in info(data_class).label.lower() or data_class in choosing.TOKEN_CLASSES
        )


@pytest.mark.parametrize(
    ("data_class", "mode", "recipients"),
    [
        (DataClass.CVV, "standard", ()),
        (DataClass.RECORDING, "sealed", ()),
        (DataClass.BIRTH_DATE, "searchable", ()),
        (DataClass.NATIONAL_ID, "token", ()),
        (DataClass.SURNAME, "dual_control", (KEEPER,)),
        (DataClass.NATIONAL_ID, "dual_control", ()),
        (DataClass.NATIONAL_ID, "dual_control", ("age1nobody",)),
        (DataClass.NATIONAL_ID, "sealed", (KEEPER,)),
        (DataClass.NATIONAL_ID, "searchable", ()),
        (DataClass.NATIONAL_ID, "clear", ()),
    ],
)
def test_what_cannot_be_chosen(world: World, data_class: DataClass, mode: str, recipients: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        choose(world, data_class, mode, *recipients)
    assert modes.current(world.client).version == 1


def test_a_choice_is_logged_and_another_client_keeps_its_own(world: World) -> None:
    officer = world.viewer(Role.PRIVACY_OFFICER)
    choosing.choose(officer, world.client, DataClass.BIRTH_DATE, "sealed")
    (event,) = [e for e in world.events() if e.action == "vault:mode:choose"]
    assert (event.client, event.actor) == (world.client, officer.person)
    assert dict(event.detail) == {"data_class": "birth_date", "before": "standard", "after": "sealed", "recipients": 0}
    assert modes.mode_of(world.client, DataClass.BIRTH_DATE) == "sealed"
    assert modes.mode_of(world.other, DataClass.BIRTH_DATE) == "standard"


# --- Who chooses ------------------------------------------------------------------------------------------------------


def test_one_person_proposes_and_another_decides(world: World) -> None:
    administrator, officer = world.viewer(Role.ADMINISTRATOR), world.viewer(Role.PRIVACY_OFFICER)
    with pytest.raises(NotYours):
        mode_changes.propose(officer, DataClass.BIRTH_DATE, "sealed")
    request = mode_changes.propose(administrator, DataClass.BIRTH_DATE, "dual_control", [KEEPER])
    assert modes.mode_of(world.client, DataClass.BIRTH_DATE) == "standard"
    with pytest.raises(NotYours):
        approvals.approve(administrator, request)
    (waiting,) = approvals.waiting_for(officer)
    assert "two keys" in str(waiting.what).lower()
    approvals.approve(officer, request)
    choice = modes.current(world.client).of(DataClass.BIRTH_DATE)
    assert (choice.mode, choice.recipients, choice.by) == ("dual_control", (KEEPER,), officer.person)


@pytest.mark.parametrize(
    "changed",
    [{"mode": "standard", "recipients": ""}, {"recipients": OTHER_PERSON.recipient.text}, {"data_class": "phone"}],
)
def test_what_is_decided_is_what_was_proposed(world: World, changed: dict[str, str]) -> None:
    """Also where somebody can have a changed request sealed."""
    request = mode_changes.propose(world.viewer(Role.ADMINISTRATOR), DataClass.BIRTH_DATE, "dual_control", [KEEPER])
    with scope(world.client):
        row = Approval.objects.get(pk=request)
        row.payload |= changed
        rights.sealed_request(row).save(update_fields=["payload", "mac"])
    with pytest.raises(NotFound):
        approvals.approve(world.viewer(Role.PRIVACY_OFFICER), request)
    assert modes.current(world.client).version == 1


def test_what_a_choice_brings_with_it_is_said(world: World) -> None:
    viewer = world.viewer(Role.ADMINISTRATOR)
    assert len(mode_changes.explain(viewer, DataClass.NATIONAL_ID, "dual_control")) == 2
    assert mode_changes.explain(viewer, DataClass.BIRTH_DATE, "sealed") == ()
    assert set(mode_changes.MODE_LABELS) == set(MODES)


def run(*words: str) -> int:
    """A command line of ``razdar keys``."""
    parser = argparse.ArgumentParser()
    commands._arguments(parser)
    arguments = parser.parse_args(words)
    status: int = arguments.command.run(arguments)
    return status


def test_the_console_chooses_and_shows(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    client = ("--client", str(world.client))
    world.customer()
    assert run("mode", "choose", *client, "national_id", "dual_control", "--recipient", KEEPER) == 0
    assert "search index was deleted" in capsys.readouterr().out
    assert run("mode", "show", *client) == 0
    shown = capsys.readouterr().out
    assert "national_id       dual_control" in shown
    assert "Resealing of national_id goes on: 0 of 1." in shown
    assert "cvv" not in shown
    with pytest.raises(BadInput, match="standard"):
        run("mode", "choose", *client, "birth_date", "clear")
    with pytest.raises(NotFound):
        run("mode", "choose", "--client", str(NOBODY), "birth_date", "sealed")
    assert run("renew", *client) == 0
    with pytest.raises(BadInput, match="already"):
        run("mode", "start", *client)
    with scope(world.client):
        ClientModes.objects.all().delete()
    assert run("mode", "start", *client) == 0
    assert modes.current(world.client).chosen == {}
    acts = {event.action: event for event in world.events() if event.action.startswith("vault:mode:")}
    assert {"vault:mode:start", "vault:mode:renew"} <= set(acts)
    assert {(event.role, event.session) for event in acts.values()} == {("operator", "console")}


def test_the_keeper_of_a_second_key_reads_it_alone(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choose(world, DataClass.BIRTH_DATE, "dual_control", KEEPER)
    customer = world.customer()
    file, own, other = tmp_path / "second.age", tmp_path / "own.txt", tmp_path / "other.txt"
    file.write_bytes(second_key_file(blob_of(customer, world.client, DataClass.BIRTH_DATE)))
    own.write_text(f"# keeper of second keys\n{PERSON.reveal()}\n")
    other.write_text(OTHER_PERSON.reveal())
    assert run("open-second", str(file), "--identity", str(own)) == 0
    text = capsys.readouterr().out
    assert str(customer) in text
    with pytest.raises(Unopenable):
        run("open-second", str(file), "--identity", str(other))
    with pytest.raises(BadInput):
        run("open-second", str(tmp_path / "none"), "--identity", str(own))
    assert capsys.readouterr().out == ""
    with scope(world.client):
        sealed = Customer.objects.get(id=customer).birth_date
        with ring.opened([sealed], "test") as keys:
            assert keys.open(sealed, parse_second(text)) == VALUES[DataClass.BIRTH_DATE]
