"""What a planted string may look like on a disk, and finding all of its forms in one pass.

A needle is looked for

* in the cases people write it in, without regard to ASCII case, composed and decomposed (NFC, NFD);
* as UTF-8, UTF-16 (both byte orders), JSON and URL escapes, hexadecimal digits;
* inside base64 at all three alignments, in both alphabets;
* as digits alone, whatever stands between them, if it is a number: ``020 7946 0417`` is found in ``+442079460417``.

Literal forms are searched by RE2 automata, a megabyte in some hundredths of a second however many there are. An
automaton that runs out of memory reports nothing, so each search ends in a string that must be found.
"""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

import re2

SHORTEST_NUMBER = 8  # digits; shorter ones occur by chance
_SHORTEST_FORM = 5  # bytes
_CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, str.title, str.casefold)
_WIDE = ("utf-16-le", "utf-16-be")
_CANARY = b"\x00the scan came to its end\x00"
_NUMBER = re.compile(r"[+0-9 ().-]+")
_RUN = re.compile(rb"[0-9](?:[ ()./+\x00-]{0,8}[0-9]){%d,}" % (SHORTEST_NUMBER - 1))
_NOT_A_DIGIT = re.compile(rb"[^0-9]")


class Literals:
    """Needles by name, each with its literal forms, ready to be searched in any number of buffers."""

    def __init__(self, needles: Iterable[str]) -> None:
        names = list(needles)
        self._folded = Automaton((form.lower(), name) for name in names for form in forms(name))
        self._exact = Automaton((form, name) for name in names for form in base64_forms(name))
        self._numbers = [(digits, name) for name in names if (digits := number(name))]

    def found(self, data: bytes) -> set[str]:
        """The needles that occur in a buffer."""
        return self._folded.found(data.lower()) | self._exact.found(data) | self.numbers_found(digit_runs(data))

    def numbers_found(self, runs: bytes) -> set[str]:
        """The needles whose digits occur in `runs`, digits in lines of their own."""
        return {name for digits, name in self._numbers if digits in runs}


class Automaton:
    """Any number of byte strings, each with a name, searched in one pass."""

    def __init__(self, forms: Iterable[tuple[bytes, str]]) -> None:
        options = re2.Options()
        options.encoding, options.literal, options.max_mem = re2.Options.Encoding.LATIN1, True, 256 << 20
        self._set = re2.Set.SearchSet(options)
        self._set.Add(_CANARY)
        self._names = [""]
        for form, name in sorted(set(forms)):
            self._set.Add(form)
            self._names.append(name)
        self._set.Compile()

    def found(self, data: bytes) -> set[str]:
        """The names of those that occur in a buffer."""
        hits = self._set.Match(data + _CANARY) or ()
        if 0 not in hits:
            raise MemoryError("a search ended before its end")
        return {self._names[hit] for hit in hits} - {""}


def forms(text: str) -> set[bytes]:
    """How a text reads in storage, base64 aside; case of ASCII letters does not matter."""
    found = {form for variant in _variants(text) for form in _encoded(variant)}
    return {form for form in found if len(form) >= _SHORTEST_FORM}


def base64_forms(text: str) -> set[bytes]:
    """The characters that stand for nothing but the text inside base64 of something longer."""
    found = set()
    for variant in _variants(text):
        for encoding in ("utf-8", *_WIDE):
            found |= {core for shift in range(3) for core in _cores(variant.encode(encoding), shift)}
    return found


def number(text: str) -> bytes:
    """The digits of a telephone, card or id number without leading zeros; empty for anything else."""
    digits = "".join(filter(str.isdecimal, text)).lstrip("0")
    return digits.encode() if _NUMBER.fullmatch(text) and len(digits) >= SHORTEST_NUMBER else b""


def digit_runs(data: bytes) -> bytes:
    """Everything that looks like a number, as digits in lines of their own; zero bytes of UTF-16 are passed over."""
    return b"\n".join(_NOT_A_DIGIT.sub(b"", run[0]) for run in _RUN.finditer(data))


def _variants(text: str) -> set[str]:
    cased = {change(text) for change in _CASES}
    return {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in cased} | cased


def _encoded(text: str) -> Iterator[bytes]:
    plain = text.encode()
    yield plain
    yield json.dumps(text)[1:-1].encode()
    yield html.escape(text).encode()
    for safe in ("", "@+(),"):
        yield quote(text, safe=safe).encode()
        yield quote_plus(text, safe=safe).encode()
    for encoded in (plain, *(text.encode(wide) for wide in _WIDE)):
        yield encoded
        yield encoded.hex().encode()


def _cores(data: bytes, shift: int) -> Iterator[bytes]:
    """Base64 of data that begins `shift` bytes after a multiple of three, less what its neighbours take part in."""
    encoded = base64.b64encode(bytes(shift) + data)
    core = encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
    yield core
    yield core.translate(bytes.maketrans(b"+/", b"-_"))
