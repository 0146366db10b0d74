"""China. Resident identity number (GB 11643): region, date of birth, serial, ISO 7064 mod 11-2. Unified social
credit code (GB 32100): eighteen places without i, o, s, v, z, weights powers of 3, modulo 31."""

from razdar.core.redaction.checks import is_date, mod_11_2
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_CREDIT_SIGNS = "0123456789abcdefghjklmnpqrtuwxy"
_CUES = "身份证|身份证号|身份证号码|身份證號|公民身份号码|居民身份证|resident identity card|身份證|身分證"


def is_resident_id(compact: str) -> bool:
    """A province, a day that exists and the check digit."""
    if not ("11" <= compact[:2] <= "82" and compact[6:8] in ("19", "20")):
        return False
    return is_date(int(compact[6:10]), int(compact[10:12]), int(compact[12:14])) and mod_11_2(compact)


def is_credit_code(compact: str) -> bool:
    """The last place checks the others."""
    values = [_CREDIT_SIGNS.index(char) for char in compact]
    total = sum(value * 3**place for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17] and compact[2:8].isdigit()


identifier(
    "cn.resident_id",
    type=SpanType.NATIONAL_ID,
    lengths=(18,),
    check=is_resident_id,
    cues=_CUES,
    languages="zh",
    named=0.99,
    at_home=0.97,
    alone=0.96,
    mistyped=0.6,
)
mark(
    "cn.resident_id_x",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[1-8][0-9]{5}[ \-]?(?:19|20)[0-9]{2}[ \-]?[01][0-9][0-3][0-9][ \-]?[0-9]{3}x",
    check=is_resident_id,
    cues=_CUES,
    languages="zh",
    named=0.99,
    alone=0.96,
)
mark(
    "cn.credit_code",
    type=SpanType.TAX_ID,
    pattern=rb"[1-9a-hj-npqrtuwxy][0-9a-hj-npqrtuwxy][0-9]{6}[0-9a-hj-npqrtuwxy]{10}",
    check=lambda compact: not compact.isdigit() and is_credit_code(compact),
    cues="统一社会信用代码|統一社會信用代碼|社会信用代码|税号|纳税人识别号",
    languages="zh",
    alone=0.9,
)
identifier(
    "cn.credit_code_digits",
    type=SpanType.TAX_ID,
    lengths=(18,),
    check=is_credit_code,
    cues="统一社会信用代码|統一社會信用代碼|社会信用代码|税号|纳税人识别号",
)
