"""The certificate of an erasure: issued once the log has its place, honest about copies, checked by anybody."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.errors import NotFound, NotYours, Unverifiable
from razdar.core.ledger import certificates
from razdar.core.ledger.certificates import ALTERED, CUT, FOREIGN, Certificate, Ending
from razdar.core.permissions import Permission
from razdar.keys import agent
from razdar.keys.certifying import standing_of
from razdar.keys.records import Bundle, RootVersion
from razdar.privacy import commands, issuing, jobs, selectors, verifying
from razdar.privacy.models import Erasure
from razdar.runtime.scope import scope
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.privacy.erasing import certified, erased
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)
READERS = {Role.PRIVACY_OFFICER, Role.SECURITY_OFFICER, Role.AUDITOR, Role.CLIENT_OBSERVER}


def record(world: World, customer: UUID) -> selectors.Record:
    with scope(world.client):
        return selectors.record(world.viewer(Role.AUDITOR), customer)


# --- Issuing ----------------------------------------------------------------------------------------------------------


def test_it_is_issued_when_the_log_has_the_end_of_the_erasure_and_only_once(world: World) -> None:
    customer = erased(world)
    jobs.certify()
    assert record(world, customer).certificate is None
    wait_until_sequenced()
    jobs.certify()
    said = record(world, customer).certificate
    assert said is not None
    wait_until_sequenced()
    jobs.certify()
    assert record(world, customer).certificate == said
    with scope(world.client):
        row = Erasure.objects.get(customer_id=customer)
    destroyed = agent.current().destroy_customer(world.client, customer)
    assert (said.client, said.customer, said.ground) == (world.client, customer, "request")
    assert said.keys == tuple(zip(destroyed.key_ids, destroyed.versions, strict=True))
    assert said.destroyed_at == destroyed.destroyed_at == said.finality.live_at
    assert dict(said.removed) == dict(row.counts)
    assert (said.root_provider, said.root_version) == ("passphrase-file", 1)
    assert said.finality.kind is Ending.UNTIL_COPIES_ARE_GONE


def test_it_names_the_entry_that_ends_the_erasure(world: World) -> None:
    from razdar.audit import lookup

    customer, data = certified(world)
    said = certificates.verify(data).certificate
    with scope(world.client):
        ends = [
            p for p in lookup.places(world.client, customer, jobs.ACTION) if ("step", "done") in p.dated.event.detail
        ]
    assert [(said.log, said.index)] == [(place.log, place.index) for place in ends]
    assert said.log.startswith(f"razdar/{said.installation}/{world.client}/")


def test_while_the_key_agent_is_away_it_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar.core.errors import KeysLocked

    customer = erased(world)
    wait_until_sequenced()

    def away(*_: object) -> None:
        raise KeysLocked("The keys are locked.")

    with monkeypatch.context() as patch:
        patch.setattr(type(agent.current()), "sign_certificate", away)
        with pytest.raises(KeysLocked):
            jobs.certify()
    assert record(world, customer).certificate is None
    jobs.certify()
    assert record(world, customer).certificate is not None


def test_an_erasure_from_before_versions_were_written_down_is_certified(world: World) -> None:
    customer = erased(world)
    with scope(world.client):
        Erasure.objects.update(key_versions=[])
    wait_until_sequenced()
    jobs.certify()
    said = record(world, customer).certificate
    assert said is not None
    assert [version for _, version in said.keys] == [1]


# --- Finality ---------------------------------------------------------------------------------------------------------


def bundle(number: int, made_at: datetime) -> Bundle:
    return Bundle(number, made_at, made_at + 14 * DAY, 0, "0" * 64)


def test_bundles_made_before_the_erasure_count_and_later_ones_do_not() -> None:
    roots = [RootVersion(1, "passphrase-file", AT - 9 * DAY, None, False)]
    bundles = [bundle(1, AT - 20 * DAY), bundle(2, AT - DAY), bundle(3, AT), bundle(4, AT + DAY)]
    standing = standing_of(roots, bundles, AT)
    assert [each.number for each in standing.finality.bundles] == [2, 3]
    assert standing.finality.last == certificates.Bundle(3, AT + 14 * DAY)
    assert standing.finality.date is None


def test_a_bundle_that_may_exist_counts_as_well() -> None:
    roots = [RootVersion(1, "passphrase-file", AT - 9 * DAY, None, False)]
    found = [replace(bundle(1, AT - 2 * DAY), sha256=""), bundle(2, AT - DAY), replace(bundle(3, AT), sha256="")]
    finality = standing_of(roots, found, AT).finality
    assert [(each.number, each.certain) for each in finality.bundles] == [(1, False), (2, True), (3, False)]
    assert finality.last == certificates.Bundle(3, AT + 14 * DAY, False)


def test_there_is_a_date_only_when_every_earlier_root_has_ended_for_good() -> None:
    old = RootVersion(1, "hsm", AT - 9 * DAY, AT - 2 * DAY, True)
    mine = RootVersion(2, "hsm", AT - 2 * DAY, AT + 20 * DAY, True)
    new = RootVersion(3, "hsm", AT + 20 * DAY, None, False)
    standing = standing_of([old, mine, new], [bundle(1, AT - DAY)], AT)
    assert (standing.root_version, standing.finality.date) == (2, AT + 20 * DAY)
    for changed in ([replace(old, final=False), mine, new], [old, replace(mine, final=False), new]):
        assert standing_of(changed, [], AT).finality.date is None


# --- Who reads it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_the_list_and_the_certificate_are_for_those_who_watch(world: World, role: Role) -> None:
    customer, _ = certified(world)
    viewer = world.viewer(role)
    assert (Permission.PRIVACY_ERASURE_VIEW in ROLE_PERMISSIONS[role]) is (role in READERS)
    with scope(world.client):
        for read in (lambda: selectors.records(viewer), lambda: selectors.certificate(viewer, customer)):
            _reads_if(role in READERS, read)


def _reads_if(may: bool, read: Callable[[], object]) -> None:
    if may:
        assert read()
    else:
        with pytest.raises(NotYours):
            read()


def test_handing_it_out_is_logged_and_another_client_has_none_of_it(world: World) -> None:
    customer, _ = certified(world)
    assert [e.action for e in world.events() if e.customer == customer][-1] == issuing.EXPORT
    other = world.viewer(Role.AUDITOR, world.other)
    with scope(world.other):
        assert selectors.records(other).records == ()
        with pytest.raises(NotFound):
            selectors.certificate(other, customer)


def test_the_list_is_shown_in_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customers = [erased(world) for _ in range(3)]
    monkeypatch.setattr(selectors, "PAGE", 2)
    auditor = world.viewer(Role.AUDITOR)
    with scope(world.client):
        first = selectors.records(auditor)
        second = selectors.records(auditor, first.older)
    assert [each.customer for each in (*first.records, *second.records)] == customers[::-1]
    assert second.older is None


def test_a_stored_certificate_that_was_altered_is_not_handed_out(world: World) -> None:
    customer, data = certified(world)
    with scope(world.client):
        Erasure.objects.update(certificate=data.decode().replace('"ground":"request"', '"ground":"unlawful"'))
        assert selectors.record(world.viewer(Role.AUDITOR), customer).damaged
        with pytest.raises(NotFound):
            selectors.certificate(world.viewer(Role.AUDITOR), customer)


# --- The command ------------------------------------------------------------------------------------------------------


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands._arguments(parser)
    arguments = parser.parse_args(list(words))
    command: Any = getattr(arguments, "command", None)
    return command.run(arguments) if command else commands._verify(arguments)


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "certificate.txt"
    path.write_bytes(certified(world)[1])
    return path


def test_the_command_checks_a_certificate_and_says_what_it_says(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key") == 0
    vkey, fingerprint, *_notices = capsys.readouterr().out.splitlines()
    assert run("verify", str(file), "--key", vkey) == 0
    said = capsys.readouterr().out
    assert "The signature is good and is that of the key given." in said
    assert "and knows the passphrase could still open copies" in said
    assert "No date of cryptographic finality can be given for this root (passphrase-file)." in said
    assert fingerprint.removeprefix("Fingerprint: ") in said
    assert run("verify", str(file)) == 0
    assert "Whose key it is was not checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: data.replace(b'"ground":"request"', b'"ground":"unlawful"'), ALTERED),
        (lambda data: data[:-40], CUT),
        (lambda data: data[:100], CUT),
        (lambda _: b"something else entirely\n", CUT),
    ],
    ids=["altered", "cut in the signature", "cut in the text", "something else"],
)
def test_what_is_wrong_with_a_certificate_is_named(
    file: Path, change: Callable[[bytes], bytes], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(change(file.read_bytes()))
    assert run("verify", str(file)) == 1
    assert capsys.readouterr().out == f"NOT GOOD: {named}\n"


def test_a_certificate_of_another_installation_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = certificates.key_of(UUID(int=9), bytes(range(32))).format()
    assert run("verify", str(file), "--key", foreign) == 1
    assert capsys.readouterr().out == f"NOT GOOD: {FOREIGN}\n"


def test_the_entry_is_looked_up_in_an_export_of_the_log(
    world: World, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = exported(world, tmp_path)
    assert run("verify", str(file), "--log", str(export)) == 0
    said = certificates.verify(file.read_bytes()).certificate
    assert f"entry {said.index} is the end of this erasure" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"index": 0}, "is not the erasure"),
        ({"customer": UUID(int=1)}, "is not the erasure"),
        ({"index": 10**6}, "is older than the erasure"),
        ({"log": "razdar/another/log/1"}, "other logs"),
    ],
    ids=["another entry", "another customer", "after the end", "another log"],
)
def test_a_certificate_whose_entry_says_something_else_is_refused(
    world: World, file: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """Signed with the right key, and wrong: only the log tells."""
    from razdar.audit.exports import verification

    export = verification.Archive(exported(world, tmp_path))
    said = replace(certificates.verify(file.read_bytes()).certificate, **changes)
    assert isinstance(said, Certificate)
    with pytest.raises(Unverifiable, match=words):
        verifying.in_log(said, export, (), datetime.now(UTC))


def exported(world: World, folder: Path) -> Path:
    from razdar.audit import selectors as log

    wait_until_sequenced()
    path = folder / "export.zip"
    with scope(world.client):
        path.write_bytes(b"".join(log.export_zip(world.viewer(Role.AUDITOR))))
    return path
