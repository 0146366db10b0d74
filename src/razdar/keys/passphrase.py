"""Where the passphrase may come from: an inherited pipe, a file outside ``var/``, or somebody who types it.

Never from the environment or an argument: other processes can read those. A file counts only if nobody but its owner
can read it and it is not inside the folder it protects, so that a copy of that folder opens nothing.

The words are kept as typed, in Unicode's composed form (NFC, as RFC 8265 section 4.2 asks of passwords), so that the
same words typed on another keyboard are the same bytes. What is returned is a ``bytearray`` that the caller wipes.
"""

import getpass
import os
import stat
import struct
import unicodedata
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from razdar.core.crypto.material import Octets, wipe
from razdar.core.errors import BadInput, Misconfigured

VARIABLE = "RAZDAR_PASSPHRASE_FD"
"""Names the inherited pipe."""
MIN_CHARACTERS = 12
MAX_BYTES = 1024

_ACCESS_LIST = "system.posix_acl_access"
_ACL_ENTRY = struct.Struct("<HHI")  # tag, rights, account: linux/posix_acl_xattr.h
_ACL_USER_OBJ, _ACL_USER, _ACL_MASK = 0x01, 0x02, 0x10
_NO_ID = 0xFFFFFFFF


def encode(words: str) -> bytearray:
    """A passphrase as the bytes that are used.

    Raises:
        BadInput: empty, too long, or with line breaks or other control characters.
    """
    composed = unicodedata.normalize("NFC", words)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in composed):
        raise BadInput("A passphrase is one line of text.")
    encoded = bytearray(composed.encode())
    if not 0 < len(encoded) <= MAX_BYTES:
        raise BadInput(f"A passphrase has 1 to {MAX_BYTES} bytes.")
    return encoded


def require_long(words: Octets) -> None:
    """Refuse a new passphrase that could be guessed from a stolen copy.

    Raises:
        BadInput: fewer than 12 characters.
    """
    continuation = sum(byte & 0xC0 == 0x80 for byte in bytes(words))
    if len(words) - continuation < MIN_CHARACTERS:
        raise BadInput(f"The passphrase needs at least {MIN_CHARACTERS} characters.")


Reader = Callable[[], AbstractContextManager[bytearray]]


class _Process:
    """How this process comes by the passphrase."""

    reader: Reader | None = None


def read_by(reader: Reader) -> None:
    """Say how this process comes by the passphrase, which follows from settings that this room does not know."""
    _Process.reader = reader


def given() -> AbstractContextManager[bytearray]:
    """The passphrase of this process, read when the block begins and wiped at its end.

    Raises:
        Misconfigured: there is none.
    """
    if _Process.reader is None:
        raise Misconfigured("This process has no passphrase.")
    return _Process.reader()


def from_pipe(descriptor: int) -> bytearray:
    """The passphrase from a pipe this process inherited; reads it to its end and closes it.

    Raises:
        Misconfigured: not an open pipe, or nothing usable in it.
    """
    try:
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            raise Misconfigured("The passphrase must be handed over in a pipe.")
        with os.fdopen(descriptor, "rb") as pipe:
            return _decoded(bytearray(pipe.read(MAX_BYTES + 2)))
    except OSError:
        raise Misconfigured("The pipe with the passphrase is not open in this process.") from None


def to_pipe(words: Octets) -> int:
    """A pipe that holds the passphrase, for one child process.

    Returns:
        The end to read from: pass it on (``pass_fds``), then close it here.
    """
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(words)  # at most 1 KiB, below what every system's pipe holds: never blocks
    return reading


def from_file(path: Path, var: Path) -> bytearray:
    """The passphrase from a file of one line.

    Args:
        path: the file.
        var: the folder the passphrase protects.

    Raises:
        Misconfigured: the file is missing, inside ``var``, readable by other accounts, or not one line of text.
    """
    if path.resolve().is_relative_to(var.resolve()):
        raise Misconfigured(f"The passphrase must not lie in {var}: a copy of that folder must open nothing.")
    try:
        with path.open("rb") as file:
            if _others_read(file.fileno()):
                raise Misconfigured(f"Other accounts can read {path}. Run: chmod 600 {path}")
            return _decoded(bytearray(file.read(MAX_BYTES + 2)))
    except OSError:
        raise Misconfigured(f"The passphrase could not be read from {path}.") from None


def typed(prompt: str, again: str | None = None, ask: Callable[[str], str] = getpass.getpass) -> bytearray:
    """The passphrase from whoever sits at the terminal; not shown.

    Args:
        prompt: what to ask.
        again: what to ask the second time, for a new passphrase; ``None`` asks once.
        ask: prompt to answer.

    Raises:
        BadInput: the two differ, or it cannot be used.
        Misconfigured: there is no terminal that can hide what is typed.
    """
    first = encode(_ask(ask, prompt))
    if again is not None:
        second = encode(_ask(ask, again))
        same = first == second
        wipe(second)
        if not same:
            wipe(first)
            raise BadInput("The two passphrases are not the same.")
    return first


def _others_read(handle: int) -> bool:
    """Whether an account other than ours, root and the owner has a right to a file.

    A credential of systemd may be root's, with a right for our account in its access list (acl(5)); its mode then shows
    the list's mask where the group's rights stand.
    """
    mode = os.fstat(handle).st_mode
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return False
    try:
        entries = os.getxattr(handle, _ACCESS_LIST)[4:]
    except (OSError, AttributeError):  # no such list, or no such system
        return True
    ours = {(_ACL_USER_OBJ, _NO_ID), (_ACL_MASK, _NO_ID), (_ACL_USER, os.geteuid())}
    return any(rights and (tag, who) not in ours for tag, rights, who in _ACL_ENTRY.iter_unpack(entries))


def _ask(ask: Callable[[str], str], prompt: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return ask(prompt)
        except (getpass.GetPassWarning, EOFError, OSError):
            raise Misconfigured(
                "There is no terminal to type the passphrase at. Name a file with it in RAZDAR_PASSPHRASE_FILE."
            ) from None


def _decoded(raw: bytearray) -> bytearray:
    """One line of UTF-8 without its line end, which is what editors and ``echo`` leave."""
    try:
        return encode(raw.decode().removesuffix("\n").removesuffix("\r"))
    except (UnicodeDecodeError, BadInput):
        raise Misconfigured("The passphrase that was handed over is not one line of text.") from None
    finally:
        wipe(raw)
