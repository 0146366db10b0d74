"""Houses of a test run: founded once, copied for each build, shared by the tests of a process.

The processes of a parallel run found one house together: the first makes it, the others wait and copy. The sound house
stays open to the end; of the weakened ones, one at a time.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from tests.mission import founding
from tests.mission.house import House
from tests.mission.people import Person
from tests.mission.planted import Planted


class Houses:
    """Open houses with what tests put into them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._founded: House | None = None
        self._sound: Planted | None = None
        self._weakened: tuple[Mapping[str, str], Planted, ExitStack] | None = None

    def sound(self, environ: Mapping[str, str]) -> Planted:
        """The house of the product as it is."""
        if self._sound is None:
            self._sound = Planted(self._open(environ, self._stack))
        return self._sound

    def weakened(self, environ: Mapping[str, str]) -> Planted:
        """The house of a weakened build; it takes the place of another one's."""
        if self._weakened is None or self._weakened[0] is not environ:
            self._leave()
            stack = self._stack.enter_context(ExitStack())
            self._weakened = environ, Planted(self._open(environ, stack)), stack
        return self._weakened[1]

    @contextmanager
    def apart(self, environ: Mapping[str, str]) -> Iterator[House]:
        """A house for one test alone, shut."""
        with _folder() as folder:
            yield self._first_house().copy(Path(folder) / "house", environ)

    def _leave(self) -> None:
        if self._weakened is not None:
            self._weakened[2].close()
            self._weakened = None

    def _open(self, environ: Mapping[str, str], stack: ExitStack) -> House:
        folder = Path(stack.enter_context(_folder()))
        return stack.enter_context(self._first_house().copy(folder / "house", environ).running())

    def _first_house(self) -> House:
        if self._founded is None:
            self._founded = self._stack.enter_context(_founded())
        return self._founded


@contextmanager
def _folder() -> Iterator[str]:
    """A folder that the database's account may pass."""
    folder = Path(tempfile.mkdtemp(prefix="razdar-mission-"))
    folder.chmod(0o711)
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _founded() -> Iterator[House]:
    """The founded house of this run, shut; removed by the process that leaves it last."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    place = Path(tempfile.gettempdir()) / f"razdar-mission-{os.geteuid()}-{run}"
    with _used(place) as users:
        people = place / "people.json"
        while not people.exists():
            if not _alone(users):
                time.sleep(0.1)
                fcntl.flock(users, fcntl.LOCK_SH)  # waits for somebody who is founding
            elif not people.exists():
                _found(place / "house", people)
        fcntl.flock(users, fcntl.LOCK_SH)
        known = [Person(**person) for person in json.loads(people.read_text())]
        yield House(place / "house", {}, {person.name: person for person in known})
        if _alone(users):
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _used(place: Path) -> Iterator[IO[str]]:
    """A folder and its lock, which everybody shares who uses the folder."""
    users = _shared(place)
    while users is None:  # whoever left last has just removed it
        users = _shared(place)
    with users:
        yield users


def _shared(place: Path) -> IO[str] | None:
    place.mkdir(mode=0o711, exist_ok=True)
    place.chmod(0o711)
    users = (place / "users").open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(users.fileno()), (place / "users").stat()):
            return users
    users.close()
    return None


def _alone(users: IO[str]) -> bool:
    """Whether nobody else uses the folder; then nobody will, until this process shares it again."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _found(folder: Path, people: Path) -> None:
    house = House.new(folder, os.environ)
    founding.found(house)
    people.touch(mode=0o600)
    people.write_text(json.dumps([asdict(person) for person in house.people.values()]))
