"""Spain. DNI: eight digits and a letter, the number modulo 23; NIE: x, y or z (0, 1, 2), seven digits, the same
letter (Interior Ministry). CIF of companies: a letter, seven digits, a check digit or letter."""

from razdar.core.redaction.identifiers import mark
from razdar.core.redaction.spans import SpanType

_CHECKS = "trwagmyfpdxbnjzsqvhlcke"
_NEVER = ("0" * 8, "9" * 8)
_STARTS = str.maketrans("xyz", "012")


def is_dni(compact: str) -> bool:
    """Digits, or a letter of a foreigner and digits, and the check letter."""
    number = compact[:-1].translate(_STARTS)
    return number not in _NEVER and _CHECKS[int(number) % 23] == compact[-1]


def is_cif(compact: str) -> bool:
    """Odd places doubled and summed digit by digit; the check as a digit or as a letter from j."""
    odd = sum(sum(divmod(2 * int(digit), 10)) for digit in compact[1:8:2])
    check = -(odd + sum(map(int, compact[2:8:2]))) % 10
    return compact[8] in (str(check), "jabcdefghi"[check])


mark(
    "es.dni",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[0-9]{8}[ \-]?[a-hj-np-tv-z]|[0-9]{2}\.[0-9]{3}\.[0-9]{3}[ \-]?[a-hj-np-tv-z]",
    check=is_dni,
    cues="dni|nif|documento nacional de identidad|d.n.i.",
    languages="es",
    named=0.96,
    at_home=0.9,
    alone=0.6,
)
mark(
    "es.nie",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[xyz][ \-]?[0-9]{7}[ \-]?[a-hj-np-tv-z]",
    check=is_dni,
    cues="nie|numero de identidad de extranjero",
    languages="es",
    named=0.96,
    at_home=0.9,
    alone=0.7,
)
mark(
    "es.cif",
    type=SpanType.TAX_ID,
    pattern=rb"[abcdefghjnpqrsuvw][ \-]?[0-9]{7}[ \-]?[0-9a-j]",
    check=is_cif,
    cues="cif|numero de identificacion fiscal",
    languages="es",
    at_home=0.6,
)
