"""Digits of every script, read as the numbers they are.

Python's ``int`` and ``\\d`` take Persian, Arabic and Devanagari digits, ``[0-9]`` and databases do not: what people
type is made Latin at the door, once, and is compared and kept so.
"""

import unicodedata


def latin(text: str) -> str:
    """The text with every decimal digit of any script as ``0`` to ``9``; nothing else changes.

    Superscripts, fractions and Roman numerals are no decimal digits and stay.
    """
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
