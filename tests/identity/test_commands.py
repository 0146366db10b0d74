"""The command line founds clients and invites people; it approves nothing."""

import argparse
import re

import pytest

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound
from razdar.core.redaction import Policy
from razdar.core.redaction.documents import from_json
from razdar.identity import commands, older_grants, selectors
from razdar.identity.models import RedactionPolicy, RoleGrant
from razdar.identity.redacting import PolicyUnreadable
from razdar.identity.workplaces import workplaces_of
from razdar.runtime import console
from razdar.runtime.commands import COMMANDS, INIT_STEPS
from razdar.runtime.scope import scope
from tests.identity.world import World, viewer_of

ADMINISTRATORS = ("--administrator", "anna=Anna A", "--administrator", "boris=Boris B")


def init(*typed: str) -> None:
    parser = argparse.ArgumentParser()
    INIT_STEPS["identity"].add_arguments(parser)
    INIT_STEPS["identity"].run(parser.parse_args(typed))


def run(command: str, *typed: str) -> int:
    parser = argparse.ArgumentParser()
    COMMANDS[command].add_arguments(parser)
    return COMMANDS[command].run(parser.parse_args(typed))


@pytest.mark.django_db
class TestInit:
    def test_it_founds_the_first_client(self, capsys: pytest.CaptureFixture[str]) -> None:
        init("--client", "Aurora Travel", *ADMINISTRATORS, "--keep", "recording=90")
        said = capsys.readouterr().out
        links = re.findall(r"http://localhost:8000/invitation/([\w-]{43})/", said)
        assert len(set(links)) == 2
        assert "recording=90" in said
        assert selectors.client_by_name("Aurora Travel").retention["recording"] == 90

    def test_running_it_again_changes_nothing_and_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        init("--client", "Aurora Travel", *ADMINISTRATORS)
        capsys.readouterr()
        init("--client", "Aurora Travel", *ADMINISTRATORS)
        said = capsys.readouterr().out
        assert "Nothing was changed" in said
        assert "invitation" not in said
        assert len(selectors.clients()) == 1

    def test_without_a_terminal_everything_must_be_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        with pytest.raises(BadInput):
            init("--client", "Aurora Travel", "--administrator", "anna=Anna A")

    def test_at_a_terminal_it_asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter(["Aurora Travel", "anna", "Anna A", "boris", "Boris B"])
        monkeypatch.setattr(commands, "_ask", lambda _question: next(answers))
        init()
        assert [client.name for client in selectors.clients()] == ["Aurora Travel"]


def test_a_further_client(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    carla = ("--administrator", "carla=Carla C", "--administrator", "dora=Dora D")
    assert run("client", "add", "Borealis Bank", *carla) == 0
    run("client", "list")
    assert "Borealis Bank" in capsys.readouterr().out
    with pytest.raises(BadInput):
        run("client", "add", "Borealis Bank", *carla)


def test_the_redaction_policy_is_shown_and_begun_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run("redaction", "show", "--client", "Aurora Travel")
    assert from_json(capsys.readouterr().out) == Policy.DEFAULT
    with pytest.raises(BadInput):
        run("redaction", "start", "--client", "Aurora Travel")
    with scope(world.client):
        RedactionPolicy.objects.filter(client_id=world.client).delete()
    with pytest.raises(PolicyUnreadable):
        run("redaction", "show", "--client", "Aurora Travel")
    run("redaction", "start", "--client", "Aurora Travel")
    run("redaction", "show", "--client", "Aurora Travel")


def test_another_name_for_a_client(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("client", "rename", "--client", "Aurora Travel", "Aurora Group") == 0
    assert "The client is called Aurora Group now." in capsys.readouterr().out
    assert [client.name for client in selectors.clients()] == ["Aurora Group"]


def test_the_console_proposes_and_an_administrator_approves(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ("--client", "Aurora Travel", "--role", "supervisor", "--role", "auditor", "sara=Sara S")
    assert run("person", "invite", *typed) == 0
    said = capsys.readouterr().out
    assert "The role supervisor waits" in said
    assert "The role auditor waits" not in said
    sara = selectors.person(viewer_of(world.anna), selectors.person_by_work_name("sara"))
    assert {(held.role, held.active, held.decidable) for held in sara.roles} == {
        (Role.SUPERVISOR, False, True),
        (Role.AUDITOR, True, False),
    }


def test_renew_and_unlock(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("person", "renew", "--client", "Aurora Travel", "boris") == 0
    assert "/invitation/" in capsys.readouterr().out
    assert run("person", "unlock", "anna") == 0
    for typed in (("renew", "--client", "Aurora Travel", "nobody"), ("unlock", "nobody")):
        with pytest.raises(NotFound):
            run("person", *typed)


def test_roles_of_an_older_version_are_sealed_anew_and_no_others(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    anna, boris = (RoleGrant.objects.get(user_id=person.id) for person in (world.anna, world.boris))
    for grant, older in ((anna, older_grants._older_mac(anna)), (boris, b"x" * 32)):
        RoleGrant.objects.filter(pk=grant.pk).update(mac=older)
    assert workplaces_of(world.anna.id) == []
    assert run("person", "reseal") == 0
    assert "anna: administrator, held since" in capsys.readouterr().out
    assert [place.role for place in workplaces_of(world.anna.id)] == [Role.ADMINISTRATOR]
    assert workplaces_of(world.boris.id) == []
    assert run("person", "reseal") == 0
    assert "0 role(s)" in capsys.readouterr().out


@pytest.mark.parametrize("typed", [("--administrator", "anna"), ("--administrator", "=Anna"), ("--keep", "x=y")])
def test_what_cannot_be_read(typed: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        init("--client", "Aurora Travel", *typed)


def test_a_client_is_named_by_name_or_id_or_not_at_all_where_there_is_one(world: World) -> None:
    only = selectors.only_client("").id
    for typed in ("Aurora Travel", str(only), ""):
        assert console.client_of(argparse.Namespace(client=typed)) == only
    assert console.client_or_all(argparse.Namespace(client="")) is None
    with pytest.raises(NotFound):
        console.client_of(argparse.Namespace(client="Nobody"))
