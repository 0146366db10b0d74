"""Brazil.

CPF: two check digits, weights 10 to 2 and 11 to 2, modulo 11. CNPJ: two, weights 5 to 2 and 9 to 2, and 6 to 2
and 9 to 2; since July 2026 its first twelve places may be letters, worth their ASCII code less 48 (IN RFB
2.229/2024). PIS: weights 3 2 9 to 2. CNH, RENAVAM and the voter's title have modulo 11 as well.
"""

from razdar.core.redaction.checks import is_varied, weighted
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def _complement(total: int) -> int:
    rest = total % 11
    return 0 if rest < 2 else 11 - rest


def is_cpf(digits: str) -> bool:
    """Eleven digits."""
    first = _complement(weighted(digits[:9], range(10, 1, -1)))
    second = _complement(weighted(digits[:10], range(11, 1, -1)))
    return is_varied(digits) and int(digits[9:]) == 10 * first + second


def is_cnpj(compact: str) -> bool:
    """Twelve digits or letters and two check digits."""
    values = [ord(char.upper()) - 48 for char in compact[:12]]
    first = _complement(sum(value * weight for value, weight in zip(values, _CNPJ_WEIGHTS[1:], strict=True)))
    values.append(first)
    second = _complement(sum(value * weight for value, weight in zip(values, _CNPJ_WEIGHTS, strict=True)))
    return is_varied(compact) and int(compact[12:]) == 10 * first + second


def is_pis(digits: str) -> bool:
    """Eleven digits; also called NIT, NIS and PASEP."""
    return is_varied(digits) and int(digits[10]) == _complement(weighted(digits, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))


def is_cnh(digits: str) -> bool:
    """Eleven digits; a first check of 10 is written 0 and takes 2 from the second."""
    first = weighted(digits[:9], range(9, 0, -1)) % 11
    less = 2 if first > 9 else 0
    second = weighted(digits[:9], range(1, 10)) % 11 - less
    if second < 0:
        second += 11
    return is_varied(digits) and digits[9:] == f"{0 if first > 9 else first}{0 if second > 9 else second}"


def is_renavam(digits: str) -> bool:
    """Eleven digits; ten times the sum, modulo 11, 10 is written 0."""
    total = weighted(digits, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    return is_varied(digits) and total * 10 % 11 % 10 == int(digits[10])


def is_voter_title(digits: str) -> bool:
    """Eight digits, two of the state, two check digits; Sao Paulo and Minas Gerais write 1 for a rest of 0."""
    state = int(digits[8:10])
    first = _rest(weighted(digits[:8], range(2, 10)), state)
    second = _rest(weighted(digits[8:10] + str(first), (7, 8, 9)), state)
    return 1 <= state <= 28 and int(digits[10:]) == 10 * first + second


def _rest(total: int, state: int) -> int:
    rest = total % 11
    return 1 if rest == 0 and state in (1, 2) else rest % 10


identifier(
    "br.cpf",
    type=SpanType.NATIONAL_ID,
    lengths=(11,),
    check=is_cpf,
    cues="cpf|cpf number|numero do cpf|número de cpf|meu cpf|cpf do titular|cpf é|cadastro de pessoa",
    languages="pt",
    shapes=("999.999.999-99",),
    named=0.97,
    shaped=0.95,
    at_home=0.86,
    mistyped=0.6,
)
identifier(
    "br.cnpj",
    type=SpanType.TAX_ID,
    lengths=(14,),
    check=is_cnpj,
    cues="cnpj|numero do cnpj|cnpj da empresa",
    languages="pt",
    shapes=("99.999.999/9999-99",),
    named=0.97,
    shaped=0.96,
    at_home=0.88,
    mistyped=0.65,
)
mark(
    "br.cnpj_letters",
    type=SpanType.TAX_ID,
    pattern=rb"[a-z0-9]{2}\.?[a-z0-9]{3}\.?[a-z0-9]{3}/?[a-z0-9]{4}-?[0-9]{2}",
    check=lambda compact: not compact.isdigit() and any(map(str.isdigit, compact[:12])) and is_cnpj(compact),
    cues="cnpj|numero do cnpj",
    named=0.97,
    alone=0.7,
)
identifier(
    "br.pis",
    type=SpanType.NATIONAL_ID,
    lengths=(11,),
    check=is_pis,
    cues="pis|pasep|pis pasep|nis|nit|numero do pis|pis/pasep",
    languages="pt",
    shapes=("999.99999.99-9",),
    shaped=0.8,
    mistyped=0.55,
)
identifier(
    "br.cnh",
    type=SpanType.DRIVER_LICENSE,
    lengths=(11,),
    check=is_cnh,
    cues="cnh|numero da cnh|carteira de motorista|habilitação|carteira nacional de habilitação|registro da cnh",
    mistyped=0.6,
)
identifier(
    "br.renavam",
    type=SpanType.VEHICLE,
    lengths=(11,),
    check=is_renavam,
    cues="renavam|código renavam",
    named=0.95,
    mistyped=0.65,
)
identifier(
    "br.renavam_old",
    type=SpanType.VEHICLE,
    lengths=(9,),
    check=lambda digits: is_renavam("00" + digits),
    cues="renavam",
)
identifier(
    "br.voter_title",
    type=SpanType.DOC_ID,
    lengths=(12,),
    check=is_voter_title,
    cues="título de eleitor|titulo eleitoral|título eleitoral|título do eleitor",
    mistyped=0.55,
)
mark(
    "br.rg",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}[\- ]?[0-9x]",
    cues="rg|meu rg|número do rg|registro geral|carteira de identidade|identidade",
    named=0.8,
)
mark(
    "br.pix",
    type=SpanType.ACCOUNT,
    pattern=rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    cues="pix|chave pix|chave aleatória",
    named=0.9,
)
