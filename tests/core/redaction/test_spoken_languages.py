"""Numbers as they are said in Persian, Hindi, Polish, Portuguese and Chinese: said from the tables and read back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import SpanType, spoken
from razdar.core.redaction.folding import view
from razdar.core.redaction.numerals import SPOKEN, DigitString, Role
from razdar.core.redaction.rows import rows
from tests.core.redaction.cases import found

ANDS = {"en": "", "fa": "و", "pl": "", "pt": "e"}
"""Languages that count in hundreds, tens and units, and what they say between these."""

UNSPACED = {"zh"}
DIGITS_IN_CHINESE = "零一二三四五六七八九"


def strings(text: str, code: str) -> list[DigitString]:
    folded = view(text)
    return spoken.scanner(code).strings(folded, rows(folded, short=True), text)[0]


def readings(text: str, code: str) -> set[str]:
    return {string.digits.decode() for string in strings(text, code)}


def words_for(code: str, value: str, *roles: Role) -> list[str]:
    return [word for word, (role, its_value) in SPOKEN[code].words.items() if role in roles and its_value == value]


@st.composite
def digit_by_digit(draw: st.DrawFn, code: str) -> tuple[str, str]:
    digits = draw(st.text("0123456789", min_size=2, max_size=20))
    said = [draw(st.sampled_from(words_for(code, digit, Role.UNIT))) for digit in digits]
    return draw(st.sampled_from([" ", ", ", " - "])).join(said), digits


@st.composite
def in_groups(draw: st.DrawFn, code: str) -> tuple[str, str]:
    """Groups of two or three digits of which none is nought: "twenty" and a "five" after it is said like 25."""
    groups = draw(st.lists(st.text("123456789", min_size=2, max_size=3), min_size=1, max_size=6))
    return " ".join(group_said(draw, code, group) for group in groups), "".join(groups)


def group_said(draw: st.DrawFn, code: str, group: str) -> str:
    parts = [draw(st.sampled_from(words_for(code, group[0] + "00", Role.HUNDREDS)))] if len(group) == 3 else []
    if group[-2] == "1":
        parts.append(draw(st.sampled_from(words_for(code, group[-2:], Role.TEEN))))
    else:
        parts.append(draw(st.sampled_from(words_for(code, group[-2] + "0", Role.TENS))))
        parts.append(draw(st.sampled_from(words_for(code, group[-1], Role.UNIT))))
    return f" {ANDS[code]} ".join(parts).replace("  ", " ")


@pytest.mark.parametrize("code", [code for code in SPOKEN if code not in UNSPACED])
@given(data=st.data())
def test_digit_by_digit(code: str, data: st.DataObject) -> None:
    said, digits = data.draw(digit_by_digit(code))
    assert digits in readings(said, code)


@pytest.mark.parametrize("code", [code for code in ANDS if code != "en"])
@given(data=st.data())
def test_in_groups(code: str, data: st.DataObject) -> None:
    said, digits = data.draw(in_groups(code))
    assert digits in readings(said, code)


@given(values=st.lists(st.integers(10, 99), min_size=1, max_size=8), data=st.data())
def test_hindi_has_a_word_for_every_number(values: list[int], data: st.DataObject) -> None:
    hindi = words_for("hi", str(data.draw(st.integers(0, 9))), Role.UNIT)[:1]
    said = [data.draw(st.sampled_from(words_for("hi", str(value), Role.TEEN))) for value in values]
    expected = "".join(map(str, values)) + SPOKEN["hi"].words[hindi[0]][1]
    assert expected in readings(" ".join([*said, *hindi]), "hi")


@given(value=st.integers(11, 9999))
def test_chinese_numbers(value: int) -> None:
    assert str(value) in readings("號碼" + chinese(value), "zh")


def chinese(value: int) -> str:
    said = ""
    for worth, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // worth % 10
        if digit:
            said += DIGITS_IN_CHINESE[digit] + name
        elif said and said[-1] != "零" and value % worth:
            said += "零"
    return said


@pytest.mark.parametrize("code", list(SPOKEN))
@given(data=st.data())
def test_nothing_breaks_a_reader(code: str, data: st.DataObject) -> None:
    language = SPOKEN[code]
    asides = sorted(language.fillers | language.hesitations | language.corrections) or ["um"]
    pieces = st.one_of(
        st.sampled_from(sorted(language.words)), st.sampled_from(asides), st.sampled_from(["7", "48 222", "19", "x"])
    )
    text = data.draw(st.sampled_from([" ", ", ", ""])).join(data.draw(st.lists(pieces, max_size=30)))
    for string in strings(text, code):
        assert string.digits.isdigit()
        assert len(string.digits) == len(string.starts) == len(string.ends) == len(string.spoken)
        assert len(string.groups) == len(string.gaps)
        assert string.groups[0] == 0
        assert list(string.groups) == sorted(set(string.groups))
        assert list(string.starts) == sorted(string.starts)
        places = zip(string.starts, string.ends, strict=True)
        assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(
    ("code", "said", "digits"),
    [
        ("fa", "صفر نهصد و دوازده سیصد و چهل و پنج شصت و هفت هشتاد و نه", "09123456789"),
        ("fa", "دو تا پنج یک", "551"),
        ("fa", "هزار و چهارصد و سه", "1403"),
        ("hi", "डबल सात ट्रिपल शून्य इक्यावन", "7700051"),
        ("hi", "nau aath double seven ek do", "987712"),
        ("hi", "नाइन एट सेवन जीरो", "9870"),
        ("pl", "pięćset dwanaście trzysta czterdzieści pięć dwa razy siedem", "51234577"),
        ("pl", "podwójna piątka cztery zera", "550000"),
        ("pl", "dwóch pięciu sześćdziesięciu raz", "2561"),
        ("pl", "dwa tysiące dwadzieścia cztery", "2024"),
        ("pt", "meia dúzia meia dois", "6"),
        ("pt", "onze nove oito meia cinco quarenta e três", "1198 6543".replace(" ", "")),
        ("pt", "quinhentos e doze trezentos e cinco", "512305"),
        ("pt", "mil ao contrário traço trinta e cinco", "000135"),
        ("zh", "零九三三，三個五，二一八", "0933555218"),
        ("zh", "二十三 四百零五 三十", "2340530"),
    ],
)
def test_readings(code: str, said: str, digits: str) -> None:
    assert digits in readings(said, code)


@pytest.mark.parametrize(
    ("code", "said", "digits"),
    [
        ("en", "four one, no sorry, four two", "42"),
        ("en", "four one two three, I mean, four", "4124"),
        ("en", "five five one let me start again six seven", "67"),
        ("pl", "dwadzieścia sześć, przepraszam, dwadzieścia siedem zero", "270"),
        ("pl", "jeden dwa trzy, nie, jeszcze raz, cztery pięć sześć", "456"),
        ("pt", "quatro dois cinco não desculpa quatro dois meia", "426"),
        ("hi", "नाइन सेवन जीरो थ्री नहीं नहीं नाइन सेवन जीरो फोर", "9704"),
        ("fa", "دو سه چهار نه ببخشید دو سه پنج", "235"),
    ],
)
def test_what_is_put_right_is_read_and_the_slip_goes_with_it(code: str, said: str, digits: str) -> None:
    whole = [string for string in strings(said, code) if string.digits.decode() == digits]
    assert whole
    assert (whole[0].starts[0], whole[0].ends[-1]) == (0, len(said))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fa", "ایمیلم ای بی نقطه سی ات ساین یاهو دات کام هست"),
        ("hi", "मेरा ईमेल अंकुर सेवन एट द रेट जीमेल डॉट कॉम है"),
        ("pl", "mój mail to a jak Adam, be, kropka, nowak małpa o pe kropka pe el"),
        ("pt", "anote m de maria ponto silva arroba exemplo ponto com"),
        ("zh", "信箱c h e n 底線 八八 小老鼠 gmail 點 com謝謝"),
        ("zh", "信箱chen.li@example.com謝謝"),
    ],
)
def test_addresses_as_they_are_said(code: str, text: str) -> None:
    (address,) = found(text, SpanType.EMAIL, lang=code)
    begin = {"fa": "ای", "hi": "अंकुर", "pl": "a jak", "pt": "m de", "zh": "c"}[code]
    assert address.startswith(begin)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("pl", "widziałem małpa w zoo kropka"),
        ("zh", "家裡有小老鼠跑來跑去"),
        ("zh", "whatsapp.com"),
        ("pt", "a arroba de carne subiu de preço"),
    ],
)
def test_sign_words_alone_are_no_address(code: str, text: str) -> None:
    assert found(text, SpanType.EMAIL, lang=code) == []


@pytest.mark.parametrize("code", list(SPOKEN))
def test_time_grows_with_the_text(code: str) -> None:
    language = SPOKEN[code]
    said = " ".join([*list(language.words)[:12], *sorted(language.corrections)[:2], "at a dot "])
    started = time.process_time()
    strings((said * (200_000 // len(said)))[:200_000], code)
    assert time.process_time() - started < 3
