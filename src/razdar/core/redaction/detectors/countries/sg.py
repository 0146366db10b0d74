"""Singapore. NRIC and FIN: a letter for the century or status, seven digits, a check letter; weights 2 7 6 5 4 3
2, t and g add 4, m adds 3."""

from razdar.core.redaction.checks import weighted
from razdar.core.redaction.identifiers import mark
from razdar.core.redaction.spans import SpanType

_SERIES = {"s": (0, "jzihgfedcba"), "t": (4, "jzihgfedcba"), "f": (0, "xwutrqpnmlk"), "g": (4, "xwutrqpnmlk"),
    "m": (3, "xwutrqpnjlk")}  # fmt: skip


def is_nric(compact: str) -> bool:
    """The check letter by the series."""
    more, letters = _SERIES[compact[0]]
    rest = (weighted(compact[1:8], (2, 7, 6, 5, 4, 3, 2)) + more) % 11
    return letters[10 - rest if compact[0] == "m" else rest] == compact[8]


mark(
    "sg.nric",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[stfgm][0-9]{7}[a-z]",
    check=is_nric,
    cues="nric|fin number|nric number",
    named=0.96,
    alone=0.86,
)
