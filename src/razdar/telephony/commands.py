"""``razdar recorder``, ``razdar node`` and ``razdar simulate-call``.

::

    razdar recorder [--bind HOST:PORT] [--cert FILE --key FILE] [--name NAME]
    razdar node add NAME | remove NAME | list
    razdar simulate-call FILE [--client NAME-OR-ID] [--customer REFERENCE] [--transcript T.json] [--agent WORK-NAME]
                              [--speed 1|N|max] [--recorder wss://...]
"""

import argparse
import math
from pathlib import Path

from razdar.core.errors import BadInput, Misconfigured
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client, client_of, read, say

MOST_SPEED = 1000.0


def _recorder_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bind", metavar="HOST:PORT", help="where to listen (default: loopback, port 8445)")
    parser.add_argument(
        "--cert", type=Path, metavar="FILE", help="certificate chain, PEM; on loopback an own one is made"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key, PEM")
    parser.add_argument("--name", default="", help="of this recorder (default: the host's name)")


def _recorder(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.telephony.recording import process
    from razdar.telephony.recording.tls import Certificate

    given = [path for path in (arguments.cert, arguments.key) if path]
    if len(given) == 1:
        raise Misconfigured("A certificate and its key are named together: --cert FILE --key FILE")
    named = tuple(given) or settings.RAZDAR_RECORDER_CERTIFICATE
    certificate = Certificate(*named) if named else None
    process.run(arguments.bind or settings.RAZDAR_RECORDER, certificate, arguments.name)
    return 0


def _node_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, dest="verb", metavar="verb")
    verbs.add_parser("add", help="make an exchange known, and print its secret once").add_argument("node")
    verbs.add_parser("remove", help="forget an exchange").add_argument("node")
    verbs.add_parser("list", help="the exchanges there are")


def _node(arguments: argparse.Namespace) -> int:
    from razdar.telephony import nodes

    if arguments.verb == "add":
        made = nodes.add(arguments.node)
        say(f"Node {made.name} is known. Its secret, which is not shown again: {made.secret}")
    elif arguments.verb == "remove":
        nodes.remove(arguments.node)
        say(f"Node {arguments.node} is forgotten.")
    else:
        for name in nodes.names():
            say(name)
    return 0


def _call_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", type=Path, help="a WAV or FLAC file, agent left, customer right")
    add_client(parser)
    parser.add_argument(
        "--customer", metavar="REF", help="the client's own reference of the customer; else nobody knows"
    )
    parser.add_argument("--transcript", type=Path, metavar="T.json", help="the words with their times")
    parser.add_argument("--agent", metavar="WORK-NAME", help="the agent who takes the call")
    parser.add_argument("--language", default="", help="of the conversation, for example en")
    parser.add_argument(
        "--speed", default="1", metavar="1|N|max", help="how many times as fast as in life (default: 1)"
    )
    parser.add_argument(
        "--recorder",
        action="append",
        metavar="wss://...",
        help="where to stream to; may be repeated (default: this host's)",
    )
    parser.add_argument("--ca", type=Path, metavar="FILE", help="whom to believe, PEM (default: this host's recorder)")


def _call(arguments: argparse.Namespace) -> int:
    from razdar.telephony import simulating

    speed = _speed(arguments.speed)
    wanted = simulating.Wanted(
        sound=read(arguments.call, "recording"),
        client=client_of(arguments),
        reference=arguments.customer or "",
        speed=speed,
        recorders=tuple(arguments.recorder or ()),
        authority=arguments.ca,
        transcript=read(arguments.transcript, "transcript") if arguments.transcript else b"",
        agent=arguments.agent or "",
        language=arguments.language,
    )
    done = simulating.simulate(wanted)
    say(f"Call {done.interaction}: {done.frames} frames streamed over {done.connections} connections.")
    return 0


def _speed(text: str) -> float:
    """0 for as fast as it goes."""
    try:
        speed = 0.0 if text == "max" else float(text)
    except ValueError:
        speed = -1.0
    if not math.isfinite(speed) or (text != "max" and not 0 < speed <= MOST_SPEED):
        raise BadInput(f"A speed is a number up to {MOST_SPEED:.0f}, or max.")
    return speed


COMMANDS.register("recorder")(
    Command("Record the calls that exchanges stream here.", _recorder_arguments, _recorder, Needs.KEYS)
)
COMMANDS.register("node")(
    Command("Look after the exchanges that may stream to recorders.", _node_arguments, _node, Needs.KEYS)
)
COMMANDS.register("simulate-call")(
    Command("Stream a sound file to a recorder as a telephone exchange would.", _call_arguments, _call, Needs.KEYS)
)
