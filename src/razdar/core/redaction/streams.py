"""Redacting what comes in pieces, in bounded memory: long texts, chats, tables. Values in, values out; no files.

Rules:
1. A text is searched block by block, each with the end of the block before it in front, for its cues. What stands
   near the end of a block waits for the next one, and no block ends inside a finding.
2. Messages are searched as a conversation, ``BATCH`` at a time, each batch with some that went before and some that
   follow.
3. The sender of a message is "Person 1", "Person 2", ... in the order of appearance; "agent" and the like stay. Senders
   are known people: their names, numbers and addresses are found in all messages.

Fields (tables, JSON) are in ``records``; subtitles, and texts that say who speaks, in ``scripts``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from razdar.core.errors import BadInput
from razdar.core.redaction.applying import Applied, Redacted, redact, redact_turns
from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.entities import EntityEngine
from razdar.core.redaction.folding import plain
from razdar.core.redaction.graphemes import is_edge
from razdar.core.redaction.masking import UNREAD, replaced
from razdar.core.redaction.policy import Action, Policy
from razdar.core.redaction.spans import SpanType

BLOCK = 1 << 16
CONTEXT = 1 << 10
BATCH = 64
BESIDE = 8
MOST_SENDERS = 10_000
LONGEST_MESSAGE = 1 << 20
LONGEST_SENDER = 100
MOST_KNOWN = 1_000
SHORTEST_PHONE = 7


@dataclass
class Tally:
    """What was concealed so far, counted. It holds no value.

    Attributes:
        concealed: by type.
        quarantined: blocks, messages or cells that could not be searched.
        unworded_ms: sound that was silenced because no word was recognised in it.
    """

    concealed: Counter[SpanType] = field(default_factory=Counter)
    quarantined: int = 0
    unworded_ms: int = 0

    def add(self, done: Redacted) -> str:
        """Count what was done to a text, and give it back."""
        self.concealed.update(done.counts())
        self.quarantined += done.quarantined
        return done.text


_ROLE = re.compile(
    r"(?:agent|assistant|bot|caller|client|customer|operator|supervisor|support|system|user|speaker|spk|channel|"
    r"konsultant|klient|atendente|cliente|کارشناس|مشتری|客服|客戶|客户|एजेंट|ग्राहक)?[ _-]?[0-9]{0,3}"
)


def is_role(sender: str) -> bool:
    """Whether a sender is named for what he is ("agent", "SPEAKER_01"), not for who."""
    return _ROLE.fullmatch(plain(sender[:LONGEST_SENDER]).strip()) is not None


class People:
    """The senders of a chat, and what they are called in what is shown (rule 3)."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def learn(self, sender: str) -> None:
        """Take in somebody.

        Raises:
            BadInput: there are more than a chat has.
        """
        if is_role(sender) or sender in self._numbers:
            return
        if len(self._numbers) >= MOST_SENDERS:
            raise BadInput(f"The chat has more than {MOST_SENDERS:,} senders: it is no chat of this kind.")
        self._numbers[sender] = len(self._numbers) + 1

    def shown(self, sender: str) -> str:
        """What stands in place of a sender that was learnt."""
        return sender if is_role(sender) else f"Person {self._numbers[sender]}"

    def known(self) -> KnownCustomer:
        """Those who appeared last, to be found in what is written."""
        forms: dict[str, list[str]] = {"phones": [], "emails": [], "names": []}
        for sender in list(self._numbers)[-MOST_KNOWN:]:
            is_number = sum(map(str.isdigit, sender)) >= SHORTEST_PHONE
            forms["phones" if is_number else "emails" if "@" in sender else "names"].append(sender[:LONGEST_SENDER])
        phones, emails, names = (tuple(values) for values in forms.values())
        return KnownCustomer(phones=phones, emails=emails, names=names)


class How(NamedTuple):
    """How texts are redacted.

    Attributes:
        lang: BCP 47 tag of the texts, if known.
        policy: what becomes of each type.
        key: for its tokens (see ``redact``).
        entities: a named-entity engine that is asked as well.
    """

    lang: str | None = None
    policy: Policy = Policy.DEFAULT
    key: bytes | None = None
    entities: EntityEngine | None = None

    def redact(self, text: str) -> Redacted:
        return redact(text, self.policy, lang=self.lang, key=self.key, entities=self.entities)

    def redact_turns(self, turns: Sequence[tuple[str, str]], customer: KnownCustomer) -> tuple[Redacted, ...]:
        return redact_turns(turns, self.policy, lang=self.lang, customer=customer, key=self.key, entities=self.entities)


class Message(NamedTuple):
    """One message of a chat: what stands before its sender, the sender, and what was written."""

    head: str
    sender: str
    text: str


def text_stream(pieces: Iterable[str], tally: Tally, how: How) -> Iterator[str]:
    """A text that comes in pieces of about ``BLOCK`` characters (rule 1)."""
    context, held = "", ""
    for piece in pieces:
        held += piece
        if len(held) >= BLOCK:
            shown, kept = _block(context, held, tally, how, last=False)
            yield shown
            context, held = (context + held[: len(held) - len(kept)])[-CONTEXT:], kept
    if held:
        yield _block(context, held, tally, how, last=True)[0]


def _block(context: str, held: str, tally: Tally, how: How, *, last: bool) -> tuple[str, str]:
    """What of a block may leave, redacted, and what waits."""
    done = how.redact(context + held)
    if done.quarantined:
        return tally.add(redact_failed(held)), ""
    begin, stop = len(context), len(context) + len(held)
    spans = [span for span in done.spans if span.action is not Action.KEEP]
    cut = stop if last else _cut(context + held, spans, begin)
    inside = [span for span in spans if span.end > begin and span.start < cut]
    tally.concealed.update(span.type for span in inside)
    places = [(max(span.start, begin) - begin, span.end - begin, span.stand) for span in inside]
    return replaced(held[: cut - begin], places), held[cut - begin :]


def redact_failed(text: str) -> Redacted:
    """A text that could not be searched (see ``applying``)."""
    return Redacted(UNREAD + "\n" * text.endswith("\n"), quarantined=True)


def _cut(text: str, spans: list[Applied], begin: int) -> int:
    """Where a block ends: before its last ``CONTEXT`` characters, after a blank, in no finding (but an endless one)."""
    cut = len(text) - CONTEXT
    blank = max(text.rfind(sign, cut - CONTEXT, cut) for sign in "\n ")
    cut = blank + 1 if blank > begin else cut
    while cut < len(text) and not is_edge(text, cut):
        cut += 1
    for span in spans:
        if span.start < cut < span.end:
            return span.start if span.start > max(begin, len(text) - BLOCK // 2) else span.end
    return cut


def chat_stream(messages: Iterable[Message], people: People, tally: Tally, how: How) -> Iterator[str]:
    """The lines of a chat, redacted (rules 2 and 3).

    Args:
        people: the senders, as far as they are known already.
    """

    def turn(message: Message) -> tuple[str, str]:
        return message.sender, message.text

    for message, text in in_batches(messages, turn, tally, how, people):
        yield f"{message.head}{people.shown(message.sender)}: {text}" if message.sender else f"{message.head}{text}"


def in_batches(
    messages: Iterable[Any], turn: Callable[[Any], tuple[str, str]], tally: Tally, how: How, people: People
) -> Iterator[tuple[Any, str]]:
    """Each message with its redacted text (rule 2); senders are learnt."""
    held: list[tuple[Any, str, str]] = []
    done = 0
    for message in messages:
        sender, text = turn(message)
        people.learn(sender)
        held.append((message, sender, text))
        if len(held) >= done + BATCH + BESIDE:
            yield from _batch(held, done, len(held) - BESIDE, tally, how, people)
            held = held[-2 * BESIDE :]
            done = len(held) - BESIDE
    yield from _batch(held, done, len(held), tally, how, people)


def _batch(
    held: list[tuple[Any, str, str]], first: int, last: int, tally: Tally, how: How, people: People
) -> Iterator[tuple[Any, str]]:
    bare = [text.rstrip("\r\n") for _, _, text in held]
    turns = [(sender, text) for (_, sender, _), text in zip(held, bare, strict=True)]
    redacted = how.redact_turns(turns, people.known())
    for place in range(first, last):
        message, _, text = held[place]
        yield message, tally.add(redacted[place]) + text[len(bare[place]) :]


_HEAD = re.compile(
    "^(\u200e?\\[?\\d{1,4}[./-]\\d{1,2}[./-]\\d{1,4},? \\d{1,2}[:.]\\d{2}(?:[:.]\\d{2})?"
    "(?:[ \u202f\u00a0]?[AaPp]\\.?[ ]?[Mm]\\.?)?\\]?(?: -)? \u200e?)(.*)$",
    re.DOTALL,
)


def is_chat(line: str) -> bool:
    """Whether a line begins a message as messengers export them: date, time, sender, text."""
    return _HEAD.match(line) is not None


def messages_of(lines: Iterable[str]) -> Iterator[Message]:
    """Messages of a chat that was exported as text; a line without date and time goes on with the last one.

    Raises:
        BadInput: a message is longer than a chat's can be.
    """
    head: re.Match[str] | None = None
    said: list[str] = []
    length = 0
    for line in lines:
        match = _HEAD.match(line)
        if match is not None and said:
            yield _message(head, "".join(said))
            said, length = [], 0
        head = match or head
        said.append(match[2] if match is not None else line)
        length += len(line)
        if length > LONGEST_MESSAGE:
            raise BadInput("A message is longer than a million characters: this is no chat.")
    if said:
        yield _message(head, "".join(said))


def _message(head: re.Match[str] | None, said: str) -> Message:
    """A message; without a sender it is a line of the system, or what stands before the first one."""
    sender, colon, text = said.partition(": ")
    is_sent = head is not None and colon and len(sender) <= LONGEST_SENDER and "\n" not in sender
    return Message(head[1] if head else "", sender, text) if is_sent else Message(head[1] if head else "", "", said)
