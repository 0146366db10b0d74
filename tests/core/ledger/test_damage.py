"""Damage by chance: whatever happens to a file, both verifiers notice, agree, and never fall over."""

import argparse
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.core.ledger.alone.export import UNREADABLE, Export
from razdar.core.ledger.alone.formats import Key, lines_of
from razdar.core.ledger.alone.log import Files
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
        log_key=[Key(logs.LOG_KEY.format(), 1)], witness_key=[Key(logs.WITNESS_KEY.format(), 4)], seen=[]
    )
    found = Export(given_)
    try:
        found.check(Held(files))
    except UNREADABLE as error:
        raise AssertionError from error
    good = all(gravity for gravity, _, _ in found.said + [item for log in found.logs for item in log.said])
    lines = [line for log in found.logs for line in log.lines()] + lines_of(found.said)
    return [*lines, "OK" if good else "NOT OK"]


def verdict(files: dict[str, bytes]) -> list[str]:
    report = verify_export(files, log_keys=[logs.LOG_KEY], witness_keys=[logs.WITNESS_KEY], now=datetime.now(UTC))
    assert alone(files) == report.lines()
    return report.lines()


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
