"""``razdar import-call``: take in a recorded call with its transcript."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client, client_of, say

MOST_BYTES = 4 << 30


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", type=Path, help="the recording: a WAV or FLAC file, agent left, customer right")
    parser.add_argument("--customer", required=True, metavar="REF", help="the client's own reference of the customer")
    parser.add_argument("--transcript", type=Path, metavar="T.json", help="the words with their times")
    add_client(parser)
    parser.add_argument("--agent", metavar="WORK-NAME", help="the agent who spoke")
    parser.add_argument("--started", metavar="TIME", help="when the call began, for example 2026-03-01T14:30+01:00")
    parser.add_argument("--direction", choices=("inbound", "outbound"), default="inbound")
    parser.add_argument("--language", default="", help="of the conversation, for example en")


def _run(arguments: argparse.Namespace) -> int:
    from razdar.interactions import intake

    call = intake.FromFiles(
        sound=_read(arguments.call, "recording"),
        transcript=_read(arguments.transcript, "transcript") if arguments.transcript else b"",
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
        say("No transcript came with it and no engine is installed: it stays locked until there is one.")
    return 0


def _read(path: Path, what: str) -> bytes:
    from razdar.core.errors import BadInput

    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"The {what} is larger than 4 GB.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"The {what} cannot be read. Check the file's name and rights.") from error


def _moment(text: str | None) -> datetime:
    from razdar.core.errors import BadInput

    try:
        moment = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError as error:
        raise BadInput("Write the time like 2026-03-01T14:30+01:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


COMMANDS.register("import-call")(Command("Take in a recorded call and its transcript.", _arguments, _run, Needs.KEYS))
