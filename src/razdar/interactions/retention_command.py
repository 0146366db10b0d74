"""``razdar retention``: how long a client's data is kept, and what is destroyed for it.

    razdar retention show                     days of every class, and which are acted on
    razdar retention preview                  what the next daily run destroys, counted
    razdar retention set CLASS=DAYS ...       keep classes for other times
    razdar retention run                      destroy sound and words of calls that are due now instead of at night

Each takes ``--client NAME-OR-ID``. *set* and *run* show what becomes of it and ask first; ``--yes`` answers.
"""

import argparse
from collections.abc import Callable, Container, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.runtime.commands import Command, Needs
from razdar.runtime.console import add_client, client_of, say

if TYPE_CHECKING:
    from razdar.core.disclosure import DataClass


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    _add_act(acts, "show", "how many days each class of data is kept", _show)
    _add_act(acts, "preview", "what the next daily run destroys", _preview)
    choose = _add_act(acts, "set", "keep classes of data for other times", _set)
    choose.add_argument("days", nargs="+", metavar="CLASS=DAYS", help="for example recording=90")
    for act in (
        choose,
        _add_act(acts, "run", "destroy sound and words of calls that are due now; notes go at night", _run),
    ):
        act.add_argument("--yes", action="store_true", help="do it without being asked")


def _add_act(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    meaning: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=meaning)
    add_client(parser)
    parser.set_defaults(run_act=run)
    return parser


def _act(arguments: argparse.Namespace) -> int:
    done: int = arguments.run_act(arguments)
    return done


def _show(arguments: argparse.Namespace) -> int:
    from razdar.identity import selectors as people
    from razdar.interactions.keeping_changes import DAILY_RUNS

    for data_class, days in sorted(people.kept_days(client_of(arguments)).items()):
        acted_on = "" if data_class in DAILY_RUNS else "   nothing is destroyed for it yet but by erasure"
        say(f"{data_class:<22}{days:>6} days{acted_on}")
    return 0


def _preview(arguments: argparse.Namespace) -> int:
    from razdar.core.disclosure import DataClass

    _say_due(client_of(arguments), datetime.now(UTC), frozenset(DataClass))
    return 0


def _say_due(client: UUID, now: datetime, of: "Container[DataClass]") -> int:
    """Say what is due of these classes; how many calls, or notes, lose something."""
    from razdar.interactions.keeping_changes import DAILY_RUNS, due_now
    from razdar.runtime.scope import scope

    with scope(client):
        dues = [due for due in due_now(client, now) if due.data_class in of]
        found = [(due, DAILY_RUNS[due.data_class].counts(client, now, due.days)) for due in dues]
    for due, counts in found:
        say(f"{due.data_class} is kept for {due.days} days: {_consequence(due.calls, due.since, due.data_class)}")
        for kind, count in sorted(counts.items()):
            say(f"  {count:>11,}  {kind}")
    return sum(due.calls for due in dues)


def _set(arguments: argparse.Namespace) -> int:
    from razdar.identity import keeping

    client, days = client_of(arguments), dict(map(_pair, arguments.days))
    proposed = keeping.changes(client, days)
    if not proposed:
        say("Nothing was changed.")
        return 0
    _say_proposed(client, proposed)
    if not _agreed(arguments, "Keep them so from now on?"):
        say("Nothing was changed.")
        return 1
    for data_class, (before, after) in keeping.choose(client, days).items():
        say(f"{data_class} is kept for {after} days from now on; until now for {before}.")
    return 0


def _say_proposed(client: UUID, proposed: "Mapping[DataClass, tuple[int, int]]") -> None:
    from razdar.interactions.keeping_changes import DAILY_RUNS
    from razdar.runtime.scope import scope

    for data_class, (before, after) in proposed.items():
        say(f"{data_class}: {after} days instead of {before}.")
        if data_class in DAILY_RUNS:
            with scope(client):
                found, since = DAILY_RUNS[data_class].due(client, datetime.now(UTC), after)
            say(f"  {_consequence(found, since, data_class)}")


def _run(arguments: argparse.Namespace) -> int:
    from razdar.interactions import retention
    from razdar.runtime.progress import Steps

    client, now = client_of(arguments), datetime.now(UTC)
    calls = _say_due(client, now, retention.GONE_AT)
    if not calls:
        say("Nothing was destroyed.")
        return 0
    if not _agreed(arguments, "Destroy it now?"):
        say("Nothing was destroyed.")
        return 1
    bar = Steps(calls, "calls")
    try:
        done = retention.run(client, now, bar.step)
    finally:
        bar.end()
    say(f"Of {done:,} calls the sound or the words were destroyed; the log has an entry for each batch of them.")
    say("Backups that were made before still hold them as ciphertext, until they expire or the customer is erased.")
    return 0


def _agreed(arguments: argparse.Namespace, question: str) -> bool:
    """Whether somebody says yes, or said so beforehand.

    Raises:
        BadInput: nobody is there to ask, and ``--yes`` was not said.
    """
    from razdar.runtime.imports.asking import Terminal

    if arguments.yes:
        return True
    terminal = Terminal()
    if not terminal.answers:
        raise BadInput("Nobody is there to say whether this is right. Look at it, and add --yes.")
    return terminal.agrees(question)


def _consequence(found: int, since: datetime | None, data_class: "DataClass") -> str:
    from razdar.interactions import retention

    if not found:
        return "nothing is due."
    of = "calls" if data_class in retention.GONE_AT else f"{data_class}s"
    return f"the next daily run destroys that of {found:,} {of}, the oldest of {since:%Y-%m-%d}."


def _pair(text: str) -> tuple[str, int]:
    name, _, days = text.partition("=")
    if not days.isdecimal():
        raise BadInput("Write it as CLASS=DAYS, for example recording=90.")
    return name, int(days)


COMMAND = Command("How long data is kept: show, preview, set, run.", _arguments, _act, Needs.KEYS)
