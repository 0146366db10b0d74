"""A PostgreSQL server of the operator's own, restored with PostgreSQL's own tools: tar, and the server itself."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg

from razdar.runtime.postgres import binaries, embedded
from razdar.runtime.postgres.conninfo import RoleUrls
from tests.assurance.conftest import Scene


@contextmanager
def restored(scene: Scene, folder: Path) -> Iterator[dict[str, str]]:
    """A server with yesterday's database; the variables that name it."""
    programs, data, run = binaries.find(), folder / "data", folder / "run"
    for made in (data, run):
        made.mkdir(parents=True, mode=0o700)
    folder.chmod(0o711)
    subprocess.run(["tar", "-xf", str(scene.backup / "base.tar"), "-C", str(data)], check=True)
    for path in (data, run, *data.rglob("*")):
        programs.give(path)
    data.chmod(0o700)
    command = [str(programs.folder / "postgres"), "-D", str(data), "-k", str(run), "-c", "listen_addresses="]
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(command, cwd=data, stdout=said, stderr=said, **programs.popen_arguments())
    try:
        urls = _urls(scene, run)
        _await(urls.owner)
        yield variables(urls)
    finally:
        server.terminate()
        server.wait(60)


def variables(urls: RoleUrls) -> dict[str, str]:
    named = {f"RAZDAR_{role.upper()}_URL": url for role, url in asdict(urls).items()}
    named["RAZDAR_DATABASE_URL"] = named.pop("RAZDAR_RUNTIME_URL")
    return named


def _urls(scene: Scene, run: Path) -> RoleUrls:
    """The cluster that was copied keeps the roles' passwords."""
    live = embedded.urls(scene.live.var)
    assert live is not None
    home = str((scene.live.var / "postgres" / "run").resolve())
    return RoleUrls(**{role: moved(url, home, str(run)) for role, url in asdict(live).items()})


def moved(url: str, home: str, run: str) -> str:
    from urllib.parse import quote

    assert quote(home, safe="") in url
    return url.replace(quote(home, safe=""), quote(run, safe=""))


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
