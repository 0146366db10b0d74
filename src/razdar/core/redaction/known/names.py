"""The forms of a known name.

Rules:
1. Parts, the whole in both orders, initials with the surname; whole words only. Names that are ordinary words, and
   names of
   one or two letters, need a capital.
2. Polish: all but the last two letters of a part, with at most five letters more, with a capital or a cue beside it.
3. Persian: with or without ZWNJ or a space inside; ezafe and clitics may hang on it. Devanagari: as
   ``letters.squeezed``.
4. Chinese: the whole, a given name of two characters, and the surname before a title.
5. In another script: the same consonants in the same order (``letters.skeleton``); at least four of them, or three
   beside a
   word for a name, or two names side by side.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from razdar.core.redaction.folding import plain
from razdar.core.redaction.known.letters import script, skeleton, squeezed
from razdar.core.redaction.naming import DOUBLE_SURNAMES, NEVER
from razdar.core.redaction.scan import Scan

SHORTEST = 2
LONGEST_ENDING = 5
CUE_REACH = 30

_ORDINARY_TEXT = (
    "mark rose joy grace hope art bill faith young long price page "
    "brown white black green king rich penny sunny summer dawn "
    "pat sue drew frank jack jean dale dean glen grant lance miles "
    "nick norm ray rob rod skip wade ward woods banks bush cook "
    "carter fox hunter major mason parker porter rivers stone walker "
    "west wolf wood paz luz rosa flor lima costa silva leite "
    "maria krol wilk zajac kot lis mazur asha jyoti kiran daya ziba omid iman"
)
_ORDINARY = NEVER | frozenset(_ORDINARY_TEXT.split())
"""Names that are words as well."""

_SHORT_ENDINGS = frozenset(("", *"yieaou", "ie", "em", "owi", "om", "ami", "ach", "owie"))
_CLITICS_TEXT = "ی م ت ش ها جان خان جون ام ای اینا هستم رو و ه یی ئی مه شه"
_CLITICS = frozenset(_CLITICS_TEXT.split())
_CHINESE_TITLES = ("先生", "小姐", "女士", "太太", "經理", "经理", "老師", "老师", "同學")
_WORD = re.compile("[a-z'\u2019\u00df-\u024f-]+|[\u0621-\u06ff\u200c]+|[\u0900-\u0963\u0971-\u097f\u200c\u200d]+")
_SPACES = re.compile("[\\s\u200c-]+")


class How(Enum):
    """What must stand around a form."""

    WORD = auto()
    CAPITAL = auto()
    STEM = auto()
    SHORT_STEM = auto()
    UNBOUND = auto()
    TITLED = auto()


class Form(NamedTuple):
    """A form as it stands in the squeezed text, and how many of its last characters are not part of the name."""

    text: str
    how: How
    trailing: int = 0


def is_chinese(name: str) -> bool:
    """Whether a name is written with Chinese characters."""
    return any("\u3400" <= char <= "\u9fff" for char in name)


def split(full: str) -> tuple[list[str], str]:
    """Given names and surname of a name in one string; where the surname stands last, except in Chinese."""
    full = full.strip()
    if is_chinese(full) and " " not in full:
        length = 2 if full[:2] in DOUBLE_SURNAMES and len(full) > 2 else 1
        return [full[length:]] if full[length:] else [], full[:length]
    parts = full.split()
    return parts[:-1], parts[-1] if parts else ""


def forms(given: Sequence[str], surname: str) -> Iterator[Form]:
    """All forms of one person's name that stand in a text as they are."""
    given = [name.strip() for name in given if name.strip()]
    surname = surname.strip()
    if any(map(is_chinese, (*given, surname))):
        yield from _chinese(given, surname)
        return
    together = " ".join(given)
    wholes = {
        *given,
        surname,
        together,
        f"{together} {surname}",
        f"{surname} {together}",
        *(f"{name} {surname}" for name in given),
    }
    if surname:
        wholes |= {f"{name[0]}{dot} {surname}" for name in given for dot in ("", ".")}
    for text in {*wholes, *parts(given, surname)}:
        yield from _variants(text.strip())
    for part in parts(given, surname):
        yield from _stems(plain(part))


def parts(given: Sequence[str], surname: str) -> list[str]:
    """The single words of a name."""
    return [part for name in (*given, surname) for part in name.replace("-", " ").split()]


def _variants(text: str) -> Iterator[Form]:
    """A whole form, with ZWNJ, space or nothing between its parts where the script allows all three."""
    folded = squeezed(text)[0]
    if len(folded) >= SHORTEST:
        yield Form(folded, How.CAPITAL if folded in _ORDINARY or len(folded) <= SHORTEST else How.WORD)
    if "\u0600" <= text[:1] <= "\u06ff":
        for glue in ("", " "):
            yield Form(squeezed(_SPACES.sub(glue, text))[0], How.WORD)


def _stems(part: str) -> Iterator[Form]:
    if script(part) != "latin" or not part.isalpha() or not part.isascii():
        return
    if len(part) >= 6:
        yield Form(part[:-2], How.STEM)
    elif len(part) >= 3:
        yield Form(part.rstrip("aeiouy"), How.SHORT_STEM)


def _chinese(given: Sequence[str], surname: str) -> Iterator[Form]:
    first = "".join(given)
    if first and surname:
        yield Form(surname + first, How.UNBOUND)
    if len(first) >= SHORTEST:
        yield Form(first, How.UNBOUND)
    if surname:
        for title in _CHINESE_TITLES:
            yield Form(surname + title, How.TITLED, len(title))
            if first:
                yield Form(surname + first + title, How.TITLED, len(title))


def fits(scan: Scan, text: str, places: Sequence[int], first: int, last: int, how: How) -> int:
    """The end of the name in the squeezed text if a form at ``first:last`` stands there rightly, else -1."""
    if how in (How.UNBOUND, How.TITLED):
        return last
    if first and _is_letter(text[first - 1]):
        return -1
    end = last
    while end < len(text) and end - last <= LONGEST_ENDING and _is_letter(text[end]):
        end += 1
    rest = text[last:end]
    start = places[first]
    if how is How.WORD:
        return last if not rest else end if rest in _CLITICS else -1
    capital = not scan.text[start].islower()
    if how is How.CAPITAL:
        return last if capital and not rest else -1
    if (
        scan.language not in ("pl", "")
        or end - last > LONGEST_ENDING
        or (how is How.SHORT_STEM and rest not in _SHORT_ENDINGS)
    ):
        return -1
    cued = capital or (how is How.STEM and scan.company(start, places[end - 1] + 1).near("PERSON", within=CUE_REACH))
    return end if cued else -1


def _is_letter(char: str) -> bool:
    return char < "\u2e80" and (char.isalnum() or "\u0900" <= char <= "\u0963" or "\u0971" <= char <= "\u097f")


def skeletons(given: Sequence[str], surname: str) -> Mapping[str, frozenset[str]]:
    """For each consonant skeleton of at least two the scripts in which the name is written."""
    found: dict[str, frozenset[str]] = {}
    for part in parts(given, surname):
        folded = plain(part)
        bones = skeleton(folded)
        if len(bones) >= 2 and script(folded):
            found[bones] = found.get(bones, frozenset()) | {script(folded)}
    return found


def in_other_scripts(scan: Scan, known: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Words with the consonants of a known name, in another script than the record's (rule 5)."""
    own = frozenset(name for scripts in known.values() for name in scripts)
    if own == {"latin"} and scan.text.isascii():
        return
    before: tuple[int, int] | None = None
    for match in _WORD.finditer(scan.plain):
        word = match.group()
        kind = script(word)
        bones = "" if kind in own or word in NEVER else skeleton(word)
        if bones not in known:
            before = None
            continue
        start, end = match.span()
        beside = before is not None and start - before[1] <= 2
        if kind == "latin" and scan.text[start].islower() and not beside and not _is_cued(scan, start, end):
            before = match.span()
            continue
        if beside and before is not None:
            yield before[0], end
        elif len(bones) >= 4 or (len(bones) == 3 and _is_cued(scan, start, end)):
            yield start, end
        before = match.span()


def _is_cued(scan: Scan, start: int, end: int) -> bool:
    return scan.company(start, end).near("PERSON", within=CUE_REACH)
