"""What is known of the customer is found again, and is nowhere printed."""

import pytest

from razdar.core.redaction import KnownCustomer, SpanType, conceal, find

ANNA = KnownCustomer.of(
    [
        ("surname", "Kowalska-Nowak"),
        ("given_name", "Anna"),
        ("middle_name", "Łucja"),
        ("phone", "+48 601 234 567"),
        ("email", "anna.k@example.org"),
        ("national_id", "44051401458"),
        ("reference_no", "CX-00417"),
        ("account_no", "7788 9911"),
        ("postal_address", "17 Larkenmoor Crescent, 00-001 Tarnwick"),
        ("gender", "f"),
        ("balance", "100"),
    ]
)


def shown(text: str, customer: KnownCustomer = ANNA) -> str:
    return conceal(text, find(text, lang="en", customer=customer))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello anna", "hello [name]"),
        ("Ms KOWALSKA, or Nowak", "Ms [name], or [name]"),
        ("Anna Kowalska-Nowak speaking", "[name] speaking"),
        ("this is Anna Lucja here", "this is [name] here"),
        ("ŁUCJA's", "[name]'s"),
        ("annapurna and savanna", "annapurna and savanna"),
        ("that is n o w a k", "that is [name]"),
        ("spelled K-O-W-A-L-S-K-A.", "spelled [name]."),
        ("on 601234567 or 601-234-567 or 0048601234567", "on [phone] or [phone] or [phone]"),
        ("six oh one two three four five six seven", "[phone]"),
        ("ref cx 00417", "ref [reference]"),
        ("ref CX-00417-B", "ref [reference]-B"),
        ("about xcx00417", "about xcx00417"),
        ("account seven seven double eight double nine one one", "account [account]"),
        ("at larkenmoor crescent", "at [address]"),
        ("mail anna.k@example.org", "mail [email]"),
        ("mail ANNA.K@EXAMPLE.ORG", "mail [email]"),
        ("anna dot k at example dot org", "[email]"),
        ("100 f", "100 f"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_short_names_need_a_capital() -> None:
    customer = KnownCustomer(surname="Li", given_names=("An",))
    assert shown("an apple for li", customer) == "an apple for li"
    assert shown("Mr Li and An", customer) == "Mr [name] and [name]"


def test_other_scripts() -> None:
    customer = KnownCustomer(surname="کریمی", given_names=("王小明",))
    assert shown("آقای كريمي سلام", customer) == "آقای [name] سلام"
    assert shown("我是王小明先生", customer) == "我是[name]先生"


def test_empty_record_finds_nothing_more() -> None:
    assert find("hello Anna", customer=KnownCustomer()) == []
    assert find("hello", customer=KnownCustomer.of([("surname", " ")])) == []


def test_nothing_of_the_record_is_printed() -> None:
    assert "Kowalska" not in f"{ANNA!r} {ANNA}"
    spans = find("anna 4111 1111 1111 1111", customer=ANNA)
    assert [span.type for span in spans] == [SpanType.PERSON, SpanType.CARD]
    assert "4111" not in f"{spans}"
    assert "anna" not in f"{spans}"


HOMES = KnownCustomer(
    addresses=(
        "17 Larkenmoor Crescent, Eastmarrow, VX4 8QZ",
        "ul. Szafirowa 9/4, 99-941 Brzozopole",
        "5 Bath Road, Ware",
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seventeen Larkenmoor Crescent.", "[address]."),
        ("at seventeen larkenmoor crescent", "at [address]"),
        ("one hundred and five Larkenmoor Crescent", "[address]"),
        ("17 Larkenmoor Crescent", "[address]"),
        ("number 17, Larkenmoor", "number 17, [address]"),
        ("come to Szafirowa Street, twice", "come to [address], twice"),
        ("on szafirowa nine, flat four", "on [address]"),
        ("ulica Szafirowa 9/4", "[address]"),
        ("in Eastmarrow, VX4 8QZ now", "in [address], [address] now"),
        ("V X four, eight Q Z", "[address]"),
        ("vx48qz or nine nine nine four one", "[address] or [address]"),
        ("BRZOZOPOLE", "[address]"),
        ("five Bath Road", "[address]"),
        ("a bath on the road", "a bath on the road"),
        ("we are aware of a crescent street", "we are aware of a crescent street"),
        ("seventeen of nine, or 17 and 9/4", "seventeen of nine, or 17 and 9/4"),
        ("Glimmerstone and Corvanelle", "Glimmerstone and Corvanelle"),
    ],
)
def test_addresses_as_they_are_said(text: str, expected: str) -> None:
    assert shown(text, HOMES) == expected
