"""The witness's answers, row by row of the specification; requests and proofs read strictly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import merkle, proofs, witnessing
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.notes import Note, to_base64
from razdar.core.ledger.proofs import Proof
from razdar.core.ledger.witnessing import Accepted, AddCheckpoint, Conflict, Refused
from tests.core.ledger import logs
from tests.core.ledger.logs import entries, root_of

ENTRIES = entries(40)
READ = logs.reader(logs.tiles_over(ENTRIES))
hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)


def asking(old: int, new: int) -> AddCheckpoint:
    return AddCheckpoint(old, merkle.consistency_proof(old, new, READ), logs.checkpoint(ENTRIES[:new]))


def state(size: int) -> tuple[int, bytes]:
    return size, root_of(ENTRIES[:size])


@pytest.mark.parametrize(("old", "new"), [(0, 7), (7, 7), (7, 8), (8, 40)])
def test_an_extension_is_accepted(old: int, new: int) -> None:
    known = state(old) if old else None
    decision = witnessing.decide(asking(old, new), logs.LOG_KEY, known)
    assert decision == Accepted(Checkpoint(logs.ORIGIN, new, root_of(ENTRIES[:new])))
    assert decision.status == 200


def test_a_log_without_entries_is_not_co_signed() -> None:
    """Stricter than the specification: a signature of the empty tree is true of every log."""
    for known in (None, (0, merkle.EMPTY_ROOT)):
        assert _refused(asking(0, 0), known) == 422
    assert witnessing.decide(asking(0, 0), logs.LOG_KEY, state(20)) == Conflict(20)  # which asks for the size


def test_another_old_size_is_a_conflict() -> None:
    """So an old backup shows: the log asks from a size that the witness is past."""
    for known, size in ((state(20), 20), (None, 0)):
        decision = witnessing.decide(asking(10, 15), logs.LOG_KEY, known)
        assert isinstance(decision, Conflict)
        assert (decision.status, decision.body()) == (409, f"{size}\n".encode())


def test_a_smaller_log_is_a_conflict_and_never_accepted() -> None:
    assert witnessing.decide(asking(15, 15), logs.LOG_KEY, state(20)) == Conflict(20)
    backwards = replace(asking(15, 15), old_size=20)
    assert _refused(backwards, state(20)) == 400


def test_a_fork_is_refused() -> None:
    other = [*ENTRIES[:9], b"another", *ENTRIES[10:20]]
    assert _refused(replace(asking(15, 20), note=logs.checkpoint(other)), state(15)) == 422
    same_size = AddCheckpoint(20, (), logs.checkpoint(other))
    assert witnessing.decide(same_size, logs.LOG_KEY, state(20)) == Conflict(20)


def test_a_proof_must_prove() -> None:
    good = asking(15, 20)
    for proof in ((), good.proof[:-1], (*good.proof, bytes(32)), good.proof[::-1]):
        assert _refused(replace(good, proof=proof), state(15)) == 422
    assert _refused(replace(asking(0, 20), proof=(bytes(32),)), None) == 422


def test_unknown_logs_and_foreign_signatures_are_refused() -> None:
    good = asking(0, 5)
    assert witnessing.decide(good, None, None) == Refused(404, "This log is unknown here.")
    for origin in ("another/log", logs.NAME, f"{logs.ORIGIN[:-1]}01", f"{logs.ORIGIN}\u200b", logs.ORIGIN.upper()):
        other = logs.checkpoint(ENTRIES[:5], origin=origin)
        assert _refused(replace(good, note=other), None) == 404
    assert _refused(replace(good, note=Note(good.note.text, other.signatures)), None) == 403
    stranger = Checkpoint(logs.ORIGIN, 5, root_of(ENTRIES[:5]))
    signed = stranger.signed(logs.NAME, logs.public(logs.OTHER_SECRET), logs.OTHER_SECRET.sign)
    assert _refused(replace(good, note=signed), None) == 403
    assert _refused(replace(good, note=Note("no checkpoint\n", good.note.signatures)), None) == 400


def _refused(request: AddCheckpoint, known: tuple[int, bytes] | None) -> int:
    decision = witnessing.decide(request, logs.LOG_KEY, known)
    assert isinstance(decision, Refused)
    return decision.status


@given(st.integers(0, 2**63 - 1), hashes)
def test_requests_are_read_as_written(old: int, proof: tuple[bytes, ...]) -> None:
    request = AddCheckpoint(old, proof, logs.checkpoint(ENTRIES[:3]))
    assert witnessing.parse(request.encode()) == request
    assert witnessing.origin_of(request) == logs.ORIGIN


def test_the_example_of_the_specification_is_read() -> None:
    body = (
        "old 20852014\n"
        "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
        "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
        "\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        "\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
        "+xeMcTOAYQ8=\n"
    )
    request = witnessing.parse(body.encode())
    assert (request.old_size, len(request.proof)) == (20_852_014, 4)
    assert witnessing.origin_of(request) == "example.com/behind-the-sofa"
    assert request.encode() == body.encode()


GOOD = asking(3, 9).encode().decode()


@pytest.mark.parametrize(
    "body",
    [
        "", GOOD[4:], GOOD.replace("old 3", "old 03"), GOOD.replace("old 3", "old  3"), GOOD.replace("old 3", "Old 3"),
        GOOD.replace("\n\n", "\n"), GOOD[:-1], GOOD.replace("old 3\n", "old 3\nAAAA\n"),
        GOOD.replace("old 3", "old -3"),
        "old 3\n" + (to_base64(bytes(32)) + "\n") * 64 + GOOD[GOOD.index("\n\n") :][1:],
        GOOD + "x" * witnessing.MAX_REQUEST,
    ],
)  # fmt: skip
def test_malformed_requests_are_refused(body: str) -> None:
    assert witnessing.parse(GOOD.encode())
    with pytest.raises(BadInput):
        witnessing.parse(body.encode())


def test_answers_are_signature_lines() -> None:
    note = logs.checkpoint(ENTRIES[:3])
    signature = logs.cosign(note, logs.START_MS)
    assert witnessing.parse_signatures(witnessing.encode_signatures(signature, signature)) == (signature, signature)
    for body in (b"", b"\n", witnessing.encode_signatures(signature)[:-1], b"\xff\n", b"x\n"):
        with pytest.raises(BadInput):
            witnessing.parse_signatures(body)


# Proofs for one entry.


def proof_of(index: int, size: int = 40, extra: bytes | None = None) -> Proof:
    note = logs.checkpoint(ENTRIES[:size], logs.START_MS)
    return Proof(index, merkle.inclusion_proof(index, size, READ), note, extra)


@given(st.integers(0, 39), st.none() | st.binary(max_size=40))
def test_proofs_are_read_as_written(index: int, extra: bytes | None) -> None:
    proof = proof_of(index, extra=extra)
    assert proofs.parse(proof.encode()) == proof
    assert proof.encode().startswith(b"c2sp.org/tlog-proof@v1\n")


def test_a_proof_holds_for_its_entry_alone() -> None:
    data = proof_of(7).encode()
    verified = proofs.verify(data, ENTRIES[7], logs.LOG_KEY, [logs.WITNESS_KEY])
    assert verified.checkpoint.size == 40
    assert verified.cosigned == ((logs.WITNESS_KEY.name, logs.START_MS // 1000),)
    assert proofs.verify(proof_of(0, 1).encode(), ENTRIES[0], logs.LOG_KEY).checkpoint.size == 1
    for entry, proof in [
        (ENTRIES[8], proof_of(7)),
        (ENTRIES[7], replace(proof_of(7), index=8)),
        (ENTRIES[7], replace(proof_of(7), hashes=proof_of(8).hashes)),
        (ENTRIES[7], replace(proof_of(7), note=logs.checkpoint(ENTRIES[:39]))),
        (ENTRIES[7], replace(proof_of(7), note=Note(proof_of(7).note.text, proof_of(7, 39).note.signatures))),
    ]:
        with pytest.raises(Unverifiable):
            proofs.verify(proof.encode(), entry, logs.LOG_KEY, [logs.WITNESS_KEY])


FILE = proof_of(7, extra=b"extra").encode().decode()


@pytest.mark.parametrize(
    "text",
    [
        "", FILE[1:], FILE.replace("@v1", "@v2"), FILE.replace("index 7", "index 07"), FILE.replace("index 7\n", ""),
        FILE.replace("index 7", "index"), FILE.replace("extra ", "extra  "),
        FILE.replace("index 7\n", "index 7\nAAAA\n"),
        FILE.replace("\n\n", "\n"), FILE[:-1],
        FILE.replace("index 7\n", "index 7\n" + (to_base64(bytes(32)) + "\n") * 60),
    ],
)  # fmt: skip
def test_malformed_proofs_are_refused(text: str) -> None:
    assert proofs.parse(FILE.encode())
    with pytest.raises(BadInput):
        proofs.parse(text.encode())
