"""One text under search: its views, digit strings and cues, each made once and only when somebody asks."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from razdar.core.redaction import spoken
from razdar.core.redaction.cues import REACH, Company, Cues, Lexicon
from razdar.core.redaction.folding import is_sign, plain, view
from razdar.core.redaction.gates import Gates, bridge_gate, spoken_gate
from razdar.core.redaction.markup import without_markup
from razdar.core.redaction.numerals import DigitString, Gap
from razdar.core.redaction.rows import LONG, SHORTEST, Row, digits_of, over_bridges, rows, written

MOST_WORK = 90_000
STRING_WORK = 12
"""What reading one text may cost: one for each group of digits and so much more for each string. Four hours of talk
stay below it; a text with more is hostile or a table, and its rest is concealed."""

MOST_COMPANIES = 30_000
"""So many places of one text are looked around; no text of people has as many."""

LONGEST_STRING = 256
"""A row of more digits is no number that anybody has; it may hide one, so it is concealed whole."""

SHORTEST_WORD = 4
"""Letters that no code begins with."""

NAMED_AFTER = 40
"""How far after a short number a word that names it may stand."""


class Tools(NamedTuple):
    """What is made once for all texts (see ``equipment``).

    Attributes:
        naming: a pattern for the words that make a short number worth a look.
    """

    gates: Gates
    lexicon: Lexicon
    naming: Any


class Scan:
    """What the detectors are given.

    Attributes:
        text: the text as it came; all offsets are its code points.
        lang: BCP 47 tag of the text's language, or None.
        language: its primary subtag in lower case, or an empty string.
        languages: those whose number words are listened for.
        view: the 8-bit view of the text (see ``folding``), without its markup.
        open: the gates that are open.
        unread_from: place from which number words were no longer read, or None; known once ``strings`` are.
        endless: rows of more digits than any number has, as (start, end); known once ``strings`` are.
        in_dialogue: whether the text is turns of a dialogue in a row, of which the questions are known.
        borders: where turns of that dialogue begin.
        bridges: gaps between written digits that hold only fillers, as (start, end); known once ``strings`` are.
    """

    def __init__(self, text: str, lang: str | None, tools: Tools) -> None:
        self.text = text
        self.lang = lang
        self.language = (lang or "").partition("-")[0].lower()
        self.view = without_markup(view(text))
        self._lexicon = tools.lexicon
        self._naming = tools.naming
        self.languages = spoken.languages(lang)
        self.open = tools.gates.open(self.view, self.languages)
        self.in_dialogue = False
        self.borders: Sequence[int] = ()
        self.unread_from: int | None = None
        self.endless: tuple[tuple[int, int], ...] = ()
        self.bridges: tuple[tuple[int, int], ...] = ()
        self._companies: dict[tuple[int, int], Company] = {}

    def is_open(self, gate: str) -> bool:
        """Whether a gate opened for this text."""
        return gate in self.open

    @cached_property
    def strings(self) -> tuple[DigitString, ...]:
        """Digit strings, written and spoken; several readings of the same words may overlap."""
        heard = [code for code in self.languages if self.is_open(spoken_gate(code))]
        bridged = [code for code in self.languages if self.is_open(bridge_gate(code))]
        found = rows(self.view, short=bool(heard or bridged))
        strings = [written(self.view, row) for row in found if self._is_worth_reading(row)]
        if heard:
            self._hear(heard, found, strings)
        if len(found) > 1:
            self._bridge(bridged, found, strings)
        return self._readable(strings)

    def _readable(self, strings: list[DigitString]) -> tuple[DigitString, ...]:
        """What is left when the work for one text is bounded: without endless rows, and not too many."""
        if len(self.text) < LONGEST_STRING:
            return tuple(strings)
        self.endless = tuple((one.starts[0], one.ends[-1]) for one in strings if len(one) > LONGEST_STRING)
        kept = sorted((one for one in strings if len(one) <= LONGEST_STRING), key=lambda one: one.starts[0])
        for place, work in enumerate(accumulate(STRING_WORK + len(one.groups) for one in kept)):
            if work > MOST_WORK:
                start = kept[place].starts[0]
                self.unread_from = start if self.unread_from is None else min(start, self.unread_from)
                return tuple(kept[:place])
        return tuple(kept)

    def _is_worth_reading(self, row: Row) -> bool:
        digits = len(digits_of(self.view, row))
        if digits >= LONG or digits < SHORTEST:
            return digits >= LONG
        return self._naming.search(self.view[max(0, row.start - REACH) : row.end + NAMED_AFTER]) is not None

    def _hear(self, heard: list[str], found: list[Row], strings: list[DigitString]) -> None:
        for code in heard:
            said, unread_from = spoken.scanner(code, self.language).strings(self.view, found, self.text, self.borders)
            strings.extend(said)
            if unread_from is not None:
                self.unread_from = unread_from if self.unread_from is None else min(unread_from, self.unread_from)

    def _bridge(self, bridged: list[str], found: list[Row], strings: list[DigitString]) -> None:
        places: list[tuple[int, int]] = []
        for code in bridged:
            for string in over_bridges(self.view, self.text, found, spoken.scanner(code).bridge):
                strings.append(string)
                places.extend(
                    (string.ends[group - 1], string.starts[group])
                    for group, gap in zip(string.groups, string.gaps, strict=True)
                    if group and gap > Gap.LOOSE
                )
        self.bridges = tuple(sorted(places))

    @cached_property
    def begun(self) -> dict[int, DigitString]:
        """A digit string for each place where one begins."""
        return {string.starts[0]: string for string in self.strings}

    @cached_property
    def ended(self) -> dict[int, DigitString]:
        """A digit string for each place where one ends."""
        return {string.ends[-1]: string for string in self.strings}

    @cached_property
    def plain(self) -> str:
        """The text for comparisons."""
        return plain(self.text)

    @cached_property
    def cues(self) -> Cues:
        """The words that say what stands beside them."""
        return Cues(self._lexicon, self.plain)

    def company(self, start: int, end: int) -> Company:
        """The cues around a stretch."""
        known = self._companies.get((start, end))
        if known is None:
            known = self._companies[start, end] = self.cues.company(start, end)
        return known

    @property
    def is_exhausted(self) -> bool:
        """Whether the work for this text has become too much, so that what is left is to be concealed unread."""
        return len(self._companies) > MOST_COMPANIES

    def touches_word(self, start: int, end: int) -> bool:
        """Whether a letter or digit stands right before or right after a stretch. Persian and Devanagari letters do not
        count: nobody mixes them with digits, and many type without spaces."""
        view = self.view
        return (start > 0 and is_sign(view[start - 1])) or (end < len(view) and is_sign(view[end]))

    def is_stuck_to_word(self, start: int, end: int) -> bool:
        """Whether a blank was lost between a word, and no code of letters, and a stretch: "patient85010112345"."""
        view = self.view
        if start < SHORTEST_WORD or (end < len(view) and is_sign(view[end])):
            return False
        before = view[start - SHORTEST_WORD : start]
        return all(map(is_sign, before)) and not any(0x30 <= byte <= 0x39 for byte in before)

    def is_part_of_word(self, start: int, end: int) -> bool:
        """The same, but words for a number may stand on both sides: "tel601234567", "cvv123exp1229"."""
        view = self.view
        if start > 0 and is_sign(view[start - 1]) and not self.cues.ends_at(start):
            return True
        return end < len(view) and is_sign(view[end]) and not self.cues.begins_at(end)
