"""Passwords and user names, by the word beside them: typed and spoken.

Rules:
1. After a sign (":", "=", an arrow, an opening quote) everything up to the end of the line or clause is the password,
   whatever it looks like; inside quotes, a query or a tag, up to their end.
2. After a word that joins ("is", "है", "é") it is a word that looks like none of a language (a digit, a sign or a
   capital inside it), or a clause of a few words of which none belongs to talk about passwords ("is not working").
   With nothing but a blank between, only the former.
3. A spoken password holds a sign or digits in words ("at the rate", "arroba", "underscore", "one two three"); it
   goes to the end of the clause.
4. What looks like no word is one too when the word for it follows ("Xy7$ab is my password").
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from razdar.core.redaction import vocabulary
from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import FIRST_MEASURE, LETTER_CLASS, plain, view
from razdar.core.redaction.naming import LAST_CASED, NEVER
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.said_passwords import LONGEST, SAID, said_handle, said_in, said_until
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import TOKENS, Span, SpanType, Why

_LOOSE_JOINTS = "are|was|to|e|ye|of|-"
_JOINTS = (
    "is|é|है|hai|هست|اینه|would be|will be|should be|set to|hasło to|to jest|jest|brzmi|będzie|será|which is|that is|"
    "which was|que é|która to|które to|czyli|هستش|میشه"
)
_FARTHER = "همراه بانک|اینترنت بانک|پنل|سایت|for the app|for my account|do app|da conta|to my account|my|set|wifi|wi-fi"
_WHERE = "for|from|to|do|z|da|de|para|of|on|w|na|برای"
_AFTER_JOINTS = "is|as|for|to|to jest|jest|é|como|हमारा|मेरा|मेरी|mera|meri|jako"
_WHOSE = "my|the|your|our|his|her|new|old|current|moje|moja|nowe|minha|sua|a|nova|twoje"


def _bare(kind: Cue, more: str) -> list[str]:
    """The words for it that are written with spaces, without those that already hold what joins."""
    joints = (*listed(_JOINTS), "to")
    known = (*vocabulary.words()[kind], *listed(more))
    return [word for word in known if word < "\u2e80" and word.rpartition(" ")[2] not in joints]


_SPACED_PASSWORD = _bare(Cue.PASSWORD, "رمز|پسورد|پسوردم|رمزش|رمزت")
_SPACED_USERNAME = _bare(Cue.USERNAME, "نام کاربری|نام کاربریم|یوزرنیم|user")
_SHORT_PASSWORD = "pw|pass|passwd|psw|passcode|api key|api_key|secret|secret key|access token|auth token"  # noqa: S105
"""Words that say so only with a sign behind them; "my pass is" besides."""

_INSIDE_NAMES = "password|passwd|passwort|senha|haslo"
"""These too when letters stand before them ("userPassword=")."""

_HOLLOW_TEXT = (
    "correct incorrect invalid valid wrong expired expiring required needed blocked locked disabled reset changed set "
    "case sensitive protected strong weak long short secure safe stored encrypted missing empty blank forgotten lost "
    "working accepted rejected refused updated saved different easy hard written known unknown secret hidden optional "
    "mandatory what why how which enough again unable displayed shown sent case-sensitive alphanumeric default "
    "poprawne bledne niepoprawne nieprawidlowe zle wazne niewazne wymagane zablokowane za zbyt dobre "
    "errada errado incorreta incorreto invalida correta expirada bloqueada fraca forte muito necessaria obrigatoria "
    "गलत सही ग़लत अमान्य भूल खत्म बदल galat sahi bhool "
    "اشتباه اشتباهه غلط غلطه درست درسته یادم یادمه قفل عوض منقضی چنده"
)
_HOLLOW = NEVER | frozenset(plain(word) for word in _HOLLOW_TEXT.split())
"""What people say about passwords, and what no password is made of."""

_CHINESE_WORDS = "(?<!提款)(?<!款卡)(?<!卡片)(?<!語音)(?<!位數)(?<!一次性)(?<!簡訊)(?<!動態)(?:密碼|密码)"
_CHINESE_PASSWORD = re.compile(
    _CHINESE_WORDS + r"(?:[ ]?(?P<sign>[:：=→「『“\"]|[是為为][:：「『“\"])[「『“\" ]{0,2}|(?P<joint>[是為为])?[ ]?)"
)
_CHINESE_USERNAME = re.compile(
    "(?:使用者名稱|使用者代號|用戶名|用户名|登入帳號|使用者帳號|代號|帳號|账号)"
    "[是為为:： ]{0,3}(?=[!-~])(?![0-9-]+(?![!-~]))"
)
_CHINESE_VALUE = re.compile('[^\\s\u3001\u3002\uff0c\uff1b\uff1f「」『』“”"¶]{2,40}')
_CHINESE_HOLLOW = re.compile("[什甚多錯不对對正空必您你我他她要由用以可無没沒否幾指在被一啥哪怎忘輸嗎吗呢的設]")
_VALUE = re.compile(r"[^\s\x00-\x1f¶]{3,64}")
_OUTER = ".,;:!?\"'()[]<>{}"
_AROUND = ".,;:\"'()[]“”’」』》»،؛۔।"
_CLOSING = {'"': '"', "'": "'", "“": "”", "「": "」", "『": "』", "«": "»", "(": ")", "[": "]", "„": "”", "<": ">"}
_PARAMETER = re.compile(r"[&;,][\w.-]{1,40}=|[<>]")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{2,40}")
_CLAUSE = re.compile("[,.;!?\n\u060c\u061b\u06d4\u0964\uff0c\u3002\u00b6]")
_CLAUSE_ENDS = re.compile(
    r"[,.;!?](?=\s|$)|[\n\u060c\u061b\u06d4\u0964\uff0c\u3002\u00b6\"“”«»]|"
    r" (?:and|but|i|oraz|ale|mas|और|लेकिन|aur|و|ولی)(?= )"
)
_ARROWS = "→⇒➜➡“「『«„"
MOST_WORDS = 5
LONGEST_SPOKEN = 100

_BEGIN = rb"(?:^|[^" + LETTER_CLASS + rb"])"
_BLANK = rb"[ \x01]"
_SIGN = rb"[\"'\x02]{0,2}" + _BLANK + rb"{0,3}(?:=>|-{1,2}>|[:=>\x02])" + _BLANK + rb"{0,4}\n?[\"'\x02(\[\x01]{0,3}"


class _Joint(IntEnum):
    """What stands between the word and the password."""

    BLANK = 0
    LOOSE = 1
    WORD = 2
    SIGN = 3


def _words(words: str | list[str]) -> bytes:
    return alternatives(word.removesuffix("*") for word in (listed(words) if isinstance(words, str) else words))


def _after(words: list[str]) -> bytes:
    """Cue, what it is for, and what joins."""
    where = rb"(?: (?:" + _words(_WHERE) + rb")(?: [" + LETTER_CLASS + rb"]{1,12}){1,3})?"
    joints = _words([*listed(_JOINTS), *listed(_LOOSE_JOINTS)])
    return (
        _BEGIN + rb"(?:" + _words(words) + rb")(?:" + _BLANK + rb"{1,2}(?:" + _words(_FARTHER) + rb")){0,2}"
        rb"(?:" + where + rb",?" + _BLANK + rb"{1,2}(" + joints + rb"))?(?:(" + _SIGN + rb")|[ \x01\"'\n]{1,3})"
    )  # fmt: skip


_PASSWORD_GATE, _USERNAME_GATE = _after(_SPACED_PASSWORD), _after(_SPACED_USERNAME)
_SHORT_GATE = (
    rb"(?:" + _BEGIN + rb"(?:" + _words(_SHORT_PASSWORD) + rb")|[a-z](?:" + _words(_INSIDE_NAMES) + rb"))"
    rb"((?: is)?" + _SIGN + rb")|" + _BEGIN + rb"(?:my|the|your|minha) pass (?:is) [\"'\x02]?"
)  # fmt: skip
_BEFORE_GATE = (
    rb"[^ \n] (?:" + _words(_AFTER_JOINTS) + rb")(?: (?:" + _words(_WHOSE) + rb")){0,2} (?:"
    + _words(_SPACED_PASSWORD) + rb")(?:[^" + LETTER_CLASS + rb"]|$)"
)  # fmt: skip
_BESIDE_GATE = _BEGIN + rb"(?:pass|pw|pwd|passwd|psw) [!-~]"
_beside = pattern(_BESIDE_GATE)
_SIGN_OF_PASSWORD = re.compile(r"[@#$!%^&*_?+]")
_OTHER_SCRIPTS = rb"\x01\x80\x82-\x%02x" % (FIRST_MEASURE - 1)
_FOREIGN = [word for word in _SPACED_PASSWORD if word > LAST_CASED]
_FARTHER_GATE = (
    _BEGIN + rb"(?:" + _words(_FOREIGN) + rb")[" + _OTHER_SCRIPTS + rb"]{0,4}"
    rb"(?: [" + _OTHER_SCRIPTS + rb"]{1,14}){1,3} [!-~]"
)  # fmt: skip
_farther = pattern(_FARTHER_GATE)
_password, _username, _short = pattern(_PASSWORD_GATE), pattern(_USERNAME_GATE), pattern(_SHORT_GATE)
_before = pattern(_BEFORE_GATE)
_LOOSE = frozenset(view(word) for word in listed(_LOOSE_JOINTS))
_DIGITS_MORE = re.compile(r" [0-9]{1,6}(?![\w@.])")
_SECOND = re.compile(r" {0,2}[/|] {0,2}")
_CHINESE_GATE = rb"\x81[ :]{0,3}(?:[!-~\x02]|\x81)"


@detector("password", gate=_PASSWORD_GATE)
def find_passwords(scan: Scan) -> Iterator[Span]:
    """What follows words for a password."""
    for match in _password.finditer(scan.view):
        yield from _value(scan, match.end(), _joint(scan, match.end(), match[1], match[2]))
        yield from _spoken(scan, match.end())


@detector("password.short", gate=_SHORT_GATE)
def find_after_short_words(scan: Scan) -> Iterator[Span]:
    """The same after words that say so only with a sign."""
    for match in _short.finditer(scan.view):
        yield from _value(scan, match.end(), _joint(scan, match.end(), b"is", match[1]))


@detector("password.beside", gate=_BESIDE_GATE)
def find_beside(scan: Scan) -> Iterator[Span]:
    """A word of letters, digits and signs behind "pass" alone: "user id mary91 pass Lucky@#2210"."""
    for match in _beside.finditer(scan.view):
        word = scan.text[match.end() - 1 : match.end() - 1 + LONGEST].split()[0]
        if any(map(str.isalpha, word)) and any(map(str.isdigit, word)) and _SIGN_OF_PASSWORD.search(word):
            yield from _value(scan, match.end() - 1, _Joint.BLANK)


@detector("password.farther", gate=_FARTHER_GATE)
def find_farther(scan: Scan) -> Iterator[Span]:
    """A password in Latin letters behind words of another script: "رمز وای‌فای اتاقتون Xy7$ab"."""
    for match in _farther.finditer(scan.view):
        word = scan.text[match.end() - 1 : match.end() - 1 + LONGEST].split()[0]
        if _has_digit_or_sign(word) and any(map(str.isalpha, word)):
            yield from _value(scan, match.end() - 1, _Joint.BLANK)


@detector("password.before", gate=_BEFORE_GATE)
def find_before(scan: Scan) -> Iterator[Span]:
    """What stands before words for a password (rule 4)."""
    for match in _before.finditer(scan.view):
        end = match.start() + 1
        start = max(scan.text.rfind(sign, max(0, end - LONGEST), end) for sign in " \n\t") + 1
        start, end = _trimmed(scan.text, max(start, end - LONGEST), end)
        word = scan.text[start:end]
        if len(word) > 3 and _has_digit_or_sign(word) and TOKENS.match(word) is None:
            yield Span(start, end, SpanType.PASSWORD, 0.7, (Why.CUE, Why.SHAPE))


@detector("username", gate=_USERNAME_GATE)
def find_usernames(scan: Scan) -> Iterator[Span]:
    """What follows words for a user name, and a password behind it ("login: mary / Xy7$ab")."""
    for match in _username.finditer(scan.view):
        yield from _user(scan, match.end(), announced=match[1] is not None or match[2] is not None)


@detector("password.chinese", gate=_CHINESE_GATE)
def find_chinese(scan: Scan) -> Iterator[Span]:
    """Both after Chinese words."""
    for match in _CHINESE_PASSWORD.finditer(scan.text):
        yield from _chinese_value(scan, match.end(), sign=match["sign"] is not None, joined=match["joint"] is not None)
    for match in _CHINESE_USERNAME.finditer(scan.text):
        yield from _user(scan, match.end(), announced=False)


def _joint(scan: Scan, at: int, word: bytes | None, sign: bytes | None) -> _Joint:
    if sign is not None and (set(b":=>") & set(sign) or set(_ARROWS) & set(scan.text[at - len(sign) : at])):
        return _Joint.SIGN
    if word is None:
        return _Joint.BLANK
    return _Joint.LOOSE if word in _LOOSE and scan.text[at - 2 : at - 1] not in "éÉ" else _Joint.WORD


def _value(scan: Scan, at: int, joint: _Joint) -> Iterator[Span]:
    """The password from a place on (rules 1 and 2)."""
    text = scan.text
    word = None if any(TOKENS.match(text, place) for place in (at - 1, at)) else _VALUE.match(text, at)
    if word is None:
        return
    if joint is _Joint.SIGN and (whole := _enclosed(text, at)) is not None:
        yield Span(*whole, SpanType.PASSWORD, 0.85, (Why.CUE,))
        return
    cut = _PARAMETER.search(text, at + 1, word.end()) if joint is _Joint.SIGN else None
    start, end = _trimmed(text, at, word.end() if cut is None else cut.start())
    if end - start < 3 or (text[start:end].isdigit() and end - start > 12):
        return
    if _is_odd(text[start:end]):
        yield Span(start, end, SpanType.PASSWORD, 0.85, (Why.CUE, Why.SHAPE))
    elif joint is not _Joint.BLANK:
        last = _clause(scan, start, end, joint)
        if last > start:
            yield Span(start, last, SpanType.PASSWORD, 0.6, (Why.CUE,))


def _enclosed(text: str, at: int) -> tuple[int, int] | None:
    """What stands between the quotes or brackets that open right before a place."""
    closing = _CLOSING.get(text[at - 1 : at])
    end = text.find(closing, at, at + LONGEST) if closing else -1
    return (at, end) if end > at and "\n" not in text[at:end] else None


def _clause(scan: Scan, start: int, end: int, joint: _Joint) -> int:
    """Where a password of plain words ends; ``start`` if they are none."""
    text = scan.text
    if joint is _Joint.LOOSE:
        if plain(text[start:end]) in _HOLLOW or text[start].isupper() or not _ends(text, end):
            return start
        more = _DIGITS_MORE.match(text, end)
        return end if more is None else more.end()
    stop = _CLAUSE_ENDS.search(text, start, start + LONGEST)
    last = min(len(text), start + LONGEST) if stop is None else stop.start()
    words = plain(text[start:last]).split()
    hollow = [word.strip(_OUTER) in _HOLLOW for word in words]
    if not words or (hollow[0] and (len(words) < 3 or any(hollow[1:]))):
        return start
    if joint is _Joint.WORD and (len(words) > MOST_WORDS or any(hollow[1:]) or text[last : last + 1] == "?"):
        return end if _ends(text, end) else start
    return _trimmed(text, start, last)[1]


def _is_odd(word: str) -> bool:
    """Whether it looks like no word of a language."""
    return _has_digit_or_sign(word) or word[1:] != word[1:].lower() != word[1:].upper()


def _has_digit_or_sign(word: str) -> bool:
    inner = plain(word[1:-1]).replace("-", "").replace("'", "")
    return any(map(str.isdigit, word)) or any(sign in '!"#$%&()*+,./:;<=>?@[\\]^_`{|}~§€£' for sign in inner)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    while start < end and text[start] in _AROUND:
        start += 1
    return start, end


def _ends(text: str, at: int) -> bool:
    """A plain word is a password only if its clause ends behind it."""
    return (
        not text[at : at + 1]
        or text[at] in ".,;!\n\"'"
        or _DIGITS_MORE.match(text, at) is not None
        or text[at : at + 5] in (" and ", " but ")
    )


def _user(scan: Scan, at: int, *, announced: bool) -> Iterator[Span]:
    text = scan.text
    value = _HANDLE.match(text, at)
    if announced and (said := said_handle(scan, at)) > at:
        yield Span(at, said, SpanType.USERNAME, 0.8, (Why.CUE, Why.SPOKEN))
        return
    if value is None:
        return
    start, end = value.span()
    while end > start and text[end - 1] in _OUTER:
        end -= 1
    word = text[start:end]
    if len(word) < 3 or "@" in word or (word.isdigit() and len(word) > 12):
        return
    second = _SECOND.match(text, end) if announced else None
    if second is not None:
        yield from _value(scan, second.end(), _Joint.BLANK)
    if _is_odd(word):
        yield Span(start, end, SpanType.USERNAME, 0.85, (Why.CUE, Why.SHAPE))
    elif announced and plain(word) not in _HOLLOW and not word[0].isupper() and (second or _ends(text, end)):
        more = _DIGITS_MORE.match(text, end)
        yield Span(start, end if more is None else more.end(), SpanType.USERNAME, 0.6, (Why.CUE,))


def _chinese_value(scan: Scan, at: int, *, sign: bool, joined: bool) -> Iterator[Span]:
    value = _CHINESE_VALUE.match(scan.text, at)
    if value is None or TOKENS.match(scan.text, at) is not None:
        return
    start, end = _trimmed(scan.text, *value.span())
    word = scan.text[start:end]
    shown = re.match(r"[!-~]{3,64}", word)
    if shown is not None:
        end = _trimmed(scan.text, start, start + shown.end())[1]
        if sign or (_is_odd(scan.text[start:end]) and not scan.text[start:end].isdigit()):
            yield Span(start, end, SpanType.PASSWORD, 0.85, (Why.CUE, Why.SHAPE))
            return
    digits = re.match(rb"[0-9]{4,12}", scan.view[start:end])
    if digits is not None:
        yield Span(start, start + digits.end(), SpanType.PASSWORD, 0.75, (Why.CUE, Why.LENGTH))
    elif (sign or (joined and len(word) <= 8)) and _CHINESE_HOLLOW.search(word) is None:
        yield Span(start, end, SpanType.PASSWORD, 0.6, (Why.CUE,))


def _spoken(scan: Scan, at: int) -> Iterator[Span]:
    end = min(len(scan.text), at + LONGEST_SPOKEN)
    stop = _CLAUSE.search(scan.text, at, end)
    end = end if stop is None else stop.start()
    sign = SAID.search(scan.view, at, end)
    if sign is not None and sign.start() - at <= 40:
        yield Span(at, said_until(scan, sign, end), SpanType.PASSWORD, 0.8, (Why.CUE, Why.SPOKEN))


def in_answer(scan: Scan, start: int, end: int, *, is_long: bool) -> tuple[int, int] | None:
    """What of an answer is the password: its first word where another script follows ("Xy7$ab ولی میگه اشتباهه"), in a
    long answer what was spelled out. Nothing if it cannot be told from the rest."""
    word = _VALUE.match(scan.text, start, end)
    followed = word is not None and scan.text[word.end() + 1 : word.end() + 2] > LAST_CASED
    if word is not None and followed and word.end() < end and word.group().isascii() and _is_odd(word.group()):
        return word.span()
    return said_in(scan, start, end) if is_long else None
