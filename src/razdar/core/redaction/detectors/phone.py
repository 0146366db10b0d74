"""Telephone numbers: candidates cut from digit strings, judged by the numbering plans (phonenumbers).

Rules:
1. Candidates start and end at the edges of groups and do not cross a comma or a new line; 7 to 15 digits (E.164).
   They cross fillers if the whole is a valid number, and "and then" only with a cue as well.
2. With a plus sign, "plus", 00 or 011 in front the number must be valid, or at least possible, for its own country.
3. A national number is judged by the plans of the country that the tag of the text's language names ("en-DE") and of
   those where the language is spoken. One random number in three is valid somewhere, so validity needs company: a cue,
   the way telephone numbers are grouped, or being spoken.
4. Dates, addresses of machines, amounts and numbers that a cue names as something else are not telephone numbers.
   What a cue calls one may begin like a date ("06.12.20.34.56").
5. Of a second number ("or 900456") people say the end alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from razdar.core.redaction import plans
from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.calendars import date_end
from razdar.core.redaction.cues import NOWHERE, Company, Cue, Kind
from razdar.core.redaction.detection import reader
from razdar.core.redaction.identifiers import cue_words
from razdar.core.redaction.numerals import DigitString, Gap
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SHORTEST, LONGEST = 7, 15
MOST_GROUPS = 8
SHORTEST_GROUPED = 9
LONGEST_SPOKEN = 13
LONGEST_SHAPED = 12
LONGEST_MACHINE = 12
DOTS_OF_MACHINE = 3
SHORTEST_BARE = 10
OTHER_CUE_REACH = 30
OTHER_CUE_REACH_GROUPED = 20
LONGEST_SHORT = 8
LARGEST_MARK = ord("5")
REACH_APART = 40

_EVERYWHERE = ("US", "GB", "IR", "PL", "IN", "TW", "BR", "DE", "FR", "CN")
_ANYWHERE = (*_EVERYWHERE, "PT", "AU", "IE", "CA", "IL", "HK", "AE", "PK", "IT", "ES")
_REGIONS = {
    "en": ("US", "GB", "IN", "AU", "IE", "ZA", "NZ"),
    "fa": ("IR", "AF"),
    "pl": ("PL", "DE", "GB"),
    "hi": ("IN",),
    "zh": ("TW", "HK", "CN", "SG"),
    "pt": ("BR", "PT"),
}
_HOME_GROUPS = {"hi": ([5, 5],), "pl": ([3, 6], [2, 7])}
"""Groupings that in other languages stand between any two numbers."""

_INTERNATIONAL = re.compile(rb"00(?=[1-9])|011(?=[1-9])")
_CHINESE_EXTENSION = re.compile("[ ,，]{0,2}(?:轉|转)?(?:分機|分机)[ 號号:：]{0,2}[0-9０-９]{1,6}(?![0-9])")
_EXTENSION = re.compile(rb"[ ,]{0,2}(?:x|ext\.?|extension)[ .:]{0,2}[0-9]{1,6}(?![0-9a-z])")
_SECOND = re.compile(
    rb" ?(?:/|[ ,](?:" + alternatives(listed("or|lub|albo|ou|یا|या|ya")) + rb")) ?([0-9]{3}[ -]?[0-9]{3,4}|[0-9]{5,8})"
    rb"(?![ -]?[0-9a-z])"
)
_COUNTING = b"01234567890"
"""Who says these one by one counts, or tries the keys."""

FEWEST_OVER_COMMAS = 3
_ON_LINES = (b"", b"-", b".", b"(", b")")
_LETTERED = re.compile(rb"[a-z][-/]$")
"""Before a number that is some reference's: "OD-5528-190347"."""

_MONEY = re.compile("[$€£¥₹₨%]|zł")
_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_MACHINE = re.compile(rb"(?<![0-9])(?<![0-9]\.)(?:" + _OCTET + rb"\.){3}" + _OCTET + rb"(?!\.?[0-9])")
_SOCIAL_SECURITY = re.compile(rb"[0-9]{3}-[0-9]{2}-[0-9]{4}")

_OTHERS = (
    Cue.CARD, Cue.IBAN, Cue.ACCOUNT, Cue.REFERENCE, Cue.NATIONAL_ID, Cue.TAX_ID, Cue.PASSPORT, Cue.DRIVER_LICENSE,
    Cue.VEHICLE, Cue.AMOUNT, Cue.THING, Cue.DOC_ID,
)  # fmt: skip
_SHORT_OTHERS = (Cue.DATE, Cue.DOB, Cue.ZIP, Cue.SECRET, Cue.PIN)
"""What has at most eight digits."""

_NUMBER_IS = re.compile(
    r"(?:number|numer|numero|número|شماره|नंबर|संख्या|號碼|号码)(?: is| to| é|'s)?[ :,\u200c]{0,3}$", re.IGNORECASE
)
_Verdict = tuple[float, tuple[Why, ...]]


@reader("phone", shortest=SHORTEST)
def read(scan: Scan, string: DigitString, _company: Company) -> Iterator[Span]:
    """Telephone numbers, written or spoken."""
    judge = _Judge(scan)
    if judge.is_too_long(string) or (len(string.groups) == len(string) and string.digits in _COUNTING):
        return
    found = [judge.apart(string)] if _is_of_lone_digits(string) else []
    if not any(found):
        found = [span for first, last in _segments(string) for span in _in_segment(judge, string, first, last)]
    if not found and (_is_over_lines(string, scan.view) or _is_over_commas(string, scan.view)):
        found = [judge.apart(string)]
    elif found and _is_all_said(string):
        found = judge.completed(string, found)
    yield from filter(None, found)


def _is_of_lone_digits(string: DigitString) -> bool:
    """Written as it is read out: "7 9 0 0 1 2 3"; not marks from one to five."""
    if len(string.groups) != len(string) or len(string) > LONGEST or any(string.spoken):
        return False
    return max(string.digits) > LARGEST_MARK


def _is_all_said(string: DigitString) -> bool:
    """Whether every digit was said, and there are no more than of a national number."""
    return len(string) <= LONGEST_SHAPED and all(string.spoken)


def _is_over_lines(string: DigitString, view: bytes) -> bool:
    """Whether new lines part a written number that begins behind other words: a list begins with a line of its own."""
    if not SHORTEST_GROUPED <= len(string) <= LONGEST or any(string.spoken) or string.bridged:
        return False
    start = string.starts[0]
    if view[max(0, start - 3) : start].rstrip(b" \x01+(")[-1:] in (b"", b"\n"):
        return False
    gaps = [view[string.ends[at - 1] : string.starts[at]] for at in string.groups[1:]]
    return any(b"\n" in gap for gap in gaps) and all(gap.strip(b"\n \x01") in _ON_LINES for gap in gaps)


def _is_over_commas(string: DigitString, view: bytes) -> bool:
    """ "549, 526, 136": three groups or more of two to four digits each."""
    if len(string.groups) < FEWEST_OVER_COMMAS or len(string) > LONGEST or any(string.spoken) or string.bridged:
        return False
    edges = [*string.groups, len(string)]
    gaps = [view[string.ends[at - 1] : string.starts[at]] for at in string.groups[1:]]
    return all(2 <= last - first <= 4 for first, last in pairwise(edges)) and set(gaps) == {b", "}


def _segments(string: DigitString) -> Iterator[tuple[int, int]]:
    """Stretches of groups without a loose gap between written ones, as group numbers (end exclusive)."""
    begin = 0
    for group in range(1, len(string.groups)):
        at = string.groups[group]
        if string.gaps[group] == Gap.LOOSE and not (string.spoken[at] and string.spoken[at - 1]):
            yield begin, group
            begin = group
    yield begin, len(string.groups)


def _in_segment(judge: "_Judge", string: DigitString, begin: int, end: int) -> Iterator[Span]:
    """The longest acceptable windows of a segment, from left to right."""
    edges = [*string.groups[begin:end], string.groups[end] if end < len(string.groups) else len(string)]
    group = 0
    while group < len(edges) - 1:
        found = _longest(judge, string, edges, group)
        if found is None:
            group += 1
        else:
            span, group = found
            yield span
            yield from judge.second(span)


def _longest(judge: "_Judge", string: DigitString, edges: list[int], group: int) -> tuple[Span, int] | None:
    reach = LONGEST if string.spoken[edges[group]] else MOST_GROUPS
    for last in range(min(group + reach, len(edges) - 1), group, -1):
        if SHORTEST <= edges[last] - edges[group] <= LONGEST:
            span = judge.judge(string, edges[group : last + 1])
            if span is not None:
                return span, last
    return None


@cache
def _every_other(*, short: bool) -> frozenset[Kind]:
    """The cues of other numbers, those of each country's included."""
    return frozenset((*_OTHERS, *cue_words(), *(_SHORT_OTHERS if short else ())))


class _Judge:
    """Weighs candidates of one text."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._regions = (*plans.named_region(scan.lang), *_REGIONS.get(scan.language, _EVERYWHERE))

    def is_too_long(self, string: DigitString) -> bool:
        """Whether a number was read out digit by digit that is longer than any telephone number announced as such."""
        if not string.said(0, len(string)) or len(string) < LONGEST_SPOKEN or string.plus >= 0:
            return False
        return not self._scan.company(string.starts[0], string.ends[-1]).near(Cue.PHONE)

    def judge(self, string: DigitString, edges: list[int]) -> Span | None:
        """A span for the digits between the first and the last of these edges of groups, or None."""
        start, end = self._edges(string, edges[0], edges[-1])
        if self._is_something_else(start, end):
            return None
        candidate = _Candidate(string, edges, start, end)
        score, why = self._international(candidate) or self._national(candidate) or (0.0, ())
        if not score:
            return None
        extension = _EXTENSION.match(self._scan.view, end) or _CHINESE_EXTENSION.match(self._scan.text, end)
        return Span(start, extension.end() if extension else end, SpanType.PHONE, score, why)

    def apart(self, string: DigitString) -> Span | None:
        """A number in lone digits or over lines, whole: it needs the nearest word, and a plan or a lone digit each."""
        edges = [*string.groups, len(string)]
        candidate = _Candidate(string, edges, *self._edges(string, 0, len(string)))
        if not self._scan.company(candidate.start, candidate.end).names(Cue.PHONE, within=REACH_APART):
            return None
        span = self.judge(string, edges)
        return span if span is not None and (candidate.is_in_digits or not _is_by_shape(span)) else None

    def completed(self, string: DigitString, found: list[Span | None]) -> list[Span | None]:
        """The whole number where a plan knew only its end ("six one four" of another's area code): what is left of one
        that was asked for tells as much as the rest."""
        spans = [span for span in found if span is not None]
        start, end = self._edges(string, 0, len(string))
        if len(spans) != 1 or (spans[0].start <= start and spans[0].end >= end):
            return found
        if not self._scan.company(start, end).names(Cue.PHONE) or string.bridged:
            return found
        return [spans[0]._replace(start=start, end=max(end, spans[0].end))]

    def second(self, span: Span) -> Iterator[Span]:
        """The end of another number right behind one (rule 5)."""
        match = _SECOND.match(self._scan.view, span.end)
        if match is not None:
            yield Span(*match.span(1), SpanType.PHONE, 0.5, (Why.SHAPE, Why.LENGTH))

    def _edges(self, string: DigitString, first: int, last: int) -> tuple[int, int]:
        start, end = string.starts[first], string.ends[last - 1]
        if first == 0 and string.plus >= 0:
            return string.plus, end
        if start and self._scan.view[start - 1] == 0x28:
            start -= 1
        return start, end

    def _is_something_else(self, start: int, end: int) -> bool:
        view, text = self._scan.view, self._scan.text
        if _LETTERED.search(view, max(0, start - 3), start) and not self._scan.company(start, end).names(Cue.PHONE):
            return True
        if self._scan.is_part_of_word(start, end) and _EXTENSION.match(view, end) is None:
            return True
        if _MONEY.search(text[max(0, start - 2) : start] + text[end : end + 2]):
            return True
        if self._is_date(start, end) or _SOCIAL_SECURITY.fullmatch(view, start, end):
            return True
        first, last = max(0, start - LONGEST_MACHINE), end + LONGEST_MACHINE
        if view.count(b".", first, last) < DOTS_OF_MACHINE:
            return False
        machines = _MACHINE.finditer(view, first, last)
        return any(match.start() < end and match.end() > start for match in machines)

    def _is_date(self, start: int, end: int) -> bool:
        """Whether a date begins here, and is not the beginning of what a cue calls a telephone number."""
        view = self._scan.view
        stop = date_end(view, start)
        goes_on = stop < end and view[stop : stop + 1] in (b"-", b".", b"/")
        return stop > 0 and not (goes_on and self._scan.company(start, end).names(Cue.PHONE))

    def _international(self, candidate: "_Candidate") -> _Verdict | None:
        digits = candidate.digits.encode("ascii")
        if not (candidate.first == 0 and candidate.string.plus >= 0):
            prefix = _INTERNATIONAL.match(digits)
            if prefix is None:
                return None
            digits = digits[prefix.end() :]
            if len(digits) < SHORTEST:
                return None
        if plans.is_valid_international(digits):
            return 0.95, (Why.INTERNATIONAL,)
        signed = candidate.first == 0 and candidate.string.plus >= 0
        possible = signed and not candidate.bridge and plans.is_possible_international(digits)
        cued = self._cued(candidate) and not self._named_otherwise(candidate)
        if plans.country_code(digits) and (cued or possible):
            return 0.65, (Why.INTERNATIONAL, Why.LENGTH)
        return None

    def _national(self, candidate: "_Candidate") -> _Verdict | None:
        cued = self._cued(candidate)
        grouped = candidate.is_grouped or self._is_grouped_at_home(candidate)
        bare = len(candidate.digits) >= SHORTEST_BARE and candidate.is_one_group
        numbered = _NUMBER_IS.search(self._scan.text, max(0, candidate.start - 14), candidate.start) is not None
        # "Nine thirty to twelve thirty" has as many digits as the shortest number.
        said = candidate.said and (len(candidate.digits) > SHORTEST or candidate.is_in_digits)
        if not (cued or grouped or said or bare or numbered) or self._named_otherwise(candidate):
            return None
        if candidate.bridge is not None and candidate.bridge >= Gap.LINK and not cued:
            return None
        regions = _ANYWHERE if numbered else self._regions
        if plans.is_valid(candidate.digits.encode("ascii"), regions):
            alone = bare and self._is_a_line(candidate)
            score = 0.9 if cued else 0.75 if grouped else 0.62 if alone else 0.6 if candidate.said or numbered else 0.45
            return score, (Why.NATIONAL, *((Why.CUE,) if cued else ()), *((Why.SHAPE,) if grouped else ()))
        certain = candidate.bridge is None or (cued and candidate.bridge is Gap.HESITATION)
        return _by_shape(candidate, cued=cued) if certain else None

    def _cued(self, candidate: "_Candidate") -> bool:
        return self._scan.company(candidate.start, candidate.end).near(Cue.PHONE)

    def _named_otherwise(self, candidate: "_Candidate") -> bool:
        """Whether a nearer cue names the number as something other than a telephone number."""
        company = self._scan.company(candidate.start, candidate.end)
        others = _every_other(short=len(candidate.digits) <= LONGEST_SHORT)
        nearest = min((away for kind, away in company.distances.items() if kind in others), default=NOWHERE)
        reach = OTHER_CUE_REACH_GROUPED if candidate.is_grouped else OTHER_CUE_REACH
        return nearest < company.distance(Cue.PHONE) and nearest <= reach

    def _is_grouped_at_home(self, candidate: "_Candidate") -> bool:
        """Whether a number of its own country is grouped as only there, or its area code stands in brackets."""
        if candidate.said:
            return False
        home = plans.named_region(self._scan.lang)
        if home and candidate.sizes == plans.usual_groups(candidate.digits, home[0]):
            return True
        if len(candidate.edges) != 3:
            return False
        bracketed = self._scan.view[candidate.start] == 0x28
        grouped = bracketed or candidate.sizes in _HOME_GROUPS.get(self._scan.language, ())
        return grouped and plans.is_valid(candidate.digits.encode("ascii"), self._regions[:1])

    def _is_a_line(self, candidate: "_Candidate") -> bool:
        """Whether a line of several holds nothing else: people answer a question with the number alone."""
        view = self._scan.view
        before, after = (
            view[max(0, candidate.start - 4) : candidate.start].rstrip(b" \x01")[-1:],
            view[candidate.end : candidate.end + 1],
        )
        return before + after in (b"\n\n", b"\n")


def _by_shape(candidate: "_Candidate", *, cued: bool) -> _Verdict | None:
    """For numbers of no plan: what a cue or the way they are grouped or said is worth."""
    if cued and len(candidate.digits) <= LONGEST_SHAPED:
        return 0.6, (Why.CUE, Why.LENGTH)
    if candidate.is_grouped and len(candidate.digits) <= 11:
        return 0.5, (Why.SHAPE, Why.LENGTH)
    if candidate.said and candidate.is_whole and 9 <= len(candidate.digits) <= 12:
        return 0.45, (Why.SPOKEN, Why.LENGTH)
    return None


def _is_by_shape(span: Span) -> bool:
    return Why.NATIONAL not in span.why and Why.INTERNATIONAL not in span.why


@dataclass(frozen=True, slots=True)
class _Candidate:
    string: DigitString
    edges: list[int]
    start: int
    end: int

    @property
    def first(self) -> int:
        return self.edges[0]

    @property
    def digits(self) -> str:
        return self.string.digits[self.edges[0] : self.edges[-1]].decode("ascii")

    @property
    def bridge(self) -> Gap | None:
        """What words stand inside, if any."""
        first, last = self.edges[0], self.edges[-1]
        return self.string.widest_gap(first, last) if self.string.is_bridged(first, last) else None

    @property
    def said(self) -> bool:
        return self.string.spoken.find(1, self.edges[0], self.edges[-1]) >= 0

    @property
    def is_whole(self) -> bool:
        return self.edges[-1] - self.edges[0] == len(self.string)

    @property
    def is_one_group(self) -> bool:
        return len(self.edges) == 2

    @property
    def is_in_digits(self) -> bool:
        """Whether each digit stands alone."""
        return len(self.edges) > len(self.digits)

    @property
    def sizes(self) -> list[int]:
        """Digits in each group."""
        return [after - before for before, after in pairwise(self.edges)]

    @property
    def is_grouped(self) -> bool:
        """Written as people write telephone numbers: two to five groups of two to five digits, nine digits or more; or
        an area code that begins with a zero, and the rest."""
        if self.said or self.edges[-1] - self.edges[0] < SHORTEST_GROUPED:
            return False
        sizes = self.sizes
        if len(sizes) == 2 and self.digits[0] == "0" and sizes[0] <= 5 and 6 <= sizes[1] <= 8:
            return True
        return 2 <= len(sizes) <= 5 and all(2 <= size <= 5 for size in sizes[1:]) and sizes[0] <= 4
