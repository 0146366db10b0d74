"""Passwords and user names as they are said: signs by their names, letters and digits one by one."""

import re

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.folding import LETTER_CLASS
from razdar.core.redaction.scan import Scan

LONGEST = 64

_SPOKEN_SIGNS = (
    "at the rate|at sign|underscore|hash|hashtag|dollar sign|"
    "exclamation|exclamation mark|asterisk|star|capital|uppercase|"
    "lower case|lowercase|arroba|underline|cerquilha|maiúsculo|małpa|podkreślnik|wielka|duże|"
    "एट द रेट|अंडरस्कोर|हैश|ات ساین|آندرلاین|حرف بزرگ"
)
SAID = re.compile(alternatives(_SPOKEN_SIGNS.split("|")))
_SAID_WORDS = re.compile(rb"[" + LETTER_CLASS + rb"]+")
_AND = frozenset((b"and", b"but", b"with", b"or"))
_SAID_NEXT = re.compile(rb"[^" + LETTER_CLASS + rb"]*([" + LETTER_CLASS + rb"]+)")
_LAST_WORD = re.compile(rb"[" + LETTER_CLASS + rb"\x01]+[ \x01]{1,2}$")


def said_in(scan: Scan, start: int, end: int) -> tuple[int, int] | None:
    """The spoken password in an answer to a question for it: the word before a sign, and the digits behind."""
    sign = SAID.search(scan.view, start, end)
    word = None if sign is None else _LAST_WORD.search(scan.view, start, sign.start())
    if sign is None or word is None:
        return None
    last = said_until(scan, sign, end)
    return (word.start(), last) if last > sign.end() else None


def said_until(scan: Scan, sign: re.Match[bytes], end: int) -> int:
    """Where a password ends in which a sign was said: behind a word for each sign or letter, digits and more signs."""
    number_words = spoken.number_forms(scan.lang)
    last, words_left = sign.end(), 1
    at = last
    while (match := _SAID_NEXT.match(scan.view, at, end)) is not None:
        said = match[1]
        more = SAID.match(scan.view, match.start(1), end)
        if more is not None:
            at, words_left = more.end(), 1
        elif said in number_words or said.isdigit() or len(said) == 1:
            at, words_left = match.end(), int(len(said) == 1 and said.isalpha())  # "capital t tulips"
        elif words_left and last == at:
            at, words_left = match.end(), 0
        else:
            break
        last = at
    return last


def said_handle(scan: Scan, at: int) -> int:
    """Where a user name ends that was said ("g pemberly eight four"): a letter, a word and digits, in any order, of
    which two kinds at least are there."""
    number_words = spoken.number_forms(scan.lang)
    kinds: set[int] = set()
    last = at
    for match in _SAID_WORDS.finditer(scan.view, at, at + LONGEST):
        said = match.group()
        is_plain = len(said) > 1 and said not in number_words
        if match.start() > last + (last > at) or (is_plain and (2 in kinds or said in _AND)):
            break
        kinds.add(2 if is_plain else 1 if said in number_words else 0)
        last = match.end()
    return last if {1, 2} <= kinds else at
