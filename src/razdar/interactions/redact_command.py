"""``razdar redact``: personal and payment data out of files. Needs no database and no keys, and sends nothing anywhere.

    razdar redact FILE ...              beside each: FILE.redacted.EXT
    razdar redact FOLDER --out OTHER    everything in it, under the same names
    razdar redact FILE --policy POLICY  by a policy of one's own, as ``razdar redaction show`` prints it
    razdar redact FILE --entities presidio --models FOLDER
                                        asking a named-entity engine as well, with models of this machine

Rules:
1. Nothing is overwritten. What is made is readable by its owner alone, and has its name only once it is finished; what
   could not be finished is removed, also when the command is told to stop.
2. What cannot be read for certain (no UTF-8, a kind that is not known, sound without its words) is not redacted, not
   copied, and told.
3. What is said about the work counts; it never quotes.
4. A file that cannot be redacted, for whatever reason, keeps no other from being redacted.
5. With a policy that cannot be read nothing is redacted. The key of its tokens is made for this run and forgotten: the
   same value has the same token in all files of a run, and another one in the next.
6. A named-entity engine runs in a process of its own that reaches no network; what it fails at is taken out whole.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from razdar.core.errors import BadInput, RazdarError
from razdar.runtime.commands import Command, Needs
from razdar.runtime.console import say

if TYPE_CHECKING:
    from razdar.core.redaction import EntityEngine
    from razdar.core.redaction.streams import How, Tally

FORMATS = ("text", "subtitles", "transcript", "jsonl", "json", "chat", "csv", "audio")
BY_NAME = {
    ".txt": "text", ".md": "text", ".log": "text",
    ".vtt": "subtitles", ".srt": "subtitles", ".json": "json", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".wav": "audio",
}  # fmt: skip


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to; a folder needs it, a file may have it")
    parser.add_argument("--format", choices=FORMATS, help="of all files; without it the name tells")
    parser.add_argument("--language", metavar="TAG", help="of the texts: pl, or en-DE for callers in Germany")
    parser.add_argument("--columns", metavar="A,B", help="of CSV: only these are redacted; without it all are")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="what becomes of each kind; without it as shipped")
    parser.add_argument("--beep", action="store_true", help="a tone in place of concealed sound, not silence")
    parser.add_argument("--entities", metavar="ENGINE", help="a named-entity engine to ask as well, such as presidio")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="of that engine; nothing is downloaded")


def _run(arguments: argparse.Namespace) -> int:
    from razdar.core.redaction.streams import Tally
    from razdar.runtime.progress import Steps

    work = list(_work(arguments.source, arguments.out))
    if not work:
        raise BadInput("There is no file to redact.")
    tally, failed, how = Tally(), 0, _how(arguments)
    bar = Steps(len(work), "files")
    try:
        with _stoppable(), _engine(arguments.entities, arguments.models) as entities:
            how = how._replace(entities=entities)
            for source, made in work:
                try:
                    _redact(source, made, arguments, how, tally)
                except Exception as error:  # noqa: BLE001 - rule 4
                    failed += 1
                    bar.end()
                    sys.stderr.write(f"{source}: {_why(error)}\n")
                bar.step()
    finally:
        bar.end()
    say(f"{len(work) - failed:,} of {len(work):,} files were redacted.")
    for kind, count in sorted(tally.concealed.items()):
        say(f"{count:>11,}  {kind.value}")
    if tally.unworded_ms:
        say(f"{-(-tally.unworded_ms // 1000):,} seconds of sound had no words and were silenced.")
    if tally.quarantined:
        say(f"{tally.quarantined:,} pieces could not be searched and were taken out whole. Look at them.")
    return 1 if failed or tally.quarantined else 0


def _why(error: Exception) -> str:
    """What went wrong, without what the file holds: other errors than ours may quote it."""
    if isinstance(error, RazdarError):
        return str(error)
    if isinstance(error, OSError):
        return f"It cannot be read or written: {error.strerror}."
    return f"It could not be redacted ({type(error).__name__})."


@contextmanager
def _stoppable() -> Iterator[None]:
    """Signals that end a process end it as Ctrl-C does: what is under way is removed first."""

    def stop(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _how(arguments: argparse.Namespace) -> "How":
    """By what language and policy.

    Raises:
        BadInput: the policy cannot be read.
    """
    from razdar.core.redaction.documents import MOST_BYTES, from_json
    from razdar.core.redaction.streams import How

    if arguments.policy is None:
        return How(arguments.language)
    try:
        with arguments.policy.open(encoding="utf-8-sig") as file:
            policy = from_json(file.read(MOST_BYTES + 1), time.thread_time)
    except (OSError, UnicodeDecodeError):
        raise BadInput("The policy cannot be read. Name a file in UTF-8 with --policy.") from None
    return How(arguments.language, policy, os.urandom(32))


@contextmanager
def _engine(name: str | None, models: Path | None) -> Iterator["EntityEngine | None"]:
    """The named-entity engine that is wanted, if one is.

    Raises:
        BadInput: there is none of this name. NotReady: its library or its models are missing.
        RecogniserFailed: it cannot load them.
    """
    if name is None:
        if models is not None:
            raise BadInput("Say with --entities which named-entity engine the models are for.")
        yield None
        return
    from razdar.interactions.recogniser_process import asked
    from razdar.interactions.recognisers import presidio  # noqa: F401 (it registers itself)
    from razdar.interactions.recognisers.base import RECOGNISERS

    if name not in RECOGNISERS:
        raise BadInput(f"There is no named-entity engine of this name. There is: {', '.join(RECOGNISERS)}.")
    with asked(name, RECOGNISERS[name], RECOGNISERS[name].make_sure(models)) as engine:
        yield engine


def _work(sources: list[Path], out: Path | None) -> Iterator[tuple[Path, Path]]:
    """Each file and what will be made of it; the words of a recording belong to it and are no file of their own."""
    for source in sources:
        if source.is_dir():
            if out is None:
                raise BadInput("Say with --out where the redacted files of a folder go.")
            for file in _files(source, out):
                yield file, out / file.relative_to(source)
        elif not source.is_file():
            raise BadInput(f"There is no file or folder {source}.")
        else:
            yield source, (out or source.parent) / f"{source.stem}.redacted{source.suffix}"


def _files(folder: Path, out: Path) -> Iterator[Path]:
    """All files in a folder; links are not followed."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if (Path(top) / name).resolve() != out.resolve())
        for name in sorted(names):
            file = Path(top) / name
            words_of_sound = file.suffix.lower() == ".json" and any(
                file.with_suffix(end).is_file() for end in (".wav", ".WAV")
            )
            if not file.is_symlink() and file.is_file() and not words_of_sound:
                yield file


def _redact(source: Path, made: Path, arguments: argparse.Namespace, how: "How", tally: "Tally") -> None:
    from razdar.interactions import redact_files_command as files

    kind = arguments.format or BY_NAME.get(source.suffix.lower())
    if kind is None:
        raise BadInput("This kind of file is not known. Say with --format what it is; binary files cannot be redacted.")
    files.KINDS[kind](source, made, files.Wanted(how, _columns(arguments.columns), arguments.beep), tally)


def _columns(text: str | None) -> frozenset[str] | None:
    return frozenset(name.strip() for name in text.split(",")) if text else None


COMMAND = Command("Take personal and payment data out of files.", _arguments, _run, Needs.NOTHING, logs=False)
