"""Masks: what is shown in place of a value.

The full mask has a fixed width and holds no character of the value and not its length. A partial mask is shown only
where a client allows it; a value too short for its class's partial mask gets the full mask, because the last two
digits of a four-digit number are half of it.
"""

from collections.abc import Callable, Mapping

from razdar.core.disclosure.classes import DataClass

MASK = "••••••••"


def _last(count: int, shortest: int) -> Callable[[str], str]:
    def mask(value: str) -> str:
        symbols = [c for c in value if c.isalnum()]
        return f"{MASK} {''.join(symbols[-count:])}" if len(symbols) >= shortest else MASK

    return mask


def _initial(value: str) -> str:
    return f"{value[0]}{MASK}" if len(value) > 3 else MASK


def _email(value: str) -> str:
    local, _, domain = value.partition("@")
    _, dot, tail = domain.rpartition(".")
    return f"{local[0]}{MASK}@{MASK}.{tail}" if len(local) > 3 and dot and tail else MASK


def _city(value: str) -> str:
    *street, city = value.split(",")
    return f"{MASK}, {city.strip()}" if street and not any(c.isdigit() for c in city) else MASK


PARTIAL_MASKS: Mapping[DataClass, Callable[[str], str]] = {
    DataClass.GIVEN_NAME: _initial,
    DataClass.NATIONAL_ID: _last(2, 8),
    DataClass.PHONE: _last(2, 7),
    DataClass.WHATSAPP_ID: _last(2, 7),
    DataClass.EMAIL: _email,
    DataClass.POSTAL_ADDRESS: _city,
    DataClass.ACCOUNT_NO: _last(4, 10),
    DataClass.IBAN: _last(4, 15),
    DataClass.PAN: _last(4, 13),  # PCI DSS 3.4.1 allows more; nobody at a contact center needs it
    DataClass.REFERENCE_NO: _last(2, 6),
}


def partial(data_class: DataClass, value: str) -> str:
    """The partial mask of a value; the full mask where the class has none or the value is too short."""
    mask = PARTIAL_MASKS.get(data_class)
    return mask(value) if mask else MASK
