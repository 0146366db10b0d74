"""The formats alone: Ed25519, notes, checkpoints, trees, tiles; nothing but the standard library of Python 3.9.

Written anew from RFC 6962, RFC 8032 and C2SP's signed-note, tlog-checkpoint, tlog-cosignature and tlog-tiles.
"""

import base64
import hashlib
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

FAULT, WARNING, REMARK, SHOWN = 0, 1, 2, 10
EARLIER = re.compile("checkpoints/(0|[1-9][0-9]{0,18})")
ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ORIGIN = re.compile(f"(razdar/{ID})/({ID})/[1-9][0-9]{{0,8}}")
TILE = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
LONGEST, ABSENT = 32 * 1024 * 1024, 256  # bytes of a file; tiles that may be absent and are still named
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
Said = tuple[int, str, str]  # gravity, code, sentence


class Ed25519:
    """Verifies signatures (RFC 8032 section 5.1.7). Points are (X, Y, Z, T); nothing here is secret."""

    P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    D = -121665 * pow(121666, -1, P) % P

    @classmethod
    def verifies(cls, public: bytes, message: bytes, signature: bytes) -> bool:
        base, scalar = cls.point((4 * pow(5, -1, cls.P) % cls.P).to_bytes(32, "little")), signature[32:]
        x, y, z, t = cls.point(public) or (0, 0, 0, 0)
        number = int.from_bytes(scalar, "little")
        if not base or not z or len(signature) != 64 or number >= cls.ORDER:
            return False
        hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % cls.ORDER
        x, y, z, t = cls.add(cls.times(number, base), cls.times(hashed, (cls.P - x, y, z, cls.P - t)))
        x, y = x * pow(z, -1, cls.P) % cls.P, y * pow(z, -1, cls.P) % cls.P
        return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

    @classmethod
    def point(cls, data: bytes) -> "tuple[int, int, int, int] | None":
        y, sign = int.from_bytes(data, "little") % 2**255, data[-1] >> 7
        square = (y * y - 1) * pow(cls.D * y * y + 1, -1, cls.P) % cls.P
        x = pow(square, (cls.P + 3) // 8, cls.P)
        x = x if x * x % cls.P == square else x * pow(2, (cls.P - 1) // 4, cls.P) % cls.P
        if y >= cls.P or x * x % cls.P != square or (not x and sign):
            return None
        x = x if x & 1 == sign else cls.P - x
        return x, y, 1, x * y % cls.P

    @classmethod
    def add(cls, p: "tuple[int, int, int, int]", q: "tuple[int, int, int, int]") -> "tuple[int, int, int, int]":
        a, b = (p[1] - p[0]) * (q[1] - q[0]) % cls.P, (p[1] + p[0]) * (q[1] + q[0]) % cls.P
        c, d = 2 * p[3] * q[3] * cls.D % cls.P, 2 * p[2] * q[2] % cls.P
        e, f, g, h = b - a, d - c, d + c, b + a
        return e * f % cls.P, g * h % cls.P, f * g % cls.P, e * h % cls.P

    @classmethod
    def times(cls, scalar: int, point: "tuple[int, int, int, int]") -> "tuple[int, int, int, int]":
        result = (0, 1, 1, 0)
        while scalar:
            result = cls.add(result, point) if scalar & 1 else result
            point, scalar = cls.add(point, point), scalar >> 1
        return result


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError
    return data


def named(name: str) -> str:
    if not name or "+" in name or name.split() != [name] or not name.isprintable():
        raise ValueError
    return name


class Key:
    """A verifier key: kind 1 signs a note's text, kind 4 (a witness) the time and the text."""

    def __init__(self, text: str, kind: int) -> None:
        name, number, material = text.split("+", 2)
        blob = unbase64(material)
        self.name, self.kind, self.public = named(name), kind, blob[1:]
        self.digest = hashlib.sha256(name.encode() + b"\n" + blob).digest()
        if len(blob) != 33 or blob[0] != kind or number != self.digest[:4].hex():
            raise ValueError

    def of(self, origin: str) -> bool:
        match = ORIGIN.fullmatch(origin)
        return match is not None and self.name == match[1]

    def holds(self, text: str, value: bytes) -> bool:
        if self.kind == 1:
            return Ed25519.verifies(self.public, text.encode(), value)
        stamp = int.from_bytes(value[:8], "big")
        return stamp < 2**63 and Ed25519.verifies(
            self.public, f"cosignature/v1\ntime {stamp}\n{text}".encode(), value[8:]
        )


class Checkpoint:
    """A signed note that holds a checkpoint; nothing is verified yet."""

    def __init__(self, data: bytes) -> None:
        text, _, lines = data.decode().rpartition("\n\n")
        self.text, rows = f"{text}\n", lines.split("\n")
        if rows.pop() or not 1 <= len(rows) <= 100 or re.search(r"[\x00-\x09\x0b-\x1f]", text) or len(data) > 10**6:
            raise ValueError
        self.signatures = [self.signature(row) for row in rows]
        self.origin, size, root, *more = text.split("\n")
        self.size, self.root = int(size), unbase64(root)
        if not re.fullmatch("0|[1-9][0-9]{0,18}", size) or self.size >= 2**63 or len(self.root) != 32:
            raise ValueError
        if not self.origin or not all(more):
            raise ValueError
        self.label, self.seen = "", list[tuple[int, str]]()

    @staticmethod
    def signature(row: str) -> tuple[str, bytes]:
        match = re.fullmatch(r"— (\S+) (\S+)", row)
        if not match or len(unbase64(match[2])) <= 4:
            raise ValueError
        return named(match[1]), unbase64(match[2])

    def by(self, key: Key) -> list[bytes]:
        return [value[4:] for name, value in self.signatures if (name, value[:4]) == (key.name, key.digest[:4])]


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def tree(hashes: "list[bytes]") -> bytes:
    """RFC 6962 section 2.1. Pairing from the left and carrying an odd last hash up gives the same tree."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2])
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


def place(level: object, index: int, width: int) -> str:
    digits = f"{index:0{-(-len(str(index)) // 3) * 3}}"
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return f"tile/{level}/{'/'.join(['x' + group for group in groups[:-1]] + groups[-1:])}" + (
        f".p/{width}" if width < 256 else ""
    )


def cut(data: bytes) -> list[bytes]:
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def bundle(data: bytes) -> list[bytes]:
    entries, at = list[bytes](), 0
    while at < len(data) and len(entries) <= 256:
        start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) > 256:
        raise ValueError
    return entries


def canonical(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def spans(numbers: "list[int]") -> str:
    found: list[list[int]] = []
    for number in numbers:
        found += [[number, number]] if not found or found[-1][1] + 1 != number else []
        found[-1][1] = number
    shown = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in found[:SHOWN])
    return shown + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")


def instant(text: str) -> int:
    """A time as an export says it, in milliseconds since 1970."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text):
        raise ValueError
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (at - EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> str:
    try:
        return (EPOCH + timedelta(seconds=at // 1000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return f"{at} ms"


def plain(line: str) -> str:
    """Names in an export are whatever its maker wrote: only printable ASCII reaches a terminal."""
    return line.encode("unicode_escape").decode("ascii")


def lines_of(said: "list[Said]") -> list[str]:
    lines = list[str]()
    for gravity, code in sorted({finding[:2] for finding in said}):
        label = ("", "warning ", "remark ")[gravity] + code
        same = [f"  {label}: {sentence}" for *kind, sentence in said if kind == [gravity, code]]
        lines += same[:SHOWN] + ([f"  {label}: and {len(same) - SHOWN} more."] if len(same) > SHOWN else [])
    return lines
