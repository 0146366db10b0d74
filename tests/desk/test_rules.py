"""Exceptions, days and responsibilities on their pages, at the other client of the house."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse

from razdar.core.disclosure import DataClass, Role
from razdar.customers import services
from razdar.identity import keeping, selectors
from razdar.identity.models import MatrixException, RetentionChange, RoleGrant, User
from razdar.identity.rights import sealed
from razdar.identity.viewers import for_job
from razdar.interactions import keeping_changes
from razdar.runtime.scope import scope
from tests.doors.house import Actor, House

PHONE = "+15550100163"
WHY = "Stands in for a colleague this week"


@pytest.fixture(scope="module")
def administrator(house: House) -> Actor:
    return house.actor("other administrator")


@pytest.fixture(scope="module")
def officer(house: House) -> Actor:
    return house.actor("other security_officer")


@pytest.fixture(scope="module")
def customer(house: House) -> UUID:
    client = house.world.other
    with scope(client):
        draft = services.Draft({DataClass.SURNAME: "Dunnock"}, [(DataClass.PHONE, PHONE)])
        (made,) = services.create(for_job("test", client), [draft])
    house.world.assign(house.world.viewer(Role.AGENT, client), made)
    return made


@pytest.fixture(autouse=True)
def _nothing_waits(house: House, officer: Actor) -> Iterator[None]:
    """What a test has asked for and left undecided is refused, so that the next one finds its own request alone."""
    yield
    for request in waiting(house, officer):
        post(house, officer, f"/approvals/{request}/refuse/")


@pytest.fixture
def days(house: House) -> Iterator[int]:
    """How long the other client keeps recordings; put back afterwards."""
    client = house.world.other
    held = selectors.kept_days(client)[DataClass.RECORDING]
    yield held
    keeping.choose(client, {"recording": held})


def text_of(house: House, who: Actor, path: str) -> str:
    answer = cast(HttpResponse, house.browser(who).get(path))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(house: House, who: Actor, path: str, form: dict[str, Any] | None = None) -> HttpResponse:
    return cast(HttpResponse, house.browser(who).post(path, form or {}))


def waiting(house: House, who: Actor) -> list[str]:
    """The requests that somebody may decide."""
    return re.findall(r'action="/approvals/([0-9a-f-]{36})/approve/"', text_of(house, who, "/approvals/"))


def decide(house: House, who: Actor, act: str) -> HttpResponse:
    (request,) = waiting(house, who)
    return post(house, who, f"/approvals/{request}/{act}/")


def sees_the_phone(house: House, customer: UUID) -> bool:
    page = text_of(house, house.actor("other agent"), f"/customers/{customer}/")
    assert "Dunnock" in page
    return PHONE in page


def grant_of(house: House, role: Role) -> str:
    person = house.world.people[house.world.other, role]
    return str(RoleGrant.objects.get(user_id=person, client_id=house.world.other, role=role).pk)


# --- Exceptions -------------------------------------------------------------------------------------------------------


def exception_for(house: House, role: Role = Role.AGENT) -> dict[str, Any]:
    cell = {"data_class": "phone", "level": "CLEAR", "purposes": ["service"], "hours": "24"}
    return {"grant": grant_of(house, role), "reason": WHY, **cell}


def test_an_exception_opens_its_cell_for_one_person_until_it_is_ended(
    house: House, administrator: Actor, officer: Actor, customer: UUID
) -> None:
    made = post(house, administrator, "/exceptions/new/", exception_for(house))
    assert made.status_code == 302
    assert not sees_the_phone(house, customer)
    page = text_of(house, officer, made["Location"])
    for words in ("Exception for Person agent 1", WHY, "opens more", "Your decision"):
        assert words in page
    asked = text_of(house, officer, "/approvals/")
    assert "For Person agent 1 alone, until" in asked
    assert f'href="{made["Location"]}"' in asked
    assert decide(house, officer, "approve").status_code == 302
    assert sees_the_phone(house, customer)
    assert "holds" in text_of(house, house.actor("other auditor"), "/exceptions/")
    assert "Person agent 1" not in text_of(house, house.actor("other auditor"), "/exceptions/")
    assert post(house, house.actor("other auditor"), f"{made['Location']}end/").status_code == 403
    assert post(house, officer, f"{made['Location']}end/").status_code == 302
    assert not sees_the_phone(house, customer)


def test_one_that_shows_less_is_ended_by_two(house: House, administrator: Actor, officer: Actor) -> None:
    less = {"level": "NONE", "purposes": [], "data_class": "email"}
    made = post(house, administrator, "/exceptions/new/", exception_for(house) | less)["Location"]
    decide(house, officer, "approve")
    assert "early" not in text_of(house, officer, made)
    assert "Without it this person sees more" in text_of(house, administrator, made)
    assert post(house, officer, f"{made}end/").status_code == 403
    assert post(house, administrator, f"{made}end/")["Location"] == made
    assert "waits for somebody else" in text_of(house, administrator, made)
    assert "If you approve, it ends at once" in text_of(house, officer, made)
    assert f'href="{made}"' in text_of(house, officer, "/approvals/")
    decide(house, officer, "approve")
    assert "Ended by" in text_of(house, administrator, made)


def test_what_cannot_be_is_said_beside_the_field(house: House, administrator: Actor) -> None:
    for change, says in (
        ({"level": "ON_REQUEST"}, "no right to reveal"),
        ({"purposes": []}, "Choose at least one purpose"),
        ({"hours": "5000"}, "Select a valid choice"),
        ({"grant": grant_of(house, Role.AUDITOR)}, "Select a valid choice"),
        ({"reason": "short"}, "at least 10"),
    ):
        answer = post(house, administrator, "/exceptions/new/", exception_for(house) | change)
        assert answer.status_code == 422
        assert says in answer.content.decode()
    with scope(house.world.other):
        assert not MatrixException.objects.filter(state="proposed").exists()


def test_each_step_of_an_exception_is_in_the_log(house: House, administrator: Actor, officer: Actor) -> None:
    house.new_events()
    made = post(house, administrator, "/exceptions/new/", exception_for(house))["Location"]
    decide(house, officer, "approve")
    post(house, administrator, f"{made}end/")
    post(house, administrator, "/exceptions/new/", exception_for(house))
    decide(house, officer, "refuse")
    events = [event for event in house.new_events() if event.action.startswith("identity:exception")]
    steps = ["propose", "approve", "end", "propose", "refuse"]
    assert [event.action.rpartition(":")[2] for event in events] == steps
    first = dict(events[0].detail)
    assert (first["role"], first["data_class"], first["level"], first["opens"]) == ("agent", "phone", "clear", 1)


# --- Days -------------------------------------------------------------------------------------------------------------


def kept(house: House) -> int:
    return selectors.kept_days(house.world.other)[DataClass.RECORDING]


def test_what_a_shorter_time_destroys_is_said_before_and_to_whoever_decides(
    house: House, administrator: Actor, officer: Actor, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"days": str(days - 10), "reason": WHY}
    spared = post(house, administrator, "/retention/recording/", form).content.decode()
    assert "This keeps data for a shorter time." in spared
    assert "The next run destroys nothing more than it would today." in spared
    assert "This destroys data." not in spared
    assert "cannot be undone" not in spared
    monkeypatch.setattr(
        keeping_changes.retention, "due_by", lambda *asked: SimpleNamespace(calls=int(asked[-1] < days), since=None)
    )
    shown = post(house, administrator, "/retention/recording/", form)
    assert shown.status_code == 200
    assert "This destroys data." in shown.content.decode()
    assert "That cannot be undone" in shown.content.decode()
    with scope(house.world.other):
        assert not RetentionChange.objects.filter(state="proposed").exists()
    made = post(house, administrator, "/retention/recording/", form | {"sure": "yes"})
    assert made.status_code == 302
    assert kept(house) == days
    page = text_of(house, officer, made["Location"])
    for words in ("This destroys data.", WHY, f"{days - 10} days", "Your decision"):
        assert words in page
    assert "That cannot be undone" in text_of(house, officer, "/approvals/")
    assert decide(house, officer, "approve").status_code == 302
    assert kept(house) == days - 10
    assert "Nothing was changed yet" not in text_of(house, house.actor("other auditor"), "/retention/")


def test_a_longer_time_needs_a_second_person_too_and_a_refusal_changes_nothing(
    house: House, administrator: Actor, officer: Actor, days: int
) -> None:
    form = {"days": str(days + 10), "reason": WHY, "sure": "yes"}
    assert post(house, administrator, "/retention/recording/", form).status_code == 302
    assert kept(house) == days
    assert decide(house, officer, "refuse").status_code == 302
    assert kept(house) == days


def test_days_that_changed_meanwhile_are_not_put_in_force(
    house: House, administrator: Actor, officer: Actor, days: int
) -> None:
    form = {"days": str(days - 10), "reason": WHY, "sure": "yes"}
    assert post(house, administrator, "/retention/recording/", form).status_code == 302
    keeping.choose(house.world.other, {"recording": days + 1})
    assert decide(house, officer, "approve").status_code == 422
    assert kept(house) == days + 1
    assert decide(house, officer, "refuse").status_code == 302
    assert "whoever runs the installation" in text_of(house, officer, "/retention/")


@pytest.mark.parametrize("change", [{"days": "0"}, {"days": "36501"}, {"days": "x"}, {"reason": ""}])
def test_days_have_limits(house: House, administrator: Actor, days: int, change: dict[str, str]) -> None:
    form = {"days": str(days - 10), "reason": WHY, "sure": "yes"} | change
    assert post(house, administrator, "/retention/recording/", form).status_code == 422
    same = post(house, administrator, "/retention/recording/", form | {"days": str(days), "reason": WHY})
    assert same.status_code == 422
    assert "so many days already" in same.content.decode()


def test_what_nothing_destroys_is_not_promised(house: House, administrator: Actor) -> None:
    shown = post(house, administrator, "/retention/phone/", {"days": "30", "reason": WHY})
    assert "No run destroys this kind of data by itself" in shown.content.decode()


def test_a_change_that_was_not_written_here_is_not_put_in_force(
    house: House, administrator: Actor, officer: Actor, days: int
) -> None:
    form = {"days": str(days - 10), "reason": WHY, "sure": "yes"}
    made = post(house, administrator, "/retention/recording/", form)["Location"]
    page = text_of(house, officer, made)
    request = re.search(r"/approvals/([0-9a-f-]{36})/approve/", page)
    assert request
    with scope(house.world.other):
        RetentionChange.objects.filter(state="proposed").update(after=1)
    assert post(house, officer, f"/approvals/{request[1]}/approve/").status_code == 404
    assert kept(house) == days
    with scope(house.world.other):
        RetentionChange.objects.filter(state="proposed").update(after=days - 10)
    assert decide(house, officer, "refuse").status_code == 302


# --- Responsibilities -------------------------------------------------------------------------------------------------


def duties(**changes: Any) -> dict[str, Any]:
    held = {"owner": "role:supervisor", "responsible": ["role:agent"], "accountable": ["role:supervisor"]}
    return held | {"consulted": ["role:quality_reviewer"], "informed": [], "reason": WHY} | changes


def test_who_answers_for_what_is_shipped_read_and_changed_by_two(
    house: House, administrator: Actor, officer: Actor
) -> None:
    observer = house.actor("other client_observer")
    page = text_of(house, observer, "/responsibilities/")
    assert "Answering calls" in page
    assert "print-refusal" not in page  # no customer's data stands there
    assert "Change<" not in page
    person = f"person:{house.world.people[house.world.other, Role.PRIVACY_OFFICER]}"
    path = "/responsibilities/calls/change/"
    assert post(house, observer, path, duties(owner=person)).status_code == 404
    made = post(house, administrator, path, duties(owner=person))
    assert made.status_code == 302
    assert "a change waits" in text_of(house, observer, "/responsibilities/")
    shown = text_of(house, officer, made["Location"])
    for words in (WHY, "Person privacy_officer 1", "Your decision"):
        assert words in shown
    assert decide(house, officer, "approve").status_code == 302
    assert "Person privacy_officer 1" in text_of(house, observer, "/responsibilities/")
    assert post(house, administrator, path, duties()).status_code == 302
    decide(house, officer, "approve")
    assert "Person privacy_officer 1" not in text_of(house, observer, "/responsibilities/")
    assert text_of(house, observer, "/responsibilities/calls/").count("decided by") == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"accountable": []}, "Somebody must be accountable"),
        ({"responsible": []}, "Somebody must be responsible"),
        ({"owner": "person:00000000-0000-0000-0000-000000000001"}, "Select a valid choice"),
        ({"owner": "role:king"}, "Select a valid choice"),
        ({"reason": ""}, "This field is required"),
    ],
)
def test_duties_that_nobody_could_have_are_refused(
    house: House, administrator: Actor, change: dict[str, Any], says: str
) -> None:
    answer = post(house, administrator, "/responsibilities/calls/change/", duties(**change))
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_an_owner_who_left_and_whoever_grants_and_uses_are_pointed_out(
    house: House, administrator: Actor, officer: Actor
) -> None:
    person = house.world.people[house.world.other, Role.PRIVACY_OFFICER]
    path, key = "/responsibilities/matrix/change/", f"person:{person}"
    form = {"owner": key, "responsible": ["role:administrator"], "accountable": [key], "reason": WHY}
    assert post(house, administrator, path, form).status_code == 302
    decide(house, officer, "approve")
    page = text_of(house, officer, "/responsibilities/")
    assert "Person privacy_officer 1 both grants and uses" in page
    User.objects.filter(pk=person).update(disabled="left")
    try:
        page = text_of(house, officer, "/responsibilities/")
        assert "Its owner, Person privacy_officer 1, does not work here any more." in page
        assert "Nobody who is here is accountable." in page
        assert "both grants and uses" not in page
    finally:
        User.objects.filter(pk=person).update(disabled="")


def test_a_grant_that_was_not_made_here_fills_no_duty(house: House, officer: Actor) -> None:
    technician = RoleGrant.objects.get(user_id=house.world.people[house.world.other, Role.TECHNICIAN])
    RoleGrant.objects.filter(pk=technician.pk).update(mac=b"x" * 32)
    try:
        assert "Its owner is a role that nobody holds: Technician." in text_of(house, officer, "/responsibilities/")
    finally:
        RoleGrant.objects.filter(pk=technician.pk).update(mac=sealed(technician).mac)
