"""``razdar keys mode``: how a client's classes of data are stored, and a change of it at the console.

    razdar keys mode CLIENT                                     what holds, and how far resealing is
    razdar keys mode CLIENT CLASS MODE [--recipient AGE ...]    another mode for a class
    razdar keys renew CLIENT                                    bring all values under the newest customer keys

CLIENT is the client's id: ``razdar client list`` shows it. On a page a second person decides; at the console it is
whoever runs the installation, and the log says so.
"""

import argparse
import sys
from uuid import UUID

from razdar.core.disclosure import DataClass
from razdar.core.errors import BadInput, NotFound
from razdar.runtime.commands import Command, Needs, no_arguments


def add_to(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts to the command ``keys``."""
    mode = acts.add_parser("mode", help="show or choose how a client's classes of data are stored")
    mode.add_argument("client", type=UUID, metavar="CLIENT", help="the client's id")
    mode.add_argument("data_class", nargs="?", metavar="CLASS", choices=[str(each) for each in DataClass])
    mode.add_argument("mode", nargs="?", metavar="MODE")
    mode.add_argument(
        "--recipient",
        dest="recipients",
        action="append",
        default=[],
        metavar="AGE",
        help="for dual_control: the age recipient of a person who keeps the second key; may be repeated",
    )
    mode.add_argument(
        "--start",
        action="store_true",
        help="for a client of an earlier version, which has no document of choices: everything is stored as shipped",
    )
    mode.set_defaults(command=Command("Show or choose how data is stored.", no_arguments, _mode, Needs.KEYS))
    renew = acts.add_parser("renew", help="seal all of a client's values anew under the newest customer keys")
    renew.add_argument("client", type=UUID, metavar="CLIENT", help="the client's id")
    renew.set_defaults(command=Command("Seal everything anew.", no_arguments, _renew, Needs.KEYS))


def _mode(arguments: argparse.Namespace) -> int:
    from razdar.vault import choosing

    client = _known(arguments.client)
    if arguments.start:
        choosing.start(client)
    if arguments.data_class is None:
        return _show(client)
    if arguments.mode is None:
        raise BadInput("Say which mode: " + ", ".join(choosing.allowed(DataClass(arguments.data_class))) + ".")
    data_class = DataClass(arguments.data_class)
    found = choosing.choose(None, client, data_class, arguments.mode, arguments.recipients)
    said = [(True, f"{data_class}: new values are stored in mode {arguments.mode}; older ones are worked through.")]
    said.append((found.loses_search, "Nobody can search by it any more; its search index was deleted."))
    said.append((found.gains_search, "It can be searched for when all stored values have been worked through."))
    said.append((found.needs_persons, "Each look at it waits for a person who keeps the second key."))
    said.append((found.cannot_leave, "What is stored under two keys stays so until somebody types it anew."))
    for holds, line in said:
        if holds:
            sys.stdout.write(f"{line}\n")
    return 0


def _show(client: UUID) -> int:
    from razdar.vault import choosing, modes, resealing

    policy = modes.current(client)
    for data_class in DataClass:
        if names := choosing.allowed(data_class):
            others = ", ".join(name for name in names if name != policy.of(data_class).mode)
            sys.stdout.write(f"{data_class:<18}{policy.of(data_class).mode:<14}instead of: {others}\n")
    for run in resealing.progress(client):
        state = "done" if run.finished_at else "goes on"
        left = f"; {run.failed} do not open" if run.failed else ""
        left += f"; {run.waiting} wait for a second key" if run.waiting else ""
        sys.stdout.write(f"Resealing of {run.data_class} {state}: {run.done} of {run.total}{left}.\n")
    return 0


def _renew(arguments: argparse.Namespace) -> int:
    from razdar.vault import resealing

    found = resealing.renew(_known(arguments.client))
    sys.stdout.write(
        f"All values of {len(found)} classes are being sealed anew; razdar keys mode shows how far it is.\n"
    )
    return 0


def _known(client: UUID) -> UUID:
    """The client, if there is one.

    Raises:
        NotFound: the key store knows of none.
    """
    from razdar.vault import keeping

    if client not in {epoch.client for epoch in keeping.state().epochs}:
        raise NotFound("There is no such client; razdar client list shows the ids.")
    return client
