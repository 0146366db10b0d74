"""Postal addresses: a number beside words for a street, and what follows words for an address.

Rules:
1. A number and a street word within four words are an address, in the order of the language: "17 Larkenmoor Crescent",
   "ul. Szafirowa 9/4", "Rua das Flores, 87", "خیابان ... پلاک ۹", "मकान नंबर 12, ... रोड",
   "和平東路二段216巷8弄15號". Numbers may be words.
2. More parts of the same kind that stand beside it belong to it: flat, floor, block, building.
3. After words for an address the clause belongs to it as long as each part looks like one: up to the end of the
   line, the
   sentence, or a word for something else (a postcode, a telephone number).
"""

import re
from collections.abc import Iterator

from razdar.core.redaction import spoken
from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.detectors.postcodes import first_postcode
from razdar.core.redaction.folding import FIRST_MEASURE, IDEOGRAPH, LETTER_CLASS, is_word
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SCORE = 0.72
LABELLED = 0.6
LONGEST = 140
NEAR = 60

_AFTER_NUMBER = listed(
    "street|st|road|rd|lane|ln|avenue|ave|drive|dr|crescent|cres|close|court|ct|place|pl|square|sq|terrace|boulevard|blvd|parkway|"
    "pkwy|highway|hwy|circle|cir|trail|mews|gardens|grove|way|walk|loop|plaza|expressway|turnpike|broadway|alley|row|expy|camino"
)
_BEFORE_NAME = listed(
    "ul|ulica|ulicy|al|aleja|aleje|alei|os|osiedle|osiedlu|pl|plac|placu|rua|r|avenida|av|travessa|praca|praça|alameda|largo|estrada|"
    "rodovia|beco|via|calle"
)
_UNCASED = listed(
    "خیابان|خیابون|کوچه|کوچهٔ|کوچه‌ی|پلاک|بلوار|میدان|بزرگراه|واحد|طبقه|ساختمان|مجتمع|بن بست|بن‌بست|محله|شهرک|"
    "मकान|मकान नंबर|गली|रोड|सड़क|मार्ग|नगर|मोहल्ला|फ्लैट|फ्लैट नंबर|अपार्टमेंट|कॉलोनी|सेक्टर|बाज़ार|बाजार|दुकान|दुकान नंबर|प्लॉट|चौक|"
    "makan number|gali|nagar|mohalla|colony|sector|marg"
)
_UNITS = listed(
    "apt|apartment|unit|suite|ste|flat|floor|#|no|number|numero|nº|apto|apartamento|bloco|andar|sala|casa|lote|"
    "m|mieszkanie|lok|lokal"
)
_UNIT = re.compile(rb"(?:,? (?:" + alternatives(_UNITS) + rb")\.? ?[0-9]{0,5}[a-z]?(?![a-z])(?! [0-9][a-z][0-9])){1,2}")

_WORDS = rb"(?:[a-z\x80][a-z0-9\x80'.-]*\.? |[0-9]{1,3}(?:st|nd|rd|th)\.? ){1,4}"
_NUMBER_FIRST = (
    rb"[0-9]{1,5}(?:[a-z]|[-/][0-9]{1,4}[a-z]?)?,? " + _WORDS + rb"(?:" + alternatives(_AFTER_NUMBER) + rb")\b"
)
_NUMBER_FIRST_GATE = rb"[0-9][a-z]?,? [a-z0-9\x80'. -]*[ .](?:" + alternatives(_AFTER_NUMBER) + rb")(?:[^a-z]|$)"
_NUMBER_LAST_GATE = rb"(?:^|[^a-z])(?:" + alternatives(_BEFORE_NAME) + rb")\.? [a-z0-9\x80]"
_NUMBER_LAST = (
    rb"(?:^|[^a-z])(?:" + alternatives(_BEFORE_NAME) + rb")\.? (?:(?:[0-9]{1,2}|[a-z\x80][a-z\x80'.-]*)\.? ?){1,5}?,? ?"
    rb"(?:(?:numero|nr|n|no|n\x80|m)\.? ?)?[0-9]{1,5}[a-z]?(?: ?/ ?[0-9]{1,4})?(?:[^0-9a-z]|$)"
)
_NUMBERED = re.compile(r"[0-9]{1,5}[A-Za-z]?,? [A-Z\u00c0-\u024f\u0370-\u04ff][^\W\d_]+")
_UNIT_LINE = re.compile(r",?\s*\n\s*(?:Apt|Suite|Unit|Flat)\.? [0-9]{1,5}(?:\s*\n[^\n.?!]{2,40}){0,2}")
_END = re.compile(
    "[\n!?\u061f\uff1f\u0964\u06d4\u3002\u00b6;]|(?<!\\b[Uu]l)(?<!\\b[Aa][lv])(?<!\\b[Oo]s)(?<!\\b[Pp]l)(?<!\\b[Rr])(?<!\\bSt)\\.(?=\\s+[A-Z\u00c0-\u024f]|\\s*$)"
)
_ASIDE = re.compile(rb"[ :,\x01\-]*(?:(?:is|are|to|e|hai|here)\b[ :,]*)?(?:(?:at|in|on|na|no|em|przy)\b )?")
_ADDRESS_CUES = listed(
    "address is|address|addresses|live at|lives at|living at|i "
    "live|located at|reside at|resides at|deliver to|ship to|"
    "deliver it to|send it to|moved to|meet me at|meet you at|office is at|adres|adres to|"
    "adres dostawy|mieszkam|mieszkam na|mieszkam przy|zamieszkały|zamieszkała|"
    "endereço|endereço é|moro na|moro no|morada é|morada|entregar na|entrega na|entregar no|resido na|vivo na|"
    "آدرس|آدرسم|آدرس من|نشانی|نشانیم|ساکن|पता|एड्रेस|मेरा पता|pata"
)
_CUE_GATE = rb"(?:^|[^" + LETTER_CLASS + rb"])(?:" + alternatives(_ADDRESS_CUES) + rb")(?:[^" + LETTER_CLASS + rb"]|$)"
_NOT_POSTAL = ("email", "e-mail", "mail", "ip", "mac", "web", "mailowy", "ایمیل", "ईमेल", "de e")
_STREET_WORDS = re.compile(
    rb"(?<!["
    + LETTER_CLASS
    + rb"])(?:"
    + alternatives((*_AFTER_NUMBER, *_BEFORE_NAME, *_UNCASED))
    + rb")(?!["
    + LETTER_CLASS
    + rb"])"
)
_OTHERS = frozenset(
    str(cue)
    for cue in (
        Cue.ZIP,
        Cue.PHONE,
        Cue.EMAIL,
        Cue.DOB,
        Cue.CARD,
        Cue.NATIONAL_ID,
        Cue.TAX_ID,
        Cue.REFERENCE,
        Cue.ACCOUNT,
    )
)
_CHINESE_ADDRESS = re.compile(
    "(?:[\u4e00-\u9fff]{2,3}[市縣县省])?(?:[\u4e00-\u9fff]{1,4}[區区鄉乡鎮镇市])?(?:[\u4e00-\u9fff]{1,4}[里村])?"
    "[\u4e00-\u9fff]{1,6}?(?:[路街]|大道)(?:[0-9０-９一二三四五六七八九十]{1,3}段)?"
    "(?:[0-9０-９一二三四五六七八九十百千零〇]{1,7}(?:巷|弄|鄰|衖)){0,3}"
    "[0-9０-９一二三四五六七八九十百千零〇]{1,7}(?:[之-][0-9０-９一二三四五六七八九十]{1,4})?[號号]"
    "(?:[0-9０-９一二三四五六七八九十]{1,4}[樓楼Ff])?(?:之[0-9０-９一二三四五六七八九十]{1,4})?(?:[0-9A-Za-z一二三四五六七八九十]{1,4}室)?"
)
_PERSIAN_WAYS = ("خیابان", "خیابون", "بلوار", "میدان", "بزرگراه", "کوچه", "شهرک")
_PERSIAN_UNIT = "(?:پلاک|واحد|طبقه|زنگ|بلوک)[ \u200c]?[0-9\u06f0-\u06f9\u0660-\u0669]{1,4}"
_PERSIAN_GATE = rb"(?:^|[^" + LETTER_CLASS + rb"])(?:" + alternatives(_PERSIAN_WAYS) + rb")[^" + LETTER_CLASS + rb"]"
_PERSIAN_ADDRESS = re.compile(
    rf"(?<!\w)(?:{'|'.join(_PERSIAN_WAYS)})(?!\w)[^\n.;!?\u061f]{{1,80}}?"
    rf"{_PERSIAN_UNIT}(?:[\u060c, ]{{1,3}}{_PERSIAN_UNIT}){{0,4}}(?!\w)"
)
_HOUSE_GATE = rb"(?:^|[^a-z])(?:h|house|flat|plot|shop)\.? ?no\.? ?[0-9]"
_HOUSE = re.compile(
    r"\b(?:[Hh]|[Hh]ouse|HOUSE|[Ff]lat|[Pp]lot|[Ss]hop)\.? ?[Nn][Oo]\.? ?[0-9]{1,5}(?:[-/]?[0-9A-Za-z]{1,4})?\b"
)
_QUARTER = re.compile(r",\s?[A-Z][\w.]{1,20}(?: (?:[A-Z][\w.]{0,20}|[0-9]{1,4}(?![0-9]))){0,3}")
_PIN_CODE = re.compile(r"[ ,-]{1,3}([1-9][0-9]{5})(?![\w-])")
_MOST_QUARTERS = 5
_LABELS = listed(
    "address|home address|mailing address|postal address|shipping address|billing address|delivery address|"
    "residential address|adres|adres zamieszkania|adres dostawy|adres korespondencyjny|endereço|morada|آدرس|نشانی|"
    "पता|पूरा पता|स्थायी पता|वर्तमान पता"
)
_LABEL_GATE = rb"(?:^|\n) {0,3}(?:" + alternatives(_LABELS) + rb") ?: ?[^ \n]"
_YEAR_BEFORE = re.compile(rb"[0-9] ?$")
_NO_PLACE = re.compile(r"@|://|\bwww\.|(?:[0-9]{1,3}\.){3}[0-9]|(?:[0-9A-Fa-f]{2}:){5}")
"""In a line that names an address of mail, of a page or of a machine."""

_number_first, _number_last, _cued = pattern(_NUMBER_FIRST), pattern(_NUMBER_LAST), pattern(_CUE_GATE)
_labelled = pattern(_LABEL_GATE)


@detector("address.number-first", gate=_NUMBER_FIRST_GATE)
def find_number_first(scan: Scan) -> Iterator[Span]:
    """ "17 Larkenmoor Crescent, flat 4"."""
    for match in _number_first.finditer(scan.view):
        start, end = match.span()
        if scan.touches_word(start, end) or scan.view[start - 1 : start] in (b":", b".", b"$", b"/"):
            continue
        if _is_cased_well(scan.text, start, end) or b"address" in scan.view[max(0, start - NEAR) : start]:
            yield Span(start, _with_unit(scan, end), SpanType.ADDRESS, SCORE, (Why.SHAPE,))


def _is_cased_well(text: str, start: int, end: int) -> bool:
    """Whether the first and the last word have capitals: "5 minutes the other way" is no address."""
    words = [word for word in text[start:end].split()[1:] if word[0].isalpha()]
    return bool(words) and all(word[0].isupper() for word in (words[0], words[-1]))


def _with_unit(scan: Scan, end: int) -> int:
    unit = _UNIT.match(scan.view, end)
    return end if unit is None or not any(0x30 <= byte <= 0x39 for byte in unit.group()) else unit.end()


@detector("address.number-last", gate=_NUMBER_LAST_GATE)
def find_number_last(scan: Scan) -> Iterator[Span]:
    """ "ul. Szafirowa 9/4", "Rua das Andorinhas, 87, 3.º Esq"."""
    for match in _number_last.finditer(scan.view):
        start, end = match.span()
        start += not is_word(scan.view[start])
        while end > start and not is_word(scan.view[end - 1]):
            end -= 1
        words = scan.text[start:end].split()
        if words[0] == "r." and _YEAR_BEFORE.search(scan.view, max(0, start - 6), start):
            continue  # "30 maja 2014 r. mają Państwo 14 dni"
        if len(words) > 1 and any(word[0].isupper() for word in words[1:]):
            yield Span(start, _with_unit(scan, end), SpanType.ADDRESS, SCORE, (Why.SHAPE,))


@detector("address.chinese", gate=rb"[\x%02x-\xff][\x%02x-\xff\x81]?[0-9]" % (FIRST_MEASURE, IDEOGRAPH))
def find_chinese(scan: Scan) -> Iterator[Span]:
    """ "台北市大安區和平東路二段216巷8弄15號3樓"."""
    for match in _CHINESE_ADDRESS.finditer(scan.text):
        start = match.start()
        for cue in ("地址是", "地址", "住在", "我住", "寄到", "送到", "是", "在"):
            at = scan.text.rfind(cue, start, match.end() - 4)
            if at >= start:
                start = at + len(cue)
        yield Span(start, match.end(), SpanType.ADDRESS, 0.8, (Why.SHAPE,))


@detector("address.persian", gate=_PERSIAN_GATE)
def find_persian(scan: Scan) -> Iterator[Span]:
    """ "خیابان سهروردی، کوچه نیلوفر، پلاک ۱۸": from the first word for a street to the last numbered part."""
    for match in _PERSIAN_ADDRESS.finditer(scan.text):
        yield Span(*match.span(), SpanType.ADDRESS, SCORE, (Why.SHAPE,))


@detector("address.indian", gate=_HOUSE_GATE)
def find_indian(scan: Scan) -> Iterator[Span]:
    """ "H.No. 44, Gali No. 7, Shastri Nagar, Bhopal 462003": house, ways and quarter, and the PIN code behind."""
    for house in _HOUSE.finditer(scan.text):
        ends = [house.end()]
        while len(ends) <= _MOST_QUARTERS and (quarter := _QUARTER.match(scan.text, ends[-1])) is not None:
            ends.append(quarter.end())
        code = _PIN_CODE.match(scan.text, ends[-1])
        if len(ends) > 1:
            end = ends[-2] if code is not None and len(ends) > 2 else ends[-1]  # before the code stands the town
            yield Span(house.start(), end, SpanType.ADDRESS, SCORE, (Why.SHAPE,))
        if code is not None:
            yield Span(*code.span(1), SpanType.ZIP, SCORE, (Why.SHAPE,))


@detector("address.cue", gate=_CUE_GATE)
def find_cued(scan: Scan) -> Iterator[Span]:
    """What follows words for an address (rule 3)."""
    last = 0
    for match in _cued.finditer(scan.view):
        if match.start() < last or _is_of_mail(scan, match.start()):
            continue
        aside = _ASIDE.match(scan.view, match.end() - 1)
        start = aside.end() if aside is not None else match.end()
        end = _clause_end(scan, start)
        part = scan.view[start:end]
        if end - start < 6 or not (
            _is_numbered_name(scan.text, start) or (_STREET_WORDS.search(part) and _has_number(scan, part))
        ):
            continue
        end = _more_lines(scan, _without_aside(scan, start, end))
        last = end
        yield Span(start, end, SpanType.ADDRESS, SCORE, (Why.CUE, Why.SHAPE))


@detector("address.labelled", gate=_LABEL_GATE)
def find_labelled(scan: Scan) -> Iterator[Span]:
    """The line of a form behind the word for an address, whatever it looks like: "पता: ग्राम भटवाड़ी, ज़िला चमोली"."""
    for match in _labelled.finditer(scan.view):
        start = match.end() - 1
        line = scan.text.find("\n", start)
        end = min(start + LONGEST, len(scan.text) if line < 0 else line)
        if _NO_PLACE.search(scan.text, start, end):
            continue
        end = _before_others(scan, start, end)
        if len(scan.text[start:end].split()) > 1:
            yield Span(start, end, SpanType.ADDRESS, LABELLED, (Why.CUE,))


def _without_aside(scan: Scan, start: int, end: int) -> int:
    """Where the street is known, what follows without a comma is no part of the address."""
    street = _number_first.match(scan.view, start)
    if street is None or street.end() >= end:
        return end
    stop = min(end, _with_unit(scan, street.end()))
    return end if scan.view[stop : stop + 1] == b"," else stop


def _is_numbered_name(text: str, start: int) -> bool:
    """A number and a name with a capital right after the cue: a street whose kind we need not know."""
    return _NUMBERED.match(text, start) is not None


def _more_lines(scan: Scan, end: int) -> int:
    """The lines after an address that begin with a flat or the like, and the town behind them."""
    unit = _UNIT_LINE.match(scan.text, end)
    return end if unit is None else unit.end()


def _is_of_mail(scan: Scan, at: int) -> bool:
    before = scan.plain[max(0, at - 12) : at + 1].split()
    return bool(before) and before[-1] in _NOT_POSTAL


def _has_number(scan: Scan, part: bytes) -> bool:
    if any(0x30 <= byte <= 0x39 for byte in part):
        return True
    number_words = spoken.number_forms(scan.lang)
    return any(word in number_words for word in re.findall(rb"[" + LETTER_CLASS + rb"]+", part))


def _clause_end(scan: Scan, start: int) -> int:
    limit = min(len(scan.text), start + LONGEST)
    stop = _END.search(scan.text, start, limit)
    end = limit if stop is None else stop.start()
    if (
        not any(0x30 <= byte <= 0x39 for byte in scan.view[start:end])
        and _STREET_WORDS.search(scan.view, start, end) is None
    ):
        return start
    return _before_others(scan, start, end)


def _before_others(scan: Scan, start: int, end: int) -> int:
    """Where a stretch ends before a postcode or a word for something else."""
    for begin, _, kinds in scan.cues.within(start, end):
        if not _OTHERS.isdisjoint(kinds):
            end = begin
            break
    end = first_postcode(scan, start, end)
    while end > start and not is_word(scan.view[end - 1]):
        end -= 1
    return end
