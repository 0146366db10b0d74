"""The command line's part of this room.

    razdar init --client NAME --administrator WORK-NAME=NAME --administrator WORK-NAME=NAME [--keep CLASS=DAYS]
    razdar client add NAME --administrator ... --administrator ...
    razdar client list
    razdar client rename [--client NAME-OR-ID] NEW-NAME
    razdar person invite [--client NAME-OR-ID] --role ROLE WORK-NAME=NAME
    razdar person renew [--client NAME-OR-ID] WORK-NAME
    razdar person unlock WORK-NAME
    razdar person reseal
    razdar matrix show [--client NAME-OR-ID] [--role ROLE]
    razdar redaction show|start [--client NAME-OR-ID]; see `razdar.identity.redacting_command`

The console proposes and never approves: a role that opens data still waits for an administrator.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput
from razdar.identity import redacting_command
from razdar.runtime.commands import COMMANDS, INIT_STEPS, Command, InitStep, Needs
from razdar.runtime.console import CLIENT_NAMES, add_client, client_of, say

if TYPE_CHECKING:
    from razdar.identity.invitations import Link

ADMINISTRATORS = 2


# --- What is typed ----------------------------------------------------------------------------------------------------


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left.strip() or not right.strip():
        raise argparse.ArgumentTypeError("write it as NAME=VALUE")
    return left.strip(), right.strip()


def _days(text: str) -> tuple[str, int]:
    name, days = _pair(text)
    if not days.isdigit():
        raise argparse.ArgumentTypeError("write it as CLASS=DAYS")
    return name, int(days)


def _founding_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--administrator",
        dest="administrators",
        action="append",
        type=_pair,
        default=[],
        metavar="WORK-NAME=NAME",
        help="one of at least two people who look after people and settings; give it twice",
    )
    parser.add_argument(
        "--keep",
        action="append",
        type=_days,
        default=[],
        metavar="CLASS=DAYS",
        help="days of retention of a data class where it differs from the default, as in recording=90",
    )


# --- razdar init ------------------------------------------------------------------------------------------------------


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--client", metavar="NAME", help="the company whose customers are served; asked for when missing"
    )
    _founding_arguments(parser)


def _init(arguments: argparse.Namespace) -> None:
    from razdar.identity import selectors

    known = selectors.clients()
    if known:
        say(f"Set up already, with {len(known)} client(s): {', '.join(client.name for client in known)}.")
        say("Nothing was changed. Further clients: razdar client add. New links: razdar person renew.")
        return
    name = arguments.client or _ask("Name of the first client")
    administrators = list(arguments.administrators)
    while len(administrators) < ADMINISTRATORS:
        number = len(administrators) + 1
        administrators.append((_ask(f"Administrator {number}: work name"), _ask(f"Administrator {number}: name")))
    _found(name, administrators, dict(arguments.keep))


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput("Name the first client with --client and two people with --administrator WORK-NAME=NAME.")
    return input(f"{question}: ").strip()


def _found(name: str, administrators: Sequence[tuple[str, str]], days: dict[str, int]) -> None:
    from razdar.identity import selectors, services

    people = [services.Newcomer(work_name, shown, (Role.ADMINISTRATOR,)) for work_name, shown in administrators]
    founded = services.create_client(name, people, days)
    say(f"Client {name} is set up.")
    retention = next(client.retention for client in selectors.clients() if client.id == founded.client)
    say("Days of retention: " + ", ".join(f"{key}={value}" for key, value in sorted(retention.items())))
    for link in founded.links:
        _show(link)


def _show(link: "Link") -> None:
    from django.conf import settings

    say(f"One-time link for {link.work_name}, good until {link.expires_at:%Y-%m-%d %H:%M} UTC, shown only now:")
    say(f"  {settings.BASE_URL}{link.path}")


# --- razdar client ----------------------------------------------------------------------------------------------------


def _client_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    add = acts.add_parser("add", help="set up a further client")
    add.add_argument("client_name", metavar="NAME")
    _founding_arguments(add)
    acts.add_parser("list", help="all clients")
    rename = acts.add_parser("rename", help="give a client another name; commands need that one from then on")
    add_client(rename)
    rename.add_argument("client_name", metavar="NEW-NAME")


def _client(arguments: argparse.Namespace) -> int:
    from razdar.identity import client_settings, selectors

    if arguments.act == "rename":
        name = client_settings.rename_at_console(client_of(arguments), arguments.client_name)
        say(f"The client is called {name} now.")
        return 0
    if arguments.act == "add":
        _found(arguments.client_name, arguments.administrators, dict(arguments.keep))
        return 0
    for client in selectors.clients():
        say(f"{client.id}  {client.name}")
    return 0


# --- razdar person ----------------------------------------------------------------------------------------------------


def _person_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    invite = acts.add_parser("invite", help="invite somebody; roles that open data wait for an administrator")
    add_client(invite)
    invite.add_argument("--role", dest="roles", action="append", required=True, choices=[role.value for role in Role])
    invite.add_argument("person", type=_pair, metavar="WORK-NAME=NAME")
    renew = acts.add_parser("renew", help="a new link for somebody who cannot sign in any more")
    add_client(renew)
    renew.add_argument("person", metavar="WORK-NAME")
    unlock = acts.add_parser("unlock", help="open an account that closed after too many tries or for want of use")
    unlock.add_argument("person", metavar="WORK-NAME")
    acts.add_parser("reseal", help="once after an upgrade: seal roles anew that an older version sealed")


def _person(arguments: argparse.Namespace) -> int:
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "invite": _invite,
        "renew": _renew,
        "unlock": _unlock,
        "reseal": _reseal,
    }
    acts[arguments.act](arguments)
    return 0


def _invite(arguments: argparse.Namespace) -> None:
    from razdar.identity import services
    from razdar.identity.duties import needs_second_person

    work_name, shown = arguments.person
    newcomer = services.Newcomer(work_name, shown, tuple(Role(role) for role in arguments.roles))
    link = services.invite(None, client_of(arguments), newcomer)
    if link is None:
        say(f"{work_name} signs in already; the roles are noted.")
    else:
        _show(link)
    for role in newcomer.roles:
        if needs_second_person(role):
            say(f"The role {role} waits until the link was used and an administrator approves it, on the page People.")


def _renew(arguments: argparse.Namespace) -> None:
    from razdar.identity import selectors, services

    client = client_of(arguments)
    _show(services.renew_at_console(client, selectors.person_by_work_name(arguments.person)))


def _unlock(arguments: argparse.Namespace) -> None:
    from razdar.identity import accounts, selectors

    accounts.unlock_at_console(selectors.person_by_work_name(arguments.person))
    say(f"{arguments.person} can sign in again.")


def _reseal(_arguments: argparse.Namespace) -> None:
    from razdar.identity import older_grants

    done = older_grants.reseal()
    for each in done:
        say(f"{each.work_name}: {each.role}, held since {each.since:%Y-%m-%d %H:%M} UTC")
    say(f"{len(done)} role(s) were sealed anew. Check the moments above: they are believed from now on.")


# --- razdar matrix ----------------------------------------------------------------------------------------------------


def _matrix_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    show = acts.add_parser("show", help="print the disclosure matrix that holds")
    add_client(show)
    show.add_argument("--role", choices=[role.value for role in Role], help="only this role")


def _matrix(arguments: argparse.Namespace) -> int:
    from razdar.identity import selectors
    from razdar.vault import matrices

    client = client_of(arguments)
    matrix = matrices.current(client)
    name = selectors.client_name(client)
    say(f"{name}: disclosure matrix, version {matrix.version}. What is not listed is shown to nobody.")
    for line in matrices.lines(matrix, Role(arguments.role) if arguments.role else None):
        say(line)
    return 0


def _by_name(name: str) -> UUID:
    from razdar.identity import selectors

    return selectors.only_client(name).id


CLIENT_NAMES.register("identity")(_by_name)
COMMANDS.register("matrix")(Command("Who may see what: show.", _matrix_arguments, _matrix, Needs.KEYS))
COMMANDS.register("redaction")(redacting_command.COMMAND)
INIT_STEPS.register("identity")(InitStep(_init_arguments, _init))
COMMANDS.register("client")(Command("Clients: add, list, rename.", _client_arguments, _client, Needs.KEYS))
COMMANDS.register("person")(Command("People: invite, renew, unlock, reseal.", _person_arguments, _person, Needs.KEYS))
