"""Words that say what the number, name or place beside them is.

Rules:
1. A cue is looked for as a whole word, in lower case without accents, in every language at once: calls mix languages.
   The words stand in ``vocabulary``, one file for each language; an identifier brings its own (see ``identifiers``).
2. Nearness is counted in characters; what stands after a number counts double, because people announce a number
   more often than they comment on it. A cue inside a longer one says nothing of its own ("phone" in "phone number").
3. The tokens of a text that was redacted before ("[card]", "<CARD_KKCMT>") are no cues, and no cue reaches over one:
   redacting twice must not find more because the text became shorter.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import ahocorasick

from razdar.core.redaction.folding import plain
from razdar.core.redaction.spans import TOKENS

_HIDDEN = re.compile("(?<=[a-z])(?:[\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]+|-\n)(?=[a-z])")
"""What stands inside a word and is no part of it: signs without ink, the hyphen at the end of a line."""

REACH = 80
"""A cue farther away than this says nothing."""

_REACH_AFTER = REACH // 2 + 24
NOWHERE = 10_000


class Cue(StrEnum):
    """What something is said to be. Where it is what a ``SpanType`` is, it has that name."""

    CARD = "CARD"
    CVV = "CVV"
    EXPIRY = "EXPIRY"
    PIN = "PIN"
    SECRET = "SECRET"
    PASSWORD = "PASSWORD"
    USERNAME = "USERNAME"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    ACCOUNT = "ACCOUNT"
    NATIONAL_ID = "NATIONAL_ID"
    TAX_ID = "TAX_ID"
    PASSPORT = "PASSPORT"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    DOC_ID = "DOC_ID"
    VEHICLE = "VEHICLE"
    REFERENCE = "REFERENCE"
    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    ZIP = "ZIP"
    DOB = "DOB"
    DATE = "DATE"
    AMOUNT = "AMOUNT"
    """Money and other quantities: nothing to conceal."""

    THING = "THING"
    """Versions, rooms, flights, models, part numbers: nothing to conceal."""

    NOTHING = "NOTHING"
    """A phrase that holds a cue and says nothing ("in case")."""


_NO_NAMES = frozenset({Cue.THING, Cue.AMOUNT, Cue.DATE, Cue.PERSON, Cue.ADDRESS})
_JOINED = frozenset({Cue.CVV, Cue.PIN, Cue.SECRET, Cue.EXPIRY, Cue.CARD})
"""Programmers write these in one word ("securityCode")."""

_HOLLOW = (Cue.NOTHING,)

Kind = str
"""A ``Cue``, or the name of an identifier such as ``pl.pesel``."""

Place = tuple[int, int, tuple[Kind, ...]]
"""Where a cue stands, first character and end, and what it says."""

PERSIAN_ENDINGS = re.compile(
    "(?:[\u0645\u062a\u0634](?:\u0627\u0646|\u0648\u0646)?|\u06cc)?[\u0648\u0647\u0645]?(?![^\\W\\d_])"
)
"""What a Persian word is said with: whose it is, "a", and in speech "is", "too" and the sign of the object."""

SHORTEST_BEFORE_ENDING = 3
LONGEST_ENDING = 4
"""Letters that a cue may go on with before a number that runs into it."""

LONG_TEXT = 4_000
"""In a longer text all cues are found at once; in a shorter one only those around what somebody asks about."""


class Company:
    """The cues around one place.

    Attributes:
        nearest: characters to the nearest cue of any kind.
        said: what the nearest cues say.
        distances: characters to the nearest cue of each kind that is in reach.
    """

    __slots__ = ("distances", "nearest", "said")

    def __init__(self, distances: Mapping[Kind, int]) -> None:
        self.distances = distances
        self.nearest = nearest = min(distances.values()) if distances else NOWHERE
        self.said = frozenset([kind for kind, away in distances.items() if away == nearest])

    def distance(self, *kinds: Kind) -> int:
        """Characters to the nearest cue of these kinds; ``NOWHERE`` beyond ``REACH``."""
        distances = self.distances
        found = NOWHERE
        if distances:
            for kind in kinds:
                away = distances.get(kind, NOWHERE)
                found = min(found, away)
        return found

    def near(self, *kinds: Kind, within: int = REACH) -> bool:
        """Whether a cue of these kinds stands within so many characters."""
        return self.distance(*kinds) <= within

    def names(self, *kinds: Kind, within: int = REACH) -> bool:
        """The same, with no other cue nearer."""
        return self.nearest <= within and not self.said.isdisjoint(kinds)


NOBODY = Company({})


class Lexicon:
    """Knows the cues.

    Args:
        words: for each kind its words, in any case and script. A word that ends in ``*`` may go on ("telefon*").
    """

    def __init__(self, words: Mapping[Kind, Iterable[str]]) -> None:
        entries: dict[str, tuple[bool, list[Kind]]] = {}
        for kind, its_words in words.items():
            for word in _with_joined(kind, its_words):
                folded = plain(word.removesuffix("*"))
                goes_on, kinds = entries.setdefault(folded, (word.endswith("*"), []))
                entries[folded] = goes_on or word.endswith("*"), kinds
                if kind not in kinds:
                    kinds.append(kind)
        words_of_all = [(folded, (len(folded), goes_on, tuple(kinds))) for folded, (goes_on, kinds) in entries.items()]
        self._of_all = _automaton(words_of_all)
        self._of_ascii = _automaton([word for word in words_of_all if word[0].isascii()])
        self.longest = max(map(len, entries), default=0)

    def find(self, text: str, first: int, last: int) -> list[Place]:
        """Cues within ``first:last`` in order, without those that lie in a longer one."""
        found: list[Place] = []
        hollow = False
        # A part of its own: the automaton copies whatever text it is given, once for every number of a long one.
        part = text[first:last]
        automaton = self._of_ascii if part.isascii() else self._of_all
        for at, (length, goes_on, kinds) in automaton.iter(part):
            end = first + at + 1
            start = end - length
            if not _begins_word(text, start):
                continue
            end = _word_end(text, start, end, goes_on=goes_on)
            if end is None:
                continue
            kept = len(found)
            while kept and found[kept - 1][0] >= start:
                kept -= 1
            if kept and start < found[kept - 1][1]:
                continue  # inside a longer one, or made of its end: "error code is"
            found[kept:] = [(start, end, kinds)]
            hollow = hollow or kinds == _HOLLOW
        return [place for place in found if place[2] != _HOLLOW] if hollow else found


class _Shown:
    """A text without what is hidden between Latin letters, and where its characters stood."""

    def __init__(self, text: str) -> None:
        hidden = {place for match in _HIDDEN.finditer(text) for place in range(match.start(), match.end())}
        self._places = [place for place in range(len(text)) if place not in hidden]
        self.text = "".join(map(text.__getitem__, self._places))

    def place(self, index: int) -> int:
        """Where a character of ``text`` stood."""
        return self._places[index]

    def index(self, place: int) -> int:
        """The first character of ``text`` that stood there or later."""
        return bisect_left(self._places, place)


class Cues:
    """The cues of one text, as ``folding.plain`` returns it."""

    def __init__(self, lexicon: Lexicon, text: str) -> None:
        self._lexicon = lexicon
        self._whole = text
        self._length = len(text)
        may_hide = not text.isascii() or "-\n" in text
        self._shown = _Shown(text) if may_hide and _HIDDEN.search(text) is not None else None
        if self._shown is not None:
            text = self._shown.text
        self._text = text
        self._all = lexicon.find(text, 0, len(text)) if len(text) > LONG_TEXT else None
        self._starts = [place[0] for place in self._all] if self._all else []

    def within(self, first: int, last: int) -> list[Place]:
        """Cues that lie within ``first:last``, in order."""
        if self._shown is None:
            return self._within(first, last)
        shown = self._shown
        return [
            (shown.place(start), shown.place(end - 1) + 1, kinds)
            for start, end, kinds in self._within(shown.index(first), shown.index(last))
        ]

    def ends_at(self, place: int) -> bool:
        """Whether a word for a number stands right before a place, with an ending or without ("telefonem738",
        "dowoduABC123456")."""
        first = max(0, place - self._lexicon.longest - LONGEST_ENDING)
        if self._whole[place].isalpha():  # which it would be a part of
            part = self._whole[first:place]
            found = self._lexicon.find(part, 0, len(part))
            return any(end == len(part) and not _NO_NAMES.issuperset(kinds) for _, end, kinds in found)
        return any(
            (end == place or (place - end <= LONGEST_ENDING and self._whole[end:place].isalpha()))
            and not _NO_NAMES.issuperset(kinds)
            for _, end, kinds in self.within(first, place)
        )

    def begins_at(self, place: int) -> bool:
        """Whether one stands right behind it."""
        last = min(self._length, place + self._lexicon.longest)
        return any(start == place and not _NO_NAMES.issuperset(kinds) for start, _, kinds in self.within(place, last))

    def _within(self, first: int, last: int) -> list[Place]:
        if self._all is None:
            return self._lexicon.find(self._text, first, last)
        some = self._all[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        return some if not some or some[-1][1] <= last else some[:-1]

    def company(self, start: int, end: int) -> Company:
        """The cues around ``start:end``."""
        text = self._whole
        first = max(0, start - REACH - self._lexicon.longest)
        last = min(len(text), end + _REACH_AFTER)
        if "[" in text[first:last] or "<" in text[first:last]:
            first, last = _between_tokens(text, first, start, end, last)
        distances: dict[Kind, int] = {}
        for begin, stop, kinds in self.within(first, last):
            if stop <= start:
                away = start - stop
            elif begin >= end:
                away = 2 * (begin - end) + 2
            else:
                continue
            if away <= REACH:
                for kind in kinds:
                    if away < distances.get(kind, NOWHERE):
                        distances[kind] = away
        return Company(distances) if distances else NOBODY


def _automaton(words: Iterable[tuple[str, tuple[int, bool, tuple[Kind, ...]]]]) -> ahocorasick.Automaton:
    """Finds words. (One with fewer letters that words begin with is faster; most texts need no others than ASCII's.)"""
    automaton = ahocorasick.Automaton()
    for word, value in words:
        automaton.add_word(word, value)
    automaton.make_automaton()
    return automaton


def _with_joined(kind: Kind, words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield word
        if kind in _JOINED and " " in word and word.isascii():
            yield word.replace(" ", "")
            yield word.replace(" ", "_")


def _between_tokens(text: str, first: int, start: int, end: int, last: int) -> tuple[int, int]:
    for match in TOKENS.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            return first, match.start()
    return first, last


def _begins_word(text: str, start: int) -> bool:
    first = text[start]
    return first > "\u2e80" or not first.isalnum() or not start or not _is_letter(text[start - 1])


def _word_end(text: str, start: int, end: int, *, goes_on: bool) -> int | None:
    """Where the word ends that a cue is, with its Persian ending; nowhere if it goes on as another word."""
    if text[start] > "\u2e80" or goes_on or end == len(text) or not _is_letter(text[end]):
        return end
    ending = PERSIAN_ENDINGS.match(text, end) if end - start >= SHORTEST_BEFORE_ENDING else None
    return ending.end() if ending is not None else None


def _is_letter(sign: str) -> bool:
    return sign.isalpha() and sign < "\u2e80"
