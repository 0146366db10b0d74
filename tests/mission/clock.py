"""A house in which time passes quickly: the product as it is, on a computer whose clock is set ahead as it runs.

The clock is moved below the product, for its processes alone: a small library stands before the C library's three
functions that tell the time of day. Waiting is measured by another clock, which runs as always. The bundled database
keeps the computer's own time: it is started with an environment of its own.
"""

import struct
import subprocess
from datetime import timedelta
from pathlib import Path

from tests.mission.house import House
from tests.needs import needs

SOURCE = Path(__file__).with_suffix(".c")


class Clock:
    """The clock of a house that is shut as yet; its people's authenticator apps go along."""

    def __init__(self, house: House) -> None:
        library, self._house, self._file = house.folder / "clock.so", house, house.folder / "ahead"
        command = [needs("cc"), "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
        self._ahead = 0
        self._file.write_bytes(struct.pack("q", 0))
        house.environ = {**house.environ, "LD_PRELOAD": str(library), "CLOCK_AHEAD": str(self._file)}

    def go_on(self, time: timedelta) -> None:
        """Set the clock ahead by so much more."""
        self._ahead += int(time.total_seconds())
        with self._file.open("r+b") as file:
            file.write(struct.pack("q", self._ahead))
        for person in self._house.people.values():
            person.ahead = self._ahead
