"""Adding and removing a witness stands in every log concerned, or nothing was changed."""

from pathlib import Path

import pytest

from razdar import audit
from razdar.audit.models import NIL, Witness
from razdar.audit.sequencing import signing, witnesses
from razdar.audit.sequencing.entries import Logs
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.witness.state import WitnessFolder
from razdar.core.errors import BadInput, NotFound
from tests.audit.fakes import A, B, Connection, look
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

URL = "https://witness.example.org"


@pytest.fixture
def key(tmp_path: Path) -> str:
    return WitnessFolder(tmp_path / "witness", "witness.example.org").key.format()


@pytest.fixture(autouse=True)
def logs(transactional_db: None) -> None:
    audit.record_now(look(A))
    audit.record_now(look(B))
    wait_until_sequenced()


def told(owner: Connection) -> set[tuple[object, ...]]:
    """Which log says what, of which key, by whom and how."""
    rows = owner.execute(
        "SELECT log, action, role, mode, convert_from(payload, 'UTF8')::json #>> '{detail,key}' FROM audit_event "
        "WHERE action LIKE 'audit:witness:%%' AND client_id IS NOT DISTINCT FROM nullif(log, %s)",
        [NIL],
    ).fetchall()
    return set(rows)


def test_each_log_says_who_was_added_and_removed_for_all(owner: Connection, key: str) -> None:
    fingerprint = witnesses.add(URL, key, None).fingerprint
    added = {(log, "audit:witness:added", "operator", "change", fingerprint) for log in (NIL, A, B)}
    assert told(owner) == added
    witnesses.remove(URL, None)
    assert told(owner) == added | {(log, "audit:witness:removed", *rest) for log, _, *rest in added}


def test_the_log_of_one_client_says_what_is_for_it_alone(owner: Connection, key: str) -> None:
    witnesses.add(URL, key, A)
    witnesses.remove(URL, A)
    assert {(log, action) for log, action, *_ in told(owner)} == {
        (A, "audit:witness:added"),
        (A, "audit:witness:removed"),
    }
    with pytest.raises(NotFound):
        witnesses.remove(URL, A)
    assert len(told(owner)) == 2


def test_what_is_written_is_signed_with_the_rest(owner: Connection, key: str) -> None:
    witnesses.add(URL, key, A)
    wait_until_sequenced()
    assert owner.execute("SELECT max(size) FROM audit_checkpoint WHERE client_id = %s", [A]).fetchone() == (2,)


class Gone(Exception):
    """The process was cut off here."""


@pytest.mark.parametrize("place", [(Logs, "save"), (Logs, "append"), (Witness, "delete")])
def test_cut_off_anywhere_it_is_told_and_done_or_neither(
    owner: Connection, key: str, monkeypatch: pytest.MonkeyPatch, place: tuple[type, str]
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise Gone

    if place[0] is not Witness:
        with monkeypatch.context() as cutting:
            cutting.setattr(*place, cut)
            with pytest.raises(Gone):
                witnesses.add(URL, key, None)
        assert (told(owner), Witness.objects.using(SEQUENCER).count()) == (set(), 0)
    witnesses.add(URL, key, None)
    before = told(owner)
    with monkeypatch.context() as cutting:
        cutting.setattr(*place, cut)
        with pytest.raises(Gone):
            witnesses.remove(URL, None)
    assert (told(owner), Witness.objects.using(SEQUENCER).count()) == (before, 1)


def test_witnesses_are_added_once_listed_and_removed(key: str) -> None:
    witnesses.add("https://w.example.org", key, None)
    with pytest.raises(BadInput, match="already"):
        witnesses.add("https://w.example.org", key, None)
    with pytest.raises(BadInput, match="key of a log"):
        witnesses.add("https://x.example.org", signing.log_key().format(), None)
    witnesses.add("https://w.example.org", key, A)
    assert [line.split(":")[1] for line in witnesses.described()] == [
        "//w.example.org for all logs",
        f"//w.example.org for {A}",
    ]
    witnesses.remove("https://w.example.org", None)
    with pytest.raises(NotFound):
        witnesses.remove("https://w.example.org", None)
    assert len(list(witnesses.described())) == 1
