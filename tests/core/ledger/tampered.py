"""Exports that somebody tampered with: the register, and what was done to the entries and to the history."""

from collections.abc import Callable

from razdar.core.ledger import tiles
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, time_of

HOUR_MS = 3_600_000

CASES: dict[str, tuple[str, Callable[[], Export]]] = {}


def case(code: str) -> Callable[[Callable[[], Export]], Callable[[], Export]]:
    def register(make: Callable[[], Export]) -> Callable[[], Export]:
        CASES[make.__name__] = (code, make)
        return make

    return register


def plain() -> Export:
    """An honest log of 600 entries, with three earlier checkpoints."""
    return export(entries(600), earlier=[(100, time_of(100)), (300, time_of(300)), (512, None)])


def _resigned(items: list[bytes], seen_size: int = 300, seen: list[bytes] | None = None) -> Export:
    """The log's holder signs something else; the reader kept a co-signed checkpoint of what was."""
    made = export(items)
    made.seen = [logs.checkpoint((seen or entries(600))[:seen_size], time_of(seen_size)).encode()]
    return made


def _retiled(items: list[bytes]) -> Export:
    """Somebody without the log's key changes entries and makes all tiles fit."""
    made, other = plain(), export(items)
    gone = [path for path in made.files if path.startswith("tile/")]
    for path in gone:
        del made.files[path]
    made.files |= {path: data for path, data in other.files.items() if path.startswith("tile/")}
    return made


def _without(items: list[bytes], number: int) -> list[bytes]:
    return items[:number] + items[number + 1 :]


def _swapped(items: list[bytes], one: int, other: int) -> list[bytes]:
    changed = list(items)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


# Edit, delete, insert, reorder: first of entries alone, then with tiles that fit, then signed anew.


@case("edited")
def edit() -> Export:
    made = plain()
    made.bundle("tile/entries/001", lambda held: [*held[:5], entry(9999), *held[6:]])
    return made


@case("edited")
def edit_one_byte() -> Export:
    made = plain()
    made.change("tile/entries/001", lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    return made


@case("edited")
def edit_with_tiles() -> Export:
    return _retiled([*entries(400), entry(9999), *entries(199, 401)])


@case("forked")
def edit_signed_anew() -> Export:
    return _resigned([*entries(200), entry(9999, time_of(200)), *entries(399, 201)])


@case("deleted")
def delete() -> Export:
    made = plain()
    made.bundle("tile/entries/001", lambda held: _without(held, 7))
    return made


@case("deleted")
def delete_and_close_up() -> Export:
    made, left = plain(), _without(entries(600), 7)
    made.files |= {path: data for path, data in export(left).files.items() if path.startswith("tile/entries")}
    del made.files["tile/entries/002.p/88"]
    return made


@case("deleted")
def delete_a_bundle() -> Export:
    made = plain()
    del made.files["tile/entries/001"]
    return made


@case("deleted")
def delete_with_tiles() -> Export:
    return _retiled(_without(entries(600), 7))


@case("forked")
def delete_signed_anew() -> Export:
    return _resigned([*_without(entries(600), 7), entry(600)])


@case("inserted")
def insert() -> Export:
    made = plain()
    made.bundle("tile/entries/002.p/88", lambda held: [*held[:7], entry(9999), *held[7:]])
    return made


@case("inserted")
def insert_at_the_end() -> Export:
    made = plain()
    made.files["tile/entries/003"] = tiles.encode_bundle([entry(9999)])
    return made


@case("inserted")
def insert_a_copy() -> Export:
    made = plain()
    made.bundle("tile/entries/002.p/88", lambda held: [*held[:7], held[3], *held[7:]])
    return made


@case("inserted")
def insert_with_tiles() -> Export:
    return _retiled([*entries(7), entry(9999), *entries(593, 7)])


@case("forked")
def insert_signed_anew() -> Export:
    return _resigned([*entries(7), entry(9999, time_of(7)), *entries(593, 7)])


@case("reordered")
def reorder() -> Export:
    made = plain()
    made.bundle("tile/entries/001", lambda held: _swapped(held, 3, 200))
    return made


@case("reordered")
def reorder_bundles() -> Export:
    made = plain()
    one, other = made.files["tile/entries/000"], made.files["tile/entries/001"]
    made.files |= {"tile/entries/000": other, "tile/entries/001": one}
    return made


@case("edited")  # with the tiles changed as well, hashes cannot tell it from an edit, and the sentence says no more
def reorder_with_tiles() -> Export:
    return _retiled(_swapped(entries(600), 3, 4))


@case("forked")
def reorder_signed_anew() -> Export:
    return _resigned(_swapped(entries(600), 3, 4))


# Truncate, fork, an old backup.


@case("truncated")
def truncate() -> Export:
    made = plain()
    del made.files["tile/entries/002.p/88"]
    return made


@case("truncated")
def truncate_with_tiles() -> Export:
    return _retiled(entries(512))


@case("truncated")
def truncate_signed_anew() -> Export:
    return _resigned(entries(500), 600)


@case("truncated")
def truncate_below_a_checkpoint_in_the_export() -> Export:
    made = export(entries(500))
    made.files["checkpoints/600"] = logs.checkpoint(entries(600)).encode()
    return made


@case("forked")
def fork_within_the_export() -> Export:
    made = plain()
    other = logs.checkpoint([*entries(299), entry(9999)], time_of(300))
    made.files["checkpoints/300"] = other.encode()
    return made


@case("forked")
def fork_of_the_same_size() -> Export:
    return _resigned([*entries(599), entry(9999, time_of(599))], 600)


def _after_restore(count: int) -> list[bytes]:
    """A log that was set back to 200 entries when it had 300, and went on five hours later."""
    return [*entries(200), *(entry(n, time_of(n) + 5 * HOUR_MS) for n in range(200, count))]


@case("old-backup")
def old_backup_still_shorter() -> Export:
    return _resigned(_after_restore(250))


@case("old-backup")
def old_backup_gone_on() -> Export:
    return _resigned(_after_restore(600))


@case("old-backup")
def old_backup_under_a_new_generation() -> Export:
    made = export(_after_restore(600), origin=f"{logs.ORIGIN[:-1]}2")
    made.seen = [logs.checkpoint(entries(300), time_of(300)).encode()]
    return made
