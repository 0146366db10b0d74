"""The environment's readers: what is accepted, and that nothing weak is."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from razdar import __main__ as product
from razdar import env, unlocking
from razdar.core.errors import Misconfigured


@pytest.mark.parametrize(
    ("text", "shown", "port", "secure"),
    [
        ("", "http://localhost:8000", 8000, False),
        ("http://localhost:8123/", "http://localhost:8123", 8123, False),
        ("http://127.0.0.1", "http://127.0.0.1", 80, False),
        ("http://[::1]:8000", "http://[::1]:8000", 8000, False),
        ("https://desk.example.org", "https://desk.example.org", 443, True),
        ("https://desk.example.org:8443", "https://desk.example.org:8443", 8443, True),
    ],
)
def test_base_urls(monkeypatch: pytest.MonkeyPatch, text: str, shown: str, port: int, secure: bool) -> None:
    monkeypatch.setenv("RAZDAR_URL", text)
    url = env.base_url()
    assert (str(url), url.port, url.secure) == (shown, port, secure)


@pytest.mark.parametrize(
    "text",
    [
        "http://desk.example.org",
        "http://192.0.2.1:8000",
        "http://localhost.example.org",
        "https://user:secret@desk.example.org",
        "https://desk.example.org/path",
        "https://desk.example.org?x=1",
        "https://desk.example.org:port",
        "ftp://localhost",
        "desk.example.org",
        "https://",
    ],
)
def test_refused_base_urls(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("RAZDAR_URL", text)
    with pytest.raises(Misconfigured) as refused:
        env.base_url()
    assert "secret" not in str(refused.value)


def test_the_passphrase_file_lies_outside_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    var = tmp_path / "var"
    (var / "keys").mkdir(parents=True)
    (tmp_path / "link").symlink_to(var / "words")
    monkeypatch.setenv("RAZDAR_VAR", str(var))
    for inside in (var / "words", var / "keys" / ".." / "words", tmp_path / "link"):
        monkeypatch.setenv("RAZDAR_PASSPHRASE_FILE", str(inside))
        with pytest.raises(Misconfigured, match="outside"):
            env.passphrase_file()
    monkeypatch.setenv("RAZDAR_PASSPHRASE_FILE", str(tmp_path / "words"))
    assert env.passphrase_file() == (tmp_path / "words").resolve()
    monkeypatch.delenv("RAZDAR_PASSPHRASE_FILE")
    assert env.passphrase_file() is None


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("RAZDAR_VAR", "RAZDAR_DATABASE_URL", "RAZDAR_OBJECTS_URL", "RAZDAR_PASSPHRASE_FD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert env.var_folder() == tmp_path / "var"
    assert env.embedded_database()
    assert env.objects_url() == (tmp_path / "var" / "objects").as_uri()
    assert env.passphrase_pipe() is None


def test_databases_are_found_by_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAZDAR_DATABASE_URL", "postgresql://runtime")
    monkeypatch.setenv("RAZDAR_OWNER_URL", "postgresql://owner")
    assert env.database_url("runtime") == "postgresql://runtime"
    assert env.database_url("owner") == "postgresql://owner"
    assert not env.embedded_database()


def test_the_pipe_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAZDAR_PASSPHRASE_FD", "the words themselves")
    with pytest.raises(Misconfigured) as refused:
        env.passphrase_pipe()
    assert "words" not in str(refused.value)


def test_only_known_aliases_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="alias"):
        env.use_databases("admin")


def test_the_secret_key_is_long_and_of_this_process() -> None:
    assert len(env.secret_key()) >= 50


def test_a_command_says_which_installation_it_looks_at_and_how_to_look_at_the_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAZDAR_VAR", str(tmp_path))
    assert env.whereabouts() == f"This looks at the installation in {tmp_path}."
    with pytest.raises(Misconfigured, match=f"{tmp_path}. Nothing is set up there yet"), ExitStack() as stack:
        unlocking.hold_keys("jobs", stack)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / env.DEMO_MARK).touch()
    assert f" RAZDAR_VAR={tmp_path}/demo selects it." in env.whereabouts()
    (tmp_path / "keys").mkdir()
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("never asked"))
    monkeypatch.setenv("RAZDAR_PASSPHRASE_FILE", str(tmp_path.parent / "missing"))
    with pytest.raises(Misconfigured, match=f"missing. This looks at the installation in {tmp_path}"), ExitStack() as s:
        unlocking.hold_keys("jobs", s)


def test_a_command_without_its_verb_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    product._discover()
    with pytest.raises(SystemExit):
        product._parser().parse_args(["jobs"])
    assert "what is done by the clock, when it ran and how that went" in capsys.readouterr().err
