"""Every registered mode keeps the same promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.material import Key
from razdar.core.crypto.modes import MODES, Mode, OneKey, mode_for
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, PLACE, flipped, keys, neighbours, places, unhurried

every_mode = pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())


class Counting:
    """Fresh bytes that never repeat."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, length: int) -> bytes:
        self.calls += 1
        return self.calls.to_bytes(length)


class Ring:
    """Keys of a customer with several versions, as the vault would hold them."""

    def __init__(self, subkeys: dict[int, bytes]) -> None:
        self._subkeys = subkeys
        self._random = Counting()

    def newest(self) -> tuple[int, Key]:
        version = max(self._subkeys)
        return version, self._subkeys[version]

    def of_version(self, version: int) -> Key:
        if version not in self._subkeys:
            raise Unopenable
        return self._subkeys[version]

    def nonce(self) -> bytes:
        return self._random(12)


@every_mode
@unhurried
@given(key=keys, plaintext=st.binary(max_size=200), place=places)
def test_comes_back(mode: Mode, key: bytes, plaintext: bytes, place: Place) -> None:
    held = OneKey(9, key, Counting())
    assert mode.open(held, mode.seal(held, plaintext, place), place) == plaintext


@every_mode
@unhurried
@given(place=places)
def test_opens_nowhere_else(mode: Mode, place: Place) -> None:
    held = Ring({1: KEY})
    blob = mode.seal(held, b"secret", place)
    for other in neighbours(place):
        with pytest.raises(Unopenable):
            mode.open(held, blob, other)


@every_mode
@unhurried
@given(data=st.data())
def test_any_changed_byte_is_noticed(mode: Mode, data: st.DataObject) -> None:
    held = Ring({1: KEY})
    blob = mode.seal(held, b"secret", PLACE)
    index, mask = data.draw(st.integers(0, len(blob) - 1)), data.draw(st.integers(1, 255))
    with pytest.raises(Unopenable):
        mode.open(held, flipped(blob, index, mask), PLACE)


@every_mode
def test_any_shortened_value_is_noticed(mode: Mode) -> None:
    held = Ring({1: KEY})
    blob = mode.seal(held, b"secret", PLACE)
    for length in range(len(blob)):
        with pytest.raises(Unopenable):
            mode.open(held, blob[:length], PLACE)


@every_mode
def test_shows_nothing_and_never_repeats(mode: Mode) -> None:
    held = Ring({1: KEY})
    made = [mode.seal(held, b"Kowalska", PLACE) for _ in range(20)]
    assert len(set(made)) == 20
    assert not any(b"Kowalska" in blob for blob in made)


@every_mode
def test_seals_under_the_newest_version_and_opens_all(mode: Mode) -> None:
    old, new = Ring({1: KEY}), Ring({1: KEY, 2: KEY[::-1]})
    before, after = mode.seal(old, b"secret", PLACE), mode.seal(new, b"secret", PLACE)
    assert mode.open(new, before, PLACE) == mode.open(new, after, PLACE) == b"secret"
    with pytest.raises(Unopenable):
        mode.open(old, after, PLACE)


@every_mode
def test_another_customers_key_opens_nothing(mode: Mode) -> None:
    blob = mode.seal(Ring({1: KEY}), b"secret", PLACE)
    with pytest.raises(Unopenable):
        mode.open(Ring({1: KEY[::-1]}), blob, PLACE)


@every_mode
def test_refusals_pass_through(mode: Mode) -> None:
    class Refusing(Ring):
        def newest(self) -> tuple[int, Key]:
            raise PermissionError

        def of_version(self, version: int) -> Key:
            raise PermissionError(version)

    blob = mode.seal(Ring({1: KEY}), b"secret", PLACE)
    with pytest.raises(PermissionError):
        mode.seal(Refusing({}), b"secret", PLACE)
    with pytest.raises(PermissionError):
        mode.open(Refusing({}), blob, PLACE)


@every_mode
def test_makes_and_opens_only_its_own_suites(mode: Mode) -> None:
    held = Ring({1: KEY})
    blob = mode.seal(held, b"secret", PLACE)
    assert frame.unpack(blob)[0] in mode.suites
    assert all(suites.by_id(suite) for suite in mode.suites)
    for suite in set(range(256)) - mode.suites:
        with pytest.raises(Unopenable):
            mode.open(held, bytes((suite,)) + blob[1:], PLACE)


def test_the_modes_there_are() -> None:
    assert set(MODES) == {"standard", "searchable"}
    assert mode_for(searchable=True).searchable
    assert not mode_for(searchable=False).searchable
