"""Where a passphrase may come from, and where not."""

import getpass
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from razdar.core.errors import BadInput, Misconfigured
from razdar.keys import passphrase

WORDS = "Zażółć gęślą jaźń"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    made = tmp_path / "var"
    made.mkdir()
    return made


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_the_same_words_are_the_same_bytes_however_they_were_typed() -> None:
    composed, decomposed = "Zażółć", "Zaz\u0307o\u0301łc\u0301"
    assert composed != decomposed
    assert passphrase.encode(composed) == passphrase.encode(decomposed) == bytearray(composed.encode())


@pytest.mark.parametrize("words", ["", "two\nlines", "a\x00b", "tab\there", "x" * 1025, "\ud800"])
def test_what_is_not_one_line_of_text_is_refused(words: str) -> None:
    with pytest.raises(BadInput):
        passphrase.encode(words)


@pytest.mark.parametrize("words", ["elevencharz", "ąćęłńóśźżąć", "数字密码数字密码数字密"])
def test_short_ones_are_refused_by_characters_not_bytes(words: str) -> None:
    with pytest.raises(BadInput, match="12 characters"):
        passphrase.require_long(passphrase.encode(words))
    passphrase.require_long(passphrase.encode(words + "x"))


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_from_a_file(tmp_path: Path, var: Path, end: bytes) -> None:
    file = written(tmp_path / "passphrase", WORDS.encode() + end)
    assert passphrase.from_file(file, var) == WORDS.encode()


def test_a_file_keeps_its_spaces(tmp_path: Path, var: Path) -> None:
    file = written(tmp_path / "passphrase", b"  with spaces  \n")
    assert passphrase.from_file(file, var) == b"  with spaces  "


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o444, 0o620])
def test_a_file_others_can_read_is_refused(tmp_path: Path, var: Path, mode: int) -> None:
    file = written(tmp_path / "passphrase", WORDS.encode(), mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        passphrase.from_file(file, var)


def test_a_file_inside_var_is_refused(tmp_path: Path, var: Path) -> None:
    inside = written(var / "passphrase", WORDS.encode())
    link = tmp_path / "link"
    link.symlink_to(inside)
    way_around = tmp_path / "var" / ".." / "var" / "passphrase"
    for path in (inside, link, way_around):
        with pytest.raises(Misconfigured, match="copy of that folder"):
            passphrase.from_file(path, var)
    linked_var = tmp_path / "linked"
    linked_var.symlink_to(var)
    with pytest.raises(Misconfigured, match="copy of that folder"):
        passphrase.from_file(inside, linked_var)


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe", b"x" * 5000, b"a\x00b"])
def test_a_file_that_holds_no_passphrase_is_refused(tmp_path: Path, var: Path, content: bytes) -> None:
    with pytest.raises(Misconfigured, match="not one line"):
        passphrase.from_file(written(tmp_path / "passphrase", content), var)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path, var: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(Misconfigured, match="could not be read"):
            passphrase.from_file(path, var)


def test_through_a_pipe() -> None:
    pipe = passphrase.to_pipe(passphrase.encode(WORDS))
    assert not os.get_inheritable(pipe)
    assert passphrase.from_pipe(pipe) == WORDS.encode()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(pipe)


def test_the_longest_fits_into_a_pipe() -> None:
    longest = passphrase.encode("x" * passphrase.MAX_BYTES)
    assert passphrase.from_pipe(passphrase.to_pipe(longest)) == longest


def test_what_is_no_pipe_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file, pytest.raises(Misconfigured, match="in a pipe"):
        passphrase.from_pipe(file.fileno())
    with pytest.raises(Misconfigured, match="not open"):
        passphrase.from_pipe(9999)


def test_an_empty_pipe_is_refused() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with pytest.raises(Misconfigured, match="not one line"):
        passphrase.from_pipe(reading)


def answers(*words: str) -> Callable[[str], str]:
    waiting = iter(words)
    return lambda _prompt: next(waiting)


def test_typed_once_or_twice() -> None:
    assert passphrase.typed("Passphrase: ", ask=answers(WORDS)) == WORDS.encode()
    assert passphrase.typed("New: ", "Again: ", ask=answers(WORDS, WORDS)) == WORDS.encode()
    with pytest.raises(BadInput, match="not the same"):
        passphrase.typed("New: ", "Again: ", ask=answers(WORDS, WORDS + "x"))


def test_without_a_terminal_it_says_what_to_do() -> None:
    def shown(prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return prompt

    def ended(prompt: str) -> str:
        raise EOFError(prompt)

    for ask in (shown, ended):
        with pytest.raises(Misconfigured, match="RAZDAR_PASSPHRASE_FILE"):
            passphrase.typed("Passphrase: ", ask=ask)
