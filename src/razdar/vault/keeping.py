"""What is done with the keys as a whole, and recorded: rotation, bundles, notices of erasures.

The key agent does it; this module starts it and writes it down, in the installation's log or, where one client alone is
concerned, in the client's. An act that takes long is recorded when it begins and when it is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar import audit
from razdar.core.errors import NotYours, RazdarError
from razdar.core.ledger.events import OPERATOR, About, Detail, Event, Mode, Outcome
from razdar.keys import agent, bundles, rotation
from razdar.keys.agent import KeyRef
from razdar.keys.columns import millis
from razdar.keys.records import Bundle, Keeping, Progress

LATE = timedelta(days=1)
"""A newest bundle older than this is shown in red."""
FRESH = timedelta(hours=20)
"""A daily job that runs a little early makes a new one all the same."""

_SYSTEM = "system"


@dataclass(frozen=True)
class Kept:
    """What the daily job did.

    Attributes:
        rotated: clients whose epoch was rotated.
        bundle: the bundle it made; ``None`` when the newest was fresh enough, or there are too few recipients.
        dropped: numbers of expired bundles that were removed.
    """

    rotated: tuple[UUID, ...]
    bundle: Bundle | None
    dropped: tuple[int, ...]


def state() -> Keeping:
    """How root, epochs, bundles and recipients stand."""
    return agent.current().keeping()


def make_bundle(role: str = _SYSTEM) -> Bundle:
    """Make a key bundle; its number and hash are in the log.

    Raises:
        Misconfigured: fewer than two recipients. Unavailable: the disk is full or fails.
    """
    try:
        made = agent.current().make_bundle()
    except RazdarError as error:
        _record(None, "keys:bundle:make", role, (("code", error.code),), Outcome.FAILED)
        raise
    times = (("made_ms", millis(made.made_at)), ("expires_ms", millis(made.expires_at)))
    detail = (("number", made.number), ("sha256", made.sha256), ("erasures", made.erasures), *times)
    _record(None, "keys:bundle:make", role, detail)
    return made


def is_late(keeping: Keeping, now: datetime | None = None) -> bool:
    """Whether there is no key bundle of the last day."""
    newest = keeping.bundles[-1] if keeping.bundles else None
    return newest is None or (now or datetime.now(UTC)) - newest.made_at > LATE


def is_covered(keeping: Keeping) -> bool:
    """Whether the newest bundle holds every erasure there is."""
    return bool(keeping.bundles) and keeping.bundles[-1].erasures >= keeping.erasures


def rotate_epoch(client: UUID, role: str = _SYSTEM, each: Callable[[Progress], None] = lambda _: None) -> Progress:
    """Move a client to a new epoch, or finish a rotation that was begun.

    Args:
        client: whose.
        role: who asked for it.
        each: told how far it is, every few seconds.

    Raises:
        NotFound: an unknown client. Unavailable: the key agent does not answer; it goes on where it was.
    """
    keeping = agent.current().keeping()
    moving = next((one for one in keeping.moving if one.client == client), None)
    newest = max((epoch.number for epoch in keeping.epochs if epoch.client == client), default=0)
    number = moving.epoch if moving else newest + 1
    _record(client, "keys:epoch:rotate", role, (("epoch", number), ("step", "resumed" if moving else "begun")))
    while not (progress := agent.current().rotate_epoch(client, number)).finished:
        each(progress)
    detail = (("epoch", number), ("keys", progress.done), ("step", "done"))
    _record(client, "keys:epoch:rotate", role, detail)
    for ended in progress.ended:
        _record(client, "keys:epoch:destroy", role, (("epoch", ended),))
    return progress


def rotate_root(old: bytes, words: bytes, role: str = _SYSTEM) -> int:
    """Make a new root under a new passphrase; the number of secrets that were re-wrapped.

    Raises:
        NotYours: ``old`` is not the passphrase in use; logged.
        BadInput: too short a passphrase.
        Unavailable: another process is at it, or the disk is full or fails; the sentence says which root is in use.
    """
    version = agent.current().status().root_version + 1
    _record(None, "keys:root:rotate", role, (("version", version), ("step", "begun")))
    try:
        count = agent.current().rotate_root(old, words, version)
    except RazdarError as error:
        in_use = agent.current().status().root_version
        detail = (("version", version), ("code", error.code), ("in_use", in_use))
        outcome = Outcome.DENIED if isinstance(error, NotYours) else Outcome.FAILED
        _record(None, "keys:root:rotate", role, detail, outcome)
        raise
    _record(None, "keys:root:rotate", role, (("version", version), ("secrets", count), ("step", "done")))
    return count


def rotate_customers(client: UUID, customers: Sequence[UUID], role: str = _SYSTEM) -> list[KeyRef]:
    """Give customers a new key for new data; what older versions sealed stays readable.

    Raises:
        NotFound: an unknown client or customer. Unopenable: destroyed keys.
    """
    held = agent.current()
    made = held.rotate_customers(list(held.newest(client, customers).values()))
    for ref in made:
        _record(client, "keys:customer:rotate", role, (("version", ref.version),), customer=ref.customer)
    return made


def add_recipient(name: str, text: str, role: str = _SYSTEM) -> None:
    """Seal key bundles to somebody.

    Raises:
        BadInput: not a post-quantum recipient, an unusable name, or there already.
    """
    agent.current().add_recipient(name, text)
    _record(None, "keys:recipient:add", role, (("name", name),))


def remove_recipient(name: str, role: str = _SYSTEM) -> None:
    """Seal no further bundles to somebody.

    Raises:
        NotFound: no such name.
    """
    agent.current().remove_recipient(name)
    _record(None, "keys:recipient:remove", role, (("name", name),))


def keep(days: int, now: datetime | None = None, each: Callable[[Progress], None] = lambda _: None) -> Kept:
    """What is due today: rotations that were begun or are due, a bundle, and the end of expired ones.

    Args:
        days: after how many an epoch is rotated.
        now: the time.
        each: told how far a rotation is, every few seconds.
    """
    moment = now or datetime.now(UTC)
    keeping = agent.current().keeping()
    due = {one.client for one in keeping.moving}
    due |= {epoch.client for epoch in rotation.due(keeping.epochs, moment, days)}
    for client in sorted(due):
        rotate_epoch(client, each=each)
    dropped = agent.current().drop_expired()
    fresh = keeping.bundles and moment - keeping.bundles[-1].made_at < FRESH
    able = len(keeping.recipients) >= bundles.FEWEST_RECIPIENTS
    made = None if not able or (fresh and is_covered(keeping) and not due) else make_bundle()
    return Kept(tuple(sorted(due)), made, tuple(dropped))


def cover_erasures() -> Bundle | None:
    """A new bundle if the newest does not hold every erasure yet; ``None`` when nothing was to be done.

    Without recipients there is nothing that could be made: the daily warning says so.

    Raises:
        Unavailable: the disk is full or fails, or the key agent does not answer.
    """
    keeping = agent.current().keeping()
    if is_covered(keeping) or len(keeping.recipients) < bundles.FEWEST_RECIPIENTS:
        return None
    return make_bundle()


def _record(
    client: UUID | None,
    action: str,
    role: str,
    detail: Detail = (),
    outcome: Outcome = Outcome.OK,
    customer: UUID | None = None,
) -> None:
    about: About = {"detail": detail, "outcome": outcome, "customer": customer}
    if role == OPERATOR:
        audit.record_now(Event.by_operator(client, action, Mode.SYSTEM, **about))
    else:
        audit.record_now(Event(client=client, action=action, mode=Mode.SYSTEM, role=role, **about))
