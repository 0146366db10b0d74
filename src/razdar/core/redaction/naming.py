"""How far a name goes that begins at a given place, in six languages and without a list of names.

Rules:
1. In scripts with capitals a name is a row of capitalised words, particles ("de", "van") between them. After a word
   that leaves no doubt ("my name is") a recogniser's small letters do too: up to two words, until one that no name is
   made of.
2. In Persian and Devanagari a name is a row of words until one that no name is made of, or a sign.
3. In Chinese it is a surname of the list and one or two characters more, until a word that no name is made of; some
   of these words are given names too, and end a name only where it is not certain that there is one.
4. A row of three or more single letters is a name that was spelled.
"""

import re
from collections.abc import Sequence

from razdar.core.redaction.folding import plain

MOST_WORDS = 4
MOST_SMALL_WORDS = 2
MOST_UNCASED_WORDS = 3
SHORTEST_SPELLED = 3

LAST_CASED = "\u02af"
"""Behind the Latin letters; of the scripts there those that we know have no capitals."""

_LETTER = "(?:[^\\W\\d_]|[\u0900-\u0963\u0971-\u097f\u0300-\u036f\u064b-\u0652\u0670\u200c\u200d])"
_WORD = re.compile(rf"{_LETTER}+(?:['\u2019-]{_LETTER}+)*")
_GAP = re.compile(r"[ \u00a0]{1,2}|\. |(?<=[A-Z])\.")
_LETTER_GAP = re.compile(r"[ \u00a0]?[-,. ][ \u00a0]?")
_CJK = re.compile("[\u4e00-\u9fff]")

_INFLECTED = re.compile("[A-Z]{2,6}[-'\u2019][a-z]{1,3}")
"""An abbreviation with an ending ("SMS-em", "PIN-u"): nobody's name."""

_PARTICLES_TEXT = "de da do dos das di del della e van von der den la le el al bin ibn y i zu du st"
PARTICLES = frozenset(_PARTICLES_TEXT.split())

_NEVER_TEXT = (
    # English
    "a an the and or but i i'm im my me mine you your yours he she "
    "it its it's we us our they them their this that these "
    "those there here is am are was were be been being do does did "
    "done have has had having will would can could should "
    "may might must shall not no yes yeah yep ok okay so if then "
    "than as at by for from in into of off on onto out over "
    "to up with about after before because just also only really "
    "very too please thanks thank hello hi hey good morning "
    "afternoon evening night day today tomorrow yesterday now later "
    "soon again still yet already sure fine great correct "
    "right wrong wrongly exactly sorry calling speaking looking "
    "trying going wondering having getting happy glad afraid "
    "who what when where which why how number phone email mail "
    "address account card order name first last middle surname "
    "date birth code password username zip postcode spelled spell spelt actually well like need want know see think "
    "guess mean let lets let's get got give take make made call called go went come came say said help order booking "
    "new old one two three four five six seven eight nine ten zero oh all any some every each both more most another "
    "other same different interested customer client agent manager "
    "member sir madam mister speaking alone available ready "
    "back home away late early busy free sick married single confused upset unable able aware calling located staying "
    "don't didn't can't won't isn't that's what's there's urgent important everything nothing something someone anyone "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december mr mrs ms miss missus dr doctor both policy claim reference mud "
    # Polish
    "i a ale oraz w we na do od z ze po o u przy przez za pod nad "
    "jest sa jestem to ten ta tak nie prosze dziekuje dzien "
    "dobry czesc chcialbym chcialabym mam moj moja moje numer "
    "telefon adres pesel dzwonie w sprawie mieszkam juz tez czy "
    "jak co kto gdzie kiedy bo ze zeby sie pan pani panstwo chce "
    "moge prosic urodzony urodzona mail dobrze zaraz tutaj tu "
    "klient klientka osoba osoby osobe osob "
    # Portuguese
    "o os as um uma em no na nos nas por para com sem meu minha "
    "meus seu sua cpf rg cep telefone celular numero endereco "
    "email senha eu voce ele ela nao sim que quem qual quando onde "
    "porque mas ou se muito obrigado obrigada bom boa dia "
    "tarde noite queria quero gostaria preciso tenho estou sou esta "
    "foi era aqui la ja ainda tambem nascido nascida moro "
    "falando falar ligando liguei sobre cliente certo isso esse essa este cartao conta pedido "
    # Hinglish
    "hai hain hoon hu main mera meri mere aap aapka ka ki ke ko se "
    "par aur nahi haan ji bol raha rahi rahe baat kar number "
    "mobile pata kya kaise kyun policy "
)
_NEVER_UNCASED_TEXT = (
    # Persian
    "و در به از که را رو با برای تا یا هم این آن اون است هست هستم "
    "هستش می من تو ما شما او ایشون بله نه آره خیر سلام لطفا "
    "شماره تلفن موبایل کارت کد ملی آدرس تاریخ تولد رمز حساب ایمیل "
    "تماس می‌گیرم میگیرم زنگ زدم میزنم خواستم می‌خواستم چی چیه "
    "کیه کی نام اسم فامیل فامیلی خانوادگی خدمتتون عرض خوب خوبم خسته "
    "مرسی ممنون متولد ساکن مشتری عزیز محترم گرامی ها های "
    "خودم خودمه پدرم پدرمه مادرم همسرم خودش شوهرم ثبت بود بفرمایید بگید "
    "درسته درست غلط اشتباه موجودی موجودیتون مبلغ کل فقط همین اینجا ثبته "
    "دارم دارید کنید کنم شد شده دکتر مهندس آقا آقای خانم جناب سرکار "
    # Hindi
    "है हैं हूँ हूं था थी थे का की के को से में पर और या भी ही तो यह वह ये वो मैं मेरा मेरी मेरे आप आपका आपकी हम नहीं हाँ हां जी "
    "क्या कैसे कौन कब नंबर नम्बर फोन फ़ोन मोबाइल पता ईमेल कार्ड खाता जन्म तारीख नाम बोल रहा रही रहे बात कर कृपया धन्यवाद "
    "हम्म उम्म अं नमस्ते नमस्कार सर मैडम साहब ठीक अच्छा ने लिए वाला वाली वाले ग्राहक "
    "लिया किया गया गई गए गयी हुआ हुई मिला मिली आया आई करो बोलो सुनो चलो देखो होगा होगी चाहिए सकता सकती वही यही अभी आज कल "
    "बस गलत ग़लत होना बदलना अलग "
    "बिल्कुल बिलकुल ज़रूर जरूर सही जल्दी शुक्रिया "
    "बताइए बताओ दीजिए आधार पॉलिसी लिख लिखिए लिस्ट सूची जोड़ना एक दो"
)
NEVER = frozenset(plain(word) for word in (*_NEVER_TEXT.split(), *_NEVER_UNCASED_TEXT.split()))
"""Words that no name is made of, as in the plain text."""

SURNAMES = frozenset(
    "王李張张陳陈劉刘林黃黄吳吴周徐孫孙馬马朱胡郭何高羅罗鄭郑梁謝谢宋唐許许鄧邓馮冯韓韩曹曾彭蕭萧蔡潘田董袁于余葉叶杜蘇苏魏程呂吕丁任盧卢姚"
    "鍾钟姜崔譚谭陸陆汪范廖石金賈贾韋韦夏付方白鄒邹孟熊秦邱江尹薛閻阎段雷侯龍龙史陶黎賀贺顧顾毛郝龔龚邵萬万錢钱嚴严覃武戴莫孔向湯汤洪游"
    "簡简沈施柯翁楊杨趙赵詹賴赖葛柳凌倪莊庄巫紀纪連连溫温康俞章阮童管卓涂塗"
)
_DOUBLE_SURNAMES_TEXT = "歐陽 欧阳 司馬 司马 諸葛 诸葛 上官 司徒 東方 范姜 張簡 端木 皇甫"
DOUBLE_SURNAMES = frozenset(_DOUBLE_SURNAMES_TEXT.split())
_NOT_GIVEN = re.compile(
    "[的是了我你妳他她您要請请電电住訂订卡帳账這这那也都就嗎吗呢吧]|先生|先前|先問|小姐|小時|小孩|小朋友|太太|女士|女兒|女生|"
    "信用|信箱|信件|手機|手机|手續|身分|身份|身體|生日|生於|生病"
)
_HARDLY_GIVEN = re.compile("[在有和想]")


def words_from(text: str, at: int, most: int) -> list[tuple[int, int]]:
    """The words one after another from a place on, each as (start, end); a sign between them ends the row."""
    found: list[tuple[int, int]] = []
    match = _WORD.match(text, at)
    while match is not None and len(found) < most:
        found.append(match.span())
        gap = _GAP.match(text, match.end())
        match = None if gap is None else _WORD.match(text, gap.end())
    return found


def name_end(text: str, plain_text: str, at: int, *, small: bool, most: int = MOST_WORDS) -> int:
    """Where the name ends that begins at a place, or the place itself if none does.

    Args:
        text: as it came.
        plain_text: the same as ``folding.plain`` returns it.
        at: first letter of the name.
        small: whether small letters will do, because a cue leaves no doubt.
        most: words at most.
    """
    if at >= len(text):
        return at
    if _CJK.match(text, at):
        return chinese_end(text, at, certain=small)
    spelled = _spelled_end(text, at)
    if spelled > at:
        return spelled
    words = words_from(text, at, most)
    if words and text[at].isupper():
        return _capital_end(text, plain_text, words, at)
    if not words or not small:
        return at
    return (_small_end if _is_cased(text[at]) else _uncased_end)(plain_text, words, at)


def is_never(plain_text: str, start: int, end: int) -> bool:
    """Whether a word of the plain text is none that names are made of."""
    return plain_text[start:end].replace("\u2019", "'") in NEVER


def chinese_end(text: str, at: int, *, certain: bool) -> int:
    """The end of a Chinese name: surname of the list, then up to two characters (rule 3)."""
    surname = 2 if text[at : at + 2] in DOUBLE_SURNAMES else 1 if text[at : at + 1] in SURNAMES else 0
    end = at + surname
    while surname and end < at + surname + 2 and _is_given(text, end, certain=certain):
        end += 1
    return end


def _is_given(text: str, at: int, *, certain: bool) -> bool:
    if _CJK.match(text, at) is None or _NOT_GIVEN.match(text, at) is not None:
        return False
    return certain or _HARDLY_GIVEN.match(text, at) is None


def _is_cased(char: str) -> bool:
    return char.lower() != char.upper()


def _capital_end(text: str, plain_text: str, words: Sequence[tuple[int, int]], at: int) -> int:
    last = at
    for start, end in words:
        if plain_text[start:end] in PARTICLES and last > at and text[start].islower():
            continue
        if not text[start].isupper() or is_never(plain_text, start, end) or _INFLECTED.fullmatch(text, start, end):
            break
        last = end
    return last


def _small_end(plain_text: str, words: Sequence[tuple[int, int]], at: int) -> int:
    last, taken = at, 0
    for start, end in words:
        word = plain_text[start:end]
        if word in PARTICLES and taken == 1 and word not in ("e", "i", "y"):
            continue
        if word in NEVER or end - start < 2 or taken == MOST_SMALL_WORDS:
            break
        last, taken = end, taken + 1
    return last


def _uncased_end(plain_text: str, words: Sequence[tuple[int, int]], at: int) -> int:
    last = at
    for start, end in words[:MOST_UNCASED_WORDS]:
        if is_never(plain_text, start, end):
            break
        last = end
    return last


def _spelled_end(text: str, at: int) -> int:
    """The end of a row of single letters, or the place itself."""
    letters, end, place = 0, at, at
    while place < len(text) and text[place].isalpha() and not text[place + 1 : place + 2].isalpha():
        letters, end = letters + 1, place + 1
        gap = _LETTER_GAP.match(text, end)
        if gap is None:
            break
        place = gap.end()
    return end if letters >= SHORTEST_SPELLED else at
