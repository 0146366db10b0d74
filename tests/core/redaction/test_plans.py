"""Numbering plans as patterns answer as the library does from whose metadata they are made."""

import random

import phonenumbers
import pytest

from razdar.core.redaction import plans

REGIONS = (
    "US", "GB", "IR", "PL", "IN", "TW", "BR", "DE", "FR", "CN", "PT", "HK", "SG", "CA", "AU", "IE", "ZA", "NZ", "AF",
    "IL", "ES", "IT", "TR", "AE", "IQ", "PK", "SE", "CZ", "MX", "JP",
)  # fmt: skip
NUMBERS = 300


def numbers(region: str) -> list[str]:
    """Random digits of the region's usual lengths, half of them near its example numbers."""
    chance = random.Random(region)  # noqa: S311 - not a secret
    example = phonenumbers.example_number(region)
    assert example is not None
    base = phonenumbers.national_significant_number(example)
    found = []
    for _ in range(NUMBERS):
        kept = chance.randint(0, len(base))
        tail = chance.choice((-1, 0, 0, 0, 1)) + len(base) - kept
        found.append(base[:kept] + "".join(chance.choices("0123456789", k=max(tail, 0))))
    return [number for number in found if len(number) >= 7]


@pytest.mark.parametrize("region", REGIONS)
def test_national_numbers(region: str) -> None:
    wrong = []
    for number in numbers(region):
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue  # begins like a call abroad
        if parsed.country_code != phonenumbers.country_code_for_region(region):
            continue
        expected = phonenumbers.is_valid_number_for_region(parsed, region)
        if plans.is_valid(number.encode(), (region,)) is not expected:
            wrong.append((number, expected))
    assert wrong == []


@pytest.mark.parametrize("region", REGIONS)
def test_international_numbers(region: str) -> None:
    code = phonenumbers.country_code_for_region(region)
    wrong = []
    for number in numbers(region):
        digits = f"{code}{number}"
        expected = phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
        if plans.is_valid_international(digits.encode()) is not expected:
            wrong.append((digits, expected))
    assert wrong == []
