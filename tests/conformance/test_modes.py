"""Every registered mode keeps the same promises; and each mode the one it was made for."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import blobs, frame, hpke, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.material import Key, wipe
from razdar.core.crypto.modes import MODES, Mode, OneKey, mode_for
from razdar.core.crypto.modes.dual_control import parse_second, second_key_file, second_text
from razdar.core.errors import BadInput, SecondKeyNeeded, Unopenable
from tests.core.crypto.examples import KEY, PLACE, flipped, keys, neighbours, places, unhurried
from tests.core.crypto.holding import OTHER_PERSON, PERSON, Counting, Holding, brought

every_mode = pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())
EXTRA = {"standard": 31, "searchable": 31, "sealed": 1139, "token": 19}
"""Bytes a row holds beyond the value; a token's row holds nothing of it. Under dual control the age file decides."""


def sealed(mode: Mode, plaintext: bytes = b"secret", place: Place = PLACE) -> tuple[Holding, bytes]:
    held = Holding({1: KEY})
    blob = mode.seal(held, plaintext, place)
    return held.bring(blob), blob


# --- What all modes keep ----------------------------------------------------------------------------------------------


@every_mode
@unhurried
@given(key=keys, plaintext=st.binary(max_size=200), place=places)
def test_comes_back(mode: Mode, key: bytes, plaintext: bytes, place: Place) -> None:
    held = Holding({9: key})
    blob = mode.seal(held, plaintext, place)
    assert mode.open(held.bring(blob), blob, place) == plaintext


@every_mode
def test_an_empty_value_is_a_value(mode: Mode) -> None:
    held, blob = sealed(mode, b"")
    assert blob
    assert mode.open(held, blob, PLACE) == b""


@every_mode
@unhurried
@given(place=places)
def test_opens_nowhere_else(mode: Mode, place: Place) -> None:
    held, blob = sealed(mode, place=place)
    for other in neighbours(place):
        with pytest.raises(Unopenable):
            mode.open(held, blob, other)


@every_mode
def test_each_changed_byte_is_noticed(mode: Mode) -> None:
    held, blob = sealed(mode)
    for index in range(len(blob)):
        with pytest.raises(Unopenable):
            mode.open(held, flipped(blob, index, 0x01), PLACE)


@every_mode
@unhurried
@given(data=st.data())
def test_any_change_is_noticed(mode: Mode, data: st.DataObject) -> None:
    held, blob = sealed(mode)
    index, mask = data.draw(st.integers(0, len(blob) - 1)), data.draw(st.integers(1, 255))
    with pytest.raises(Unopenable):
        mode.open(held, flipped(blob, index, mask), PLACE)


@every_mode
@unhurried
@given(noise=st.binary(max_size=1500))
def test_noise_does_not_open(mode: Mode, noise: bytes) -> None:
    held, _ = sealed(mode)
    for blob in (noise, bytes((min(mode.suites), 0, 1)) + noise):
        with pytest.raises(Unopenable):
            mode.open(held, blob, PLACE)


@every_mode
def test_any_shortened_or_lengthened_value_is_noticed(mode: Mode) -> None:
    held, blob = sealed(mode)
    for length in range(len(blob)):
        with pytest.raises(Unopenable):
            mode.open(held, blob[:length], PLACE)
    with pytest.raises(Unopenable):
        mode.open(held, blob + b"\x00", PLACE)


@every_mode
def test_shows_nothing_and_never_repeats(mode: Mode) -> None:
    held = Holding({1: KEY})
    made = [mode.seal(held, b"Kowalska", PLACE) for _ in range(20)]
    assert len(set(made)) == 20
    assert not any(b"Kowalska" in stored for stored in (*made, *held.store.values()))


@every_mode
def test_no_randomness_is_used_twice(mode: Mode) -> None:
    random = Counting()
    held = Holding({1: KEY}, random=random)
    for _ in range(20):
        mode.seal(held, b"Kowalska", PLACE)
    assert max(Counter(random.drawn).values(), default=1) == 1


@every_mode
def test_seals_under_the_newest_version_and_opens_all(mode: Mode) -> None:
    old = Holding({1: KEY})
    new = Holding({1: KEY, 2: KEY[::-1]}, random=old.random)
    before, after = mode.seal(old, b"secret", PLACE), mode.seal(new, b"secret", PLACE)
    new.store |= old.store
    assert (frame.unpack(before)[1], frame.unpack(after)[1]) == (1, 2)
    assert mode.open(new.bring(before), before, PLACE) == mode.open(new.bring(after), after, PLACE) == b"secret"
    old.store |= new.store
    with pytest.raises(Unopenable):
        mode.open(old.bring(after), after, PLACE)


@every_mode
def test_does_not_open_under_a_version_it_was_not_sealed_under(mode: Mode) -> None:
    held = Holding({1: KEY, 2: KEY})
    blob = mode.seal(held, b"secret", PLACE)
    older = frame.pack(blob[0], 1) + blob[frame.LENGTH :]
    with pytest.raises(Unopenable):
        mode.open(held.bring(blob), older, PLACE)


@every_mode
def test_another_customers_key_opens_nothing(mode: Mode) -> None:
    held, blob = sealed(mode)
    other = Holding({1: KEY[::-1]})
    other.store, other.given = held.store, held.given
    with pytest.raises(Unopenable):
        mode.open(other, blob, PLACE)


@every_mode
def test_a_destroyed_key_opens_nothing(mode: Mode) -> None:
    held, blob = sealed(mode)
    gone = Holding({})
    gone.store, gone.given = held.store, held.given
    with pytest.raises(Unopenable):
        mode.open(gone, blob, PLACE)


@every_mode
def test_a_wiped_key_seals_and_opens_nothing(mode: Mode) -> None:
    held, blob = sealed(mode)

    class Wiped(Holding):
        def private(self, version: int) -> Key:
            return self.of_version(version)

        def public(self) -> tuple[int, bytes]:
            return 1, bytes(hpke.PUBLIC_BYTES)

    key = bytearray(KEY)
    wipe(key)
    wiped = Wiped({1: bytes(key)})
    wiped.store, wiped.given = held.store, held.given
    with pytest.raises(ValueError, match="wiped"):
        mode.seal(wiped, b"secret", PLACE)
    with pytest.raises(Unopenable):
        mode.open(wiped, blob, PLACE)


@every_mode
def test_refusals_pass_through(mode: Mode) -> None:
    class Refusing(Holding):
        def newest(self) -> tuple[int, Key]:
            raise PermissionError

        def public(self) -> tuple[int, bytes]:
            raise PermissionError

        def of_version(self, version: int) -> Key:
            raise PermissionError(version)

        def private(self, version: int) -> Key:
            raise PermissionError(version)

    held, blob = sealed(mode)
    refusing = Refusing({})
    refusing.store = held.store
    with pytest.raises(PermissionError):
        mode.seal(refusing, b"secret", PLACE)
    with pytest.raises(PermissionError):
        mode.open(refusing, blob, PLACE)


@every_mode
def test_makes_and_opens_only_its_own_suites(mode: Mode) -> None:
    held, blob = sealed(mode)
    assert frame.unpack(blob)[0] in mode.suites
    assert all(suites.by_id(suite) for suite in mode.suites)
    for suite in set(range(256)) - mode.suites:
        with pytest.raises(Unopenable):
            mode.open(held, bytes((suite,)) + blob[1:], PLACE)


@every_mode
def test_opens_nothing_that_another_mode_made(mode: Mode) -> None:
    for other in MODES.values():
        if not other.suites & mode.suites:
            held, blob = sealed(other)
            for suite in (blob[0], *mode.suites):
                with pytest.raises(Unopenable):
                    mode.open(held, bytes((suite,)) + blob[1:], PLACE)


@pytest.mark.parametrize("name", EXTRA)
@pytest.mark.parametrize("size", [0, 12, 400])
def test_size(name: str, size: int) -> None:
    _, blob = sealed(MODES[name], bytes(size))
    assert len(blob) == EXTRA[name] + (0 if name == "token" else size)


def test_the_modes_there_are() -> None:
    assert set(MODES) == {"standard", "searchable", "sealed", "dual_control", "token"}
    assert mode_for(searchable=True).searchable
    assert not mode_for(searchable=False).searchable
    assert {name for name, mode in MODES.items() if mode.searchable} == {"searchable"}


@pytest.mark.parametrize("name", ["sealed", "dual_control", "token"])
def test_what_nobody_gives_is_refused(name: str) -> None:
    plain = OneKey(1, KEY, Counting())
    with pytest.raises(Unopenable):
        MODES[name].seal(plain, b"secret", PLACE)
    _, blob = sealed(MODES[name])
    with pytest.raises((Unopenable, SecondKeyNeeded)):
        MODES[name].open(plain, blob, PLACE)


# --- Sealed: whoever writes cannot read -------------------------------------------------------------------------------


class Writing(Holding):
    """A writer: the public key and nothing else."""

    def __init__(self, public: bytes) -> None:
        super().__init__({})
        self._public = public

    def public(self) -> tuple[int, bytes]:
        return 1, self._public


def test_the_writer_of_a_sealed_value_cannot_open_it() -> None:
    mode, owner = MODES["sealed"], Holding({1: KEY})
    writer = Writing(owner.public()[1])
    blob = mode.seal(writer, b"secret", PLACE)
    with pytest.raises(Unopenable):
        mode.open(writer, blob, PLACE)
    for guess in (blob[3:35], writer.public()[1][:32], writer.public()[1][-32:]):
        with pytest.raises(Unopenable):
            hpke.open_(guess, blob[3:], b"")
    assert mode.open(owner, blob, PLACE) == b"secret"


# --- Dual control: neither the installation nor the person alone ------------------------------------------------------


def test_the_server_alone_cannot_open_a_value_under_dual_control() -> None:
    mode, server = MODES["dual_control"], Holding({1: KEY})
    blob = mode.seal(server, b"secret", PLACE)
    with pytest.raises(SecondKeyNeeded):
        mode.open(server, blob, PLACE)
    for guess in (KEY, blob[-32:], server.random(32)):
        server.given = guess
        with pytest.raises(Unopenable):
            mode.open(server, blob, PLACE)
    file = second_key_file(blob)
    assert file.startswith(b"age-encryption.org/v1\n")
    with pytest.raises(Unopenable):
        brought(blob, OTHER_PERSON)


def test_nothing_the_server_drew_is_the_second_key_in_the_open() -> None:
    _, blob = sealed(MODES["dual_control"])
    assert bytes(brought(blob)) not in blob
    assert bytes(brought(blob)).hex().encode() not in blob


def test_the_person_alone_cannot_open_a_value_under_dual_control() -> None:
    mode = MODES["dual_control"]
    _, blob = sealed(mode)
    person = Holding({1: KEY[::-1]})
    person.given = brought(blob)
    with pytest.raises(Unopenable):
        mode.open(person, blob, PLACE)


def test_each_of_several_persons_may_give_the_key() -> None:
    mode, held = MODES["dual_control"], Holding({1: KEY}, persons=(PERSON, OTHER_PERSON))
    blob = mode.seal(held, b"secret", PLACE)
    assert brought(blob, PERSON) == brought(blob, OTHER_PERSON)
    held.given = brought(blob, OTHER_PERSON)
    assert mode.open(held, blob, PLACE) == b"secret"


def test_a_second_key_is_for_one_value() -> None:
    mode, held = MODES["dual_control"], Holding({1: KEY})
    one, other = mode.seal(held, b"secret", PLACE), mode.seal(held, b"secret", PLACE)
    held.given = brought(one)
    with pytest.raises(Unopenable):
        mode.open(held, other, PLACE)


def test_another_values_age_file_does_not_fit() -> None:
    """Nobody is led to give the key of one value by being shown the file of another."""
    mode, held = MODES["dual_control"], Holding({1: KEY})
    one, other = mode.seal(held, b"secret", PLACE), mode.seal(held, b"secret", PLACE)
    exchanged = one.replace(second_key_file(one), second_key_file(other))
    for key in (brought(one), brought(other)):
        held.given = key
        with pytest.raises(Unopenable):
            mode.open(held, exchanged, PLACE)


def test_nobody_to_keep_the_second_key_is_refused() -> None:
    with pytest.raises(BadInput):
        MODES["dual_control"].seal(Holding({1: KEY}, persons=()), b"secret", PLACE)


def test_the_person_reads_what_the_key_is_for() -> None:
    text = second_text(PLACE, KEY).decode()
    assert str(PLACE.customer) in text
    assert str(PLACE.row) in text
    assert parse_second(text) == parse_second(text.splitlines()[-1]) == parse_second(f"  {KEY.hex()}\r\n") == KEY


@pytest.mark.parametrize(
    "text",
    ["", "key", "key 12", KEY.hex()[:-1], f"{KEY.hex()}0", f"{KEY.hex()}\n{KEY.hex()}", "x" * 5000, "ä" * 64],
)
def test_what_is_no_second_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_second(text)


@given(text=st.text(max_size=300))
def test_no_text_breaks_the_reader_of_second_keys(text: str) -> None:
    with suppress(BadInput):
        assert len(parse_second(text)) == 32


# --- Token: the row alone says nothing --------------------------------------------------------------------------------


def test_a_row_with_a_token_says_nothing_of_the_value() -> None:
    """The same randomness gives the same row, whatever the value, the place and the key."""
    rows = {
        MODES["token"].seal(Holding({1: key}), value, place)
        for key, value, place in ((KEY, b"4111111111111111", PLACE), (KEY[::-1], b"", next(neighbours(PLACE))))
    }
    assert len(rows) == 1


def test_a_token_opens_nothing_without_what_is_kept() -> None:
    held, blob = sealed(MODES["token"])
    held.store.clear()
    with pytest.raises(Unopenable):
        MODES["token"].open(held, blob, PLACE)


def test_what_is_kept_belongs_to_its_token_and_opens_as_nothing_else() -> None:
    mode, held = MODES["token"], Holding({1: KEY})
    one, other = mode.seal(held, b"4111111111111111", PLACE), mode.seal(held, b"5555555555554444", PLACE)
    held.store[one[3:]], held.store[other[3:]] = held.store[other[3:]], held.store[one[3:]]
    for blob in (one, other):
        with pytest.raises(Unopenable):
            mode.open(held, blob, PLACE)
    for kept in held.store.values():
        for suite in (0x11, 0x51):
            with pytest.raises(Unopenable):
                blobs.open_blob(KEY, bytes((suite,)) + kept[1:], PLACE)
