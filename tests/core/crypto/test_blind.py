"""Blind index: the same for the same value, short, useless under another key."""

import hashlib
import hmac
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import blind
from razdar.core.errors import BadInput
from tests.core.crypto.examples import KEY, keys, unhurried


@unhurried
@given(keys, st.lists(st.binary(min_size=1, max_size=40), max_size=10))
def test_is_a_truncated_hmac_in_order(key: bytes, values: list[bytes]) -> None:
    expected = [hmac.new(key, value, hashlib.sha256).digest()[:2] for value in values]
    assert blind.index(key, values) == expected


def test_values_share_entries_as_planned() -> None:
    entries = blind.index(KEY, [str(number).encode() for number in range(262_144)])
    counts = [entries.count(entry) for entry in entries[:40]]
    assert 2 <= sum(counts) / len(counts) <= 8
    assert len(set(entries)) > 60_000


@pytest.mark.parametrize("rows", [131_072, 200_000, 2_000_000, 20_000_000, 1 << 32])
def test_the_width_obeys_the_planning_rule(rows: int) -> None:
    assert math.log2(math.sqrt(rows)) <= blind.BITS <= math.log2(rows / 2)


def test_another_key_gives_another_index() -> None:
    values = [str(number).encode() for number in range(100)]
    same = sum(a == b for a, b in zip(blind.index(KEY, values), blind.index(KEY[::-1], values), strict=True))
    assert same <= 2


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(BadInput):
        blind.index(KEY, [b"+48221234567", b""])


def test_a_wiped_key_is_refused() -> None:
    with pytest.raises(ValueError, match="not wiped"):
        blind.index(bytes(32), [b"x"])
