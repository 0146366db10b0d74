"""Codes in one row with a date, under the header of a table, beside a token; IBANs and lakhs that are said."""

import pytest

from razdar.core.redaction import KnownCustomer, Policy, find, find_turns, redact

BOTH = [
    ("en", "And the expiry date and security code?", "⟦oh eight twenty seven⟧ and ⟦four one nine⟧"),
    ("en", "Expiry date and CVV please?", "⟦0827⟧, ⟦419⟧"),
    ("en", "And the expiry and the CVV?", "it's ⟦08/27⟧ and ⟦419⟧"),
    ("en", "The expiry date and the CVV?", "August ⟦2027⟧, ⟦419⟧"),
    ("pl", "Proszę o datę ważności i kod CVV", "⟦zero osiem dwadzieścia siedem⟧ i ⟦czterysta dziewiętnaście⟧"),
    ("pt", "Qual a validade e o código de segurança?", "⟦zero oito vinte e sete⟧, ⟦quatro um nove⟧"),
    ("hi", "एक्सपायरी और सीवीवी बताइए", "⟦शून्य आठ सत्ताईस⟧ और ⟦चार एक नौ⟧"),
    ("zh", "有效期限和安全碼是多少", "⟦零八二七⟧ ⟦四一九⟧"),
]
"""First the date, then the code."""


def _marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    places: list[tuple[int, int]] = []
    plain = ""
    for part in text.split("⟦"):
        inside, end, after = part.rpartition("⟧")
        if end:
            places.append((len(plain), len(plain) + len(inside)))
        plain += inside + after
    return plain, places


@pytest.mark.parametrize(("lang", "question", "answer"), BOTH)
def test_date_and_code_in_one_answer(lang: str, question: str, answer: str) -> None:
    said, places = _marked(answer)
    found = find_turns([("agent", question), ("customer", said)], lang=lang)[1]
    strong = [(span.start, span.end, span.type.name) for span in found if span.type.name != "DATE"]
    assert strong == [(*places[0], "EXPIRY"), (*places[1], "CVV")]


def test_the_code_may_come_first() -> None:
    found = find("security code and expiry: 419, 0827", lang="en")
    assert [span.type.name for span in found] == ["CVV", "EXPIRY"]


def test_a_number_that_cannot_be_both_is_neither() -> None:
    assert [span.type.name for span in find("card cvv or expiry? call 020 7946 12", lang="en")] == ["PHONE"]
    text = "we never ask for the cvv or expiry date. your order number is 1226 419"
    assert all(span.type.name not in ("CVV", "EXPIRY") for span in find(text, lang="en"))


TABLES = [
    ("name\tcvv\tpin\tamount\nAnna\t419\t4805\t100\nJan\t112\t1234\t2000", ["419", "4805", "112", "1234"]),
    ("name,pin,total\nAnna,4805,100\nJan,1234,200\n\n1234 pieces", ["4805", "1234"]),
    ("| name | CVV | amount |\n|------|-----|-----|\n| Anna | 419 | 100 |\n", ["419"]),
    ("imię;nr konta;kod cvv\nAnna;44719302;419\n", ["44719302", "419"]),
    ("password|name\ncorrect horse 7|anna\n", ["correct horse 7"]),
]
NO_TABLES = [
    "product,pin,price\nscrewdriver,4 mm,12.50\n",
    "account; total\n5; 34567\n",
    "item,pieces\nscrew,4805\nnut,419",
    "pin,total\n\n4805,100",
]


@pytest.mark.parametrize(("text", "values"), TABLES)
def test_values_under_their_names(text: str, values: list[str]) -> None:
    assert [text[span.start : span.end] for span in find(text, lang="en")] == values


@pytest.mark.parametrize("text", NO_TABLES)
def test_other_rows_stay(text: str) -> None:
    assert find(text, lang="en") == []


IBANS = [
    "golf bravo eight two whiskey echo sierra tango one two three four five six nine eight seven six five four "
    "three two",
    "Golf-Bravo 82, Whiskey-Echo-Sierra-Tango, 1234 5698 7654 32",
    "G B 82 W E S T one two three four 5698 7654 32",
]


@pytest.mark.parametrize("said", IBANS)
def test_ibans_in_the_spelling_alphabet(said: str) -> None:
    text = f"it is {said} thanks"
    assert [(span.start, span.end, span.type.name) for span in find(text, lang="en")] == [(6, 6 + len(said), "IBAN")]
    wrong = text.replace("32 ", "33 ").replace("three two", "three three")
    assert all(span.type.name != "IBAN" for span in find(wrong, lang="en"))


def test_lakhs_of_a_code() -> None:
    said = "चार लाख बारह हज़ार तीन सौ पाँच"
    text = f"मेरा ओटीपी {said} है"
    assert [(text[span.start : span.end], span.type.name) for span in find(text, lang="hi")] == [(said, "SECRET")]
    assert find("दो लाख का लोन चाहिए खाता खोलना है", lang="hi") == []
    assert find("चार लाख " * 10_000, lang="hi")[-1].end == len("चार लाख " * 10_000) - 1
    assert find("मुझे पाँच लाख बीस हज़ार रुपये चाहिए", lang="hi") == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[cvv]123 it is", "[cvv] it is"),
        ("it is 47[pin]", "it is [pin]"),
        ("<CARD_KKCMT>123 it is", "<CARD_KKCMT>[card] it is"),
        ("[cvv] 123 times, see [1]23", "[cvv] 123 times, see [1]23"),
    ],
)
def test_digits_beside_a_token(text: str, left: str) -> None:
    assert redact(text, Policy.DEFAULT).text.replace("[cvv][cvv]", "[cvv]").replace("[pin][pin]", "[pin]") == left


@pytest.mark.parametrize("written", ["+447700900123", "+44 7700 900123", "0044 7700900123", "+ 44 7700900123"])
def test_the_sign_before_a_known_number_belongs_to_it(written: str) -> None:
    customer = KnownCustomer(phones=("+44 7700 900123",))
    assert redact(f"call {written} now", customer=customer).text == "call [phone] now"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("DE89 3704 0044 0532 0130 00, 123456789012", "[iban], [number]"),
        ("123456789012, 4111 1111 1111 1111", "[number], [card]"),
    ],
)
def test_a_number_behind_a_comma_is_one_of_its_own(text: str, left: str) -> None:
    assert redact(text).text == left
