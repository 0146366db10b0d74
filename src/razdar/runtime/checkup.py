"""The checks of ``razdar doctor``: what is wrong with this installation, and the command that mends it.

::

    @check("worker", "Worker", after=("database",))
    def _worker(site: Site) -> Found:
        return works("...") if ... else broken("...", mend=site.start("worker"))

Rules
-----
* A check looks and changes nothing that stays. It says what is the matter in one sentence for somebody who did not
  write the program, and the exact command that mends it.
* Sentences are our own: no text of a foreign exception, no value of a setting that may be secret, no data of a customer
  or a member of staff. What is printed is searched for the secrets of this process all the same (``Site.hidden``).
* What another check has found broken is not looked at again: ``after`` names it, and the check says so.
* Each check has a time of its own. One that fails or takes longer says that, and the others go on.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from razdar.core.errors import RazdarError
from razdar.core.registry import Registry

SECONDS = 10.0
SECRET = "(hidden)"  # noqa: S105 - what is printed in a secret's place
_LEAST_SECRET = 6
"""A shorter one would be found in innocent words; the settings take none so short."""


class State(StrEnum):
    """What a check found."""

    WORKS = "works"
    LOOK = "look at this"
    BROKEN = "broken"
    SKIPPED = "not looked at"


@dataclass(frozen=True)
class Found:
    """What a check found.

    Attributes:
        reason: one sentence.
        mend: the exact command, where there is one.
    """

    state: State
    reason: str
    mend: str = ""


@dataclass(frozen=True)
class Site:
    """The installation that is looked at.

    Attributes:
        var: RAZDAR_VAR.
        urls: the database's addresses by role; those that this account was not given are missing.
        as_units: the parts run as units, each under its own account.
        now: the time by this host's clock.
        secrets: what must never be printed.
    """

    var: Path
    urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    as_units: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def start(self, part: str) -> str:
        """The command that starts one part again."""
        return f"systemctl restart razdar-{part}" if self.as_units else "razdar up"

    def hidden(self, text: str) -> str:
        """The text without the secrets, the longest first: one may be part of another."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= _LEAST_SECRET:
                text = text.replace(secret, SECRET)
        return text


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        title: what it looks at, in a few words.
        look: does it.
        after: names of the checks that must not be broken for this one to make sense.
    """

    title: str
    look: Callable[[Site], Found]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """One line of the report."""

    name: str
    title: str
    found: Found


CHECKS: Registry[Check] = Registry("check")


def check(name: str, title: str, after: tuple[str, ...] = ()) -> Callable[[Callable[[Site], Found]], Check]:
    """Register a function as a check."""

    def add(look: Callable[[Site], Found]) -> Check:
        return CHECKS.register(name)(Check(title, look, after))

    return add


def works(reason: str) -> Found:
    return Found(State.WORKS, reason)


def look_at(reason: str, mend: str = "") -> Found:
    return Found(State.LOOK, reason, mend)


def broken(reason: str, mend: str = "") -> Found:
    return Found(State.BROKEN, reason, mend)


def skipped(reason: str) -> Found:
    return Found(State.SKIPPED, reason)


def examine(site: Site, names: Iterable[str], seconds: float = SECONDS) -> Iterator[Result]:
    """Run these checks, each as soon as the one before is done.

    Args:
        seconds: for each of them.
    """
    ill: dict[str, str] = {}
    for name in names:
        one = CHECKS[name]
        cause = next((ill[before] for before in one.after if before in ill), None)
        found = _limited(one, site, seconds) if cause is None else skipped(f"It needs what is broken: {cause}.")
        if found.state is State.BROKEN or cause is not None:
            ill[name] = one.title if cause is None else cause
        yield Result(name, one.title, _safe(found, site))


def worst(found: Collection[Found]) -> int:
    """The exit status: 0 everything works, 1 something is to be looked at, 2 something is broken."""
    states = {one.state for one in found}
    return 2 if State.BROKEN in states else int(State.LOOK in states)


def _limited(one: Check, site: Site, seconds: float) -> Found:
    answers: list[Found] = []
    thread = threading.Thread(target=lambda: answers.append(_guarded(one, site)), name="check", daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else look_at(f"This check found no answer within {seconds:g} seconds.")


def _guarded(one: Check, site: Site) -> Found:
    try:
        return one.look(site)
    except RazdarError as error:
        return look_at(f"This check could not be made: {error}")
    except Exception as error:  # noqa: BLE001 - a check that fails must not stop the others; its text may hold anything
        return look_at(f"This check failed itself ({type(error).__name__}); the others went on.")
    finally:
        _let_go()


def _let_go() -> None:
    """Close the database connections of this thread, which nobody else uses."""
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()


def _safe(found: Found, site: Site) -> Found:
    return replace(found, reason=site.hidden(found.reason), mend=site.hidden(found.mend))
