"""Second-person requests: asked by one, decided by another, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, StepUpNeeded
from razdar.core.permissions import Permission
from razdar.identity import approvals
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided
from razdar.identity.models import Approval
from razdar.runtime.scope import scope
from tests.identity.world import World, found, viewer_of

HEARD: list[tuple[str, Decided]] = []


@pytest.fixture(autouse=True)
def kind() -> Iterator[str]:
    def fails(_viewer: Viewer, decided: Decided) -> None:
        if decided.subject == "bad":
            raise BadInput("It cannot be done.")
        HEARD.append(("approved", decided))

    APPROVALS.register("tested")(
        ApprovalKind(
            label="Tested",
            asks=Permission.CUSTOMERS_FIELD_REVEAL,
            decides=Permission.IDENTITY_REVEAL_APPROVE,
            on_approved=fails,
            on_refused=lambda _viewer, decided: HEARD.append(("refused", decided)),
            describe=lambda payload: f"number {payload['number']}",
        )
    )
    yield "tested"
    HEARD.clear()
    del APPROVALS._entries["tested"]


@pytest.fixture
def pia(world: World) -> Viewer:
    return viewer_of(world.join("pia", Role.PRIVACY_OFFICER))


@pytest.fixture
def otto(world: World) -> Viewer:
    return viewer_of(world.join("otto", Role.PRIVACY_OFFICER))


def test_asked_by_one_decided_by_another(pia: Viewer, otto: Viewer) -> None:
    asked = approvals.request(pia, "tested", "grant 7", {"number": 7})
    assert approvals.waiting_for(pia) == []
    (seen,) = approvals.waiting_for(otto)
    assert (seen.id, seen.what, seen.requester, seen.decidable) == (asked, "number 7", "pia Surname", True)
    approvals.approve(otto, asked)
    assert [("approved", Decided(asked, "tested", "grant 7", {"number": 7}, pia.person))] == HEARD
    assert approvals.own(pia, "tested")[0].state == "approved"
    with pytest.raises(NotFound):
        approvals.refuse(otto, asked)


def test_nobody_approves_their_own(pia: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    for decide in (approvals.approve, approvals.refuse):
        with pytest.raises(NotYours):
            decide(pia, asked)
    assert not HEARD


def test_refusing(pia: Viewer, otto: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    approvals.refuse(otto, asked)
    assert HEARD[0][0] == "refused"


def test_the_same_request_waits_once(pia: Viewer) -> None:
    assert approvals.request(pia, "tested", "x", {"number": 1}) == approvals.request(pia, "tested", "x", {"number": 1})


def test_who_may_ask_and_who_may_decide(world: World, pia: Viewer, otto: Viewer) -> None:
    agent = viewer_of(world.join("agnes", Role.AGENT))
    with pytest.raises(NotYours):
        approvals.request(agent, "tested", "x", {"number": 1})
    with pytest.raises(BadInput):
        approvals.request(pia, "unheard of", "x", {})
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    with pytest.raises(NotYours):
        approvals.approve(agent, asked)
    with pytest.raises(StepUpNeeded):
        approvals.approve(replace(otto, assured_at=otto.assured_at - 301), asked)
    assert approvals.waiting_for(agent) == []


def test_a_handler_that_fails_decides_nothing(pia: Viewer, otto: Viewer) -> None:
    asked = approvals.request(pia, "tested", "bad", {"number": 1})
    with pytest.raises(BadInput):
        approvals.approve(otto, asked)
    assert approvals.waiting_for(otto)[0].id == asked


def test_time_ends_a_request(pia: Viewer, otto: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    with scope(pia.client):
        Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert approvals.waiting_for(otto) == []
    assert approvals.own(pia)[0].state == "expired"
    with pytest.raises(NotFound):
        approvals.approve(otto, asked)


def test_another_clients_requests_do_not_exist(world: World, pia: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    other = found(world.clock, "Borealis Bank", "carla", "dora")
    stranger = viewer_of(other.join("rosa", Role.PRIVACY_OFFICER))
    assert approvals.waiting_for(stranger) == []
    with pytest.raises(NotFound):
        approvals.approve(stranger, asked)
    assert not Approval.objects.exists()  # without a scope there is nothing at all


def test_on_the_page(world: World, pia: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 77})
    otto = world.join("otto", Role.PRIVACY_OFFICER)
    browser = otto.sign_in()
    page = browser.get("/approvals/").content.decode()
    assert "number 77" in page
    assert "pia Surname" in page
    assert browser.post(f"/approvals/{asked}/approve/").status_code == 302
    assert HEARD
    assert browser.post(f"/approvals/{asked}/approve/").status_code == 404
    assert browser.post(f"/approvals/{uuid4()}/dance/").status_code == 404
    assert b"Nothing waits for you" in browser.get("/approvals/").content


def test_a_change_of_the_matrix(world: World, pia: Viewer) -> None:
    from razdar.core.disclosure import Cell, DataClass, Level, Purpose
    from razdar.identity import matrix_changes
    from razdar.vault import matrices

    anna = viewer_of(world.anna)
    now = matrices.current(world.client)
    cell = Cell(Level.MASKED, frozenset({Purpose.SERVICE}))
    asked = matrix_changes.propose(anna, now.changed(Role.AGENT, DataClass.BALANCE, cell))
    assert matrices.current(world.client) == now
    assert [request.kind for request in approvals.waiting_for(pia)] == ["matrix"]
    approvals.approve(pia, asked)
    assert matrices.current(world.client).cell(Role.AGENT, DataClass.BALANCE) == cell
