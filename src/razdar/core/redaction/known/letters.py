"""Letters for comparing names: one text without what people leave out, and consonants over scripts.

Rules:
1. ``squeezed`` is the plain text without signs that leave no ink (ZWNJ, nukta, virama, vowel points), long and
   short vowel
   signs of Devanagari alike, nasal signs as the letter n. Each character knows its place in the text.
2. ``skeleton`` writes the consonants of a Latin, Persian or Devanagari word with one letter for each class of
   sounds that
   transliterations mix up; vowels, half vowels and h are left out, doubles are one: Rezaei, رضایی and रज़ाई are
   all "rj".
"""

import re
from collections.abc import Sequence

from razdar.core.redaction.folding import plain

_LEFT_OUT = frozenset("\u0640\u093c\u094d\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeff\u0654\u0655\u0670") | {
    chr(point) for point in (*range(0x0300, 0x0370), *range(0x064B, 0x0653))
}
_ALIKE = dict(zip("ीूँंःईऊणषऑॉैौ", "िुनन\u0000इउनशओोेो", strict=True))

_LATIN_PAIRS = (
    ("sch", "S"), ("sh", "S"), ("sz", "S"), ("ch", "c"), ("cz", "c"), ("kh", "k"), ("gh", "g"), ("zh", "j"),
    ("ph", "f"), ("th", "t"), ("bh", "b"), ("dh", "d"), ("jh", "j"), ("ck", "k"), ("ce", "s"), ("ci", "s"),
    ("x", "ks"), ("q", "g"), ("c", "k"), ("z", "j"),
)  # fmt: skip
_LATIN_SOUNDS = re.compile("|".join(pair for pair, _ in _LATIN_PAIRS))
_LATIN_CLASS = dict(_LATIN_PAIRS)
_SILENT = re.compile("[aeiouywvh'\u2019-]+")
_CLASSES = {
    **dict(zip("بپتثجچحخدذرزژسشصضطظغفقکگلمن", "bptsjc\u0000kdjrjjsSsjtjgfgkglmn", strict=True)),
    **dict(zip("कखगघङचछजझञटठडढणतथदधनपफबभमरलशषसंँ", "kkggnccjjnttddnttddnpfbbmrlSSsnn", strict=True)),
}
_DOUBLED = re.compile(r"(.)\1+")
_SCRIPTS = (("latin", "a", "z"), ("persian", "\u0600", "\u06ff"), ("devanagari", "\u0900", "\u097f"))


def squeezed(text: str) -> tuple[str, Sequence[int]]:
    """The text for comparing names, and the place in ``text`` of each of its characters and of its end."""
    folded = plain(text)
    if text.isascii():
        return folded, range(len(text) + 1)
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(folded):
        if char not in _LEFT_OUT:
            kept.append(_ALIKE.get(char, char))
            places.append(place)
    places.append(len(text))
    return "".join(kept), places


def script(word: str) -> str:
    """The script of a plain word: one of three, or nothing."""
    for name, first, last in _SCRIPTS:
        if first <= word[:1] <= last:
            return name
    return ""


def skeleton(word: str) -> str:
    """The consonants of a word as ``folding.plain`` returns it (rule 2)."""
    if script(word) == "latin":
        sounds = _LATIN_SOUNDS.sub(lambda match: _LATIN_CLASS[match.group()], word)
        consonants = _SILENT.sub("", sounds)
    else:
        consonants = "".join(_CLASSES.get(char, "") for char in word).replace("\u0000", "")
    return _DOUBLED.sub(r"\1", consonants)
