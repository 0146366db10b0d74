"""Every type of value against every way in which people, and those who hide something, write it otherwise.

Rows are values, columns are substitutions. A cell passes if the whole value lies in what the default policy conceals,
whatever it is taken for. Cells that make no sense, and cells that fail, stand in tables with their reason; a listed
gap that passes fails its test, so the list stays true. All values are published examples, ranges kept for
documentation, or made here.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from razdar.core.redaction import Action, Policy, Span, find, find_turns

GROUP = "|"
"""Where a value is grouped."""


class Row(NamedTuple):
    """A value with ``GROUP`` between its groups, what stands there usually, and the sentence around it."""

    value: str
    usual: str
    sentence: str
    lang: str = "en"

    @property
    def written(self) -> str:
        return self.value.replace(GROUP, self.usual)


ROWS = {
    "CARD": Row("4111|1111|1111|1111", "", "my card number is {} thanks"),
    "CARD amex": Row("3782|822463|10005", "", "my card number is {} thanks"),
    "PHONE": Row("020|7946|0958", " ", "you can call me on {} tonight"),
    "PHONE +": Row("+48|601|234|567", " ", "mój telefon to {} dzięki", "pl"),
    "IBAN": Row("GB82|WEST|1234|5698|7654|32", " ", "the iban is {} thanks"),
    "IBAN pl": Row("PL61|1090|1014|0000|0712|1981|2874", " ", "mój iban to {} dzięki", "pl"),
    "NATIONAL_ID us": Row("536|22|1234", "-", "my social security number is {} thanks"),
    "NATIONAL_ID pl": Row("440|514|013|59", "", "mój pesel to {} dzięki", "pl"),
    "NATIONAL_ID br": Row("529|982|247|25", "", "meu cpf é {} obrigado", "pt"),
    "NATIONAL_ID ir": Row("049|937|0899", "", "کد ملی من {} است", "fa"),
    "NATIONAL_ID tw": Row("A12|345|6789", "", "我的身分證字號是 {} 謝謝", "zh"),
    "TAX_ID pl": Row("123|456|32|18", "-", "nasz nip to {} dzięki", "pl"),
    "ACCOUNT": Row("4471|9302|55", "", "my account number is {} thanks"),
    "PASSPORT": Row("5334|01221", "", "my passport number is {} thanks"),
    "CVV": Row("4|7|1", "", "the security code is {} thanks"),
    "PIN": Row("48|05", "", "my pin is {} thanks"),
    "SECRET": Row("482|510", "", "the verification code is {} thanks"),
    "DOB": Row("15|05|1984", "/", "my date of birth is {} thanks"),
    "EMAIL": Row("anna.lisowska@example.org", "", "my email is {} thanks"),
    "IP": Row("203.0.113.115", "", "my ip is {} thanks"),
    "MAC": Row("00|1B|44|15|3A|B7", ":", "the mac address is {} thanks"),
    "URL": Row("https://www.example.org/anna?id=105", "", "my page is {} thanks"),
}

DASHES = {
    "hyphen": "\u2010",
    "non-breaking hyphen": "\u2011",
    "figure dash": "\u2012",
    "en dash": "\u2013",
    "em dash": "\u2014",
    "minus": "\u2212",
}
BETWEEN_GROUPS = {
    "space": " ",
    "dot": ".",
    "dash": "-",
    **DASHES,
    "no-break space": "\u00a0",
    "thin space": "\u2009",
    "newline": "\n",
}
INKLESS = {
    "soft hyphen": "\u00ad",
    "zwnj": "\u200c",
    "zwj": "\u200d",
    "zwsp": "\u200b",
    "rtl mark": "\u200f",
    "ltr mark": "\u200e",
}
LOOKALIKES = str.maketrans("015", "OlS")
CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxyi", "АВСЕНКМОРТХасеорхуі")
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_SAID = {"@": " at ", ".": " dot ", "/": " slash "}


def _grouped_by(sign: str) -> Callable[[Row], str]:
    return lambda row: row.value.replace(GROUP, sign)


def _with_inkless(sign: str) -> Callable[[Row], str]:
    """The sign after every other character."""
    return lambda row: "".join(
        char + (sign if place % 2 and char.isalnum() else "") for place, char in enumerate(row.written)
    ).rstrip(sign)


def _at_dot(row: Row) -> str:
    return "".join(_SAID.get(char, char) for char in row.written)


def _spelled(row: Row) -> str:
    return " ".join(" ".join(_SAID.get(char, char) for char in row.value.replace(GROUP, "")).split())


def _halves(row: Row) -> tuple[str, str]:
    """Cut at the middle group, or in the middle."""
    groups = row.value.split(GROUP)
    if len(groups) == 1:
        return row.value[: len(row.value) // 2], row.value[len(row.value) // 2 :]
    half = len(groups) // 2
    return row.usual.join(groups[:half]), row.usual.join(groups[half:])


COLUMNS: dict[str, Callable[[Row], str]] = {
    **{name: _grouped_by(sign) for name, sign in BETWEEN_GROUPS.items()},
    **{name: _with_inkless(sign) for name, sign in INKLESS.items()},
    "look-alikes": lambda row: row.written.translate(LOOKALIKES),
    "cyrillic": lambda row: row.written.translate(CYRILLIC),
    "full-width": lambda row: row.written.translate(FULL_WIDTH),
    "at dot": _at_dot,
    "spelled": _spelled,
}
TURNS = "over turns"

_DIGITS_ONLY = {name for name, row in ROWS.items() if not any(map(str.isalpha, row.value))}
_UNGROUPED = {name for name, row in ROWS.items() if GROUP not in row.value}

SENSELESS: dict[tuple[str, str], str] = {
    **{(row, column): "a sign inside makes it another address" for row in _UNGROUPED for column in BETWEEN_GROUPS},
    **{(row, "cyrillic"): "there is no letter in it" for row in _DIGITS_ONLY},
    **{(row, "at dot"): "there is neither an @ nor a dot in it" for row in ROWS.keys() - {"EMAIL", "IP", "URL"}},
}
"""Cells that nobody writes."""

GAPS: dict[tuple[str, str], str] = {
    ("MAC", "look-alikes"): "letters are digits of it, so nobody knows which is meant",
}
"""Cells that fail, and why."""

CELLS = [
    (row, column)
    for row in ROWS
    for column in (*COLUMNS, TURNS)
    if (row, column) not in SENSELESS
    and not (column == "look-alikes" and not any(char in "015" for char in ROWS[row].value))
]


def is_concealed(row: Row, column: str) -> bool:
    """Whether no letter or digit of the value is left in that form."""
    if column == TURNS:
        first, second = _halves(row)
        before, after = row.sentence.split("{}")
        turns = [("customer", before + first), ("agent", "mm hmm"), ("customer", second + after)]
        found = find_turns(turns, lang=row.lang)
        return _covers(turns[0][1], first, found[0]) and _covers(turns[2][1], second, found[2])
    value = COLUMNS[column](row)
    text = row.sentence.format(value)
    return _covers(text, value, find(text, lang=row.lang))


def _covers(text: str, value: str, spans: list[Span]) -> bool:
    start = text.index(value)
    covered = {
        place
        for span in spans
        if Policy.DEFAULT.actions[span.type] is not Action.KEEP
        for place in range(span.start, span.end)
    }
    return all(place in covered for place in range(start, start + len(value)) if text[place].isalnum())


@pytest.mark.parametrize("name", ROWS)
def test_the_value_itself_is_concealed(name: str) -> None:
    row = ROWS[name]
    text = row.sentence.format(row.written)
    assert _covers(text, row.written, find(text, lang=row.lang))


@pytest.mark.parametrize("name", ROWS)
def test_the_sentence_alone_holds_nothing(name: str) -> None:
    row = ROWS[name]
    assert find(row.sentence.format("..."), lang=row.lang) == []


@pytest.mark.parametrize(("name", "column"), [cell for cell in CELLS if cell not in GAPS])
def test_concealed_however_it_is_written(name: str, column: str) -> None:
    assert is_concealed(ROWS[name], column)


@pytest.mark.parametrize(("name", "column"), GAPS)
def test_gaps_are_gaps(name: str, column: str) -> None:
    assert GAPS[name, column]
    assert not is_concealed(ROWS[name], column), "it passes: take it from the list"


def test_the_tables_speak_of_cells_that_are_there() -> None:
    assert GAPS.keys() <= set(CELLS)
    assert SENSELESS.keys() <= {(row, column) for row in ROWS for column in (*COLUMNS, TURNS)}
