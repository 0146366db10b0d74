"""The command line and the wiring of processes.

=========================  ==========================================================================================
razdar init                database roles, tables, key store, first client and administrators
razdar up                  everything on this host; stops on Ctrl-C or SIGTERM
razdar keyagent            the one process that holds the keys (room ``keys``)
razdar web                 one web process (as a unit of its own)
razdar worker              one worker
razdar sequencer           the one sequencer (room ``audit``)
razdar recorder            one recorder (room ``telephony``)
razdar migrate             bring the database to this version, as the owner
razdar check               is this installation fit to run?
razdar doctor              what is wrong here, and how to mend it (package ``doctor``)
razdar units               systemd units, an account for each process
=========================  ==========================================================================================

Rooms add commands (``razdar.runtime.commands``). The passphrase is read once, by the process a person started, and goes
to the key agent alone, through a pipe; it is never an argument or a variable. ``unlocking`` says how the others come by
keys, ``one_host`` what ``razdar up`` does.
"""

import argparse
import importlib
import os
import signal
import sys
import threading
from contextlib import ExitStack
from getpass import getpass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from razdar import env
from razdar.core.errors import RazdarError
from razdar.keys import agent_command
from razdar.keys.passphrase import read_by
from razdar.one_host import migrate_in_child, run_all
from razdar.runtime import logs
from razdar.runtime.commands import COMMANDS, INIT_STEPS, Command, Needs, no_arguments
from razdar.runtime.supervise import follow_parent
from razdar.unlocking import hold_keys, hold_restored, keys_folder, opened, passphrase, unlock

ROOMS = (
    "audit",
    "vault",
    "keys",
    "identity",
    "customers",
    "interactions",
    "telephony",
    "privacy",
    "security",
    "oversight",
    "assurance",
    "desk",
)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    os.umask(0o077)
    name_settings()
    follow_parent()
    read_by(passphrase)
    _discover()
    arguments = _parser().parse_args(argv)
    try:
        done = _run(arguments)
        sys.stdout.flush()  # here, where it is known what becomes of it when nobody reads on
        return done
    except RazdarError as error:
        print(f"razdar: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the edge of the process: what nobody caught is logged without its text
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return 128 + signal.SIGPIPE
        logs.error("command-failed", error, command=arguments.asked)
        if _is_database_away(error):
            print("razdar: The database does not answer. Nothing was lost; try again when it does.", file=sys.stderr)
            return 1
        print("razdar: something failed that should not; the line above says where.", file=sys.stderr)
        return 70


def _nobody_reads() -> bool:
    """Whether whoever read what is printed went away, as ``head`` does when it has enough; then nothing is printed any
    more, at the end of the process neither."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return True
    return False


def _is_database_away(error: Exception) -> bool:
    from django.db import InterfaceError, OperationalError

    return isinstance(error, InterfaceError | OperationalError)


def _run(arguments: argparse.Namespace) -> int:
    command: Command = arguments.command
    logs.configure(arguments.asked, make_var() / "log" if command.logs else None)
    with ExitStack() as stack:
        needs = command.needs if isinstance(command.needs, Needs) else command.needs(arguments)
        prepare(needs, stack, arguments.asked)
        return command.run(arguments)


# --- What a command needs ---------------------------------------------------------------------------------------------


def make_var() -> Path:
    """The folder for everything written; made when missing."""
    folder = env.var_folder()
    if not folder.exists():
        folder.mkdir(parents=True)
        # As root the database's own account has to pass through; it can list nothing.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def prepare(needs: Needs, stack: ExitStack, command: str = "") -> None:
    """Make ready what a command needs; undone by the stack.

    Args:
        needs: what.
        stack: undoes it.
        command: which one it is, for what a part that serves needs in another way.

    Raises:
        Misconfigured, Unavailable: something is missing; the sentence says what.
    """
    if not needs:
        return
    if Needs.KEYS in needs:
        hold_keys(command, stack)
    if Needs.RESTORED in needs:
        hold_restored(stack)
    if env.embedded_database():
        from razdar.runtime.postgres import embedded

        stack.enter_context(embedded.available(env.var_folder()))
    if Needs.OWNER in needs:
        env.use_databases("owner")
    if Needs.SEQUENCER in needs:
        env.use_databases("sequencer")
    set_up_django(stack)


def name_settings() -> None:
    """Say where the settings are, also to a command that needs nothing else of Django."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"


def set_up_django(stack: ExitStack) -> None:
    """Load settings and rooms; connections are closed by the stack."""
    name_settings()
    import django

    django.setup()
    stack.callback(_close_databases)


def _close_databases() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


# --- Commands ---------------------------------------------------------------------------------------------------------


def _up(_arguments: argparse.Namespace) -> int:
    stop = stop_on_signals()
    with passphrase() as words:
        opened(words).close()  # a wrong passphrase is found here, and not in a child that is started again and again
        run_all(words, lambda line: print(line, flush=True), stop, lambda: None)
    return 0


def _keyagent(arguments: argparse.Namespace) -> int:
    return agent_command.run(
        agent_command.Surroundings(env.key_agent_socket(), env.key_agent_callers(), tuple(arguments.caller)),
        passphrase,
        opened,
        stop_on_signals(),
    )


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--admin-url",
        metavar="URL",
        help="a PostgreSQL administrator's URL: make database and roles there; - to type it",
    )
    for step in INIT_STEPS.values():
        step.add_arguments(parser)


def _init(arguments: argparse.Namespace) -> int:
    new = not keys_folder().exists()
    with ExitStack() as stack, passphrase(new=new) as words:
        if arguments.admin_url:
            _provision(getpass("Administrator's URL: ") if arguments.admin_url == "-" else arguments.admin_url)
        if new:
            from razdar.keys import setup

            setup.create(keys_folder(), words)
        unlock(words, stack)
        if env.embedded_database():
            from razdar.runtime.postgres import embedded

            stack.enter_context(embedded.available(env.var_folder()))
        migrate_in_child()
        set_up_django(stack)
        for step in INIT_STEPS.values():
            step.run(arguments)
    return 0


def _provision(admin_url: str) -> None:
    """Make the roles on a server of the operator's and write their URLs where only this account can read them."""
    from razdar.runtime.postgres import roles

    urls = roles.provision(admin_url)
    names = {f"RAZDAR_{role.upper()}_URL": getattr(urls, role) for role in ("owner", "sequencer", "backup")}
    names["RAZDAR_DATABASE_URL"] = urls.runtime
    os.environ.update(names)
    path = make_var() / "database.env"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}='{url}'\n" for name, url in sorted(names.items())))
    print(f"The four roles' URLs are in {path}; give each unit only the one it needs.")


# --- The parser -------------------------------------------------------------------------------------------------------


def _discover() -> None:
    """Register our own commands and let each room register its own."""
    if "up" in COMMANDS:
        return
    COMMANDS.register("init")(
        Command("Set up database, keys, first client and administrators.", _init_arguments, _init, Needs.NOTHING)
    )
    COMMANDS.register("up")(Command("Run everything on this host.", no_arguments, _up, Needs.NOTHING))
    COMMANDS.register("keyagent")(
        Command("Hold the keys, for the other processes.", agent_command.add_arguments, _keyagent, Needs.NOTHING)
    )
    wiring = ("razdar.units.command", "razdar.doctor.command")
    own = ("razdar.runtime.processes", *wiring, "razdar.runtime.imports.command")
    for module in (*own, *(f"razdar.{room}.commands" for room in ROOMS), "razdar.demo"):
        if find_spec(module.rpartition(".")[0]) and find_spec(module):
            importlib.import_module(module)


class _Parser(argparse.ArgumentParser):
    """Answers a command whose verb is missing with its help: what can follow stands there."""

    def error(self, message: str) -> NoReturn:
        if any(isinstance(each, argparse._SubParsersAction) for each in self._actions) and "required" in message:
            self.print_help(sys.stderr)
            self.exit(2)
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="razdar", description="A contact center that keeps its customers' secrets.")
    subparsers = parser.add_subparsers(required=True, metavar="command", dest="asked")
    for name, command in COMMANDS.items():
        sub = subparsers.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(sub)
        sub.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
