"""Tables of customers taken in: sealed, found again, never twice, set aside for a reason, and broken off anywhere."""

import csv
import io
from pathlib import Path

import pytest

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, NotFound
from razdar.core.ledger.events import Event
from razdar.customers import selectors, services
from razdar.customers.importing import BEGIN, END, IMPORT
from razdar.customers.models import Customer, Handle
from razdar.identity.viewers import for_job
from razdar.privacy import jobs
from razdar.privacy import services as privacy
from razdar.runtime.ids import uuid7
from razdar.runtime.models import ImportLine, ImportRun
from razdar.runtime.scope import scope
from tests.importing import Shell
from tests.world import VALUES, World

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "Kundennummer;Nachname;Vorname;Geschlecht;Geburtsdatum;Telefon;Telefon 2;E-Mail;Sprache"
ROWS = (
    "QX-1;Quill;Ottoline;weiblich;14.06.1971;+44 20 7946 0001;+44 20 7946 0002;o@example.org;en",
    "QX-2;Tarn;Bo;m;1980/01/02;;;;pl",
    ';"Marsh; Lee";;;;;;;',
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def count(world: World) -> int:
    with scope(world.client):
        return Customer.objects.count()


def events(world: World, action: str) -> list[Event]:
    return [event for event in world.events() if event.action == action]


def test_rows_become_customers_who_are_found_again(world: World, shell: Shell) -> None:
    assert shell.run(shell.table(HEADER, *ROWS)) == 0
    assert "3 rows in the table" in shell.text
    assert "3  customers imported" in shell.text
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        (found,) = selectors.find(supervisor, DataClass.REFERENCE_NO, "qx1")
        assert [found] == selectors.find(supervisor, DataClass.PHONE, "+442079460002")
        card = selectors.card(supervisor, found)
        assert card.surname is not None
        assert (card.surname.text, card.language) == ("Quill", "en")
        assert Handle.objects.filter(customer_id=found).count() == 3
        assert services.match(supervisor, found, "birth_date", "1971-06-14")
        assert len(selectors.find(supervisor, DataClass.SURNAME, "Marsh; Lee")) == 1


def test_the_same_table_again_changes_nothing(world: World, shell: Shell) -> None:
    table = shell.table(HEADER, *ROWS)
    shell.run(table)
    assert shell.run(table) == 0
    assert count(world) == 3
    assert "going on with it" in shell.text


def test_another_table_with_the_same_customers_finds_them(world: World, shell: Shell) -> None:
    world.customer()
    shell.run(shell.table(HEADER, *ROWS))
    known = VALUES[DataClass.REFERENCE_NO].lower()
    assert shell.run(shell.table(HEADER, *ROWS, f"{known};Other;;;;;;;", "QX-9;New;;;;;;;", name="other.csv")) == 0
    assert "4  there already" in shell.text
    assert count(world) == 5


BAD = {
    "QX-1;Again;;;;;;;": "twice",
    "QX-3;Robot;;robot;;;;;": "gender",
    "QX-4;Unborn;;;2999-01-01;;;;": "birth-date",
    "QX-5;Unborn;;;31.02.1980;;;;": "birth-date",
    "QX-6;Mute;;;;ring me;;;": "phone",
    "QX-7;Mailless;;;;;;nowhere;": "email",
    f"QX-8;{'x' * 401};;;;;;;": "surname",
    "QX-9;Babel;;;;;;;Quillfeather": "language",
    ";;;f;;;;;": "nobody",
    "QX-10;Short": "columns",
    'QX-11;"Open;;;;;;;': "quotes",
    f"QX-12;{'y' * 140_000};;;;;;;": "too-long",
}


def test_bad_rows_are_set_aside_each_for_its_reason(world: World, shell: Shell, tmp_path: Path) -> None:
    assert shell.run(shell.table(HEADER, *ROWS, *BAD)) == 3
    assert count(world) == 3
    report = list(csv.DictReader(io.StringIO((tmp_path / "table.rejects.report.csv").read_text())))
    assert [row["code"] for row in report] == list(BAD.values())
    assert [int(row["line"]) for row in report] == list(range(5, 5 + len(BAD)))
    rejects = tmp_path / "table.rejects.csv"
    assert rejects.stat().st_mode & 0o777 == 0o600
    rows = list(csv.reader(io.StringIO(rejects.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["line", "reason", *HEADER.split(";")]
    assert [row[:2] for row in rows[1:]] == [[row["line"], row["reason"]] for row in report]
    assert rows[1][2:4] == ["QX-1", "Again"]
    assert "holds personal data in clear" in shell.text
    assert f"razdar shred {rejects}" in shell.text
    assert f"{len(BAD)}  set aside" in shell.text
    assert not any(word in shell.text for word in ("Quill", "Robot", "Unborn", "QX-"))


def test_a_corrected_file_goes_in_and_leaves_one_with_the_next_number(
    world: World, shell: Shell, tmp_path: Path
) -> None:
    shell.run(shell.table(HEADER, *ROWS, *BAD))
    rejects = tmp_path / "table.rejects.csv"
    rejects.write_text(rejects.read_text("utf-8-sig").replace("robot", "other").replace("ring me", "1234"), "utf-8")
    assert shell.run(rejects) == 3
    assert count(world) == 5
    assert (tmp_path / "table.rejects-2.csv").exists()


def test_what_a_run_remembers_holds_nothing_of_the_rows(world: World, shell: Shell) -> None:
    shell.run(shell.table(HEADER, *ROWS, *BAD))
    with scope(world.client):
        rows = [str(row) for row in (*ImportRun.objects.values_list(), *ImportLine.objects.values_list())]
    assert len(rows) == 1 + len(ROWS) + len(BAD)
    assert not [row for row in rows if any(word in row for word in ("Quill", "QX", "Kundennummer", "table", "0001'"))]


def test_the_log_has_the_run_and_its_batches(world: World, shell: Shell) -> None:
    shell.run(shell.table(HEADER, *ROWS, *BAD))
    (began,), (batch,), (ended,) = (events(world, action) for action in (BEGIN, IMPORT, END))
    with scope(world.client):
        run = str(ImportRun.objects.get().id)
        assert {field.subject for field in batch.fields} == set(Customer.objects.values_list("id", flat=True))
    assert dict(began.detail) == {"run": run}
    assert dict(batch.detail) == {"run": run, "stored": 3, "bad": 0}
    assert dict(ended.detail) == {
        "run": run, "waiting": 0, "imported": 3, "verified": 0, "present": 0, "bad": len(BAD)
    }  # fmt: skip


def test_erasing_a_customer_empties_what_the_run_remembers(world: World, shell: Shell) -> None:
    table = shell.table(HEADER, *ROWS)
    shell.run(table)
    officer = world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        (gone,) = selectors.find(for_job("test", world.client), DataClass.REFERENCE_NO, "QX-1")
        privacy.erase(officer, gone, "request")
    jobs.finish(world.client, gone)
    with scope(world.client):
        assert not ImportLine.objects.filter(customer_id=gone).exists()
    assert shell.run(table) == 0  # the line is done: no later try brings the customer back
    with scope(world.client):
        assert Customer.objects.filter(erased_at=None).count() == 2


def test_nobody_is_asked_when_nobody_is_there(world: World, shell: Shell) -> None:
    with pytest.raises(BadInput, match="--yes"):
        shell.run(shell.table(HEADER, *ROWS), yes=False)
    assert "••••••••" in shell.text
    assert "Quill" not in shell.text
    assert "weiblich" in shell.text  # a code that says nothing of anybody by itself
    assert count(world) == 0


def test_somebody_agrees_to_the_columns(world: World, tmp_path: Path) -> None:
    shell = Shell(tmp_path, "7=", "Farbe=email", "Farbe=", "y")
    header = HEADER.replace("Telefon 2", "Farbe")
    assert shell.run(shell.table(header, *ROWS), yes=False) == 0
    assert count(world) == 3
    assert not shell.answers


def test_somebody_says_no(world: World, tmp_path: Path) -> None:
    shell = Shell(tmp_path, "n")
    assert shell.run(shell.table(HEADER, *ROWS), yes=False) == 1
    assert count(world) == 0
    with scope(world.client):
        assert not ImportRun.objects.exists()


def test_the_table_is_shredded_when_every_row_is_in(world: World, shell: Shell) -> None:
    good = shell.table(HEADER, *ROWS, name="good.csv")
    assert shell.run(good, shred=True) == 0
    assert not good.exists()
    assert "snapshots, backups" in shell.text
    bad = shell.table(HEADER, *BAD, name="bad.csv")
    assert shell.run(bad, shred=True) == 3
    assert bad.exists()


def test_a_table_of_which_something_was_left_out_is_kept(world: World, tmp_path: Path) -> None:
    shell = Shell(tmp_path, "y")
    table = shell.table(f"{HEADER};remark", f"{ROWS[0]};calls back on Mondays")
    assert shell.run(table, shred=True) == 0
    assert table.exists()
    assert "not imported were its columns remark." in shell.text
    assert shell.run(table) == 0
    assert shell.answers == ["y"]  # nobody was asked whether to shred it
    assert "--map COLUMN=FIELD chooses other columns" in shell.text


def test_a_client_is_named_by_its_id_too(shell: Shell, world: World) -> None:
    table = shell.table(HEADER, ROWS[0])
    with pytest.raises(NotFound):
        shell.run(table, client=str(uuid7()))
    assert shell.run(table, client=str(world.client)) == 0
