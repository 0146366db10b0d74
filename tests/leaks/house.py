"""An installation as an operator makes it: ``razdar init`` and ``razdar up``, with the passphrase in a file outside."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from razdar.core.disclosure import Role
from razdar.demo_content.browser import Browser
from razdar.demo_content.calls import DemoCall
from razdar.demo_content.cast import Member
from razdar.demo_content.people import CLIENTS
from razdar.demo_content.staff import DemoStaff
from tests.leaks.installation import Finished, Installation, place
from tests.leaks.seed import ADMINISTRATORS, AGENT
from tests.ports import free_port
from tests.weakening import ROOT

NOT_THEIRS = ("RAZDAR_", "DJANGO_", "PYTEST_")  # variables of this process; a user's shell has none
PASSPHRASE = "forty quiet lanterns drifting seaward"
ANOTHER_PASSPHRASE = "forty quiet lanterns drifting westward"
CLIENT = CLIENTS[0].name
_SEED = (sys.executable, "-m", "tests.leaks.seed")


@dataclass
class House(Installation):
    """An installation with `seed`'s customers and one agent."""

    agent: Member | None = None

    @property
    def origin(self) -> str:
        return self.environ["RAZDAR_URL"]

    def sign_in(self) -> Browser:
        """A browser in which the agent is signed in."""
        assert self.agent is not None
        return self.agent.sign_in(self.origin)


def found(base: Path) -> House:
    """Found an installation and fill it; it does not run."""
    made = House(base, base / "var", environ(base))
    write_passphrase(base, PASSPHRASE)
    administrators = [f"--administrator={work_name}=Person {work_name}" for work_name in ADMINISTRATORS]
    succeed(made.run("init", "--client", CLIENT, *administrators))
    agent = json.loads(succeed(made.run(program=_SEED)))
    made.agent = Member(DemoStaff(0, Role.AGENT, AGENT, ""), CLIENT, **agent)
    return made


@contextmanager
def like(template: House) -> Iterator[House]:
    """A house like a founded one, in a place of its own; removed at the end."""
    with place() as base:
        subprocess.run(["cp", "-a", str(template.var), str(base / "var")], check=True)
        write_passphrase(base, PASSPHRASE)
        made = House(base, base / "var", environ(base), agent=template.agent)
        try:
            yield made
        finally:
            made.stop()


def environ(base: Path) -> dict[str, str]:
    """The environment of its commands."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THEIRS)}
    return own | {
        "RAZDAR_VAR": str(base / "var"),
        "RAZDAR_URL": f"http://localhost:{free_port()}",
        "RAZDAR_PASSPHRASE_FILE": str(base / "passphrase"),
        "PYTHONPATH": os.pathsep.join(filter(None, [own.get("PYTHONPATH"), str(ROOT)])),
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
