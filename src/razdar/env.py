"""Readers of the environment: the only place that looks at ``RAZDAR_*`` variables.

All are optional. No variable switches a protection off; an unusable value stops the process with one clear sentence.

=========================  ==========================================================================================
RAZDAR_VAR                 folder for everything that is written (default ``./var``)
RAZDAR_URL                 public base URL (default ``http://localhost:8000``; http is accepted for localhost only)
RAZDAR_DATABASE_URL        runtime role's PostgreSQL URL; absent: the embedded server under ``RAZDAR_VAR/postgres``
RAZDAR_OWNER_URL           owner role, for ``razdar migrate`` and ``razdar init``
RAZDAR_SEQUENCER_URL       sequencer role, for ``razdar sequencer``
RAZDAR_BACKUP_URL          backup role
RAZDAR_PASSPHRASE_FILE     file with the passphrase, outside ``RAZDAR_VAR``; absent: typed
RAZDAR_PASSPHRASE_FD       number of an inherited pipe that carries the passphrase (``razdar up`` sets it)
RAZDAR_KEY_AGENT           path of the key agent's socket (default ``RAZDAR_VAR/run/keyagent.sock``)
RAZDAR_CALLERS             list of accounts the key agent answers, written by root; absent: its own account only
RAZDAR_OBJECTS_URL         object store (default: folder ``RAZDAR_VAR/objects``)
RAZDAR_EPOCH_DAYS          days after which a client's epoch is rotated (default 7; 1 to 90)
RAZDAR_BUNDLES             folder for key bundles (default ``RAZDAR_VAR/bundles``)
RAZDAR_BACKUP_FOLDER       where backups go; notices of erasures are left there at once
RAZDAR_RECORDER            where the recorder listens, HOST:PORT (default: loopback, port 8445 or one that is free)
RAZDAR_RECORDER_CERT       the recorder's certificate chain, PEM; needed beyond loopback
RAZDAR_RECORDER_KEY        its key, PEM
RAZDAR_LOG_MONTHS          months for which the log is kept (default 24; 12 at least)
RAZDAR_TRANSCRIBER         transcription engine: faster-whisper, vosk or pocketsphinx (default none)
RAZDAR_TRANSCRIBER_MODEL   folder of that engine's model; nothing is ever downloaded
RAZDAR_ENTITIES            named-entity engine: presidio (default none)
RAZDAR_ENTITIES_MODELS     folder of that engine's models; nothing is ever downloaded
=========================  ==========================================================================================

Two values are handed over inside the process and never through its environment: which extra database aliases this
process may open, and Django's SECRET_KEY, which is derived from the installation key after the keys are unlocked.
"""

import os
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from razdar.core.errors import Misconfigured

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
LOG_MONTHS = 24
LEAST_LOG_MONTHS = 12
DEMO_MARK = "made-by-razdar-demo"
"""A file that only the demo puts into its folder."""
MOST_LOG_MONTHS = 1200
EPOCH_DAYS = 7
MOST_EPOCH_DAYS = 90
HANDED_OVER = "RAZDAR_PASSPHRASE_FD"
EXTRA_ALIASES = frozenset({"owner", "sequencer"})


@dataclass(frozen=True)
class BaseUrl:
    """The public address, split once."""

    scheme: str
    host: str
    port: int

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.secure else 80
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")


def var_folder() -> Path:
    return Path(os.environ.get("RAZDAR_VAR") or "var").absolute()


def whereabouts() -> str:
    """Which installation this process looks at, in a sentence; and how to look at a demo beside it."""
    demo = var_folder() / "demo"
    said = f"This looks at the installation in {var_folder()}."
    if (demo / DEMO_MARK).exists():
        said += f" The demo is in a folder of its own: RAZDAR_VAR={shlex.quote(str(demo))} selects it."
    return said


def base_url() -> BaseUrl:
    """The public base URL.

    Raises:
        Misconfigured: not a plain http(s) origin, or http for a host other than localhost.
    """
    text = os.environ.get("RAZDAR_URL") or "http://localhost:8000"
    try:
        parts = urlsplit(text)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Misconfigured("RAZDAR_URL is not a usable address.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise Misconfigured("RAZDAR_URL must look like https://desk.example.org, without a user name or a query.")
    if parts.path not in {"", "/"}:
        raise Misconfigured("RAZDAR_URL must not have a path: Razdar needs an origin of its own.")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise Misconfigured("RAZDAR_URL may use http only for localhost; anything else needs https.")
    return BaseUrl(parts.scheme, parts.hostname, port)


def database_url(role: str) -> str | None:
    """The URL given for ``runtime``, ``owner``, ``sequencer`` or ``backup``; None where there is none."""
    name = "RAZDAR_DATABASE_URL" if role == "runtime" else f"RAZDAR_{role.upper()}_URL"
    return os.environ.get(name) or None


def embedded_database() -> bool:
    """True when no database was named, so that the embedded server is the one."""
    return database_url("runtime") is None


def objects_url() -> str:
    return os.environ.get("RAZDAR_OBJECTS_URL") or (var_folder() / "objects").as_uri()


def log_months() -> int:
    """For how many months entries of the log are kept.

    Raises:
        Misconfigured: not a number, or fewer than twelve.
    """
    text = os.environ.get("RAZDAR_LOG_MONTHS") or str(LOG_MONTHS)
    if not text.isascii() or not text.isdigit() or not LEAST_LOG_MONTHS <= int(text) <= MOST_LOG_MONTHS:
        raise Misconfigured(
            f"RAZDAR_LOG_MONTHS must be a number from {LEAST_LOG_MONTHS} to {MOST_LOG_MONTHS}: "
            "the log is kept for at least a year."
        )
    return int(text)


def epoch_days() -> int:
    """After how many days a client's epoch is rotated.

    Raises:
        Misconfigured: not a number from 1 to 90.
    """
    text = os.environ.get("RAZDAR_EPOCH_DAYS") or str(EPOCH_DAYS)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_EPOCH_DAYS:
        raise Misconfigured(f"RAZDAR_EPOCH_DAYS must be a number from 1 to {MOST_EPOCH_DAYS}.")
    return int(text)


def bundles_folder() -> Path:
    return Path(os.environ.get("RAZDAR_BUNDLES") or var_folder() / "bundles").absolute()


def backup_folder() -> Path | None:
    """Where backups go, if that is configured."""
    name = os.environ.get("RAZDAR_BACKUP_FOLDER")
    return Path(name).absolute() if name else None


def recorder_address() -> str:
    """Where the recorder listens, as HOST:PORT; empty where nobody said."""
    return os.environ.get("RAZDAR_RECORDER") or ""


def recorder_certificate() -> tuple[Path, Path] | None:
    """The recorder's certificate chain and key, if they are named.

    Raises:
        Misconfigured: one without the other.
    """
    named = [os.environ.get(f"RAZDAR_RECORDER_{name}") for name in ("CERT", "KEY")]
    if not any(named):
        return None
    if not all(named):
        raise Misconfigured("RAZDAR_RECORDER_CERT and RAZDAR_RECORDER_KEY are named together.")
    return Path(str(named[0])), Path(str(named[1]))


def transcriber() -> str:
    """The name of the transcription engine; empty for none."""
    return os.environ.get("RAZDAR_TRANSCRIBER", "").strip()


def transcriber_model() -> Path | None:
    """The folder of its model, if one is named."""
    return _folder("RAZDAR_TRANSCRIBER_MODEL")


def entities() -> str:
    """The name of the named-entity engine; empty for none."""
    return os.environ.get("RAZDAR_ENTITIES", "").strip()


def entities_models() -> Path | None:
    """The folder of its models, if one is named."""
    return _folder("RAZDAR_ENTITIES_MODELS")


def _folder(variable: str) -> Path | None:
    name = os.environ.get(variable)
    return Path(name).absolute() if name else None


def passphrase_file() -> Path | None:
    """The file that holds the passphrase.

    Raises:
        Misconfigured: the file lies inside ``RAZDAR_VAR``; a copy of that folder must open nothing.
    """
    name = os.environ.get("RAZDAR_PASSPHRASE_FILE")
    if not name:
        return None
    path = Path(name).resolve()
    if path.is_relative_to(var_folder().resolve()):
        raise Misconfigured(
            "RAZDAR_PASSPHRASE_FILE must lie outside RAZDAR_VAR: a copy of that folder must open nothing."
        )
    return path


def key_agent_socket() -> Path:
    return Path(os.environ.get("RAZDAR_KEY_AGENT") or var_folder() / "run" / "keyagent.sock").absolute()


def key_agent_callers() -> Path | None:
    """The list of accounts that the key agent answers, where there is one."""
    name = os.environ.get("RAZDAR_CALLERS")
    return Path(name) if name else None


def passphrase_pipe() -> int | None:
    """The inherited descriptor to read the passphrase from.

    Raises:
        Misconfigured: not a number.
    """
    text = os.environ.get(HANDED_OVER)
    if not text:
        return None
    if not text.isdigit():
        raise Misconfigured(f"{HANDED_OVER} must be the number of an inherited pipe.")
    return int(text)


class _Process:
    """What ``__main__`` decides before the settings are loaded."""

    def __init__(self) -> None:
        self.aliases: frozenset[str] = frozenset()
        self.secret_key = secrets.token_urlsafe(48)


_PROCESS = _Process()


def use_databases(*aliases: str) -> None:
    """Allow this process extra database aliases (``owner``, ``sequencer``); to be called before settings load.

    Raises:
        ValueError: an alias that no process may ask for.
    """
    if not EXTRA_ALIASES.issuperset(aliases):
        raise ValueError("unknown database alias")
    _PROCESS.aliases |= frozenset(aliases)


def extra_databases() -> frozenset[str]:
    return _PROCESS.aliases


def hold_secret_key(key: str) -> None:
    """Keep Django's SECRET_KEY for this process; to be called before settings load, after the keys are unlocked."""
    _PROCESS.secret_key = key


def secret_key() -> str:
    """The held key, else one drawn for this process alone (nothing signed with it outlives the process)."""
    return _PROCESS.secret_key
