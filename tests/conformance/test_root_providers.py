"""Every registered root keeps the same promises. A new provider adds itself to ``MAKERS``."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from razdar.core.crypto.passphrase import FLOOR
from razdar.core.errors import KeysLocked, Unopenable
from razdar.keys.providers import ROOT_PROVIDERS, RootProvider
from razdar.keys.providers.passphrase_file import PassphraseFile
from tests.core.crypto.examples import flipped

SECRET = bytes(range(1, 33))
Opener = Callable[[], RootProvider]


def passphrase_file(folder: Path) -> Opener:
    path = folder / "root.json"
    PassphraseFile.create(path, b"correct horse battery", FLOOR).close()
    return lambda: PassphraseFile.open(path, b"correct horse battery")


MAKERS: dict[str, Callable[[Path], Opener]] = {"passphrase-file": passphrase_file}
"""How to make a new root in a folder; what comes back opens that root, again and again."""


@pytest.fixture(scope="module", params=MAKERS)
def opener(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opener:
    return MAKERS[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture
def root(opener: Opener) -> RootProvider:
    return opener()


def test_every_provider_is_held_to_this_suite() -> None:
    assert set(MAKERS) == set(ROOT_PROVIDERS)


def test_knows_its_name_and_version(root: RootProvider) -> None:
    assert isinstance(root, ROOT_PROVIDERS[root.name])
    assert root.version >= 1


def test_what_it_wrapped_comes_back_whenever_it_is_opened(opener: Opener) -> None:
    wrapped = opener().wrap(SECRET, b"epoch")
    unwrapped = opener().unwrap(wrapped, b"epoch")
    assert type(unwrapped) is bytearray
    assert unwrapped == SECRET


def test_shows_nothing_and_never_repeats(root: RootProvider) -> None:
    made = {root.wrap(SECRET, b"epoch") for _ in range(20)}
    assert len(made) == 20
    assert not any(SECRET[:8] in wrapped for wrapped in made)


@pytest.mark.parametrize("binding", [b"", b"epocg", b"epoch\0", b"Epoch"])
def test_opens_only_as_what_it_is(root: RootProvider, binding: bytes) -> None:
    with pytest.raises(Unopenable):
        root.unwrap(root.wrap(SECRET, b"epoch"), binding)


def test_any_change_is_noticed(root: RootProvider) -> None:
    wrapped = root.wrap(SECRET, b"epoch")
    for index in range(len(wrapped)):
        with pytest.raises(Unopenable):
            root.unwrap(flipped(wrapped, index), b"epoch")
    for wrong in (b"", wrapped[:-1], wrapped + b"\0", bytes(len(wrapped))):
        with pytest.raises(Unopenable):
            root.unwrap(wrong, b"epoch")


def test_another_root_opens_nothing(opener: Opener, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    name = opener().name
    other = MAKERS[name](tmp_path)()
    with pytest.raises(Unopenable):
        other.unwrap(opener().wrap(SECRET, b"epoch"), b"epoch")


@pytest.mark.parametrize("secret", [b"", SECRET[:31], bytes(32)])
def test_wraps_no_wiped_or_malformed_secret(root: RootProvider, secret: bytes) -> None:
    with pytest.raises(ValueError, match="not wiped"):
        root.wrap(secret, b"epoch")


def test_is_honest_about_destroying_versions(root: RootProvider) -> None:
    wrapped = root.wrap(SECRET, b"epoch")
    if root.destroy_version(root.version):
        with pytest.raises(Unopenable):
            root.unwrap(wrapped, b"epoch")
    else:
        assert root.unwrap(wrapped, b"epoch") == SECRET


def test_another_root_takes_over_what_it_wrapped(
    opener: Opener, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    old = opener()
    newer = MAKERS[old.name](tmp_path)()
    wrapped = old.wrap(SECRET, b"epoch")
    taken = old.rewrap(wrapped, b"epoch", newer)
    assert newer.unwrap(taken, b"epoch") == SECRET
    assert len(taken) == len(wrapped)  # the key store overwrites in place
    for wrong in (b"epocg", b""):
        with pytest.raises(Unopenable):
            old.rewrap(wrapped, wrong, newer)
    with pytest.raises(Unopenable):
        old.unwrap(taken, b"epoch")


def test_closed_it_is_locked(root: RootProvider) -> None:
    wrapped = root.wrap(SECRET, b"epoch")
    root.close()
    root.close()
    with pytest.raises(KeysLocked):
        root.wrap(SECRET, b"epoch")
    with pytest.raises(KeysLocked):
        root.unwrap(wrapped, b"epoch")


def test_threads_share_it(root: RootProvider) -> None:
    def there_and_back(_: int) -> bytearray:
        return root.unwrap(root.wrap(SECRET, b"epoch"), b"epoch")

    with ThreadPoolExecutor(8) as threads:
        assert set(map(bytes, threads.map(there_and_back, range(400)))) == {SECRET}
