"""Finishing a restore: every erasure is repeated and proved, then the installation opens again.

1. The bundle is compared with what the log says of it (:mod:`~razdar.assurance.logged_bundles`); the restored key store
   learns of the bundles that were made after it.
2. The stored objects are put back, and freezes of clients that the bundle does not know are set again from the log.
3. Erasures the bundle does not know are looked for (:mod:`~razdar.assurance.newer_erasures`); those customers' keys are
   destroyed again: *kept shut*. That needs a proof. What only database or log claims stops the restore before anything
   is destroyed: everything stays shut, and the operator decides.
4. The resurrection test tries to open everything of every erased customer, and must fail; the same attempt on living
   customers must succeed.
5. What the data backup still holds of erased customers is removed, by the erasers of all rooms.
6. The log goes on under a new name, because what was appended after the backup is gone.
7. The mark that keeps the keys shut is removed. Until here everything may be repeated.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from razdar import audit
from razdar.assurance import logged_bundles, manifest, mark, newer_erasures
from razdar.assurance.keyring import RESTORED
from razdar.assurance.logged_bundles import Compared
from razdar.assurance.mark import Mark
from razdar.assurance.newer_erasures import Known, Pair
from razdar.audit.sequencing import generations
from razdar.core.errors import BadInput, Misconfigured, NotFound, RazdarError
from razdar.core.ledger.events import OPERATOR, Detail, Event, Mode, Outcome
from razdar.customers import erasure as customers
from razdar.identity import selectors as people
from razdar.keys import agent, setup
from razdar.keys.erasures import Erasure
from razdar.runtime import objects, sightings
from razdar.runtime.registries import ERASERS
from razdar.runtime.scope import scope
from razdar.vault import certificates, freezing, keeping, resurrection
from razdar.vault import services as vault
from razdar.vault.resurrection import NOTHING, Tried

SAMPLE = 20
_RISEN = (
    "Something of an erased customer could be opened after this restore, so the keys stay shut. Nothing was lost; "
    "keep the backup and the bundle, and ask for help with the log of this command."
)
_CLOSED = (
    "No value of a living customer of one client opens after this restore: key bundle and backup do not belong "
    "together."
)
_CLAIMED = (
    "The restored database or a log says that customers were erased, and there is no signed notice or certificate of "
    "it: {count}. Nothing was destroyed, and everything stays shut. Compare with what the client knows, and look for "
    "the notices: they lie in the folder erasures beside the backups. To destroy the keys of all of these customers: "
    "razdar restore finish --destroy-claimed. If one of them was not erased, somebody forged the entry: restore an "
    "older backup.\n{lines}"
)


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
        objects: how many stored objects belong to the data.
        logs: how many logs go on under a new name.
        refused: names of notices that are not this installation's.
        said: of the bundle that was used, in sentences.
        bundle: number of the new bundle; ``None`` when none could be made.
    """

    known: int
    kept_shut: tuple[Pair, ...]
    unknown: int
    tried: Tried
    sampled: tuple[int, Tried]
    removed: tuple[tuple[str, int], ...]
    objects: int
    logs: int
    refused: tuple[str, ...]
    said: tuple[str, ...]
    bundle: int | None


def finish(*, destroy_claimed: bool = False) -> Restored:
    """Repeat and prove every erasure, and open the installation. Safe to repeat.

    Args:
        destroy_claimed: the operator has looked at what is claimed without a proof, and it is true.

    Raises:
        NotFound: no restore waits to be finished here.
        Misconfigured: erasures are claimed without a proof and nobody has looked, the bundle is not the one the log
            names, an erased customer opens, or no living one does; everything stays shut.
    """
    folder = Path(settings.VAR) / "keys"
    left, now = mark.read(folder), datetime.now(UTC)
    events = newer_erasures.exported(left.log) if left.log else []
    compared = _compare(folder, left, events, now)
    put_back = _fill_objects(left)
    frozen = _freeze_again(events)
    listed = {(row.client, row.customer): row for row in _ledger()}
    known = _known(left, events, listed)
    if not destroy_claimed:
        _require_proved(known)
    missing = sorted(known.proved | set(known.claimed))
    unknown = sum(not _destroy(pair) for pair in missing)
    erased = [*listed, *missing]
    # What an earlier try, which broke off later, has destroyed is in the ledger by now; the bundle did not know it.
    shut = erased[left.bundle.erasures :]
    tried = _try(erased, listed)
    sampled = _sample(set(erased))
    removed = _remove(erased)
    logs = generations.begin_anew(now)
    used = left.bundle
    detail = (("bundle", used.number), ("sha256", used.sha256), ("erased", len(erased)), ("kept_shut", len(shut)))
    _record("done", detail)
    _tell_pages(used.number, erased)
    setup.finish_restore(folder)
    return Restored(
        known=used.erasures,
        kept_shut=tuple(shut),
        unknown=unknown,
        tried=tried,
        sampled=sampled,
        removed=removed,
        objects=put_back,
        logs=len(logs),
        refused=known.refused,
        said=(*compared.said, *frozen),
        bundle=_new_bundle(),
    )


def _compare(folder: Path, left: Mark, events: Sequence[Event], now: datetime) -> Compared:
    logged = [*logged_bundles.in_database(), *logged_bundles.in_events(events)]
    compared = logged_bundles.compare(left.bundle, logged, now, made_with=left.made_with)
    setup.learn_bundles(folder, [logged_bundles.unknown(left.bundle, compared.newer, now)])
    return compared


def _freeze_again(events: Sequence[Event]) -> list[str]:
    """See that clients that had stopped all reading have it stopped still; a sentence for each."""
    said = []
    for client in people.clients():
        with scope(client.id):
            freezing.set_again(client.id, events)
        if freezing.waits(client.id):
            said.append(f"{client.name} has stopped all reading of its data, so nothing of it could be tried.")
    return said


def _fill_objects(left: Mark) -> int:
    """Put the backup's objects where they are kept; how many they are.

    Raises:
        Misconfigured: one is not what was signed any more; what is sound was put back.
    """
    count = 0
    for stored in manifest.read_objects(left.backup, left.objects_sha256):
        data = manifest.read_object(left.backup.parent, stored)
        with suppress(BadInput):  # it is there
            objects.put(stored.name, data)
        count += 1
    return count


def _ledger() -> Iterator[Erasure]:
    after = 0
    while rows := agent.current().ledger(after):
        yield from rows
        after = rows[-1].number


def _known(left: Mark, events: Sequence[Event], done: Container[Pair]) -> Known:
    key = certificates.key(left.installation)
    proved, refused = newer_erasures.in_notices(left.backup.parent, left.installation)
    recorded: list[Pair] = []
    logged: list[Pair] = []
    for client in people.clients():
        with scope(client.id):
            proved += newer_erasures.certified(client.id, key)
            recorded += newer_erasures.recorded(client.id)
            logged += newer_erasures.logged(client.id)
    exported = newer_erasures.in_events(events)
    claims = {"the database's records": recorded, "the restored log": logged, "the export of the log": exported}
    return newer_erasures.gather(proved, claims, refused, done)


def _require_proved(known: Known) -> None:
    """See that no erasure is claimed without a proof.

    Raises:
        Misconfigured: some are.
    """
    if known.claimed:
        claims = [
            f"Claimed: customer {customer} of client {client}, in {', '.join(places)}."
            for (client, customer), places in known.claimed.items()
        ]
        _record("claimed", (("claimed", len(claims)),), Outcome.FAILED)
        raise Misconfigured(_CLAIMED.format(count=len(claims), lines="\n".join(claims)))


def _destroy(pair: Pair) -> bool:
    """Destroy a customer's keys, which the log has been told; false when the bundle never held any."""
    audit.record_now(_erasure(*pair, "repeating"))
    try:
        agent.current().destroy_customer(*pair)
    except NotFound:
        return False
    return True


def _try(erased: Iterable[Pair], listed: Mapping[Pair, Erasure]) -> Tried:
    """The resurrection test.

    Raises:
        Misconfigured: something opened.
    """
    tried = sum((_attempt(pair, listed.get(pair)) for pair in erased), NOTHING)
    if tried.opened:
        _record("failed", (("opened", tried.opened),), Outcome.FAILED)
        raise Misconfigured(_RISEN)
    return tried


def _attempt(pair: Pair, row: Erasure | None) -> Tried:
    client, customer = pair
    with scope(client):
        return resurrection.attempt(client, customer, range(1, len(row.key_ids) + 1) if row else (1,))


def _sample(erased: set[Pair]) -> tuple[int, Tried]:
    """Try everything of some living customers of each client.

    Raises:
        Misconfigured: a client has some, and nothing of them opens.
    """
    count, tried = 0, NOTHING
    for client in people.clients():
        living, opened = _sample_of(client.id, erased)
        count, tried = count + living, tried + opened
    return count, tried


def _sample_of(client: UUID, erased: set[Pair]) -> tuple[int, Tried]:
    if freezing.waits(client):
        return 0, NOTHING
    with scope(client):
        found = resurrection.customers_with_values(client, SAMPLE + len(erased))
        living = [customer for customer in found if (client, customer) not in erased][:SAMPLE]
        tried = sum((resurrection.attempt(client, customer) for customer in living), NOTHING)
    if living and not tried.opened:
        raise Misconfigured(_CLOSED)
    return len(living), tried


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
            audit.record(_erasure(client, customer, "repeated"))
    return tuple(sorted(counts.items()))


def _erasure(client: UUID, customer: UUID, step: str) -> Event:
    return Event.by_operator(client, "privacy:customer:erase", Mode.SYSTEM, customer=customer, detail=(("step", step),))


def _mark_erased(client: UUID, customer: UUID) -> None:
    try:
        customers.begin(client, customer)
    except NotFound:
        return  # erased already, or newer than the backup


def _new_bundle() -> int | None:
    """A bundle that knows what was kept shut; without one the daily warning stands."""
    try:
        return keeping.make_bundle(OPERATOR).number
    except RazdarError:
        return None


def _tell_pages(bundle: int, erased: Sequence[Pair]) -> None:
    """Leave for each client's pages that this restore was proven."""
    for client in people.clients():
        with scope(client.id):
            theirs = sum(one == client.id for one, _ in erased)
            sightings.leave(client.id, RESTORED, {"bundle": bundle, "erased": theirs})


def _record(step: str, detail: Detail, outcome: Outcome = Outcome.OK) -> None:
    audit.record_now(
        Event.by_operator(
            None, "assurance:backup:restore", Mode.SYSTEM, detail=(("step", step), *detail), outcome=outcome
        )
    )
