"""Passwords, security codes, PINs and one-time codes: none may stay, however it is joined to the word for it."""

import re

import pytest

from razdar.core.redaction import SpanType, conceal, find
from razdar.core.redaction.policy import NEVER_KEPT

PASSWORDS = {
    None: [
        "password=⟦bluebird7⟧", "password:⟦Blue$ky77⟧", "PASSWORD=⟦Blue$ky77⟧", "db_password=⟦bluebird7⟧",
        "a=1&password=⟦bluebird7⟧&b=2", '{"password": "⟦bluebird⟧"}', "<password>⟦bluebird7⟧</password>",
        "password  :  ⟦Blue$ky77⟧", "password → ⟦Blue$ky77⟧", "password is “⟦Blue$ky77⟧”", "userPassword: ⟦sunrise9⟧",
        "pw: ⟦Blue$ky77⟧", "pass: ⟦Blue$ky77⟧", "passwd: ⟦Blue$ky77⟧", "my pass is ⟦Blue$ky77⟧",
        "login: ⟦mary⟧ / ⟦Blue$ky77⟧", "password: [⟦Blue$ky77⟧]",
    ],
    "en": [
        "use ⟦Blue$ky77⟧ as the password", "⟦Blue$ky77⟧ is my password", "my password, which is ⟦Blue$ky77⟧",
        "password: ⟦Bluebird⟧", "password is ⟦blue bird⟧", "my password is ⟦correct horse battery staple⟧",
        "password is ⟦London⟧", "the password for the app is ⟦bluebird⟧", "password: ⟦пароль77⟧",
    ],
    "pl": [
        "hasłem jest ⟦Blue$ky77⟧", "hasło: ⟦Niebo⟧", "moje hasło brzmi ⟦niebieski ptak⟧",
        "⟦Blue$ky77⟧ to moje hasło",
    ],
    "pt": [
        "senha: ⟦Azulão⟧", "a senha do aplicativo é ⟦Blue$ky77⟧",
        "senha é ⟦quatro oito dois um⟧", "⟦Blue$ky77⟧ é minha senha",
    ],
    "fa": ["رمز عبور: ⟦آسمان۷۷⟧", "رمزم ⟦۴۸۲۱⟧ هست", "رمزش ⟦۴۸۲۱⟧", "رمز دومم ⟦۵۵۵۱۲۳⟧"],
    "hi": ["पासवर्ड: ⟦नीला77⟧", "पासवर्ड है ⟦Blue$ky77⟧"],
    "zh": ["密碼「⟦Blue$ky77⟧」", "密碼：⟦藍天白雲⟧", "密碼是⟦四八二一⟧", "密碼⟦四八二一⟧", "密碼是⟦Blue$ky77⟧"],
}  # fmt: skip
GLUED = {
    None: [
        "pin⟦4821⟧", "cvv⟦123⟧", "otp⟦482913⟧", "pin_code=⟦4821⟧", "cvv_code ⟦123⟧", "verificationCode=⟦482913⟧",
        "/back?code=⟦482913⟧", "securityCode: ⟦123⟧", "4111111111111111:⟦1229⟧:⟦123⟧",
        "card⟦4111111111111111⟧cvv⟦123⟧exp⟦1229⟧", "c\u200bvv ⟦123⟧", "p\u200bin ⟦4821⟧", "\u0441vv ⟦123⟧",
        "c.v.v. ⟦123⟧", "P.I.N. ⟦4821⟧", "o.t.p. ⟦482913⟧", "CPF⟦52998224725⟧", "NIP⟦5260250274⟧", "ssn⟦078-05-1120⟧",
    ],
}  # fmt: skip
BESIDE_A_CARD = {
    None: [
        "4539578763621486 ⟦12/29⟧ ⟦123⟧", "4539578763621486, ⟦1229⟧, ⟦123⟧", "4539578763621486 - ⟦12/29⟧ - ⟦123⟧",
        "4539578763621486|⟦12⟧|⟦2029⟧|⟦123⟧", "[card]\nexp ⟦12/29⟧\n⟦123⟧", "4539 5787 6362 1486\t⟦12/29⟧\t⟦123⟧",
        "Card\tExp\tCVV\n4539578763621486\t⟦12/29⟧\t⟦123⟧\n4111111111111111\t⟦01/30⟧\t⟦456⟧",
    ],
}  # fmt: skip
ONE_TIME = {
    "en": [
        "<#> ⟦482913⟧ is your code", "Your Uber code is ⟦4821⟧", "⟦482913⟧ - use this to log in",
        "Enter ⟦482913⟧ to confirm", "2FA: ⟦482913⟧", "authenticator says ⟦482 913⟧", "they texted me ⟦482913⟧",
        "code ⟦482\u200b913⟧ is my otp", "memorable number ⟦482913⟧", "the otp is ⟦B7K2Q9⟧",
        "verification code: ⟦B7K2Q9⟧", "code: ⟦482913⟧",
    ],
    "pl": [
        "kod blika to ⟦482913⟧", "⟦482913⟧ to Twój kod", "dostałam esemesa z kodem ⟦482913⟧",
        "kod: ⟦cztery osiem dwa dziewięć jeden trzy⟧",
    ],
    "pt": ["⟦482913⟧ é seu código", "chegou um sms com ⟦482 913⟧"],
    "zh": ["簡訊收到 ⟦482913⟧", "我收到的是⟦482913⟧", "⟦482913⟧是您的驗證碼"],
    "hi": ["मैसेज में ⟦482913⟧ आया", "⟦482913⟧ आपका ओटीपी है"],
    "fa": ["⟦۴۸۲۹۱۳⟧ کد شماست", "پیامک اومد ⟦۴۸۲۹۱۳⟧"],
}  # fmt: skip
SPOKEN = {
    "pt": [
        "cvv ⟦cento e vinte e três⟧", "código de segurança é ⟦cento e vinte e três⟧", "os três números atrás são ⟦123⟧",
    ],
    "fa": ["CVV2 ⟦صد و بیست و سه⟧"],
    "en": ["CVV is a ⟦hundred and twenty three⟧", "on the back it's ⟦123⟧"],
}  # fmt: skip
HARMLESS = {
    "en": [
        "enter the building", "press 1", "the code of conduct", "I paid 4821 dollars to confirm it", "in 2019 I moved",
        "version 4.8.21 is out", "my password is not working", "the password is wrong, please try again",
        "I forgot my password in 2019", "reset the password", "Password reset: we sent an e-mail",
        "is the password correct", "the password is case sensitive", "the error code is 4821", "the promo code is 4821",
        "pass the phone to my wife", "press 1 to confirm", "call 2 people to verify", "the PIN is blocked",
        "my password is expired", "we spoke on 12.11.2023 about the password", "the login: does it work",
        "the text says 50 pounds", "at 1530 to confirm the date", "a pass is needed", "what is your password?",
        "the building code is from 1998", "model X4821 is sold out",
    ],
    "pl": ["hasło jest błędne", "kod rabatowy 4821", "nie pamiętam hasła", "wersja 4821"],
    "pt": ["a senha está errada", "a senha é inválida", "código de barras 4821", "esqueci a senha"],
    "fa": ["رمزم یادم رفته", "سال ۱۴۰۲"],
    "hi": ["पासवर्ड गलत है", "पासवर्ड भूल गया"],
    "zh": ["密碼錯誤", "密碼是什麼", "忘記密碼", "優惠碼4821"],
}  # fmt: skip


def cases(*tables: dict[str | None, list[str]]) -> list[tuple[str | None, str]]:
    return [(lang, text) for table in tables for lang, texts in table.items() for text in texts]


@pytest.mark.parametrize(("lang", "marked"), cases(PASSWORDS, GLUED, BESIDE_A_CARD, ONE_TIME, SPOKEN))
def test_nothing_of_it_stays(lang: str | None, marked: str) -> None:
    text, hidden = unmarked(marked)
    assert hidden
    shown = {at for span in find(text, lang=lang) for at in range(span.start, span.end)}
    assert not [text[at] for at in hidden if at not in shown and text[at].isalnum()], conceal(
        text, find(text, lang=lang)
    )


@pytest.mark.parametrize(("lang", "text"), cases(HARMLESS))
def test_words_about_codes_stay(lang: str, text: str) -> None:
    assert not [text[span.start : span.end] for span in find(text, lang=lang) if span.type in NEVER_KEPT]


@pytest.mark.parametrize("text", [table[0] for table in PASSWORDS.values()])
def test_what_was_found_is_not_found_again(text: str) -> None:
    once = conceal(unmarked(text)[0], find(unmarked(text)[0]))
    assert conceal(once, find(once)) == once


def unmarked(marked: str) -> tuple[str, list[int]]:
    """A text, and the places in it of what stood in brackets."""
    text, hidden = "", []
    for part in re.split("(⟦.*?⟧)", marked):
        value = part.strip("⟦⟧")
        hidden += range(len(text), len(text) + len(value)) if part != value else []
        text += value
    return text, hidden


@pytest.mark.parametrize("code", ["737", "123", "1229", "0427"])
@pytest.mark.parametrize("cue", ["cvv", "cvc", "security code"])
@pytest.mark.parametrize("card", ["4111111111111111", "4111 1111 1111 1111", "[card]"])
def test_a_code_that_is_named_beside_a_card_is_no_expiry_date(card: str, cue: str, code: str) -> None:
    text = f"card {card}, {cue} {code}"
    assert (len(text) - len(code), SpanType.CVV) in [(span.start, span.type) for span in find(text)]
