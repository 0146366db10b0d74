"""Redacting what comes in pieces, in bounded memory: long texts, chats, tables. Values in, values out; no files.

Rules:
1. A text is searched block by block, each with the end of the block before it in front, for its cues. What stands
   near the end of a block waits for the next one, and no block ends inside a finding.
2. Messages are searched as a conversation, ``BATCH`` at a time, each batch with some that went before and some that
   follow.
3. In a table or a JSON object the name of a field is the cue of its value. Where it says by itself what the value is
   ("surname", "phone"), the value is concealed whole, whatever it looks like.
4. The sender of a message is "Person 1", "Person 2", ... in the order of appearance.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from razdar.core.errors import BadInput
from razdar.core.redaction.applying import Applied, Redacted, bare, pseudonym, redact, redact_turns
from razdar.core.redaction.graphemes import is_edge
from razdar.core.redaction.masking import UNREAD, replaced, token
from razdar.core.redaction.policy import Action, Policy
from razdar.core.redaction.spans import Span, SpanType

BLOCK = 1 << 16
CONTEXT = 1 << 10
BATCH = 64
BESIDE = 8
MOST_SENDERS = 10_000
LONGEST_MESSAGE = 1 << 20


@dataclass
class Tally:
    """What was concealed so far, counted. It holds no value.

    Attributes:
        concealed: by type.
        quarantined: blocks, messages or cells that could not be searched.
    """

    concealed: Counter[SpanType] = field(default_factory=Counter)
    quarantined: int = 0

    def add(self, done: Redacted) -> str:
        """Count what was done to a text, and give it back."""
        self.concealed.update(done.counts())
        self.quarantined += done.quarantined
        return done.text


class How(NamedTuple):
    """How texts are redacted.

    Attributes:
        lang: BCP 47 tag of the texts, if known.
        policy: what becomes of each type.
        key: for its tokens (see ``redact``).
    """

    lang: str | None = None
    policy: Policy = Policy.DEFAULT
    key: bytes | None = None

    def redact(self, text: str) -> Redacted:
        return redact(text, self.policy, lang=self.lang, key=self.key)


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


def chat_stream(messages: Iterable[Message], tally: Tally, how: How) -> Iterator[str]:
    """The lines of a chat, redacted (rules 2 and 4)."""
    people: dict[str, str] = {}

    def name(sender: str) -> str:
        if len(people) >= MOST_SENDERS and sender not in people:
            raise BadInput(f"The chat has more than {MOST_SENDERS:,} senders: it is no chat of this kind.")
        return people.setdefault(sender, f"Person {len(people) + 1}")

    def turn(message: Message) -> tuple[str, str]:
        return message.sender, message.text

    for message, text in in_batches(messages, turn, tally, how):
        yield f"{message.head}{name(message.sender)}: {text}" if message.sender else f"{message.head}{text}"


def in_batches(
    messages: Iterable[Any], turn: Callable[[Any], tuple[str, str]], tally: Tally, how: How
) -> Iterator[tuple[Any, str]]:
    """Each message with its redacted text (rule 2)."""
    held: list[Any] = []
    done = 0
    for message in messages:
        held.append(message)
        if len(held) >= done + BATCH + BESIDE:
            yield from _batch(held, done, len(held) - BESIDE, turn, tally, how)
            held = held[-2 * BESIDE :]
            done = len(held) - BESIDE
    yield from _batch(held, done, len(held), turn, tally, how)


def _batch(
    held: list[Any], first: int, last: int, turn: Callable[[Any], tuple[str, str]], tally: Tally, how: How
) -> Iterator[tuple[Any, str]]:
    redacted = redact_turns([turn(message) for message in held], how.policy, lang=how.lang, key=how.key)
    for message, done in zip(held[first:last], redacted[first:last], strict=True):
        yield message, tally.add(done)


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
    current: Message | None = None
    for line in lines:
        match = _HEAD.match(line)
        if match is None and current is not None:
            current = current._replace(text=current.text + line)
            if len(current.text) > LONGEST_MESSAGE:
                raise BadInput("A message is longer than a million characters: this is no chat.")
            continue
        if current is not None:
            yield current
        head, rest = match.groups() if match else ("", line)
        sender, colon, text = rest.partition(": ")
        current = Message(head, sender, text) if match and colon and len(sender) <= 100 else Message(head, "", rest)
    if current is not None:
        yield current


NAMED = {
    **dict.fromkeys(("name", "surname", "firstname", "lastname", "fullname", "givenname", "familyname", "customername",
                     "sendername", "author", "sender", "from", "username", "displayname"), SpanType.PERSON),
    **dict.fromkeys(("phone", "phonenumber", "mobile", "tel", "telephone", "msisdn", "whatsapp"), SpanType.PHONE),
    **dict.fromkeys(("email", "emailaddress", "mail"), SpanType.EMAIL),
    **dict.fromkeys(("address", "street", "postaladdress"), SpanType.ADDRESS),
    **dict.fromkeys(("postcode", "zip", "zipcode", "postalcode"), SpanType.ZIP),
    **dict.fromkeys(("card", "cardnumber", "pan"), SpanType.CARD),
    **dict.fromkeys(("cvv", "cvc", "cvv2", "cvc2"), SpanType.CVV),
    **dict.fromkeys(("iban", "sheba"), SpanType.IBAN),
    **dict.fromkeys(("password", "passwd"), SpanType.PASSWORD),
    **dict.fromkeys(("pin",), SpanType.PIN),
    **dict.fromkeys(("dob", "birthdate", "dateofbirth"), SpanType.DOB),
    **dict.fromkeys(("nationalid", "ssn", "pesel", "aadhaar", "cpf"), SpanType.NATIONAL_ID),
    **dict.fromkeys(("account", "accountnumber"), SpanType.ACCOUNT),
    **dict.fromkeys(("ip", "ipaddress"), SpanType.IP),
}  # fmt: skip
"""Fields whose name says what the value is, without signs and in lower case (rule 3)."""

_ROLES = frozenset(
    {"agent", "assistant", "bot", "caller", "client", "customer", "operator", "supervisor", "support", "system", "user"}
)


def field_value(name: str, value: str, tally: Tally, how: How) -> str:
    """The value of a field, redacted with its name as the cue (rule 3)."""
    if not value.strip() or value.strip().lower() in _ROLES:
        return value
    kind = NAMED.get("".join(char for char in name.lower() if char.isalnum()))
    if kind is not None:
        return _whole(kind, value, tally, how)
    cue = f"{name[:100]}: "
    done = how.redact(cue + value)
    if done.quarantined:
        return tally.add(redact_failed(value))
    inside = [span for span in done.spans if span.end > len(cue) and span.action is not Action.KEEP]
    tally.concealed.update(span.type for span in inside)
    begin = len(cue)
    return replaced(value, [(max(0, span.start - begin), span.end - begin, span.stand) for span in inside])


def _whole(kind: SpanType, value: str, tally: Tally, how: How) -> str:
    """The value of a field whose name says what it is."""
    action = how.policy.action(Span(0, len(value), kind, 1.0), value)
    if action is Action.KEEP:
        return value
    tally.concealed[kind] += 1
    if action is Action.DROP:
        return ""
    return pseudonym(kind, bare(value), how.key) if action is Action.TOKEN and how.key else token(kind)


_BODIES = ("text", "message", "content", "body")


def json_stream(lines: Iterable[str], tally: Tally, how: How) -> Iterator[str]:
    """JSON Lines, one message in each; their texts are one conversation, all other values are fields.

    Raises:
        BadInput: a line is not JSON; the sentence says which.
    """

    def turn(record: Any) -> tuple[str, str]:
        body = _body(record)
        return (_sender(record), record[body]) if body else ("", "")

    for record, text in in_batches(_records(lines), turn, tally, how):
        body = _body(record)
        shown = redacted_json({**record, body: ""} if body else record, tally, how)
        if body:
            shown[body] = text
        yield json.dumps(shown, ensure_ascii=False) + "\n"


def _sender(record: dict[str, Any]) -> str:
    return next((str(record[key]) for key in ("speaker", "role", "from", "sender", "author") if key in record), "")


def _body(record: Any) -> str:
    """The field that holds what was said, or nothing."""
    return next((key for key in _BODIES if isinstance(record.get(key), str)), "") if isinstance(record, dict) else ""


def _records(lines: Iterable[str]) -> Iterator[Any]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                raise BadInput(f"Line {number} is not JSON.") from None


def redacted_json(value: Any, tally: Tally, how: How, name: str = "") -> Any:
    """Any JSON with its texts, longer numbers and names of fields redacted."""
    if isinstance(value, dict):
        return {tally.add(how.redact(key)): redacted_json(each, tally, how, key) for key, each in value.items()}
    if isinstance(value, list):
        return [redacted_json(each, tally, how, name) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    shown = field_value(name, str(value), tally, how)
    return shown if isinstance(value, str) or shown != str(value) else value
