"""Names of people, by the words beside them: no list of names, no model.

Rules:
1. After words that leave no doubt ("my name is", "nazywam się", "اسمم") a name follows in any case (see ``naming``).
2. After titles ("Mr", "pani", "آقای") and after words that are said all the time ("this is", "i'm") it needs a capital;
   after the latter it also needs a second word, or "calling", "speaking", "here" behind it.
3. Words behind a name count as well: कविता जी, 林先生, "من ... هستم".
4. Somebody who explains the characters of a name ("口天吳") says it again.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.detection import detector
from razdar.core.redaction.folding import IDEOGRAPH, LETTER_CLASS, plain
from razdar.core.redaction.naming import DOUBLE_SURNAMES, LAST_CASED, NEVER, SURNAMES, chinese_end, name_end, words_from
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

STRONG, TITLED, WEAK = 0.75, 0.7, 0.6

_STRONG = listed(
    "my name is|my name's|my full name is|full name is|first name is|last name is|surname is|name is|name's|"
    "full name|first name|last name|surname|in the name of|under the "
    "name|under the name of|customer name|cardholder name|"
    "name on the card is|name on it is|name on the account is|name on the policy is|"
    "name on file is|nazywam się|mam na imię|moje nazwisko to|moje nazwisko|na nazwisko|imię i nazwisko|"
    "moje imię to|meu nome é|meu nome completo é|nome completo|me chamo|chamo-me|em nome de|no nome de|nome é|"
    "اسم دخترم|اسم پسرم|اسم همسرم|اسم شوهرم|اسم خانمم|اسم پدرم|اسم مادرم|اسم بچم|اسم مریض|اسم بیمار|نام بیمار|به‌نام|"
    "اینجانب|بنام|be esme|be name|esmam|esme man|"
    "اسمم|اسم من|نام من|به نام|به اسم|نام و نام خانوادگی|نام خانوادگی|اسم و فامیل|اسم و فامیلم|فامیلیم|فامیلم|"
    "बेटी का नाम|बेटे का नाम|पिता का नाम|माता का नाम|पति का नाम|पत्नी का नाम|मरीज का नाम|बच्चे का नाम|"
    "मेरा नाम|सही नाम|मेरा पूरा नाम|आवेदक का नाम|पूरा नाम|शुभ नाम|mera naam|naam hai|mera poora naam"
)
_THINGS_TEXT = (
    "company firm business product file brand store shop hotel "
    "restaurant domain server host dog cat pet plan event movie song "
    "band user screen street place city bank school account"
)
_THINGS = frozenset(_THINGS_TEXT.split())
"""What has a name and is nobody."""

_NAMES_A_FIELD = (
    "name",
    "employee",
    "patient",
    "applicant",
    "wnioskodawca",
    "ubezpieczony",
    "pacjent",
    "kierowca",
    "kierowca dodatkowy",
    "najemca",
    "owner",
    "attendee",
    "signed by",
    "submitted by",
    "imię",
    "nome",
    "نام",
    "اسم",
    "नाम",
    "naam",
    "nazwisko",
    "account holder",
    "cardholder",
    "beneficiary",
    "właściciel",
    "właściciel rachunku",
    "właściciel konta",
    "posiadacz",
    "posiadacz rachunku",
    "posiadacz konta",
    "posiadacz karty",
    "odbiorca",
    "titular",
    "titular da conta",
    "titular do cartão",
    "favorecido",
    "beneficiário",
    "صاحب حساب",
    "खाताधारक",
)
_TITLES = listed(
    "cust|mr|mrs|ms|mister|missus|miss|dr|pan|pani|panem|panią|pana|panu|panie|sr|sra|senhor|senhora|dona|doutor|doutora|naam"
)
_SURE_TITLES = frozenset({b"mr", b"mrs", b"ms", b"mister", b"missus"})
"""Also before small letters."""

_UNCASED_TITLES = listed("آقای|خانم|جناب آقای|سرکار خانم|श्री|श्रीमती|सुश्री|कुमारी")
_NOTED = listed("नाम|आवेदक|खाताधारक|बीमाधारक|تحویل گیرنده|صاحب حساب|بیمه شده")
_CLOSES_NOTED = re.compile(r"[,\n\u060c\u0964.;–-]|$| (?:है|हैं|ک\.م|کد ملی|है,)")
_WEAK = (
    "this is|i am|i'm|speaking with|speaking to|spoke with|spoke to|"
    "talking to|z tej strony|mówi|aqui é|aqui é a|aqui é o|"
    "eu sou|eu sou o|eu sou a|sou a|sou o|falo com|com quem falo é|aqui fala|aqui quem fala é"
)
_BEHIND = "speaking|calling|here|from|on the line|przy telefonie|falando"

_BEFORE = rb"(?:^|[^" + LETTER_CLASS + rb"])"
_STRONG_PATTERN = (
    _BEFORE
    + rb"(?:(?:"
    + alternatives(_STRONG)
    + rb")(?:[ \x01]{1,2}| ?[:,-] ?|: ?\n)(?:(?:is|to|e|hai) )?|(?:"
    + alternatives(_NAMES_A_FIELD)
    + rb") ?: ?)"
)
_TITLE_PATTERN = _BEFORE + rb"(" + alternatives(_TITLES) + rb")(?:\. ?| )"
_UNCASED_TITLE_PATTERN = _BEFORE + rb"(?:" + alternatives(_UNCASED_TITLES) + rb")[ \x01]"
_WEAK_PATTERN = (
    _BEFORE + rb"(?:" + alternatives(_WEAK.split("|")) + rb") "
    rb"[a-z'-]+(?: [a-z'-]+)?(?: [a-z'-]+)?(?:[.,!?\n]|$| (?:" + alternatives(_BEHIND.split("|")) + rb")[^a-z])"
)
_NOTED_PATTERN = _BEFORE + rb"(?:" + alternatives(_NOTED) + rb") ?:?[ \x01]"
_IT_PATTERN = _BEFORE + rb"(?:it's|it is) [a-z'-]+(?: [a-z'-]+)? (?:speaking|calling|here)(?:[^a-z]|$)"
_MINE = rb"(?:" + _BEFORE + rb"(?:" + alternatives(("من", "main", "मैं")) + rb") )"
_CLOSED = _MINE + rb"[^\n.,]+ (?:" + alternatives(("هستم", "bol raha", "bol rahi", "बोल रहा", "बोल रही", "हूँ")) + rb")"
_RESPECT = rb" (?:" + alternatives(("जी", "ji", "साहब")) + rb")(?:[^" + LETTER_CLASS + rb"]|$)"
_SPELLED = rb"spell(?:ed|ing|s)?(?: it| that| as)?[ :,-]{1,2}[a-z][ ,.-]"

_CLOSINGS = listed(
    "regards|sincerely|pozdrawiam|z poważaniem|atenciosamente|cumprimentos|dhanyavaad|dhanyavad|dhanyawad|"
    "با احترام|با تشکر|با سپاس|ارادتمند|धन्यवाद|सादर|भवदीय|भवदीया|आपका"
)
"""What stands at the end of a letter, above the name."""

_GREETING = _BEFORE + rb"(?:(?:dear|hi|hello|hey|ola|czesc|witaj) |(?:" + alternatives(_CLOSINGS) + rb"),? ?\n{1,2})"
_GREETED_NAME = rb"[" + LETTER_CLASS + rb"\x01'-]+"
_GREETED = _GREETING + _GREETED_NAME + rb"(?: " + _GREETED_NAME + rb")?(?:[,!\n]|$)"
_THING_ENDS = [[thing] for thing in _THINGS]

_IDEOGRAPHS = rb"\x%02x" % IDEOGRAPH
_CHINESE_BEFORE = re.compile(
    "(?:(我叫|我的名字是|我的名字叫|名字是|姓名|大名|戶名|收件人|持卡人)|本人是?|敝姓|我姓|我是)"
    "[是為为叫:： ]{0,3}(?=[\u4e00-\u9fff])"
)
_CHINESE_AFTER = re.compile(" ?(?:敬上|謹上|謹啟|敬啟|拜上|鞠躬|先生|小姐|女士|太太|經理|经理)")
_CLAUSE = re.compile("[，,、 ]?([^，,。、！？\\s]{2,6})(?=[，,。、！？\\s]|$)")
_BEHIND_PLAIN = re.compile(r" (?:" + _BEHIND + r")(?!\w)")
_MOST_BACK = 6
_LONGEST_STREET = 40


def _is_name_at(scan: Scan, at: int, *, small: bool, most: int = 4) -> int:
    return name_end(scan.text, scan.plain, at, small=small, most=most)


@detector("person.strong", gate=_STRONG_PATTERN)
def find_strong(scan: Scan) -> Iterator[Span]:
    """Names after words that leave no doubt."""
    for match in _strong.finditer(scan.view):
        start = _skipped(scan.text, match.end())
        if match.group().endswith(b"\x01"):
            continue  # inside a word: "خانوادگی‌تونو"
        end = _is_name_at(scan, start, small=True)
        if end > start and not (b"name" in match.group()[:5] and _is_thing(scan, match.start())):
            yield Span(start, end, SpanType.PERSON, STRONG, (Why.CUE,))


def _is_thing(scan: Scan, at: int) -> bool:
    """ "company name is": the word before the cue."""
    return scan.plain[max(0, at - 12) : at + 1].rpartition("\n")[2].split()[-1:] in _THING_ENDS


@detector("person.greeted", gate=_GREETED)
def find_greeted(scan: Scan) -> Iterator[Span]:
    """ "Dear Anna," and "Best regards, Anna Kowalska" at the end of a letter."""
    for match in _greeted.finditer(scan.view):
        start = match.end()
        signed = match.group().endswith(b"\n") and scan.text[start : start + 1] > LAST_CASED
        end = _is_name_at(scan, start, small=signed, most=3)
        if end > start + 1 and _closes(scan.text, end, match.group()) and not scan.text[start:end].isupper():
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE,))


def _closes(text: str, end: int, greeting: bytes) -> bool:
    """A sign closes the greeting; a signature may be the last word."""
    return text[end : end + 1] in (",", "!", "\n") if end < len(text) else greeting.endswith(b"\n")


@detector("person.title", gate=_TITLE_PATTERN)
def find_titled(scan: Scan) -> Iterator[Span]:
    """Names after titles in scripts with capitals."""
    for match in _title.finditer(scan.view):
        start = match.end()
        end = _is_name_at(scan, start, small=match.group(1) in _SURE_TITLES, most=3)
        if end > start + 1 and not (match.group(1) == b"dr" and _is_drive(scan.text, match.start(1))):
            yield Span(start, end, SpanType.PERSON, TITLED, (Why.CUE,))


def _is_drive(text: str, at: int) -> bool:
    """ "12 Oak Dr San Mateo": a street and no doctor."""
    before = text[max(0, at - _LONGEST_STREET) : at].rstrip().rpartition(" ")[2]
    return before[:1].isupper() and before[-1:].isalpha()


@detector("person.uncased-title", gate=_UNCASED_TITLE_PATTERN)
def find_uncased_titled(scan: Scan) -> Iterator[Span]:
    """Names after titles in Persian and Devanagari: one word, or more with a sign behind them or a word that is never
    a name."""
    for match in _uncased_title.finditer(scan.view):
        start = match.end()
        words = words_from(scan.text, start, 3)
        end = _is_name_at(scan, start, small=True, most=3)
        if end > start:
            behind = next((scan.plain[first:last] for first, last in words if first >= end), "")
            is_whole = end == words[-1][1] or behind in NEVER
            yield Span(start, end if is_whole else words[0][1], SpanType.PERSON, TITLED, (Why.CUE,))


@detector("person.noted", gate=_NOTED_PATTERN)
def find_noted(scan: Scan) -> Iterator[Span]:
    """Two or three words after what notes call somebody, where nothing else follows in their clause."""
    for match in _noted.finditer(scan.view):
        start = match.end()
        end = _is_name_at(scan, start, small=True, most=3)
        name = scan.text[start:end]
        if " " in name and "." not in name and _CLOSES_NOTED.match(scan.text, end):
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE,))


@detector("person.weak", gate=_WEAK_PATTERN)
def find_weak(scan: Scan) -> Iterator[Span]:
    """Names after words that are said all the time."""
    for match in _weak.finditer(scan.view):
        start = match.end()
        end = _is_name_at(scan, start, small=False)
        if end <= start + 1:
            continue
        if " " in scan.text[start:end] or _BEHIND_PLAIN.match(scan.plain, end):
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE,))


@detector("person.it", gate=_IT_PATTERN)
def find_it(scan: Scan) -> Iterator[Span]:
    """ "It's Anna Example calling"."""
    for match in _it.finditer(scan.view):
        start = match.end()
        end = _is_name_at(scan, start, small=False, most=3)
        if end > start + 1 and _BEHIND_PLAIN.match(scan.plain, end):
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE,))


@detector("person.closed", gate=_CLOSED)
def find_closed(scan: Scan) -> Iterator[Span]:
    """Two or three words between "I" and "am" or "speak", where the verb stands last."""
    for match in _mine.finditer(scan.view):
        start = match.end()
        end = _is_name_at(scan, start, small=True, most=3)
        behind = scan.plain[end : end + 12].lstrip()
        several = " " in scan.plain[start:end]
        if end > start and (behind.startswith(("bol ", "बोल ")) or (several and behind.startswith("هستم"))):
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE,))


@detector("person.respect", gate=_RESPECT)
def find_respected(scan: Scan) -> Iterator[Span]:
    """A word before जी that may be a name."""
    for match in _respect.finditer(scan.view):
        before = scan.text[max(0, match.start() - 30) : match.start()]
        words = words_from(before[::-1], 0, 1)
        if not words or words[0][0] != 0:
            continue
        start = match.start() - words[0][1]
        word = scan.plain[start : match.start()]
        first = _first_name(scan, start)
        if word.endswith(_ASKED_TO):
            continue
        if len(word) > 2 and word not in NEVER and word not in _RELATIONS and not scan.text[start].islower():
            yield Span(first, match.start(), SpanType.PERSON, WEAK, (Why.CUE,))


def _first_name(scan: Scan, at: int) -> int:
    """Where the word before a surname begins, if it may be a name too; else where the surname begins."""
    words = words_from(scan.text[max(0, at - 30) : at][::-1], 1, 1) if scan.text[at - 1 : at] == " " else []
    if not words:
        return at
    start = at - words[0][1]
    word = scan.plain[start : at - 1]
    is_name = len(word) > 2 and word not in NEVER and word not in _RELATIONS and not word.endswith(_ASKED_TO)
    cased = scan.text[start] > LAST_CASED and scan.text[at] > LAST_CASED
    return start if is_name and (cased or scan.text[start].isupper()) else at


_ASKED_TO = tuple(plain(ending) for ending in ("िए", "िये", "इए", "कर", "करके"))
"""How a word ends that asks somebody to do something ("बोलिए जी")."""

_RELATIONS_TEXT = (
    "दादा दादी नाना नानी भैया भाभी धीरे पिता माता भाई बहन दीदी "
    "चाचा गुरु पंडित मम्मी पापा अंकल आंटी नेता बाबा मास्टर डॉक्टर haan nahi"
)
_RELATIONS = frozenset(_RELATIONS_TEXT.split())


@detector("person.spelled", gate=_SPELLED)
def find_spelled(scan: Scan) -> Iterator[Span]:
    """Letters after "spelled"."""
    for match in _spelled.finditer(scan.view):
        start = match.end() - 2
        end = _is_name_at(scan, start, small=True)
        if end > start + 3 and not scan.company(start, end).names("EMAIL", within=40):
            yield Span(start, end, SpanType.PERSON, WEAK, (Why.CUE, Why.SPOKEN))


@detector("person.chinese", gate=_IDEOGRAPHS)
def find_chinese(scan: Scan) -> Iterator[Span]:
    """Chinese names after their cues and before titles."""
    text = scan.text
    for match in _CHINESE_BEFORE.finditer(text):
        end = chinese_end(text, match.end(), certain=match[1] is not None)
        if end > match.end() + (match.group()[:2] == "我是"):
            yield Span(match.end(), end, SpanType.PERSON, STRONG, (Why.CUE,))
            yield from _explained(text, match.end(), end)
    for match in _CHINESE_AFTER.finditer(text):
        start = _chinese_start(text, match.start())
        if start < match.start():
            yield Span(start, match.start(), SpanType.PERSON, TITLED, (Why.CUE,))


def _chinese_start(text: str, at: int) -> int:
    """Where the Chinese name begins that ends at a place: at most three characters, with a surname."""
    for length in (3, 2, 1):
        start = at - length
        if start < 0:
            continue
        surname = 2 if text[start : start + 2] in DOUBLE_SURNAMES else 1
        if (surname == 2 or text[start] in SURNAMES) and chinese_end(text, start, certain=True) >= at:
            return start
    return at


def _explained(text: str, start: int, end: int) -> Iterator[Span]:
    """Clauses after a name that each hold one of its characters (rule 4)."""
    name = frozenset(text[start:end])
    first = last = end
    clause = _CLAUSE.match(text, end)
    while clause is not None and name & frozenset(clause[1]):
        first = clause.start(1) if last == end else first
        last = clause.end()
        clause = _CLAUSE.match(text, last)
    if last > end:
        yield Span(first, last, SpanType.PERSON, TITLED, (Why.CUE,))


def _skipped(text: str, at: int) -> int:
    """Past the quotes, blanks and colons before a name."""
    while at < min(len(text), at + _MOST_BACK) and text[at] in " \n\t\"'«“:：":
        at += 1
    return at


_strong, _title, _uncased_title = pattern(_STRONG_PATTERN), pattern(_TITLE_PATTERN), pattern(_UNCASED_TITLE_PATTERN)
_weak = pattern(_BEFORE + rb"(?:" + alternatives(_WEAK.split("|")) + rb") ")
_it = pattern(_BEFORE + rb"(?:it's|it is) ")
_greeted, _noted = pattern(_GREETING), pattern(_NOTED_PATTERN)
_mine, _respect, _spelled = pattern(_MINE), pattern(_RESPECT), pattern(_SPELLED)
