"""Viewers: made from a real session or for a job, and from nothing else."""

from uuid import UUID

from django.test import Client as Browser

from razdar.core.disclosure import DataClass, Level, Purpose, Role, shipped
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.identity.viewers import for_job
from tests.identity.world import World, request_of, viewer_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_viewer_holds_the_role_of_the_session(world: World) -> None:
    browser = world.join("agnes", Role.AGENT).sign_in(Browser(headers={"user-agent": FIREFOX}))
    request = request_of(browser)
    viewer = request.viewer
    assert viewer.role == "agent"
    assert viewer.client == request.client_id == world.client
    assert viewer.permissions == ROLE_PERMISSIONS[Role.AGENT]
    assert viewer.cells == shipped().row(Role.AGENT)
    assert viewer.needs_assignment
    assert (viewer.device, viewer.zone) == ("Firefox, Linux", "loopback")
    assert viewer.session
    assert viewer.session not in browser.cookies["razdar_session"].value


def test_only_agents_need_an_assignment(world: World) -> None:
    for role in (Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.PRIVACY_OFFICER):
        assert not viewer_of(world.join(f"p-{role.value[:5]}", role)).needs_assignment


def test_the_top_bar(world: World) -> None:
    page = world.anna.sign_in().get("/people/").content.decode()
    for text in ("Aurora Travel", "Administrator", "anna Surname"):
        assert text in page


def test_nobody_is_a_viewer_without_a_session(db: None) -> None:
    request = request_of(Browser())
    assert request.viewer is None
    assert request.client_id is None
    assert request.shell is None


def test_a_job_opens_for_processing_only() -> None:
    viewer = for_job("redact!", UUID(int=7))
    assert (viewer.person, viewer.role, viewer.session) == (UUID(int=0), "system", "redact-")
    assert viewer.level(DataClass.TRANSCRIPT, Purpose.PROCESSING) is Level.CLEAR
    assert viewer.level(DataClass.TRANSCRIPT, Purpose.SERVICE) is Level.MASKED
    assert viewer.level(DataClass.CVV, Purpose.PROCESSING) is Level.NONE
    assert viewer.level(DataClass.HEALTH, Purpose.PROCESSING) is Level.NONE
    assert viewer.assured_at == 0.0
