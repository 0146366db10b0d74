"""Many at once: each line is checked by itself, the act is whole, and a link is shown once."""

import re
from dataclasses import replace

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotYours, StepUpNeeded
from razdar.identity import inviting, selectors, services
from razdar.identity.models import Invitation, User
from razdar.identity.services import Newcomer
from tests.identity.world import World, found, viewer_of

ADDRESS = re.compile(r"http://testserver/invitation/[\w-]{43}/")
PATH = "/people/invite/many/"


@pytest.fixture
def anna(world: World) -> Viewer:
    return viewer_of(world.anna)


@pytest.mark.parametrize(
    ("line", "work_name", "name", "roles"),
    [
        ("sara.q, Sara Quinn, agent", "sara.q", "Sara Quinn", (Role.AGENT,)),
        ("Sara.Q\tSara  Quinn\tQuality reviewer", "sara.q", "Sara Quinn", (Role.QUALITY_REVIEWER,)),
        ("sara;Quinn, Sara;agent/auditor", "sara", "Quinn, Sara", (Role.AGENT, Role.AUDITOR)),
        ('sara,"Quinn, Sara",quality_reviewer', "sara", "Quinn, Sara", (Role.QUALITY_REVIEWER,)),
        ("sara,Sara,agent,AUDITOR,agent", "sara", "Sara", (Role.AGENT, Role.AUDITOR)),
    ],
)
def test_lines_as_people_and_spreadsheets_write_them(
    line: str, work_name: str, name: str, roles: tuple[Role, ...]
) -> None:
    (read,) = inviting.read(f"\ufeffWork name,Name,Role\n\n{line}\n")
    assert (read.work_name, read.name, read.roles, read.faults) == (work_name, name, roles, ())
    assert read.number == 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("sara", "needs a work name"),
        ("sara,Sara", "needs a work name"),
        ("sara,Sara,king", "no role called"),
        ("sara,Sara,integration", "no role called"),
        ("sara,Sara,administrator/agent", "Nobody both grants and uses"),
        ('sara,"Sara,agent', "quotation marks"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, says: str) -> None:
    (read,) = inviting.read(line)
    assert says in " ".join(read.faults)


def test_one_work_name_once() -> None:
    first, second = inviting.read("sara,Sara,agent\nSARA,Sara again,agent")
    assert first.faults == ()
    assert "line 1 already" in second.faults[0]


def test_a_list_is_neither_empty_nor_endless() -> None:
    for text in ("", "\n \n", "work name,name,role", "\n".join(f"a{n},A,agent" for n in range(201))):
        with pytest.raises(BadInput):
            inviting.read(text)


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    try:
        lines = inviting.read(text)
    except BadInput:
        return
    assert 1 <= len(lines) <= inviting.MOST_LINES
    for line in lines:
        assert line.raw in text
        assert line.faults or (line.work_name and line.name and line.roles)


class TestAgainstWhoIsThere:
    def test_names_that_cannot_be(self, world: World, anna: Viewer) -> None:
        world.join("tom", Role.TECHNICIAN)
        found(world.clock, "Borealis Bank", "carla", "dora")
        text = "tom,Tom,auditor\ncarla,Carla,auditor\n?!,Nobody,auditor\nnew.one,New One,auditor"
        known, foreign, impossible, free = inviting.check(anna, text)
        assert "works here already" in known.faults[0]
        assert foreign.faults == impossible.faults  # nobody learns that somebody else has the name
        assert free.faults == ()
        assert not User.objects.filter(username="new.one").exists()

    def test_everybody_or_nobody(self, world: World, anna: Viewer) -> None:
        lines = inviting.check(anna, "one,One,auditor\ntwo,Two,agent")
        services.invite(anna, world.client, Newcomer("two", "Two", (Role.AUDITOR,)))
        taken = User.objects.count()
        with pytest.raises(BadInput):
            inviting.invite(anna, [*lines, replace(lines[0], faults=("wrong",))])
        with pytest.raises(BadInput):
            inviting.invite(anna, [lines[0], replace(lines[1], roles=(Role.AUDITOR,))])
        assert User.objects.count() == taken

    def test_roles_that_need_two_people_wait(self, anna: Viewer) -> None:
        links = inviting.invite(anna, inviting.check(anna, "one,One,auditor\ntwo,Two,agent"))
        active = [[held.active for held in selectors.person(anna, link.person).roles] for link in links]
        assert active == [[True], [False]]

    def test_it_needs_the_duty_and_a_recent_factor(self, anna: Viewer) -> None:
        lines = inviting.check(anna, "one,One,auditor")
        for viewer, refusal in (
            (replace(anna, permissions=frozenset()), NotYours),
            (replace(anna, assured_at=anna.assured_at - 301), StepUpNeeded),
        ):
            with pytest.raises(refusal):
                inviting.check(viewer, "one,One,auditor")
            with pytest.raises(refusal):
                inviting.invite(viewer, lines)


def field(page: str, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"|<textarea name="{name}"[^>]*>\s?([^<]*)<', page)
    return (found[1] or found[2] or "") if found else ""


def test_bad_lines_stay_in_the_field_and_links_are_shown_once(world: World) -> None:
    browser = world.anna.sign_in()
    checked = browser.post(PATH, {"act": "check", "text": "one,One,auditor\nbad line\ntwo,Two,agent"}).content.decode()
    assert "Invite 2 people" in checked
    assert field(checked, "text").strip() == "bad line"
    assert "one,One,auditor" in field(checked, "good")
    assert not Invitation.objects.filter(user__username__in=["one", "two"]).exists()
    form = {"act": "invite", "good": "one,One,auditor\ntwo,Two,agent", "text": "bad line"}
    done = browser.post(PATH, form)
    addresses = ADDRESS.findall(done.content.decode())
    assert len(addresses) == 2
    assert field(done.content.decode(), "text").strip() == "bad line"
    assert all(Browser().get(address).status_code == 200 for address in addresses)
    assert done["Cache-Control"].startswith("no-store") or "no-store" in done["Cache-Control"]
    for path in ("/people/", PATH):
        assert not ADDRESS.search(browser.get(path).content.decode())


def test_a_file_is_read_like_what_is_typed(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = world.anna.sign_in()
    file = SimpleUploadedFile("people.csv", "Work name;Name;Role\nsara;Zoë Łuczak;agent\n".encode("utf-8-sig"))
    page = browser.post(PATH, {"act": "check", "file": file}).content.decode()
    assert "Zoë Łuczak" in page
    assert "Invite 1 person" in page
    other = SimpleUploadedFile("people.csv", "sara;Łuczak;agent".encode("cp1250"))
    assert browser.post(PATH, {"act": "check", "file": other}).status_code == 422
