"""Which column goes into which field.

A column is recognised by its name alone: case, width, digits of other scripts, blanks and punctuation do not count.
What is recognised nowhere is left out until somebody says ``--map column=field``; ``--map column=`` leaves one out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from razdar.core.disclosure.normal import fold
from razdar.core.errors import BadInput
from razdar.runtime.imports.reading import Row
from razdar.runtime.imports.targets import LINE, REASON, Field, Record, Target

_NAME = 40


@dataclass(frozen=True)
class Mapping:
    """For each column the name of its field; empty where it is left out."""

    fields: tuple[str, ...]

    def record(self, row: Row) -> Record:
        """A row by fields."""
        values: dict[str, tuple[str, ...]] = {}
        for name, value in zip(self.fields, row.values, strict=True):
            if name and (text := value.strip()):
                values[name] = (*values.get(name, ()), text)
        return Record(row.line, values)

    def __str__(self) -> str:
        """As a run remembers it: no name of a column is in it."""
        return ",".join(self.fields)

    @classmethod
    def parse(cls, text: str, target: Target, columns: int) -> "Mapping | None":
        """What a run remembers; None when it does not fit any more."""
        fields = tuple(text.split(","))
        known = all(not name or target.field(name) for name in fields)
        return cls(fields) if known and len(fields) == columns else None


def automatic(target: Target, header: Sequence[str]) -> Mapping:
    """What the names of the columns say; the first of several for a field that takes one."""
    known = {key(name): field for field in target.fields for name in (*field.aliases, field.name)}
    taken: set[str] = set()
    fields = []
    for name in header:
        field = known.get(_without_number(key(name), known)) if not is_ours(name) else None
        fits = field is not None and (field.several or field.name not in taken)
        fields.append(field.name if field and fits else "")
        taken.add(fields[-1])
    return Mapping(tuple(fields))


def is_ours(name: str) -> bool:
    """Whether a column was added by a file of rows set aside."""
    return key(name) in {LINE, REASON}


def key(name: str) -> str:
    """A column's name as it is compared."""
    return "".join(c for c in fold(name) if c.isalnum())


def _without_number(name: str, known: Iterable[str]) -> str:
    """``phone2`` is a phone."""
    return name if name in known else name.rstrip("0123456789")


def changed(target: Target, header: Sequence[str], mapping: Mapping, wishes: Iterable[str]) -> Mapping:
    """The mapping with what somebody said, each like ``column=field``; a column is named, or numbered from 1.

    Raises:
        BadInput: no such column or field.
    """
    fields = list(mapping.fields)
    for wish in wishes:
        name, separator, field_name = wish.rpartition("=")
        place = _place(header, name)
        if not separator or place is None:
            raise BadInput("Say which column is what like --map column=field, with a column of the first line.")
        field_name = field_name.strip()
        if field_name and target.field(field_name) is None:
            raise BadInput(f"A table of {target.things} has these fields: {_names(target.fields)}.")
        fields[place] = field_name
    return replace(mapping, fields=tuple(fields))


def _place(header: Sequence[str], name: str) -> int | None:
    places = [number for number, column in enumerate(header) if key(column) == key(name) and key(name)]
    if places:
        return places[0]
    number = name.strip()
    return int(number) - 1 if number.isascii() and number.isdigit() and 0 < int(number) <= len(header) else None


def missing(target: Target, mapping: Mapping) -> str:
    """What is still missing or too much, as a sentence; empty when the mapping can be used."""
    counts = Counter(name for name in mapping.fields if name)
    for field in target.fields:
        if field.required and not counts[field.name]:
            return f"No column holds the {field.name} ({field.meaning}). Say which with --map column={field.name}."
        if counts[field.name] > 1 and not field.several:
            return f"Two columns hold the {field.name}. Leave one out with --map column= (nothing after the sign)."
    for group in target.one_of:
        if not any(counts[name] for name in group):
            return f"One of these is needed: {', '.join(group)}. Say which column it is with --map column={group[0]}."
    return ""


def fits(target: Target, header: Sequence[str]) -> tuple[int, bool]:
    """How many columns of a header a kind knows, and whether that is all it needs; the greater fits better."""
    mapping = automatic(target, header)
    return sum(bool(name) for name in mapping.fields), not missing(target, mapping)


def left_out(header: Sequence[str], mapping: Mapping) -> list[str]:
    """The columns that go nowhere, as they may be printed; those that a file of rows set aside adds are not meant."""
    without = [number for number, name in enumerate(mapping.fields) if not name and not is_ours(header[number])]
    return [column_name(header, number) for number in without]


def column_name(header: Sequence[str], number: int) -> str:
    """A column as it may be printed: its number where its name could be a value, in a file without a header."""
    name = header[number]
    usual = name.isprintable() and 0 < len(name) <= _NAME and sum(c.isdigit() for c in name) < 3 and "@" not in name
    return name if usual else f"column {number + 1}"


def _names(fields: Iterable[Field]) -> str:
    return ", ".join(field.name for field in fields)
