"""Numbers said as words, read together with the written rows beside them.

Rules:
1. A number goes on over separators and a few fillers ("um", "let me see", see ``bridges``); it ends at anything else.
2. Words are found with patterns of plain words, so the time is linear. Nobody says more than ``MOST_WORDS`` number
   words: what follows in such a text is reported as unread, to be concealed whole.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from razdar.core.redaction.bridges import SEPARATOR_CLASS, Bridge, alternatives
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.numerals import Atom, DigitString, Gap, Role, SpokenLanguage, Token
from razdar.core.redaction.rows import LONGEST_GAP, Row, digits_of, sign_before

MOST_WORDS = 20_000
"""Four hours of speech hold fewer number words."""

_COUNTING = (
    Role.UNIT, Role.TEEN, Role.TENS, Role.HUNDRED, Role.HUNDREDS, Role.THOUSAND, Role.REPEAT, Role.PLURAL, Role.TIMES,
    Role.PLUS,
)  # fmt: skip
"""Roles of words of which a text with a spoken number has two side by side, or one beside a digit."""

_ALONE = rb"(?<![" + LETTER_CLASS + rb"])(?:%s)(?![" + LETTER_CLASS + rb"])"


class Scanner:
    """Reads spoken numbers in one language.

    Attributes:
        gate: a pattern for RE2 that every text with two number words, or one beside a digit, matches.
        bridge: what may stand between two parts of one number.
    """

    def __init__(self, language: SpokenLanguage) -> None:
        self._language = language
        self._meanings = {byte_form(word): meaning for word, meaning in language.words.items()}
        words = alternatives(language.words)
        counting = alternatives(word for word, (role, _) in language.words.items() if role in _COUNTING)
        edge = rb"(?:[^" + LETTER_CLASS + rb"]|$)"
        one, gap = rb"(?:[0-9]+|" + counting + rb")", SEPARATOR_CLASS + rb"{1,6}"
        self.gate = (
            rb"(?:^|[^" + LETTER_CLASS + rb"])(?:(?:" + counting + rb")" + gap + one + rb"|[0-9]+" + gap
            + rb"(?:" + counting + rb"))" + edge
        )  # fmt: skip
        others = alternatives(_phrases_with_number_words(language))
        both = others + b"|" + words if others else words
        self._words = re.compile(_ALONE % both)
        self.bridge = Bridge(language)
        spoken_over = alternatives(language.fillers | language.hesitations)
        fillers = rb"(?:" + _ALONE % spoken_over + SEPARATOR_CLASS + rb"{1,6}){0,4}" if spoken_over else b""
        self._joint = re.compile(SEPARATOR_CLASS + rb"{0,6}" + fillers)

    def strings(self, view: bytes, written: Sequence[Row]) -> tuple[list[DigitString], int | None]:
        """Digit strings that hold at least one number word, and the place from which no more were read."""
        matches = islice(self._words.finditer(view), MOST_WORDS + 1)
        words = [token for match in matches if (token := self._token(match)) is not None]
        unread = None
        if len(words) > MOST_WORDS:
            unread = words.pop().start
        tokens = sorted((*words, *_rows_near(view, written, words)), key=lambda token: token.start)
        found: list[DigitString] = []
        for stretch in self._stretches(view, tokens):
            for atoms in self._language.read(stretch):
                found.extend(_joined(atoms, view, self.bridge))
        return found, unread

    def _token(self, match: re.Match[bytes]) -> Token | None:
        """The number word, or None for a phrase that only holds one ("one moment")."""
        meaning = self._meanings.get(match.group().replace(b"\x01", b""))
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
        return gap in (b" ", b", ", b"-", b"") or self._joint.fullmatch(gap) is not None


def byte_form(word: str) -> bytes:
    """A word as it stands in an 8-bit view, without signs that leave no ink."""
    from razdar.core.redaction.folding import view

    return view(word).replace(b"\x01", b"")


def _rows_near(view: bytes, written: Sequence[Row], words: Sequence[Token]) -> Iterator[Token]:
    """The rows that may belong to a number together with one of the words."""
    if not words:
        return
    starts, ends = [word.start for word in words], [word.end for word in words]
    for row in written:
        following = bisect_left(starts, row.end)
        before = bisect_left(ends, row.start + 1) - 1
        near = following < len(starts) and starts[following] - row.end <= LONGEST_GAP
        if near or (before >= 0 and row.start - ends[before] <= LONGEST_GAP):
            yield Token(Role.WRITTEN, digits_of(view, row).decode("ascii"), row.start, row.end)


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
    if len(visible) > 2 or any(sign in b",;|\n" or sign >= 0x61 for sign in visible):
        return Gap.LOOSE
    return Gap.PLAIN
