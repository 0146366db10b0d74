"""Verifying an export: everything in it, against keys and checkpoints that its reader trusts.

In this order, for each log:

1. The checkpoint and all earlier ones bear the signature of a trusted log key, and no bad one of a trusted key.
2. Every tile is there and of its length. Each tile's root stands in the tile above it, and all of them together give
   the root that was signed.
3. Every entry's hash stands in its tile. If not, what was done is told from the hashes
   (:mod:`~razdar.core.ledger.comparing`); if the tiles do not hold either, from the last checkpoint that still fits.
4. Every other checkpoint, in the export or handed in, is the beginning of this log. One that is smaller than what was
   given up is compared where the tiles still show its root. Where they do not, one handed in is a fault, unless a
   witness whose key the reader gave co-signed it before everything given up was made, and a year ago by the reader's
   clock: else a forged log would only have to say that it was pruned.
5. The entries themselves (:mod:`~razdar.core.ledger.following`).
6. Witnesses vouch for them, but for the newest (:mod:`~razdar.core.ledger.covering`).

A step that needs what an earlier one found wanting is left out; the header names the steps that were done. Of the whole
log, only its hashes are held in memory: 64 bytes an entry. A size is what somebody signed: nothing is gone through that
is larger than what lies there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger import comparing, covering, layout, merkle, tiles
from razdar.core.ledger.checkpoints import parse_size
from razdar.core.ledger.findings import Finding, Gravity, LogReport, Report, moment
from razdar.core.ledger.following import TOLERANCE_MS, Cosigned, Follower, with_sealed_text_of
from razdar.core.ledger.hashing import HASH_SIZE, leaf_hash, perfect_root
from razdar.core.ledger.layout import Listed, Manifest
from razdar.core.ledger.notes import VerifierKey
from razdar.core.ledger.tiles import TILE_WIDTH, Place, TileId
from razdar.core.ledger.trusting import Keys, Known, sort_out

__all__ = ["UNREADABLE", "Listed", "Manifest", "Reader", "Report", "verify_export"]

Reader = Mapping[str, bytes]
"""The files of an export by their path; may read each only when asked. BadInput where one cannot be read."""

UNREADABLE: Final = Finding("bad-export", "A file of the export cannot be read.")

_MOST_EXCHANGED = 64  # every pair of edited entries is tried
_MOST_ABSENT = 256  # tiles that are looked for in vain
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify_export(
    reader: Reader,
    *,
    log_keys: Sequence[VerifierKey] = (),
    witness_keys: Sequence[VerifierKey] = (),
    seen: Sequence[bytes] = (),
    expected: Collection[UUID] = (),
    now: datetime,
) -> Report:
    """Check an export.

    Args:
        reader: its files.
        log_keys: trusted to sign logs; if there are none, the export's own are used, and the report says so.
        witness_keys: of trusted witnesses; likewise.
        seen: checkpoints that the reader kept from earlier, as signed notes.
        expected: the logs that the export must hold, and no others; whatever it holds, if there are none.
        now: the present.
    """
    try:
        manifest = layout.parse_manifest(reader.get(layout.MANIFEST, b""))
    except BadInput:
        return Report((), (Finding("bad-manifest", "The manifest is absent, malformed or of another version."),))
    handed_in, findings = sort_out(seen, manifest)
    findings += _asked_for(manifest, expected)
    logs = []
    try:
        findings += _strangers(reader, manifest)
        for listed in manifest.logs:
            keys = Keys.choose(listed, log_keys, witness_keys)
            log = _Log(reader, manifest, listed, keys)
            log.check(handed_in[str(listed.log)], (now - _EPOCH) // timedelta(milliseconds=1))
            logs.append(log.report())
    except BadInput:
        findings.append(UNREADABLE)
    return Report(tuple(logs), tuple(findings))


def _asked_for(manifest: Manifest, expected: Collection[UUID]) -> Iterator[Finding]:
    """Logs that the reader asked for and that are not there, and the other way about."""
    there = {listed.log for listed in manifest.logs}
    for log in sorted(set(expected) - there):
        yield Finding("log-missing", f"The export does not hold the log {log}.")
    for log in sorted(there - set(expected)) if expected else ():
        yield Finding("log-unexpected", f"The export holds a log that was not asked for: {log}")


def _strangers(reader: Reader, manifest: Manifest) -> list[Finding]:
    """Files that belong to no log. Those of a log are looked at with it."""
    folders = tuple(manifest.folder(listed) for listed in manifest.logs)
    return [
        _unexpected(name) for name in sorted(reader) if not name.startswith(folders) and name not in layout.ENCLOSED
    ]


def _unexpected(name: str, gravity: Gravity = Gravity.REMARK) -> Finding:
    return Finding("unexpected-file", f"Not part of the export, and not looked at: {name}", gravity)


class _Log:
    """One log under examination."""

    def __init__(self, reader: Reader, manifest: Manifest, listed: Listed, keys: Keys) -> None:
        self._reader, self._folder = reader, manifest.folder(listed)
        self._manifest, self._listed, self._keys = manifest, listed, keys
        self._first, self._size = listed.minimum, listed.size
        self._known: list[Known] = []
        self._vouching: list[Known] | None = None  # once they are compared with the log
        self._findings: list[Finding] = keys.remarks()
        self._done: list[str] = ["signatures"]
        self._held = 0

    def report(self) -> LogReport:
        listed = self._listed
        held = f"{self._held} of {self._size} entries, from {listed.minimum} on"
        header = f"log {listed.origin}: {held}; checked: {', '.join(self._done)}"
        made = f"  made {self._manifest.made_at}, as the export says"
        vouching = self._known if self._vouching is None else self._vouching
        covered = covering.coverage(vouching, self._size).line(compared=self._vouching is not None)
        return LogReport((header, made, covered, *self._keys.lines()), tuple(self._findings))

    def check(self, handed_in: Sequence[tuple[str, bytes]], now_ms: int) -> None:
        head = self._head()
        self._earlier()
        if head is None:
            return
        kept = self._kept(handed_in)
        bundles = self._bundles()
        faults = self._tiles(head)
        if self._entries(head, bundles, faults) and not faults:
            self._history(kept, bundles, now_ms)

    # Step 1: signatures.

    def _open(self, data: bytes, label: str) -> Known | None:
        known, findings = self._keys.open(data, label, self._listed.origin)
        self._findings += findings
        return known

    def _head(self) -> Known | None:
        head = self._open(self._get(layout.CHECKPOINT), layout.CHECKPOINT)
        if head is None:
            return None
        self._known.append(head)
        if head.size != self._size:
            self._say("bad-manifest", "The manifest gives another size than the checkpoint.")
            self._size = head.size
        return head if self._first <= head.size else None

    def _earlier(self) -> None:
        for size in sorted(size for name in self._names() if (size := _checkpoint_size(name)) is not None):
            label = f"{layout.CHECKPOINTS}{size}"
            known = self._open(self._get(label), label)
            if known is not None and known.size != size:
                self._say("bad-checkpoint", f"{label} is of another size.")
            elif known is not None:
                self._known.append(known)

    def _kept(self, handed_in: Sequence[tuple[str, bytes]]) -> list[Known]:
        """The checkpoints handed in that are of this generation of the log; another one is a finding."""
        kept = []
        for label, data in handed_in:
            origin = data.partition(b"\n")[0].decode()
            known, findings = self._keys.open(data, label, origin)
            self._findings += findings
            if known is not None and origin != self._listed.origin:
                self._say("old-backup", f"{label} is of another generation: {origin}")
            elif known is not None:
                kept.append(known)
        return kept

    # Step 2: tiles.

    def _tiles(self, head: Known) -> list[Finding]:
        """What is wrong with the tiles."""
        there = sum(name.startswith("tile/") for name in self._names())
        absent = tiles.count_of(self._size, self._first) - there
        if absent > _MOST_ABSENT:
            return [Finding("bad-tile", f"At least {absent} tiles are absent.")]
        faults: list[Finding] = []
        roots: dict[TileId, bytes] = {}
        for tile, width in tiles.tiles_of(self._size, self._first):
            content = self._get(tiles.path(tile, width))
            if len(content) != width * HASH_SIZE:
                faults.append(Finding("bad-tile", f"{tiles.path(tile, width)} is absent or not of its length."))
                continue
            hashes = tiles.split(content)
            for place, stands in enumerate(hashes):
                child = TileId(tile.level - 1, tile.index * TILE_WIDTH + place)
                if roots.pop(child, stands) != stands:
                    faults.append(Finding("bad-tile", f"{tiles.path(child)} does not fit the tile above it."))
            if width == TILE_WIDTH:
                roots[tile] = perfect_root(hashes)
        if not faults and merkle.root(self._size, self._read) != head.checkpoint.root:
            faults.append(Finding("bad-tile", "The tiles do not give the root that was signed."))
        self._done += [] if faults else ["tiles"]
        return faults

    def _read(self, wanted: Sequence[TileId]) -> dict[TileId, bytes]:
        widths = tiles.partial_tiles(self._size)
        return {tile: self._get(tiles.path(tile, widths.get(tile, TILE_WIDTH))) for tile in wanted}

    # Step 3: entries.

    def _bundles(self) -> list[tuple[Place, str]]:
        """The entry bundles at hand, in order. Whatever else should not be there is named."""
        expected = {layout.CHECKPOINT, *(layout.ENCLOSED if not self._folder else ())}
        bundles = []
        for name in self._names():
            place = _place(name)
            if place and place.level is None and place.index >= self._first // TILE_WIDTH:
                bundles.append((place, name))
            elif name not in expected and not self._is_tile(place) and _checkpoint_size(name) is None:
                ours = name.startswith(("tile/", layout.CHECKPOINTS))
                self._findings.append(_unexpected(self._folder + name, Gravity.FAULT if ours else Gravity.REMARK))
        return sorted(bundles, key=lambda item: (item[0].index, item[0].width))

    def _is_tile(self, place: Place | None) -> bool:
        if place is None or place.level is None:
            return False
        return tiles.width_of(TileId(place.level, place.index), self._size, self._first) == place.width

    def _entries(self, head: Known, bundles: Sequence[tuple[Place, str]], faults: Sequence[Finding]) -> bool:
        """Whether the entries are those that were signed for."""
        held, misfits = bytearray(), []
        for place, name in bundles:
            try:
                entries = tiles.decode_bundle(self._get(name))
            except BadInput:
                self._findings += [Finding("bad-bundle", f"{name} is malformed."), *faults]
                return False
            misfits += [] if len(entries) == place.width else [name]
            for entry in entries:
                held += leaf_hash(entry)
        self._held = len(held) // HASH_SIZE
        found = self._coarse(head, held, faults) if faults else self._fine(held, bundles)
        if not found:
            found = [Finding("bad-bundle", f"{name} does not hold what its name says.") for name in misfits]
        self._findings += found
        self._done += ["entries"]
        return not found

    def _fine(self, held: bytearray, bundles: Sequence[tuple[Place, str]]) -> list[Finding]:
        """What was done to the entries, as the tiles tell it."""
        logged = bytearray()
        for tile, width in tiles.tiles_of(self._size, self._first):
            if tile.level == 0:
                logged += self._get(tiles.path(tile, width))
        if held == logged:
            return []
        difference = comparing.compare(_hashes(logged), _hashes(held), self._first)
        if not 2 <= len(difference.edited) <= _MOST_EXCHANGED or len(held) != len(logged):
            return difference.findings()
        edited = dict.fromkeys(difference.edited, b"")
        edited |= {number: entry for number, entry in self._numbered(bundles) if number in edited}
        start = {number: (number - self._first) * HASH_SIZE for number in edited}
        hashes = {number: bytes(logged[at : at + HASH_SIZE]) for number, at in start.items()}
        return difference.without(comparing.exchanged(edited, hashes, with_sealed_text_of)).findings()

    def _coarse(self, head: Known, held: bytearray, faults: Sequence[Finding]) -> list[Finding]:
        """What was done to the entries when the tiles do not hold either: from the last checkpoint that fits."""
        try:
            edge = merkle.frontier(self._first, self._read)
        except BadInput:
            return list(faults)
        total, fits = self._first + self._held, self._first
        points = {known.size: known.checkpoint.root for known in self._known if self._first < known.size <= total}
        if head.size <= total:
            points[head.size] = head.checkpoint.root
        hashes, good, broken = _hashes(held), [self._first], False
        for size, root in sorted(points.items()):
            edge = edge.append_many(hashes[edge.size - self._first : size - self._first])
            fits = edge.root() == root
            broken = broken or not fits
            good += [size] if fits and (size == head.size or not broken) else []
        if good[-1] == head.size == total:
            return list(faults)
        return [comparing.roughly(total, head.size, good[-1], broken=broken)]

    def _numbered(self, bundles: Sequence[tuple[Place, str]]) -> Iterator[tuple[int, bytes]]:
        number = self._first
        for _, name in bundles:
            for entry in tiles.decode_bundle(self._get(name)):
                yield number, entry
                number += 1

    # Steps 4 to 6: what it was before, what it says, and who vouches for it.

    def _history(self, kept: Sequence[Known], bundles: Sequence[tuple[Place, str]], now_ms: int) -> None:
        known = [*self._known, *kept]
        fits, apart, gone = self._sort(known)
        self._done += ["checkpoints", "contents"]
        cosigned = sorted((Cosigned(item.size, at) for item in fits for at, _ in item.cosigned), key=_by_size)
        ends = frozenset(min(item.size, self._size) - 1 for item in apart)
        follower = Follower(self._listed.log, self._first, cosigned, ends, covering.coverage(fits, self._size).size)
        for number, entry in self._numbered(bundles):
            follower.take(number, entry)
        for item in apart:
            self._apart(item, follower.times.get(min(item.size, self._size) - 1))
        for item in gone:
            self._gone(item, follower.given_up_before(now_ms) if item in kept else None)
        everything = [Cosigned(item.size, at) for item in known if (at := item.at_ms) is not None]
        self._findings += follower.findings(now_ms, everything)
        until_ms = max(self._manifest.made_ms, follower.newest_ms)
        self._findings += covering.findings(fits, self._size, until_ms, follower.tail, self._keys)
        self._vouching = fits

    def _sort(self, known: Sequence[Known]) -> tuple[list[Known], list[Known], list[Known]]:
        """The checkpoints that this log continues, those that it does not, and those that cannot be compared."""
        fits: list[Known] = []
        apart: list[Known] = []
        gone: list[Known] = []
        for item in known:
            try:
                same = item.size <= self._size and merkle.root(item.size, self._read) == item.checkpoint.root
            except BadInput:
                gone.append(item)
            else:
                (fits if same else apart).append(item)
        return fits, apart, gone

    def _gone(self, item: Known, before_ms: int | None) -> None:
        """A checkpoint that cannot be compared; if it was handed in, the time before which it had to be co-signed."""
        known_since = item.at_ms if self._keys.witnesses_given else None
        if before_ms is None or (known_since is not None and known_since < before_ms):
            sentence = f"{item.label} is older than the entries still held and was not compared."
            self._findings.append(Finding("checkpoint-pruned", sentence, Gravity.REMARK))
        else:
            sentence = f"{item.label} is older than the entries still held and cannot be compared."
            self._say("checkpoint-pruned", f"{sentence} Hand in one of {self._first} entries or more.")

    def _apart(self, item: Known, end_ms: int | None) -> None:
        """A checkpoint that this log does not continue, and the time of the log's entry where it ended."""
        if item.at_ms is not None and end_ms is not None and end_ms > item.at_ms + TOLERANCE_MS:
            sentence = f"{item.label} was co-signed at {moment(item.at_ms)} with {item.size} entries; this log reached"
            self._say("old-backup", f"{sentence} {min(item.size, self._size)} only at {moment(end_ms)}.")
        elif item.size > self._size:
            self._say("truncated", f"{item.label} has {item.size} entries; this log ends at {self._size}.")
        else:
            self._say("forked", f"{item.label} and this log do not have the same first {item.size} entries.")

    def _say(self, code: str, sentence: str) -> None:
        self._findings.append(Finding(code, sentence))

    def _get(self, name: str) -> bytes:
        return self._reader.get(self._folder + name, b"")

    def _names(self) -> list[str]:
        return sorted(name.removeprefix(self._folder) for name in self._reader if name.startswith(self._folder))


def _place(name: str) -> Place | None:
    try:
        return tiles.parse_path(name)
    except BadInput:
        return None


def _checkpoint_size(name: str) -> int | None:
    try:
        return parse_size(name.removeprefix(layout.CHECKPOINTS)) if name.startswith(layout.CHECKPOINTS) else None
    except BadInput:
        return None


def _hashes(joined: bytes | bytearray) -> list[bytes]:
    return [bytes(joined[at : at + HASH_SIZE]) for at in range(0, len(joined), HASH_SIZE)]


def _by_size(seen: Cosigned) -> tuple[int, int]:
    return seen.size, seen.at_ms
