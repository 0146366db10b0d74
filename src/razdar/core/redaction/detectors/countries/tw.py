"""Taiwan. Citizens and residents: a letter of the place (a = 10, b = 11, ... with i, o, w, x, y, z out of line),
a digit for sex and status (1, 2 citizens, 8, 9 residents; a letter from a to d before 2021), weights 1 and 9 for
the letter's two digits, then 8 to 1 and 1, a multiple of ten. Companies: products with 1 2 1 2 1 2 4 1 summed
digit by digit, a multiple of five (of ten before 2023), or so with one more where the seventh digit is 7."""

from razdar.core.redaction.checks import is_varied
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_PLACES = {letter: code for code, letter in enumerate("abcdefghjklmnpqrstuvxywzio", 10)}
_COMPANY_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)


def is_person(compact: str) -> bool:
    """A letter and nine digits, or two letters and eight."""
    code = _PLACES[compact[0]]
    second = str(_PLACES[compact[1]] % 10) if compact[1].isalpha() else compact[1]
    if compact[1] not in "1289abcd":
        return False
    digits = [int(char) for char in second + compact[2:]]
    weights = (8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = code // 10 + code % 10 * 9 + sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
    return total % 10 == 0


def is_company(digits: str) -> bool:
    """Eight digits; the rule of 2023 holds for the older ones too."""
    products = (int(digit) * weight for digit, weight in zip(digits, _COMPANY_WEIGHTS, strict=True))
    total = sum(product // 10 + product % 10 for product in products)
    return is_varied(digits) and (total % 5 == 0 or (digits[6] == "7" and (total + 1) % 5 == 0))


mark(
    "tw.person",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[a-z][ \-]?[1289abcd][ \-]?[0-9]{4}[ \-]?[0-9]{4}|[a-z][ \-]?[1289][ \-]?(?:[0-9] ?){7}[0-9]"
    rb"|[a-z][ \-]?[1289][0-9]{2}[ \-]?[0-9]{3}[ \-]?[0-9]{3}",
    check=is_person,
    cues="身分證|身份證|身分證字號|身份證字號|身分證號碼|身分證號|居留證|居留證號|居留證號碼|統一證號|身份证|"
    "arc number",
    languages="zh",
    named=0.97,
    at_home=0.9,
    alone=0.82,
    mistyped=0.65,
)
identifier(
    "tw.company",
    type=SpanType.TAX_ID,
    lengths=(8,),
    check=is_company,
    cues="統一編號|統編|公司統編|統一編号|統編是|ubn",
    languages="zh",
    named=0.95,
    mistyped=0.6,
)
