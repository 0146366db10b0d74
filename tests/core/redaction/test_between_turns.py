"""What the turns of a dialogue tell about one another: questions, corrections, read-backs, and what follows a card."""

import pytest

from razdar.core.redaction import SpanType, find, find_turns, redact_turns


def found(*turns: str, lang: str = "en") -> list[list[tuple[str, str]]]:
    """Texts and types in turns that the agent begins."""
    said = [("agent" if place % 2 == 0 else "customer", text) for place, text in enumerate(turns)]
    spans = find_turns(said, lang=lang)
    return [
        [(text[one.start : one.end], one.type.name) for one in some]
        for (_, text), some in zip(said, spans, strict=True)
    ]


def one(text: str, lang: str = "en") -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.type.name) for span in find(text, lang=lang)]


def test_a_question_names_a_number_over_several_turns_and_its_read_back() -> None:
    turns = found(
        "could i get your social security number", "2 1 9", "mm hmm", "um 4 8 no sorry 4 7", "go on", "6 0 3 1",
        "okay so 219 47 6031 and your date of birth", "june tenth seventy two",
    )  # fmt: skip
    kinds = {kind for some in turns[:-1] for _, kind in some}
    assert kinds == {"NATIONAL_ID"}
    assert turns[5] == [("6 0 3 1", "NATIONAL_ID")]
    assert turns[6] == [("219 47 6031", "NATIONAL_ID")]
    assert turns[7] == [("june tenth seventy two", "DOB")]


def test_quantities_over_two_turns_are_no_number() -> None:
    assert not any(
        found(
            "what year was it built", "twenty twelve", "and how many miles on it", "eighty one thousand three hundred"
        )
    )


def test_an_answer_may_stand_behind_a_refusal() -> None:
    turns = found(
        "I sent you a six-digit code, can you read it out?",
        "Hold on, it's upstairs. Right, five oh two, double six one.",
    )
    assert turns[1] == [("five oh two, double six one", "SECRET")]


def test_a_name_is_the_first_clause_of_an_answer() -> None:
    turns = found(
        "May I have your good name and mobile number?",
        "Yes, Kiran Exampleson, it's nine eight one oh double four two one three seven",
    )
    assert ("Kiran Exampleson", "PERSON") in turns[1]


def test_of_two_kinds_the_one_of_fitting_length_is_the_answer() -> None:
    turns = found("आपके मोबाइल नंबर पर ओटीपी आया होगा, बताइए", "एक सेकंड, हाँ तीन डबल सात एक नौ दो", lang="hi")
    assert turns[1] == [("तीन डबल सात एक नौ दो", "SECRET")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("4111111111111111 09/28 321 thanks", ["CARD", "EXPIRY", "CVV"]),
        ("378282246310005 09/28 4321 thanks", ["CARD", "EXPIRY", "CVV"]),
        ("4111111111111111 11/2027 thanks", ["CARD", "EXPIRY"]),
    ],
)
def test_what_follows_a_card_number(text: str, kinds: list[str]) -> None:
    assert [kind for _, kind in one(text)] == kinds


def test_an_expiry_date_is_a_month_and_a_year_after_a_card() -> None:
    assert ("march thirty one", "EXPIRY") in one("my card is 4111111111111111 and it expires march thirty one")
    assert one("my subscription expires march thirty one") == []


def test_a_correction_stands_inside_no_number_with_a_check_digit() -> None:
    text = "It's three one oh, five five five, oh one six two, no wait, oh one six three"
    (phone,) = find(text, lang="en")
    assert phone.type is SpanType.PHONE
    assert text[phone.start : phone.end] == text.removeprefix("It's ")


@pytest.mark.parametrize("text", ["شماره‌ام۰۹۱۲۳۳۴۴۵۵۶قدیمیه", "نمبر۰۹۱۲۳۳۴۴۵۵۶"])
def test_persian_letters_may_touch_a_number(text: str) -> None:
    assert one(text, "fa") == [("۰۹۱۲۳۳۴۴۵۵۶", "PHONE")]


def test_an_amount_is_no_account() -> None:
    assert one("मेरे खाते से सात हज़ार दो सौ अस्सी रुपये कट गए", "hi") == []


def test_somebody_who_calls_says_who_it_is() -> None:
    assert one("Hi, it's Morag Sampleton calling about my bill") == [("Morag Sampleton", "PERSON")]
    assert one("It's Black Friday here") == []


def test_an_address_that_is_spelled_over_two_turns_and_repeated_between_them() -> None:
    turns = found("ईमेल आईडी बताइए", "बी एन के टी वन वन", "बंकट वन वन, जी?", "एट द रेट एग्ज़ाम्पल डॉट कॉम", lang="hi")
    assert turns[1] == [("बी एन के टी वन वन", "EMAIL")]
    assert turns[2] == [("बंकट वन वन", "EMAIL")]
    assert turns[3] == [("एट द रेट एग्ज़ाम्पल डॉट कॉम", "EMAIL")]


def test_a_password_that_is_said_in_the_middle_of_an_answer() -> None:
    turns = found("सर पासवर्ड मत बताइए।", "अरे मोहन एट द रेट फोर फाइव सिक्स ही तो लिख रहा हूँ, खुल ही नहीं रहा।", lang="hi")
    assert turns[1] == [("मोहन एट द रेट फोर फाइव सिक्स", "PASSWORD")]


def test_an_iranian_plate_as_it_is_said() -> None:
    plate, code = "شصت و یک دال دویست و سی و پنج ایران چهل و چهار", "سی و سه بیست و دو نود و یک"
    assert (plate, "VEHICLE") in one(f"پلاکم {plate} شماره بیمه‌نامه {code}", "fa")
    assert one("سال شصت و یک در ایران چهل و چهار نفر بودند", "fa") == []


@pytest.mark.parametrize("between", ["", "ok", "mhm"])
@pytest.mark.parametrize(
    ("lang", "question", "parts"),
    [
        ("en", "Your PIN?", ("48", "21")),
        ("en", "CVV?", ("1", "2", "3")),
        ("en", "And the one-time code?", ("482", "913")),
        ("pl", "Proszę podać PIN", ("48", "21")),
        ("fa", "رمز پویا؟", ("۴۸۲", "۹۱۳")),
        ("hi", "OTP बताइए", ("482", "913")),
        ("zh", "驗證碼是多少?", ("482", "913")),
        ("pt", "Qual é o CVV?", ("1", "2", "3")),
    ],
)
def test_a_code_given_in_pieces_is_concealed(lang: str, question: str, parts: tuple[str, ...], between: str) -> None:
    said = [("agent", question)]
    for part in parts:
        said += [("customer", part), ("agent", between)] if between else [("customer", part)]
    shown = " ".join(one.text for one in redact_turns(said, lang=lang))
    assert not any(part in shown for part in parts)


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "The code?"),
        ("en", "Please type the code"),
        ("en", "Read me the six digits, please"),
        ("pl", "Proszę podać kod z SMS-a"),
        ("fa", "کد رو بخونید لطفا"),
        ("hi", "कोड बताइए"),
        ("zh", "簡訊上的數字是多少?"),
        ("pt", "Me diz o código, por favor"),
    ],
)
def test_a_question_for_the_code_needs_no_more_words(lang: str, question: str) -> None:
    assert redact_turns([("agent", question), ("customer", "482913")], lang=lang)[1].text == "[secret]"


@pytest.mark.parametrize(
    "question", ["How many digits has it?", "What is the zip code?", "What does the code of conduct say?"]
)
def test_other_questions_ask_for_no_code(question: str) -> None:
    assert all(one.type is not SpanType.SECRET for one in find_turns([("agent", question), ("customer", "48291")])[1])


def test_a_number_behind_a_refusal_is_the_answer() -> None:
    turns = found("i've sent a six digit code read it back to me when it's there", "hang on there it is 817 044")
    assert turns[1] == [("817 044", "SECRET")]


def test_a_question_knows_better_than_a_guess_from_the_length() -> None:
    turns = found(
        "could you give me the eight digit account number on the front",
        "it's three oh four four one seven no sorry three oh four four seven one nine two",
        "three oh double four seven one nine two",
    )
    assert [kind for some in turns for _, kind in some] == ["ACCOUNT", "ACCOUNT"]


def test_a_number_of_no_plan_is_concealed_from_its_first_digit() -> None:
    turns = found("a callback number in case we're cut off", "six one four", "okay", "five five five", "yes", "0172")
    assert turns[1] == [("six one four", "PHONE")]


def test_an_answer_takes_its_letters_along() -> None:
    turns = found("numer polisy poproszę", "mam de te sto dwa osiemset czterdzieści", lang="pl")
    assert turns[1] == [("de te sto dwa osiemset czterdzieści", "REFERENCE")]
    assert one("claim number h c dash seven two oh one four") == [("h c dash seven two oh one four", "REFERENCE")]
    assert one("booking reference k for kilo r seven w m two") == [("k for kilo r seven w m two", "REFERENCE")]


def test_logins_that_are_said() -> None:
    said = "my username is g pemberly eight four and the password is capital t tulips forty two exclamation mark"
    assert one(said) == [
        ("g pemberly eight four", "USERNAME"),
        ("capital t tulips forty two exclamation mark", "PASSWORD"),
    ]
    assert one("my username is not working and the password is expired") == []
