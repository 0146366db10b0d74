"""What ``razdar units`` writes: systemd takes it, it is shut tight, and nobody else's file is touched."""

import argparse
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from razdar.core.errors import Misconfigured, RazdarError
from razdar.units import command, texts
from razdar.units.texts import File
from tests.needs import needs

URL = "https://desk.example.org"
MOST_EXPOSED = {
    "keyagent": 0.8,
    "web": 1.7,
    "worker": 1.7,
    "sequencer": 1.6,
    "recorder": 1.8,
    "backup": 1.6,
    "witness": 1.6,
}
"""What `systemd-analyze security` of Debian 12 may say; 10 is a service without any protection."""
URLS = {name: f"postgresql://{name.lower()}:pw@db.example.org/razdar?sslmode=verify-full" for name in texts.DATABASES}


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A place with a program, which every account can reach."""
    place = tmp_path / "program"
    (place / ".venv/bin").mkdir(parents=True)
    for name in ("razdar", "python"):
        (place / ".venv/bin" / name).write_text("#!/bin/sh\n")
        (place / ".venv/bin" / name).chmod(0o755)
    return place


@pytest.fixture(autouse=True)
def _reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a test is one user's; whether accounts reach a place has a test of its own."""
    monkeypatch.setattr(command, "_check_prefix", lambda _: None)


def run(prefix: Path, folder: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    command._arguments(parser)
    try:
        return command._run(parser.parse_args(["--prefix", str(prefix), "--folder", str(folder), *more]))
    except RazdarError as error:
        print(error, file=sys.stderr)  # noqa: T201 - as the command line does
        return 1


def database(tmp_path: Path) -> str:
    path = tmp_path / "database.env"
    path.write_text("".join(f"{name}='{url}'\n" for name, url in URLS.items()))
    return str(path)


@pytest.fixture
def written(tmp_path: Path, prefix: Path) -> Path:
    folder = tmp_path / "machine"
    arguments = ["--url", URL, "--database", database(tmp_path), "--backups", "/srv/backup"]
    assert run(prefix, folder, *arguments) == 0
    assert run(prefix, folder, "--witness", "--cert", "/etc/ssl/w.pem", "--key", "/etc/ssl/w.key") == 0
    return folder


def settings(folder: Path, name: str) -> dict[str, str]:
    return command.read_settings(folder / f"etc/razdar/{name}.env")


def test_systemd_takes_the_units(written: Path) -> None:
    program = needs("systemd")
    folder = written / "etc/systemd/system"
    files = sorted(map(str, folder.iterdir()))
    assert len(files) == 9
    done = subprocess.run(
        [program, "verify", *files],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", MOST_EXPOSED)
def test_a_unit_is_shut_tight(written: Path, name: str) -> None:
    program = needs("systemd")
    unit = written / f"etc/systemd/system/razdar-{name}.service"
    done = subprocess.run(
        [program, "security", "--offline=true", "--no-pager", str(unit)], capture_output=True, text=True, check=False
    )
    (found,) = re.findall(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(found) <= MOST_EXPOSED[name]


def test_control_without_the_sandbox_a_unit_is_exposed(written: Path) -> None:
    program = needs("systemd")
    unit = written / "etc/systemd/system/razdar-web.service"
    unit.write_text(re.sub(r"^(Protect|Restrict|System|Private|Capab|NoNew).*\n", "", unit.read_text(), flags=re.M))
    done = subprocess.run(
        [program, "security", "--offline=true", "--no-pager", str(unit)], capture_output=True, text=True, check=False
    )
    (found,) = re.findall(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(found) > 5


def test_each_process_gets_what_it_needs_and_no_more(written: Path) -> None:
    held = {name: {key for key in settings(written, name) if key in texts.DATABASES} for name in ("keyagent", "web")}
    assert held == {"keyagent": set(), "web": {texts.DATABASE}}
    assert texts.OWNER not in settings(written, "worker")
    assert texts.SEQUENCER not in settings(written, "worker")
    sequencer = settings(written, "sequencer")
    assert sequencer[texts.DATABASE] == sequencer[texts.SEQUENCER] == URLS[texts.SEQUENCER]
    passphrases = [path.name for path in (written / "etc/systemd/system").iterdir() if "PASSPHRASE" in path.read_text()]
    assert passphrases == ["razdar-keyagent.service"]
    for path in (written / "etc/razdar").glob("*.env"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "PASSPHRASE" not in path.read_text()


def test_the_key_agent_has_no_network(written: Path) -> None:
    unit = (written / "etc/systemd/system/razdar-keyagent.service").read_text()
    assert "\nRestrictAddressFamilies=AF_UNIX\n" in unit
    assert "\nPrivateNetwork=yes\n" in unit


def test_a_second_run_remembers_and_changes_nothing(
    written: Path, prefix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert run(prefix, written) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"
    assert {path: path.read_bytes() for path in written.rglob("*") if path.is_file()} == before


def test_a_second_run_keeps_an_encrypted_passphrase(written: Path, prefix: Path) -> None:
    unit = written / "etc/systemd/system/razdar-keyagent.service"
    assert run(prefix, written, "--encrypted-passphrase") == 0
    assert run(prefix, written, "--set", "RAZDAR_LOG_MONTHS=36") == 0
    assert "\nLoadCredentialEncrypted=passphrase:" in unit.read_text()
    assert settings(written, "sequencer")["RAZDAR_LOG_MONTHS"] == "36"


@pytest.mark.parametrize("how", ["changed by hand", "somebody else's", "not text"])
def test_what_is_not_ours_stays(written: Path, prefix: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    unit = written / "etc/systemd/system/razdar-web.service"
    text = {
        "changed by hand": unit.read_bytes() + b"Nice=5\n",
        "somebody else's": b"[Unit]\n",
        "not text": b"\xff\xfe",
    }[how]
    unit.write_bytes(text)
    before = settings(written, "worker")
    assert run(prefix, written, "--set", "RAZDAR_EPOCH_DAYS=3") == 1
    assert "razdar-web.service" in capsys.readouterr().err
    assert unit.read_bytes() == text
    assert settings(written, "worker") == before
    assert run(prefix, written, "--force") == 0
    assert "replaced: /etc/systemd/system/razdar-web.service" in capsys.readouterr().out
    assert unit.read_bytes() != text


def test_a_mark_lies_under_the_first_line_of_a_script() -> None:
    first, second, *_ = command.marked(File("/x", "#!/bin/sh\nexec true\n")).splitlines()
    assert first == "#!/bin/sh"
    assert second.startswith("# Written by `razdar units`")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--url https://desk"),
        (["--url", "http://desk.example.org"], "--url https://desk"),
        (["--url", URL], "PostgreSQL server of yours"),
        (["--url", URL, "--database", "{database}", "--set", "RAZDAR_VAR=/x"], "NAME=VALUE"),
        (["--url", f"{URL}'", "--database", "{database}"], "quote"),
        (["--url", URL, "--database", "{database}", "--backups", "/var/lib/razdar/backup"], "another disk"),
        (["--witness", "--bind", "here"], "address to listen on"),
        (["--witness", "--cert", "/etc/ssl/w.pem"], "named together"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    arguments: list[str], words: str, tmp_path: Path, prefix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "machine"
    given = [text.replace("{database}", database(tmp_path)) for text in arguments]
    assert run(prefix, folder, *given) == 1
    assert words in capsys.readouterr().err
    assert not folder.exists()


def test_web_and_worker_stay_on_this_host_where_the_database_does() -> None:
    def web(host: str, **more: str) -> str:
        urls = dict.fromkeys(texts.DATABASES, f"postgresql://x:y@{host}/razdar?sslmode=verify-full")
        site = texts.Site(Path("/opt/razdar"), {"RAZDAR_URL": URL, **urls, **more})
        return next(file.text for file in texts.files(site) if file.path.endswith("razdar-web.service"))

    assert "IPAddressDeny=any" in web("localhost")
    assert "IPAddressDeny=any" not in web("db.example.org")
    assert "IPAddressDeny=any" not in web("localhost", RAZDAR_OBJECTS_URL="s3://bucket")


def test_a_program_that_accounts_cannot_reach_is_refused(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (prefix / ".venv").chmod(0o700)
    with pytest.raises(Misconfigured, match="Other accounts cannot reach"):
        command._check_prefix(prefix)
    with pytest.raises(Misconfigured, match="There is no"):
        command._check_prefix(prefix / "elsewhere")
    monkeypatch.setattr(command, "_HIDDEN", (prefix.parent,))
    with pytest.raises(Misconfigured, match="home folder"):
        command._check_prefix(prefix)
