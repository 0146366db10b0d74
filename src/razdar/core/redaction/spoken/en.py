"""English numbers as they are said on the telephone.

"four one one one", "double four", "triple nine", "oh", "nought", "forty one eleven" (4111), "nineteen oh five",
"three hundred and twelve", "two thousand twenty four", "three fives", written digits in between.

Rules:
1. Tens take a following unit ("forty one" = 41); a unit never takes what follows ("four eleven" = 411).
2. After "hundred" or "thousand" a number is added to it, except a bare unit that starts a row of single digits:
   "eight hundred five five five" is 800 555; and except the count of the next hundred: "three hundred twenty three
   hundred" is 320 300.
3. "A hundred and twelve" is 112; "hundred" by itself, without "and", is no number.
4. "to", "for", "won", "ate" count as digits only between two number words, and only in a second reading; not beside
   thousands ("from two thousand to three").
"""

from collections.abc import Sequence

from razdar.core.redaction.numerals import SPOKEN, Atom, Role, SpokenLanguage, Token, letter_names, word_set

_ZERO = ("zero", "oh", "o", "nought", "naught", "nil")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_REPEATS = {"double": "2", "triple": "3", "treble": "3", "quadruple": "4"}
_PLURALS = {
    "zeros": "0", "zeroes": "0", "ohs": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4", "fives": "5",
    "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
}  # fmt: skip
_HOMOPHONES = {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "tree": "3", "fife": "5"}

_WORDS: dict[str, tuple[Role, str]] = {
    **dict.fromkeys(_ZERO, (Role.UNIT, "0")),
    **{word: (Role.UNIT, str(value)) for value, word in enumerate(_ONES, 1)},
    "niner": (Role.UNIT, "9"),
    "fourty": (Role.TENS, "40"),
    **{word: (Role.TEEN, str(value)) for value, word in enumerate(_TEENS, 10)},
    **{word: (Role.TENS, str(value * 10)) for value, word in enumerate(_TENS, 2)},
    "hundred": (Role.HUNDRED, ""),
    "thousand": (Role.THOUSAND, ""),
    "and": (Role.AND, ""),
    "plus": (Role.PLUS, "+"),
    **{word: (Role.REPEAT, times) for word, times in _REPEATS.items()},
    **{word: (Role.PLURAL, digit) for word, digit in _PLURALS.items()},
    **{word: (Role.HOMOPHONE, digit) for word, digit in _HOMOPHONES.items()},
}

_FILLERS_TEXT = (
    "okay ok yeah yes yep right so then now next again well please no wait like that's it's dot slash comma sir "
    "madam "
    "ma'am sure alright got it"
)
_FILLERS = frozenset(_FILLERS_TEXT.split()) | {
    "followed by",
    "after that",
    "the rest is",
    "and the rest",
    "finally",
    "lastly",
    "ending in",
    "ends in",
    "ending with",
}

_HESITATIONS_TEXT = "um uh er erm uhm umm ah eh hmm hm mm mhm uh-huh mm-hmm mmhmm sorry dash hyphen space"
_HESITATIONS = frozenset(_HESITATIONS_TEXT.split()) | {
    *("let me see", "let's see", "let me check", "let me look", "let me think", "i think", "i believe", "i guess"),
    *("i mean", "you know", "hold on", "hang on", "bear with me", "one moment", "one second", "one sec", "one minute"),
    *("just a moment", "just a second", "just a sec", "just a minute", "a moment", "a second", "a sec", "uh huh"),
    *("wait a moment", "wait a second", "wait a sec", "wait a minute", "give me a moment", "give me a second"),
    *("just one moment", "just one second", "just one sec", "hold on a second", "hang on a second", "where was i"),
    *("excuse me", "what was it", "how was it", "what is it", "what's it", "one more time"),
}

_STOPS_TEXT = (
    "a about address again all also am an and are arrive as ask available be by call can check contact do email "
    "e-mail emailed find for from get go got have he hello hi home i i'm in is it it's its look looking mail me "
    "meet message my no of ok okay on or our please reach right see send sent shop she so start that that's the "
    "then they this to under us visit was we well what with work write yeah yes you your"
)
_STOPS = frozenset(_STOPS_TEXT.split())

_SMALL = (Role.UNIT, Role.TEEN, Role.TENS)


def read(tokens: Sequence[Token]) -> list[list[Atom]]:
    """One reading, or two where a word that sounds like a digit stands between number words."""
    sure = [token for token in tokens if token.role is not Role.HOMOPHONE]
    readings = [_Reader(sure).atoms()]
    if len(sure) < len(tokens) and not any(token.role is Role.THOUSAND for token in sure):
        with_homophones = _promoted(tokens)
        if len(with_homophones) > len(sure):
            readings.append(_Reader(with_homophones).atoms())
    return readings


def _promoted(tokens: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    for position, token in enumerate(tokens):
        if token.role is not Role.HOMOPHONE:
            kept.append(token)
        elif kept and kept[-1].role in _SMALL and _role(tokens, position + 1) in (*_SMALL, Role.HOMOPHONE):
            kept.append(token._replace(role=Role.UNIT))
    return kept


def _role(tokens: Sequence[Token], place: int) -> Role | None:
    return tokens[place].role if place < len(tokens) else None


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def atoms(self) -> list[Atom]:
        found: list[Atom] = []
        while self._at < len(self._tokens):
            atom = self._next()
            if atom is not None:
                found.append(atom)
        return found

    def _role(self, ahead: int = 0) -> Role | None:
        return _role(self._tokens, self._at + ahead)

    def _next(self) -> Atom | None:
        first = self._tokens[self._at]
        if first.role in _SMALL:
            value = self._cardinal()
            return Atom(value, first.start, self._tokens[self._at - 1].end, spoken=True)
        self._at += 1
        if first.role is Role.HUNDRED and self._role() is Role.AND:
            value = str(100 + self._added(up_to_hundreds=False))
            return Atom(value, first.start, self._tokens[self._at - 1].end, spoken=True)
        if first.role is Role.WRITTEN or first.role is Role.PLUS:
            return Atom(first.value, first.start, first.end, spoken=False)
        if first.role is Role.REPEAT:
            return self._repeated(first)
        return None

    def _repeated(self, first: Token) -> Atom | None:
        """ "double four", "triple 7"."""
        if self._role() not in (Role.UNIT, Role.WRITTEN) or len(self._tokens[self._at].value) != 1:
            return None
        digit = self._tokens[self._at]
        self._at += 1
        return Atom(digit.value * int(first.value), first.start, digit.end, spoken=True)

    def _cardinal(self) -> str:
        if self._role() is Role.UNIT and self._role(1) is Role.PLURAL:
            count, digit = int(self._tokens[self._at].value), self._tokens[self._at + 1].value
            self._at += 2
            return digit * max(count, 1)
        value = self._below_hundred()
        if self._role() is Role.HUNDRED and int(value):
            value = str(self._hundreds(int(value)))
        if self._role() is Role.THOUSAND and int(value):
            self._at += 1
            value = str(int(value) * 1000 + self._added(up_to_hundreds=True))
        return value

    def _below_hundred(self, *, before_hundreds: bool = True) -> str:
        first = self._tokens[self._at]
        self._at += 1
        is_next_count = not before_hundreds and self._role(1) is Role.HUNDRED
        takes_unit = first.role is Role.TENS and self._role() is Role.UNIT and not is_next_count
        if takes_unit and self._tokens[self._at].value != "0":
            unit = self._tokens[self._at]
            self._at += 1
            return first.value[0] + unit.value
        return first.value

    def _hundreds(self, count: int) -> int:
        self._at += 1
        return count * 100 + self._added(up_to_hundreds=False)

    def _added(self, *, up_to_hundreds: bool) -> int:
        """The number said after "hundred" or "thousand" that belongs to it, else 0 (rule 2)."""
        ahead = 1 if self._role() is Role.AND else 0
        if self._role(ahead) not in _SMALL or self._tokens[self._at + ahead].value == "0":
            return 0
        if self._role(ahead) is Role.UNIT and not ahead and self._role(1) in _SMALL:
            return 0
        self._at += ahead
        value = int(self._below_hundred(before_hundreds=up_to_hundreds))
        if up_to_hundreds and self._role() is Role.HUNDRED:
            return self._hundreds(value)
        return value


_LETTERS = letter_names(
    "a:ay b:bee c:cee,sea d:dee e:ee f:eff,ef g:gee h:aitch,haitch j:jay k:kay l:el,ell m:em n:en p:pee q:cue,queue r:ar s:ess,es "
    "t:tee u:you v:vee w:double_u,double_you,double-u x:ex y:why z:zee,zed "
    "a:alpha,alfa b:bravo c:charlie d:delta e:echo f:foxtrot g:golf h:hotel i:india j:juliet,juliett k:kilo l:lima m:mike "
    "n:november o:oscar p:papa q:quebec r:romeo s:sierra t:tango u:uniform v:victor w:whiskey,whisky x:x-ray,xray y:yankee "
    "z:zulu"
)

SPOKEN.register("en")(
    SpokenLanguage(
        words=_WORDS,
        fillers=_FILLERS,
        hesitations=_HESITATIONS,
        corrections=word_set(
            "no|sorry|wait|no sorry|no wait|correction|i mean|scratch that|make that|my mistake|my bad|start again|"
            "start over|"
            "let me start again|let me start over|let me repeat|let me do that again|excuse me|pardon|actually|"
            "that's wrong|not that|i meant|one more time|once more|again|i take that back|apologies|"
            "oops|whoops|oops sorry|oh no|oh sorry|oh wait|ah no|ah sorry|hang on no|hold on no|no no|wait no|no hang on|"
            "no hold on|sorry no|let me try again|try that again|rather|i misspoke|misread that|i misread that|"
            "let me correct that|that should be|it should be|should be|no that's not right|that's not right",
            "|",
        ),
        read=read,
        letters=_LETTERS,
        explaining=("as in", "for", "like", "is for"),
        signs={
            "@": ("at",),
            ".": ("dot", "point", "period", "full stop"),
            "-": ("dash", "hyphen", "minus"),
            "_": ("underscore", "under score"),
            "+": ("plus",),
            "": ("capital", "upper case", "uppercase", "lower case", "lowercase", "small", "number", "digit", "letter"),
        },
        stops=_STOPS,
    )
)
