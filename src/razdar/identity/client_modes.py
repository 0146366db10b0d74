"""How a client's data is stored, as pages show it: each class with its mode, and how far the work behind it is.

Rules
-----
* Whoever may see the disclosure matrix may see this: it says how values are kept, never anything of a value.
* Listed are the classes that have a choice. A class of which this release stores nothing can be chosen for beforehand:
  the choice holds from the first value on.
"""

from dataclasses import dataclass
from datetime import datetime

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import NotFound, NotYours
from razdar.core.permissions import Permission
from razdar.identity import mode_changes
from razdar.identity.mode_changes import MODE_COSTS, MODE_LABELS, MODE_MEANINGS
from razdar.vault import choosing, modes, resealing
from razdar.vault.fields import columns_of
from razdar.vault.modes import DUAL

ORDER = tuple(MODE_LABELS)


@dataclass(frozen=True)
class StorageMode:
    """An encryption mode, in words.

    Attributes:
        follows: what choosing it would bring for one class now; empty where no class is meant.
        holds: it is how that class is stored already.
    """

    name: str
    label: str
    means: str
    costs: str
    follows: tuple[str, ...] = ()
    holds: bool = False


@dataclass(frozen=True)
class Stored:
    """How one class is stored.

    Attributes:
        since: when it was chosen; None for what is shipped.
        older: other modes in which values of it may still be found.
        keepers: recipients of the persons who keep the second key, as pages show them.
        used: whether this release stores values of the class at all.
    """

    data_class: DataClass
    mode: StorageMode
    since: datetime | None
    older: tuple[str, ...]
    keepers: tuple[str, ...]
    used: bool


@dataclass(frozen=True)
class Run:
    """How far the values of one class have been worked through.

    Attributes:
        held: values under two keys, which nobody but their keepers can open.
        stays: the class is stored in another mode now, so those values wait to be typed anew.
        failed: values that did not open and were left as they are.
    """

    data_class: DataClass
    done: int
    total: int
    held: int
    stays: bool
    failed: int
    finished_at: datetime | None


def stored(viewer: Viewer) -> list[Stored]:
    """Every class that has a choice, those of which something is stored first.

    Raises:
        NotYours: not among the viewer's duties. Unavailable: how the client's data is stored is not known.
    """
    _require(viewer)
    policy = modes.current(viewer.client)
    found = [_stored(each, policy.of(each)) for each in DataClass if choosing.allowed(each)]
    return sorted(found, key=lambda each: not each.used)


def stored_class(viewer: Viewer, name: str) -> Stored:
    """One class.

    Raises:
        NotYours. NotFound: no such class, or one that has no choice.
    """
    for each in stored(viewer):
        if each.data_class == name:
            return each
    raise NotFound("There is no such kind of data.")


def every() -> list[StorageMode]:
    """Every mode, in words."""
    return [_in_words(mode) for mode in ORDER]


def choices_for(viewer: Viewer, data_class: DataClass) -> list[StorageMode]:
    """The modes that may be chosen for a class, each with what would follow.

    Raises:
        NotYours.
    """
    _require(viewer)
    allowed, now = choosing.allowed(data_class), modes.mode_of(viewer.client, data_class)
    return [
        _in_words(mode, mode_changes.explain(viewer, data_class, mode), holds=mode == now)
        for mode in ORDER
        if mode in allowed
    ]


def runs(viewer: Viewer) -> list[Run]:
    """The last run over each class, those that go on first.

    Raises:
        NotYours. Unavailable: as `stored`.
    """
    _require(viewer)
    policy = modes.current(viewer.client)
    found = [_run(each, policy.of(each.data_class).mode) for each in resealing.progress(viewer.client)]
    return sorted(found, key=lambda each: each.finished_at is not None)


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.VAULT_MATRIX_VIEW):
        raise NotYours("How data is stored is not among your duties.")


def _in_words(mode: str, follows: tuple[str, ...] = (), *, holds: bool = False) -> StorageMode:
    said = str(MODE_LABELS[mode]), str(MODE_MEANINGS[mode]), str(MODE_COSTS[mode])
    return StorageMode(mode, *said, follows, holds)


def _stored(data_class: DataClass, choice: modes.Choice) -> Stored:
    return Stored(
        data_class=data_class,
        mode=_in_words(choice.mode),
        since=choice.since,
        older=tuple(str(MODE_LABELS[mode]) for mode in choice.also),
        keepers=tuple(mode_changes.shortened(text) for text in choice.recipients),
        used=bool(columns_of(data_class)),
    )


def _run(run: resealing.Progress, mode: str) -> Run:
    return Run(
        data_class=run.data_class,
        done=min(run.done, run.total),  # values that came while it went on are in the new mode already
        total=run.total,
        held=run.waiting,
        stays=mode != DUAL,
        failed=run.failed,
        finished_at=run.finished_at,
    )
