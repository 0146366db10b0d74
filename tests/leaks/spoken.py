"""What a stored transcript says, put together again: its words lie apart, each with its times.

A word is a JSON object with the text under ``w`` and, if there is one, the channel under ``c``. Two parties speak into
each other's sentences, so each channel is read by itself too. Numbers said are also given as digits.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator

_OBJECT = re.compile(rb'\{[^{}]{0,400}?"w"\s*:[^{}]{0,600}?\}')
_EDGES = ".,?!;:"
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = {name: str(value) for value, name in enumerate(_NAMES)} | {"oh": "0", "nought": "0"}


def spoken(data: bytes) -> Iterator[bytes]:
    """The text of each channel of the transcripts in a buffer, and of all together."""
    if b'"w"' not in data:
        return
    channels: dict[object, list[str]] = defaultdict(list)
    for channel, text in _words(data):
        channels[channel].append(text)
        channels["all"].append(text)
    for words in channels.values():
        yield " ".join(words).encode("utf-8", "replace")


def digits_said(text: bytes) -> bytes:
    """Digits said one after the other, as digits in lines of their own."""
    words = (word.strip(_EDGES).lower() for word in text.decode().split())
    return "".join(_DIGITS.get(word, "\n") for word in words).encode()


def _words(data: bytes) -> Iterator[tuple[object, str]]:
    for match in _OBJECT.finditer(data):
        try:
            entry = json.loads(match[0])
        except ValueError:
            continue
        if isinstance(entry.get("w"), str):
            yield entry.get("c"), entry["w"]
