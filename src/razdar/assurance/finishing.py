"""Finishing a restore: every erasure is repeated and proved, then the installation opens again.

1. Erasures the bundle does not know are looked for (:mod:`~razdar.assurance.newer_erasures`); those customers' keys are
   destroyed again: *kept shut*.
2. The resurrection test tries to open everything of every erased customer, and must fail; the same attempt on living
   customers must succeed.
3. What the data backup still holds of erased customers is removed, by the erasers of all rooms.
4. The log goes on under a new name, because what was appended after the backup is gone.
5. The mark that keeps the keys shut is removed. Until here everything may be repeated.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from razdar import audit
from razdar.assurance import manifest, newer_erasures
from razdar.assurance.newer_erasures import Known, Pair
from razdar.audit.sequencing import generations
from razdar.core.errors import BadInput, Misconfigured, NotFound, RazdarError
from razdar.core.ledger.events import Detail, Event, Mode, Outcome
from razdar.customers import erasure as customers
from razdar.identity import selectors as people
from razdar.keys import agent, setup
from razdar.keys.erasures import Erasure
from razdar.runtime import objects
from razdar.runtime.registries import ERASERS
from razdar.runtime.scope import scope
from razdar.vault import keeping, resurrection
from razdar.vault import services as vault
from razdar.vault.resurrection import NOTHING, Tried

SAMPLE = 20
_RISEN = (
    "Something of an erased customer could be opened after this restore, so the keys stay shut. Nothing was lost; "
    "keep the backup and the bundle, and ask for help with the log of this command."
)
_CLOSED = "No value of a living customer opens after this restore: key bundle and backup do not belong together."


@dataclass(frozen=True)
class Restored:
    """What a restore came to. ``known + kept_shut`` is the number of erased customers.

    Attributes:
        known: erased customers that the bundle knew.
        kept_shut: those it did not know, destroyed again.
        unknown: of the latter, those whose keys the bundle never held.
        tried: the attempt on erased customers.
        sampled: living customers of whom everything was tried, and the attempt.
        removed: items removed by kind.
        logs: how many logs go on under a new name.
        refused: names of notices that are not this installation's.
        bundle: number of the new bundle; ``None`` when none could be made.
    """

    known: int
    kept_shut: tuple[Pair, ...]
    unknown: int
    tried: Tried
    sampled: tuple[int, Tried]
    removed: tuple[tuple[str, int], ...]
    logs: int
    refused: tuple[str, ...]
    bundle: int | None


@dataclass(frozen=True)
class Mark:
    """What was put back, as the restore left it beside the keys."""

    backup: Path
    log: Path | None
    installation: UUID
    bundle: int


def finish() -> Restored:
    """Repeat and prove every erasure, and open the installation. Safe to repeat.

    Raises:
        NotFound: no restore waits to be finished here.
        Misconfigured: an erased customer opens, or no living one does; everything stays shut.
    """
    folder = Path(settings.VAR) / "keys"
    mark = _mark(folder)
    _fill_objects(mark)
    ledger = list(_ledger())
    known = _known(mark)
    listed = {(row.client, row.customer): row for row in ledger}
    missing = sorted(known.all - set(listed))
    unknown = sum(not _destroy(pair) for pair in missing)
    erased = [*listed, *missing]
    tried = sum((_attempt(pair, listed.get(pair)) for pair in erased), NOTHING)
    if tried.opened:
        _record("failed", (("opened", tried.opened),), Outcome.FAILED)
        raise Misconfigured(_RISEN)
    sampled = _sample(set(erased))
    removed = _remove(erased)
    logs = generations.begin_anew(datetime.now(UTC))
    detail = (("bundle", mark.bundle), ("erased", len(erased)), ("kept_shut", len(missing)))
    _record("done", detail)
    setup.finish_restore(folder)
    return Restored(
        len(listed), tuple(missing), unknown, tried, sampled, removed, len(logs), known.refused, _new_bundle()
    )


def _mark(folder: Path) -> Mark:
    try:
        found = json.loads((folder / setup.RESTORED_NAME).read_bytes())
        log = Path(found["log"]) if found["log"] else None
        return Mark(Path(found["backup"]), log, UUID(found["installation"]), int(found["bundle"]))
    except FileNotFoundError:
        raise NotFound("No restore waits to be finished here.") from None
    except (ValueError, KeyError, TypeError):
        raise Misconfigured(
            "What the restore left beside the keys is damaged. Restore again, from the start."
        ) from None


def _fill_objects(mark: Mark) -> None:
    """Put the backup's objects into a store elsewhere; into the folder of objects the restore has put them itself."""
    if settings.RAZDAR_OBJECTS_URL.startswith("file:"):
        return
    for stored in manifest.read_objects(mark.backup / manifest.OBJECTS):
        try:
            objects.put(stored.name, manifest.object_path(mark.backup.parent, stored.name).read_bytes())
        except BadInput:
            continue  # it is there


def _ledger() -> Iterator[Erasure]:
    after = 0
    while rows := agent.current().ledger(after):
        yield from rows
        after = rows[-1].number


def _known(mark: Mark) -> Known:
    found: frozenset[Pair] = frozenset()
    for client in people.clients():
        with scope(client.id):
            found |= newer_erasures.in_database(client.id)
    export = newer_erasures.in_export(mark.log) if mark.log else frozenset()
    left, refused = newer_erasures.in_notices(mark.backup.parent, mark.installation)
    return Known(found, export, left, refused)


def _destroy(pair: Pair) -> bool:
    """Destroy a customer's keys; false when the bundle never held any."""
    try:
        agent.current().destroy_customer(*pair)
    except NotFound:
        return False
    return True


def _attempt(pair: Pair, row: Erasure | None) -> Tried:
    client, customer = pair
    with scope(client):
        return resurrection.attempt(client, customer, range(1, len(row.key_ids) + 1) if row else (1,))


def _sample(erased: set[Pair]) -> tuple[int, Tried]:
    """Try everything of some living customers of each client.

    Raises:
        Misconfigured: there are some, and nothing of them opens.
    """
    count, tried = 0, NOTHING
    for client in people.clients():
        with scope(client.id):
            for customer in resurrection.customers_with_values(client.id, SAMPLE + len(erased)):
                if (client.id, customer) not in erased and count < SAMPLE:
                    count, tried = count + 1, tried + resurrection.attempt(client.id, customer)
    if count and not tried.opened:
        raise Misconfigured(_CLOSED)
    return count, tried


def _remove(erased: Iterable[Pair]) -> tuple[tuple[str, int], ...]:
    """What the data backup still holds of erased customers; counts by kind."""
    counts: dict[str, int] = {}
    for client, customer in erased:
        with scope(client):
            _mark_erased(client, customer)
            for eraser in ERASERS.values():
                for kind, number in eraser.erase(client, customer).counts:
                    counts[kind] = counts.get(kind, 0) + number
            vault.forget(client, customer)
            audit.record(
                Event(
                    client=client,
                    action="privacy:customer:erase",
                    mode=Mode.SYSTEM,
                    role="operator",
                    customer=customer,
                    detail=(("step", "repeated"),),
                )
            )
    return tuple(sorted(counts.items()))


def _mark_erased(client: UUID, customer: UUID) -> None:
    try:
        customers.begin(client, customer)
    except NotFound:
        return  # erased already, or newer than the backup


def _new_bundle() -> int | None:
    """A bundle that knows what was kept shut; without one the daily warning stands."""
    try:
        return keeping.make_bundle("operator").number
    except RazdarError:
        return None


def _record(step: str, detail: Detail, outcome: Outcome = Outcome.OK) -> None:
    audit.record_now(
        Event(
            client=None,
            action="assurance:backup:restore",
            mode=Mode.SYSTEM,
            role="operator",
            detail=(("step", step), *detail),
            outcome=outcome,
        )
    )
