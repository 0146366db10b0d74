"""Digit strings of a text.

Rules:
1. A number goes on over separators (space, dash, dot, slash, bracket, comma, one new line, signs without ink) and over
   a few fillers ("um", "let me see", "and then", see ``bridges``); it ends at anything else. Written rows are read
   alone, and where fillers stand between them as one number too; but "and" does not join two long rows.
2. Two long written groups with a comma or a new line between them are two numbers, not one.
3. Written rows are cut out with array operations and words with patterns of plain words, so the time is linear. Nobody
   says more than ``MOST_WORDS`` number words: what follows in such a text is reported as unread, to be concealed whole.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from razdar.core.redaction.bridges import SEPARATOR_CLASS, SEPARATORS, Bridge, alternatives
from razdar.core.redaction.folding import INVISIBLE
from razdar.core.redaction.numerals import Atom, DigitString, Gap, Role, SpokenLanguage, Token

MOST_WORDS = 50_000
"""Four hours of speech hold fewer words in all."""

SHORTEST = 3
"""Written rows with fewer digits cannot be part of anything we look for, unless number words stand beside them."""

WIDEST_SEPARATOR = 6
LONGEST_GAP = 40
LONG_GROUP = 9

_LOOSE = b",;|\n"
_DIGIT, _TIGHT, _WEAK, _OTHER = 1, 2, 4, 8


def _kinds() -> NDArray[np.uint8]:
    kinds = np.full(256, _OTHER, dtype=np.uint8)
    kinds[list(b"0123456789")] = _DIGIT
    kinds[list(SEPARATORS)] = 0
    kinds[list(_LOOSE)] = _WEAK
    kinds[INVISIBLE] = _TIGHT
    return kinds


_KINDS = _kinds()
_GAPS = tuple(Gap)
_ONE_GROUP = (0,)
_NO_GAP = (Gap.TIGHT,)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read.

    Attributes:
        strings: digit strings; several readings of the same words may overlap.
        unread_from: place from which number words were no longer read, or None.
        bridges: gaps between written digits that hold only fillers, as (start, end), in order.
    """

    strings: tuple[DigitString, ...]
    unread_from: int | None
    bridges: tuple[tuple[int, int], ...] = ()


class Written:
    """The rows of written digits of a view, found with array operations."""

    def __init__(self, view: bytes) -> None:
        self._view = view
        signs = np.frombuffer(view, dtype=np.uint8)
        kinds = _KINDS[signs]
        self._at = np.flatnonzero(kinds == _DIGIT)
        self._places: list[int] = self._at.tolist()
        self._digits = signs[self._at].tobytes()
        if not self._places:
            self.firsts = self.lasts = self._at
            return
        strengths = _gap_strengths(kinds, self._at)
        self._gaps = strengths.tobytes()
        cuts = np.flatnonzero(_splits(strengths)) + 1
        self.firsts = np.concatenate(([0], cuts))
        self.lasts = np.concatenate((cuts, [len(self._at)]))

    def long_rows(self) -> Iterator[DigitString]:
        """Rows of at least ``SHORTEST`` digits, each as a digit string."""
        long = self.lasts - self.firsts >= SHORTEST
        for first, last in zip(self.firsts[long].tolist(), self.lasts[long].tolist(), strict=True):
            yield self._row(first, last, self._gaps[first : last - 1])

    def bridges(self, kind: Callable[[bytes], Gap | None]) -> dict[int, Gap]:
        """For each row that goes on over fillers in the next one: how strong the gap is (rule 1)."""
        if len(self.firsts) < 2:
            return {}
        starts, ends = self._at[self.firsts[1:]], self._at[self.lasts[:-1] - 1] + 1
        lengths = self.lasts - self.firsts
        both_long = (lengths[:-1] >= LONG_GROUP) & (lengths[1:] >= LONG_GROUP)
        found: dict[int, Gap] = {}
        for row in np.flatnonzero(starts - ends <= LONGEST_GAP).tolist():
            gap = kind(self._view[ends[row] : starts[row]])
            if gap is not None and not (both_long[row] and gap is Gap.LINK):
                found[row] = gap
        return found

    def bridged_rows(self, bridges: dict[int, Gap]) -> Iterator[DigitString]:
        """Each number that goes on over fillers, as one digit string."""
        for row in bridges:
            if row - 1 in bridges:
                continue
            last_row = row
            while last_row in bridges:
                last_row += 1
            first, last = int(self.firsts[row]), int(self.lasts[last_row])
            gaps = bytearray(self._gaps[first : last - 1])
            for bridge in range(row, last_row):
                gaps[int(self.lasts[bridge]) - 1 - first] = bridges[bridge]
            if last - first >= SHORTEST:
                yield replace(self._row(first, last, bytes(gaps)), bridged=True)

    def bridge_places(self, bridges: dict[int, Gap]) -> list[tuple[int, int]]:
        """Where the gaps lie."""
        return [(self._places[self.lasts[row] - 1] + 1, self._places[self.firsts[row + 1]]) for row in bridges]

    def tokens_near(self, words: Sequence[Token]) -> list[Token]:
        """The rows that may belong to a number together with one of the words."""
        if not words or not len(self._at):
            return []
        starts, ends = self._at[self.firsts], self._at[self.lasts - 1] + 1
        word_starts = np.array([word.start for word in words])
        word_ends = np.array([word.end for word in words])
        following = np.searchsorted(word_starts, ends)
        before = np.searchsorted(word_ends, starts, side="right") - 1
        near_next = word_starts[np.minimum(following, len(words) - 1)] - ends
        near_last = starts - word_ends[np.maximum(before, 0)]
        near = ((near_next >= 0) & (near_next <= LONGEST_GAP)) | ((near_last >= 0) & (near_last <= LONGEST_GAP))
        return [self._token(int(starts[row]), int(ends[row])) for row in np.flatnonzero(near)]

    def _token(self, start: int, end: int) -> Token:
        return Token(Role.WRITTEN, _only_digits(self._view[start:end]), start, end)

    def _row(self, first: int, last: int, gaps: bytes) -> DigitString:
        begin, end = self._places[first], self._places[last - 1] + 1
        spoken = bytes(last - first)
        plus = sign_before(self._view, begin)
        if end - begin == last - first:  # nothing between the digits: no need to list their places
            places, ends = range(begin, end), range(begin + 1, end + 1)
            return DigitString(self._digits[first:last], places, ends, _ONE_GROUP, _NO_GAP, spoken, plus)
        starts = self._places[first:last]
        breaks = [place for place, gap in enumerate(gaps) if gap]
        return DigitString(
            digits=self._digits[first:last],
            starts=starts,
            ends=[start + 1 for start in starts],
            groups=[0, *(place + 1 for place in breaks)],
            gaps=[Gap.TIGHT, *(_GAPS[gaps[place]] for place in breaks)],
            spoken=spoken,
            plus=plus,
        )


def _gap_strengths(kinds: NDArray[np.uint8], at: NDArray[np.intp]) -> NDArray[np.uint8]:
    """For each digit but the last: what lies before the next one (a ``Gap``, or ``_OTHER`` where the number ends)."""

    def between(wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
        total = np.concatenate(([0], np.cumsum(wanted, dtype=np.int32)))
        counted: NDArray[np.int32] = total[at[1:]] - total[at[:-1] + 1]
        return counted

    visible = np.diff(at) - 1 - between(kinds == _TIGHT)
    strengths = np.full(len(at) - 1, Gap.PLAIN, dtype=np.uint8)
    strengths[(between(kinds == _WEAK) > 0) | (visible > 2)] = Gap.LOOSE
    strengths[visible == 0] = Gap.TIGHT
    strengths[(between(kinds == _OTHER) > 0) | (visible > WIDEST_SEPARATOR)] = _OTHER
    return strengths


def _splits(strengths: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a row ends: at anything that is no separator, and between two long groups on two lines (rule 2)."""
    breaks = np.flatnonzero(strengths != Gap.TIGHT)
    edges = np.concatenate(([-1], breaks, [len(strengths)]))
    lengths = np.diff(edges)
    long_pair = (lengths[:-1] >= LONG_GROUP) & (lengths[1:] >= LONG_GROUP)
    ends: NDArray[np.bool_] = strengths == _OTHER
    ends[breaks[long_pair & (strengths[breaks] == Gap.LOOSE)]] = True
    return ends


def sign_before(view: bytes, start: int) -> int:
    """Place of a plus sign right before a number ("+48", "+ 48", "+(48)"), else -1."""
    place = start - 1
    while place >= max(0, start - 3) and view[place] in b" (\x01":
        place -= 1
    return place if place >= 0 and view[place] == 0x2B else -1


def _only_digits(row: bytes) -> str:
    return row.translate(None, SEPARATORS).decode("ascii")


class Scanner:
    """Reads spoken numbers in one language, together with the written rows beside them."""

    def __init__(self, language: SpokenLanguage) -> None:
        self._language = language
        words = alternatives(language.words)
        self.gate = rb"\b(?:" + words + rb")\b" + SEPARATOR_CLASS + rb"{1,6}(?:[0-9]|(?:" + words + rb")\b)"
        others = alternatives(_phrases_with_number_words(language))
        self._words = re.compile(rb"\b(?:" + others + rb"|" + words + rb")\b")
        self.bridge = Bridge(language)
        spoken_over = alternatives(language.fillers | language.hesitations)
        fillers = rb"(?:\b(?:" + spoken_over + rb")\b" + SEPARATOR_CLASS + rb"{1,6}){0,4}"
        self._joint = re.compile(SEPARATOR_CLASS + rb"{0,6}" + fillers)

    def strings(self, view: bytes, written: Written) -> tuple[list[DigitString], int | None]:
        """Digit strings that hold at least one number word, and the place from which no more were read."""
        matches = islice(self._words.finditer(view), MOST_WORDS + 1)
        words = [token for match in matches if (token := self._token(match)) is not None]
        unread = None
        if len(words) > MOST_WORDS:
            unread = words.pop().start
        tokens = sorted((*words, *written.tokens_near(words)), key=lambda token: token.start)
        found: list[DigitString] = []
        for stretch in self._stretches(view, tokens):
            for atoms in self._language.read(stretch):
                found.extend(_joined(atoms, view, self.bridge))
        return found, unread

    def _token(self, match: re.Match[bytes]) -> Token | None:
        """The number word, or None for a phrase that only holds one ("one moment")."""
        meaning = self._language.words.get(match.group().decode("ascii"))
        return None if meaning is None else Token(*meaning, match.start(), match.end())

    def _stretches(self, view: bytes, tokens: Sequence[Token]) -> Iterator[list[Token]]:
        current: list[Token] = []
        end = 0
        for token in tokens:
            if current and not self._joins(view, end, token.start):
                yield current
                current = []
            current.append(token)
            end = token.end
        if current:
            yield current

    def _joins(self, view: bytes, end: int, start: int) -> bool:
        if start - end > LONGEST_GAP:
            return False
        gap = view[end:start]
        return gap in (b" ", b", ", b"-") or self._joint.fullmatch(gap) is not None


def _phrases_with_number_words(language: SpokenLanguage) -> list[str]:
    return [
        phrase
        for phrase in language.hesitations
        if " " in phrase and not language.words.keys().isdisjoint(phrase.split())
    ]


def _joined(atoms: Sequence[Atom], view: bytes, bridge: Bridge) -> Iterator[DigitString]:
    """Atoms of one reading as digit strings; a spoken "plus" starts a new one."""
    start = 0
    plus = -1
    for place, atom in enumerate(atoms):
        if atom.digits == "+":
            yield from _string(atoms[start:place], view, plus, bridge)
            start, plus = place + 1, atom.start
    yield from _string(atoms[start:], view, plus, bridge)


def _string(atoms: Sequence[Atom], view: bytes, plus: int, bridge: Bridge) -> Iterator[DigitString]:
    if not any(atom.spoken for atom in atoms):
        return
    places = [place for atom in atoms for place in _places(atom, view)]
    spoken = b"".join((b"\x01" if atom.spoken else b"\x00") * len(atom.digits) for atom in atoms)
    groups, gaps = [0], [Gap.TIGHT]
    for index in range(1, len(places)):
        (last_start, last_end), (start, _) = places[index - 1], places[index]
        gap = Gap.TIGHT if start == last_start else _gap(view[last_end:start])
        if gap is Gap.LOOSE and not (spoken[index] and spoken[index - 1]):
            gap = bridge.kind(view[last_end:start]) or gap
        if gap is not Gap.TIGHT:
            groups.append(index)
            gaps.append(gap)
    yield DigitString(
        digits="".join(atom.digits for atom in atoms).encode("ascii"),
        starts=[start for start, _ in places],
        ends=[end for _, end in places],
        groups=groups,
        gaps=gaps,
        spoken=spoken,
        plus=plus if plus >= 0 else sign_before(view, places[0][0]),
        bridged=max(gaps) > Gap.LOOSE,
    )


def _places(atom: Atom, view: bytes) -> list[tuple[int, int]]:
    if atom.spoken:
        return [(atom.start, atom.end)] * len(atom.digits)
    return [(at, at + 1) for at in range(atom.start, atom.end) if 0x30 <= view[at] <= 0x39]


def _gap(between: bytes) -> Gap:
    visible = between.replace(b"\x01", b"")
    if not visible:
        return Gap.TIGHT
    if len(visible) > 2 or any(sign in _LOOSE or sign >= 0x61 for sign in visible):
        return Gap.LOOSE
    return Gap.PLAIN
