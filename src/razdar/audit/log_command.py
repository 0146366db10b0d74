"""``razdar log``: keys, exports, witnesses and pruning of the logs.

::

    razdar log key
    razdar log export FOLDER-OR-ZIP [--client NAME-OR-ID]
    razdar log verify EXPORT [--log ID] [--log-key KEY] [--witness-key KEY] [--seen FILE]
    razdar log witness add URL VKEY [--client NAME-OR-ID]
    razdar log witness list
    razdar log witness remove URL [--client NAME-OR-ID]
    razdar log prune
    razdar log begin-anew

What changes something or takes a log away is an event in the log.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from razdar.audit.exports.verify_command import VERIFY
from razdar.core.errors import NotFound
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client, client_or_all, say


def _arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    verbs.add_parser("key", help="show the key that signs the logs").set_defaults(act=_key)
    export = verbs.add_parser("export", help="write all logs, or one client's, for somebody who verifies them")
    export.add_argument("target", type=Path, metavar="FOLDER-OR-ZIP", help="a new folder, or a new file ending in .zip")
    add_client(export, "one client's log; all logs without it")
    export.set_defaults(act=_export)
    verify = verbs.add_parser("verify", help="check an export, offline and without an installation; as `razdar verify`")
    VERIFY.add_arguments(verify)
    verify.set_defaults(command=VERIFY)
    verbs.add_parser("prune", help="let go of entries older than RAZDAR_LOG_MONTHS now").set_defaults(act=_prune)
    verbs.add_parser(
        "begin-anew", help="after an old backup was restored: go on under names of a new generation"
    ).set_defaults(act=_begin_anew)
    _witness_arguments(verbs.add_parser("witness", help="which witnesses are asked to co-sign"))


def _witness_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", required=True, metavar="what")
    verbs.add_parser("list", help="show them").set_defaults(act=_list)
    for name, act in (("add", _add), ("remove", _remove)):
        verb = verbs.add_parser(name, help=f"{name} one")
        verb.add_argument("url", help="where it listens: https://..., or http:// on this host")
        verb.set_defaults(act=act)
        if name == "add":
            verb.add_argument("vkey", help="its key, as `razdar witness show --folder DIR` prints it")
        add_client(verb, "for one client's log; for all logs without it")


def _run(arguments: argparse.Namespace) -> int:
    status: int = arguments.act(arguments)
    return status


def _key(_arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing import signing

    key = signing.log_key()
    say(key.format())
    say(f"Fingerprint: {key.fingerprint}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from razdar.audit import services
    from razdar.audit.exports import whole

    if not whole.write(arguments.target, client_or_all(arguments)):
        raise NotFound("There is no such log yet.")
    services.stop()
    say(f"Exported to {arguments.target}. Check it with: razdar log verify {arguments.target}")
    return 0


def _prune(_arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.audit.sequencing.pruning import prune

    gone = prune(datetime.now(UTC), settings.RAZDAR_LOG_MONTHS)
    for log, count in gone.items():
        say(f"{log}: {count} entries")
    if not gone:
        say(f"No log has 256 entries that are all older than {settings.RAZDAR_LOG_MONTHS} months.")
    return 0


def _begin_anew(_arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing.generations import begin_anew

    for log, generation in begin_anew(datetime.now(UTC)).items():
        say(f"{log}: generation {generation}")
    say("Tell everybody who runs a witness why. Each must trust the log's key once more: razdar log key")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing import witnesses

    key = witnesses.add(arguments.url, arguments.vkey, client_or_all(arguments))
    say(f"The witness {key.name} is asked from now on. Its fingerprint: {key.fingerprint}")
    say("It must trust the log's key: razdar log key")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing import witnesses

    key = witnesses.remove(arguments.url, client_or_all(arguments))
    say(f"The witness {key.name} is asked no more. What it co-signed stays.")
    return 0


def _list(_arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing import witnesses

    for line in witnesses.described():
        say(line)
    return 0


COMMANDS.register("log")(
    Command("Keys, exports, witnesses and pruning of the logs.", _arguments, _run, Needs.SEQUENCER | Needs.KEYS)
)
