"""What a recorder hears is plain in its memory for some seconds: nobody else reads it there, and it goes on no disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from tests import weakening
from tests.telephony.killing import Killable, killable
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

# Root may look into any process; without this right it is an account like others.
ORDINARY = ("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace") if os.geteuid() == 0 else ()
PEEK = "import sys; open(f'/proc/{sys.argv[1]}/mem', 'rb')"


def is_read(one: Killable) -> bool:
    """Whether another process of the same account gets into its memory."""
    assert one.running
    peek = [*ORDINARY, sys.executable, "-c", PEEK, str(one.running.pid)]
    return subprocess.run(peek, stderr=subprocess.DEVNULL, check=False).returncode == 0


def told(one: Killable, file: str, line: str) -> list[str]:
    """A line of one of proc(5)'s files, after its name."""
    assert one.running
    lines = Path(f"/proc/{one.running.pid}/{file}").read_text().splitlines()
    (found,) = [each.removeprefix(line) for each in lines if each.startswith(line)]
    return found.split()


def test_a_recorders_memory_is_its_own_and_goes_on_no_disk(world: World, tmp_path: Path, database: RoleUrls) -> None:
    assert world.client
    with killable(tmp_path, database, "a") as (one,):
        one.stop()
        one.under = ORDINARY
        one.start()
        assert told(one, "limits", "Max core file size")[:2] == ["0", "0"]
        if os.geteuid() == 0:  # others need the right that the unit gives
            assert int(told(one, "status", "VmLck:")[0]) > 1000
        assert not is_read(one)
        one.stop()
        one.environ = weakening.environment(
            patch="razdar.keys.hardening:harden", with_="tests.keys.weakenings:leaves_it", base=one.environ
        )
        one.start()
        assert is_read(one)
