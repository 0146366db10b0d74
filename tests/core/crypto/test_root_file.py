"""The root file: the right passphrase opens it; nothing weaker than the floor is made or opened."""

import json
from typing import Any

import pytest

from razdar.core.crypto import passphrase
from razdar.core.crypto.passphrase import DEFAULT, FLOOR, Cost
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, NONCE

WORDS = "Zażółć gęślą jaźń".encode()
SALT = bytes(range(16))


@pytest.fixture(scope="module")
def text() -> str:
    return passphrase.seal_root(KEY, WORDS, SALT, NONCE, FLOOR)


def changed(text: str, **members: Any) -> str:
    return json.dumps(json.loads(text) | members)


def test_opens_with_its_passphrase(text: str) -> None:
    opened = passphrase.open_root(text, bytearray(WORDS))
    assert type(opened) is bytearray
    assert opened == KEY


@pytest.mark.parametrize("words", [b"", WORDS[:-1], WORDS + b" ", WORDS.upper()])
def test_does_not_open_with_another(text: str, words: bytes) -> None:
    with pytest.raises(Unopenable):
        passphrase.open_root(text, words)


@pytest.mark.parametrize(
    "members",
    [
        {"iterations": 3},
        {"lanes": 3},
        {"memory_kib": 64 * 1024 + 4},
        {"salt": "AAECAwQFBgcICQoLDA0OEA=="},
        {"nonce": "AAECAwQFBgcICQoM"},
        {"ciphertext": "A" * 64},
    ],
)
def test_a_changed_member_is_noticed(text: str, members: dict[str, Any]) -> None:
    with pytest.raises(Unopenable):
        passphrase.open_root(changed(text, **members), WORDS)


@pytest.mark.parametrize(
    "members",
    [
        {"memory_kib": 64 * 1024 - 1},
        {"memory_kib": 8},
        {"iterations": 1},
        {"memory_kib": 4 * 1024 * 1024 + 1},
        {"iterations": 17},
        {"lanes": 0},
        {"lanes": 65},
        {"memory_kib": "65536"},
        {"iterations": True},
        {"lanes": 4.0},
        {"version": 2},
        {"version": True},
        {"kdf": "argon2i"},
        {"format": "other"},
        {"more": 1},
        {"salt": "AAEC"},
        {"salt": 5},
        {"salt": "ĄĄ=="},
        {"nonce": "AAEC"},
        {"nonce": "AAECAwQFBgcICQoL\n"},
        {"ciphertext": ""},
    ],
)
def test_a_weakened_or_strange_file_is_refused_before_anything_is_computed(
    text: str, members: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def computed(*_: object) -> bytearray:
        if members == {"ciphertext": ""}:
            return bytearray(KEY)
        raise AssertionError("the passphrase was spent on it")

    monkeypatch.setattr(passphrase, "_stretch", computed)
    with pytest.raises(Unopenable):
        passphrase.open_root(changed(text, **members), WORDS)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", "{}", "[" * 4000, " " * 5000, '{"format": "razdar-root"}']
)
def test_what_is_no_root_file_is_refused(text: str) -> None:
    with pytest.raises(Unopenable):
        passphrase.open_root(text, WORDS)


@pytest.mark.parametrize(
    "cost",
    [(64 * 1024 - 1, 2, 4), (64 * 1024, 1, 4), (4 * 1024 * 1024 + 1, 2, 4), (64 * 1024, 17, 4), (64 * 1024, 2, 0)],
)
def test_costs_out_of_bounds_cannot_be_made(cost: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Argon2id needs"):
        Cost(*cost)


def test_the_default_is_what_is_documented() -> None:
    assert Cost(256 * 1024, 3, 4) == DEFAULT


@pytest.mark.parametrize(("secret", "words", "salt"), [(bytes(32), WORDS, SALT), (KEY, b"", SALT), (KEY, WORDS, b"x")])
def test_nothing_half_sensible_is_sealed(secret: bytes, words: bytes, salt: bytes) -> None:
    with pytest.raises(ValueError, match="root file needs"):
        passphrase.seal_root(secret, words, salt, NONCE, FLOOR)


def test_neither_secret_nor_passphrase_is_in_the_file(text: str) -> None:
    assert KEY.hex() not in text
    assert WORDS.decode() not in text


def test_a_later_version_is_said_and_bound() -> None:
    later = passphrase.seal_root(KEY, WORDS, SALT, NONCE, FLOOR, 3)
    assert passphrase.root_version(later) == 3
    assert passphrase.open_root(later, WORDS) == KEY
    for members in ({"root_version": 2}, {"version": 1}, {"root_version": 1}, {"root_version": "3"}):
        with pytest.raises(Unopenable):
            passphrase.open_root(changed(later, **members), WORDS)
    bare = {name: value for name, value in json.loads(later).items() if name != "root_version"}
    with pytest.raises(Unopenable):
        passphrase.open_root(json.dumps(bare | {"version": 1}), WORDS)


def test_a_first_version_stays_as_it_was(text: str) -> None:
    assert passphrase.root_version(text) == 1
    assert "root_version" not in text
    with pytest.raises(Unopenable):
        passphrase.open_root(changed(text, version=2, root_version=2), WORDS)
