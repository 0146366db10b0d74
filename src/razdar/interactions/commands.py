"""The command line's part of this room.

razdar import-call          take in a recorded call with its transcript
razdar transcribe           have the engine listen to calls that have no words yet
razdar transcript           supply the words of a call that is here already
razdar redact               personal data out of files; see `razdar.interactions.redact_command`
razdar retention            how long sound and words are kept; see `razdar.interactions.retention_command`

And options of ``razdar import`` for calls.
"""

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.interactions import redact_command, retention_command
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client, client_of, client_or_all, read, say
from razdar.runtime.imports.targets import OPTIONS

WORDS = 'the words with their times: {"version": 1, "words": [{"w": WORD, "s": SECONDS, "e": SECONDS, "c": CHANNEL}]}'


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", type=Path, help="the recording, agent left, customer right")
    parser.add_argument("--customer", required=True, metavar="REF", help="the client's own reference of the customer")
    parser.add_argument("--transcript", type=Path, metavar="T.json", help=WORDS)
    add_client(parser)
    parser.add_argument("--agent", metavar="WORK-NAME", help="the agent who spoke")
    parser.add_argument("--started", metavar="TIME", help="when the call began, for example 2026-03-01T14:30+01:00")
    parser.add_argument("--direction", choices=("inbound", "outbound"), default="inbound")
    parser.add_argument("--language", default="", help="of the conversation, for example en")


def _run(arguments: argparse.Namespace) -> int:
    from razdar.interactions import intake

    call = intake.FromFiles(
        sound=read(arguments.call, "recording"),
        transcript=read(arguments.transcript, "transcript") if arguments.transcript else b"",
        client=client_of(arguments),
        reference=arguments.customer,
        agent=arguments.agent or "",
        started_at=_moment(arguments.started),
        direction=arguments.direction,
        language=arguments.language,
    )
    interaction = intake.take_in(call)
    say(f"Taken in and sealed as {interaction}. It stays locked until it has been redacted.")
    if not arguments.transcript:
        say("No transcript came with it: it stays locked until an engine has listened to it.")
    return 0


def _moment(text: str | None) -> datetime:
    from razdar.core.errors import BadInput

    try:
        moment = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError as error:
        raise BadInput("Write the time like 2026-03-01T14:30+01:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _transcribe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pending", action="store_true", required=True, help="every call that has no words yet")
    add_client(parser, "of this client only")


def _transcribe(arguments: argparse.Namespace) -> int:
    from razdar.core.errors import NotFound
    from razdar.identity import selectors as people
    from razdar.interactions import catching_up, reasons, transcribing
    from razdar.runtime.progress import Steps

    transcribing.require_engine()
    only = client_or_all(arguments)
    calls = {client.id: catching_up.pending(client.id) for client in people.clients() if only in {None, client.id}}
    if not calls:
        raise NotFound("There is no such client; razdar client list shows the ids.")
    bar = Steps(sum(map(len, calls.values())), "calls")
    try:
        found = [catching_up.catch_up(client, each, bar.step) for client, each in calls.items()]
    finally:
        bar.end()
    done, failed = sum(each.done for each in found), sum((each.failed for each in found), start=Counter[str]())
    say(f"{done:,} calls have their words now; workers redact them next.")
    for code, count in sorted(failed.items()):
        say(f"{count:,} stay locked: {reasons.english(code)}")
    return 1 if failed else 0


def _transcript_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("interaction", type=UUID, help="the call's id, as its page shows it")
    parser.add_argument("transcript", type=Path, metavar="T.json", help=WORDS)
    add_client(parser)


def _transcript(arguments: argparse.Namespace) -> int:
    from razdar.identity.viewers import for_job
    from razdar.interactions import supplying

    viewer = for_job("supply-transcript", client_of(arguments))
    supplying.supply(viewer, arguments.interaction, read(arguments.transcript, "transcript"))
    say("Taken in and sealed. The call stays locked until it has been redacted.")
    return 0


COMMANDS.register("transcript")(
    Command("Supply the words of a call that is here already.", _transcript_arguments, _transcript, Needs.KEYS)
)
COMMANDS.register("transcribe")(
    Command("Have the engine listen to calls without words.", _transcribe_arguments, _transcribe, Needs.KEYS)
)
COMMANDS.register("redact")(redact_command.COMMAND)
COMMANDS.register("retention")(retention_command.COMMAND)
COMMANDS.register("import-call")(Command("Take in a recorded call and its transcript.", _arguments, _run, Needs.KEYS))


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="calls: where the files are, where they are not beside the table")
    parser.add_argument("--zone", default="UTC", help="calls: of times without a zone, for example Europe/Warsaw")


OPTIONS.register("calls")(_import_arguments)
