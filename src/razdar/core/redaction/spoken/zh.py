"""Chinese numbers as they are said in Taiwan: mostly digit by digit, which the 8-bit view reads as digits already.

Rules:
1. "三個五" is 555.
2. With 十, 百 and 千 right between digits a number is put together ("二十三" is 23, "兩百零五" 205); what stands
   between separators is a number of its own. Nothing with 萬 (ten thousand) is anybody's number.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from razdar.core.redaction.numerals import SPOKEN, Atom, Role, SpokenLanguage, Token, word_set

_WORTH = {"T": 10, "H": 100, "K": 1_000}
_COUNTED = re.compile(r"[2-9]G[0-9]|(?:[1-9]K0?)?(?:[1-9]H0?)?(?:[1-9]?T)?[0-9]?")
"""A digit several times, or a number; "T" is ten, "G" the word between a count and a digit."""


class _Sign(NamedTuple):
    """A digit or number word of one character, and its place."""

    value: str
    at: int


def read(tokens: Sequence[Token]) -> list[list[Atom]]:
    """The one reading of a stretch."""
    counted = any(token.role is not Role.WRITTEN for token in tokens)
    return [[atom for signs in _side_by_side(tokens) for atom in _atoms(signs, said=counted)]]


def _side_by_side(tokens: Sequence[Token]) -> Iterator[list[_Sign]]:
    """What stands together without anything between."""
    signs: list[_Sign] = []
    for token in tokens:
        for sign in _signs(token):
            if signs and sign.at != signs[-1].at + 1:
                yield signs
                signs = []
            signs.append(sign)
    if signs:
        yield signs


def _signs(token: Token) -> Iterator[_Sign]:
    yield from (_Sign(value, at) for at, value in enumerate(token.value, token.start))


def _atoms(signs: Sequence[_Sign], *, said: bool) -> Iterator[Atom]:
    values = "".join(sign.value for sign in signs)
    at = 0
    while at < len(values):
        match = _COUNTED.match(values, at)
        end = match.end() if match is not None else at
        if end - at > 1:
            yield Atom(_number(values[at:end]), signs[at].at, signs[end - 1].at + 1, spoken=True)
        elif values[at].isdigit():
            end = at + 1
            yield Atom(values[at], signs[at].at, signs[at].at + 1, spoken=said)
        at = max(end, at + 1)


def _number(said: str) -> str:
    if said[1] == "G":
        return said[2] * int(said[0])
    total = digit = 0
    for sign in said:
        if sign.isdigit():
            digit = int(sign)
        else:
            total += max(digit, 1) * _WORTH[sign]
            digit = 0
    return str(total + digit)


SPOKEN.register("zh")(
    SpokenLanguage(
        words={"個": (Role.TIMES, "G"), "十": (Role.TENS, "T"), "百": (Role.HUNDRED, "H"), "千": (Role.THOUSAND, "K")},
        fillers=word_set("斜線 斜杠 斜槓 點 然後 再來 接下來 接著 後面 最後 最後是 接着 后面 好 對 嗯嗯 是"),
        hesitations=word_set(
            "呃 嗯 啊 欸 誒 诶 哎 喔 哦 唔 痾 額 那個 這個 就是 等一下 等我一下 你等我一下 等一等 等等 稍等 稍等一下 我看 "
            "我看一下 看一下 讓我看一下 我想一下 想一下 我找一下 我查一下 空格 橫線 槓 減號 杠"
        ),
        corrections=word_set(
            "不對 不是 說錯了 更正 抱歉 不好意思 我說錯了 講錯了 錯了 應該是 重來 我重講 再一次 不对 说错了 啊 說錯 啊說錯 唸錯 唸錯了 念錯 念錯了 我唸錯了 我念錯了 看錯 看錯了 打錯了 啊不對 啊不是 欸不對 "
            "喔不是 歹勢 我更正 對不起 重講 講錯"
        ),
        read=read,
        explaining=("是", "像"),
        signs={
            "@": ("小老鼠", "at"),
            ".": ("點", "dot"),
            "-": ("減號", "橫線", "槓", "dash"),
            "_": ("底線", "underline"),
            "+": ("加號", "加"),
            "": ("數字", "大寫", "小寫", "英文", "字母", "数字", "大写", "小写"),
        },
        stops=word_set("我 的 是 信箱 電子 郵件 請 寄 到"),
    )
)
