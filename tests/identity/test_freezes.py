"""Two people of the client stop all reading and let it go on; nobody else can, however they try."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from razdar import audit
from razdar.core.disclosure import Role, Viewer
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.errors import BadInput, ClientFrozen, NotFound, NotYours, StepUpNeeded
from razdar.core.ledger.events import Event
from razdar.core.permissions import Permission
from razdar.identity import approvals, freezes, leaving, rights, selectors, services
from razdar.identity.models import Approval, RoleGrant
from razdar.keys import agent
from razdar.runtime.scope import scope
from razdar.ui import errors
from razdar.ui.banners import BANNERS
from razdar.vault import freezing
from tests.identity.world import World, found, request_of, viewer_of
from tests.weakening import Control, in_turn

OBSERVER = Role.CLIENT_OBSERVER


@pytest.fixture
def clara(world: World) -> Viewer:
    return viewer_of(world.join("clara", OBSERVER))


@pytest.fixture
def dirk(world: World) -> Viewer:
    return viewer_of(world.join("dirk", OBSERVER))


def frozen(client: UUID) -> bool:
    return freezing.waits(client)


def freeze(one: Viewer, two: Viewer) -> None:
    freezes.agree(two, freezes.ask_freeze(one))


def test_two_people_of_the_client_freeze_and_lift(clara: Viewer, dirk: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    (seen,) = freezes.standing(dirk).requests
    assert (seen.id, seen.kind, seen.decidable) == (asked, "freeze", True)
    assert not frozen(clara.client)
    freezes.agree(dirk, asked)
    assert frozen(clara.client)
    standing = freezes.standing(clara)
    assert standing.frozen is not None
    assert (standing.frozen.set.asked_by, standing.frozen.set.agreed_by) == (clara.person, dirk.person)
    freezes.agree(clara, freezes.ask_lift(dirk))
    assert not frozen(clara.client)
    assert freezes.standing(clara).frozen is None


def test_only_observers_hold_the_permission() -> None:
    assert {role for role in Role if Permission.VAULT_CLIENT_FREEZE in ROLE_PERMISSIONS[role]} == {OBSERVER}


@pytest.mark.parametrize("role", [role for role in Role if role not in {OBSERVER, Role.INTEGRATION}])
def test_nobody_of_the_operator_asks_or_agrees(world: World, clara: Viewer, dirk: Viewer, role: Role) -> None:
    other = viewer_of(world.anna if role is Role.ADMINISTRATOR else world.join("other", role))
    asked = freezes.ask_freeze(clara)
    for attempt in (
        lambda: freezes.ask_freeze(other),
        lambda: freezes.agree(other, asked),
        lambda: freezes.refuse(other, asked),
        lambda: approvals.approve(other, asked),
        lambda: freezing.freeze(other, asked, clara.person),
    ):
        with pytest.raises(NotYours):
            attempt()
    assert not frozen(clara.client)
    freezes.agree(dirk, asked)
    with pytest.raises(NotYours):
        freezes.ask_lift(other)
    with pytest.raises(NotYours):
        freezing.lift(other, asked, uuid4(), dirk.person)
    assert frozen(clara.client)


def test_a_role_that_pretends_to_hold_the_permission_is_still_none_of_the_clients_people(
    world: World, clara: Viewer
) -> None:
    admin = viewer_of(world.anna)
    bent = replace(admin, permissions=admin.permissions | {Permission.VAULT_CLIENT_FREEZE})
    asked = freezes.ask_freeze(clara)
    with pytest.raises(NotYours):
        freezes.agree(bent, asked)
    assert not frozen(clara.client)
    assert freezes.standing(clara).requests


def test_one_person_twice_is_one(clara: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    for attempt in (freezes.agree, freezes.refuse):
        with pytest.raises(NotYours):
            attempt(clara, asked)
    assert not frozen(clara.client)


def test_another_clients_observers_do_not_know_of_it(world: World, clara: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    other = found(world.clock, "Borealis Bank", "eve", "fred")
    stranger = viewer_of(other.join("gina", OBSERVER))
    with pytest.raises(NotFound):
        freezes.agree(stranger, asked)
    assert freezes.standing(stranger).requests == ()
    assert not frozen(clara.client)


def test_both_prove_their_factor_anew(clara: Viewer, dirk: Viewer) -> None:
    stale = {"assured_at": clara.assured_at - 301}
    with pytest.raises(StepUpNeeded):
        freezes.ask_freeze(replace(clara, **stale))
    asked = freezes.ask_freeze(clara)
    with pytest.raises(StepUpNeeded):
        freezes.agree(replace(dirk, assured_at=dirk.assured_at - 301), asked)
    assert not frozen(clara.client)


def test_a_request_lapses_within_the_hour(clara: Viewer, dirk: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    with scope(clara.client):
        row = Approval.objects.get(pk=asked)
        assert timedelta(minutes=59) < row.expires_at - timezone.now() <= timedelta(hours=1)
        row.expires_at = timezone.now() - timedelta(seconds=1)
        rights.sealed_request(row).save()
    with pytest.raises(NotFound):
        freezes.agree(dirk, asked)
    assert freezes.standing(dirk).requests == ()


def test_an_agreement_counts_once_and_for_one_freeze(clara: Viewer, dirk: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    freezes.agree(dirk, asked)
    lifting = freezes.ask_lift(clara)
    spare = freezes.ask_lift(dirk)
    freezes.agree(dirk, lifting)
    freeze(dirk, clara)
    for attempt in (
        lambda: freezes.agree(dirk, asked),
        lambda: freezes.agree(dirk, lifting),
        lambda: freezes.agree(clara, spare),
    ):
        with pytest.raises((NotFound, BadInput)):
            attempt()
    assert frozen(clara.client)
    assert freezes.standing(clara).requests == ()  # what was about the earlier freeze is not offered any more


def test_who_asked_must_be_an_observer_still(world: World, clara: Viewer, dirk: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    anna = viewer_of(world.anna)
    (held,) = selectors.person(anna, clara.person).roles
    with scope(anna.client):  # as the observers' word lets it be done; see test_observers
        leaving.end_grant(anna, RoleGrant.objects.get(pk=held.id))
    with pytest.raises(NotYours):
        freezes.agree(dirk, asked)
    assert not frozen(clara.client)


def test_a_grant_that_nobody_of_ours_wrote_is_none(world: World, clara: Viewer, dirk: Viewer) -> None:
    asked = freezes.ask_freeze(clara)
    RoleGrant.objects.filter(user_id=clara.person).update(mac=bytes(32))
    with pytest.raises(NotYours):
        freezes.agree(dirk, asked)
    assert not frozen(clara.client)


def test_observers_made_during_a_freeze_wait_a_week(world: World, clara: Viewer, dirk: Viewer) -> None:
    """Administrators of the operator cannot make two observers and let the reading go on."""
    freeze(clara, dirk)
    eve, fred = (viewer_of(world.join(name, OBSERVER)) for name in ("eve", "fred"))
    with pytest.raises(NotYours):
        freezes.ask_lift(eve)
    with pytest.raises(NotYours):
        freezes.agree(fred, freezes.ask_lift(clara))
    assert frozen(clara.client)
    for grant in RoleGrant.objects.filter(user_id__in=[eve.person, fred.person]):
        grant.decided_at = timezone.now() - timedelta(days=8)
        rights.save(grant, "decided_at")
    freezes.agree(fred, freezes.ask_lift(eve))
    assert not frozen(clara.client)


@pytest.mark.parametrize("moment", ["decided_at", "proposed_at"])
def test_an_observer_whose_grant_was_backdated_is_none(world: World, clara: Viewer, dirk: Viewer, moment: str) -> None:
    freeze(clara, dirk)
    eve = viewer_of(world.join("eve", OBSERVER))
    asked = freezes.ask_lift(clara)
    RoleGrant.objects.filter(user_id=eve.person).update(**{moment: timezone.now() - timedelta(days=8)})
    for attempt in (lambda: freezes.ask_lift(eve), lambda: freezes.agree(eve, asked)):
        with pytest.raises(NotYours):
            attempt()
    assert frozen(clara.client)


def forged(asker: Viewer, kind: str, subject: str) -> UUID:
    """A request that somebody wrote into the table in the name of an observer."""
    row = Approval(client_id=asker.client, kind=kind, subject=subject, requested_by_id=asker.person)
    row.expires_at = timezone.now() + timedelta(minutes=30)
    with scope(asker.client):
        row.save(force_insert=True)
    return row.pk


def test_a_request_that_nobody_made_is_not_there(clara: Viewer, dirk: Viewer) -> None:
    made = forged(clara, "freeze", "freeze")
    assert freezes.standing(dirk).requests == ()
    assert BANNERS["freeze asked for"](dirk) is None
    for attempt in (freezes.agree, approvals.approve, approvals.refuse):
        with pytest.raises(NotFound):
            attempt(dirk, made)
    assert not frozen(clara.client)
    freeze(clara, dirk)
    lasting = freezes.standing(clara).frozen
    assert lasting
    lifting = forged(clara, "lift", str(lasting.set.request))
    with pytest.raises(NotFound):
        freezes.agree(dirk, lifting)
    assert frozen(clara.client)
    assert freezes.ask_lift(clara) != lifting  # nor does it stand in the way of a real one


def test_a_request_in_the_name_of_another_is_not_there(world: World, clara: Viewer, dirk: Viewer) -> None:
    """Who asked cannot be changed, so that nobody agrees to what they asked for themselves."""
    freeze(clara, dirk)
    asked = freezes.ask_lift(dirk)
    with scope(clara.client):
        Approval.objects.filter(pk=asked).update(requested_by_id=clara.person)
    with pytest.raises(NotFound):
        freezes.agree(dirk, asked)
    assert frozen(clara.client)


def test_two_administrators_make_an_observer(world: World) -> None:
    anna = viewer_of(world.anna)
    link = services.invite(anna, world.client, services.Newcomer("hugo", "Hugo Surname", (OBSERVER,)))
    assert link
    assert [held.active for held in selectors.person(anna, link.person).roles] == [False]


def test_frozen_twice_or_lifted_for_nothing_is_refused(clara: Viewer, dirk: Viewer) -> None:
    with pytest.raises(BadInput):
        freezes.ask_lift(clara)
    freeze(clara, dirk)
    with pytest.raises(BadInput):
        freezes.ask_freeze(dirk)


def test_everybody_at_the_client_is_told_and_nobody_elsewhere(world: World, clara: Viewer, dirk: Viewer) -> None:
    anna = viewer_of(world.anna)
    assert BANNERS["freeze"](anna) is None
    freeze(clara, dirk)
    banner = BANNERS["freeze"](anna)
    assert banner is not None
    assert "stopped all reading" in banner.sentence
    other = found(world.clock, "Borealis Bank", "eve", "fred")
    assert BANNERS["freeze"](viewer_of(other.anna)) is None


def test_who_asked_takes_it_back_and_nobody_else(clara: Viewer, dirk: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Event] = []
    asked = freezes.ask_freeze(clara)
    with pytest.raises(NotFound):
        freezes.take_back(dirk, asked)
    with pytest.raises(StepUpNeeded):
        freezes.take_back(replace(clara, assured_at=clara.assured_at - 301), asked)
    assert freezes.standing(dirk).requests
    with monkeypatch.context() as hearing:
        hearing.setattr(audit, "record", heard.append)
        freezes.take_back(clara, asked)
    assert freezes.standing(dirk).requests == ()
    for too_late in (lambda: freezes.agree(dirk, asked), lambda: freezes.take_back(clara, asked)):
        with pytest.raises(NotFound):
            too_late()
    (event,) = heard
    assert (event.action, event.actor) == ("identity:approval:withdraw", clara.person)
    assert ("request", str(asked)) in event.detail
    again = freezes.ask_freeze(clara)
    freezes.agree(dirk, again)
    assert (again == asked, frozen(clara.client)) == (False, True)


def test_who_waits_keeps_the_frame_and_the_page_opens_again_by_itself(
    world: World, clara: Viewer, dirk: Viewer
) -> None:
    browser = world.join("agnes", Role.AGENT).sign_in()
    freeze(clara, dirk)
    answer = errors.answer(request_of(browser), ClientFrozen())
    page = answer.content.decode()
    assert answer.status_code == 503
    for kept in (
        'action="/account/logout/"',
        'href="/account/"',
        'class="mainnav"',
        'hx-get="/reading/"',
        'href="/desk/"',
    ):
        assert kept in page, kept
    assert "data-refreshing" in page  # asking is nobody's act: the screen locks as ever
    waits = browser.get("/reading/")
    assert (waits.status_code, "HX-Refresh" in waits) == (204, False)
    freezes.agree(clara, freezes.ask_lift(dirk))
    goes_on = browser.get("/reading/")
    assert (goes_on.status_code, goes_on["HX-Refresh"]) == (200, "true")


def test_the_other_observer_is_told_on_every_page(world: World, clara: Viewer, dirk: Viewer) -> None:
    asked = BANNERS["freeze asked for"]
    freezes.ask_freeze(clara)
    banner = asked(dirk)
    assert banner is not None
    assert (banner.url, "Stop all reading" in banner.sentence) == ("/monitor/freeze/", True)
    assert asked(clara) is None
    assert asked(viewer_of(world.anna)) is None
    freezes.agree(dirk, freezes.standing(dirk).requests[0].id)
    assert asked(dirk) is None


def test_without_a_key_agent_it_is_not_known_and_no_page_fails(clara: Viewer) -> None:
    opened = agent.current()
    agent.install(None)
    try:
        assert not freezes.standing(clara).known
        assert BANNERS["freeze"](clara) is None
    finally:
        agent.install(opened)


def test_who_neither_reads_the_log_nor_freezes_is_not_told(world: World) -> None:
    with pytest.raises(NotYours):
        freezes.standing(viewer_of(world.anna))


CONTROLS = {
    "newcomers": Control(
        "tests/identity/test_freezes.py::test_observers_made_during_a_freeze_wait_a_week",
        "razdar.identity.freezes:_require_known_then",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "both": Control(
        "tests/identity/test_freezes.py::test_who_asked_must_be_an_observer_still",
        "razdar.identity.freezes:_require_both",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "factor": Control(
        "tests/identity/test_freezes.py::test_both_prove_their_factor_anew",
        "razdar.vault.door:require_assurance",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
    "backdated": Control(
        "tests/identity/test_freezes.py::test_an_observer_whose_grant_was_backdated_is_none[decided_at]",
        "razdar.identity.rights:genuine",
        "tests.weakening.patches:agrees",
        "DID NOT RAISE",
    ),
    "name": Control(
        "tests/identity/test_freezes.py::test_a_request_in_the_name_of_another_is_not_there",
        "razdar.identity.rights:genuine_requests",
        "tests.weakening.patches:believes_every_row",
        "DID NOT RAISE",
    ),
}


@in_turn(CONTROLS)
def test_control_without_the_check_the_test_fails(control: Callable[[], None]) -> None:
    control()
