"""Chinese numbers as they are said in Taiwan: digit by digit, which the 8-bit view reads as digits already.

What is left for here: "三個五" is 555.
"""

from collections.abc import Sequence

from razdar.core.redaction.numerals import SPOKEN, Atom, Role, SpokenLanguage, Token


def read(tokens: Sequence[Token]) -> list[list[Atom]]:
    """Rows of digits, with a count before and a digit after each *ge* (個)."""
    atoms: list[Atom] = []
    rows = [token for token in tokens if token.role is Role.WRITTEN]
    if len(rows) * 2 - 1 != len(tokens) or any(token.role is Role.TIMES for token in tokens[::2]):
        return []
    start = 0
    for place, row in enumerate(rows):
        last = place == len(rows) - 1
        kept = row.value[start : len(row.value) - (not last)]
        if kept:
            atoms.append(Atom(kept, row.start + start, row.end - (not last), spoken=False))
        if not last:
            following = rows[place + 1]
            count = max(int(row.value[-1]), 1)
            atoms.append(Atom(following.value[0] * count, row.end - 1, following.start + 1, spoken=True))
            start = 1
    return [atoms]


SPOKEN.register("zh")(
    SpokenLanguage(
        words={"個": (Role.TIMES, "")},
        fillers=frozenset(),
        hesitations=frozenset(
            ("呃", "嗯", "那個", "然後", "對", "不對", "等一下", "我看一下", "再來", "接下來", "空格", "橫線", "槓")
        ),
        read=read,
        signs={
            "@": ("小老鼠", "at"),
            ".": ("點", "dot"),
            "-": ("減號", "橫線", "槓", "dash"),
            "_": ("底線", "underline"),
            "+": ("加號", "加"),
        },
        stops=frozenset(["我", "的", "是", "信箱", "電子", "郵件", "請", "寄", "到"]),
    )
)
