"""Others read what this writes, and refuse what is bad: OpenSSL signatures, Go's sumdb checkpoints, proofs, tiles."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from razdar.core.ledger import merkle, notes, tiles
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.tiles import TileId
from tests.core.ledger import logs
from tests.needs import needs

PROGRAM = Path(__file__).parent / "interop.go"
SIZE = 70_000
LEAVES = [merkle.leaf_hash(number.to_bytes(4)) for number in range(SIZE)]
TILES = tiles.grow(0, LEAVES, {})
READ = logs.reader(TILES)


def openssl(folder: Path, message: bytes, signature: bytes) -> bool:
    program = needs("openssl")
    key = logs.LOG_SECRET.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, data in {"key.pem": key, "message": message, "signature": signature}.items():
        (folder / name).write_bytes(data)
    command = [program, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem"]
    command += ["-in", "message", "-sigfile", "signature"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_openssl_accepts_the_good_signature_and_no_other(tmp_path: Path) -> None:
    note = notes.parse(logs.checkpoint([b"entry"]).encode())
    message, signature = note.text.encode(), note.signatures[0].value
    assert openssl(tmp_path, message, signature)
    assert not openssl(tmp_path, message.replace(b"\n1\n", b"\n2\n"), signature)
    assert not openssl(tmp_path, message, bytes([signature[0] ^ 1]) + signature[1:])


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, compiled against Debian's copy of golang.org/x/mod, without any network."""
    compiler, packages = needs("go"), needs("go-sumdb")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOCACHE": str(folder / "cache"),
        "GOPATH": packages,
        "GO111MODULE": "off",
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    command = [compiler, "build", "-o", str(folder / "interop"), str(PROGRAM)]
    subprocess.run(command, env=environment, check=True, timeout=240)
    return folder / "interop"


def question() -> dict[str, object]:
    """A signed checkpoint, 50 proofs of inclusion, one of consistency, and some tiles with their paths."""
    root = merkle.root(SIZE, READ)
    checkpoint = Checkpoint(logs.ORIGIN, SIZE, root)
    note = checkpoint.signed(logs.NAME, logs.LOG_KEY.public_key, logs.LOG_SECRET.sign)
    indexes = [number * 1399 for number in range(50)]
    old = 12_345
    return {
        "key": logs.LOG_KEY.format(),
        "note": note.with_signatures(logs.cosign(note, logs.START_MS)).encode().decode(),
        "inclusion": [
            {
                "index": index,
                "leaf": LEAVES[index].hex(),
                "proof": [item.hex() for item in merkle.inclusion_proof(index, SIZE, READ)],
            }
            for index in indexes
        ],
        "consistency": {
            "old": old,
            "root": merkle.root(old, READ).hex(),
            "proof": [item.hex() for item in merkle.consistency_proof(old, SIZE, READ)],
        },
        "tiles": {
            tiles.path(tile, len(TILES[tile]) // 32): TILES[tile].hex()
            for tile in (TileId(0, 0), TileId(0, 273), TileId(1, 0), TileId(1, 1), TileId(2, 0))
        },
    }


def asked(program: Path, what: dict[str, object]) -> str:
    done = subprocess.run([program], input=json.dumps(what), capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def flipped(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def test_go_accepts_all_of_it(go: Path) -> None:
    assert asked(go, question()) == "ok: 50 inclusion proofs, 1 consistency proof, 5 tiles"


def test_go_refuses_what_is_bad(go: Path) -> None:
    size, text = f"\n{SIZE}\n", str(question()["note"])
    bad: dict[str, dict[str, object]] = {"note": question() | {"note": text.replace(size, f"\n{SIZE + 1}\n", 1)}}
    for part in ("inclusion", "consistency", "tiles"):
        bad[part] = question()
    inclusion, consistency, found = (bad[part][part] for part in ("inclusion", "consistency", "tiles"))
    assert isinstance(inclusion, list)
    assert isinstance(consistency, dict)
    assert isinstance(found, dict)
    inclusion[49]["proof"][3] = flipped(inclusion[49]["proof"][3])
    consistency["proof"][0] = flipped(consistency["proof"][0])
    found["tile/1/000"] = flipped(found["tile/1/000"])
    for part, what in bad.items():
        assert asked(go, what) == f"refused: {part}"
