"""The list of people: found by what is looked for, page by page; what is not told cannot be guessed."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotYours
from razdar.identity import accounts, directory, leaving, services
from razdar.identity.directory import Narrowed, Order, Signed, Standing
from razdar.identity.models import User
from razdar.identity.services import Newcomer
from tests.identity.world import World, found, viewer_of


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


def names(viewer: Viewer, **by: object) -> list[str]:
    return [person.work_name for person in directory.find(viewer, Narrowed(**by)).people]  # type: ignore[arg-type]


def invited(world: World, viewer: Viewer, name: str, *roles: Role) -> UUID:
    link = services.invite(viewer, world.client, Newcomer(name, name.title(), roles))
    assert link
    return link.person


def test_it_is_narrowed_by_each_thing(world: World, anna: Viewer) -> None:
    tom = world.join("tom.one", Role.TECHNICIAN)
    invited(world, anna, "agnes", Role.AGENT)
    closed = world.join("tom.two", Role.TECHNICIAN)
    accounts.close(anna, closed.id)
    left = world.join("zoe", Role.AUDITOR)
    leaving.leave(anna, left.id)
    User.objects.filter(pk=tom.id).update(last_login=timezone.now() - timedelta(days=9))
    assert names(anna) == ["agnes", "anna", "boris", "tom.one", "tom.two", "zoe"]
    assert names(anna, text=" TOM. ") == ["tom.one", "tom.two"]
    assert names(anna, role=Role.TECHNICIAN) == ["tom.one", "tom.two"]
    assert names(anna, role=Role.AUDITOR) == []  # ended
    assert names(anna, standing=Standing.INVITED) == ["agnes"]
    assert names(anna, standing=Standing.CLOSED) == ["tom.two"]
    assert names(anna, standing=Standing.LEFT) == ["zoe"]
    assert names(anna, standing=Standing.ACTIVE) == ["anna", "boris", "tom.one"]
    assert names(anna, factor=False) == ["agnes", "zoe"]
    assert names(anna, signed=Signed.OLDER) == ["tom.one"]
    assert names(anna, signed=Signed.WEEK) == ["anna", "boris"]
    assert names(anna, order=Order.NEWEST)[:3] == ["boris", "anna", "tom.one"]


def test_who_works_elsewhere_too_is_found_by_nothing_that_is_not_told(world: World, anna: Viewer) -> None:
    world.join("tom", Role.TECHNICIAN)
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    services.invite(None, other.client, Newcomer("tom", "", (Role.AUDITOR,)))
    assert "tom" in names(anna)
    assert names(anna, standing=Standing.ELSEWHERE) == ["tom"]
    for by in (
        *({"standing": each} for each in Standing if each is not Standing.ELSEWHERE),
        *({"factor": each} for each in (True, False)),
        *({"signed": each} for each in Signed),
        *({"order": each} for each in (Order.NEWEST, Order.OLDEST)),
    ):
        assert "tom" not in names(anna, **by)


def test_pages(world: World, anna: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "ROWS", 2)
    for name in ("cora", "dan", "eve"):
        invited(world, anna, name, Role.AUDITOR)
    first = directory.find(anna, Narrowed())
    assert ([p.work_name for p in first.people], first.total, first.following) == (["anna", "boris"], 5, 2)
    assert names(anna, page=2) == ["cora", "dan"]
    assert directory.find(anna, Narrowed(page=3)).following is None


def test_only_who_looks_after_people_finds_them(world: World) -> None:
    with pytest.raises(NotYours):
        directory.find(viewer_of(world.join("sara", Role.SUPERVISOR)), Narrowed())


def test_the_page_looks_without_writing_a_name_into_an_address(world: World) -> None:
    browser = world.anna.sign_in()
    page = browser.post("/people/", {"text": "bor"}).content.decode()
    assert "1 person is found" in page
    assert '<form method="post" class="filter-form"' in page
    assert browser.post("/people/", {"text": "nobody.there"}).content.decode().count("Nobody is like this") == 1
    assert "anna" in browser.get("/people/?text=bor").content.decode()  # an address narrows nothing


def test_the_second_administrator_is_told_of_roles_that_wait(world: World, anna: Viewer) -> None:
    boris = world.boris.sign_in()
    assert "roles-waiting" not in boris.get("/people/").content.decode()
    mine = world.anna.sign_in()
    invite = {"work_name": "agnes", "name": "Agnes Arbor", "roles": [Role.AGENT.value]}
    assert "wait until another administrator agrees" in mine.post("/people/invite/", invite).content.decode()
    (waits,) = directory.waiting(viewer_of(world.boris, boris))
    page = boris.get("/people/").content.decode()
    assert f'<a href="/people/{waits.id}/">' in page.split('id="roles-waiting"')[1].split("</section>")[0]
    assert 'id="waiting" href="/people/" data-count="1"' in page
    assert 'data-count="1"' in boris.get("/account/").content.decode()  # on every page of theirs
    own = mine.get("/people/").content.decode()
    assert ("roles-waiting" in own, 'data-count="0"' in own) == (False, True)
    services.refuse_role(viewer_of(world.boris, boris), waits.roles[0].id)
    assert (directory.waiting(anna), directory.count_waiting(viewer_of(world.boris, boris))) == ((), 0)
