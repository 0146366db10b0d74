"""``razdar witness``: what the client runs, on a machine and under an account of its own.

::

    razdar witness run --folder DIR --bind HOST:PORT [--cert FILE --key FILE] [--name NAME]
    razdar witness trust --folder DIR VKEY
    razdar witness show --folder DIR
"""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import say
from razdar.runtime.processes import parse_address

if TYPE_CHECKING:
    from razdar.audit.witness.state import WitnessFolder


def _arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="verb", dest="verb")
    run = verbs.add_parser("run", help="serve until stopped")
    _folder(run, _serve)
    run.add_argument("--bind", metavar="HOST:PORT", required=True, help="where to listen")
    run.add_argument("--cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    run.add_argument("--key", type=Path, metavar="FILE", help="its key, PEM")
    run.add_argument("--name", help="of a new witness, such as its host name")
    trust = verbs.add_parser("trust", help="trust a log's key; once more, when the log has to begin anew")
    _folder(trust, _trust)
    trust.add_argument("vkey", metavar="VKEY", help="the key, as `razdar log key` prints it")
    _folder(verbs.add_parser("show", help="show its key, whom it trusts, and what it co-signed"), _show)


def _folder(parser: argparse.ArgumentParser, act: object) -> None:
    parser.add_argument("--folder", type=Path, metavar="DIR", required=True, help="the witness's own; made at first")
    parser.set_defaults(act=act)


def _run(arguments: argparse.Namespace) -> int:
    status: int = arguments.act(arguments)
    return status


def _serve(arguments: argparse.Namespace) -> int:
    from razdar.audit.witness.server import serve

    address = parse_address(arguments.bind)
    folder = _opened(arguments.folder, arguments.name)
    say(f"Key of this witness: {folder.key.format()}")
    serve(folder, address, arguments.cert, arguments.key)
    return 0


def _trust(arguments: argparse.Namespace) -> int:
    from razdar.core.ledger.notes import VerifierKey

    key = VerifierKey.parse(arguments.vkey)
    state = _opened(arguments.folder).trust(key)
    begun = [origin for origin in state.logs if origin.key_name == key.name]
    say(f"Trusted: {key.name}, fingerprint {key.fingerprint}")
    if begun:
        say("Logs of this key are known already. Each of them may now begin anew once, as a higher generation:")
        for origin in sorted(begun):
            say(f"  {origin}")
        say("Do this only if the operator told you why; a log that begins anew may have been rewritten.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    folder = _opened(arguments.folder)
    state = folder.state()
    say(f"Key of this witness: {folder.key.format()}")
    say(f"Fingerprint: {folder.key.fingerprint}")
    for key in state.keys:
        say(f"Trusted: {key.format()}")
    for origin, seen in sorted(state.logs.items()):
        say(f"Co-signed: {origin} at {seen.size} entries")
    for log in sorted(state.renewals):
        say(f"May begin anew once: {log}")
    return 0


def _opened(path: Path, name: str | None = None) -> "WitnessFolder":
    """The witness of a folder; a new one where there is none yet."""
    from razdar.audit.witness.state import WitnessFolder

    return WitnessFolder(path, name or f"razdar-witness-{os.urandom(4).hex()}")


COMMANDS.register("witness")(
    Command("Run a witness that co-signs logs, or look after it.", _arguments, _run, Needs.NOTHING)
)
