"""``razdar keys mode``: how a client's classes of data are stored, and a change of it at the console.

    razdar keys mode show                                     what holds, and how far resealing is
    razdar keys mode choose CLASS MODE [--recipient AGE ...]  another mode for a class
    razdar keys mode start                                    begin the document of choices of an older client
    razdar keys renew                                         bring all values under the newest customer keys

Each takes ``--client NAME-OR-ID``. On a page a second person decides; at the console it is
whoever runs the installation, and the log says so.
"""

import argparse
from collections.abc import Callable
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.errors import BadInput, NotFound
from razdar.runtime.commands import Command, Needs, no_arguments
from razdar.runtime.console import add_client, client_of, say


def add_to(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts to the command ``keys``."""
    verbs = acts.add_parser("mode", help="show or choose how a client's classes of data are stored").add_subparsers(
        required=True, metavar="verb"
    )
    _add_act(verbs, "show", "what holds, and how far resealing is", _show)
    choose = _add_act(verbs, "choose", "another mode for a class of data", _choose)
    choose.add_argument("data_class", metavar="CLASS", type=DataClass, choices=list(DataClass))
    choose.add_argument("mode", metavar="MODE")
    choose.add_argument(
        "--recipient",
        dest="recipients",
        action="append",
        default=[],
        metavar="AGE",
        help="for dual_control: the age recipient of a person who keeps the second key; may be repeated",
    )
    _add_act(
        verbs,
        "start",
        "for a client of an earlier version, which has no document of choices: everything is stored as shipped",
        _start,
    )
    _add_act(acts, "renew", "seal all of a client's values anew under the newest customer keys", _renew)


def _add_act(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    meaning: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=meaning)
    add_client(parser)
    parser.set_defaults(command=Command(meaning, no_arguments, run, Needs.KEYS))
    return parser


def _start(arguments: argparse.Namespace) -> int:
    from razdar.vault import choosing

    choosing.start(_known(arguments))
    return _show(arguments)


def _choose(arguments: argparse.Namespace) -> int:
    from razdar.vault import choosing

    client = _known(arguments)
    data_class: DataClass = arguments.data_class
    if arguments.mode not in (names := choosing.allowed(data_class)):
        raise BadInput(f"Choose one of: {', '.join(names)}." if names else "Values of this class have no choice.")
    found = choosing.choose(None, client, data_class, arguments.mode, arguments.recipients)
    said = [(True, f"{data_class}: new values are stored in mode {arguments.mode}; older ones are worked through.")]
    said.append((found.loses_search, "Nobody can search by it any more; its search index was deleted."))
    said.append((found.gains_search, "It can be searched for when all stored values have been worked through."))
    said.append((found.needs_persons, "Each look at it waits for a person who keeps the second key."))
    said.append((found.cannot_leave, "What is stored under two keys stays so until somebody types it anew."))
    for holds, line in said:
        if holds:
            say(line)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from razdar.vault import choosing, modes, resealing

    client = _known(arguments)
    policy = modes.current(client)
    for data_class in DataClass:
        if names := choosing.allowed(data_class):
            others = ", ".join(name for name in names if name != policy.of(data_class).mode)
            say(f"{data_class:<18}{policy.of(data_class).mode:<14}instead of: {others}")
    for run in resealing.progress(client):
        state = "done" if run.finished_at else "goes on"
        left = f"; {run.failed} do not open" if run.failed else ""
        left += f"; {run.waiting} wait for a second key" if run.waiting else ""
        say(f"Resealing of {run.data_class} {state}: {run.done} of {run.total}{left}.")
    return 0


def _renew(arguments: argparse.Namespace) -> int:
    from razdar.vault import resealing

    found = resealing.renew(_known(arguments))
    say(f"All values of {len(found)} classes are being sealed anew; razdar keys mode show tells how far it is.")
    return 0


def _known(arguments: argparse.Namespace) -> UUID:
    """The client, if there is one.

    Raises:
        NotFound: the key store knows of none.
    """
    from razdar.vault import keeping

    client = client_of(arguments)
    if client not in {epoch.client for epoch in keeping.state().epochs}:
        raise NotFound("There is no such client; razdar client list shows the ids.")
    return client
