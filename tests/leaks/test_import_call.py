"""``razdar import-call`` with everything that can be wrong: one clear sentence, status 1, and nothing half-written.

The database runs as a server of its own, so that each command is short. After each refusal the stored objects and every
row of customers, calls and jobs are what they were; at the end nothing of what was handed in lies anywhere in clear.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from razdar.demo_content.calls import CALLS
from razdar.runtime.postgres import embedded
from tests import weakening
from tests.leaks import house, planted, sources
from tests.leaks.house import House
from tests.leaks.installation import RAZDAR, Finished
from tests.leaks.waves import wave

CALL, OTHER = CALLS[0], CALLS[1]
UNTOUCHED = "^(customers|interactions|privacy|identity_client|vault_(grant|matrix)|procrastinate_jobs)"
# The file system of the object store is full, or cannot be written at all; what is in it is listed at the end.
OWN_MOUNTS = ("unshare", "--mount", "--propagation", "private")
SMALL_STORE = 'mount -t tmpfs -o {options} none {folder}; "$@"; status=$?; find {folder} -type f >&2; exit $status'


@dataclass(frozen=True)
class Attempt:
    """One command, and a word its complaint must have.

    Attributes:
        sound, transcript: what the two files hold; None leaves the file out.
        name: the recording's name.
        options: further arguments; they win over the usual ones.
        environ: what differs in the environment.
    """

    says: str
    sound: bytes | None = field(default_factory=CALL.audio, repr=False)
    transcript: bytes | None = field(default_factory=CALL.transcript, repr=False)
    name: str = "call.flac"
    options: tuple[str, ...] = ()
    environ: tuple[tuple[str, str], ...] = ()


def words(*entries: object) -> bytes:
    return json.dumps({"version": 1, "words": entries}).encode()


BEYOND = words({"w": "Thornquist", "s": 5000, "e": 5001, "c": 0})
REFUSED = {
    "empty": Attempt("empty", sound=b""),
    "cut": Attempt("damaged|truncated", sound=CALL.audio()[:90_000]),
    "a text named call.wav": Attempt("not sound", sound=CALL.transcript(), name="call.wav"),
    "a program": Attempt("not sound", sound=Path("/bin/true").read_bytes(), name="call.flac"),
    "a header that promises 4 GB": Attempt("truncated", sound=wave(800, promised=0xFFFFFFF0), name="call.wav"),
    "no such file": Attempt("cannot be read", sound=None),
    "a folder": Attempt("cannot be read", sound=None, name="."),
    "not JSON": Attempt("not JSON", transcript=b"\xff{Thornquist"),
    "words beyond the sound": Attempt("beyond the end", transcript=BEYOND),
    "another call's words": Attempt("beyond the end|two words", transcript=OTHER.transcript(), sound=wave(8000)),
    "a channel that is not there": Attempt("channel", transcript=words({"w": "x", "s": 1, "e": 2, "c": 7})),
    "unknown client": Attempt("client", options=("--client", "Thornquist & Sons")),
    "unknown customer": Attempt("customer", options=("--customer", "QU-000000")),
    "customer that was erased": Attempt("customer", options=("--customer", "QU-104893")),
    "unknown agent": Attempt("person|nobody|agent|work name", options=("--agent", "thornquist")),
    "a moment that is none": Attempt("2026-03-01T14:30", options=("--started", "last Thornquist")),
    "database gone": Attempt(
        "database", environ=(("RAZDAR_DATABASE_URL", "postgresql://u:p@/razdar?host=/nonexistent"),)
    ),
    "no object store": Attempt(
        "stored files|file store", environ=(("RAZDAR_OBJECTS_URL", "file:///proc/nothing/here"),)
    ),
    "passphrase beside the keys": Attempt("outside", environ=(("RAZDAR_PASSPHRASE_FILE", "{var}/passphrase"),)),
    "no passphrase": Attempt("passphrase", environ=(("RAZDAR_PASSPHRASE_FILE", "{base}/nothing"),)),
}
QUICK = (
    "empty",
    "cut",
    "no such file",
    "unknown client",
    "customer that was erased",
    "database gone",
    "passphrase beside the keys",
)
"""Each command takes some seconds; what is left out here is tried by the heavy run."""


@pytest.mark.parametrize("names", [QUICK, pytest.param(tuple(REFUSED), marks=pytest.mark.heavy)], ids=["some", "all"])
@pytest.mark.timeout(400)
def test_what_cannot_be_used_is_refused_whole(template: House, names: Iterable[str]) -> None:
    with house.like(template) as made, database(made):
        assert dict(_complaints(made, names)) == {}
        accepted = attempt(made, Attempt("", name="call.txt"))
        assert accepted.status == 0, accepted  # the name says nothing: the content is what counts
        everything = planted.scanner().scan(sources.tables(made.admin_url))
        everything.places |= planted.scanner().scan(sources.files(made.var)).places
        assert everything.found == set(), everything


def _complaints(made: House, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with our own answers to each attempt."""
    before = stored(made)
    for name in names:
        complaint = wrong_with(attempt(made, REFUSED[name]), REFUSED[name].says)
        now = stored(made)
        changed = sorted(table for table in before | now if before.get(table) != now.get(table))
        if complaint or changed:
            yield name, f"{complaint} changed: {changed}"
        before = now


def test_wrong_passphrase_and_missing_keys(template: House) -> None:
    with house.like(template) as made, database(made):
        before = stored(made)
        house.write_passphrase(made.base, house.ANOTHER_PASSPHRASE)
        assert not wrong_with(attempt(made, Attempt("")), "passphrase does not open")
        house.write_passphrase(made.base, house.PASSPHRASE)
        for part, says in (("root.json", "root file is missing"), ("keystore.sqlite3", "key store is missing")):
            shutil.move(made.var / "keys" / part, made.base / part)
            assert not wrong_with(attempt(made, Attempt("")), says)
            shutil.move(made.base / part, made.var / "keys" / part)
        assert stored(made) == before
        assert attempt(made, Attempt("")).status == 0


@pytest.mark.parametrize(("options", "full"), [("size=128k", True), ("ro", False)], ids=["full", "read-only"])
def test_an_object_store_that_takes_nothing(template: House, options: str, full: bool) -> None:
    with house.like(template) as made, database(made):
        before, store = stored(made), made.base / "store"
        store.mkdir(mode=0o700)
        one = Attempt("", environ=(("RAZDAR_OBJECTS_URL", store.as_uri()),))
        if os.geteuid() == 0 and can_mount():
            mounting = SMALL_STORE.format(options=options, folder=store)
            done = attempt(made, one, (*OWN_MOUNTS, "sh", "-c", mounting, "sh"))
        else:
            if os.geteuid() == 0:
                pytest.skip("root, and no mounts of its own: nothing here can refuse to be written to")
            store.chmod(0o500)
            done = attempt(made, one)
        assert not wrong_with(done, "file store did not")
        assert stored(made) == before
        assert full or not list(store.iterdir())


@pytest.mark.timeout(400)
def test_a_database_that_dies_midway(template: House) -> None:
    """PostgreSQL is killed after the object was written and before the rows are: no object and no row is left."""
    patch = {"patch": "razdar.interactions.stages:begin", "with_": "tests.leaks.patches:kills_the_database"}
    with house.like(template) as made:
        with database(made):
            before = stored(made)
            weakened = weakening.environment(**patch, base=made.environ)
            done = attempt(made, Attempt("", environ=tuple(weakened.items())))
        with database(made):
            assert stored(made) == before
            assert not wrong_with(done, "database")
            # The crash has emptied the index, and no worker runs here that would build it again.
            assert not wrong_with(attempt(made, Attempt("")), "index is being rebuilt")


def can_mount() -> bool:
    """Whether this process may have mounts of its own; in a bare chroot it may not."""
    return subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode == 0


# --- One attempt ------------------------------------------------------------------------------------------------------


def _placed(value: str, places: tuple[tuple[str, str], ...]) -> str:
    for name, place in places:
        value = value.replace(name, place)
    return value


def attempt(made: House, one: Attempt, inside: tuple[str, ...] = ()) -> Finished:
    """Run the command on files that are gone afterwards."""
    folder = made.base / "handed-in"
    folder.mkdir()
    try:
        for name, data in ((one.name, one.sound), ("call.json", one.transcript)):
            if data is not None:
                (folder / name).write_bytes(data)
        usual = ("--customer", CALL.customer_reference, "--transcript", str(folder / "call.json"))
        places = (("{var}", str(made.var)), ("{base}", str(made.base)))
        environ = {name: _placed(value, places) for name, value in one.environ}
        program = (*inside, *RAZDAR, "import-call", str(folder / one.name))
        return made.run(*usual, *one.options, program=program, **environ)
    finally:
        shutil.rmtree(folder)


def wrong_with(done: Finished, says: str) -> str:
    """Empty for a refusal with status 1 and one sentence that says what is wrong and quotes nothing."""
    lines = [line.lower() for line in done.err.splitlines() if line.startswith("razdar: ")]
    right = len(lines) == 1 and any(part.lower() in lines[0] for part in says.split("|"))
    quotes = re.search("Traceback|hornquist", done.err)
    return "" if right and done.status == 1 and not quotes else f"status {done.status}, {says!r} not in: {done.err}"


@contextmanager
def database(made: House) -> Iterator[None]:
    """The installation's database, running."""
    started = embedded.start(made.var)
    try:
        yield
    finally:
        started.server.stop()


def stored(made: House) -> dict[str, str]:
    """The stored objects, and a digest of every table that an import could touch."""
    objects = sorted(path.name for path in (made.var / "objects").rglob("*") if path.is_file())
    found = {"objects": " ".join(objects)}
    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s ORDER BY 1"
    with psycopg.connect(made.admin_url, dbname="razdar") as connection:
        for (table,) in connection.execute(query, [UNTOUCHED]).fetchall():
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table)))
            found[table] = hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()
    return found
