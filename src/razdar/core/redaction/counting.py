"""How languages that count as English does put number words together; one reader for all of them.

A language gives its words with their roles (see ``numerals``) and says whether parts of one number need an "and".

Rules:
1. A group is hundreds, tens and a unit in this order, each at most once: "pięćset dwanaście" is 512, "novecentos e
   doze" 912, "نهصد و دوازده" 912. Whatever follows starts a new group, and groups are read one after the other.
2. Without an "and" a bare unit after hundreds belongs to them only if no other small number follows at once:
   "eight hundred five five five" is 800 555.
3. Where tens and a unit need an "and" (Portuguese), they are two groups without it; thousands and hundreds need none.
4. "double four", "two times seven", "three fives" repeat a digit.
5. Lakhs take what follows up to the next lakh: "चार लाख बारह हज़ार तीन सौ पाँच" is 412305. By
   themselves they are an amount and no code: only their count is read.
6. Words that only sound like numbers count between number words, and only in a second reading.
7. Tens and a row of bare units are read both ways: "osiemdziesiąt pięć osiem osiem" is 85 8 8 or 80 5 8 8.
"""

from collections.abc import Callable, Sequence

from razdar.core.redaction.numerals import Atom, Role, Token

_TAIL = (Role.UNIT, Role.TEEN, Role.TENS)
_SMALL = (*_TAIL, Role.HUNDREDS)
_LONGEST_REPEAT = 10
_UNITS_IN_DOUBT = 3
LAKH = 100_000


def reader(*, joins_bare: bool) -> Callable[[Sequence[Token]], list[list[Atom]]]:
    """The ``read`` of a language.

    Args:
        joins_bare: whether parts of a number are joined without an "and", too.
    """

    def read(tokens: Sequence[Token]) -> list[list[Atom]]:
        sure = [token for token in tokens if token.role is not Role.HOMOPHONE]
        readings = [_Reader(sure, joins_bare).atoms()] if sure else []
        if joins_bare and has_units_after_tens(sure):
            readings.append(_Reader(sure, joins_bare, singly=True).atoms())
        if len(sure) < len(tokens):
            with_homophones = _promoted(tokens)
            if len(with_homophones) > len(sure):
                readings.append(_Reader(with_homophones, joins_bare).atoms())
        return readings

    return read


def has_units_after_tens(tokens: Sequence[Token]) -> bool:
    """Whether it is not sure where tens end (rule 7)."""
    row = 0
    for token in tokens:
        row = row + 1 if token.role is Role.UNIT and row else int(token.role is Role.TENS)
        if row > _UNITS_IN_DOUBT:
            return True
    return False


def _promoted(tokens: Sequence[Token]) -> list[Token]:
    """Words that sound like numbers, where one stands before and one after."""
    kept: list[Token] = []
    for position, token in enumerate(tokens):
        if token.role is not Role.HOMOPHONE:
            kept.append(token)
            continue
        following = tokens[position + 1].role if position + 1 < len(tokens) else None
        if kept and kept[-1].role in (*_SMALL, Role.WRITTEN) and following in (*_SMALL, Role.HOMOPHONE, Role.WRITTEN):
            kept.append(token._replace(role=Role.UNIT if len(token.value) == 1 else Role.TEEN))
    return kept


class _Reader:
    """Args:
    singly: whether a unit is one of the row of units that follows, and not part of the tens before it (rule 7).
    """

    def __init__(self, tokens: Sequence[Token], joins_bare: bool, *, singly: bool = False) -> None:
        self._tokens = tokens
        self._joins_bare = joins_bare
        self._singly = singly
        self._at = 0

    def atoms(self) -> list[Atom]:
        found: list[Atom] = []
        while self._at < len(self._tokens):
            atom = self._next()
            if atom is not None:
                found.append(atom)
        return found

    def _role(self, ahead: int = 0) -> Role | None:
        place = self._at + ahead
        return self._tokens[place].role if place < len(self._tokens) else None

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _next(self) -> Atom | None:
        first = self._tokens[self._at]
        if first.role is Role.WRITTEN and self._role(1) is not Role.TIMES:
            self._at += 1
            return Atom(first.value, first.start, first.end, spoken=False)
        digits = self._repeated() or self._cardinal()
        if digits is None:
            self._at += 1
            return Atom("+", first.start, first.end, spoken=False) if first.role is Role.PLUS else None
        return Atom(digits, first.start, self._tokens[self._at - 1].end, spoken=True)

    def _repeated(self) -> str | None:
        """Rule 4."""
        role = self._role()
        if role is Role.REPEAT and self._is_digit(1):
            return self._times(int(self._take().value))
        if role in (Role.UNIT, Role.WRITTEN) and self._role(1) is Role.TIMES and self._is_digit(2):
            count = int(self._take().value)
            self._at += 1
            return self._times(count)
        if role is Role.UNIT and self._role(1) is Role.PLURAL:
            return self._times(int(self._take().value))
        return self._take().value if role is Role.PLURAL else None

    def _is_digit(self, ahead: int) -> bool:
        wanted = (Role.UNIT, Role.PLURAL, Role.WRITTEN)
        return self._role(ahead) in wanted and len(self._tokens[self._at + ahead].value) == 1

    def _times(self, count: int) -> str:
        return self._take().value * min(max(count, 1), _LONGEST_REPEAT)

    def _cardinal(self) -> str | None:
        number = self._below_lakh()
        return self._lakhs(int(number)) if number is not None and self._role() is Role.LAKH and int(number) else number

    def _below_lakh(self) -> str | None:
        if self._role() is Role.THOUSAND:
            return self._thousands(1)
        group = self._group()
        if group is not None and self._role() is Role.THOUSAND and int(group):
            return self._thousands(int(group))
        return group

    def _lakhs(self, count: int) -> str:
        """Hundreds of thousands, and the thousands and hundreds that belong to them (rule 5)."""
        self._at += 1
        before = self._at
        rest = self._below_lakh()
        if rest is None or rest.startswith("0") or int(rest) >= LAKH or self._role() in (*_SMALL, Role.LAKH):
            self._at = before
            return str(count)
        return str(count * LAKH + int(rest))

    def _thousands(self, count: int) -> str:
        self._at += 1
        return str(count * 1000 + self._added(self._group_added))

    def _group(self) -> str | None:
        """Hundreds, tens and a unit (rule 1)."""
        role = self._role()
        if role is Role.HUNDREDS:
            return str(int(self._take().value) + self._added(self._below_hundred))
        if role is Role.HUNDRED:
            self._at += 1
            return str(100 + self._added(self._below_hundred))
        if role not in _TAIL:
            return None
        value = self._below_hundred()
        if self._role() is Role.HUNDRED and int(value):
            self._at += 1
            return str(int(value) * 100 + self._added(self._below_hundred))
        return value

    def _group_added(self) -> str:
        return self._group() or "0"

    def _below_hundred(self) -> str:
        first = self._take()
        if first.role is not Role.TENS:
            return first.value
        ahead = 1 if self._role() is Role.AND else 0
        joined = ahead or (self._joins_bare and not (self._singly and self._role(1) is Role.UNIT))
        if joined and self._role(ahead) is Role.UNIT and self._tokens[self._at + ahead].value != "0":
            self._at += ahead
            return first.value[0] + self._take().value
        return first.value

    def _added(self, part: Callable[[], str]) -> int:
        """What belongs to hundreds or thousands that were just read, or 0 (rule 2)."""
        ahead = 1 if self._role() is Role.AND else 0
        role = self._role(ahead)
        wanted = _TAIL if part == self._below_hundred else _SMALL
        joined = ahead or self._joins_bare or role is Role.HUNDREDS
        if role not in wanted or not joined or not int(self._tokens[self._at + ahead].value):
            return 0
        if role is Role.UNIT and not ahead and self._role(1) in (*_TAIL, Role.WRITTEN):
            return 0
        self._at += ahead
        return int(part())
