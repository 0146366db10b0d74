"""A restore believes only what its own installation made, and only as the log knows it.

The attacker here was a recipient of key bundles once, has kept an old one, can write where backups and bundles lie, and
wants a customer back who was erased since. Neither the passphrase nor a key of the installation is theirs.
"""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.assurance import logged_bundles, manifest, restoring
from razdar.core.errors import Misconfigured
from razdar.core.ledger.events import Event, Mode, Outcome
from razdar.keys import bundles
from razdar.keys.records import Bundle
from razdar.keys.store import KeyStore
from tests import weakening
from tests.assurance import forging
from tests.assurance.conftest import Scene, act
from tests.assurance.restored import WORDS, is_empty
from tests.leaks import house

pytestmark = pytest.mark.xdist_group("assurance")  # its scene is built once, by one process

DAY = timedelta(days=1)
AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def forged(scene: Scene, folder: Path) -> tuple[Path, Path]:
    """The bundle from before the erasure as if it were of this minute, and the backup without its notices."""
    folder.mkdir()
    bundle = folder / bundles.file_name(9)
    times = {"made_at_ms": millis(datetime.now(UTC)), "expires_at_ms": millis(datetime.now(UTC) + 14 * DAY)}
    parts = forging.opened(scene.bundle_before())
    parts[forging.STATEMENT] = forging.said_otherwise(parts[forging.STATEMENT], number=9, **times)
    forging.seal(parts, bundle)
    shutil.copytree(scene.backups, folder / "backups", ignore=shutil.ignore_patterns("erasures"))
    return bundle, folder / "backups" / scene.backup.name


def change(backup: Path, **members: object) -> None:
    """Another manifest, and a statement that has its hash."""
    text = json.dumps(json.loads((backup / manifest.NAME).read_text()) | members, indent=2, sort_keys=True) + "\n"
    (backup / manifest.NAME).write_text(text)
    note = (backup / manifest.SIGNATURE).read_bytes()
    digest = manifest.sha256_of(backup / manifest.NAME)
    (backup / manifest.SIGNATURE).write_bytes(forging.said_otherwise(note, manifest=digest))


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def refused(scene: Scene, backup: Path, bundle: Path, words: str) -> None:
    var = scene.base / "refused" / "var"
    shutil.rmtree(var.parent, ignore_errors=True)
    with pytest.raises(Misconfigured, match=words):
        restoring.restore(restoring.Plan(backup, bundle, scene.identity, None, var), WORDS)
    assert is_empty(var)


def test_an_old_bundle_with_another_date_and_number_is_refused(scene: Scene) -> None:
    bundle, backup = forged(scene, scene.base / "forged-bundle")
    refused(scene, backup, bundle, "was not made by the installation whose keys are in it")


@pytest.mark.parametrize("name", [manifest.BASE, manifest.OBJECTS])
def test_a_backup_in_which_a_file_was_exchanged_with_its_hash_is_refused(scene: Scene, name: str) -> None:
    _, backup = forged(scene, scene.base / f"forged-{name}")
    with (backup / name).open("ab") as file:
        file.write(b"\n")
    files = manifest.read(backup).files | {name: manifest.sha256_of(backup / name)}
    change(backup, files=files)
    refused(scene, backup, scene.bundles()[-1], "was not made by the installation whose keys these are")


def test_a_true_signature_of_something_else_is_refused(scene: Scene) -> None:
    """A whole older backup is the installation's own; parts of two are not."""
    _, backup = forged(scene, scene.base / "forged-mixed")
    note = (backup / manifest.SIGNATURE).read_bytes()
    change(backup, made_at=datetime.now(UTC).isoformat())
    refused(scene, backup, scene.bundles()[-1], "was not made by the installation whose keys these are")
    (backup / manifest.SIGNATURE).write_bytes(note)
    refused(scene, backup, scene.bundles()[-1], "was not made by the installation whose keys these are")
    (backup / manifest.SIGNATURE).write_bytes(forging.opened(scene.bundles()[-1])[forging.STATEMENT])
    refused(scene, backup, scene.bundles()[-1], "was not made by the installation whose keys these are")


def test_keys_and_log_of_another_time_are_told_by_what_the_log_says(scene: Scene) -> None:
    """Signed, in date, and yet not the bundle that the log names under its number."""
    where = scene.other("other-hash")
    again = scene.base / "again.age"
    forging.seal(forging.opened(scene.bundles()[-1]), again)
    act(scene.live, "log")
    export = scene.base / "with-bundles.zip"
    export.unlink(missing_ok=True)
    house.succeed(scene.live.run("log", "export", str(export)))
    done = scene.restore(where, again, "--log", str(export))
    assert done.status == 1
    assert "Key bundle 2 is not the one that the log names under this number" in done.err
    assert where.run("keys", "status").status == 1


@pytest.mark.control
def test_control_a_build_that_asks_for_no_signature_opens_the_erased_customer(scene: Scene) -> None:
    bundle, backup = forged(scene, scene.base / "forged-control")
    change(backup, made_at=datetime.now(UTC).isoformat())
    where = scene.other("forged-restored")
    where.environ = weakening.environment(
        patch="razdar.core.ledger.notes:VerifierKey.check",
        with_="tests.assurance.weakenings:believes_it",
        base=where.environ,
    )
    assert scene.restore(where, bundle, backup=backup).status == 0
    opened: dict[str, int] = act(where, "try")
    assert opened[scene.victim] > 1


# --- What the log says ------------------------------------------------------------------------------------------------


def bundle(number: int, digest: str = "a", made_at: datetime = AT) -> Bundle:
    return Bundle(number, made_at, made_at + 14 * DAY, 0, digest * 64)


def entry(made: Bundle, **changes: object) -> Event:
    said: dict[str, str | int] = {
        "number": made.number,
        "sha256": made.sha256,
        "erasures": made.erasures,
        "made_ms": millis(made.made_at),
        "expires_ms": millis(made.expires_at),
    }
    return Event(
        client=None,
        action=logged_bundles.ACTION,
        mode=Mode.SYSTEM,
        role="system",
        outcome=Outcome.OK,
        detail=tuple((said | changes).items()),  # type: ignore[arg-type]
    )


def test_a_bundle_newer_than_the_log_is_normal() -> None:
    compared = logged_bundles.compare(bundle(7), [bundle(5), bundle(6)], AT + DAY)
    assert (compared.newer, compared.said) == ((), ())


def test_another_hash_or_date_under_its_number_is_refused_and_a_forged_entry_beside_the_true_one_is_not() -> None:
    for other in (bundle(7, "b"), bundle(7, made_at=AT - DAY)):
        with pytest.raises(Misconfigured, match="not the one that the log names"):
            logged_bundles.compare(bundle(7), [bundle(6), other, bundle(8)], AT)
        assert logged_bundles.compare(bundle(7), [other, bundle(7), other], AT).said == ()


def test_entries_forged_ahead_do_not_keep_a_backup_from_its_own_bundle() -> None:
    """Its bundle is made after the database was copied: what its log says of that number was there before."""
    compared = logged_bundles.compare(bundle(7), [bundle(7, "b")], AT, made_with=True)
    assert "another key bundle under number 7" in compared.said[-1]


def test_what_somebody_should_know_is_said() -> None:
    compared = logged_bundles.compare(bundle(7), [bundle(6), bundle(9)], AT + 15 * DAY)
    assert [one.number for one in compared.newer] == [9]
    expired, newer, unnamed = compared.said
    assert "expired on 2026-11-17" in expired
    assert "newer key bundle, number 9" in newer
    assert "does not name key bundle 7" in unnamed
    assert logged_bundles.unknown(bundle(7), compared.newer, AT).number == 10


@given(
    st.builds(
        Bundle,
        st.integers(1, 1 << 40),
        st.just(AT),
        st.just(AT + 14 * DAY),
        st.integers(0, 1000),
        st.binary(min_size=32, max_size=32).map(bytes.hex),
    )
)
def test_bundles_are_read_from_entries_as_they_were_written(made: Bundle) -> None:
    strange = [entry(made, made_ms="then"), entry(made, sha256="no-hash"), entry(made, expires_ms=1 << 52)]
    foreign = [Event(**{**_members(entry(made)), "client": UUID(int=3)}), _without_hash(made)]  # type: ignore[arg-type]
    assert logged_bundles.in_events([*strange, entry(made), *foreign]) == [made]


def _members(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in ("client", "action", "mode", "role", "outcome", "detail")}


def _without_hash(made: Bundle) -> Event:
    found = dict(entry(made).detail)
    del found["sha256"]
    return Event(**{**_members(entry(made)), "detail": tuple(found.items())})  # type: ignore[arg-type]


# A moment's work for whoever has the process that writes the log.
IMPOSSIBLE = [
    {"number": (1 << 53) - 1},
    {"number": 7 + logged_bundles.MOST_NEWER + 1},
    {"made_ms": millis(datetime(9999, 1, 1, tzinfo=UTC)), "expires_ms": millis(datetime(9999, 1, 15, tzinfo=UTC))},
    {"made_ms": millis(AT + timedelta(hours=1))},
    {"expires_ms": millis(AT + 15 * DAY)},
    {"expires_ms": millis(AT - DAY)},
]


@pytest.mark.parametrize("claim", IMPOSSIBLE)
def test_a_newer_bundle_that_cannot_be_counts_for_nothing_and_is_told_of(claim: dict[str, object]) -> None:
    (named,) = logged_bundles.in_events([entry(bundle(8), **claim)])
    compared = logged_bundles.compare(bundle(7), [bundle(7), named], AT)
    assert compared.newer == ()
    assert "cannot be, and count for nothing: 1" in compared.said[-1]
    assert logged_bundles.unknown(bundle(7), compared.newer, AT).number == 8


@pytest.mark.parametrize("number", [str((1 << 63) - 1), "8", -1])
def test_a_number_that_is_none_is_no_entry_of_a_bundle(number: object) -> None:
    assert logged_bundles.in_events([entry(bundle(8), number=number)]) == []


def test_of_all_that_the_log_names_the_restored_store_learns_one_that_may_exist(tmp_path: Path) -> None:
    """So nothing an entry says can pass for the newest bundle, and no number is given out twice."""
    compared = logged_bundles.compare(bundle(7), [bundle(7), bundle(9), bundle(8)], AT)
    learned = logged_bundles.unknown(bundle(7), compared.newer, AT)
    assert (learned.number, learned.sha256) == (10, "")
    assert all(learned.expires_at >= one.expires_at for one in compared.newer)
    assert bundles.told([bundle(7), learned], AT) == (bundle(7),)
    with closing(KeyStore.create(tmp_path / "store.sqlite3")) as store:
        store.bundles.learn([bundle(7), learned])
        assert [one.number for one in store.bundles.all()] == [7, 10]
        assert store.bundles.reserve(AT, AT + DAY) == 11
