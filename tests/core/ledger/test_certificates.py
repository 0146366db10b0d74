"""Certificates of erasure: one text for each, every change noticed and named, other people's tools agree."""

import base64
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import certificates, notes
from razdar.core.ledger.certificates import ALTERED, CUT, FOREIGN, Bundle, Certificate, Ending, Finality, Linked
from tests import weakening

AT = datetime(2026, 11, 21, 20, 38, 1, 123000, tzinfo=UTC)
SEED = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SEED.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
EXAMPLE = Certificate(
    installation=UUID(int=1),
    client=UUID(int=2),
    customer=UUID(int=3),
    ground="request",
    keys=(("0" * 32, 1), ("f" * 32, 2)),
    destroyed_at=AT,
    removed=(("field", 7), ("index entry", 9), ("key", 2)),
    log=f"razdar/{UUID(int=1)}/{UUID(int=2)}/1",
    index=17,
    root_provider="passphrase-file",
    root_version=1,
    finality=Finality.of(AT, [Bundle(3, AT + timedelta(days=14))], None),
    issued_at=AT + timedelta(seconds=4),
)


def signed(certificate: Certificate = EXAMPLE) -> bytes:
    return certificate.signed(PUBLIC, SEED.sign).encode()


moments = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
numbers = st.integers(0, (1 << 53) - 1)
codes = st.from_regex(r"[a-z][a-z0-9_ -]{0,39}", fullmatch=True)
finalities = st.builds(
    Finality.of, moments, st.lists(st.builds(Bundle, numbers, moments, st.booleans()), max_size=4), st.none() | moments
)
keys = st.lists(st.tuples(st.binary(min_size=16, max_size=16).map(bytes.hex), numbers), max_size=4).map(tuple)
some = st.builds(
    Certificate,
    installation=st.uuids(),
    client=st.uuids(),
    customer=st.uuids(),
    ground=codes,
    keys=keys,
    destroyed_at=moments,
    removed=st.dictionaries(codes, numbers, max_size=6).map(lambda found: tuple(sorted(found.items()))),
    log=st.just(EXAMPLE.log),
    index=numbers,
    root_provider=codes,
    root_version=numbers,
    finality=finalities,
    issued_at=moments,
    linked=st.lists(st.builds(Linked, st.uuids(), keys), max_size=3, unique_by=lambda each: each.customer).map(tuple),
)


def test_linked_records_are_named_once_and_only_where_there_are_some() -> None:
    assert "linked" not in EXAMPLE.signed(PUBLIC, SEED.sign).text
    one = Linked(UUID(int=9), (("a" * 32, 1),))
    said = certificates.verify(signed(replace(EXAMPLE, linked=(one,)))).certificate
    assert said.linked == (one,)
    assert said.all_keys == (*EXAMPLE.keys, ("a" * 32, 1))
    for linked in ((one, one), (Linked(EXAMPLE.customer, ()),), (Linked(UUID(int=9), (("b", 1),)),)):
        with pytest.raises(BadInput):
            replace(EXAMPLE, linked=linked)


def test_a_bundle_that_may_exist_is_named_as_such_and_nothing_else_is_accepted() -> None:
    certificate = replace(EXAMPLE, finality=Finality.of(AT, [Bundle(3, AT + timedelta(days=14), False)], None))
    text, key = certificate.signed(PUBLIC, SEED.sign).text, certificates.key_of(certificate.installation, PUBLIC)
    for other in (text.replace('"may_exist":true', '"may_exist":false'), text.replace('"may_exist":true', '"maybe":1')):
        assert other != text
        with pytest.raises(Unverifiable):
            certificates.verify(notes.sign(other, key.name, PUBLIC, SEED.sign).encode())
    assert certificates.verify(certificate.signed(PUBLIC, SEED.sign).encode()).certificate == certificate


@given(some)
def test_what_is_signed_is_read_back(certificate: Certificate) -> None:
    data = certificate.signed(PUBLIC, SEED.sign).encode()
    key = certificates.key_of(certificate.installation, PUBLIC)
    for trusted in (None, key):
        found = certificates.verify(data, trusted)
        assert (found.certificate, found.key, found.known) == (certificate, key, trusted is not None)


@given(st.integers(0, len(signed()) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, change: int) -> None:
    data = bytearray(signed())
    data[place] ^= change
    for trusted in (None, certificates.key_of(EXAMPLE.installation, PUBLIC)):
        with pytest.raises(Unverifiable):
            certificates.verify(bytes(data), trusted)


@given(st.integers(0, len(signed()) - 1))
def test_what_is_cut_short_is_called_that(length: int) -> None:
    with pytest.raises(Unverifiable, match="cut short"):
        certificates.verify(signed()[:length])


@given(st.binary(max_size=300))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Unverifiable):
        certificates.verify(data)


def test_what_was_altered_is_called_that() -> None:
    altered = signed().replace(b'"index":17', b'"index":18')
    for trusted in (None, certificates.key_of(EXAMPLE.installation, PUBLIC)):
        with pytest.raises(Unverifiable) as refused:
            certificates.verify(altered, trusted)
        assert str(refused.value) == ALTERED


def test_another_key_is_called_that() -> None:
    with pytest.raises(Unverifiable) as refused:
        certificates.verify(signed(), certificates.key_of(EXAMPLE.installation, OTHER))
    assert str(refused.value) == FOREIGN


def test_a_certificate_that_names_another_key_than_the_one_that_signed_is_refused() -> None:
    """Signed by the trusted key, the body naming a second one: neither reading may be taken."""
    forged = EXAMPLE.signed(OTHER, SEED.sign)
    resigned = notes.sign(forged.text, certificates.key_of(EXAMPLE.installation, PUBLIC).name, PUBLIC, SEED.sign)
    for trusted in (None, certificates.key_of(EXAMPLE.installation, PUBLIC)):
        with pytest.raises(Unverifiable):
            certificates.verify(resigned.encode(), trusted)


def test_a_note_of_another_kind_under_the_same_key_is_no_certificate() -> None:
    key = certificates.key_of(EXAMPLE.installation, PUBLIC)
    note = notes.sign("something else\n", key.name, PUBLIC, SEED.sign)
    with pytest.raises(Unverifiable) as refused:
        certificates.verify(note.encode(), key)
    assert str(refused.value) == CUT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ground", "Because they said so"),
        ("keys", (("short", 1),)),
        ("index", -1),
        ("index", True),
        ("removed", (("field", 1), ("field", 2))),
        ("log", "two words"),
        ("finality", Finality(AT, Ending.ON_DATE)),
        ("finality", Finality(AT, Ending.UNTIL_COPIES_ARE_GONE, AT)),
    ],
)
def test_values_without_a_place_in_it_are_refused(name: str, value: object) -> None:
    with pytest.raises(BadInput):
        replace(EXAMPLE, **{name: value})  # type: ignore[arg-type]


def test_no_date_is_given_where_a_kept_copy_could_still_open() -> None:
    before, late = Bundle(2, AT + timedelta(days=1)), Bundle(1, AT + timedelta(days=9))
    finality = Finality.of(AT, [before, late, Bundle(0, AT - timedelta(days=1))], None)
    assert (finality.kind, finality.date) == (Ending.UNTIL_COPIES_ARE_GONE, None)
    assert finality.bundles == (late, before)
    assert finality.last == late


def test_a_root_that_destroys_its_versions_gives_the_day_after_which_nothing_opens() -> None:
    bundle = Bundle(4, AT + timedelta(days=14))
    for root_ends, date in ((AT + timedelta(days=3), bundle.expires_at), (AT + timedelta(days=30),) * 2):
        assert Finality.of(AT, [bundle], root_ends) == Finality(AT, Ending.ON_DATE, date, (bundle,))
    assert Finality.of(AT, [], AT - timedelta(days=1)).date == AT


def openssl_agrees(folder: Path, data: bytes) -> bool:
    """As the room's README tells people to do it."""
    text, _, signature = data.rpartition(b"\n\n")
    (folder / "text").write_bytes(text + b"\n")
    (folder / "sig").write_bytes(base64.b64decode(signature.split()[2])[4:])
    pem = Ed25519PublicKey.from_public_bytes(PUBLIC).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(pem)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile sig"
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0


def test_openssl_accepts_the_good_and_refuses_the_altered(tmp_path: Path) -> None:
    assert openssl_agrees(tmp_path, signed())
    assert not openssl_agrees(tmp_path, signed().replace(b'"index":17', b'"index":18'))


def test_without_the_check_of_the_signature_these_tests_fail() -> None:
    """Control run."""
    weakening.fails(
        "tests/core/ledger/test_certificates.py::test_what_was_altered_is_called_that",
        patch="razdar.core.crypto.signing:verifies",
        with_="tests.weakening.patches:agrees",
        words="DID NOT RAISE",
    )
