"""How a table is written: its encoding, its separator, and which file it is.

Rules:

1. A byte order mark decides. Without one the file must be UTF-8 from its first byte to its last; nothing is guessed,
   because a wrong guess writes wrong names. Whoever knows better says ``--encoding``.
2. The whole file is looked at before anything is taken from it, in pieces: that it decodes, that it is text, and its
   digest, by which (keyed) a run that was broken off is found again.
3. The separator is the one that cuts the first rows into most columns of equal number; it is shown, and
   ``--separator`` overrules it. A first line ``sep=;``, as spreadsheets write it, is believed.
"""

import codecs
import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from razdar.core.errors import BadInput

ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp874",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-9",
    "iso-8859-15",
    "koi8-r",
    "mac-roman",
    "big5",
    "big5hkscs",
    "gb18030",
    "shift_jis",
    "euc-kr",
)
"""What ``--encoding`` takes."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_ROWS = 20
_PIECE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Dialect:
    """How one table is written.

    Attributes:
        encoding: as Python's codecs name it.
        separator: one character.
        skip: lines before the header.
    """

    encoding: str
    separator: str
    skip: int = 0

    def __str__(self) -> str:
        name = {"utf-8-sig": "UTF-8 with a mark at its beginning"}.get(self.encoding, self.encoding.upper())
        return f"{name}, separated by {SEPARATORS[self.separator]}"


@dataclass(frozen=True)
class Probed:
    """What was found out about a file.

    Attributes:
        digest: SHA-256 of all its bytes; never stored.
        size: in bytes.
    """

    dialect: Dialect
    digest: bytes
    size: int


def open_table(path: Path) -> BinaryIO:
    """Open a file to read a table from.

    Raises:
        BadInput: it is not there, is a folder, or may not be read.
    """
    try:
        if not path.is_file():
            raise BadInput("There is no such file to import.")
        return path.open("rb")
    except OSError:
        raise BadInput("The file to import cannot be read. Check its name and rights.") from None


def probe(file: BinaryIO, *, encoding: str = "", separator: str = "") -> Probed:
    """Look at a whole file once.

    Args:
        file: open for reading; is left at its beginning.
        encoding, separator: what somebody said they are.

    Raises:
        BadInput: not text, or not in this encoding; the sentence says in which line and what to say.
    """
    file.seek(0)
    head = file.read(4)
    if head in _SPREADSHEETS:
        raise BadInput("This is a spreadsheet, not a table of text. Save it as CSV in UTF-8 and import that.")
    name = _encoding(head, encoding)
    file.seek(0)
    digest, size, sample = _read_through(file, name, said=bool(encoding))
    file.seek(0)
    return Probed(_dialect(name, sample, separator), digest, size)


def _encoding(head: bytes, said: str) -> str:
    if said:
        if said.lower() not in ENCODINGS:
            raise BadInput(f"That encoding is not known here. Known are: {', '.join(ENCODINGS)}.")
        return "utf-8-sig" if said.lower() == "utf-8" and head.startswith(codecs.BOM_UTF8) else said.lower()
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _read_through(file: BinaryIO, encoding: str, *, said: bool) -> tuple[bytes, int, str]:
    digest, size, sample, line = hashlib.sha256(), 0, "", 1
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    while True:
        piece = file.read(_PIECE)
        digest.update(piece)
        size += len(piece)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeError as error:
            raise BadInput(_undecodable(error, line, encoding, said=said)) from None
        if "\0" in text:
            raise BadInput(f"Line {line + _lines(text.partition(chr(0))[0])} holds signs that no table of text has.")
        line += _lines(text)
        if len(sample) < SAMPLE_CHARACTERS:
            sample += text[:SAMPLE_CHARACTERS]
        if not piece:
            return digest.digest(), size, sample


def _lines(text: str) -> int:
    return text.count("\n")


def _undecodable(error: UnicodeError, line: int, encoding: str, *, said: bool) -> str:
    if isinstance(error, UnicodeDecodeError):
        line += _lines(error.object[: error.start].decode(encoding, "ignore"))
    if said:
        return f"Line {line} is not written in {encoding}. Say how the file is written with --encoding."
    return (
        f"Line {line} is not {encoding.upper().removesuffix('-SIG')}. Save the file as CSV in UTF-8, or say how it is "
        "written, for example --encoding cp1252 for a file of an older Windows program."
    )


def _dialect(encoding: str, sample: str, said: str) -> Dialect:
    first, _, rest = sample.partition("\n")
    named = first.strip().lower()
    if len(named) == 5 and named.startswith("sep=") and named[4] in SEPARATORS:
        return Dialect(encoding, said or named[4], skip=1)
    if said:
        return Dialect(encoding, said)
    return Dialect(encoding, max(SEPARATORS, key=lambda each: _fit(first + "\n" + rest, each)))


def _fit(sample: str, separator: str) -> tuple[int, int]:
    """How well a separator cuts the first rows: how many of them like the header, and into how many columns."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if row:
                widths.append(len(row))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    if not widths or widths[0] < 2:
        return (0, 0)
    return (Counter(widths)[widths[0]], widths[0])
