"""Stamps: the writer's own, bound to everything that identifies a row."""

import hmac
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.ledger import Kind, Stamp, stamp, vouches

KEY = bytes(range(32))
ROW = Stamp(UUID(int=1), Kind.EVENT, "web", UUID(int=2), 3)


def test_the_message_is_the_header_of_the_specification() -> None:
    ids = UUID(int=1).bytes + b"web".ljust(16, b"\0") + UUID(int=2).bytes
    message = b"\x02\x01" + ids + (3).to_bytes(8) + sha256(b"payload").digest()
    assert len(message) == 90
    assert stamp(KEY, ROW, b"payload") == hmac.new(KEY, message, sha256).digest()


def test_the_writers_own_stamp_is_believed() -> None:
    assert vouches(bytearray(KEY), ROW, b"payload", stamp(KEY, ROW, b"payload"))


@pytest.mark.parametrize(
    "change",
    [
        {"row": UUID(int=9)},
        {"kind": Kind.VOID},
        {"kind": Kind.REPORT},
        {"role": "worker"},
        {"writer": UUID(int=9)},
        {"counter": 4},
    ],
)
def test_a_stamp_fits_no_other_row(change: dict[str, Any]) -> None:
    assert not vouches(KEY, replace(ROW, **change), b"payload", stamp(KEY, ROW, b"payload"))


def test_another_payload_key_or_length_is_not_believed() -> None:
    mac = stamp(KEY, ROW, b"payload")
    assert not vouches(KEY, ROW, b"payloaD", mac)
    assert not vouches(bytes(32), ROW, b"payload", mac)
    assert not vouches(KEY, ROW, b"payload", mac[:16])
    assert not vouches(KEY, ROW, b"payload", b"")


@given(st.binary(min_size=32, max_size=32))
def test_a_guess_is_not_believed(guess: bytes) -> None:
    assert vouches(KEY, ROW, b"", guess) is (guess == stamp(KEY, ROW, b""))


@pytest.mark.parametrize("role", ["", "web\0", "a" * 17, "wéb", "web 1"])
def test_a_role_that_is_no_short_word_is_refused(role: str) -> None:
    with pytest.raises(ValueError, match="role"):
        stamp(KEY, replace(ROW, role=role), b"")


@pytest.mark.parametrize("counter", [-1, 1 << 63])
def test_a_counter_out_of_range_is_refused(counter: int) -> None:
    with pytest.raises(ValueError, match="counter"):
        stamp(KEY, replace(ROW, counter=counter), b"")
