"""Addresses of machines, pages and wallets. Addresses are from ranges and domains kept for documentation."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.redaction import SpanType
from razdar.core.redaction.detectors.crypto import is_address
from tests.core.redaction.cases import FULL_WIDTH, PERSIAN, found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ping 192.0.2.1.", "192.0.2.1"),
        ("(203.0.113.9)", "203.0.113.9"),
        ("route 198.51.100.0/24 is down", "198.51.100.0/24"),
        ("my ip is 2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
        ("[2001:DB8::1]", "2001:DB8::1"),
        ("use fe80::1%eth0 now", "fe80::1%eth0"),
        ("NAT64: 64:ff9b::192.0.2.33", "64:ff9b::192.0.2.33"),
        ("prefix 2001:db8::/32.", "2001:db8::/32"),
        ("loopback ::1", "::1"),
        ("192\u200b.0.2.1", "192\u200b.0.2.1"),
        ("ip " + "192.0.2.1".translate(PERSIAN), "192.0.2.1".translate(PERSIAN)),
        ("ip " + "192.0.2.1".translate(FULL_WIDTH), "192.0.2.1".translate(FULL_WIDTH)),
    ],
)
def test_ip_addresses(text: str, address: str) -> None:
    assert found(text, SpanType.IP) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "300.1.1.1",
        "192.0.2",
        "at 12:34:56",
        "version 1.2.3.4",
        "std::vector and a :: b",
        "ratio 1:2:3:4",
        "2001::25de::cade",
        "mac aa:bb:cc:dd:ee:ff",
        "x192.0.2.1y",
    ],
)
def test_what_only_looks_like_an_ip_address(text: str) -> None:
    assert found(text, SpanType.IP) == []


@given(st.ip_addresses().filter(lambda one: one != IPv6Address("::")))
def test_every_ip_address_is_found(address: IPv4Address | IPv6Address) -> None:
    if address.version == 4 or any(char.isdigit() for char in str(address)):
        assert found(f"address {address} here", SpanType.IP) == [str(address)]


@pytest.mark.parametrize(
    "address",
    ["00:1A:2B:3C:4D:5E", "00-1b-44-11-3a-b7", "0012.3456.789A", "00:1A:2B:3C:4D:5E".translate(FULL_WIDTH)],
)
def test_mac_addresses(address: str) -> None:
    assert found(f"the device {address}, please", SpanType.MAC) == [address]


@pytest.mark.parametrize("text", ["00:1A:2B:3C:4D", "ZZ:ZZ:ZZ:ZZ:ZZ:ZZ", "00:00:00:00:00:00", "FF-FF-FF-FF-FF-FF"])
def test_what_is_no_device(text: str) -> None:
    assert found(text, SpanType.MAC) == []


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("see https://www.example.com/a?b=1&c=2.", "https://www.example.com/a?b=1&c=2"),
        ("see (http://192.0.2.1/login)", "http://192.0.2.1/login"),
        ("hxxps://evil.example.com is bad", "hxxps://evil.example.com"),
        ("請看https://speed.example.net/r/7c21e謝謝", "https://speed.example.net/r/7c21e"),
        ("open www.example.vlaanderen", "www.example.vlaanderen"),
        ("our site example.com, or", "example.com"),
        ("shop.example.co.in", "shop.example.co.in"),
        ("try example.io/start", "example.io/start"),
    ],
)
def test_pages(text: str, page: str) -> None:
    assert found(text, SpanType.URL) == [page]


@pytest.mark.parametrize(
    "text",
    [
        "write to anna.com@mail.example.com",
        "thanks.no problem",
        "www.example",
        "http://example",
        "it was 3.5 kg.at home",
        "done.is it",
    ],
)
def test_what_is_no_page(text: str) -> None:
    assert found(text, SpanType.URL) == []


@pytest.mark.parametrize(
    "address",
    [
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297",
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ],
)
def test_wallets(address: str) -> None:
    assert found(f"send it to {address} today", SpanType.CRYPTO) == [address]


@pytest.mark.parametrize(
    "address", ["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"]
)
def test_wallets_with_a_wrong_check(address: str) -> None:
    assert not is_address(address)
    assert found(address, SpanType.CRYPTO) == []


@given(st.text(alphabet="abc123xyzQ", max_size=40))
def test_the_check_never_raises(text: str) -> None:
    is_address(text)
    is_address("bc1" + text)
