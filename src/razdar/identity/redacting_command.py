"""``razdar redaction``: a client's redaction policy at the console.

    razdar redaction show     the policy that holds, as the file that ``razdar redact --policy`` reads
    razdar redaction start    begin the policy of a client of an earlier version, as shipped

Each takes ``--client NAME-OR-ID``. It is changed on its page, by two people, and nowhere else.
"""

import argparse

from razdar.runtime.commands import Command, Needs
from razdar.runtime.console import add_client, client_of, say


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    add_client(acts.add_parser("show", help="the policy that holds, as a file for razdar redact --policy"))
    add_client(acts.add_parser("start", help="for a client of an earlier version, which has none: as shipped"))


def _run(arguments: argparse.Namespace) -> int:
    from razdar.core.redaction.documents import to_json
    from razdar.identity import redacting

    client = client_of(arguments)
    if arguments.act == "start":
        redacting.start_at_console(client)
        say("The client has its redaction policy now, as shipped.")
    else:
        say(to_json(redacting.policy_of(client)))
    return 0


COMMAND = Command("What redaction conceals: show, start.", _arguments, _run, Needs.KEYS)
