"""More exports that somebody tampered with: clocks, signatures, sealed texts, pruning, form."""

from collections.abc import Callable
from uuid import UUID

from razdar.core.ledger import notes, tiles
from razdar.core.ledger.following import FLOOR_MS
from razdar.core.ledger.notes import Note
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, time_of
from tests.core.ledger.tampered import HOUR_MS, case, plain

# Clocks.


def _late(number: int, minutes: int) -> bytes:
    return entry(number, time_of(number) - minutes * 60_000)


@case("clock-back")
def clock_back() -> Export:
    return export([*entries(100), *(_late(n, 10) for n in range(100, 300))])


@case("clock-back")
def clock_behind_the_witness() -> Export:
    """Times go up, but an hour behind what the witness saw."""
    items = [*entries(100), *(entry(n, time_of(99) + n) for n in range(100, 300))]
    return export(items, earlier=[(100, time_of(99) + HOUR_MS)])


@case("clock-back")
def clock_ahead_of_the_witness() -> Export:
    items = [entry(n, time_of(n) + HOUR_MS) for n in range(300)]
    return export(items, earlier=[(200, time_of(200))])


@case("clock-set")
def clock_back_as_the_log_says() -> Export:
    told = entry(100, time_of(100) - 600_000, "audit:clock:back")
    return export([*entries(100), told, *(_late(n, 10) for n in range(101, 300))])


# Signatures.


def _signature(made: Export, path: str, how: Callable[[Note], Note]) -> None:
    made.change(path, lambda data: how(notes.parse(data)).encode())


@case("bad-signature")
def signature_of_another_checkpoint() -> Export:
    made = plain()
    other = notes.parse(made.files["checkpoints/300"])
    _signature(made, "checkpoint", lambda note: Note(note.text, other.signatures))
    return made


@case("bad-signature")
def signature_of_an_earlier_one_swapped() -> Export:
    made = plain()
    other = notes.parse(made.files["checkpoints/300"])
    _signature(made, "checkpoints/100", lambda note: Note(note.text, (note.signatures[0], other.signatures[1])))
    return made


@case("bad-signature")
def signature_of_somebody_else() -> Export:
    made = plain()
    secret = logs.OTHER_SECRET
    _signature(made, "checkpoint", lambda note: notes.sign(note.text, logs.NAME, logs.public(secret), secret.sign))
    return made


@case("bad-signature")
def signature_with_another_key_under_the_same_number() -> Export:
    made = plain()

    def forge(note: Note) -> Note:
        forged = notes.Signature(logs.NAME, logs.LOG_KEY.key_id, logs.OTHER_SECRET.sign(note.text.encode()))
        return Note(note.text, (forged,))

    _signature(made, "checkpoint", forge)
    return made


@case("bad-signature")
def cosignature_with_another_time() -> Export:
    made = plain()

    def later(note: Note) -> Note:
        own, witness = note.signatures
        value = (int.from_bytes(witness.value[:8]) + 1).to_bytes(8) + witness.value[8:]
        return Note(note.text, (own, notes.Signature(witness.name, witness.key_id, value)))

    _signature(made, "checkpoint", later)
    return made


# Sealed texts, bound to their entry by additional data.


def _with_reasons() -> list[bytes]:
    items = entries(300)
    for number, reason in ((20, "AAAA"), (30, "AQEB"), (280, "AgIC")):
        items[number] = entry(number, sealed_reason=reason)
    return items


def _reasons_as(first: str, second: str) -> Export:
    made = export(_with_reasons())
    one, other = entry(20, sealed_reason=first), entry(30, sealed_reason=second)
    made.bundle("tile/entries/000", lambda held: [*held[:20], one, *held[21:30], other, *held[31:]])
    return made


@case("bad-aad")
def sealed_texts_exchanged() -> Export:
    return _reasons_as("AQEB", "AAAA")


@case("edited")  # the text that was there is nowhere else, so that it was copied cannot be told
def sealed_text_copied() -> Export:
    return _reasons_as("AgIC", "AQEB")


# Pruning.


def _prune(at: int, minimum: int, before_ms: int) -> bytes:
    return entry(at, action="audit:log:prune", detail=(("minimum", minimum), ("before_ms", before_ms)))


def aged(before_ms: int, earlier: list[tuple[int, int | None]]) -> Export:
    """300 old entries, then 299 after more than a year, and word of the pruning."""
    gap = FLOOR_MS + 24 * HOUR_MS
    old, new = entries(300), [entry(n, time_of(n) + gap) for n in range(300, 599)]
    detail = (("minimum", 256), ("before_ms", before_ms))
    last = entry(599, time_of(599) + gap, "audit:log:prune", detail=detail)
    return export([*old, *new, last], 256, earlier)


@case("silence")
def pruned_in_time() -> Export:
    return aged(time_of(300) + HOUR_MS, [(200, time_of(200)), (300, time_of(300))])


@case("pruned-too-early")
def pruned_before_a_year() -> Export:
    return aged(time_of(599) + 25 * HOUR_MS, [(300, time_of(300))])


@case("pruned-too-early")
def pruned_against_the_witness() -> Export:
    """The log says that all were older, but the witness saw fewer entries after that."""
    return aged(time_of(300) + HOUR_MS, [(200, time_of(300) + 2 * HOUR_MS)])


@case("pruned-too-early")
def pruned_without_a_word() -> Export:
    return export(entries(600), 256)


# What the log says about itself.


def missing(*more: bytes) -> Export:
    writer = ("writer", "00000000-0000-0000-0000-000000000001")
    told = entry(20, action="audit:stamp:missing", detail=(writer, ("first", 4), ("last", 5)))
    return export([*entries(20), told, *more])


@case("rows-removed")
def row_removed_before_it_was_logged() -> Export:
    writer = ("writer", "00000000-0000-0000-0000-000000000001")
    return missing(entry(21, action="audit:stamp:found", detail=(writer, ("counter", "4"))))


# Form.


@case("bad-entry")
def entry_that_is_none() -> Export:
    return export([*entries(20), b'{"action": "spaced"}', *entries(5, 21)])


@case("bad-entry")
def pruning_without_a_number() -> Export:
    return export([*entries(20), entry(20, action="audit:log:prune", detail=(("minimum", "x"), ("before_ms", 1)))])


@case("bad-entry")
def rows_missed_from_later_to_earlier() -> Export:
    """A run that counts as fewer than none would hide others."""
    writer = ("writer", "00000000-0000-0000-0000-000000000001")
    return export([*entries(20), entry(20, action="audit:stamp:missing", detail=(writer, ("first", 9), ("last", 7)))])


@case("bad-tile")
def tile_absent() -> Export:
    made = plain()
    del made.files["tile/0/001"]
    return made


@case("bad-tile")
def tile_altered() -> Export:
    made = plain()
    made.change("tile/0/001", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    return made


@case("bad-tile")
def upper_tile_altered() -> Export:
    made = plain()
    made.change("tile/1/000.p/2", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    return made


@case("bad-bundle")
def bundle_cut() -> Export:
    made = plain()
    made.change("tile/entries/001", lambda data: data[:-1])
    return made


@case("bad-bundle")
def bundle_boundary_moved() -> Export:
    made = plain()
    moved = tiles.decode_bundle(made.files["tile/entries/000"])[-1]
    made.bundle("tile/entries/000", lambda held: held[:-1])
    made.bundle("tile/entries/002.p/88", lambda held: held[1:])
    middle = [moved, *tiles.decode_bundle(export(entries(600)).files["tile/entries/001"])[:-1]]
    made.files["tile/entries/001"] = tiles.encode_bundle(middle)
    items = entries(600)
    made.files["tile/entries/002.p/88"] = tiles.encode_bundle(items[511:])
    return made


@case("bad-checkpoint")
def checkpoint_malformed() -> Export:
    made = plain()
    made.change("checkpoint", lambda data: data[:-1])
    return made


@case("bad-checkpoint")
def checkpoint_of_another_log() -> Export:
    made = plain()
    made.files["checkpoint"] = logs.checkpoint(entries(600), origin=f"{logs.NAME}/x/1").encode()
    return made


@case("bad-checkpoint")
def checkpoint_misnamed() -> Export:
    made = plain()
    made.files["checkpoints/301"] = made.files["checkpoints/300"]
    return made


@case("bad-manifest")
def manifest_absent() -> Export:
    made = plain()
    del made.files["manifest.json"]
    return made


@case("bad-manifest")
def manifest_with_another_size() -> Export:
    made = plain()
    logs.relisted(made, size=601)
    return made


@case("unexpected-file")
def tile_too_many() -> Export:
    made = plain()
    made.files["tile/0/007"] = bytes(8192)
    return made


@case("log-missing")
def seen_of_a_log_that_is_not_there() -> Export:
    made = plain()
    made.seen = [logs.checkpoint(entries(3), origin=f"{logs.NAME}/{UUID(int=0xC)}/1").encode()]
    return made


@case("bad-checkpoint")
def seen_malformed() -> Export:
    made = plain()
    made.seen = [b"\xff"]
    return made
