"""Finding planted values in an answer: in every byte of it, headers included, however they are written.

An answer is read as it stands, with the escapes of HTML, URLs and JSON undone, one inside another, and unpacked where
something is packed in it; each reading is searched for every form of every value (`tests.leaks.needles`: cases, UTF-8
and UTF-16, hexadecimal digits, base64 at all alignments, numbers with anything between their digits). Sound is found by
its shape, raw or coded, wherever in the answer it is.
"""

import html
import json
import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote, unquote_plus

from django.http import HttpResponse

from tests.doors.planted import GENDER, Planted, windows
from tests.leaks.containers import sounds, unpacked
from tests.leaks.needles import Literals
from tests.leaks.sound import Windows, readings

_TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]{64}"')
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
_CHOICE = re.compile(rb"<option\b(?![^>]*\bselected\b)[^>]*>.*?</option>", re.DOTALL)
_LONG = 8_000
"""Bytes from which on a body may be sound: half a second of it."""


class Scanner:
    """Searches answers for a set of planted values."""

    def __init__(self, planted: Iterable[Planted]) -> None:
        self._planted = {each.name: each for each in planted}
        self._names = {text: each.name for each in self._planted.values() for text in each.texts}
        self._literals = Literals(self._names)
        self._windows = Windows(list(windows()))
        self._found = cache(self._search)

    def found_in(self, answer: HttpResponse) -> frozenset[Planted]:
        """The planted values that an answer holds in any form."""
        return self.found(head_of(answer) + answer.content)

    def found(self, data: bytes) -> frozenset[Planted]:
        # The token differs in every answer; without it most refusals are the same bytes and are searched once.
        return self._found(_TOKEN.sub(rb'\1"', data))

    def _search(self, data: bytes) -> frozenset[Planted]:
        names = self._texts(data)
        if GENDER.name in names:
            # The words of an enumeration stand in every form's choices; only one that was chosen tells anything.
            names = names - {GENDER.name} | self._texts(_CHOICE.sub(b"", data)) & {GENDER.name}
        names |= self._sounds(data)
        return frozenset(self._planted[name] for name in names if name in self._planted)

    def _texts(self, data: bytes) -> set[str]:
        buffers = [data, *(inner for _, inner in unpacked(data))]
        forms = {reading for buffer in buffers for reading in readings_of(buffer)}
        return {self._names[text] for form in forms for text in self._literals.found(form)}

    def _sounds(self, data: bytes) -> set[str]:
        if len(data) < _LONG:
            return set()
        lanes = [*readings(data), *(lane for _, pcm in sounds(data) for lane in pcm.T)]
        return {name.partition(",")[0] for lane in lanes for name in self._windows.found(lane)}


def head_of(answer: HttpResponse) -> bytes:
    """Status, headers and cookies of an answer as bytes."""
    lines = [f"{answer.status_code} {answer.reason_phrase}", *(f"{name}: {value}" for name, value in answer.items())]
    return "\n".join([*lines, *(cookie.OutputString() for cookie in answer.cookies.values()), ""]).encode()


def readings_of(data: bytes) -> set[bytes]:
    """What bytes may mean: as they stand, and with up to two layers of escapes undone."""
    texts = {data.decode("utf-8", "replace")}
    for _ in range(2):
        texts |= {undo(text) for text in texts for undo in (html.unescape, unquote, unquote_plus, _from_json)}
    return {data} | {text.encode("utf-8", "replace") for text in texts}


def _from_json(text: str) -> str:
    return _ESCAPE.sub(lambda found: json.loads(f'"{found[0]}"'), text)
