"""Exports that pretend: that entries were given up, that a clock was set back, that another's entries are these."""

from razdar.core.ledger.following import FLOOR_MS
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.tampered import HOUR_MS, case

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
