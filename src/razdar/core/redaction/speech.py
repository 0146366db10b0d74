"""Numbers said as words, read together with the written rows beside them.

Rules:
1. A number goes on over separators and a few fillers ("um", "let me see", see ``bridges``); it ends at anything else.
2. Words are found with patterns of plain words, so the time is linear. Nobody says more than ``MOST_WORDS`` number
   words: what follows in such a text is reported as unread, to be concealed whole.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from razdar.core.redaction.bridges import SEPARATOR_CLASS, Bridge, alternatives, is_ideographic, seen
from razdar.core.redaction.corrections import MOST_DIGITS, corrected
from razdar.core.redaction.folding import LETTER_CLASS, is_letter, view
from razdar.core.redaction.numerals import Atom, DigitString, Gap, Role, SpokenLanguage, Token
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.rows import LONGEST_GAP, Row, digits_of, sign_before

MOST_WORDS = 20_000
"""Four hours of speech hold fewer number words."""

_COUNTING = (
    Role.UNIT, Role.TEEN, Role.TENS, Role.HUNDRED, Role.HUNDREDS, Role.THOUSAND, Role.LAKH, Role.REPEAT, Role.PLURAL,
    Role.TIMES, Role.PLUS,
)  # fmt: skip
"""Roles of words of which a text with a spoken number has two side by side, or one beside a digit."""

_DIGITS = re.compile(rb"[0-9]+")
_SHORTEST_CORRECTION = 3
_NO_LETTER = rb"[^" + LETTER_CLASS + rb"]"


class Scanner:
    """Reads spoken numbers in one language.

    Args:
        language: its words.
        own: words of the language of the text in which these are listened for; they are no numbers here.

    Attributes:
        gate: a pattern for RE2 that every text with two number words, or one beside a digit, matches.
        bridge: what may stand between two parts of one number.
    """

    def __init__(self, language: SpokenLanguage, own: frozenset[str] = frozenset()) -> None:
        self._language = language
        said = {word: meaning for word, meaning in language.words.items() if word not in own}
        self._meanings = {byte_form(word): meaning for word, meaning in said.items()}
        self._unspaced = any(is_ideographic(word) for word in said)
        phrases = _phrases_with_number_words(language)
        words = alternatives([*said, *phrases])
        counting = alternatives(word for word, (role, _) in said.items() if role in _COUNTING)
        self._ands = [word for word, (role, _) in said.items() if role is Role.AND]
        self.gate = self._gate(counting)
        ascii_only = all(view(word).isascii() for word in (*said, *phrases))
        before, after = (
            (rb"", rb"") if self._unspaced else (rb"(?:^|" + _NO_LETTER + rb")", rb"\b" if ascii_only else rb"")
        )
        self._words = pattern(before + rb"(" + words + rb")" + after)
        self.bridge = Bridge(language)
        self._joint = self.bridge.joint

    def _gate(self, counting: bytes) -> bytes:
        if self._unspaced:
            return rb"[0-9](?:" + counting + rb")[0-9]"
        one, gap = rb"(?:[0-9]+|" + counting + rb")", SEPARATOR_CLASS + rb"{1,6}"
        if self._ands:
            gap += rb"(?:(?:" + alternatives(self._ands) + rb")" + gap + rb")?"
        two = rb"(?:" + counting + rb")" + gap + one + rb"|[0-9]+" + gap + rb"(?:" + counting + rb")"
        return rb"(?:^|" + _NO_LETTER + rb")(?:" + two + rb")(?:" + _NO_LETTER + rb"|$)"

    def strings(
        self, view: bytes, written: Sequence[Row], text: str = "", borders: Sequence[int] = ()
    ) -> tuple[list[DigitString], int | None]:
        """Digit strings that hold at least one number word, and the place from which no more were read.

        Args:
            view: the 8-bit view.
            written: all rows of digits in it.
            text: the text itself; without it Chinese words between digits are not understood.
            borders: places over which a number goes on and a number word does not: "seven hundred", "eighty" by the
                same speaker in two turns are 700 80.
        """
        text = text or view.decode("latin-1")
        words = list(islice(self._tokens(view), MOST_WORDS + 1))
        unread = None
        if len(words) > MOST_WORDS:
            unread = words.pop().start
        rows = _rows_near(view, written, words)
        if self._unspaced:
            rows = (part for row in rows for part in _unbroken(view, row))
        tokens = sorted((*words, *rows), key=lambda token: token.start)
        found: list[DigitString] = []
        for stretch in self._stretches(view, text, tokens):
            for atoms in self._readings(stretch, borders):
                found.extend(_joined(atoms, view, text, self.bridge))
        return found, unread

    def _readings(self, stretch: Sequence[Token], borders: Sequence[int]) -> list[list[Atom]]:
        parts = _parts(stretch, borders) if borders else [stretch]
        if len(parts) == 1:
            return self._language.read(stretch)
        read = [readings for part in parts if (readings := self._language.read(part))]
        return [
            [atom for readings in read for atom in readings[min(place, len(readings) - 1)]]
            for place in range(max(map(len, read), default=0))
        ]

    def _tokens(self, view: bytes) -> Iterator[Token]:
        """The number words, without phrases that only hold one ("one moment")."""
        end_of_text = len(view)
        for match in self._words.finditer(view):
            start, end = match.span(1)
            word = match.group(1)
            if not self._unspaced and end < end_of_text and is_letter(view[end]):
                word = word.partition(b" ")[0]  # not the phrase, but the number it begins with
                if len(word) == end - start:
                    continue
                end = start + len(word)
            meaning = self._meanings.get(word.replace(b"\x01", b""))
            if meaning is not None:
                yield Token(*meaning, start, end)

    def _stretches(self, view: bytes, text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
        current: list[Token] = []
        end = 0
        for token in tokens:
            if current and not self._joins(view, text, end, token.start):
                yield current
                current = []
            current.append(token)
            end = token.end
        if current:
            yield current

    def _joins(self, view: bytes, text: str, end: int, start: int) -> bool:
        if start - end > LONGEST_GAP:
            return False
        gap = view[end:start]
        return gap in (b" ", b", ", b"-", b"") or self._joint.fullmatch(seen(gap, text[end:start])) is not None


def _parts(stretch: Sequence[Token], borders: Sequence[int]) -> list[list[Token]]:
    """A stretch cut at its borders."""
    parts: list[list[Token]] = []
    turn = -1
    for token in stretch:
        begun = bisect_right(borders, token.start)
        if begun != turn:
            parts.append([])
            turn = begun
        parts[-1].append(token)
    return parts


def byte_form(word: str) -> bytes:
    """A word as it stands in an 8-bit view, without signs that leave no ink."""
    return view(word).replace(b"\x01", b"")


def _rows_near(view: bytes, written: Sequence[Row], words: Sequence[Token]) -> Iterator[Token]:
    """The rows that may belong to a number together with one of the words."""
    if not words:
        return
    starts, ends = [word.start for word in words], [word.end for word in words]
    for row in written:
        if row.end - row.start == 1 and view[max(0, row.start - 3) : row.start].isalpha():
            continue  # a digit at the end of a word: "CVV2"
        following = bisect_left(starts, row.end)
        before = bisect_left(ends, row.start + 1) - 1
        near = following < len(starts) and starts[following] - row.end <= LONGEST_GAP
        if near or (before >= 0 and row.start - ends[before] <= LONGEST_GAP):
            yield Token(Role.WRITTEN, digits_of(view, row).decode("ascii"), row.start, row.end)


def _unbroken(view: bytes, row: Token) -> Iterator[Token]:
    """The parts of a row without anything between their digits."""
    for match in _DIGITS.finditer(view, row.start, row.end):
        yield Token(row.role, match.group().decode("ascii"), match.start(), match.end())


def _phrases_with_number_words(language: SpokenLanguage) -> list[str]:
    return [
        phrase
        for phrase in sorted(language.hesitations | language.corrections | language.fillers)
        if " " in phrase and not language.words.keys().isdisjoint(phrase.split())
    ]


def _joined(atoms: Sequence[Atom], view: bytes, text: str, bridge: Bridge) -> Iterator[DigitString]:
    """Atoms of one reading as digit strings; a spoken "plus" starts a new one."""
    start = 0
    plus = -1
    for place, atom in enumerate(atoms):
        if atom.digits == "+":
            yield from _strings(atoms[start:place], view, text, plus, bridge)
            start, plus = place + 1, atom.start
    yield from _strings(atoms[start:], view, text, plus, bridge)


def _strings(atoms: Sequence[Atom], view: bytes, text: str, plus: int, bridge: Bridge) -> Iterator[DigitString]:
    """The digits of atoms as they were said, and as they are after corrections."""
    if not any(atom.spoken for atom in atoms):
        return
    places = [place for atom in atoms for place in _places(atom, view)]
    spoken = b"".join((b"\x01" if atom.spoken else b"\x00") * len(atom.digits) for atom in atoms)
    groups, gaps, put_right = [0], [Gap.TIGHT], []
    for index in range(1, len(places)):
        (last_start, last_end), (start, _) = places[index - 1], places[index]
        gap = Gap.TIGHT if start == last_start else _gap(view[last_end:start])
        if gap is Gap.LOOSE:
            between, characters = view[last_end:start], text[last_end:start]
            if len(between) > _SHORTEST_CORRECTION and bridge.corrects(between, characters):
                put_right.append(index)
                gap = Gap.CORRECTION
            elif not (spoken[index] and spoken[index - 1]):
                gap = bridge.kind(between, characters) or gap
        if gap is not Gap.TIGHT:
            groups.append(index)
            gaps.append(gap)
    string = DigitString(
        digits="".join(atom.digits for atom in atoms).encode("ascii"),
        starts=[start for start, _ in places],
        ends=[end for _, end in places],
        groups=groups,
        gaps=gaps,
        spoken=spoken,
        plus=plus if plus >= 0 else sign_before(view, places[0][0]),
        bridged=max(gaps) > Gap.LOOSE,
    )
    yield string
    if put_right and len(places) <= MOST_DIGITS:
        yield from corrected(string, put_right)


def _places(atom: Atom, view: bytes) -> list[tuple[int, int]]:
    if atom.spoken:
        return [(atom.start, atom.end)] * len(atom.digits)
    return [(at, at + 1) for at in range(atom.start, atom.end) if 0x30 <= view[at] <= 0x39]


def _gap(between: bytes) -> Gap:
    visible = between.replace(b"\x01", b"")
    if not visible:
        return Gap.TIGHT
    if len(visible) > 2 or any(sign in b",;|\n" or sign >= 0x61 for sign in visible):
        return Gap.LOOSE
    return Gap.PLAIN
