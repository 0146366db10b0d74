"""What an installation signs of its backups: one text for each, nothing else is read, nobody else's is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import backup_statements, notes
from razdar.core.ledger.backup_statements import BackupStatement, BundleStatement, Statement

SEED, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
PUBLIC = SEED.public_key().public_bytes_raw()
AT = datetime(2026, 11, 21, 20, 38, 1, 123000, tzinfo=UTC)
HERE = UUID(int=1)
BUNDLE = BundleStatement(HERE, 12, AT, AT + timedelta(days=14), 3, {"root.json": "0" * 64})
BACKUP = BackupStatement(HERE, AT, "f" * 64)

moments = st.integers(0, 4_000_000_000_000).map(
    lambda millis: datetime(1970, 1, 1, tzinfo=UTC) + millis * timedelta(milliseconds=1)
)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
counts = st.integers(0, (1 << 53) - 1)
some = st.one_of(
    st.builds(
        BundleStatement, st.uuids(), counts, moments, moments, counts, st.dictionaries(st.text(max_size=9), hashes)
    ),
    st.builds(BackupStatement, st.uuids(), moments, hashes),
)


def read(statement: Statement, text: str) -> Statement:
    return type(statement).read(text)


@given(some)
def test_what_is_said_is_read_back_and_checks(statement: Statement) -> None:
    note = notes.parse(backup_statements.signed(statement, PUBLIC, SEED.sign))
    backup_statements.check(note, statement.installation, PUBLIC)
    assert read(statement, note.text) == statement


@given(some, st.data())
def test_no_other_spelling_is_read(statement: Statement, data: st.DataObject) -> None:
    text = statement.text()
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + data.draw(st.text(max_size=2)) + text[at + 1 :]
    try:
        found = read(statement, other)
    except BadInput:
        return
    assert found.text() == other  # another statement, in its own one text


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (BUNDLE, BUNDLE.text().replace('"number":12', '"number":true')),
        (BUNDLE, BUNDLE.text().replace('"number":12', '"number":12.0')),
        (BUNDLE, BUNDLE.text().replace('"number":12', '"number":-1')),
        (BUNDLE, BUNDLE.text().replace('"erasures":3,', "")),
        (BUNDLE, BUNDLE.text().replace('"erasures":3', '"erasures": 3')),
        (BUNDLE, BUNDLE.text().replace("0" * 64, "0" * 63 + "O")),
        (BUNDLE, BUNDLE.text().replace("{", "[", 1)),
        (BUNDLE, BACKUP.text()),
        (BACKUP, BUNDLE.text()),
        (BACKUP, BACKUP.text().replace("backup/v1", "backup/v2")),
        (BACKUP, BACKUP.text() + "\n"),
        (BACKUP, ""),
    ],
)
def test_what_is_none_is_refused(statement: Statement, text: str) -> None:
    with pytest.raises(BadInput):
        read(statement, text)


def test_only_the_installations_own_key_is_believed() -> None:
    whole = notes.parse(backup_statements.signed(BUNDLE, PUBLIC, SEED.sign))
    other = OTHER.public_key().public_bytes_raw()
    foreign = notes.parse(backup_statements.signed(BUNDLE, other, OTHER.sign))
    claimed = notes.parse(backup_statements.signed(BUNDLE, PUBLIC, OTHER.sign))
    altered = notes.Note(replace(BUNDLE, number=13).text(), whole.signatures)
    elsewhere = notes.parse(backup_statements.signed(replace(BUNDLE, installation=UUID(int=2)), PUBLIC, SEED.sign))
    for note in (foreign, claimed, altered, elsewhere):
        with pytest.raises(Unverifiable):
            backup_statements.check(note, HERE, PUBLIC)
    backup_statements.check(whole, HERE, PUBLIC)
