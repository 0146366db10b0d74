"""Damage by chance: whatever happens to a file, both verifiers notice, agree, and never fall over."""

import argparse
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from razdar.core.ledger.alone.export import UNREADABLE, Export
from razdar.core.ledger.alone.formats import Key
from razdar.core.ledger.alone.log import Files
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.exports import verify_export
from tests.core.ledger import logs
from tests.core.ledger.logs import entries, export, time_of

FILES = export(entries(600), earlier=[(100, time_of(100)), (300, time_of(300))]).files
LOOKED_AT = sorted(set(FILES) - {"README.txt"})


class Held(Files):
    """Files that lie in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.names, self._files = set(files), files

    def get(self, name: str) -> bytes:
        return self._files.get(name, b"")


def alone(files: dict[str, bytes]) -> list[str]:
    given_ = argparse.Namespace(
        log=[], log_key=[Key(logs.LOG_KEY.format(), 1)], witness_key=[Key(logs.WITNESS_KEY.format(), 4)], seen=[]
    )
    found = Export(given_)
    try:
        found.check(Held(files))
    except UNREADABLE as error:
        raise AssertionError from error
    return found.verdict()[1]


def verdict(files: dict[str, bytes]) -> list[str]:
    report = verify_export(files, log_keys=[logs.LOG_KEY], witness_keys=[logs.WITNESS_KEY], now=datetime.now(UTC))
    assert alone(files) == report.lines()
    return report.lines()


UNDAMAGED = verdict(FILES)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LOOKED_AT), st.data())
def test_one_changed_byte_is_noticed(name: str, data: st.DataObject) -> None:
    changed = bytearray(FILES[name])
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    # In the manifest a space or the date may change, and a cosignature may become that of an unknown witness.
    end = 0 if name == "manifest.json" else FILES[name].find(b" witness.example ")
    assert verdict(FILES | {name: bytes(changed)})[-1] == "NOT OK" or 0 <= end <= at


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LOOKED_AT), st.data())
def test_a_cut_or_lengthened_file_is_noticed(name: str, data: st.DataObject) -> None:
    whole = FILES[name]
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for changed in (cut, whole + data.draw(st.binary(min_size=1, max_size=40))):
        lines = verdict(FILES | {name: changed})
        assert name == "manifest.json" or lines[-1] == "NOT OK"


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LOOKED_AT), st.sampled_from(LOOKED_AT))
def test_exchanged_and_absent_files_are_noticed(one: str, other: str) -> None:
    if one != other:
        assert verdict(FILES | {one: FILES[other], other: FILES[one]})[-1] == "NOT OK"
    left = {name: data for name, data in FILES.items() if name != one}
    assert verdict(left)[-1] == ("OK" if one.startswith("checkpoints/") else "NOT OK")


def test_undamaged_it_is_good() -> None:
    assert verdict(FILES)[-1] == "OK"


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=30), st.sampled_from(["", "tile/", "checkpoints/", f"{logs.LOG}/"]))
@example("\x1b[2J\x1b[1;32mOK\x1b[0m", "")
@example("\nlog razdar/…: all is well\nOK\n", "tile/")
@example("\u202eKO\u2066\u200b", "")
@example("\udc80\x7f\x9b31m", "checkpoints/")
def test_a_name_cannot_speak_for_the_verifier(name: str, folder: str) -> None:
    if folder + name in FILES:
        return
    lines = verdict({**FILES, folder + name: b""})
    assert all(" " <= letter <= "~" for line in lines for letter in line)
    escaped = name.encode("unicode_escape").decode()
    told = [line for line in lines[:-1] if line not in UNDAMAGED]
    assert sum(escaped in line for line in told) == 1 or escaped in "".join(UNDAMAGED)


def test_a_log_cannot_be_named_for_the_terminal_either() -> None:
    """A line that the log or its witness chose: an origin, the name of a key."""
    for old, new in ((logs.ORIGIN, f"{logs.ORIGIN}\x9b2J"), ("witness.example", "witness.example\u202e")):
        damaged = {**FILES, "checkpoint": FILES["checkpoint"].replace(old.encode(), new.encode())}
        assert verdict(damaged)[-1] == "NOT OK"


@pytest.mark.parametrize("size", [2**40, 2**60, 2**63 - 1])
@pytest.mark.parametrize("minimum", [0, 2**39])
def test_a_size_is_not_gone_through(size: int, minimum: int) -> None:
    """The log's holder signs whatever size; there are 600 entries."""
    note = Checkpoint(logs.ORIGIN, size, bytes(32)).signed(
        logs.NAME, logs.public(logs.LOG_SECRET), logs.LOG_SECRET.sign
    )
    made = logs.Export(dict(FILES))
    logs.relisted(made, size=size, minimum=minimum)
    lines = verdict({**made.files, "checkpoint": note.encode()})
    assert lines[-1] == "NOT OK"
    assert any(f"instead of {size}" in line or " tiles are absent" in line for line in lines)


def test_a_tile_that_does_not_belong_to_a_huge_log_is_named() -> None:
    extra = {"tile/0/x999/999": b"", "tile/7/000.p/9": b"", "tile/entries/x001/000": b"", "tile/0/0002": b""}
    lines = verdict(FILES | extra)
    assert sum("unexpected-file" in line for line in lines) == 3
