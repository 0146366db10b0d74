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
from razdar.identity import approvals, rights
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
        row = Approval.objects.get(pk=asked)
        row.expires_at = timezone.now() - timedelta(seconds=1)
        rights.sealed_request(row).save()
    assert approvals.waiting_for(otto) == []
    assert approvals.own(pia)[0].state == "expired"
    with pytest.raises(NotFound):
        approvals.approve(otto, asked)


ALTERED = {
    "subject": "another",
    "payload": {"number": 2},
    "kind": "reveal",
    "expires_at": timezone.now() + timedelta(days=9),
    "requested_at": timezone.now() - timedelta(days=9),
    "mac": b"x" * 32,
}


@pytest.mark.parametrize("column", ["subject", "payload", "kind", "expires_at", "requested_at", "mac"])
def test_an_altered_request_is_as_if_it_were_not_there(pia: Viewer, otto: Viewer, column: str) -> None:
    since = timezone.now()
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    assert (approvals.count_waiting(otto), approvals.news(otto, since).fresh) == (1, 1)
    with scope(pia.client):
        Approval.objects.filter(pk=asked).update(**{column: ALTERED[column]})
    assert (approvals.count_waiting(otto), approvals.news(otto, since)) == (0, approvals.News(0, ()))
    assert (approvals.waiting_for(otto), approvals.own(pia), approvals.about(pia, "tested", ["x", "another"])) == (
        [],
        [],
        {},
    )
    for act in (approvals.approve, approvals.refuse, approvals.one_waiting):
        with pytest.raises(NotFound):
            act(otto, asked)
    assert not HEARD


def test_a_decided_request_does_not_wait_again(pia: Viewer, otto: Viewer) -> None:
    asked = approvals.request(pia, "tested", "x", {"number": 1})
    approvals.refuse(otto, asked)
    with scope(pia.client):
        Approval.objects.filter(pk=asked).update(state="pending", decided_by_id=None, decided_at=None)
    with pytest.raises(NotFound):
        approvals.approve(otto, asked)
    assert [name for name, _ in HEARD] == ["refused"]


def test_a_sealed_reason_is_opened_where_it_is_asked_for(world: World, pia: Viewer, otto: Viewer) -> None:
    opened: list[str] = []

    def explain(_viewer: Viewer, subject: str, _payload: object) -> tuple[str, ...]:
        opened.append(subject)
        return (f"because of {subject}",)

    kind = replace(APPROVALS["tested"], opens=True, explain=explain)
    APPROVALS._entries["tested"] = kind  # taken out by the fixture
    first, second = (approvals.request(pia, "tested", name, {"number": 1}) for name in ("one", "two"))
    assert [(each.closed, each.explanation) for each in approvals.waiting_for(otto)] == [(True, ()), (True, ())]
    assert opened == []
    shown = approvals.waiting_for(otto, second)
    assert [(each.closed, each.explanation) for each in shown] == [(True, ()), (False, ("because of two",))]
    assert opened == ["two"]
    browser = world.join("olga", Role.PRIVACY_OFFICER).sign_in()
    page = browser.get("/approvals/").content.decode()
    assert f'href="/approvals/?why={first}"' in page
    assert "because of" not in page
    page = browser.get("/approvals/", {"why": str(first)}).content.decode()
    assert "because of one" in page
    assert "because of two" not in page
    assert f'href="/approvals/?why={first}"' not in page
    assert browser.get("/approvals/", {"why": "nonsense"}).status_code == 200
    assert opened == ["two", "one"]


def test_what_became_of_some_subjects_alone(pia: Viewer, otto: Viewer) -> None:
    asked = {name: approvals.request(pia, "tested", name, {"number": 1}) for name in ("one", "two", "three")}
    approvals.refuse(otto, asked["two"])
    assert {name: one.state for name, one in approvals.about(pia, "tested", ["one", "two"]).items()} == {
        "one": "pending",
        "two": "refused",
    }
    assert sorted(approvals.subjects_waiting(otto, "tested")) == ["one", "three"]


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
