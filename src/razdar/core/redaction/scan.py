"""One text under search: its views, digit strings and cues, each made once and only when somebody asks."""

from functools import cache, cached_property
from typing import Any

import re2

from razdar.core.redaction import spoken
from razdar.core.redaction.cues import Cues
from razdar.core.redaction.digits import SHORTEST, Numbers, Written
from razdar.core.redaction.folding import OTHER_LETTER, plain, view
from razdar.core.redaction.numerals import DigitString


class Scan:
    """What the detectors are given.

    Attributes:
        text: the text as it came; all offsets are its code points.
        lang: BCP 47 tag of the text's language, or None.
        view: the 8-bit view of the text (see ``folding``).
    """

    def __init__(self, text: str, lang: str | None = None) -> None:
        self.text = text
        self.lang = lang
        self.view = view(text)

    @cached_property
    def numbers(self) -> Numbers:
        """Written and spoken digit strings."""
        heard = [code for code in spoken.languages(self.lang) if _gate(code).search(self.view) is not None]
        digits = len(self.view) - len(self.view.translate(None, b"0123456789"))
        if not heard and digits < SHORTEST:
            return Numbers((), None)
        written = Written(self.view)
        strings: list[DigitString] = list(written.long_rows())
        unread: list[int] = []
        for code in heard:
            found, unread_from = spoken.scanner(code).strings(self.view, written)
            strings.extend(found)
            unread.extend([] if unread_from is None else [unread_from])
        places: list[tuple[int, int]] = []
        for code in spoken.languages(self.lang):
            if _bridge_gate(code).search(self.view) is not None:
                bridges = written.bridges(spoken.scanner(code).bridge.kind)
                strings.extend(written.bridged_rows(bridges))
                places.extend(written.bridge_places(bridges))
        return Numbers(tuple(strings), min(unread, default=None), tuple(sorted(places)))

    @cached_property
    def cues(self) -> Cues:
        """Words that say what a number is."""
        return Cues(plain(self.text))

    @cached_property
    def language(self) -> str:
        """Primary language subtag in lower case, or an empty string."""
        return (self.lang or "").partition("-")[0].lower()

    def touches_word(self, start: int, end: int) -> bool:
        """Whether a letter or digit stands right before or right after a stretch."""
        return (start > 0 and _is_word(self.view[start - 1])) or (end < len(self.view) and _is_word(self.view[end]))


def _is_word(byte: int) -> bool:
    return 0x61 <= byte <= 0x7A or 0x30 <= byte <= 0x39 or byte >= OTHER_LETTER


def pattern(expression: bytes) -> Any:
    """A linear-time pattern over 8-bit views.

    Raises:
        re2.error: the expression is not one that RE2 can run.
    """
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.never_nl = False
    return re2.compile(expression, options)


@cache
def _gate(code: str) -> Any:
    return pattern(spoken.scanner(code).gate)


@cache
def _bridge_gate(code: str) -> Any:
    return pattern(spoken.scanner(code).bridge.gate)
