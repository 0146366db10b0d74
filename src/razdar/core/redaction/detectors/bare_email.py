"""E-mail addresses whose signs were lost, as recognisers and some exports of chats write them.

"annakowalskagmailcom", "anna 27 gmailcom", "annak yahoo couk", "smith 4 arnoldmailcom".

Rules:
1. The name of a provider that runs into its domain ("gmailcom") is written in no other word. Letters before it in the
   same word are the person's; so are numbers before it and one word before these, or one word if there is nothing else.
2. With a blank between both ("gmail com") somebody may speak of the provider: then a word that says "e-mail" has to be
   near. So it has where a long word ends in a domain and names no provider ("annakowalskaexamplecom").
"""

import re
from collections.abc import Iterator
from itertools import islice

from razdar.core.redaction.bridges import listed
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import view
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_PROVIDERS = (
    rb"(?:g ?mail|googlemail|hot ?mail|outlook|yahoo(?:mail)?|ymail|icloud|aol|proton ?mail|re[df]+if+ ?mail|msn|mail|"
    rb"gamil|gmial|gmal|gmil|gail)"
)
_DOMAINS = rb"(?:co[mn](?: ?(?:br|au|mx|tw|hk))?|co ?(?:in|uk|jp|nz|za)|net)"
_POLISH = rb"(?:interia|gazeta|onet|tlen|poczta) ?(?:pl|eu)"
_KNOWN = rb"(?:" + _PROVIDERS + rb" ?" + _DOMAINS + rb"|" + _POLISH + rb")"
_UNKNOWN = rb"[a-z][a-z0-9_]{7,}(?:com|net|org|gov|edu|couk|coin)"
_BARE = pattern(rb"\b(?:([a-z0-9_]*?)(" + _KNOWN + rb")|" + _UNKNOWN + rb")\b")
_SHORTEST_PREFIX = 3
"""Before "mailcom", which is the end of a company's domain as often: "arnoldmailcom"."""

_REACH = 60
MOST_WORDS = 4
_WORD_BEFORE = re.compile(rb"[a-z0-9_+-]+")
_NO_NAMES = frozenset(
    view(word)
    for word in listed(
        "a|an|and|at|by|e|email|emails|for|from|hi|id|ids|is|it|its|mail|mails|me|my|no|of|on|or|our|the|their|this|to|use|"
        "using|via|was|with|yes|your|new|old|please|send|sent|jest|mój|moj|na|do|adres|o|seu|meu|é|para"
    )
)


@detector("email.bare", gate=rb"(?:" + _KNOWN + rb"|" + _UNKNOWN + rb")\b")
def find(scan: Scan) -> Iterator[Span]:
    """Addresses without their signs."""
    for match in _BARE.finditer(scan.view):
        start, end = match.span()
        own, provider = match.group(1) or b"", match.group(2) or b""
        if (not provider or b" " in provider) and not scan.company(start, end).near(Cue.EMAIL):
            continue
        has_word = not provider or bool(own.strip(b"0123456789"))
        first = _start_of_name(scan.view, start, has_word=has_word)
        if provider.startswith(b"mail") and first == start and len(own) < _SHORTEST_PREFIX:
            continue
        if has_word or first < start:
            yield Span(first, end, SpanType.EMAIL, 0.8, (Why.SHAPE,))


def _start_of_name(folded: bytes, end: int, *, has_word: bool) -> int:
    """Where the words begin that belong to an address: numbers, letters, and one word before them; ``end`` if none do.

    Args:
        has_word: whether the address has a word without them, so that they need a number to belong to it.
    """
    line = folded[max(0, end - _REACH) : end]
    line = line[line.rfind(b"\n") + 1 :]
    start, numbers = end, False
    for word in islice(reversed([*_WORD_BEFORE.finditer(line)]), MOST_WORDS):
        said, gap = word.group(), line[word.end() : len(line) - (end - start)]
        if gap.strip(b" \x01") or said in _NO_NAMES or (has_word and not numbers and not said.isdigit()):
            break
        numbers = numbers or said.isdigit()
        start = end - len(line) + word.start()
        if not said.isdigit() and len(said) > 1:
            break
    return start
