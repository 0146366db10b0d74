"""Exports that pretend: that entries were given up, that a clock was set back, that another's entries are these."""

from uuid import UUID

from razdar.core.ledger.following import FLOOR_MS
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.tampered import HOUR_MS, case
from tests.core.ledger.uncovered import made_at, without_head

OTHER = UUID(int=0xC)
DAY_MS = 24 * HOUR_MS


def _given_up(seen: bytes) -> Export:
    """Another history, larger than what its reader saw of the log, which says that its first 1,024 entries are gone."""
    now_ms = time_of(700)
    old = [entry(n, time_of(0) - 2 * FLOOR_MS + n, detail=(("forged", n),)) for n in range(1024)]
    detail = (("minimum", 1024), ("before_ms", now_ms - FLOOR_MS))
    prune = entry(1024, now_ms, "audit:log:prune", detail=detail)
    made = export([*old, prune, *(entry(n, now_ms + n) for n in range(1025, 1075))], minimum=1024)
    made.seen = [seen]
    return made


@case("checkpoint-pruned")
def forged_and_given_up() -> Export:
    return _given_up(logs.checkpoint(entries(700)).encode())


@case("forked")
def forged_and_given_up_where_the_tiles_still_tell() -> Export:
    return _given_up(logs.checkpoint(entries(768)).encode())


def kept_from_the_witness(days: int, *before: bytes) -> Export:
    """A witness is shown 300 entries again and again, last at the end; many more came in those days."""
    step, first = 20 * 60_000, 300 + len(before)
    late = [entry(n, time_of(299) + (n - first + 1) * step) for n in range(first, first + days * 24 * 3)]
    end_ms = time_of(299) + len(late) * step
    return made_at(without_head(export([*entries(300), *before, *late], earlier=[(300, end_ms)])), end_ms)


def set_back(number: int, at_ms: int) -> bytes:
    return entry(number, at_ms, "audit:clock:back", detail=(("by_ms", DAY_MS), ("of", "writer")))


@case("bad-entry")
def entries_of_another_log() -> Export:
    """One client's entries, shown under the name of another's log."""
    return export(entries(20), origin=f"{logs.NAME}/{OTHER}/1")


@case("bad-entry")
def one_entry_of_another_log() -> Export:
    return export([*entries(20), entry(20, client=OTHER), *entries(20, 21)])


@case("bad-entry")
def entry_of_no_client_in_a_clients_log() -> Export:
    return export([*entries(20), entry(20, client=None)])


@case("bad-entry")
def entry_of_a_client_in_the_installations_log() -> Export:
    own = [entry(n, client=None) for n in range(20)]
    return export([*own, entry(20)], origin=f"{logs.NAME}/{UUID(int=0)}/1")
