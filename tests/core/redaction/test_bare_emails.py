"""E-mail addresses whose signs were lost on the way, and the words that look like them."""

import pytest

from razdar.core.redaction import SpanType
from tests.core.redaction.cases import found

EMAIL = SpanType.EMAIL


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("yes it is\nellenwardgmailcom\nok", "ellenwardgmailcom"),
        ("name ellen\nellen 27 gmailcom\nok", "ellen 27 gmailcom"),
        ("it is ellen 27 gmailcom thanks", "ellen 27 gmailcom"),
        ("send it to ellen w 4 hotmailcom", "ellen w 4 hotmailcom"),
        ("ward 4 harbourmailcom", "ward 4 harbourmailcom"),
        ("ellenward yahoocouk", "ellenward yahoocouk"),
        ("my email is ellenward gmail com please", "ellenward gmail com"),
        ("ellenward 12 gamilcom", "ellenward 12 gamilcom"),
        ("my email address is ellenwardexampleorg", "ellenwardexampleorg"),
        ("e-mail: ellen1988 interia pl", "ellen1988 interia pl"),
    ],
)
def test_addresses_without_their_signs(text: str, address: str) -> None:
    assert found(text, EMAIL) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "gmail com is down again",
        "go to outlook com and sign in",
        "it is on mailcom",
        "i use gmailcom",
        "we have internet and a cabinet in the email",
        "the email said telecom or intercom",
        "my hotmail in the app",
        "the programme is at ellenwardexampleorg",
    ],
)
def test_no_address(text: str) -> None:
    assert found(text, EMAIL) == []
