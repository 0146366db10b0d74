"""Changing the workplace from any page: one step, and back to a page that exists for the new role."""

import pytest
from django.test import Client as Browser

from razdar.core.disclosure import Role
from tests.identity.world import Person, World, seen_by


@pytest.fixture
def sara(world: World) -> Person:
    """Somebody who supervises, and audits too."""
    return world.join("sara", Role.AUDITOR, Role.SUPERVISOR)


def switched(browser: Browser, world: World, role: Role, path: str) -> str:
    answer = browser.post("/workplace/", {"workplace": f"{world.client}:{role}", "next": path})
    viewer = seen_by(browser)
    assert viewer
    assert viewer.role == role
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("role", "path", "goes_to"),
    [
        (Role.AUDITOR, "/", "/"),
        (Role.AUDITOR, "/log/", "/log/"),
        (Role.AUDITOR, "/log/proof/", "/log/proof/"),
        (Role.AUDITOR, "/log/?since=2026-01-01", "/log/"),  # a question of the other role stays behind
        (Role.AUDITOR, "/log/5/", "/log/"),  # an entry of one client is none of another's
        (Role.AUDITOR, "/customers/", "/"),
        (Role.AUDITOR, "/customers/new/", "/"),
        (Role.SUPERVISOR, "/customers/new/", "/customers/new/"),
        (Role.SUPERVISOR, "/customers/0197f0a0-0000-7000-8000-000000000000/", "/customers/"),
        (Role.SUPERVISOR, "/privacy/erasures/", "/"),
        (Role.SUPERVISOR, "/account/", "/account/"),  # everybody has that page
        (Role.SUPERVISOR, "/nowhere/", "/"),
        (Role.SUPERVISOR, "/workplace/", "/"),
        (Role.SUPERVISOR, "https://elsewhere.example/log/", "/"),
        (Role.SUPERVISOR, "//elsewhere.example/log/", "/"),
    ],
)
def test_it_leads_to_a_page_that_exists_for_the_new_role(
    world: World, sara: Person, role: Role, path: str, goes_to: str
) -> None:
    browser = sara.sign_in()
    assert switched(browser, world, role, path) == goes_to
    assert browser.get(goes_to).status_code == 200


def test_the_bar_offers_every_workplace_and_marks_the_present_one(world: World, sara: Person) -> None:
    browser = sara.sign_in()
    switched(browser, world, Role.AUDITOR, "/")
    shell = browser.get("/").wsgi_request.shell  # type: ignore[attr-defined]
    assert [(str(place.role), place.current) for place in shell.places] == [("Auditor", True), ("Supervisor", False)]
    text = browser.get("/").content.decode()
    assert f'value="{world.client}:supervisor"' in text
    assert f'value="{world.client}:auditor"' not in text


def test_the_mark_names_the_person_as_the_log_does(world: World) -> None:
    text = world.anna.sign_in().get("/").content.decode()
    assert f'data-who="{world.anna.id.hex[-8:]}"' in text
    assert str(world.anna.id) not in text
