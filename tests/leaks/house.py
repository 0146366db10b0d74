"""An installation as an operator makes it: ``razdar init`` and ``razdar up``, with the passphrase in a file outside."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from razdar.demo_content.calls import DemoCall
from razdar.demo_content.people import CLIENTS
from tests.leaks.installation import Finished, Installation, free_port, place
from tests.weakening import ROOT

PASSPHRASE = "forty quiet lanterns drifting seaward"
ANOTHER_PASSPHRASE = "forty quiet lanterns drifting westward"
_SEED = (sys.executable, "-m", "tests.leaks.seed")


@contextmanager
def founded() -> Iterator[Installation]:
    """A founded installation with a hundred customers, not running; removed at the end."""
    with place() as base:
        house = Installation(base, base / "var", environ(base))
        write_passphrase(base, PASSPHRASE)
        client = CLIENTS[0].name
        administrators = [f"--administrator={work_name}=Person {work_name}" for work_name in ("anna.a", "boris.b")]
        succeed(house.run("init", "--client", client, *administrators))
        succeed(house.run(program=_SEED))
        try:
            yield house
        finally:
            house.stop()


def environ(base: Path) -> dict[str, str]:
    """The environment of its commands."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAZDAR_")}
    return own | {
        "RAZDAR_VAR": str(base / "var"),
        "RAZDAR_URL": f"http://localhost:{free_port()}",
        "RAZDAR_PASSPHRASE_FILE": str(base / "passphrase"),
        "PYTHONPATH": str(ROOT),
    }


def write_passphrase(base: Path, words: str) -> None:
    """Put a passphrase where the commands read it."""
    path = base / "passphrase"
    path.touch(mode=0o600)
    path.write_text(f"{words}\n")


def import_call(house: Installation, call: DemoCall) -> Finished:
    """Take in one of the demo's calls by the command line; the files are gone afterwards."""
    sound, transcript = house.base / "call.flac", house.base / "call.json"
    sound.write_bytes(call.audio())
    transcript.write_bytes(call.transcript())
    try:
        return house.run(
            "import-call", str(sound), "--customer", call.customer_reference, "--transcript", str(transcript)
        )
    finally:
        sound.unlink()
        transcript.unlink()


def succeed(finished: Finished) -> str:
    """What a command said, which must have succeeded."""
    assert finished.status == 0, finished
    return finished.out
