"""One side of a chat: what answers a question that is not there is concealed; in other texts it stays."""

import pytest

from razdar.core.redaction import find, find_turns, redact

CHAT = "hi\nmy outlook does not open\n{}\nquillco ltd\nok\nyes it works now thank you\nbye"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("brannock 5432", "[name] [account]"),
        ("brannock and 5432", "[name] and [account]"),
        ("my name is brannock tull and 8439", "my name is [name] and [account]"),
        ("brannock tull\n2263", "[name]\n[account]"),
        ("874647", "[account]"),
        ("Brannock 874647.", "[name] [account]."),
        ("k 99 j 99", "[reference]"),
        ("tull fs 43 t 6", "[name] [reference]"),
        ("bvc 587", "[reference]"),
    ],
)
def test_an_answer_whose_question_is_not_there(line: str, shown: str) -> None:
    assert redact(CHAT.format(line), lang="en").text == CHAT.format(shown)


@pytest.mark.parametrize(
    "line",
    [
        "on 29 aug",
        "2018",
        "15092018",
        "version 5432",
        "the total is 420",
        "my 120",
        "he 336",
        "paid 300",
        "i bought it in 2018",
        "flat 12",
        "3 units",
    ],
)
def test_what_people_say_besides_stays(line: str) -> None:
    assert redact(CHAT.format(line), lang="en").text == CHAT.format(line)


@pytest.mark.parametrize(
    ("lang", "chat", "number"),
    [
        ("pl", "dzień dobry\nnie działa mi konto\nkwiecisz 5432\ntak\ndziękuję", "5432"),
        ("pt", "bom dia\no aplicativo não abre\nquirino 5432\nsim\nobrigado", "5432"),
        ("fa", "سلام\nبرنامه باز نمی‌شود\n۵۴۳۲\nبله\nممنون", "۵۴۳۲"),
        ("hi", "नमस्ते\nऐप नहीं खुल रहा\n५४३२\nजी\nधन्यवाद", "५४३२"),
        ("zh-Hant", "你好\n打不開\n5432\n好的\n謝謝", "5432"),
    ],
)
def test_in_all_languages(lang: str, chat: str, number: str) -> None:
    assert number in [chat[span.start : span.end] for span in find(chat, lang=lang)]


def test_in_texts_that_are_no_chat_it_stays() -> None:
    for text in ("Shopping\nmilk 2500\napples 1200\n5432\nbread", "Totals\n5432\n8843\nok"):
        assert find(text, lang="en") == []


def test_in_a_dialogue_the_question_decides() -> None:
    turns = [("agent", "hi"), ("customer", "hi"), ("agent", "how many copies"), ("customer", "5432"), ("agent", "ok")]
    assert not any(find_turns([*turns, ("customer", "yes")], lang="en"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my booking confirmation number is rft 245", "rft 245"),
        ("confirmation number mlo 125 for friday", "mlo 125"),
        ("booking number is d 5 ct 94", "d 5 ct 94"),
    ],
)
def test_codes_that_were_cut_into_pieces(text: str, code: str) -> None:
    assert [text[span.start : span.end] for span in find(text, lang="en")] == [code]


@pytest.mark.parametrize("text", ["the booking is at 5 pm", "the ticket is for 2 people", "reference as of 12 may"])
def test_words_with_numbers_are_no_codes(text: str) -> None:
    assert [span for span in find(text, lang="en") if span.type.name == "REFERENCE"] == []
