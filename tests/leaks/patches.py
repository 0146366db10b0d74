"""Stand-ins that make trouble in child processes (`tests.weakening`): errors that quote what they tripped over."""

import itertools
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

NAME, EMAIL, CARD, PHONE = (
    "Rosalind Thornquist",
    "rosalind.thornquist@example.org",
    "6011 0009 9013 9424",
    "+442079460417",
)


def quotes_personal_data(_original: Callable[..., Any]) -> Callable[..., NoReturn]:
    """Raises in turn every kind of error that carries personal data in its text, notes, cause or group."""
    kinds = itertools.cycle((from_the_database, *KINDS))

    def stand_in(*_: object, **__: object) -> NoReturn:
        next(kinds)()
        raise AssertionError(f"{NAME} {CARD}")

    return stand_in


def kills_the_database(original: Callable[..., Any]) -> Callable[..., Any]:
    """Kills PostgreSQL with all its processes, then does what was asked."""

    def stand_in(*arguments: Any, **named: Any) -> Any:
        first = int(Path(os.environ["RAZDAR_VAR"], "postgres", "data", "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # it starts no more; and whoever still works on a query would commit it
        for other in Path(f"/proc/{first}/task/{first}/children").read_text().split():
            os.kill(int(other), signal.SIGKILL)
        os.kill(first, signal.SIGKILL)
        return original(*arguments, **named)

    return stand_in


def takes_every_line(_original: Callable[..., Any]) -> Callable[..., Any]:
    """Every line of a table is open, whatever became of it before."""
    return lambda _run, lines: set(lines)


def makes_files_of_sound(original: Callable[..., Any]) -> Callable[..., Any]:
    """What is to become a segment goes into a file in every place that is only meant for a moment."""
    kept = []
    whose = Path(os.environ["RAZDAR_VAR"]).parent.name  # others that look at the same /tmp leave it alone

    def stand_in(heard: bytes) -> Any:
        for folder in ("/tmp", "/dev/shm"):  # noqa: S108 - that is the mistake
            with tempfile.NamedTemporaryFile(prefix=whose, dir=folder, delete=False) as file:
                file.write(heard)
        memory = os.memfd_create("sound")
        os.write(memory, heard)
        kept.append(memory)
        return original(heard)

    return stand_in


def from_the_database() -> None:
    """PostgreSQL quotes the row in DETAIL and the value in its message."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE said (email text UNIQUE)")
        for _ in range(2):
            cursor.execute("INSERT INTO said VALUES (%s)", [EMAIL])


def with_notes() -> None:
    error = ValueError(CARD)
    error.add_note(f"while looking for {PHONE}")
    raise error


def chained() -> None:
    raise RuntimeError(f"no such person: {NAME}") from KeyError(EMAIL)


def grouped() -> None:
    raise ExceptionGroup(NAME, [ValueError(CARD), UnicodeDecodeError("utf-8", PHONE.encode(), 0, 1, EMAIL)])


def logged() -> None:
    """A library that logs what it was given, in all the ways that logging knows."""
    import logging
    import warnings

    for logger in (logging.getLogger("some.library"), logging.getLogger("uvicorn.error"), logging.getLogger()):
        logger.error("could not mail %s", EMAIL)
        logger.error(f"could not call {PHONE}")  # noqa: G004 - libraries do this
        logger.error("could not charge %(card)s", {"card": CARD}, extra={"card": CARD})
        try:
            raise LookupError(NAME)
        except LookupError:
            logger.exception("nobody found for %s", NAME, stack_info=True)
    warnings.warn(f"{NAME} is unknown", stacklevel=1)
    raise LookupError(PHONE)


KINDS = (with_notes, chained, grouped, logged)
"""Those that need no database."""


def planted() -> Iterator[str]:
    """What these errors carry."""
    yield from (NAME, EMAIL, CARD, PHONE)
