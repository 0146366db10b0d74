"""Changing who may see what: one proposes, another agrees, and the next request sees by it.

All of it happens at the other client of the house; no test relies on what another one has changed.
"""

import argparse
import re
from importlib import import_module
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import DataClass, Role
from razdar.customers import services
from razdar.identity.models import RoleGrant
from razdar.identity.rights import sealed
from razdar.identity.viewers import for_job
from razdar.runtime.commands import COMMANDS
from razdar.runtime.scope import scope
from razdar.vault import matrices
from tests.doors.house import Actor, House

PHONE = "+15550100147"
CLEAR = {"role": "agent", "data_class": "phone", "level": "CLEAR", "purposes": ["service"]}
MASKED = CLEAR | {"level": "MASKED"}


@pytest.fixture
def administrator(house: House) -> Actor:
    return house.actor("other administrator")


@pytest.fixture
def officer(house: House) -> Actor:
    return house.actor("other security_officer")


@pytest.fixture(scope="module")
def customer(house: House) -> UUID:
    """A customer of the other client, with that client's agent beside it."""
    client = house.world.other
    with scope(client):
        draft = services.Draft({DataClass.SURNAME: "Nightjar"}, [(DataClass.PHONE, PHONE)])
        (made,) = services.create(for_job("test", client), [draft])
    house.world.assign(house.world.viewer(Role.AGENT, client), made)
    return made


def propose(house: House, who: Actor, cell: dict[str, Any]) -> int:
    return house.browser(who).post("/matrix/", cell).status_code


def waiting(house: House, who: Actor) -> list[str]:
    """The requests that somebody may decide, as their page shows them."""
    page = house.browser(who).get("/approvals/").content.decode()
    return re.findall(r'action="/approvals/([0-9a-f-]{36})/approve/"', page)


def decide(house: House, who: Actor, request: str, act: str) -> HttpResponse:
    return cast(HttpResponse, house.browser(who).post(f"/approvals/{request}/{act}/"))


def sees_the_phone(house: House, customer: UUID) -> bool:
    page = house.browser(house.actor("other agent")).get(f"/customers/{customer}/").content.decode()
    assert "Nightjar" in page
    return PHONE in page


def version(house: House, who: Actor) -> int:
    found = re.search(r"Version (\d+)\.", house.browser(who).get("/matrix/").content.decode())
    assert found
    return int(found[1])


def test_a_change_holds_when_somebody_else_has_agreed(
    house: House, administrator: Actor, officer: Actor, customer: UUID
) -> None:
    before = version(house, officer)
    assert propose(house, administrator, CLEAR) == 302
    assert not sees_the_phone(house, customer)
    (request,) = waiting(house, officer)
    assert decide(house, officer, request, "approve").status_code == 302
    assert sees_the_phone(house, customer)
    assert version(house, officer) == before + 1
    assert propose(house, administrator, MASKED) == 302
    decide(house, officer, waiting(house, officer)[0], "approve")
    assert not sees_the_phone(house, customer)


def test_a_refused_change_never_holds(house: House, administrator: Actor, officer: Actor, customer: UUID) -> None:
    before = version(house, officer)
    assert propose(house, administrator, CLEAR) == 302
    assert decide(house, officer, waiting(house, officer)[0], "refuse").status_code == 302
    assert waiting(house, officer) == []
    assert not sees_the_phone(house, customer)
    assert version(house, officer) == before


def test_nothing_changes_by_proposing_what_holds(house: House, administrator: Actor) -> None:
    same = {"role": "agent", "data_class": "surname", "level": "CLEAR"}
    page = house.browser(administrator).post("/matrix/", same | {"purposes": _purposes(house)})
    assert page.status_code == 422
    assert "Nothing would change" in page.content.decode()


def _purposes(house: House) -> list[str]:
    return sorted(matrices.current(house.world.other).cell(Role.AGENT, DataClass.SURNAME).purposes)


def test_who_proposed_cannot_agree_in_another_role(house: House, administrator: Actor, officer: Actor) -> None:
    """An administrator may also be a security officer; the own proposal stays somebody else's to decide."""
    client, browser, role = house.world.other, house.browser(administrator), Role.SECURITY_OFFICER
    person = house.world.people[client, Role.ADMINISTRATOR]
    grant = sealed(RoleGrant(user_id=person, client_id=client, role=role, state="active"))
    grant.save()
    try:
        browser.post("/workplace/", {"workplace": f"{client}:administrator"})
        assert propose(house, administrator, CLEAR) == 302
        (request,) = waiting(house, officer)
        browser.post("/workplace/", {"workplace": f"{client}:{role}"})
        assert waiting(house, administrator) == []
        assert decide(house, administrator, request, "approve").status_code == 403
        assert decide(house, officer, request, "refuse").status_code == 302
    finally:
        grant.delete()


def test_a_proposal_that_was_overtaken_is_told_so(house: House, administrator: Actor, officer: Actor) -> None:
    cells = [CLEAR | {"data_class": name} for name in ("email", "postal_address")]
    assert [propose(house, administrator, cell) for cell in cells] == [302, 302]
    first, second = waiting(house, officer)
    before = version(house, officer)
    assert decide(house, officer, first, "approve").status_code == 302
    answer = decide(house, officer, second, "approve")
    assert answer.status_code == 422
    assert "changed by somebody else" in answer.content.decode()
    assert version(house, officer) == before + 1


def test_each_step_is_in_the_log(house: House, administrator: Actor, officer: Actor) -> None:
    house.new_events()
    propose(house, administrator, CLEAR)
    decide(house, officer, waiting(house, officer)[-1], "refuse")
    actions = [event.action for event in house.new_events() if event.action.startswith("vault:matrix")]
    assert actions == ["vault:matrix:propose", "vault:matrix:refuse"]


def test_the_command_prints_the_matrix_that_holds(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    import_module("razdar.identity.commands")
    parser = argparse.ArgumentParser()
    COMMANDS["matrix"].add_arguments(parser)
    assert COMMANDS["matrix"].run(parser.parse_args(["show", "--client", "Quillmere Test"])) == 0
    printed = capsys.readouterr().out
    blocks = {block.splitlines()[0]: block for block in printed.split("\n\n")[1:]}
    assert "version 1" in printed
    assert set(blocks) == {"agent", "supervisor", "quality_reviewer", "privacy_officer"}
    assert re.search(r"surname +clear +\[", blocks["agent"])
    assert re.search(r"phone +masked +\[", blocks["agent"])
    assert re.search(r"recording +on request, second person", blocks["privacy_officer"])
    assert "clear" not in blocks["quality_reviewer"]
