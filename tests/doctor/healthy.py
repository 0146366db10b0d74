"""An installation in which everything works, and what each planted fault takes away from it."""

import http.server
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg

from razdar.assurance import manifest
from razdar.assurance.manifest import Manifest
from razdar.core.crypto.age_keys import HybridIdentity
from razdar.doctor import command, host, program
from razdar.interactions.transcribers import base
from razdar.keys import agent
from razdar.runtime import checkup, worker
from razdar.runtime.checkup import CHECKS, Found, Site, State, examine
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.telephony import nodes
from razdar.telephony.models import Recorder
from razdar.vault import keeping
from tests.world import World

PAGE = b'<link rel="stylesheet" href="/static/ui/razdar.css">'


@dataclass
class Healthy:
    """The installation, and how to change it for one fault."""

    world: World
    urls: RoleUrls
    var: Path
    settings: Any
    port: int
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        urls = {role: getattr(self.urls, role) for role in ("runtime", "owner", "sequencer", "backup")}
        self.site = Site(self.var, urls)

    def look(self) -> Mapping[str, Found]:
        """What every check finds now."""
        site = replace(self.site, now=datetime.now(UTC))
        return {result.name: result.found for result in examine(site, list(CHECKS), seconds=30)}

    def sql(self, statement: str, *values: object) -> None:
        """Change the database as its owner."""
        with psycopg.connect(self.urls.owner, autocommit=True) as owner:
            owner.execute(statement, values)  # type: ignore[call-overload]


@contextmanager
def healthy(world: World, urls: RoleUrls, var: Path, settings: Any) -> Iterator[Healthy]:
    """Everything works; what is of this host alone stands in for it."""
    command.load()
    with (
        _told_nothing(var),
        _pages() as port,
        _engine(var, settings),
        patch.object(program, "sys", SimpleNamespace(version_info=(*program.OLDEST, 0, "final", 0))),
        patch.object(program, "default_address", lambda _: ("127.0.0.1", port)),
    ):
        made = Healthy(world, urls, var, settings, port)
        _fill(made)
        with patch.object(host.shutil, "disk_usage", lambda _: _Usage(100 << 30, 50 << 30, 50 << 30)):
            yield made


@contextmanager
def _told_nothing(var: Path) -> Iterator[None]:
    """Of what the tests' own process was told nothing is seen: the passphrase is in a file, all else as shipped."""
    passphrase = var / "passphrase"
    passphrase.touch(mode=0o600)
    with patch.dict(os.environ):
        for name in [each for each in os.environ if each.startswith("RAZDAR_")]:
            del os.environ[name]
        os.environ["RAZDAR_PASSPHRASE_FILE"] = str(passphrase)
        yield


@dataclass(frozen=True)
class _Usage:
    total: int
    used: int
    free: int


def _fill(made: Healthy) -> None:
    var, settings, now = made.var, made.settings, datetime.now(UTC)
    settings.VAR, settings.RAZDAR_BUNDLES = var, var / "bundles"
    settings.RAZDAR_OBJECTS_URL = (var / "objects").as_uri()
    settings.RAZDAR_RECORDER, settings.RAZDAR_RECORDER_CERTIFICATE = f"127.0.0.1:{made.port}", None
    settings.RAZDAR_BACKUP_FOLDER = var / "backups"
    for name in ("bundles", "objects", "spool", "backups"):
        (var / name).mkdir()
    (var / "spool" / "left.part").write_bytes(b"sealed")
    for name in ("anna", "ben"):
        keeping.add_recipient(name, HybridIdentity.generate(os.urandom).recipient.text)
    keeping.make_bundle()
    backup(var / "backups", now)
    made.sql("UPDATE audit_sequencing SET caught_up_at = now()")
    made.sql(
        "INSERT INTO audit_witness (id, url, vkey, added_at) VALUES (%s, 'https://witness.example', 'x', now())",
        UUID(int=5),
    )
    made.sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    Recorder.objects.create(name="here", started_at=now, seen_at=now)
    nodes.add("pbx-1")


def backup(folder: Path, at: datetime) -> None:
    """A finished backup, as far as its age is concerned."""
    made = folder / f"backup-{at:%Y%m%dT%H%M%SZ}"
    made.mkdir()
    (made / manifest.NAME).write_bytes(manifest.encode(Manifest(UUID(int=1), at, 1, "0" * 64, {}, 0)))
    (made / manifest.SIGNATURE).write_bytes(b"signed")


class _Handler(http.server.BaseHTTPRequestHandler):
    missing = False

    def do_GET(self) -> None:
        style = self.path.endswith(".css")
        self.send_response(404 if style and type(self).missing else 200)
        self.end_headers()
        self.wfile.write(b"" if style else PAGE)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def _pages() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _engine(var: Path, settings: Any) -> Iterator[None]:
    """A transcription engine whose library is there, and a folder that looks like its model."""
    model = var / "model"
    model.mkdir()
    for name in ("final.mdl", "mfcc.conf"):
        (model / name).touch()
    settings.RAZDAR_TRANSCRIBER, settings.RAZDAR_TRANSCRIBER_MODEL = "vosk", model
    with patch.object(base, "find_spec", lambda _: object()):
        yield


# --- Faults -----------------------------------------------------------------------------------------------------------

Fault = Callable[[Healthy], "Iterator[None]"]


@dataclass(frozen=True)
class Planted:
    """A fault, the one check that must find it, and how grave it is."""

    check: str
    state: State
    plant: Callable[[Healthy], Any]
    undo: Callable[[Healthy], Any] = lambda _: None

    def __str__(self) -> str:
        return self.check


def wrong_password(role: str) -> Callable[[Healthy], None]:
    def plant(made: Healthy) -> None:
        url = made.site.urls[role]
        secret = url.split("://", 1)[1].split("@", 1)[0].split(":", 1)[1]
        made.site = replace(made.site, urls={**made.site.urls, role: url.replace(secret, "another-word-entirely")})

    return plant


def run_of(made: Healthy, failures: int) -> None:
    made.sql(
        "INSERT INTO runtime_scheduledrun (name, began_at, ended_at, error, failures)"
        " VALUES ('vault.cover', now(), now(), 'keys-locked', %s)",
        failures,
    )


def earlier(**by: float) -> datetime:
    return datetime.now(UTC) - timedelta(**by)


__all__ = [
    "Healthy",
    "Planted",
    "agent",
    "backup",
    "checkup",
    "earlier",
    "healthy",
    "run_of",
    "worker",
    "wrong_password",
]
