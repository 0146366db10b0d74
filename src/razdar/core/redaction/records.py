"""Redacting fields: JSON, JSON Lines and rows of tables. Values in, values out; no files.

Rules:
1. The name of a field is the cue of its value. Where it says by itself what the value is (see ``fields``), the value is
   concealed whole, whatever it looks like; a name is handed down into what lies within the field.
2. Records that say who spoke and what was said are a conversation, and searched as one; who spoke is shown as in a chat
   (see ``streams``).
3. A number that was cut into several fields of one name ("part1", "part2") or into the items of a list is looked for in
   all of them together, and needs its check digit.
4. Names of fields are redacted as well, and numbered where that makes them alike.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from razdar.core.errors import BadInput
from razdar.core.redaction.applying import redact
from razdar.core.redaction.fields import NOTHING, meaning, words_of
from razdar.core.redaction.masking import replaced, token
from razdar.core.redaction.policy import Action
from razdar.core.redaction.spans import SpanType, Why
from razdar.core.redaction.streams import People, Tally, in_batches, is_role, redact_failed

MOST_DEPTH = 100
_BODIES_TEXT = "text message content body utterance msg tekst wiadomosc mensagem texto متن پیام 內容 内容 消息 訊息 संदेश"
_SENDERS_TEXT = (
    "speaker role from sender author nadawca remetente falante mowca گوینده فرستنده 說話人 说话人 發送者 वक्ता"
)
_OF_THE_FIELD_TEXT = "type kind label status brand currency country verified created updated"
_BODIES = frozenset(_BODIES_TEXT.split())
_SENDERS = frozenset(_SENDERS_TEXT.split())
_OF_THE_FIELD = frozenset(_OF_THE_FIELD_TEXT.split())
"""Names that say something about the field they lie in, and do not hold its value."""


def field_value(name: str, value: str, tally: Tally, lang: str | None) -> str:
    """The value of a field (rule 1)."""
    if not value.strip():
        return value
    field = meaning(name)
    if field.is_whose and is_role(value):
        return value
    if field.kind is not None:
        tally.concealed[field.kind] += 1
        return token(field.kind)
    cue = f"{name[:100]}: "
    done = redact(cue + value, lang=lang)
    if done.quarantined:
        return tally.add(redact_failed(value))
    inside = [span for span in done.spans if span.end > len(cue) and span.action is not Action.KEEP]
    tally.concealed.update(span.type for span in inside)
    begin = len(cue)
    return replaced(value, [(max(0, span.start - begin), span.end - begin, token(span.type)) for span in inside])


def json_stream(lines: Iterable[str], tally: Tally, lang: str | None) -> Iterator[str]:
    """JSON Lines, one message in each.

    Raises:
        BadInput: a line is not JSON; the sentence says which.
    """
    for record in _conversation(_records(lines), tally, lang):
        yield json.dumps(record, ensure_ascii=False) + "\n"


def redacted_json(value: Any, tally: Tally, lang: str | None, name: str = "", depth: int = 0) -> Any:
    """Any JSON with its texts, longer numbers and names of fields redacted.

    Raises:
        BadInput: it is nested too deeply to be read for certain.
    """
    if depth > MOST_DEPTH:
        raise BadInput(f"It is nested more than {MOST_DEPTH} deep.")
    if isinstance(value, dict):
        names = [_handed_down(name, key) for key in value]
        shown = [
            redacted_json(each, tally, lang, of, depth + 1) for of, each in zip(names, value.values(), strict=True)
        ]
        cells = _with_shared(list(value), list(value.values()), shown, tally, lang)
        return dict(zip(_distinct(tally.add(redact(key, lang=lang)) for key in value), cells, strict=True))
    if isinstance(value, list):
        if value and all(_key(each, _BODIES) and _key(each, _SENDERS) for each in value):
            return list(_conversation(value, tally, lang, depth + 1))
        shown = [redacted_json(each, tally, lang, name, depth + 1) for each in value]
        return _with_shared([name] * len(value), value, shown, tally, lang)
    if isinstance(value, bool) or value is None:
        return value
    text = field_value(name, str(value), tally, lang)
    return text if isinstance(value, str) or text != str(value) else value


def redacted_rows(
    names: Sequence[str], rows: Iterable[list[str]], chosen: frozenset[str] | None, tally: Tally, lang: str | None
) -> Iterator[list[str]]:
    """Rows of a table.

    Args:
        names: of its columns; cells beyond them have none.
        chosen: the columns to be redacted; None for all. Cells without a name always are.
    """
    people = People()
    said, by = _key(dict.fromkeys(names, ""), _BODIES), _key(dict.fromkeys(names, ""), _SENDERS)
    spoken = bool(said and by) and (chosen is None or said in chosen)
    body, sender = (names.index(said), names.index(by)) if spoken else (-1, -1)

    def turn(row: list[str]) -> tuple[str, str]:
        return (row[sender], row[body]) if len(row) > max(body, sender) else ("", "")

    both = in_batches(rows, turn, tally, lang, people) if spoken else ((row, "") for row in rows)
    for row, text in both:
        is_turn = spoken and len(row) > max(body, sender)
        cells = ["" if is_turn and place in (body, sender) else cell for place, cell in enumerate(row)]
        shown = _cells(names, cells, chosen, tally, lang)
        if is_turn:
            shown[body] = text
            shown[sender] = people.shown(row[sender]) if chosen is None or by in chosen else row[sender]
        yield shown


def _cells(
    names: Sequence[str], row: list[str], chosen: frozenset[str] | None, tally: Tally, lang: str | None
) -> list[str]:
    columns = [*names[: len(row)], *[""] * (len(row) - len(names))]
    wanted = [chosen is None or not name or name in chosen for name in columns]
    shown = [
        field_value(name, cell, tally, lang) if want else cell
        for name, cell, want in zip(columns, row, wanted, strict=True)
    ]
    joined = [name if want else "" for name, want in zip(columns, wanted, strict=True)]
    return _with_shared(joined, row, shown, tally, lang)


def _conversation(records: Iterable[Any], tally: Tally, lang: str | None, depth: int = 0) -> Iterator[Any]:
    """Records that are messages (rule 2); all their other values are fields."""
    people = People()

    def turn(record: Any) -> tuple[str, str]:
        body = _key(record, _BODIES)
        return (str(record.get(_key(record, _SENDERS), "")), record[body]) if body else ("", "")

    for record, text in in_batches(records, turn, tally, lang, people):
        body = _key(record, _BODIES)
        if not body:
            yield redacted_json(record, tally, lang, depth=depth)
            continue
        sender = _key(record, _SENDERS)
        shown = redacted_json({**record, body: "", **({sender: ""} if sender else {})}, tally, lang, depth=depth)
        yield {**shown, body: text, **({sender: people.shown(str(record[sender]))} if sender else {})}


def _key(record: Any, wanted: frozenset[str]) -> str:
    """The field of a record that has one of these names and is a text, or nothing."""
    if not isinstance(record, dict):
        return ""
    return next(
        (key for key, value in record.items() if isinstance(value, str) and "".join(words_of(key)) in wanted), ""
    )


def _handed_down(name: str, key: str) -> str:
    """What a field is called that lies within another (rule 1)."""
    outer = meaning(name)
    if outer.kind is None or outer.is_whose or meaning(key) is not NOTHING or _OF_THE_FIELD & set(words_of(key)):
        return key
    return name


def _records(lines: Iterable[str]) -> Iterator[Any]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                raise BadInput(f"Line {number} is not JSON.") from None


def _with_shared(
    names: Sequence[str], values: Sequence[Any], shown: list[Any], tally: Tally, lang: str | None
) -> list[Any]:
    """What is shown of fields, once numbers have been looked for that lie in several of them (rule 3)."""
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for place, (name, value) in enumerate(zip(names, values, strict=True)):
        if isinstance(value, str | int) and not isinstance(value, bool) and any(map(str.isdigit, str(value))):
            alike["".join(words_of(name))].append(place)
    for places in alike.values():
        if len(places) > 1:
            for place, kind in _shared([str(values[place]) for place in places], lang):
                tally.concealed[kind] += 1
                shown[places[place]] = token(kind)
    return shown


def _shared(values: Sequence[str], lang: str | None) -> Iterator[tuple[int, SpanType]]:
    """Which of these texts hold parts of one number."""
    spans = (
        span
        for span in redact(" ".join(values), lang=lang).spans
        if span.action is not Action.KEEP and Why.CHECKSUM in span.why
    )
    span = next(spans, None)
    start = 0
    for place, value in enumerate(values):
        end = start + len(value)
        while span is not None and span.end <= start:
            span = next(spans, None)
        if span is not None and span.start < end and (span.start < start or span.end > end):
            yield place, span.type
        start = end + 1


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Names, numbered where they have become alike."""
    taken: set[str] = set()
    alike: Counter[str] = Counter()
    for name in names:
        own = name
        while own in taken:
            alike[name] += 1
            own = f"{name} {alike[name] + 1}"
        taken.add(own)
        yield own
