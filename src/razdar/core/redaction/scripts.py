"""Texts that are conversations: subtitles (WebVTT, SubRip) and lines that begin with who speaks ("Customer: ...").

Rules:
1. What each says is a turn of one conversation (see ``streams``); times and counters stay as they are.
2. Marks within a subtitle (``<i>``, ``<c.loud>``, times of single words) are left out: they would cut numbers apart.
   The voice (``<v Anna>``) is a sender.
3. A text has speakers if at least half of its first lines begin with a label, each label is a role ("Agent") or comes
   back, and none is the name of a field ("Phone: ..."), which is a cue and no speaker.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from razdar.core.redaction.fields import meaning
from razdar.core.redaction.streams import BLOCK, People, Tally, in_batches, is_role

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(
    rf"[ \t]{{0,9}}{_TIME}[ \t]{{1,9}}-->[ \t]{{1,9}}{_TIME}"
    r"(?:[ \t]{1,9}(?:vertical|line|position|size|align):[a-z0-9.,%-]{1,30}){0,6}\s{0,9}"
)
_COUNTER = re.compile(r"\d{1,6}\s{0,9}")
_VOICE = re.compile(r"<v(?:\.[^ <>]{1,50})?[ \t]([^<>\n]{1,100})>")
_MARK = re.compile(r"</?[a-z0-9][^<>\n]{0,100}>|</?>")
_LABEL = re.compile(
    r"((?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?[\])]?[ ](?:- )?)?)"
    r"([^\W\d_][^:\uff1a\n]{0,39})(: |:(?=\n)|\uff1a)"
)
MOST_LABELS = 20


class Line(NamedTuple):
    """What one said.

    Attributes:
        head: what stands before it and stays.
        sender: who, or nothing.
        written: how the sender is written, with ``{}`` for the name.
    """

    head: str
    sender: str
    written: str
    text: str


def script_stream(lines: Iterable[Line], tally: Tally, lang: str | None) -> Iterator[str]:
    """The lines, redacted (rule 1)."""
    people = People()

    def turn(line: Line) -> tuple[str, str]:
        return line.sender, line.text

    for line, text in in_batches(lines, turn, tally, lang, people):
        yield line.head + line.written.replace("{}", people.shown(line.sender)) + text


def subtitles(lines: Iterable[str]) -> Iterator[Line]:
    """What is said in a file of subtitles (rule 2)."""
    head: list[str] = []
    said: list[str] = []
    length = 0
    for (before, line), (_, after) in pairwise(pairwise(chain([""], lines, [""]))):
        begins = not before.strip() and _COUNTER.fullmatch(line) and _TIMING.fullmatch(after)
        is_frame = begins or not line.strip() or _TIMING.fullmatch(line)
        if (is_frame and said) or length > BLOCK:
            yield _subtitle("".join(head), "".join(said))
            head, said, length = [], [], 0
        (head if is_frame else said).append(line)
        length += len(line)
    yield _subtitle("".join(head), "".join(said))


def _subtitle(head: str, said: str) -> Line:
    voice = _VOICE.match(said)
    text = _MARK.sub("", said)
    if voice is not None:
        return Line(head, voice[1], "<v {}>", text)
    label = _LABEL.match(text)
    if label is not None and is_role(label[2]):
        return Line(head, label[2], "{}" + label[3], text[label.end() :])
    return Line(head, "", "", text)


def labels_of(sample: str) -> frozenset[str]:
    """The speakers of a text by its beginning, or nothing if it is none of the kind (rule 3)."""
    lines = [line for line in sample.splitlines(keepends=True) if line.strip()]
    labels = Counter(match[2] for match in map(_LABEL.match, lines) if match is not None)
    telling = all((is_role(label) or count > 1) and not _is_a_field(label) for label, count in labels.items())
    is_script = telling and labels.total() > 1 and 2 * labels.total() >= len(lines) and len(labels) <= MOST_LABELS
    return frozenset(labels) if is_script else frozenset()


def _is_a_field(label: str) -> bool:
    field = meaning(label)
    return not is_role(label) and not field.is_whose and (field.kind is not None or field.known != "")


def labelled(lines: Iterable[str], labels: frozenset[str]) -> Iterator[Line]:
    """What is said in a text with speakers; a line without one goes on with the last."""
    current = Line("", "", "", "")
    said: list[str] = []
    length = 0
    for line in lines:
        match = _LABEL.match(line)
        speaks = match is not None and (match[2] in labels or is_role(match[2]))
        if (speaks and said) or length > BLOCK:
            yield current._replace(text="".join(said))
            current, said, length = Line("", current.sender, "", ""), [], 0
        if match is not None and speaks:
            current = Line(match[1], match[2], "{}" + match[3], "")
        said.append(line[match.end() :] if match is not None and speaks else line)
        length += len(line)
    if said:
        yield current._replace(text="".join(said))
