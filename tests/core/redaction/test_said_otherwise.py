"""Numbers and addresses as people say them when they slip, hesitate, or leave out what grammar wants."""

import pytest

from razdar.core.redaction import SpanType, find, find_turns


def _found(text: str, lang: str) -> list[tuple[SpanType, str]]:
    return [(span.type, text[span.start : span.end]) for span in find(text, lang=lang)]


@pytest.mark.parametrize(
    ("lang", "before", "said", "kind"),
    [
        ("zh", "卡號", "四三八三五六六六等一下三四九八九五五一", SpanType.CARD),
        ("zh", "手機", "零九三六欸二二九四二一", SpanType.PHONE),
        ("zh", "請打", "零 九 七 五 七 二 四 六 五 六", SpanType.PHONE),
        ("fa", "کارتم ", "چهار شش چهار پنج آها هفت چهار هفت چهار هفتاد و هشت سی و پنج هشت پنج سه سه", SpanType.CARD),
        ("fa", "موبایلم ", "صفر نه دوازده اِ نه دو دو نود و سه هفت هفت", SpanType.PHONE),
        ("hi", "कार्ड नंबर ", "फोर वन ज़ीरो फाइव छह दो छह नौ टू फोर नाइन सिक्स अ डबल ज़ीरो फोर एट", SpanType.CARD),
        ("pl", "mój numer to ", "pięć zero jeden sto siedemdziesiąt osiem osiem dziewięć", SpanType.PHONE),
        ("fa", "شماره کارتم ", "شصت سی و هفت هفت یک چهار شش سی و نه هشتاد پنج هشت هشت شش", SpanType.CARD),
    ],
)  # fmt: skip
def test_a_number_with_hesitations_and_single_digits_is_one(lang: str, before: str, said: str, kind: SpanType) -> None:
    assert _found(before + said, lang) == [(kind, said)]


@pytest.mark.parametrize(
    ("lang", "question", "slip"),
    [
        ("en", "and a phone number for you", "fifty nine sixty seven oops two four four two"),
        ("pt", "qual o telefone pra contato", "noventa e quatro vinte e dois opa errei cinco oito um um"),
        ("zh", "請問您的卡號", "四二五五啊說錯二八六七四一五三"),
        ("fa", "کد ملی؟", "پنج هفت نه ببخشید نود و هفت بیست و هفت"),
        ("hi", "आधार नंबर बताइए", "दो छह शून्य चार अरे नहीं शून्य नौ सात नौ"),
        ("pl", "poproszę numer karty", "trzydzieści trzy siedem o nie źle sześćdziesiąt cztery dziewięć"),
    ],
)
def test_an_answer_is_concealed_with_its_slip(lang: str, question: str, slip: str) -> None:
    _, found = find_turns([("agent", question), ("customer", slip)], lang=lang)
    assert (min(span.start for span in found), max(span.end for span in found)) == (0, len(slip))


def test_number_words_end_with_a_turn() -> None:
    said = ["siedemset", "osiemdziesiąt szesnaście", "trzydzieści cztery zero pięć"]  # 700 8016 3405
    turns = [("agent", "jaki jest pana pesel")]
    for part in said:
        turns += [("customer", part), ("agent", "mhm")]
    found = find_turns(turns, lang="pl")
    assert [[span.type for span in found[place]] for place in (1, 3, 5)] == [[SpanType.NATIONAL_ID]] * 3


@pytest.mark.parametrize("text", ["等一下", "我們第一次來", "統一發票", "一起去", "一樣的"])
def test_a_numeral_inside_a_word_is_no_digit(text: str) -> None:
    from razdar.core.redaction.folding import view

    assert not any(0x30 <= byte <= 0x39 for byte in view(text))


@pytest.mark.parametrize(
    ("lang", "before", "said", "after"),
    [
        ("en", "you can send it to ", "emma jackson four five at outlook dot com", " please"),
        ("en", "my email is ", "emma dot mwalsh fifty three at proton dot me", ""),
        ("pl", "to będzie ", "tomek wisniewski małpa o2 kropka pl", ""),
        ("pl", "adres e-mail ", "biuro wisniewski małpa gmail kropka kom", ""),
        ("pt", "pode mandar pra ", "souza ponto contato arroba hotmail ponto com", ""),
        ("fa", "بفرستید به ", "محمد نقطه مریم اَت جیمیل نقطه کام", ""),
    ],
)
def test_addresses_of_several_words(lang: str, before: str, said: str, after: str) -> None:
    assert _found(before + said + after, lang) == [(SpanType.EMAIL, said)]


@pytest.mark.parametrize("key", ["zp_live_9f3Kd72LqTx04VmBa81", "shop_sk_test_7Yb2NvK04mPdX9tLe"])
def test_keys_that_say_what_they_are(key: str) -> None:
    assert _found(f"401 with {key} since noon", "en") == [(SpanType.SECRET, key)]


def test_a_name_with_words_between_underscores_is_no_key() -> None:
    assert _found("see the file my_test_configuration_of_routers", "en") == []


@pytest.mark.parametrize(
    ("lang", "before", "said", "kind"),
    [
        ("fa", "متولد ", "بیست و سوم آبان شصت و هفت", SpanType.DOB),
        ("fa", "بنام ", "فرزانه دهقانی‌پور", SpanType.PERSON),
        ("fa", "شماره محل کارم ", "صفر بیست و یک هشتاد و هشت چهل و شش سیزده نود", SpanType.PHONE),
        ("fa", "salam, shomare hesab ", "0209947315008", SpanType.ACCOUNT),
        ("hi", "कंज्यूमर नं. ", "604417", SpanType.ACCOUNT),
        ("hi", "एपिक नंबर ", "ZKM7299076", SpanType.DOC_ID),
        ("hi", "आधार जोड़ना है, नाम ", "सुनीता मौर्य", SpanType.PERSON),
    ],
)
def test_what_it_is_called_elsewhere(lang: str, before: str, said: str, kind: SpanType) -> None:
    assert _found(before + said, lang) == [(kind, said)]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("pt", "contra quatrocentos e catorze mil novecentos e cinquenta e nove"),  # once read as 414000 959
        ("pt", "a conta foi de quinhentos e trinta e dois para duzentos e oitenta e seis reais"),
        ("pl", "rachunek wzrósł z osiemset siedemdziesiąt siedem do trzysta dwadzieścia osiem złotych"),
        ("en", "it went from eight hundred eighty six thousand three hundred sixty three to seven hundred thirty nine "
         "thousand six hundred thirty three pounds"),
    ],
)  # fmt: skip
def test_amounts_are_nobodys_number(lang: str, text: str) -> None:
    assert _found(text, lang) == []


def test_three_digits_that_answer_are_the_beginning_of_the_number() -> None:
    turns = [("agent", "کد ملی مشترک رو بفرمایید"), ("customer", "سیصد و هشتاد و شش"), ("agent", "بله")]
    _, first, _, second = find_turns([*turns, ("customer", "نهصد و شصت و هشت ده")], lang="fa")
    assert [span.type for span in (*first, *second)] == [SpanType.NATIONAL_ID] * 2


def test_a_month_does_not_reach_over_the_word_for_and() -> None:
    turns = [("agent", "जन्म तारीख"), ("customer", "पाँच फरवरी उन्नीस सौ उनासी"), ("agent", "और माता जी का नाम")]
    assert find_turns(turns, lang="hi")[2] == []


def test_the_letter_of_a_passport_may_be_said_by_its_name() -> None:
    assert _found("पासपोर्ट नंबर यू सेवन थ्री वन जीरो फोर टू नाइन", "hi") == [
        (SpanType.PASSPORT, "यू सेवन थ्री वन जीरो फोर टू नाइन")
    ]


def test_a_word_that_goes_on_behind_a_joiner_is_no_name() -> None:
    assert _found("نام خانوادگی\u200cتونو یه بار دیگه می‌گید", "fa") == []


@pytest.mark.parametrize("text", ["नाम गलत है", "ग्राहक सेवा केंद्र, नमस्ते", "नाम बदलना है।", "मेरा नाम नहीं आया"])
def test_the_word_for_a_name_alone_is_followed_by_no_name(text: str) -> None:
    assert _found(text, "hi") == []


@pytest.mark.parametrize(
    ("lang", "before", "said"),
    [
        ("pl", "moje konto to ", "pe el sześć jeden 1090 1014 0000 0712 1981 2874"),
        ("pt", "meu iban é ", "pê tê cinco zero 0002 0123 1234 5678 9015 4"),
        ("en", "my iban is ", "d e eighty nine three seven 0400 4405 3201 3000"),
        ("fa", "شماره شبام ", "آی آر ۰۶ ۲۹۶۰ ۰۰۰۰ ۰۰۱۰ ۰۳۲۴ ۲۰۰۰ ۰۱"),
    ],
)
def test_the_country_of_an_iban_may_be_spelled_in_any_language(lang: str, before: str, said: str) -> None:
    assert _found(before + said, lang) == [(SpanType.IBAN, said)]


def test_an_iban_said_in_tens_may_be_heard_too_short() -> None:
    said = (
        "d e two three fifty four thirty eight three seven eight eighty four forty three six seven five four thirty one"
    )
    assert _found(f"my iban is {said}", "en") == [(SpanType.IBAN, said)]
    assert SpanType.IBAN not in {kind for kind, _ in _found(f"the code was {said}", "en")}


@pytest.mark.parametrize(
    ("lang", "question", "answer", "kind"),
    [
        ("en", "what's the account number", "Twenty six oh two nineteen seven nine six o", SpanType.ACCOUNT),
        ("zh", "請問您的帳號", "六 三 四 零 零 九 五 八 七 七", SpanType.ACCOUNT),
        ("pl", "data ważności karty", "zero sześć trzy dwa", SpanType.EXPIRY),
        ("fa", "تاریخ انقضای کارت؟", "صفر یک سی و یک", SpanType.EXPIRY),
        ("hi", "कार्ड कब एक्सपायर होगा", "जीरो सिक्स टू एट", SpanType.EXPIRY),
        ("pt", "e o código de segurança do cartão", "Um dois sete", SpanType.CVV),
        ("fa", "سی وی وی دو کارت؟", "نه شش یک", SpanType.CVV),
        ("en", "and your four digit pin", "ninety five nine", SpanType.PIN),
    ],
)
def test_a_number_that_was_asked_for_is_what_the_question_says(
    lang: str, question: str, answer: str, kind: SpanType
) -> None:
    (span,) = find_turns([("agent", question), ("customer", answer)], lang=lang)[1]
    assert (span.type, answer[span.start : span.end]) == (kind, answer)


def test_an_account_number_that_is_read_back_is_no_telephone_number() -> None:
    said = "zero oito hum um dois espera cinco sete vinte e sete oitenta e seis"
    back = "zero oito doze cinquenta e sete vinte e sete oito meia"
    turns = [("agent", "qual o número da conta"), ("customer", said), ("agent", f"então {back} certo")]
    _, answer, again = find_turns(turns, lang="pt")
    assert [(span.type, span.start, span.end) for span in answer] == [(SpanType.ACCOUNT, 0, len(said))]
    assert [span.type for span in again] == [SpanType.ACCOUNT]
