"""The agent builds what it signs: a certificate or a notice says what its own store says, whoever asks for it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import signing
from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.errors import BadInput, NotFound, RazdarError, Unverifiable
from razdar.core.ledger import backup_statements, certificates, erasure_notices, notes
from razdar.core.ledger.backup_statements import BackupStatement
from razdar.core.ledger.erasure_notices import Notice
from razdar.keys import bundles, wire
from razdar.keys.agent import Agent, LocalAgent
from razdar.keys.bundles import installation_id
from razdar.keys.records import ErasureSaid, Extension, LogHead
from razdar.keys.remote import RemoteAgent
from tests import weakening
from tests.keys.agency import Agency, agency
from tests.keys.conftest import CLIENT, NOW

INSTALLATION = installation_id(bytes(range(1, 33)))
AT = datetime(2026, 11, 3, tzinfo=UTC)


def signed_to(agent: Agent, size: int) -> None:
    """The client's log is signed to a size."""
    agent.sign_checkpoints([Extension(LogHead(CLIENT, 1, size, bytes(range(32))), ())])


def said(customer: UUID, **changes: object) -> ErasureSaid:
    plain = ErasureSaid(CLIENT, customer, "request", (("field", 7), ("key", 1)), 1, 12)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def erased(agent: LocalAgent) -> UUID:
    customer = agent.create_customer(CLIENT, uuid4()).customer
    agent.destroy_customer(CLIENT, customer)
    signed_to(agent, 13)
    return customer


def test_a_certificate_says_what_the_store_says(agent: LocalAgent, erased: UUID) -> None:
    destroyed = agent.destroy_customer(CLIENT, erased)
    verified = certificates.verify(agent.sign_certificate(said(erased)))
    found = verified.certificate
    assert verified.key.public_key == agent.verifying_key(SigningPurpose.CERTIFICATE)
    assert found.keys == tuple(zip(destroyed.key_ids, destroyed.versions, strict=True))
    assert found.destroyed_at == found.finality.live_at == destroyed.destroyed_at
    assert (found.root_provider, found.root_version) == ("passphrase-file", 1)
    assert (found.ground, found.removed, found.index) == ("request", (("field", 7), ("key", 1)), 12)
    assert found.issued_at == NOW
    assert found.log == f"razdar/{INSTALLATION}/{CLIENT}/1"


def test_nothing_is_certified_of_whom_lives_or_is_unknown(agent: LocalAgent) -> None:
    living = agent.create_customer(CLIENT, uuid4()).customer
    signed_to(agent, 13)
    for sign in (lambda c: agent.sign_certificate(said(c)), lambda c: agent.sign_notice(CLIENT, c)):
        with pytest.raises(BadInput, match="not destroyed"):
            sign(living)
        with pytest.raises(NotFound):
            sign(uuid4())


def test_a_place_in_an_ended_generation_of_the_log_is_certified_and_one_before_any_was_signed_is_not(
    agent: LocalAgent,
) -> None:
    customer = agent.create_customer(CLIENT, uuid4()).customer
    agent.destroy_customer(CLIENT, customer)
    with pytest.raises(BadInput, match="No such place"):
        agent.sign_certificate(said(customer, index=0))
    signed_to(agent, 13)
    agent.begin_generations([LogHead(CLIENT, 2, 3, bytes(range(32)))])
    assert certificates.verify(agent.sign_certificate(said(customer))).certificate.log.endswith("/1")
    with pytest.raises(BadInput):
        agent.sign_certificate(said(customer, generation=2))


def test_a_backup_is_signed_by_the_hash_of_its_manifest_alone(agent: LocalAgent) -> None:
    note = notes.parse(agent.sign_backup(bytes(range(32))))
    public = agent.verifying_key(SigningPurpose.BACKUP)
    found = BackupStatement.read(note.text)
    backup_statements.check(note, found.installation, public)
    assert (found.manifest, found.made_at) == (bytes(range(32)).hex(), NOW)
    assert found.installation == agent.keeping().installation
    for text in (b"", b"x" * 31, note.text.encode()):
        with pytest.raises(BadInput):
            agent.sign_backup(text)
    for other in set(SigningPurpose) - {SigningPurpose.BACKUP}:
        assert agent.verifying_key(other) != public


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 13},
        {"generation": 2},
        {"generation": 0},
        {"ground": "Because\nof this"},
        {"removed": (("field", -1),)},
        {"removed": (("field", 1), ("field", 2))},
        {"index": -1},
    ],
)
def test_what_has_no_place_in_a_certificate_is_refused(
    agent: LocalAgent, erased: UUID, changes: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        agent.sign_certificate(said(erased, **changes))


def test_bundles_that_could_open_are_named(unlocked: LocalAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    from razdar.core.crypto.age import Identity

    for name in ("one", "two"):
        unlocked.add_recipient(name, Identity.generate(os.urandom).recipient.text)
    unlocked.create_client(CLIENT)
    customer = unlocked.create_customer(CLIENT, uuid4()).customer
    made = unlocked.make_bundle()
    unlocked.destroy_customer(CLIENT, customer)
    unlocked.make_bundle()  # afterwards: it holds nothing of this customer
    signed_to(unlocked, 13)
    found = certificates.verify(unlocked.sign_certificate(said(customer))).certificate.finality
    assert [bundle.number for bundle in found.bundles] == [made.number]
    assert found.last is not None
    assert abs(found.last.expires_at - made.made_at - bundles.LIFE).total_seconds() < 1


def test_each_kind_has_a_key_of_its_own_and_none_passes_for_another(agent: LocalAgent, erased: UUID) -> None:
    keys = {purpose: agent.verifying_key(purpose) for purpose in SigningPurpose}
    assert len(set(keys.values())) == len(SigningPurpose)
    notice = agent.sign_notice(CLIENT, erased)
    installation = agent.keeping().installation
    found = erasure_notices.verify(notice, installation, keys[SigningPurpose.NOTICE])
    assert (found.client, found.customer, found.destroyed_at) == (CLIENT, erased, NOW)
    for other in {SigningPurpose.LOG, SigningPurpose.CERTIFICATE}:
        with pytest.raises(Unverifiable):
            erasure_notices.verify(notice, installation, keys[other])
    with pytest.raises(RazdarError):
        certificates.verify(notice)
    assert agent.sign_notice(CLIENT, erased) == notice


def test_no_call_takes_a_text_that_somebody_hands_over() -> None:
    signing_calls = {call.name for call in wire.CALLS.values() if call.name.startswith("sign")}
    assert signing_calls == {"sign_backup", "sign_certificate", "sign_checkpoints", "sign_notice"}
    assert not hasattr(LocalAgent, "sign")


# --- The notice's text ------------------------------------------------------------------------------------------------

SEED = bytes(range(32))
PUBLIC = signing.public_key(SEED)
NOTICES = st.builds(
    Notice,
    st.just(INSTALLATION),
    st.uuids(),
    st.uuids(),
    st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
    ),
    st.lists(st.binary(min_size=16, max_size=16).map(bytes.hex), max_size=3).map(tuple),
)


def signed(notice: Notice) -> bytes:
    return notice.signed(PUBLIC, lambda message: signing.sign(SEED, message)).encode()


@given(NOTICES)
def test_a_notice_reads_as_it_was_made(notice: Notice) -> None:
    assert erasure_notices.verify(signed(notice), INSTALLATION, PUBLIC) == notice


@given(NOTICES, st.data())
def test_a_notice_that_was_changed_anywhere_is_refused(notice: Notice, data: st.DataObject) -> None:
    made = bytearray(signed(notice))
    place = data.draw(st.integers(0, len(made) - 1))
    made[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Unverifiable, BadInput)):
        erasure_notices.verify(bytes(made), INSTALLATION, PUBLIC)


def test_a_notice_of_another_installation_or_spelling_is_refused() -> None:
    notice = Notice(INSTALLATION, CLIENT, CLIENT, AT, ("0" * 32,))
    with pytest.raises((Unverifiable, BadInput)):
        erasure_notices.verify(signed(replace(notice, installation=UUID(int=78))), INSTALLATION, PUBLIC)
    from razdar.core.ledger import notes

    name = erasure_notices.key_of(INSTALLATION, PUBLIC).name
    for text in (
        notice.text().replace('","', '", "'),
        notice.text() + "more\n",
        f"razdar/{INSTALLATION}/other\n{{}}\n",
    ):
        note = notes.sign(text, name, PUBLIC, lambda message: signing.sign(SEED, message))
        with pytest.raises(BadInput):
            erasure_notices.verify(note.encode(), INSTALLATION, PUBLIC)


# --- Control run ------------------------------------------------------------------------------------------------------


def _lies(one: Agency) -> bool:
    """Whether a worker that was taken over gets a certificate of an erasure that never was."""
    operator, worker = RemoteAgent(one.socket), RemoteAgent(one.socket, "worker")
    operator.create_client(CLIENT)
    living = operator.create_customer(CLIENT, uuid4()).customer
    signed_to(operator, 13)
    try:
        certificates.verify(worker.sign_certificate(said(living)))
    except BadInput:
        return False
    finally:
        operator.close()
        worker.close()
    return True


@pytest.mark.control
def test_control_without_the_look_into_the_store_it_certifies_what_never_was() -> None:
    environ = weakening.environment(
        patch="razdar.keys.store:KeyStore.destroyed", with_="tests.keys.weakenings:believes_it_destroyed", base={}
    )
    with agency() as sound, agency(environ=environ) as weak:
        assert (_lies(sound), _lies(weak)) == (False, True)
