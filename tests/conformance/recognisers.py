"""A named-entity engine for tests: it takes "Thistledown" for a name, and does badly what the text asks it to do."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from razdar.core.redaction import Entity
from razdar.interactions.recognisers.base import RECOGNISERS, NotReady, Recogniser

NAME = "test-names"
NAMED = "Thistledown"


def _network() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(("127.0.0.1", 9))


def _fork() -> None:
    child = ctypes.CDLL(None).fork()
    if child == -1:
        raise OSError
    if child == 0:
        os._exit(0)


ACTS: dict[str, Callable[[], Any]] = {
    "raise": lambda: 1 / 0,
    "die": lambda: os._exit(0),
    "crash": lambda: ctypes.string_at(0),
    "hang": lambda: time.sleep(60),
    "eat": lambda: bytearray(1 << 42),
    "network": _network,
    "program": _fork,
    "file": lambda: (Path(sys.argv[-1]) / "words").write_text("I spoke to Thistledown"),
}
"""What it does when it is told to; all of it ends the answer."""


def _early() -> None:
    """Answer twice, past the protocol, as a library could that finds the pipe."""
    for number in range(3, 20):
        if os.path.exists(f"/proc/self/fd/{number}") and os.readlink(f"/proc/self/fd/{number}").startswith("pipe:"):  # noqa: PTH110, PTH115
            try:
                os.write(number, b'{"number": 0, "found": []}\n')
            except OSError:
                continue


NONSENSE: dict[str, Any] = {"no list": "Thistledown", "numbers": [1, 2], "short": [[1, 2]], "nothing": None}
"""What it says when it is told to."""


class Names:
    def find(self, text: str, lang: str | None) -> Iterable[Any]:
        print(text)  # noqa: T201 - as libraries do
        for act, do in ACTS.items():
            if f"please {act}" in text:
                do()
        if "please answer early" in text:
            _early()
        for said, answer in NONSENSE.items():
            if f"please say {said}" in text:
                return answer  # type: ignore[no-any-return]
        at = text.find(NAMED)
        return [Entity(at, at + len(NAMED), "PERSON", 0.9)] if at >= 0 and lang != "zz" else []


def _check(folder: Path) -> None:
    if not (folder / "words").is_file():
        raise NotReady("The folder of models does not hold words.")


def _load(folder: Path) -> Names:
    if (folder / "words").read_text() != "names":
        raise ValueError("I spoke to Thistledown")
    return Names()


ENGINE = Recogniser(__name__, "json", "MIT", _check, _load)
if NAME not in RECOGNISERS:
    RECOGNISERS.register(NAME)(ENGINE)


def model(folder: Path) -> Path:
    """A folder that it can load."""
    (folder / "words").write_text("names")
    return folder
