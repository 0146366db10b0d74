"""Every check finds the fault that is planted for it, and no other check mistakes it for its own."""

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from razdar.core.errors import Misconfigured
from razdar.doctor import command, host, program
from razdar.keys import agent
from razdar.keys.agent import LocalAgent
from razdar.runtime import certificates, checkup, database_checks
from razdar.runtime.certificates import Served
from razdar.runtime.checkup import CHECKS, Check, Result, Site, State, broken, examine, look_at, works, worst
from razdar.telephony.recording import spool
from razdar.vault import keeping
from tests.doctor import healthy as h
from tests.doctor.healthy import Healthy, Planted

BROKEN, LOOK = State.BROKEN, State.LOOK
BEFORE = {"protections": LOOK, "certificate-recorder": State.SKIPPED}
"""In tests pages and the recorder are served without TLS."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def _status(**changes: object) -> object:
    before = LocalAgent.status
    return patch.object(LocalAgent, "status", lambda self: replace(before(self), **changes))  # type: ignore[arg-type]


def _state(**changes: object) -> object:
    before = keeping.state
    return patch.object(keeping, "state", lambda: replace(before(), **changes))  # type: ignore[arg-type]


def _old_epochs() -> object:
    before = keeping.state

    def older() -> object:
        kept = before()
        return replace(kept, epochs=tuple(replace(e, made_at=e.made_at - timedelta(days=40)) for e in kept.epochs))

    return patch.object(keeping, "state", older)


def _serving(door: str, days: int) -> object:
    """The door's certificate as it would be served."""
    ends = h.earlier(days=-days)
    served = Served("Some authority", ("a.example",), ends - timedelta(days=90), ends, believed=True)
    place = certificates.Door(door, "127.0.0.1", 1, "a.example")
    return ExitPatches(
        patch.object(host, "_doors", lambda _: [place]), patch.object(certificates, "served", lambda _: served)
    )


class ExitPatches:
    """Several patches as one."""

    def __init__(self, *patches: object) -> None:
        self._patches, self._stack = patches, ExitStack()

    def __enter__(self) -> None:
        for one in self._patches:
            self._stack.enter_context(one)  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        self._stack.close()


PATCHED = {
    "python": (BROKEN, lambda: patch.object(program, "OLDEST", (9, 9))),
    "packages": (BROKEN, lambda: patch.object(program.metadata, "version", lambda _: "0.0.1")),
    "settings": (LOOK, lambda: patch.dict("os.environ", {"RAZDAR_TRANSCRIBR": "vosk"})),
    "clock": (LOOK, lambda: patch.object(database_checks.time, "time", lambda: _TIME() + 9)),
    "keyagent-walls": (BROKEN, lambda: _status(alarms=2)),
    "epochs": (BROKEN, _old_epochs),
    "bundles": (BROKEN, lambda: _state(bundles=())),
    "spool": (BROKEN, lambda: patch.object(spool, "MOST_BYTES", 4)),
    "disk": (BROKEN, lambda: patch.object(host.shutil, "disk_usage", lambda _: h._Usage(100 << 30, 99 << 30, 1 << 28))),
    "applied": (LOOK, lambda: patch.object(host, "_is_stale", lambda name: name == "web")),
    "certificate-web": (BROKEN, lambda: _serving("web", -2)),
    "certificate-objects": (LOOK, lambda: _serving("objects", 20)),
    "certificate-database": (BROKEN, lambda: _serving("database", -1)),
    "certificate-recorder": (LOOK, lambda: _serving("recorder", 3)),
}
_TIME = time.time

PLANTED = [
    Planted("protections", BROKEN, lambda made: setattr(made.settings, "DEBUG", True)),
    Planted("mail", BROKEN, lambda made: setattr(made.settings, "ADMINS", [("a", "a@example.org")])),
    Planted("web", BROKEN, lambda _: setattr(program, "default_address", lambda _: ("127.0.0.1", 1))),
    Planted(
        "static",
        BROKEN,
        lambda _: setattr(h._Handler, "missing", True),
        lambda _: setattr(h._Handler, "missing", False),
    ),
    Planted(
        "database",
        BROKEN,
        lambda made: setattr(
            made, "site", replace(made.site, urls={"runtime": "postgresql://razdar_runtime:word@/razdar?host=/nowhere"})
        ),
    ),
    *(
        Planted(f"database-{role}", BROKEN, h.wrong_password(role))
        for role in ("runtime", "owner", "sequencer", "backup")
    ),
    Planted(
        "database-sequencer",
        BROKEN,
        lambda made: made.sql("GRANT SELECT ON customers_customer TO razdar_sequencer"),
        lambda made: made.sql("REVOKE SELECT ON customers_customer FROM razdar_sequencer"),
    ),
    Planted(
        "database-backup",
        BROKEN,
        lambda made: made.sql("GRANT INSERT ON customers_customer TO razdar_backup"),
        lambda made: made.sql("REVOKE INSERT ON customers_customer FROM razdar_backup"),
    ),
    Planted(
        "database-runtime",
        BROKEN,
        lambda made: made.sql("GRANT SELECT ON django_migrations TO razdar_runtime"),
        lambda made: made.sql("REVOKE SELECT ON django_migrations FROM razdar_runtime"),
    ),
    Planted(
        "migrations",
        BROKEN,
        lambda made: made.sql("UPDATE django_migrations SET name = 'x' WHERE app = 'vault' AND name LIKE '0001%%'"),
        lambda made: made.sql("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'vault' AND name = 'x'"),
    ),
    Planted(
        "walls",
        BROKEN,
        lambda made: made.sql("ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY"),
        lambda made: made.sql("ALTER TABLE customers_customer ENABLE ROW LEVEL SECURITY"),
    ),
    Planted("keyagent", BROKEN, lambda _: agent.install(None)),
    Planted("key-files", BROKEN, lambda made: (made.var / "keys" / "root.json").chmod(0o644)),
    Planted("bundles", LOOK, lambda made: next((made.var / "bundles").iterdir()).unlink()),
    Planted("worker", BROKEN, lambda made: made.sql("DELETE FROM procrastinate_workers")),
    Planted("jobs", BROKEN, lambda made: h.run_of(made, 3)),
    Planted("jobs", LOOK, lambda made: h.run_of(made, 1)),
    Planted(
        "sequencer",
        BROKEN,
        lambda made: made.sql("UPDATE audit_sequencing SET caught_up_at = now() - '9 min'::interval"),
    ),
    Planted(
        "witness",
        BROKEN,
        lambda made: made.sql(
            "INSERT INTO audit_cosigning (client_id, witness, size, state, reason, since, told)"
            " VALUES (%s, %s, 0, 'refused', 'x', now(), true)",
            made.world.client,
            made.world.client,
        ),
    ),
    Planted("witness", LOOK, lambda made: made.sql("DELETE FROM audit_witness")),
    Planted(
        "recorder", BROKEN, lambda made: made.sql("UPDATE telephony_recorder SET seen_at = now() - '1 h'::interval")
    ),
    Planted("recorder-door", BROKEN, lambda made: setattr(made.settings, "RAZDAR_RECORDER", "127.0.0.1:1")),
    Planted("recorder-door", LOOK, lambda made: made.sql("DELETE FROM telephony_node")),
    Planted(
        "recorder-credentials",
        BROKEN,
        lambda made: setattr(made.settings, "RAZDAR_RECORDER_CERTIFICATE", (made.var / "no.pem", made.var / "no.key")),
    ),
    Planted("transcription", BROKEN, lambda made: (made.var / "model" / "final.mdl").unlink()),
    Planted("transcription", LOOK, lambda made: setattr(made.settings, "RAZDAR_TRANSCRIBER", "")),
    Planted("entities", BROKEN, lambda made: setattr(made.settings, "RAZDAR_ENTITIES", "nobody")),
    Planted("backup", BROKEN, lambda made: (made.var / "backups").rename(made.var / "elsewhere")),
    Planted("objects", BROKEN, lambda made: (made.var / "objects").rmdir()),
    Planted("passphrase-file", BROKEN, lambda made: (made.var / "passphrase").chmod(0o644)),
]


def test_where_nothing_is_wrong_nothing_is_found(made: Healthy) -> None:
    before = made.look()
    wrong = {name: found for name, found in before.items() if found.state not in {State.WORKS, BEFORE.get(name)}}
    assert wrong == {}, list(wrong.items())
    found = made.look()
    assert {name: one.state for name, one in found.items()} == {name: one.state for name, one in before.items()}


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_fault_is_found_by_its_check_alone(
    made: Healthy, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "default_address", program.default_address)
    planted.plant(made)
    try:
        _only(made, planted.check, planted.state)
    finally:
        planted.undo(made)


def test_a_fault_of_this_host_is_found_by_its_check_alone(made: Healthy) -> None:
    """All on one installation: making it takes longer than looking at it."""
    for name, (state, planted) in PATCHED.items():
        made.site = replace(made.site, as_units=name == "applied")
        with planted():  # type: ignore[attr-defined]
            _only(made, name, state)


def test_every_check_has_a_planted_fault() -> None:
    command.load()
    assert {planted.check for planted in PLANTED} | set(PATCHED) == set(CHECKS)


def _only(made: Healthy, name: str, state: State) -> None:
    found = made.look()
    assert found[name].state is state, found[name]
    assert found[name].reason
    others = {n: f for n, f in found.items() if n != name and f.state not in {State.WORKS, BEFORE.get(n)}}
    # What needs the broken part is not looked at, and says what it waits for.
    assert all(f.state is State.SKIPPED and CHECKS[name].title in f.reason for f in others.values()), others


# --- Running checks ---------------------------------------------------------------------------------------------------


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    made: dict[str, Check] = {}
    monkeypatch.setattr(checkup, "CHECKS", made)
    return made


def _results(names: list[str], seconds: float = 5) -> dict[str, Result]:
    return {result.name: result for result in examine(Site(Path("/nowhere")), names, seconds)}


def test_a_check_that_fails_says_so_and_the_others_go_on(registry: dict[str, Check]) -> None:
    def fails(_: Site) -> object:
        raise ValueError("a secret in the text of an exception")

    registry |= {"bad": Check("Bad", fails), "good": Check("Good", lambda _: works("Yes."))}  # type: ignore[arg-type]
    found = _results(["bad", "good"])
    assert found["bad"].found.state is State.LOOK
    assert "ValueError" in found["bad"].found.reason
    assert "secret" not in found["bad"].found.reason
    assert found["good"].found.state is State.WORKS


def test_a_check_has_a_time_of_its_own(registry: dict[str, Check]) -> None:
    waiting = threading.Event()
    registry |= {
        "slow": Check("Slow", lambda _: works(str(waiting.wait(20)))),
        "good": Check("Good", lambda _: works("Yes.")),
    }
    found = _results(["slow", "good"], 1)
    waiting.set()
    assert "within 1 seconds" in found["slow"].found.reason
    assert found["good"].found.state is State.WORKS


def test_an_error_of_the_product_is_its_sentence(registry: dict[str, Check]) -> None:
    def refuses(_: Site) -> object:
        raise Misconfigured("The address cannot be read.")

    registry["one"] = Check("One", refuses)  # type: ignore[arg-type]
    assert "The address cannot be read." in _results(["one"])["one"].found.reason


def test_the_status_is_that_of_the_worst() -> None:
    assert worst([works("")]) == 0
    assert worst([works(""), look_at("")]) == 1
    assert worst([look_at(""), broken("")]) == 2


def test_a_line_names_state_reason_and_command() -> None:
    (line,) = command.lines(Result("worker", "Worker", broken("None runs.", "razdar up")))
    assert line == "broken         Worker: None runs.  Mend: razdar up"
    report = command.encoded([Result("worker", "Worker", broken("None runs.", "razdar up"))])
    assert json.loads(json.dumps(report)) == {
        "status": 2,
        "checks": [
            {"name": "worker", "title": "Worker", "state": "broken", "reason": "None runs.", "mend": "razdar up"}
        ],
    }


def test_the_report_begins_with_the_installation_it_is_about(
    registry: dict[str, Check], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    registry["one"] = Check("One", lambda _: works("Yes."))
    monkeypatch.setenv("RAZDAR_VAR", str(tmp_path))
    monkeypatch.setattr(command, "CHECKS", registry)
    monkeypatch.setattr(command, "_prepare", lambda _: None)
    monkeypatch.setattr(command, "load", lambda: None)
    arguments = argparse.Namespace(json=False, only=[], list=False)
    assert command._run(arguments) == 0
    assert capsys.readouterr().out.startswith(f"This looks at the installation in {tmp_path}.\n")
    arguments.json = True
    assert command._run(arguments) == 0
    assert json.loads(capsys.readouterr().out)["status"] == 0
