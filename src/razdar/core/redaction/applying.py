"""Redacting text: what was found, and what a policy says of it.

Rules:
1. All that is not concealed stays as it was, character for character; no character is split (see ``graphemes``).
2. Tokens are no data: what seems to be found inside one, or between two, is not looked at again, so that a text may be
   redacted twice.
3. It fails closed. Whatever goes wrong while searching, nothing of the text leaves: ``UNREAD`` stands there, and it is
   said to be ``quarantined``: somebody should look at it.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.dialogue import Spoken, find_turns
from razdar.core.redaction.engine import candidates, search
from razdar.core.redaction.entities import EntityEngine
from razdar.core.redaction.equipment import scanned
from razdar.core.redaction.folding import is_letter, plain
from razdar.core.redaction.graphemes import whole
from razdar.core.redaction.masking import UNREAD, replaced, token
from razdar.core.redaction.policy import HARMLESS, NEVER_KEPT, Action, Policy
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import TOKEN_LENGTH, TOKEN_SIGNS, TOKENS, WORTH_TELLING, Span, SpanType, Why, resolve

SHORTEST_KEY = 16
PHONE_DIGITS = 9
"""So many last digits tell telephone numbers apart; country code and trunk zero are written or not."""


class Applied(NamedTuple):
    """A finding and what became of it; offsets are those of the text before.

    Attributes:
        stand: what stands in its place: a mask, a token, or nothing; empty where it is kept.
    """

    start: int
    end: int
    type: SpanType
    action: Action
    score: float
    why: tuple[Why, ...]
    stand: str = ""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text as it may be shown.

    Attributes:
        spans: findings with what became of them, kept ones included; empty for a text that is quarantined.
        quarantined: searching failed, and nothing of the text is left (rule 3).
    """

    text: str = field(repr=False)
    spans: tuple[Applied, ...] = ()
    quarantined: bool = False

    def counts(self) -> Counter[SpanType]:
        """How much of each type was concealed."""
        return Counter(span.type for span in self.spans if span.action is not Action.KEEP)


def redact(
    text: str,
    policy: Policy = Policy.DEFAULT,
    *,
    lang: str | None = None,
    customer: KnownCustomer | None = None,
    key: bytes | None = None,
    entities: EntityEngine | None = None,
) -> Redacted:
    """Conceal what the policy does not keep.

    Args:
        text: any text.
        policy: what becomes of each type.
        lang: BCP 47 tag of its language if known.
        customer: whom the text is about, if known.
        key: for tokens, at least 16 random bytes: one for each conversation, so that conversations cannot be joined.
        entities: a named-entity engine that is asked as well, if there is one. If it fails, the text is quarantined.

    Raises:
        ValueError: the policy has tokens, and there is no such key. No text raises anything.
    """

    def find() -> list[list[Finding]]:
        scan = scanned(text, lang)
        return [_settled(scan, search(scan, customer, entities), policy)]

    (done,) = _redacted([text], policy, key, find)
    return done


def redact_turns(
    turns: Iterable[Spoken | Sequence[str]],
    policy: Policy = Policy.DEFAULT,
    *,
    lang: str | None = None,
    customer: KnownCustomer | None = None,
    key: bytes | None = None,
    entities: EntityEngine | None = None,
) -> tuple[Redacted, ...]:
    """Conceal what the policy does not keep in a conversation (see ``dialogue``).

    Args:
        turns: as ``find_turns``; the rest as ``redact``.

    Returns:
        One for each turn. If searching fails, all are quarantined: what one says is the key to the next.

    Raises:
        ValueError: as ``redact``.
    """
    said = list(turns)
    texts = [turn.text if isinstance(turn, Spoken) else turn[1] for turn in said]

    def find() -> list[list[Finding]]:
        found = find_turns(said, lang=lang, customer=customer, entities=entities)
        return [_settled(scanned(text, lang), spans, policy) for text, spans in zip(texts, found, strict=True)]

    return _redacted(texts, policy, key, find)


def sensitive(text: str, lang: str | None = None, policy: Policy = Policy.DEFAULT) -> list[Span]:
    """The findings that a policy does not keep, for who refuses or marks personal data.

    If searching fails, the whole text is one: it cannot be said that there is nothing in it.
    """
    done = redact(text, policy, lang=lang, key=bytes(SHORTEST_KEY))  # its tokens are thrown away
    if done.quarantined:
        return [Span(0, len(text), SpanType.NUMBER, 1.0, (Why.UNCHECKED,))] if text else []
    return [
        Span(one.start, one.end, one.type, one.score, one.why) for one in done.spans if one.action is not Action.KEEP
    ]


Finding = tuple[Span, str]
"""A finding and, for its token, the value without its dress."""


def _redacted(
    texts: Sequence[str], policy: Policy, key: bytes | None, find: Callable[[], list[list[Finding]]]
) -> tuple[Redacted, ...]:
    """Texts with what a search finds in each of them concealed; all of them quarantined if it fails (rule 3)."""
    require_key(policy, key)
    try:
        return tuple(_applied(text, found, policy, key) for text, found in zip(texts, find(), strict=True))
    except Exception:  # noqa: BLE001 - whatever it is, the text must not leave as it came
        return tuple(Redacted(UNREAD if text else "", quarantined=True) for text in texts)


def require_key(policy: Policy, key: bytes | None) -> None:
    """Hold a key against a policy.

    Raises:
        ValueError: the policy has tokens, and there is no key of at least 16 bytes.
    """
    if Action.TOKEN in policy.actions.values() and (key is None or len(key) < SHORTEST_KEY):
        raise ValueError(f"a policy with tokens needs a key of at least {SHORTEST_KEY} bytes")


def _applied(text: str, found: list[Finding], policy: Policy, key: bytes | None) -> Redacted:
    values = {(span.end, span.type): value for span, value in found}
    spans: list[Applied] = []
    places: list[tuple[int, int, str]] = []
    for span in whole(text, (span for span, _ in found)):
        action, stand = policy.action(span, text), ""
        if action is not Action.KEEP:
            value = values.get((span.end, span.type)) or bare(text[span.start : span.end])
            stand = _words(text, span, action, value, key)
            places.append((span.start, span.end, stand))
        spans.append(Applied(span.start, span.end, span.type, action, span.score, span.why, stand))
    return Redacted(replaced(text, places), tuple(spans))


def _words(text: str, span: Span, action: Action, value: str, key: bytes | None) -> str:
    """What stands in place of a finding."""
    if action is Action.TOKEN and key is not None:
        return pseudonym(span.type, value, key)
    if action is Action.DROP:
        apart = text[span.start - 1 : span.start].isalnum() and text[span.end : span.end + 1].isalnum()
        return " " if apart else ""
    return token(span.type)


def pseudonym(kind: SpanType, value: str, key: bytes) -> str:
    """The token of a value: HMAC-SHA-256 of its type and itself, of which twenty bits are shown.

    That tells apart what one conversation holds, and is too little to try values by, even for who has the key.
    """
    if kind is SpanType.PHONE:
        value = value[-PHONE_DIGITS:]
    digest = hmac.digest(key, f"{kind.name}\0{value}".encode("utf-8", "surrogatepass"), "sha256")
    signs = (half for byte in digest for half in divmod(byte, 16))
    return f"<{kind.name}_{''.join(TOKEN_SIGNS[half] for half in islice(signs, TOKEN_LENGTH))}>"


def bare(text: str) -> str:
    """A value without regard to how it is written: letters and digits, lower case, digits of every script as 0-9."""
    return "".join(char for char in plain(text) if char.isalnum())


def value_of(scan: Scan, span: Span) -> str:
    """A value for its token: as ``bare``, and numbers that are said as their digits."""
    inside = [one for one in scan.strings if span.start <= one.starts[0] and one.ends[-1] <= span.end]
    said = max(inside, key=len, default=None)
    written = bare(scan.text[span.start : span.end])
    if said is None or any(char.isdigit() for char in written):
        return written
    return said.digits.decode("ascii")


def _settled(scan: Scan, spans: list[Span], policy: Policy) -> list[Finding]:
    """Findings with those of the client's own patterns, tokens apart."""
    spans = policy.with_own(scan.text, spans, scan.view)
    spans = _outside_tokens(scan.text, _out_of_what_is_kept(scan, spans, policy), scan.view)
    needs = Action.TOKEN in policy.actions.values()
    return [(span, value_of(scan, span) if needs else "") for span in spans]


def _out_of_what_is_kept(scan: Scan, spans: list[Span], policy: Policy) -> list[Span]:
    """The findings with what may never be kept even where the policy keeps what it stands in: a web address that ends
    in a card number, an e-mail address for a password."""
    kept = {span for span in spans if span.type not in HARMLESS and not policy.conceals(span, scan.text)}
    if not kept:
        return spans
    never = [span for span in candidates(scan) if span.type in NEVER_KEPT and span.score >= WORTH_TELLING]
    inside = {one for one in never for span in kept if one.start < span.end and span.start < one.end}
    return resolve([*spans, *(span._replace(score=1.0) for span in inside)], scan.view) if inside else spans


def _outside_tokens(text: str, spans: list[Span], bytes_of: bytes) -> list[Span]:
    """Rule 2: findings without the tokens in them, as long as a letter or digit is left of them."""
    if not spans or ("[" not in text and "<" not in text):
        return spans
    tokens = [match.span() for match in TOKENS.finditer(text)]
    return list(_without(spans, tokens, bytes_of)) if tokens else spans


def _without(spans: list[Span], tokens: list[tuple[int, int]], bytes_of: bytes) -> Iterator[Span]:
    first = 0
    for span in spans:
        while first < len(tokens) and tokens[first][1] <= span.start:
            first += 1
        start, at = span.start, first
        while at < len(tokens) and tokens[at][0] < span.end:
            yield from _worth(span, start, tokens[at][0], bytes_of)
            start, at = max(start, tokens[at][1]), at + 1
        yield from _worth(span, start, span.end, bytes_of)


def _worth(span: Span, start: int, end: int, bytes_of: bytes) -> Iterator[Span]:
    if (start, end) == (span.start, span.end):
        yield span
    elif any(is_letter(byte) or byte > 0x80 for byte in bytes_of[start:end]):
        yield span._replace(start=start, end=end)
