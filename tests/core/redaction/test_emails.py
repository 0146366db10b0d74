"""E-mail addresses: written, obfuscated, spoken; and what is none."""

import pytest

from razdar.core.redaction import SpanType
from tests.core.redaction.cases import found

EMAIL = SpanType.EMAIL


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mail anna.kowalska@example.org.", "anna.kowalska@example.org"),
        ("<ANNA_K+news@MAIL.example.co.uk>", "ANNA_K+news@MAIL.example.co.uk"),
        ('{"email":"leo@sample.dev"}', "leo@sample.dev"),
        ("mailto:a@b.co", "a@b.co"),
        ("user@xn--80ak6aa92e.com", "user@xn--80ak6aa92e.com"),
        ("zażółć@example.pl jest", "zażółć@example.pl"),
        ("ann\u200ba@exa\u00admple.org", "ann\u200ba@exa\u00admple.org"),
        ("anna＠example．org", "anna＠example．org"),
        ("anna (at) example (dot) org", "anna (at) example (dot) org"),
        ("anna [at] example [dot] org", "anna [at] example [dot] org"),
        ("anna @ example.org", "anna @ example.org"),
        ("it's anna dot kowalska at example dot org thanks", "anna dot kowalska at example dot org"),
        (
            "my email is anna underscore k seven seven at g mail dot com okay",
            "anna underscore k seven seven at g mail dot com",
        ),
        ("so a n n a at example dot co dot uk", "a n n a at example dot co dot uk"),
        ("you can reach me at tobias at example dot org", "tobias at example dot org"),
        ("e-mail: anna nineteen eighty at example dot net.", "anna nineteen eighty at example dot net"),
        ("Anna dot Kowalska at Example dot org. That is", "Anna dot Kowalska at Example dot org"),
        ('write to "mary jones"@example.com now', '"mary jones"@example.com'),
        ("mary.jones@localhost", "mary.jones@localhost"),
        ("瑪麗@例子.公司", "瑪麗@例子.公司"),
        ("?mail=mary.jones%40example.com", "mary.jones%40example.com"),
        ("to mary . jones @ example . com please", "mary . jones @ example . com"),
        ("mary.jones@\nexample.com", "mary.jones@\nexample.com"),
        ("it is mary dot jones at gmail", "mary dot jones at gmail"),
        ("mary underscore jones at gmail com", "mary underscore jones at gmail com"),
        ("anna dash maria at my hyphen company dot com", "anna dash maria at my hyphen company dot com"),
    ],
)
def test_addresses(text: str, address: str) -> None:
    assert found(text, EMAIL, lang="en") == [address]


@pytest.mark.parametrize(
    ("lang", "text", "address"),
    [
        ("pt", "meu email: maria jones arroba gmail", "maria jones arroba gmail"),
        ("pl", "anna kropka nowak małpa wp pe el", "anna kropka nowak małpa wp pe el"),
    ],
)
def test_providers_are_known_without_their_domain(lang: str, text: str, address: str) -> None:
    assert found(text, EMAIL, lang=lang) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "we met at noon dot dot dot",
        "look at example dot org",
        "at",
        "@",
        "a@b",
        "user@",
        "@home.com",
        "arrive at 5.30 pm",
        "x at y",
        "i work at yahoo",
        "see you @ noon. then we go",
        "100%40 of it",
    ],
)
def test_look_alikes(text: str) -> None:
    assert found(text, EMAIL, lang="en") == []
