"""What is set for a client: by its administrators, in force with the next page, told in the log without a name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client as Browser

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotYours, StepUpNeeded
from razdar.core.ledger.events import Event
from razdar.identity import client_settings, services
from razdar.identity.client_settings import Wanted
from razdar.identity.models import Client, User
from tests.identity.world import World, found, viewer_of

WARSAW = Wanted("Europe/Warsaw", "pl")


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


def test_a_change_is_logged_by_what_was_changed(world: World, anna: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setattr(audit, "record", told.append)
    assert client_settings.change(anna, WARSAW) == ("zone", "language")
    row = Client.objects.get(pk=world.client)
    assert (row.name, row.zone, row.language) == ("Aurora Travel", "Europe/Warsaw", "pl")
    assert client_settings.change(anna, WARSAW) == ()
    (event,) = told
    assert event.action == "identity:client:change"
    assert dict(event.detail) == {"zone": "changed", "language": "changed"}


def test_what_cannot_be(world: World, anna: Viewer) -> None:
    for wanted in (
        replace(WARSAW, zone="../../etc/passwd"),
        replace(WARSAW, zone="Mars/Olympus"),
        replace(WARSAW, language="xx"),
    ):
        with pytest.raises(BadInput):
            client_settings.change(anna, wanted)
    assert Client.objects.get(pk=world.client).zone == "UTC"


def test_the_operator_alone_gives_another_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found(world.clock, "Borealis Bank", "carla", "dora")
    for unusable in (" ", "x" * 81, "Borealis Bank"):
        with pytest.raises(BadInput):
            client_settings.rename_at_console(world.client, unusable)
    told: list[Event] = []
    monkeypatch.setattr(audit, "record", told.append)
    assert client_settings.rename_at_console(world.client, "Aurora  Group") == "Aurora Group"
    assert client_settings.rename_at_console(world.client, "Aurora Group") == "Aurora Group"
    (event,) = told
    assert (event.action, event.actor, dict(event.detail)) == (
        "identity:client:change",
        None,
        {"client_name": "changed"},
    )


def test_no_page_tells_which_names_are_taken(world: World) -> None:
    found(world.clock, "Borealis Bank", "carla", "dora")
    browser = world.anna.sign_in()
    for name in ("Borealis Bank", "Nobody's"):
        answer = browser.post("/clients/here/change/", {"name": name, "zone": "UTC", "language": ""})
        assert answer["Location"] == "/clients/here/"
    assert Client.objects.get(pk=world.client).name == "Aurora Travel"
    page = browser.get("/clients/here/change/").content.decode()
    assert f"razdar client rename --client {world.client}" in page


def test_who_may(world: World, anna: Viewer) -> None:
    with pytest.raises(StepUpNeeded):
        client_settings.change(replace(anna, assured_at=anna.assured_at - 301), WARSAW)
    supervisor = viewer_of(world.join("sara", Role.SUPERVISOR))
    with pytest.raises(NotYours):
        client_settings.change(supervisor, WARSAW)
    with pytest.raises(NotYours):
        client_settings.listed(supervisor)


def test_one_sees_the_clients_that_one_administers(world: World, anna: Viewer) -> None:
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    assert [line.id for line in client_settings.listed(anna)] == [world.client]
    services.invite(None, other.client, services.Newcomer("anna", "", (Role.AUDITOR,)))
    assert [line.id for line in client_settings.listed(anna)] == [world.client]
    card = client_settings.card(anna)
    assert card.roles == ((Role.ADMINISTRATOR, 2, 0),)
    assert (card.able, card.invited) == (2, 0)


def test_pages_tell_times_in_the_clients_zone(world: World) -> None:
    browser = world.anna.sign_in()
    User.objects.filter(pk=world.boris.id).update(last_login=datetime(2026, 11, 1, 23, 30, tzinfo=UTC))
    assert "1 Nov 2026" in browser.get(f"/people/{world.boris.id}/").content.decode()
    Client.objects.filter(pk=world.client).update(zone="Asia/Tokyo")
    page = browser.get(f"/people/{world.boris.id}/").content.decode()
    assert "2 Nov 2026" in page
    Client.objects.filter(pk=world.client).update(zone="Nowhere/Any_more")
    assert browser.get(f"/people/{world.boris.id}/").status_code == 200


def test_the_clients_language_is_for_who_has_chosen_none(world: World) -> None:
    Client.objects.filter(pk=world.client).update(language="fa")
    browser = world.anna.sign_in()
    page = browser.get("/clients/").content.decode()
    assert 'lang="fa"' in page
    assert 'dir="rtl"' in page
    browser.cookies["django_language"] = "en"
    assert 'lang="en"' in browser.get("/clients/").content.decode()
    assert 'lang="en"' in Browser().get("/account/login/").content.decode()  # nobody's page is no client's


def test_the_pages(world: World) -> None:
    browser = world.anna.sign_in()
    assert "razdar client add" in browser.get("/clients/").content.decode()
    assert browser.get("/clients/here/").status_code == 200
    answer = browser.post("/clients/here/change/", {"zone": "Europe/Warsaw", "language": ""})
    assert answer["Location"] == "/clients/here/"
    assert "Europe/Warsaw" in browser.get("/clients/here/").content.decode()
