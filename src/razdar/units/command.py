"""``razdar units``: write systemd units with an account for each process (:mod:`razdar.units.texts` says what).

::

    razdar units --url https://desk.example.org --database FILE [--backups FOLDER] [--set NAME=VALUE] [--folder DIR]
    razdar units --witness [--bind HOST:PORT --cert FILE --key FILE]

What is not given is as the run before had it; the operator's environment file remembers. A file ends its first line
with a hash of the rest, so that one that was changed by hand, or is somebody else's, is known and left alone.
"""

import argparse
import re
import stat
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from razdar.core.errors import BadInput, Misconfigured
from razdar.runtime import durable
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import say
from razdar.runtime.postgres import conninfo
from razdar.runtime.processes import parse_address
from razdar.units import texts
from razdar.units.texts import File, Site

_MARK = "# Written by `razdar units`, which leaves this file alone once it was changed: "
_LINE = re.compile(r"([A-Z_]+)='([^'\\\n]*)'")
_PLAIN = re.compile(r"[^'\"\\\s$`%]+")
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))
"""Folders that the units cannot see (systemd.exec(5), ProtectHome=)."""
_URL = "RAZDAR_URL"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="the public address, as in https://desk.example.org")
    parser.add_argument("--database", type=Path, metavar="FILE", help="the database.env that `razdar init` wrote")
    parser.add_argument("--backups", type=Path, metavar="FOLDER", help="make a backup there every day")
    parser.add_argument(
        "--set",
        dest="chosen",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"one of {', '.join(texts.CHOICES)}; may be repeated",
    )
    parser.add_argument(
        "--encrypted-passphrase", action="store_true", help="the passphrase's file is one of `systemd-creds encrypt`"
    )
    parser.add_argument("--witness", action="store_true", help="instead: the unit of a witness, on its own machine")
    parser.add_argument("--bind", metavar="HOST:PORT", default="127.0.0.1:8443", help="where the witness listens")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="the witness's certificate chain, PEM")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key, PEM")
    parser.add_argument("--prefix", type=Path, default=Path("/opt/razdar"), help="where this program is installed")
    parser.add_argument("--folder", type=Path, default=Path("/"), help="write below this folder instead of /")
    parser.add_argument("--force", action="store_true", help="also replace files that were changed by hand")


def _run(arguments: argparse.Namespace) -> int:
    _check_prefix(arguments.prefix)
    if arguments.witness:
        parse_address(arguments.bind)
        wanted = texts.witness_files(arguments.prefix, arguments.bind, _certificate(arguments))
    else:
        wanted = texts.files(_site(arguments))
    changed = write(arguments.folder, wanted, force=arguments.force)
    for line in [*changed, ""] if changed else ["Nothing changed."]:
        say(line)
    for line in (_witness_steps() if arguments.witness else _steps(arguments)) if changed else []:
        say(line)
    return 0


# --- What is wanted ---------------------------------------------------------------------------------------------------


def _site(arguments: argparse.Namespace) -> Site:
    settings = _earlier(arguments.folder)
    if arguments.database:
        given = read_settings(arguments.database)
        settings |= {name: given[name] for name in texts.DATABASES if name in given}
    settings |= dict(map(_choice, arguments.chosen))
    if arguments.url:
        settings[_URL] = arguments.url
    before = settings.pop("RAZDAR_BACKUP_FOLDER", None)
    backups = arguments.backups or (Path(before) if before else None)
    _check_settings(settings, backups)
    return Site(arguments.prefix, settings, backups, arguments.encrypted_passphrase or _was_encrypted(arguments.folder))


def _earlier(folder: Path) -> dict[str, str]:
    """What the run before was given, from the operator's environment file."""
    path = _below(folder, f"{texts.SETTINGS}/operator.env")
    if not path.exists():
        return {}
    found = read_settings(path)
    if found.get("RAZDAR_OBJECTS_URL") == f"file://{texts.OBJECTS}":
        del found["RAZDAR_OBJECTS_URL"]
    wanted = {*texts.DATABASES, *texts.CHOICES, _URL, "RAZDAR_BACKUP_FOLDER"}
    return {name: value for name, value in found.items() if name in wanted}


def _was_encrypted(folder: Path) -> bool:
    path = _below(folder, f"{texts.UNITS}/razdar-keyagent.service")
    return path.exists() and "\nLoadCredentialEncrypted=" in path.read_text()


def read_settings(path: Path) -> dict[str, str]:
    """The variables of a file with lines ``NAME='value'``.

    Raises:
        Misconfigured: it cannot be read.
    """
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The settings in {path} cannot be read.") from None
    return {found[1]: found[2] for line in lines if (found := _LINE.fullmatch(line))}


def _choice(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name not in texts.CHOICES or not value:
        raise BadInput(f"What can be set looks like NAME=VALUE; names: {', '.join(texts.CHOICES)}.")
    return name, value


def _check_settings(settings: Mapping[str, str], backups: Path | None) -> None:
    if not settings.get(_URL, "").startswith("https://"):
        raise Misconfigured("Name the public address: --url https://desk.example.org")
    missing = [name for name in texts.DATABASES if name not in settings]
    if missing:
        raise Misconfigured(
            "Units need a PostgreSQL server of yours. Name the file that `razdar init --admin-url` wrote: --database"
        )
    for name in texts.DATABASES:
        conninfo.parse(settings[name])
    if backups and (not backups.is_absolute() or backups.is_relative_to(texts.STATE)):
        raise Misconfigured(f"Backups go to a whole path on another disk, outside {texts.STATE}.")
    if (texts.RECORDER_CERT in settings) != (texts.RECORDER_KEY in settings):
        raise Misconfigured("The recorder's certificate and its key are set together.")
    values = [*settings.values(), str(backups or "/")]
    if not all(re.fullmatch(r"[^'\\\n]*", value) for value in values):
        raise Misconfigured("A value holds a quote, a backslash or a line break, which no environment file can hold.")


def _check_prefix(prefix: Path) -> None:
    """The accounts must be able to run the program, and units see neither home folders nor what only root may read.

    Raises:
        Misconfigured: they could not.
    """
    if not prefix.is_absolute() or not _PLAIN.fullmatch(str(prefix)):
        raise Misconfigured("The place of the program is a whole path without blanks or quotes.")
    program = prefix / ".venv" / "bin" / "razdar"
    if not program.exists():
        raise Misconfigured(f"There is no {program}. Install there, or name the place: --prefix")
    needed = {program, (prefix / ".venv/bin/python").resolve()}
    if any(path.is_relative_to(hidden) for path in needed for hidden in _HIDDEN):
        raise Misconfigured("The program or its Python lies in a home folder, where units cannot reach it. Use /opt.")
    for path in {part for program in needed for part in (program, *program.parents)}:
        if not path.stat().st_mode & stat.S_IXOTH:
            raise Misconfigured(f"Other accounts cannot reach {path}. Run: chmod go+rX {path}")


def _certificate(arguments: argparse.Namespace) -> tuple[Path, Path] | None:
    given = [path for path in (arguments.cert, arguments.key) if path]
    if len(given) == 1 or not all(path.is_absolute() and _PLAIN.fullmatch(str(path)) for path in given):
        raise Misconfigured("A certificate and its key are named together, each by its whole path.")
    return (arguments.cert, arguments.key) if given else None


# --- On the disk ------------------------------------------------------------------------------------------------------


def write(folder: Path, wanted: Sequence[File], *, force: bool = False) -> list[str]:
    """Write the files below a folder; a line for each that changed.

    Args:
        folder: stands for ``/``.
        wanted: the files.
        force: also replace files that were changed by hand or are somebody else's.

    Raises:
        Misconfigured: such files are there, and ``force`` is not set; nothing was written. Or the disk refuses.
    """
    strange = [file.path for file in wanted if not _is_ours(_below(folder, file.path))]
    if strange and not force:
        raise Misconfigured(
            "These files were changed by hand, or are not from here: "
            f"{', '.join(strange)}. Nothing was written. To replace them: --force"
        )
    try:
        changed = [file.path for file in wanted if _put(_below(folder, file.path), file)]
    except OSError as error:
        raise Misconfigured(f"{error.filename} could not be written. Run this as root.") from None
    return [f"{'replaced' if path in strange else 'written'}: {path}" for path in changed]


def marked(file: File) -> str:
    """The text of a file with our mark, under the first line where that line says how to run it."""
    line = f"{_MARK}{sha256(file.text.encode()).hexdigest()}\n"
    if not file.text.startswith("#!"):
        return line + file.text
    first, rest = file.text.split("\n", 1)
    return f"{first}\n{line}{rest}"


def _is_ours(path: Path) -> bool:
    """Whether a path is free, or holds a file as it was written here."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return True
    except (OSError, UnicodeDecodeError):
        return False
    found = re.search(rf"^{re.escape(_MARK)}([0-9a-f]{{64}})\n", text, re.MULTILINE)
    if found is None:
        return False
    return sha256((text[: found.start()] + text[found.end() :]).encode()).hexdigest() == found[1]


def _put(path: Path, file: File) -> bool:
    """Write one file, whole or not at all; whether that changed it."""
    text = marked(file)
    if path.exists() and path.read_bytes() == text.encode() and stat.S_IMODE(path.stat().st_mode) == file.mode:
        return False
    _make_parents(path.parent)
    durable.write(path, [text.encode()], file.mode)
    return True


def _make_parents(folder: Path) -> None:
    """Folders that everybody may pass, whatever the umask."""
    if not folder.exists():
        _make_parents(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _below(folder: Path, path: str) -> Path:
    return folder / path.lstrip("/")


# --- What to do next --------------------------------------------------------------------------------------------------


def _steps(arguments: argparse.Namespace) -> list[str]:
    lines = ["Next, as root:", "  systemd-sysusers && systemd-tmpfiles --create razdar.conf"]
    if not arguments.encrypted_passphrase:
        lines.append(f"  the passphrase, one line, in {texts.SETTINGS}/passphrase (mode 600)")
    lines.append("  systemctl daemon-reload && systemctl enable --now razdar.target")
    if arguments.backups:
        lines.append("  systemctl enable --now razdar-backup.timer")
    if arguments.database:
        lines.append(f"  shred -u {arguments.database}")
    return [*lines, f"Commands from now on: {texts.COMMAND}, for example: razdar check"]


def _witness_steps() -> list[str]:
    return [
        "Next, as root:",
        "  systemd-sysusers && systemd-tmpfiles --create razdar-witness.conf",
        "  systemctl daemon-reload && systemctl enable --now razdar-witness.service",
        "Then trust the log's key, as `razdar log key` prints it there, and show this one's for the log's operator:",
        "  razdar-witness trust VKEY && razdar-witness show",
    ]


COMMANDS.register("units")(
    Command("Write systemd units with an account for each process.", _arguments, _run, Needs.NOTHING, logs=False)
)
