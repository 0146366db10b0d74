"""Whoever holds somebody's link can become that person: what two people must agree to is never behind one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound
from razdar.identity import accounts, invitations, selectors, services
from razdar.identity.invitations import Link
from razdar.identity.models import Invitation, RoleGrant
from razdar.identity.services import Newcomer
from tests.identity.world import PASSWORD, Clock, Person, World, set_up, viewer_of
from tests.weakening import Control, in_turn

Make = Callable[[Viewer, UUID], Link]


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.fixture
def boris(world: World) -> Viewer:
    return viewer_of(world.boris)


@pytest.fixture
def sara(world: World) -> Person:
    return world.join("sara", Role.SUPERVISOR)


def held(viewer: Viewer, person: UUID) -> tuple[UUID, bool]:
    (role,) = selectors.person(viewer, person).roles
    return role.id, role.active


def approve_anyway(grant: UUID) -> None:
    """As it would be if an administrator had agreed at the very moment the link was made."""
    row = RoleGrant.objects.get(pk=grant)
    row.state, row.decided_by_id, row.decided_at = RoleGrant.State.ACTIVE, row.user_id, timezone.now()
    services.rights.save(row, "state", "decided_by", "decided_at")


@pytest.mark.parametrize("make", [services.renew, accounts.reset], ids=["renewed", "reset"])
def test_a_role_is_not_approved_while_a_link_is_open(make: Make, anna: Viewer, boris: Viewer, sara: Person) -> None:
    link = make(anna, sara.id)
    grant, active = held(boris, sara.id)
    assert not active
    with pytest.raises(BadInput):
        services.approve_role(boris, grant)
    invitations.accept(link.token, PASSWORD)
    services.approve_role(boris, grant)
    assert held(boris, sara.id)[1]


def test_a_role_is_not_approved_before_the_first_link_was_used(anna: Viewer, boris: Viewer) -> None:
    link = services.invite(anna, anna.client, Newcomer("tom", "Tom Surname", (Role.SUPERVISOR,)))
    assert link
    grant, _ = held(boris, link.person)
    with pytest.raises(BadInput):
        services.approve_role(boris, grant)
    Invitation.objects.all().delete()  # run out, and tidied away
    with pytest.raises(BadInput):
        services.approve_role(boris, grant)
    services.refuse_role(boris, grant)


def test_an_unused_link_that_ran_out_stands_in_nobodys_way(anna: Viewer, boris: Viewer, sara: Person) -> None:
    services.renew(anna, sara.id)
    Invitation.objects.update(expires_at=timezone.now())
    services.approve_role(boris, held(boris, sara.id)[0])


def test_using_a_link_takes_back_what_was_agreed_to_since(anna: Viewer, boris: Viewer, sara: Person) -> None:
    link = services.renew(anna, sara.id)
    approve_anyway(held(boris, sara.id)[0])
    invitations.accept(link.token, PASSWORD)
    assert not held(boris, sara.id)[1]


@pytest.mark.usefixtures("db")
class TestConsole:
    def test_it_repeats_a_founders_link_while_nobody_is_in(self, clock: Clock) -> None:
        two = [Newcomer(name, f"{name} Surname", ()) for name in ("anna", "boris")]
        founded = services.create_client("Aurora Travel", two)
        first, second = founded.links
        again = services.renew_at_console(founded.client, first.person)
        anna = set_up(again, clock)
        assert viewer_of(anna).role == Role.ADMINISTRATOR
        # From now on somebody is there to approve, so a repeated link gives nothing by itself.
        later = services.renew_at_console(founded.client, second.person)
        boris = set_up(later, clock)
        assert b"No workplace yet" in boris.sign_in().get("/workplace/").content
        services.approve_role(viewer_of(anna), held(viewer_of(anna), boris.id)[0])
        assert viewer_of(boris).role == Role.ADMINISTRATOR

    def test_a_reset_sign_in_stays_without_its_roles(self, world: World, anna: Viewer, sara: Person) -> None:
        accounts.reset(anna, sara.id)
        link = services.renew_at_console(world.client, sara.id)
        invitations.accept(link.token, PASSWORD)
        assert not held(anna, sara.id)[1]


class TestWrittenByOthers:
    """Whoever can write the table, but has not the installation's key."""

    BENT = (
        ("user_id", lambda world: world.anna.id),
        ("expires_at", lambda _world: timezone.now() + timedelta(days=30)),
        ("invited_by_id", lambda world: world.boris.id),
    )

    @pytest.mark.parametrize(("column", "value"), BENT, ids=[column for column, _ in BENT])
    def test_a_bent_link_is_not_good(self, column: str, value: object, world: World, anna: Viewer) -> None:
        link = services.invite(anna, anna.client, Newcomer("tom", "Tom Surname", (Role.TECHNICIAN,)))
        assert link
        assert invitations.find(link.token).person == link.person
        Invitation.objects.update(**{column: value(world)})  # type: ignore[operator]
        for use in (invitations.find, lambda token: invitations.accept(token, PASSWORD)):
            with pytest.raises(NotFound):
                use(link.token)


def test_the_page_says_when_a_role_can_be_approved(world: World, anna: Viewer) -> None:
    browser = world.boris.sign_in(Browser())
    link = services.invite(anna, anna.client, Newcomer("tom", "Tom Surname", (Role.SUPERVISOR,)))
    assert link
    approve = f"/{held(anna, link.person)[0]}/approve/"
    waiting = browser.get(f"/people/{link.person}/").content.decode()
    assert "whoever holds the link would get the role" in waiting
    assert approve not in waiting
    set_up(link, world.clock)
    ready = browser.get(f"/people/{link.person}/").content.decode()
    assert "ask the person whether they set up this sign-in" in ready
    assert approve in ready


# --- Control runs -----------------------------------------------------------------------------------------------------

CONTROLS = {
    "an approval that looks at no link": Control(
        "tests/identity/test_links.py::test_a_role_is_not_approved_while_a_link_is_open[renewed]",
        "razdar.identity.services:_check_settled",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "a link that takes nothing back": Control(
        "tests/identity/test_links.py::test_using_a_link_takes_back_what_was_agreed_to_since",
        "razdar.identity.invitations:_take_back",
        "tests.weakening.patches:does_nothing",
        "assert not True",
    ),
    "an authenticator that says nothing of the row": Control(
        "tests/identity/test_links.py::TestWrittenByOthers::test_a_bent_link_is_not_good[user_id]",
        "razdar.identity.invitations:_mac",
        "tests.weakening.patches:says_nothing",
        "DID NOT RAISE",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_fails(control: Callable[[], None]) -> None:
    control()
