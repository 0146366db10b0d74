"""Imports that are killed again and again: each good row once, each bad one reported once, nothing in clear."""

import csv
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from tests import weakening
from tests.leaks import archive, house, planted, sources
from tests.leaks.archive import Archive
from tests.leaks.house import House
from tests.leaks.installation import PATIENCE, RAZDAR
from tests.leaks.needles import Literals
from tests.leaks.scanner import Scanner, Source
from tests.leaks.test_import_call import database

KILLS = 5
SMALL = (72, 12)
LARGE = (20_000, 200)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(SMALL, marks=pytest.mark.timeout(400)),
        pytest.param(LARGE, marks=[pytest.mark.heavy, pytest.mark.timeout(3600)]),
    ],
    ids=["72", "20000"],
)
def test_killed_five_times_each_good_row_is_in_once_and_each_bad_one_is_reported_once(
    template: House, size: tuple[int, int]
) -> None:
    with house.like(template) as made, database(made):
        calls = archive.made(made.base / "archive", *size)
        for kill in range(KILLS):
            kill_when(made, calls.table, settled=round(calls.rows * (kill + 0.5) / (KILLS + 1)))
        status = run(made, calls.table, 3600)
        assert status == 3, said(made)
        _sums_agree(made, calls)
        _nothing_in_clear(made)


def _sums_agree(made: House, calls: Archive) -> None:
    report = calls.folder / "calls.rejects.report.csv"
    reported = [(int(row["line"]), row["code"]) for row in csv.DictReader(report.read_text().splitlines())]
    assert reported == sorted(calls.bad.items())
    rejects = calls.folder / "calls.rejects.csv"
    lines = [int(row["line"]) for row in csv.DictReader(rejects.read_text("utf-8-sig").splitlines())]
    assert lines == sorted(calls.bad)
    with psycopg.connect(made.admin_url, dbname="razdar") as owner:
        began = [at for (at,) in owner.execute("SELECT started_at FROM interactions_interaction ORDER BY 1")]
        assert began == sorted(calls.good)
        for table, each in (("interactions_recording", 1), ("interactions_stage", 2)):
            count = owner.execute(f"SELECT count(*), count(DISTINCT interaction_id) FROM {table}").fetchone()
            assert count == (each * len(calls.good), len(calls.good)), table
        states = dict(owner.execute("SELECT state, count(*) FROM runtime_importline GROUP BY 1").fetchall())
    assert states == {"verified": len(calls.good), "bad": len(calls.bad)}
    text = said(made)
    assert f"{calls.rows:,} rows in the table, this and earlier tries together:" in text
    assert f"{len(calls.good):,}  calls imported" in text
    assert f"{len(calls.bad):,}  set aside" in text


def _nothing_in_clear(made: House) -> None:
    """Neither in the product's folder, nor in a table, nor in what was printed."""
    found = planted.scanner().scan([*sources.files(made.var), *sources.tables(made.admin_url), spoken(made)])
    assert found.found == set(), found


CUSTOMERS = ("Vexborough", "Ysolde", "ysolde.vexborough@example.org", "+442079460611", "9 Tolliver Steps, Marrowmere")
ROWS = ["customer number,surname,first name,email,phone,address"] + [
    ",".join((f"QV-{n}", *CUSTOMERS[:3], CUSTOMERS[3], f'"{CUSTOMERS[4]}"')) for n in range(40)
]
BAD_ROW = f"QV-40,{CUSTOMERS[0]},{CUSTOMERS[1]},nowhere,{CUSTOMERS[3]},"


@pytest.mark.timeout(400)
def test_nothing_of_an_imported_customer_lies_anywhere_in_clear(template: House) -> None:
    scanner = Scanner(CUSTOMERS)
    with house.like(template) as made, database(made):
        table = made.base / "customers.csv"
        table.write_text("\n".join([*ROWS, BAD_ROW]))
        assert scanner.scan([Source("table", table.read_bytes())]).found == set(CUSTOMERS)
        assert run(made, table, PATIENCE) == 3
        rejects = made.base / "customers.rejects.csv"
        assert Literals(CUSTOMERS).found(rejects.read_bytes()) >= set(CUSTOMERS[:2])
        assert rejects.stat().st_mode & 0o777 == 0o600
        found = scanner.scan([*sources.files(made.var), *sources.tables(made.admin_url), spoken(made)])
        assert found.found == set(), found
        assert (made.base / "customers.rejects.report.csv").read_text().count("\n") == 2
        assert scanner.scan(sources.files(made.base, [made.var, table, rejects])).found == set()
        done = made.run("shred", str(rejects), str(table))
        assert done.status == 0, done
        assert scanner.scan(sources.files(made.base)).found == set()


@pytest.mark.timeout(400)
def test_a_run_that_forgets_what_is_done_would_be_noticed(template: House) -> None:
    """Control run."""
    patch = {"patch": "razdar.runtime.imports.book:open_lines", "with_": "tests.leaks.patches:takes_every_line"}
    with house.like(template) as made, database(made):
        table = made.base / "customers.csv"
        table.write_text("\n".join(ROWS))
        counts = []
        for environ in ({}, {}, weakening.environment(**patch, base=made.environ)):
            done = made.run("import", str(table), "--yes", **environ)
            assert done.status == 0, done
            with psycopg.connect(made.admin_url, dbname="razdar") as owner:
                counts += owner.execute("SELECT count(*) FROM customers_customer").fetchone() or ()
        assert counts[1] == counts[0]
        assert counts[2] > counts[1]


# --- The command ------------------------------------------------------------------------------------------------------


def start(made: House, table: Path) -> "subprocess.Popen[bytes]":
    command: Sequence[str] = (*RAZDAR, "import", str(table), "--yes")
    with (made.base / "output").open("ab") as output:
        return subprocess.Popen(
            command, env=dict(made.environ), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )


def run(made: House, table: Path, patience: float) -> int:
    """Run it to its end."""
    return start(made, table).wait(patience)


def kill_when(made: House, table: Path, settled: int) -> None:
    """Run it until so many lines are settled, and kill it without a warning."""
    process = start(made, table)
    with psycopg.connect(made.admin_url, dbname="razdar", autocommit=True) as owner:
        query = "SELECT count(*) FROM runtime_importline WHERE state IN ('verified', 'bad')"
        while owner.execute(query).fetchone()[0] < settled:  # type: ignore[index]
            assert process.poll() is None, said(made)
            time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL


def said(made: House) -> str:
    return (made.base / "output").read_text()


def spoken(made: House) -> Source:
    return Source("output", said(made).encode())
