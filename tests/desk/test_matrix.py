"""Changing who may see what: a draft of several cells, one proposal, a second person, and the next request sees by it.

All of it happens at the other client of the house; no test relies on what another one has changed.
"""

import argparse
import re
from importlib import import_module
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role
from razdar.core.permissions import Permission
from razdar.customers import services
from razdar.identity.models import RoleGrant
from razdar.identity.rights import sealed
from razdar.identity.viewers import for_job
from razdar.runtime.commands import COMMANDS
from razdar.runtime.scope import scope
from razdar.vault import drafts, matrices
from razdar.vault.models import MatrixVersion
from tests.doors.house import Actor, House

PHONE = "+15550100147"
WHY = "Agents call back from the branch office"
CLEAR = {"level": "CLEAR", "purposes": ["service"]}
MASKED = {"level": "MASKED", "purposes": ["service"]}


@pytest.fixture
def administrator(house: House) -> Actor:
    return house.actor("other administrator")


@pytest.fixture
def officer(house: House) -> Actor:
    return house.actor("other security_officer")


@pytest.fixture(autouse=True)
def _no_draft(house: House, administrator: Actor) -> None:
    house.browser(administrator).post("/matrix/draft/discard/")


@pytest.fixture(scope="module")
def customer(house: House) -> UUID:
    """A customer of the other client, with that client's agent beside it."""
    client = house.world.other
    with scope(client):
        draft = services.Draft({DataClass.SURNAME: "Nightjar"}, [(DataClass.PHONE, PHONE)])
        (made,) = services.create(for_job("test", client), [draft])
    house.world.assign(house.world.viewer(Role.AGENT, client), made)
    return made


def draft(house: House, who: Actor, cell: dict[str, Any], data_class: str = "phone", role: str = "agent") -> int:
    return house.browser(who).post(f"/matrix/cells/{role}/{data_class}/", cell).status_code


def propose(house: House, who: Actor, cell: dict[str, Any], *classes: str) -> HttpResponse:
    """One proposal that says the same of several cells; the answer leads to its version."""
    assert [draft(house, who, cell, each) for each in classes or ("phone",)] == [302] * len(classes or "1")
    return cast(HttpResponse, house.browser(who).post("/matrix/draft/propose/", {"reason": WHY}))


def text_of(house: House, who: Actor, path: str = "/matrix/") -> str:
    answer = house.browser(who).get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def waiting(house: House, who: Actor) -> list[str]:
    """The requests that somebody may decide, as their page shows them."""
    return re.findall(r'action="/approvals/([0-9a-f-]{36})/approve/"', text_of(house, who, "/approvals/"))


def decide(house: House, who: Actor, request: str, act: str) -> HttpResponse:
    return cast(HttpResponse, house.browser(who).post(f"/approvals/{request}/{act}/"))


def sees_the_phone(house: House, customer: UUID) -> bool:
    page = text_of(house, house.actor("other agent"), f"/customers/{customer}/")
    assert "Nightjar" in page
    return PHONE in page


def version(house: House, who: Actor) -> int:
    found = re.search(r"Version (\d+)\.", text_of(house, who))
    assert found
    return int(found[1])


def test_several_cells_hold_when_somebody_else_has_agreed(
    house: House, administrator: Actor, officer: Actor, customer: UUID
) -> None:
    before = version(house, officer)
    answer = propose(house, administrator, CLEAR, "phone", "email")
    assert answer.status_code == 302
    assert not sees_the_phone(house, customer)
    (request,) = waiting(house, officer)
    page = text_of(house, officer, answer["Location"])
    for words in ("It changes 2 cells", WHY, "opens more", "The value is shown as it is.", "Your decision"):
        assert words in page
    assert "Your decision" in page
    assert decide(house, officer, request, "approve").status_code == 302
    assert sees_the_phone(house, customer)
    assert version(house, officer) == before + 1
    assert propose(house, administrator, MASKED, "phone", "email").status_code == 302
    decide(house, officer, waiting(house, officer)[0], "approve")
    assert not sees_the_phone(house, customer)


def test_a_draft_is_its_owners_alone_and_shows_nothing_to_anybody(
    house: House, administrator: Actor, officer: Actor, customer: UUID
) -> None:
    assert draft(house, administrator, CLEAR) == 302
    assert "Your draft changes 1 cell." in text_of(house, administrator)
    assert not sees_the_phone(house, customer)
    assert waiting(house, officer) == []
    assert "Your draft" not in text_of(house, officer)
    world = house.world
    other = world.viewer(Role.ADMINISTRATOR, world.other, person=world.people[world.client, Role.ADMINISTRATOR])
    with scope(other.client):
        assert drafts.of(other).cells == {}


def test_single_changes_are_undone_and_all_are_discarded(house: House, administrator: Actor) -> None:
    browser = house.browser(administrator)
    for data_class in ("phone", "email"):
        draft(house, administrator, CLEAR, data_class)
    assert browser.post("/matrix/draft/undo/agent/phone/").status_code == 302
    page = text_of(house, administrator)
    assert "Your draft changes 1 cell." in page
    assert 'id="change-agent-email"' in page
    assert 'id="change-agent-phone"' not in page
    assert "Discard 1 change" in text_of(house, administrator, "/matrix/draft/discard/")
    browser.post("/matrix/draft/discard/")
    assert "Your draft changes" not in text_of(house, administrator)


def test_a_cell_put_back_to_what_holds_is_no_change(house: House, administrator: Actor) -> None:
    held = matrices.current(house.world.other).cell(Role.AGENT, DataClass.PHONE)
    draft(house, administrator, CLEAR)
    draft(house, administrator, {"level": held.level.name, "purposes": sorted(held.purposes)})
    assert "Your draft changes" not in text_of(house, administrator)
    answer = house.browser(administrator).post("/matrix/draft/propose/", {"reason": WHY})
    assert answer.status_code == 422
    assert "Your draft changes nothing" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "data_class", "cell", "says"),
    [
        ("agent", "phone", {"level": "CLEAR"}, "Choose at least one purpose"),
        ("agent", "phone", {"level": "ON_REQUEST", "purposes": ["service"]}, "no right to reveal"),
        ("supervisor", "recording", {"level": "ON_REQUEST", "purposes": ["service"]}, "no right to reveal"),
        ("auditor", "phone", {"level": "MASKED", "purposes": ["service"]}, "opens no customer data"),
        ("agent", "phone", {"level": "CLEAR", "purposes": ["processing"]}, "Select a valid choice"),
    ],
)
def test_a_cell_that_breaks_a_rule_gets_into_no_draft(
    house: House, administrator: Actor, role: str, data_class: str, cell: dict[str, Any], says: str
) -> None:
    answer = house.browser(administrator).post(f"/matrix/cells/{role}/{data_class}/", cell)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Your draft changes" not in text_of(house, administrator)


def test_a_proposal_needs_a_reason(house: House, administrator: Actor, officer: Actor) -> None:
    draft(house, administrator, CLEAR)
    assert house.browser(administrator).post("/matrix/draft/propose/", {"reason": "short"}).status_code == 422
    assert waiting(house, officer) == []


def test_a_refused_change_never_holds(house: House, administrator: Actor, officer: Actor, customer: UUID) -> None:
    before = version(house, officer)
    assert propose(house, administrator, CLEAR).status_code == 302
    assert decide(house, officer, waiting(house, officer)[0], "refuse").status_code == 302
    assert waiting(house, officer) == []
    assert not sees_the_phone(house, customer)
    assert version(house, officer) == before


def test_who_proposed_cannot_agree_in_another_role(house: House, administrator: Actor, officer: Actor) -> None:
    """An administrator may also be a security officer; the own proposal stays somebody else's to decide."""
    client, browser, role = house.world.other, house.browser(administrator), Role.SECURITY_OFFICER
    person = house.world.people[client, Role.ADMINISTRATOR]
    grant = sealed(RoleGrant(user_id=person, client_id=client, role=role, state="active"))
    grant.save()
    try:
        browser.post("/workplace/", {"workplace": f"{client}:administrator"})
        assert propose(house, administrator, CLEAR).status_code == 302
        (request,) = waiting(house, officer)
        browser.post("/workplace/", {"workplace": f"{client}:{role}"})
        assert waiting(house, administrator) == []
        assert decide(house, administrator, request, "approve").status_code == 403
        assert decide(house, officer, request, "refuse").status_code == 302
    finally:
        grant.delete()


def test_a_proposal_that_was_overtaken_is_taken_up_again(house: House, administrator: Actor, officer: Actor) -> None:
    first, second = (propose(house, administrator, CLEAR, each)["Location"] for each in ("email", "postal_address"))
    agreed, overtaken = waiting(house, officer)
    before = version(house, officer)
    assert decide(house, officer, agreed, "approve").status_code == 302
    answer = decide(house, officer, overtaken, "approve")
    assert answer.status_code == 422
    assert "changed by somebody else" in answer.content.decode()
    assert version(house, officer) == before + 1
    assert "can only be refused" in text_of(house, officer, second)
    assert decide(house, officer, overtaken, "refuse").status_code == 302
    assert "Take these changes into my draft" in text_of(house, administrator, second)
    assert house.browser(administrator).post(f"{second}again/").status_code == 302
    page = text_of(house, administrator)
    assert "Your draft changes 1 cell." in page
    assert 'id="change-agent-postal_address"' in page
    assert "shows less" not in text_of(house, officer, first)
    propose(house, administrator, MASKED, "email")  # the draft's other cell goes with it
    decide(house, officer, waiting(house, officer)[0], "refuse")


def test_a_draft_on_an_older_version_is_put_on_the_new_one_first(
    house: House, administrator: Actor, officer: Actor
) -> None:
    client = house.world.other
    mine, theirs = house.world.viewer(Role.ADMINISTRATOR, client), house.world.viewer(Role.SECURITY_OFFICER, client)
    draft(house, administrator, CLEAR)
    cell = Cell(Level.NONE)
    with scope(client):
        other = matrices.propose(mine, matrices.current(client).changed(Role.AGENT, DataClass.PHONE, cell), WHY)
        matrices.decide(theirs, other, approve=True)
    page = text_of(house, administrator)
    assert "Somebody else changed the matrix meanwhile." in page
    assert "They changed cells that your draft changes too:" in page
    browser = house.browser(administrator)
    refused = browser.post("/matrix/draft/propose/", {"reason": WHY})
    assert refused.status_code == 422
    assert draft(house, administrator, CLEAR, "email") == 422
    assert browser.post("/matrix/draft/rebase/").status_code == 302
    assert "Somebody else changed" not in text_of(house, administrator)
    assert propose(house, administrator, MASKED, "phone").status_code == 302
    decide(house, officer, waiting(house, officer)[0], "approve")


def test_versions_are_told_and_any_two_compared(house: House, administrator: Actor, officer: Actor) -> None:
    propose(house, administrator, CLEAR, "passport_no")
    decide(house, officer, waiting(house, officer)[0], "refuse")
    page = text_of(house, officer, "/matrix/versions/")
    found = re.findall(r'href="/matrix/versions/([0-9a-f-]{36})/"', page)
    assert "as shipped" in page
    compared = text_of(house, officer, f"/matrix/compare/?one={found[-1]}&other={found[0]}")
    assert "From version 1 to version" in compared or "Nothing differs" in compared
    assert "Nothing differs" in text_of(house, officer, f"/matrix/compare/?one={found[-1]}&other={found[-1]}")
    names = text_of(house, house.actor("other auditor"), "/matrix/versions/")
    assert "Person administrator 1" in page
    assert "Person administrator 1" not in names  # an auditor knows people by pseudonym, as in the log


def test_a_version_that_was_not_written_here_stands_in_no_history(house: House, officer: Actor) -> None:
    client = house.world.other
    with scope(client):
        held = MatrixVersion.objects.filter(client_id=client, state="active").get()
        forged = MatrixVersion.objects.create(
            client_id=client,
            version=99,
            body=held.body,
            state="superseded",
            proposed_by=held.proposed_by,
            created_at=held.created_at,
            mac=held.mac,
        )
    assert "Version 99" not in text_of(house, officer, "/matrix/versions/")
    assert house.browser(officer).get(f"/matrix/versions/{forged.id}/").status_code == 404
    with scope(client):
        forged.delete()


def test_each_step_is_in_the_log(house: House, administrator: Actor, officer: Actor) -> None:
    house.new_events()
    propose(house, administrator, CLEAR)
    decide(house, officer, waiting(house, officer)[-1], "refuse")
    actions = [event.action for event in house.new_events() if event.action.startswith("vault:matrix")]
    assert actions == ["vault:matrix:propose", "vault:matrix:refuse"]


def test_the_list_says_the_same_as_the_grid(house: House, officer: Actor) -> None:
    held = matrices.current(house.world.other)
    page = text_of(house, officer, "/matrix/list/?role=supervisor")
    assert page.count('class="cell-name"') == text_of(house, officer).count('<tr><th scope="row">')
    assert held.cell(Role.SUPERVISOR, DataClass.PHONE).level is Level.ON_REQUEST
    assert re.search(r"Phone number</span> <span>On request", page)
    assert "Change<" not in page


def test_what_a_role_would_see_is_masked_by_the_draft(house: House, administrator: Actor) -> None:
    house.new_events()
    draft(house, administrator, CLEAR)
    page = text_of(house, administrator, "/matrix/sample/?of=draft&role=agent")
    assert "1 thing would be seen differently" in page
    assert page.count("+12025550100") == 1
    assert page.count("Sampleford") == 2
    assert "1980-02-29" not in page
    now = text_of(house, administrator, "/matrix/sample/?of=now&role=agent")
    assert "+12025550100" not in now
    assert [event for event in house.new_events() if event.fields or event.customer] == []


def test_a_sample_shows_what_the_door_would(house: House, customer: UUID) -> None:
    """The same cells, a real customer and the invented one: every field of both at the same level."""
    from razdar.customers import selectors
    from razdar.interactions import sample

    world = house.world
    for role in (Role.AGENT, Role.SUPERVISOR, Role.PRIVACY_OFFICER):
        viewer = world.viewer(role)
        with scope(world.client):
            world.assign(viewer, house.customer)
            card = selectors.card(viewer, house.customer)
        seen = {field.data_class: field for field in sample.seen_by(role, viewer.cells).fields}
        for field in card.fields:
            invented = seen[field.data_class]
            assert (invented.level, invented.second_person) == (field.level, field.second_person)
            assert invented.revealable == field.revealable
            assert invented.matchable == (field.matchable and viewer.may(Permission.CUSTOMERS_FIELD_MATCH))


def test_nobody_acts_as_a_sample(house: House, customer: UUID) -> None:
    from razdar.core.errors import NotFound
    from razdar.customers import selectors
    from razdar.identity.viewers import for_sample

    cells = {data_class: Cell(Level.CLEAR, frozenset(Purpose)) for data_class in DataClass}
    viewer = for_sample(Role.PRIVACY_OFFICER, cells)
    assert viewer.permissions == frozenset()
    assert viewer.assured_at == 0.0
    with scope(house.world.other), pytest.raises(NotFound):
        selectors.card(viewer, customer)


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
    assert re.findall(r"(\w+) +clear", blocks["quality_reviewer"]) == ["call_meta"]


def test_who_decides_is_told_who_drafts_and_purposes_are_not_called_optional(
    house: House, administrator: Actor, officer: Actor
) -> None:
    drafts_them = "Administrators draft and propose changes."
    for path in ("/matrix/", "/matrix/list/?role=agent"):
        assert drafts_them in text_of(house, officer, path)
        assert drafts_them not in text_of(house, administrator, path)
    for path in ("/matrix/cells/agent/phone/", "/exceptions/new/"):
        page = house.browser(administrator).get(path).content.decode()
        assert "<legend>Purposes</legend>" in page
        assert "At least one is needed, unless the level is “Not shown”." in page
