"""Check digits that many authorities use. Every function takes a compact form and may raise ``ValueError`` or
``LookupError`` for signs that it does not know, which means no (see ``identifiers.holds``)."""

from collections.abc import Sequence
from datetime import date

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_LETTERS = {char: value for value, char in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")}

_TURNS = ("1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")
"""The permutation of Verhoeff's scheme, applied once, twice, ...; places beyond go round."""


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the digits times the weights, as far as the weights go."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled, digits summed, a multiple of ten."""
    values = [int(digit) for digit in digits]
    return (sum(values[-1::-2]) + sum(_DOUBLED[value] for value in values[-2::-2])) % 10 == 0


def verhoeff(digits: str) -> bool:
    """Verhoeff 1969: a walk through the dihedral group of the pentagon; finds every single error and transposition."""
    state = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(digit if place % 8 == 0 else _TURNS[place % 8 - 1][int(digit)])
        state = _in_pentagon(state, turned)
    return state == 0


def _in_pentagon(left: int, right: int) -> int:
    """The product of two symmetries of the pentagon: 0 to 4 are turns, 5 to 9 are reflections."""
    if left < 5:
        return (left + right) % 5 + 5 * (right > 4)
    return (left - right) % 5 + 5 * (right < 5)


def mod_11_10(digits: str) -> bool:
    """ISO 7064 mod 11,10."""
    rest = 10
    for digit in digits[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(digits[-1])) % 10 == 1


def mod_11_2(compact: str) -> bool:
    """ISO 7064 mod 11-2: digits and a last one that may be x."""
    rest = 0
    for digit in compact[:-1]:
        rest = (rest + int(digit)) * 2 % 11
    return (rest + (10 if compact[-1] == "x" else int(compact[-1]))) % 11 == 1


def value(char: str) -> int:
    """Digits are themselves, a is 10, z is 35."""
    return _LETTERS[char]


def is_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day; a month or day that does not exist raises ``ValueError``."""
    return date(year, month, day).year == year


def is_varied(digits: str) -> bool:
    """Not one digit repeated: nobody is issued such a number."""
    return len(set(digits)) > 1
