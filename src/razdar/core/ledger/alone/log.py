"""One log alone: its checkpoints, tiles and entries, and what was done to them."""

import argparse
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from razdar.core.ledger.alone.formats import (
    ABSENT,
    EARLIER,
    FAULT,
    LONGEST,
    ORIGIN,
    REMARK,
    TILE,
    Checkpoint,
    Key,
    Said,
    bundle,
    canonical,
    cut,
    instant,
    leaf,
    lines_of,
    moment,
    place,
    spans,
    tree,
)

BAD = "", -1, 0


class Files:
    """The files of an export, a folder or a .zip file."""

    def __init__(self, where: Path) -> None:
        self.where, self.archive = where, None if where.is_dir() else zipfile.ZipFile(where)
        if self.archive:
            names = [item.filename for item in self.archive.infolist() if not item.is_dir()]
        else:
            names = [path.relative_to(where).as_posix() for path in where.rglob("*") if path.is_file()]
        self.names = set(names)
        if len(names) != len(self.names):
            raise OSError

    def get(self, name: str) -> bytes:
        if name not in self.names:
            return b""
        path = self.where / name
        if (self.archive.getinfo(name).file_size if self.archive else path.stat().st_size) > LONGEST:
            raise OSError
        return self.archive.read(name) if self.archive else path.read_bytes()


class Log:
    """One log under examination."""

    def __init__(
        self, files: "Files", folder: str, listed: "dict[str, Any]", given: argparse.Namespace, made: str
    ) -> None:
        self.files, self.folder, self.given, self.done = files, folder, given, ["signatures"]
        self.made, self.made_at = made, instant(made)
        self.origin, self.size, self.first = listed["origin"], listed["size"], listed["minimum"]
        own, witnesses = Key(listed["log_key"], 1), [Key(text, 4) for text in listed["witness_keys"]]
        match = ORIGIN.fullmatch(self.origin)
        if (type(self.size), type(self.first)) != (int, int) or not 0 <= self.first <= self.size < 2**63:
            raise ValueError
        if self.first % 256 or not match or match[1] != own.name or match[2] != listed["log"]:
            raise ValueError
        self.client = listed["log"] if UUID(listed["log"]).int else None
        self.keys = [key for key in given.log_key or [own] if key.of(self.origin)]
        self.witnesses, self.said = given.witness_key or witnesses, list[Said]()
        self.points, self.held, self.bundles = list[Checkpoint](), list[bytes](), list[str]()
        self.fits: list[Checkpoint] | None = None
        if not given.log_key or (self.witnesses and not given.witness_key):
            self.say("key-from-export", "Keys were taken from the export itself: compare their fingerprints.", REMARK)

    def say(self, code: str, sentence: str, gravity: int = FAULT) -> None:
        self.said.append((gravity, code, sentence))

    def get(self, name: str) -> bytes:
        return self.files.get(self.folder + name)

    def lines(self) -> list[str]:
        held = f"{len(self.held)} of {self.size} entries, from {self.first} on"
        size, at, who = self.covered()
        when = f"last co-signed {moment(at)} at {size} of {self.size} entries by {who}" if size else "never co-signed"
        when += f"; not co-signed: {self.uncovered()}" if self.fits is not None and 0 < size < self.size else ""
        told = [("log", key, self.given.log_key) for key in self.keys]
        told += [("witness", key, self.given.witness_key) for key in self.witnesses]
        keys = [f"  {kind} key {k.name} {k.digest.hex()}{'' if g else ' (from the export)'}" for kind, k, g in told]
        head = f"log {self.origin}: {held}; checked: {', '.join(self.done)}"
        return [head, f"  made {self.made}, as the export says", f"  {when}", *keys, *lines_of(self.said)]

    def covered(self) -> "tuple[int, int, str]":
        """The largest size that a witness co-signed, when and which witness; 0 covers nothing and does not count."""
        points = self.points if self.fits is None else self.fits
        seen = [(point.size, at, who) for point in points for at, who in point.seen if point.size <= self.size]
        return max(seen, default=(0, 0, ""))

    def uncovered(self) -> str:
        size = self.covered()[0]
        return f"{size} to {self.size - 1}" if size + 1 < self.size else f"{size}"

    def open(self, data: bytes, label: str, origin: str) -> "Checkpoint | None":
        try:
            point = Checkpoint(data)
        except ValueError:
            self.say("bad-checkpoint", f"{label} is malformed.")
            return None
        before, point.label = len(self.said), label
        if point.origin != origin:
            self.say("bad-checkpoint", f"{label} is of another log.")
        elif not any(point.by(key) for key in self.keys):
            self.say("bad-signature", f"{label} bears no signature of a trusted log key.")
        for key in [*self.keys, *self.witnesses] if before == len(self.said) else []:
            values = point.by(key)
            if not all(key.holds(point.text, value) for value in values):
                self.say("bad-signature", f"{label}: the signature of {key.name} does not verify.")
            elif values and key.kind == 4 and point.size:
                point.seen.append((max(int.from_bytes(value[:8], "big") for value in values) * 1000, key.name))
        return point if before == len(self.said) else None

    def check(self, kept: "list[tuple[str, bytes]]") -> "list[Checkpoint] | None":
        """The checkpoints known, if the entries are those that were signed for."""
        head = self.open(self.get("checkpoint"), "checkpoint", self.origin)
        names = [name.removeprefix(self.folder) for name in self.files.names if name.startswith(self.folder)]
        self.points = [head] if head else []
        found = [EARLIER.fullmatch(name) for name in names]
        for size in sorted(int(match[1]) for match in found if match):
            point = self.open(self.get(f"checkpoints/{size}"), f"checkpoints/{size}", self.origin)
            if point and point.size != size:
                self.say("bad-checkpoint", f"checkpoints/{size} is of another size.")
            self.points += [point] if point and point.size == size else []
        if head and head.size != self.size:
            self.say("bad-manifest", "The manifest gives another size than the checkpoint.")
            self.size = head.size
        if head and self.first <= self.size:
            known = self.points + self.earlier(kept)
            self.bundles, faults = self.stored_in(names), self.tiles(head, names)
            if self.entries(head, faults) and not faults:
                self.done += ["checkpoints", "contents"]
                return known
        return None

    def earlier(self, kept: "list[tuple[str, bytes]]") -> list[Checkpoint]:
        origins = [data.split(b"\n")[0].decode() for _, data in kept]
        points = [self.open(data, label, origin) for (label, data), origin in zip(kept, origins)]
        for point in points:
            if point and point.origin != self.origin:
                self.say("old-backup", f"{point.label} is of another generation: {point.origin}")
        return [point for point in points if point and point.origin == self.origin]

    def shape(self) -> "list[tuple[int, range]]":
        """Every tile wanted: the level, and the numbers in it."""
        levels = [level for level in range(8) if self.size >> 8 * level]
        return [(n, range(self.first >> 8 * (n + 1), -(-(self.size >> 8 * n) // 256))) for n in levels]

    def width(self, level: int, index: int) -> int:
        count: int = self.size >> 8 * level
        return min(256, count - 256 * index)

    def stored(self) -> Iterator[bytes]:
        for name in self.bundles:
            yield from bundle(self.get(name))

    def stored_in(self, names: "list[str]") -> list[str]:
        expected = {"checkpoint"} | (set() if self.folder else {"manifest.json", "README.txt", "verify.py"})
        wanted = {str(level): indexes for level, indexes in self.shape()}
        found = []
        for name in sorted(names):
            match = TILE.fullmatch(name)
            level, index, width = (match[1], int(re.sub("[x/]", "", match[2])), int(match[3] or 256)) if match else BAD
            good = width <= 256 and place(level, index, width) == name
            if good and level == "entries" and index * 256 >= self.first:
                found.append((index, width, name))
            elif good and index in wanted.get(level, ()) and width == self.width(int(level), index):
                continue
            elif name not in expected and not EARLIER.fullmatch(name):
                sentence = f"Not part of the export, and not looked at: {self.folder}{name}"
                self.say("unexpected-file", sentence, FAULT if name.startswith(("tile/", "checkpoints/")) else REMARK)
        return [name for _, _, name in sorted(found)]

    def root(self, low: int, high: int) -> bytes:
        """The hash over entries low to high - 1: from those held, or from the highest tile that shows it."""
        width = high - low
        if low >= self.first and high - self.first <= len(self.held):
            return tree(self.held[low - self.first : high - self.first])
        if width & (width - 1):
            half = 1 << width.bit_length() - 1
            return tree([self.root(low, low + half), self.root(low + half, high)])
        level = (width.bit_length() - 1) // 8
        index, start = divmod(low >> 8 * level, 256)
        data = self.get(place(level, index, self.width(level, index)))
        hashes = cut(data)[start : start + (width >> 8 * level)]
        if len(hashes) != width >> 8 * level:
            raise ValueError
        return tree(hashes)

    def tiles(self, head: Checkpoint, names: "list[str]") -> list[str]:
        faults, roots = list[str](), dict[tuple[int, int], bytes]()
        absent = sum(len(indexes) for _, indexes in self.shape()) - sum(name.startswith("tile/") for name in names)
        if absent > ABSENT:
            return [f"At least {absent} tiles are absent."]
        for level, index in [(level, index) for level, indexes in self.shape() for index in indexes]:
            width = self.width(level, index)
            data = self.get(place(level, index, width))
            hashes = cut(data)
            if len(data) != 32 * width:
                faults.append(f"{place(level, index, width)} is absent or not of its length.")
                continue
            for child, stands in enumerate(hashes, index * 256):
                if roots.pop((level - 1, child), stands) != stands:
                    faults.append(f"{place(level - 1, child, 256)} does not fit the tile above it.")
            roots |= {(level, index): tree(hashes)} if width == 256 else {}
        if not faults and self.root(0, self.size) != head.root:
            faults.append("The tiles do not give the root that was signed.")
        self.done += [] if faults else ["tiles"]
        return faults

    def entries(self, head: Checkpoint, faults: "list[str]") -> bool:
        before, misfits, held = len(self.said), list[str](), list[bytes]()
        for name in self.bundles:
            try:
                entries = bundle(self.get(name))
            except ValueError:
                self.said += [(FAULT, "bad-tile", fault) for fault in faults]
                self.say("bad-bundle", f"{name} is malformed.")
                return False
            misfits += [name] if len(entries) != int([*name.split(".p/"), "256"][1]) else []
            held += map(leaf, entries)
        self.held = held
        logged = list[bytes]() if faults else self.logged()
        if faults:
            self.roughly(head, faults)
        elif held != logged:
            self.compare(logged)
        for name in misfits if before == len(self.said) else []:
            self.say("bad-bundle", f"{name} does not hold what its name says.")
        self.done.append("entries")
        return before == len(self.said)

    def logged(self) -> list[bytes]:
        indexes = self.shape()[0][1] if self.size else range(0)
        return cut(b"".join(self.get(place(0, index, self.width(0, index))) for index in indexes))

    def roughly(self, head: Checkpoint, faults: "list[str]") -> None:
        """The tiles do not hold: see how far the entries give the roots that were signed."""
        total, good, broken = self.first + len(self.held), self.first, False
        roots = {p.size: p.root for p in [*self.points, head] if self.first < p.size <= total}
        try:
            self.root(0, self.first)
            for size, root in sorted(roots.items()):
                fits = self.root(0, size) == root
                broken, good = broken or not fits, size if fits and (size == head.size or not broken) else good
        except ValueError:
            good = total = head.size
        if good == total == head.size:
            self.said += [(FAULT, "bad-tile", fault) for fault in faults]
            return
        less = "deleted" if broken or good < total else "truncated"
        code = less if total < head.size else "inserted" if total > head.size else "edited"
        self.say(code, f"Entries from {good} on are not those that were signed for: {total} instead of {head.size}.")

    def compare(self, logged: "list[bytes]") -> None:
        """What was done, from the hashes that were logged and those of the entries held."""
        held, start, end = self.held, 0, 0
        while start < min(len(logged), len(held)) and logged[start] == held[start]:
            start += 1
        while end < min(len(logged), len(held)) - start and logged[-1 - end] == held[-1 - end]:
            end += 1
        old, new = logged[start : len(logged) - end], held[start : len(held) - end]
        gone, strange = beyond(old, new), beyond(new, old)
        edited = [n for n in gone if n in {*strange}] if len(old) == len(new) else []
        wanted = {n: hash_ for n, hash_ in enumerate(old) if n in edited} if 2 <= len(edited) <= 64 else {}
        swapped = exchanged(wanted, list(self.stored())[start:]) if wanted else []
        left = [(n, item) for n, item in enumerate(old) if n not in {*gone}]
        now = [item for n, item in enumerate(new) if n not in {*strange}]
        for code, what, places in (
            ("edited", "Altered after they were logged", [n for n in edited if n not in swapped]),
            ("bad-aad", "Carrying each other's sealed texts", swapped),
            ("deleted" if new or end else "truncated", "Missing", [n for n in gone if n not in edited]),
            ("inserted", "Never logged", [n for n in strange if n not in edited]),
            ("reordered", "Not in their place", [n for (n, was), item in zip(left, now) if was != item]),
        ):
            if places:
                self.say(code, f"{what}: entries {spans([self.first + start + n for n in places])}.")


def beyond(some: "list[bytes]", others: "list[bytes]") -> list[int]:
    left, places = Counter(others), list[int]()
    for at, item in enumerate(some):
        left[item] -= 1
        places += [at] if left[item] < 0 else []
    return places


def exchanged(logged: "dict[int, bytes]", entries: "list[bytes]") -> list[int]:
    """Which altered entries become what was logged when they get another one's sealed text."""
    try:
        bodies = {n: json.loads(entries[n]) for n in logged}
        texts = [body["sealed_reason"] for body in bodies.values() if body["sealed_reason"]]
        tried = {
            n: {leaf(canonical(body | {"sealed_reason": text})) for text in texts if body["sealed_reason"]}
            for n, body in bodies.items()
        }
        return [n for n, hashes in tried.items() if logged[n] in hashes]
    except (ValueError, TypeError, KeyError):
        return []
