"""A witness's folder: signs extensions only, whatever it is sent, and nothing at all without its state."""

import json
import stat
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from razdar.audit.witness.state import KEY, STATE, Seen, State, WitnessFolder, parse_state
from razdar.core.errors import BadInput, Misconfigured
from razdar.core.ledger import notes, origins, witnessing
from razdar.core.ledger.notes import VerifierKey
from razdar.core.ledger.origins import Origin
from razdar.core.ledger.witnessing import Accepted, Conflict, Decision, Refused
from tests.audit.logs import LOG, NAME, OTHER_SEED, SEED, Tree, key_of
from tests.core.ledger.spellings import BAD, LINEAGE

OTHER_LOG = "0a000000-0000-7000-8000-000000000002"


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    made = WitnessFolder(tmp_path / "witness", "witness.example.org")
    made.trust(key_of(SEED))
    return made


def ask(folder: WitnessFolder, body: bytes) -> Decision:
    return folder.answer(body, 1_800_000_000)[0]


def test_the_folder_is_private_and_the_key_stays(folder: WitnessFolder, tmp_path: Path) -> None:
    path = tmp_path / "witness"
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()} == {0o600}
    assert {file.name for file in path.iterdir()} == {KEY, STATE, "lock"}
    again = WitnessFolder(path, "another.example.org")
    assert again.key == folder.key
    assert again.key.name == "witness.example.org"


def test_an_extension_is_co_signed_with_the_time(folder: WitnessFolder) -> None:
    tree = Tree()
    decision, body = folder.answer(tree.request(0, 5), 1_800_000_000)
    assert isinstance(decision, Accepted)
    note = witnessing.parse(tree.request(0, 5)).note.with_signatures(*witnessing.parse_signatures(body))
    assert folder.key.check(note) == 1_800_000_000
    assert isinstance(ask(folder, tree.request(5, 700)), Accepted)
    assert isinstance(ask(folder, tree.request(700, 700)), Accepted)
    assert folder.state().logs[origins.parse(f"{LOG}/1")].size == 700


def test_what_is_no_extension_is_refused(folder: WitnessFolder) -> None:
    tree, forked = Tree(), Tree(b"another")
    ask(folder, tree.request(0, 10))
    before = folder.state()
    assert ask(folder, tree.request(0, 12)) == Conflict(10)
    assert ask(folder, tree.request(7, 9)) == Conflict(10)
    assert ask(folder, forked.request(10, 10)) == Conflict(10)
    refused = ask(folder, forked.request(10, 12))
    assert isinstance(refused, Refused)
    assert refused.status == 422
    for body, status in (
        (tree.request(10, 12, seed=OTHER_SEED), 403),
        (tree.request(0, 3, origin="somebody/else/1"), 404),
        (tree.request(0, 3, origin=NAME), 404),
        (tree.request(0, 3, origin=f"{NAME}x/1"), 404),
        (tree.request(10, 12)[:-1], 400),
        (b"", 400),
    ):
        refused = ask(folder, body)
        assert isinstance(refused, Refused)
        assert refused.status == status
    assert folder.state() == before


@pytest.mark.parametrize("renewed", [False, True])
@pytest.mark.parametrize("known", [0, 10])
def test_a_name_in_another_spelling_begins_no_other_history(folder: WitnessFolder, known: int, renewed: bool) -> None:
    tree, forked = Tree(), Tree(b"another")
    if known:
        ask(folder, tree.request(0, known))
    if renewed:
        folder.trust(key_of(SEED))
    before = folder.state()
    for name, origin in BAD.items():
        refused = ask(folder, forked.request(0, 3, origin.replace(LINEAGE, LOG))) if _is_line(origin) else None
        assert refused is None or (isinstance(refused, Refused) and refused.status == 404), f"{name}: {refused}"
    assert folder.state() == before


def _is_line(origin: str) -> bool:
    return bool(origin) and "\n" not in origin


def test_a_log_without_entries_is_not_co_signed(folder: WitnessFolder) -> None:
    refused = ask(folder, Tree().request(0, 0))
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert folder.state().logs == {}


def test_a_new_generation_needs_trust_once_more(folder: WitnessFolder) -> None:
    tree, anew = Tree(), Tree(b"restored")
    ask(folder, tree.request(0, 10))
    assert isinstance(ask(folder, anew.request(0, 3, f"{LOG}/2")), Refused)
    folder.trust(key_of(SEED))
    assert isinstance(ask(folder, tree.request(10, 11)), Accepted)  # that the old one goes on uses nothing up
    assert isinstance(ask(folder, anew.request(0, 3, f"{LOG}/2")), Accepted)
    assert isinstance(ask(folder, anew.request(3, 4, f"{LOG}/2")), Accepted)
    assert isinstance(ask(folder, anew.request(0, 3, f"{LOG}/3")), Refused)
    assert isinstance(ask(folder, tree.request(11, 12)), Refused)  # the old generation is over
    assert isinstance(ask(folder, tree.request(0, 3, f"{NAME}/{OTHER_LOG}/7")), Accepted)


def test_a_second_process_on_the_folder_sees_what_the_first_signed(folder: WitnessFolder, tmp_path: Path) -> None:
    other = WitnessFolder(tmp_path / "witness", "x")
    tree = Tree()
    ask(folder, tree.request(0, 10))
    assert ask(other, tree.request(0, 12)) == Conflict(10)
    other.trust(key_of(OTHER_SEED))
    assert len(folder.state().keys) == 2


def _damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _edit(path: Path) -> None:
    body = json.loads(path.read_bytes())
    body["origins"] = {}
    path.write_text(json.dumps(body))


@pytest.mark.parametrize("harm", [Path.unlink, _damage, _edit, lambda path: path.write_bytes(b"")])
def test_without_its_state_it_signs_nothing_and_says_what_to_do(
    folder: WitnessFolder, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    tree = Tree()
    ask(folder, tree.request(0, 10))
    harm(tmp_path / "witness" / STATE)
    with pytest.raises(Misconfigured, match="Put back the newest copy"):
        ask(folder, tree.request(0, 3))
    with pytest.raises(Misconfigured, match="signs nothing"):
        folder.trust(key_of(OTHER_SEED))
    with pytest.raises(Misconfigured, match="set up another one in a new folder"):
        WitnessFolder(tmp_path / "witness", "x")


def test_a_state_without_its_key_makes_no_new_one(folder: WitnessFolder, tmp_path: Path) -> None:
    (tmp_path / "witness" / KEY).unlink()
    with pytest.raises(Misconfigured, match="Put it back"):
        WitnessFolder(tmp_path / "witness", "x")


def test_a_first_start_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    WitnessFolder(tmp_path / "witness", "x")
    (tmp_path / "witness" / KEY).unlink()
    assert WitnessFolder(tmp_path / "witness", "y").key.name == "y"


def test_a_write_that_was_cut_off_leaves_the_old_state(folder: WitnessFolder, tmp_path: Path) -> None:
    (tmp_path / "witness" / f"{STATE}.new").write_bytes(b"{")
    tree = Tree()
    assert isinstance(ask(folder, tree.request(0, 10)), Accepted)
    assert isinstance(ask(folder, tree.request(10, 11)), Accepted)


def test_a_folder_that_others_can_reach_and_bad_names_are_refused(tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    with pytest.raises(Misconfigured, match="chmod 700"):
        WitnessFolder(open_to_all, "x")
    with pytest.raises(BadInput):
        WitnessFolder(tmp_path / "new", "a b")
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be used"):
        WitnessFolder(tmp_path / "file" / "below", "x")


def test_only_the_key_of_an_installation_is_trusted(folder: WitnessFolder) -> None:
    for key in (folder.key, *(key_of(SEED, name) for name in ("razdar", "example.org", LOG, NAME.upper(), f"{NAME}/"))):
        with pytest.raises(BadInput):
            folder.trust(key)


def _written(origin: str, key: VerifierKey, renewal: str) -> bytes:
    """A state as an earlier version may have left it."""
    body = {
        "keys": [key.format()],
        "origins": {origin: {"size": 3, "root": notes.to_base64(bytes(32))}},
        "renewals": [renewal],
        "version": 1,
    }
    return json.dumps(body | {"check": sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}).encode()


def test_a_state_with_names_that_are_names_is_gone_on_with() -> None:
    state = parse_state(_written(f"{LOG}/3", key_of(SEED), LOG))
    assert state == State((key_of(SEED),), {origins.parse(f"{LOG}/3"): Seen(3, bytes(32))}, frozenset({LOG}))


@pytest.mark.parametrize(
    ("origin", "key", "renewal"),
    [
        (f"{LOG}/01", NAME, LOG),
        (f"{LOG}/1\u200b", NAME, LOG),
        (LOG, NAME, LOG),
        (f"{LOG}/1", "example.org/log", LOG),
        (f"{LOG}/1", NAME, f"{LOG}/1b"),
    ],
)
def test_a_state_with_another_history_signs_nothing_and_says_so(
    folder: WitnessFolder, tmp_path: Path, origin: str, key: str, renewal: str
) -> None:
    (tmp_path / "witness" / STATE).write_bytes(_written(origin, key_of(SEED, key), renewal))
    for use in (folder.state, lambda: ask(folder, Tree().request(0, 3))):
        with pytest.raises(Misconfigured, match=r"a second history of a log.*Keep the folder as evidence"):
            use()


ORIGINS = st.builds(Origin, st.uuids(), st.uuids(), st.integers(1, 999_999_999))
STATES = st.builds(
    State,
    st.lists(st.binary(min_size=32, max_size=32).filter(any).map(key_of), unique=True, max_size=3).map(tuple),
    st.dictionaries(ORIGINS, st.builds(Seen, st.integers(0, 1 << 60), st.binary(min_size=32, max_size=32)), max_size=4),
    st.frozensets(ORIGINS.map(lambda origin: origin.lineage), max_size=3),
)


@given(STATES)
def test_a_state_is_read_as_it_was_written(state: State) -> None:
    assert parse_state(state.encode()) == state


@given(STATES, st.data())
def test_a_state_that_was_altered_anywhere_is_not_read(state: State, data: st.DataObject) -> None:
    written = state.encode()
    at = data.draw(st.integers(0, len(written) - 1))
    altered = written[:at] + bytes([written[at] ^ data.draw(st.integers(1, 255))]) + written[at + 1 :]
    with suppress(BadInput):
        assert parse_state(altered) == state  # another spelling of the same


@given(st.binary(max_size=200))
def test_nothing_else_is_read(data: bytes) -> None:
    with pytest.raises(BadInput):
        parse_state(data)


@settings(max_examples=60, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=12))
def test_whatever_is_asked_the_signed_ones_are_one_history(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int, bool]]
) -> None:
    folder = WitnessFolder(tmp_path_factory.mktemp("w") / "witness", "x")
    folder.trust(key_of(SEED))
    signed: list[tuple[int, bool]] = []
    for old, new, honest in moves:
        tree = Tree(b"" if honest else b"fork").to(40)
        if isinstance(ask(folder, tree.request(old, new)), Accepted):
            signed.append((new, honest))
    sizes = [size for size, _ in signed]
    assert sizes == sorted(sizes)
    assert len({honest for size, honest in signed if size}) <= 1
