"""Words of the trade: digit strings, and what a language must tell us to read spoken numbers.

Rules:
1. Written digits and number words meet in one row of digits: "4111 one one one one" is 41111111. Detectors of numbers
   look at digit strings only, so each of them finds written, obfuscated and spoken numbers alike.
2. Each digit keeps the place of what it was read from. Digits of one word ("forty one", "double four") share its place.
3. A *group* is what was written without a break, or one number word. Gaps between groups have a strength, because
   people group telephone numbers with a space or dash and separate different numbers with a comma or a new line.
4. A language is one file in ``spoken/`` that registers a ``SpokenLanguage``. A language may offer several readings of
   the same stretch (English "for" may be 4 or a mere word); all of them are searched.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto
from typing import NamedTuple

from razdar.core.registry import Registry


class Role(Enum):
    """What a token does in a spoken number."""

    WRITTEN = auto()
    UNIT = auto()
    TEEN = auto()
    TENS = auto()
    HUNDRED = auto()
    """The word that multiplies what stands before it."""

    HUNDREDS = auto()
    """A word for several hundreds at once ("pięćset", "novecentos")."""

    THOUSAND = auto()
    LAKH = auto()
    """The hundred thousand of India."""

    REPEAT = auto()
    TIMES = auto()
    """Between a count and the digit that is repeated ("dwa razy siedem")."""

    PLURAL = auto()
    AND = auto()
    PLUS = auto()
    HOMOPHONE = auto()
    """A word that is a digit only between number words."""


class Gap(IntEnum):
    """How much lies between two groups.

    Nothing visible, one ordinary separator, more, or words (see ``bridges``); the strongest are words of a correction.
    """

    TIGHT = 0
    PLAIN = 1
    LOOSE = 2
    HESITATION = 3
    LINK = 4
    CORRECTION = 5


class Token(NamedTuple):
    """A number word, or a row of written digits with the separators inside it. (A tuple: texts hold thousands.)"""

    role: Role
    value: str
    start: int
    end: int


class Atom(NamedTuple):
    """Digits read from one place; ``digits == "+"`` says that an international prefix was spoken."""

    digits: str
    start: int
    end: int
    spoken: bool


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """How one language says numbers and addresses.

    Attributes:
        words: number words, lower case as in the 8-bit view, with their role and digits.
        fillers: words that may stand between two digits of one number, or between two numbers.
        hesitations: words and phrases that stand between two digits of one number and join nothing else.
        corrections: words and phrases after which something said before is put right (see ``corrections``).
        letters: names of Latin letters -> the letter.
        explaining: words between a letter and a word that begins with it ("f as in fox", "m jak Maria").
        read: tokens of one stretch -> its possible readings.
        signs: sign of an e-mail address -> the words for it ("." -> "dot"); "" for words that only say what follows
            ("capital", "digit").
        stops: words that are never part of an e-mail address ("is", "email", "me").
    """

    words: Mapping[str, tuple[Role, str]]
    fillers: frozenset[str]
    hesitations: frozenset[str]
    read: Callable[[Sequence[Token]], list[list[Atom]]]
    signs: Mapping[str, tuple[str, ...]]
    stops: frozenset[str]
    corrections: frozenset[str] = frozenset()
    letters: Mapping[str, str] = field(default_factory=dict)
    explaining: tuple[str, ...] = ()


def word_set(words: str, by: str | None = None) -> frozenset[str]:
    """Words of a table, separated by white space or by ``by``, where some of them are phrases."""
    return frozenset(word.strip() for word in words.split(by))


def letter_names(names: str) -> dict[str, str]:
    """The names of letters, as ``letters`` wants them, from a table: "a:ay b:bee,be"."""
    rows = (row.split(":") for row in names.split())
    return {name.replace("_", " "): letter for letter, its_names in rows for name in its_names.split(",")}


@dataclass(slots=True, eq=False)
class DigitString:
    """One row of digits.

    Attributes:
        digits: ASCII digits.
        starts, ends: place in the text of each digit.
        groups: index of the first digit of each group.
        gaps: what lies before each group.
        spoken: one byte for each digit, 1 where it was read from a word.
        plus: place of a plus sign (or word) in front, or -1.
        bridged: whether any of the gaps holds words that join written digits.
    """

    digits: bytes = field(repr=False)
    starts: Sequence[int]
    ends: Sequence[int]
    groups: Sequence[int]
    gaps: Sequence[Gap]
    spoken: bytes
    plus: int
    bridged: bool = False

    def __len__(self) -> int:
        return len(self.digits)

    def groups_in(self, first: int, last: int) -> int:
        """How many groups the digits ``first:last`` touch."""
        return bisect_left(self.groups, last) - bisect_right(self.groups, first) + 1

    def outer_edges(self, first: int, last: int) -> tuple[int, int]:
        """The digits ``first:last``, extended to whole groups."""
        after = bisect_left(self.groups, last)
        begin = self.groups[bisect_right(self.groups, first) - 1]
        return begin, self.groups[after] if after < len(self.groups) else len(self)

    def is_bridged(self, first: int, last: int) -> bool:
        """Whether words of another kind stand between the digits ``first:last``."""
        return self.bridged and self.widest_gap(first, last) > Gap.LOOSE

    def widest_gap(self, first: int, last: int) -> Gap:
        """The strongest gap between two groups of the digits ``first:last``."""
        inner = self.gaps[bisect_right(self.groups, first) : bisect_left(self.groups, last)]
        return max(inner, default=Gap.TIGHT)

    def said(self, first: int, last: int) -> bool:
        """Whether most of the digits ``first:last`` were said as words."""
        return self.spoken.count(1, first, last) * 2 > last - first


SPOKEN = Registry[SpokenLanguage]("spoken language")
