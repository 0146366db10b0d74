"""age files, version 1 (c2sp.org/age): a file that several people can open, each with a key of their own.

::

    age-encryption.org/v1
    -> kind argument ...          one stanza a recipient: the same 16-byte file key, wrapped for each
    body in base64, 64 columns
    --- base64(HMAC-SHA256(HKDF(file key, "", "header"), header up to and with "---"))
    nonce 16 | chunk | chunk | ... | last chunk
    chunk = ChaCha20-Poly1305(HKDF(file key, nonce, "payload"), counter 11 | last 1), 64 KiB of plaintext each

The counter and the mark of the last chunk sit in the nonce: chunks that were moved, repeated, left out or cut do not
open. What has been handed out before an error was true and in its place, but is not the whole: whoever reads a file
waits for the end before believing that it is complete.

Every failure is ``Unopenable`` and says nothing more: not for these identities, altered, cut, or no age file.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from razdar.core.crypto.age_keys import (
    FILE_KEY_BYTES,
    Identity,
    Random,
    Recipient,
    Stanza,
    decode_base64,
    encode_base64,
)
from razdar.core.crypto.material import wipe
from razdar.core.errors import BadInput, Unopenable

__all__ = ["Identity", "Recipient", "decrypt", "encrypt"]

CHUNK_BYTES: Final = 64 * 1024

VERSION = b"age-encryption.org/v1\n"
"""How every age file begins."""
_TAG_BYTES, _NONCE_BYTES, _COLUMNS = 16, 16, 64
_LONGEST_LINE = 4096  # a hybrid stanza's arguments take about 1,510
_LONGEST_HEADER = 256 * 1024


def encrypt(recipients: Sequence[Recipient], source: Iterable[bytes], random: Random) -> Iterator[bytes]:
    """Seal a file to recipients, piece by piece.

    Args:
        recipients: at least one; all post-quantum or none, because the weakest decides (c2sp.org/age).
        source: the plaintext in pieces of any size.
        random: number of bytes to fresh random bytes.

    Raises:
        BadInput: no recipient, or of both kinds.
    """
    if len({recipient.post_quantum for recipient in recipients}) != 1:
        raise BadInput("A file is sealed to one or more recipients, all of them post-quantum or none.")
    file_key = bytearray(random(FILE_KEY_BYTES))
    try:
        stanzas = b"".join(_stanza_lines(recipient.wrap(file_key, random)) for recipient in recipients)
        head = VERSION + stanzas + b"---"
        mac = _header_mac(file_key, head).finalize()
        nonce = random(_NONCE_BYTES)
        cipher = _payload_cipher(file_key, nonce)
    finally:
        wipe(file_key)
    return _sealed(head + b" " + encode_base64(mac).encode() + b"\n" + nonce, cipher, source)


def decrypt(identities: Sequence[Identity], source: Iterable[bytes]) -> Iterator[bytes]:
    """Open a file, piece by piece; each piece is authentic, and the whole is when the iterator ends without an error.

    Raises:
        Unopenable: at the call or at any piece: anything at all is wrong.
    """
    pieces = _Pieces(source)
    header = _read_header(pieces)
    file_key = _file_key(identities, header.stanzas)
    try:
        try:
            _header_mac(file_key, header.covered).verify(header.mac)
        except InvalidSignature:
            raise Unopenable from None
        cipher = _payload_cipher(file_key, pieces.take(_NONCE_BYTES))
    finally:
        wipe(file_key)
    return _opened(cipher, pieces)


# --- Payload ----------------------------------------------------------------------------------------------------------


def _sealed(head: bytes, cipher: ChaCha20Poly1305, source: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    pieces, number = _Pieces(source), 0
    while pieces.hold(CHUNK_BYTES + 1):
        yield cipher.encrypt(_nonce(number, last=False), pieces.take(CHUNK_BYTES), None)
        number += 1
    yield cipher.encrypt(_nonce(number, last=True), pieces.rest(), None)


def _opened(cipher: ChaCha20Poly1305, pieces: "_Pieces") -> Iterator[bytes]:
    number, size = 0, CHUNK_BYTES + _TAG_BYTES
    try:
        while pieces.hold(size + 1):
            yield cipher.decrypt(_nonce(number, last=False), pieces.take(size), None)
            number += 1
        plain = cipher.decrypt(_nonce(number, last=True), pieces.rest(), None)
    except InvalidTag:
        raise Unopenable from None
    if number and not plain:
        raise Unopenable  # the last chunk is empty only when the whole file is
    yield plain


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _payload_cipher(file_key: bytearray, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, nonce, b"payload").derive(bytes(file_key)))


# --- Header -----------------------------------------------------------------------------------------------------------


class _Header:
    """A parsed header: its stanzas, its authenticator, and the bytes the authenticator covers."""

    def __init__(self, stanzas: list[Stanza], mac: bytes, covered: bytes) -> None:
        self.stanzas = stanzas
        self.mac = mac
        self.covered = covered


def _read_header(pieces: "_Pieces") -> _Header:
    covered = bytearray(pieces.line())
    if covered != VERSION:
        raise Unopenable
    stanzas: list[Stanza] = []
    while (line := pieces.line()).startswith(b"-> "):
        covered += line
        stanzas.append(_read_stanza(_text(line[3:]).split(" "), pieces, covered))
        if len(covered) > _LONGEST_HEADER:
            raise Unopenable
    if not stanzas or not line.startswith(b"--- "):
        raise Unopenable
    return _Header(stanzas, decode_base64(_text(line[4:])), bytes(covered) + b"---")


def _read_stanza(arguments: list[str], pieces: "_Pieces", covered: bytearray) -> Stanza:
    if not all(argument and all(33 <= ord(letter) <= 126 for letter in argument) for argument in arguments):
        raise Unopenable
    body, full = bytearray(), True
    while full:
        line = pieces.line()
        covered += line
        text = _text(line)
        full = len(text) == _COLUMNS
        if len(text) > _COLUMNS or len(covered) > _LONGEST_HEADER:
            raise Unopenable
        body += decode_base64(text)
    return Stanza(tuple(arguments), bytes(body))


def _text(line: bytes) -> str:
    try:
        return line.removesuffix(b"\n").decode("ascii")
    except UnicodeDecodeError:
        raise Unopenable from None


def _stanza_lines(stanza: Stanza) -> bytes:
    text = encode_base64(stanza.body)
    # The body ends with a line that is shorter than the others, be it empty.
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text) + 1, _COLUMNS)]
    return "".join(f"{line}\n" for line in (f"-> {' '.join(stanza.arguments)}", *lines)).encode()


def _file_key(identities: Sequence[Identity], stanzas: Sequence[Stanza]) -> bytearray:
    if len(stanzas) > 1 and any(stanza.arguments[0] == "scrypt" for stanza in stanzas):
        raise Unopenable  # a passphrase stands alone, so that whoever knows it is who made the file (c2sp.org/age)
    for identity in identities:
        for stanza in stanzas:
            found = identity.unwrap(stanza)
            if found is not None:
                return found
    raise Unopenable


def _header_mac(file_key: bytearray, covered: bytes) -> HMAC:
    mac = HMAC(HKDF(SHA256(), 32, None, b"header").derive(bytes(file_key)), SHA256())
    mac.update(covered)
    return mac


class _Pieces:
    """Bytes that arrive in pieces of any size, taken in sizes of our own."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._held = bytearray()

    def hold(self, size: int) -> bool:
        """Whether at least so many bytes are still to come."""
        while len(self._held) < size:
            piece = next(self._source, None)
            if piece is None:
                return False
            self._held += piece
        return True

    def take(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            Unopenable: fewer are left.
        """
        if not self.hold(size):
            raise Unopenable
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def line(self) -> bytes:
        """The next line with its end.

        Raises:
            Unopenable: none ends soon enough.
        """
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > _LONGEST_LINE or not self.hold(len(self._held) + 1):
                raise Unopenable
        return self.take(end + 1)

    def rest(self) -> bytes:
        """Everything that is left of the last piece; to be asked for when no full chunk is left."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
