"""Exports that a witness vouches for in part, not at all, or under another name; beside those of ``tampered``."""

from dataclasses import replace

from razdar.core.ledger import layout, notes
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.findings import moment
from razdar.core.ledger.notes import Note
from tests.core.ledger import logs
from tests.core.ledger.logs import Export, entries, entry, export, root_of, time_of
from tests.core.ledger.tampered import HOUR_MS, case

WEEK_MS = 7 * 24 * HOUR_MS


def without_head(made: Export) -> Export:
    """The newest checkpoint is signed by the log alone."""

    def alone(data: bytes) -> bytes:
        note = notes.parse(data)
        return Note(note.text, note.signatures[:1]).encode()

    made.change(layout.CHECKPOINT, alone)
    return made


def made_at(made: Export, at_ms: int) -> Export:
    """The manifest gives that time."""
    manifest = layout.parse_manifest(made.files[layout.MANIFEST])
    made.files[layout.MANIFEST] = replace(manifest, made_at=moment(at_ms)).encode()
    return made


def covered(size: int, of: int = 600) -> Export:
    """An honest log of which a witness co-signed so many entries, at the time of the last of them."""
    return without_head(export(entries(of), earlier=[(size, time_of(size - 1))]))


@case("not-cosigned")
def no_cosignature_at_all() -> Export:
    return without_head(export(entries(20)))


@case("not-cosigned")
def cosigned_before_there_was_anything() -> Export:
    """A co-signature of size 0: true of every log, whatever is in it."""
    return without_head(export(entries(20), earlier=[(0, time_of(19))]))


@case("not-covered")
def withheld_from_the_witness() -> Export:
    return covered(300)


@case("not-covered")
def withheld_but_for_one_entry() -> Export:
    return covered(1)


@case("not-covered")
def a_week_replaced_by_silence() -> Export:
    """What came after the last co-signature is gone; what stands there instead is minutes old."""
    items = [*entries(300), *(entry(n, time_of(n) + WEEK_MS) for n in range(300, 310))]
    return without_head(export(items, earlier=[(300, time_of(299))]))


@case("not-covered")
def made_long_after_the_witness_saw_it() -> Export:
    return made_at(covered(599), time_of(599) + HOUR_MS)


@case("clock-back")
def cosigned_after_it_was_made() -> Export:
    """By a witness whose clock is a year ahead: it would vouch for whatever comes in that year."""
    made = covered(590)
    made.files["checkpoint"] = logs.checkpoint(entries(600), time_of(600) + 52 * WEEK_MS).encode()
    return made


def _under(origin: str) -> Export:
    """A whole history under another name, signed by the log and co-signed for it."""
    made, items = export(entries(20)), entries(20)
    note = Checkpoint(origin, 20, root_of(items)).signed(logs.NAME, logs.LOG_KEY.public_key, logs.LOG_SECRET.sign)
    made.files[layout.CHECKPOINT] = note.with_signatures(logs.cosign(note, time_of(19))).encode()
    made.change(layout.MANIFEST, lambda data: data.replace(logs.ORIGIN.encode(), origin.encode()))
    return made


@case("bad-manifest")
def history_with_a_leading_zero() -> Export:
    return _under(f"{logs.ORIGIN[:-1]}01")


@case("bad-manifest")
def history_with_an_invisible_character() -> Export:
    return _under(f"{logs.ORIGIN}\u200b")


@case("bad-manifest")
def history_with_another_digit() -> Export:
    return _under(f"{logs.ORIGIN[:-1]}\u0661")


@case("bad-manifest")
def history_of_a_log_in_capitals() -> Export:
    return _under(logs.ORIGIN.replace(str(logs.LOG), str(logs.LOG).upper()))


@case("bad-checkpoint")
def seen_under_another_spelling() -> Export:
    made = export(entries(20))
    made.seen = [logs.checkpoint(entries(10), time_of(9), f"{logs.ORIGIN[:-1]}01").encode()]
    return made


@case("bad-manifest")
def made_at_no_time() -> Export:
    made = export(entries(20))
    made.change(layout.MANIFEST, lambda data: data.replace(moment(time_of(19)).encode(), b"2026-13-01T00:00:00Z"))
    return made
