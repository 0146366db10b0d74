"""Whoever looks after people cannot take the client's observers out of action one by one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.identity import accounts, freezes, leaving, observers, rights, selectors, services
from razdar.identity.models import Approval, RoleGrant, User
from razdar.runtime.scope import scope
from razdar.ui.banners import BANNERS
from tests import weakening
from tests.identity.world import Person, World, viewer_of

OBSERVER = Role.CLIENT_OBSERVER
Act = Callable[[Viewer, Person], object]


def _end(anna: Viewer, person: Person) -> object:
    (held,) = selectors.person(anna, person.id).roles
    return services.end_role(anna, held.id)


ACTS: dict[str, Act] = {
    "close": lambda anna, one: accounts.close(anna, one.id),
    "reset": lambda anna, one: accounts.reset(anna, one.id),
    "renew": lambda anna, one: services.renew(anna, one.id),
    "renew at the console": lambda anna, one: services.renew_at_console(anna.client, one.id),
    "end the role": _end,
    "leave": lambda anna, one: leaving.leave(anna, one.id),
}


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.fixture
def clara(world: World) -> Person:
    return world.join("clara", OBSERVER)


@pytest.fixture
def dirk(world: World) -> Person:
    return world.join("dirk", OBSERVER)


@pytest.fixture
def emma(world: World) -> Person:
    return world.join("emma", OBSERVER)


def since(days: int, *people: Person) -> None:
    """They have been observers for so many days."""
    for grant in RoleGrant.objects.filter(user_id__in=[person.id for person in people]):
        grant.decided_at = timezone.now() - timedelta(days=days)
        rights.save(grant, "decided_at")


def later(client: UUID, days: int) -> None:
    """So many days later, as requests of this client see it."""
    with scope(client):
        for row in Approval.objects.all():
            row.requested_at -= timedelta(days=days)
            row.expires_at -= timedelta(days=days)
            rights.sealed_request(row).save()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_one_of_two_stays_until_the_other_agrees(act: Act, anna: Viewer, clara: Person, dirk: Person) -> None:
    since(8, clara, dirk)
    with pytest.raises(BadInput):
        act(anna, clara)
    assert User.objects.get(pk=clara.id).disabled == User.Disabled.NO
    request = observers.ask(anna, clara.id)
    with pytest.raises(BadInput):
        act(anna, clara)
    observers.decide(viewer_of(dirk), request, agree=True)
    act(anna, clara)
    with scope(anna.client):
        assert set(observers.able(anna.client)) == {dirk.id}


def test_control_nobody_is_asked() -> None:
    weakening.fails(
        "tests/identity/test_observers.py::test_one_of_two_stays_until_the_other_agrees[close]",
        patch="razdar.identity.observers:check_may_go",
        with_="tests.weakening.patches:does_nothing",
        words="DID NOT RAISE",
    )


def test_where_enough_are_left_nobody_is_asked(anna: Viewer, clara: Person, dirk: Person, emma: Person) -> None:
    since(8, clara, dirk, emma)
    accounts.close(anna, clara.id)
    with pytest.raises(BadInput):
        accounts.close(anna, dirk.id)


def test_newcomers_are_not_enough(anna: Viewer, clara: Person, dirk: Person, emma: Person) -> None:
    since(8, clara)
    since(6, dirk, emma)
    with pytest.raises(BadInput):
        accounts.close(anna, clara.id)
    request = observers.ask(anna, clara.id)
    with pytest.raises(NotYours):
        observers.decide(viewer_of(dirk), request, agree=True)


def test_nobody_is_taken_out_while_one_asks_to_stop_reading(
    anna: Viewer, clara: Person, dirk: Person, emma: Person
) -> None:
    since(8, clara, dirk, emma)
    freezes.ask_freeze(viewer_of(clara))
    for act in (lambda: accounts.close(anna, dirk.id), lambda: observers.ask(anna, dirk.id)):
        with pytest.raises(BadInput, match="stop all reading"):
            act()
    later(anna.client, days=1)
    accounts.close(anna, dirk.id)


def test_silence_of_three_days_is_no_objection(anna: Viewer, clara: Person, dirk: Person) -> None:
    observers.ask(anna, clara.id)
    later(anna.client, days=2)
    with pytest.raises(BadInput):
        accounts.reset(anna, clara.id)
    later(anna.client, days=1)
    assert accounts.reset(anna, clara.id)


def test_a_refusal_holds_and_so_does_the_one_of_whom_it_is_about(anna: Viewer, clara: Person, dirk: Person) -> None:
    since(8, clara, dirk)
    request = observers.ask(anna, clara.id)
    with pytest.raises(NotYours):
        observers.decide(viewer_of(clara), request, agree=True)
    observers.decide(viewer_of(clara), request, agree=False)
    later(anna.client, days=3)
    with pytest.raises(BadInput):
        accounts.close(anna, clara.id)
    assert observers.ask(anna, clara.id) != request


def test_an_answer_that_nobody_gave_is_none(anna: Viewer, clara: Person, dirk: Person) -> None:
    since(8, clara, dirk)
    request = observers.ask(anna, clara.id)
    for change in ({"requested_at": timezone.now() - timedelta(days=4)}, {"state": "approved"}):
        with scope(anna.client):
            Approval.objects.filter(pk=request).update(**change)
        with pytest.raises(BadInput):
            accounts.close(anna, clara.id)


def test_an_agreement_ends_after_a_week(anna: Viewer, clara: Person, dirk: Person) -> None:
    since(8, clara, dirk)
    observers.decide(viewer_of(dirk), observers.ask(anna, clara.id), agree=True)
    later(anna.client, days=7)
    with pytest.raises(BadInput):
        accounts.close(anna, clara.id)


def test_nobody_else_answers_and_nobody_else_is_asked_about(world: World, anna: Viewer, clara: Person) -> None:
    request = observers.ask(anna, clara.id)
    tom = world.join("tom", Role.AUDITOR)
    for viewer in (anna, viewer_of(tom)):
        with pytest.raises(NotYours):
            observers.decide(viewer, request, agree=False)
        assert observers.waiting(viewer) == ()
    with pytest.raises(NotYours):
        observers.ask(viewer_of(tom), clara.id)
    with pytest.raises(BadInput):
        observers.ask(anna, tom.id)
    with pytest.raises(NotFound):
        observers.ask(anna, request)
    accounts.close(anna, tom.id)


@pytest.mark.parametrize("act", [ACTS["reset"], ACTS["leave"], ACTS["close"]], ids=["reset", "leave", "close"])
def test_who_was_shut_out_by_wrong_codes_is_an_observer_still(act: Act, anna: Viewer, clara: Person) -> None:
    User.objects.filter(pk=clara.id).update(disabled=User.Disabled.TRIES)
    with pytest.raises(BadInput, match="Another observer must agree"):
        act(anna, clara)


def test_ones_own_role_is_ones_own(clara: Person) -> None:
    viewer = viewer_of(clara)
    with scope(viewer.client):
        observers.check_may_go(viewer.client, clara.id, viewer)


def test_observers_hold_nothing_else(anna: Viewer, clara: Person) -> None:
    with pytest.raises(BadInput):
        services.propose_role(anna, clara.id, Role.AUDITOR)


def test_pages_ask_tell_and_answer(world: World, anna: Viewer, clara: Person, dirk: Person) -> None:
    since(8, clara, dirk)
    browser = world.anna.sign_in()
    path = f"/people/{clara.id}/"
    assert "the observers must be asked" in browser.get(path).content.decode()
    assert browser.post(f"{path}ask-observers/").status_code == 302
    assert "The observers were asked" in browser.get(path).content.decode()
    other = dirk.sign_in()
    told = other.get("/monitor/freeze/").content.decode()
    assert "clara Surname" in told
    assert "take an observer of this client out of action" in told
    (one,) = observers.waiting(viewer_of(dirk))
    assert BANNERS["observer asked about"](viewer_of(clara))
    assert other.post(f"/monitor/observers/{one.request.id}/agree/").status_code == 302
    assert "The observers do not object" in browser.get(path).content.decode()
    assert browser.post(f"{path}close/").status_code == 302
