"""How a client's keys are kept, as a page shows it. It says nothing of a customer, so looking leaves no event.

Whether the keys are unlocked is asked of the key agent now. Everything else the worker saw a while ago: the web process
may not ask how keys are kept, and does not learn to for the sake of a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import KeysLocked, NotYours, RazdarError
from razdar.core.permissions import Permission
from razdar.identity.mode_changes import MODE_LABELS
from razdar.keys import agent
from razdar.keys.columns import moment
from razdar.runtime import sightings
from razdar.vault import choosing, keeping, modes
from razdar.vault.fields import columns_of
from razdar.vault.sighting import NAME

RESTORED = "restore"
STALE = timedelta(minutes=15)
"""The worker looks every five minutes."""


@dataclass(frozen=True)
class Agent:
    """The key agent now.

    Attributes:
        unlocked: it answers, and its key store is open.
        since: when it was unlocked.
        refused: how many destructions it refused since.
        walls: protections that the system did not grant it, as sentences.
    """

    unlocked: bool
    since: datetime | None = None
    refused: int = 0
    walls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mode:
    """A way of storing, and the kinds of data that are stored so."""

    label: str
    classes: tuple[DataClass, ...]


@dataclass(frozen=True)
class Epoch:
    """One epoch whose secret there still is.

    Attributes:
        keys: customers' keys that are wrapped under it.
        current: new keys are wrapped under it.
    """

    number: int
    made_at: datetime
    keys: int
    current: bool


@dataclass(frozen=True)
class Rotation:
    """A rotation under way."""

    epoch: int
    done: int
    total: int


@dataclass(frozen=True)
class Keeper:
    """Somebody whom key bundles are sealed to."""

    name: str
    since: datetime


@dataclass(frozen=True)
class Bundle:
    """One key bundle; its hash stands in the log."""

    number: int
    made_at: datetime
    expires_at: datetime
    sha256: str
    expired: bool


@dataclass(frozen=True)
class Restore:
    """The last restore of this installation that was proven.

    Attributes:
        bundle: number of the key bundle it used.
        erased: how many erased customers of this client were proven not to open; living ones were proven to open.
    """

    at: datetime
    bundle: int
    erased: int


@dataclass(frozen=True)
class Seen:
    """What the worker saw.

    Attributes:
        at: when.
        stale: it should have looked again since.
        days: after so many an epoch is rotated.
        due_at: when the current one is.
        late: there is no key bundle of the last day.
        covered: the newest holds every erasure.
    """

    at: datetime
    stale: bool
    days: int
    due_at: datetime | None
    root_provider: str
    root_version: int
    root_since: datetime
    epochs: tuple[Epoch, ...]
    rotation: Rotation | None
    keepers: tuple[Keeper, ...]
    bundles: tuple[Bundle, ...]
    late: bool
    covered: bool


@dataclass(frozen=True)
class Keyring:
    """Everything on the page.

    Attributes:
        stored: how the kinds of data are stored; None while that is not known.
        seen: None before the worker looked for the first time.
    """

    agent: Agent
    stored: tuple[Mode, ...] | None
    seen: Seen | None
    restore: Restore | None


def commands(viewer: Viewer) -> dict[str, str]:
    """What is done at the console and not here, as it is typed there."""
    return {
        "agent": "systemctl restart razdar-keyagent",
        "reconcile": "razdar keys reconcile",
        "epoch": f"razdar keys rotate epoch --client {viewer.client}",
        "bundle": "razdar keys bundle",
        "keeper": "razdar keys recipients add NAME age1pq1...",
        "root": "razdar keys rotate root",
        "restore": "razdar restore BACKUP --bundle FILE --identity FILE",
    }


def keyring(viewer: Viewer, now: datetime | None = None) -> Keyring:
    """How the keys of the viewer's client are kept.

    Raises:
        NotYours: not among the viewer's duties.
    """
    if not viewer.may(Permission.VAULT_KEYS_VIEW):
        raise NotYours("How keys are kept is not among your duties.")
    found = sightings.seen(viewer.client, NAME)
    return Keyring(
        agent=_agent(),
        stored=_stored(viewer),
        seen=_seen(found, now or datetime.now(UTC)) if found else None,
        restore=_restore(sightings.seen(viewer.client, RESTORED)),
    )


def _agent() -> Agent:
    try:
        status = agent.current().status()
    except KeysLocked:
        return Agent(unlocked=False)
    return Agent(True, status.since, status.alarms, status.walls_missing)


def _stored(viewer: Viewer) -> tuple[Mode, ...] | None:
    try:
        policy = modes.current(viewer.client)
    except RazdarError:
        return None
    by_mode: dict[str, list[DataClass]] = {}
    for each in DataClass:
        if choosing.allowed(each) and columns_of(each):
            by_mode.setdefault(policy.of(each).mode, []).append(each)
    return tuple(Mode(str(label), tuple(by_mode[mode])) for mode, label in MODE_LABELS.items() if mode in by_mode)


def _seen(found: sightings.Seen, now: datetime) -> Seen:
    facts = found.facts
    epochs = tuple(
        Epoch(one["number"], moment(one["made"]), one["keys"], place == 0) for place, one in enumerate(facts["epochs"])
    )
    bundles = tuple(_bundle(one, now) for one in facts["bundles"])
    moving = facts["moving"]
    days = int(facts["days"])
    return Seen(
        at=found.at,
        stale=now - found.at > STALE,
        days=days,
        due_at=epochs[0].made_at + timedelta(days=days) if epochs else None,
        root_provider=facts["root"]["provider"],
        root_version=facts["root"]["version"],
        root_since=moment(facts["root"]["since"]),
        epochs=epochs,
        rotation=Rotation(moving["epoch"], moving["done"], max(moving["done"], moving["total"])) if moving else None,
        keepers=tuple(Keeper(one["name"], moment(one["since"])) for one in facts["keepers"]),
        bundles=bundles,
        late=not bundles or now - bundles[0].made_at > keeping.LATE,
        covered=bool(facts["covered"]),
    )


def _bundle(one: Mapping[str, Any], now: datetime) -> Bundle:
    ends = moment(one["expires"])
    return Bundle(one["number"], moment(one["made"]), ends, one["sha256"], ends <= now)


def _restore(found: sightings.Seen | None) -> Restore | None:
    if found is None:
        return None
    facts = found.facts
    return Restore(found.at, facts["bundle"], facts["erased"])
