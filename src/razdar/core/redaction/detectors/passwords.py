"""Passwords and user names, by the word before them: typed and spoken.

Rules:
1. After the cue and a word or sign that joins ("is", ":", "है", "é") comes one word without spaces. Typed, it must
   look like
   none of a language: a digit, a sign or a capital inside it, unless a colon or "is" announces it.
2. A spoken password holds a sign or digits in words ("at the rate", "arroba", "underscore", "one two three"); it
   goes to the
   end of the clause.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction import spoken, vocabulary
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import LETTER_CLASS, plain, view
from razdar.core.redaction.naming import NEVER
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_JOINTS = "is|are|was|to|e|é|है|hai|هست|اینه|ye|:|=|-|would be|will be|should be|set to|hasło to|of"
_FARTHER = "همراه بانک|اینترنت بانک|پنل|سایت|for the app|for my account|do app|da conta|to my account|my|set|wifi|wi-fi"
_SPACED_PASSWORD = [word for word in (*vocabulary.words()[Cue.PASSWORD], "رمز", "پسورد", "پسوردم") if word < "\u2e80"]
_SPACED_USERNAME = [
    word
    for word in (*vocabulary.words()[Cue.USERNAME], "نام کاربری", "نام کاربریم", "یوزرنیم", "user")
    if word < "\u2e80"
]
_CHINESE_PASSWORD = re.compile("(?:登入密碼|網銀密碼|密碼|密码)[是為为:： ]{0,3}(?=[!-~])")
_CHINESE_USERNAME = re.compile(
    "(?:使用者名稱|使用者代號|用戶名|用户名|登入帳號|使用者帳號|代號|帳號|账号)"
    "[是為为:： ]{0,3}(?=[!-~])(?![0-9-]+(?![!-~]))"
)
_VALUE = re.compile(r"[!-~\u00a1-\u024f]{3,64}")
_OUTER = ".,;:!?\"'()[]<>{}"
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{2,40}")
_CLAUSE = re.compile("[,.;!?\n\u060c\u061b\u06d4\u0964\uff0c\u3002\u00b6]")
_SPOKEN_SIGNS = (
    "at the rate|at sign|underscore|hash|hashtag|dollar sign|"
    "exclamation|exclamation mark|asterisk|star|capital|uppercase|"
    "lower case|lowercase|arroba|underline|cerquilha|maiúsculo|małpa|podkreślnik|wielka|duże|"
    "एट द रेट|अंडरस्कोर|हैश|ات ساین|آندرلاین|حرف بزرگ"
)


def _after(words: list[str]) -> bytes:
    begin = rb"(?:^|[^" + LETTER_CLASS + rb"])"
    return (
        begin + rb"(?:" + alternatives(word.removesuffix("*") for word in words) + rb")(?:[ \x01]{1,2}(?:"
        + alternatives(_FARTHER.split("|")) + rb")){0,2}"
        rb"(?: ?(?:" + alternatives(_JOINTS.split("|")) + rb"))?[ \x01\"'\n]{1,3}"
    )  # fmt: skip


_PASSWORD_GATE, _USERNAME_GATE = _after(_SPACED_PASSWORD), _after(_SPACED_USERNAME)
_password, _username = pattern(_PASSWORD_GATE), pattern(_USERNAME_GATE)
_joint_at_end = re.compile(rb"(?:[:=-]|(?<![" + LETTER_CLASS + rb"])(?:" + alternatives(_JOINTS.split("|")) + rb"))$")
_DIGITS_MORE = re.compile(r" [0-9]{1,6}(?![\w@.])")
_said = re.compile(alternatives(_SPOKEN_SIGNS.split("|")))
_LAST_WORD = re.compile(rb"[" + LETTER_CLASS + rb"\x01]+[ \x01]{1,2}$")
_CHINESE_GATE = rb"\x81[ :]{0,3}[!-~]"


@detector("password", gate=_PASSWORD_GATE)
def find_passwords(scan: Scan) -> Iterator[Span]:
    """What follows words for a password."""
    for match in _password.finditer(scan.view):
        yield from _typed(scan, match.end(), SpanType.PASSWORD, announced=_announces(match.group()))
        yield from _spoken(scan, match.end())


@detector("username", gate=_USERNAME_GATE)
def find_usernames(scan: Scan) -> Iterator[Span]:
    """What follows words for a user name."""
    for match in _username.finditer(scan.view):
        yield from _typed(scan, match.end(), SpanType.USERNAME, announced=_announces(match.group()))


@detector("password.chinese", gate=_CHINESE_GATE)
def find_chinese(scan: Scan) -> Iterator[Span]:
    """Both after Chinese words."""
    for cue, kind in ((_CHINESE_PASSWORD, SpanType.PASSWORD), (_CHINESE_USERNAME, SpanType.USERNAME)):
        for match in cue.finditer(scan.text):
            yield from _typed(scan, match.end(), kind, announced=False)


def _announces(cue: bytes) -> bool:
    """Whether a joining word or sign stands between the cue and what follows."""
    return _joint_at_end.search(cue.rstrip(b" \x01\"'\n")) is not None


def _typed(scan: Scan, at: int, kind: SpanType, *, announced: bool) -> Iterator[Span]:
    value = (_VALUE if kind is SpanType.PASSWORD else _HANDLE).match(scan.text, at)
    if value is None:
        return
    start, end = value.span()
    outer = ".,;:\"'()" if kind is SpanType.PASSWORD else _OUTER
    while end > start and scan.text[end - 1] in outer:
        end -= 1
    word = scan.text[start:end]
    if len(word) < 3 or (kind is SpanType.USERNAME and "@" in word):
        return
    odd = any(map(str.isdigit, word)) or any(
        not char.isalnum() for char in word[1:-1].replace("-", "").replace("'", "")
    )
    odd = odd or word[1:] != word[1:].lower() != word[1:].upper()
    if word.isdigit() and len(word) > 12:
        return
    if odd or (announced and plain(word) not in NEVER and not word[0].isupper() and _ends(scan.text, end)):
        more = _DIGITS_MORE.match(scan.text, end) if announced and not odd else None
        end = end if more is None else more.end()
        yield Span(start, end, kind, 0.85 if odd else 0.6, (Why.CUE, Why.SHAPE) if odd else (Why.CUE,))


def _ends(text: str, at: int) -> bool:
    """A plain word is a password only if its clause ends behind it."""
    return (
        not text[at : at + 1]
        or text[at] in ".,;!\n\"'"
        or _DIGITS_MORE.match(text, at) is not None
        or text[at : at + 5] in (" and ", " but ")
    )


def _spoken(scan: Scan, at: int) -> Iterator[Span]:
    stop = _CLAUSE.search(scan.text, at)
    end = min(len(scan.text) if stop is None else stop.start(), at + 100)
    sign = _said.search(scan.view, at, end)
    if sign is not None and sign.start() - at <= 40:
        yield Span(at, _said_until(scan, sign, end), SpanType.PASSWORD, 0.8, (Why.CUE, Why.SPOKEN))


def said(scan: Scan, start: int, end: int) -> tuple[int, int] | None:
    """The spoken password in an answer to a question for it: the word before a sign, and the digits behind."""
    sign = _said.search(scan.view, start, end)
    word = None if sign is None else _LAST_WORD.search(scan.view, start, sign.start())
    if sign is None or word is None:
        return None
    last = _said_until(scan, sign, end)
    return (word.start(), last) if last > sign.end() else None


def _said_until(scan: Scan, sign: re.Match[bytes], end: int) -> int:
    """Where a password ends in which a sign was said: behind one word, digits and single letters."""
    number_words = frozenset(view(word) for word in spoken.number_words(scan.lang))
    last = sign.end()
    for word in re.finditer(rb"[" + LETTER_CLASS + rb"]+", scan.view[sign.end() : end]):
        said = word.group()
        if (
            (said not in number_words and not said.isdigit() and len(said) > 1 and last < sign.end() + 1)
            or said in number_words
            or said.isdigit()
            or len(said) == 1
        ):
            last = sign.end() + word.end()
        else:
            break
    return last
