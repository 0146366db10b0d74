"""``razdar doctor``: what is wrong with this installation, in plain words, and the command that mends it.

::

    razdar doctor [--json] [--only NAME ...] [--list]

First it says which installation it looks at. One line a check: its state, what it found, and how to mend it. The exit
status is 0 where everything works, 1 where something is to be looked at, 2 where something is broken.
Nothing is started, changed or mended by it.

It needs nothing of the installation to run: what is missing is what it says. Under the operator's account it sees the
most; what another account alone may see, it says so.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import unquote, unquote_plus, urlsplit

from razdar import __main__ as product
from razdar import env
from razdar.core.errors import RazdarError
from razdar.keys.callers import Role
from razdar.keys.remote import RemoteAgent
from razdar.runtime.checkup import CHECKS, Result, Site, State, broken, examine, skipped, worst
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import say
from razdar.units import texts

_MODULES = (
    "razdar.doctor.program",
    "razdar.runtime.database_checks",
    "razdar.keys.checks",
    "razdar.vault.checks",
    "razdar.runtime.work_checks",
    "razdar.audit.checks",
    "razdar.telephony.checks",
    "razdar.interactions.checks",
    "razdar.assurance.checks",
    "razdar.doctor.host",
)
"""In the order in which people read: the program, the database, the keys, the work, the host."""
_ROLES = ("runtime", "owner", "sequencer", "backup")
_SECRET_WORDS = ("PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PWD")
_PLACES = {
    *("RAZDAR_KEY_AGENT", "RAZDAR_PASSPHRASE_FILE", "RAZDAR_RECORDER_KEY", "PWD", "OLDPWD"),
    *("passfile", "sslkey"),
}
"""Variables, and options of a database's address, that are named like a secret and say where something is."""
_MARKS = {State.WORKS: "works", State.LOOK: "look at this", State.BROKEN: "broken", State.SKIPPED: "not looked at"}
_WIDTH = max(map(len, _MARKS.values()))
_COLOURS = {State.WORKS: "\x1b[32m", State.LOOK: "\x1b[33m", State.BROKEN: "\x1b[31m"}
_PLAIN = "\x1b[0m"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this check alone; may be repeated")
    parser.add_argument("--list", action="store_true", help="the names of all checks")


def _run(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        wrong = _prepare(stack)
        if wrong is not None:
            return _reported([wrong], as_json=arguments.json)
        load()
        if arguments.list:
            for name, check in CHECKS.items():
                say(f"{name:22}{check.title}")
            return 0
        unknown = [name for name in arguments.only if name not in CHECKS]
        if unknown:
            found = skipped(f"There is no check named {unknown[0][:40]!r}; razdar doctor --list names them.")
            return max(1, _reported([Result("doctor", "Doctor", found)], as_json=arguments.json))
        if not arguments.json:
            say(env.whereabouts())
        return _reported(examine(site(os.environ), arguments.only or list(CHECKS)), as_json=arguments.json)


def load() -> None:
    """Have every room register its checks."""
    for module in _MODULES:
        importlib.import_module(module)


def site(environment: Mapping[str, str]) -> Site:
    """This installation, as far as this account is told of it."""
    urls = _urls()
    return Site(env.var_folder(), urls, _as_units(), secrets=frozenset(secrets(environment, urls.values())))


def secrets(environment: Mapping[str, str], urls: Iterable[str]) -> Iterator[str]:
    """What must not be printed: passwords in addresses, and whatever is named like a secret, there too."""
    for url in (*urls, *environment.values()):
        yield from _in_address(url)
    for name, value in environment.items():
        if _is_secret(name, value):
            yield value


def _in_address(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url) if "://" in url else None
        password = parts.password if parts else None
    except ValueError:
        return
    if password:
        yield from {password, unquote(password)}
    for option in parts.query.split("&") if parts else ():
        name, _, value = option.partition("=")
        if value and _is_secret(unquote(name), unquote(value)):
            yield from {value, unquote(value), unquote_plus(value)}


def _is_secret(name: str, value: str) -> bool:
    """Whether it is named like a secret and does not merely say where something is: a secret may begin with a slash."""
    place = value.startswith("file:") or (value.startswith("/") and (name in _PLACES or os.path.lexists(value)))
    return any(word in name.upper() for word in _SECRET_WORDS) and not place


def _prepare(stack: ExitStack) -> Result | None:
    """Load settings and rooms, and a key agent that is only asked; or what keeps that from working."""
    try:
        product.set_up_django(stack)
    except RazdarError as error:
        return Result("settings", "Settings", broken(str(error), _settings_command()))
    from razdar.keys import agent

    remote = RemoteAgent(env.key_agent_socket(), Role.OPERATOR)
    stack.callback(remote.close)
    agent.install(remote)
    stack.callback(agent.install, None)
    return None


def _urls() -> dict[str, str]:
    if env.embedded_database():
        from razdar.runtime.postgres import embedded

        found = embedded.urls(env.var_folder())
        return {role: getattr(found, role) for role in _ROLES} if found else {}
    return {role: url for role in _ROLES if (url := env.database_url(role))}


def _as_units() -> bool:
    return env.var_folder().is_relative_to(texts.STATE)


def _settings_command() -> str:
    return "razdar units --set NAME=VALUE" if _as_units() else "env | grep -o '^RAZDAR_[A-Z_]*'"


# --- The report -------------------------------------------------------------------------------------------------------


def _reported(results: Iterable[Result], *, as_json: bool) -> int:
    done = []
    for result in results:
        done.append(result)
        if not as_json:
            for line in lines(result, colour=sys.stdout.isatty()):
                say(line)
    status = worst([result.found for result in done])
    if as_json:
        say(json.dumps(encoded(done), indent=2))
    elif len(done) > 1:
        say(summary(done))
    return status


def lines(result: Result, *, colour: bool = False) -> Iterator[str]:
    """A check's line, and the one with its command."""
    found = result.found
    mark = _MARKS[found.state].ljust(_WIDTH)
    if colour and found.state in _COLOURS:
        mark = f"{_COLOURS[found.state]}{mark}{_PLAIN}"
    mend = f"  Mend: {found.mend}" if found.mend else ""
    yield f"{mark}  {result.title}: {found.reason}{mend}"


def summary(results: list[Result]) -> str:
    """The last line: how many of each."""
    counts = {state: sum(result.found.state is state for result in results) for state in State}
    return ", ".join(f"{count} {_MARKS[state]}" for state, count in counts.items() if count) + "."


def encoded(results: list[Result]) -> dict[str, object]:
    """The report for machines; its fields stay."""
    checks = [
        {
            "name": result.name,
            "title": result.title,
            "state": _MARKS[result.found.state],
            "reason": result.found.reason,
            "mend": result.found.mend,
        }
        for result in results
    ]
    return {"status": worst([result.found for result in results]), "checks": checks}


COMMANDS.register("doctor")(
    Command("Say what is wrong here, and how to mend it.", _arguments, _run, Needs.NOTHING, logs=False)
)
