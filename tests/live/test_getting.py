"""scripts/get-asterisk takes Asterisk from a Debian mirror, or says in one sentence why it did not."""

import functools
import hashlib
import http.server
import importlib.machinery
import importlib.util
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.needs import THINGS, Lacking, needs

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "get-asterisk"
NOBODY = "http://127.0.0.1:9/debian"  # discard: nobody listens

CLASSIC = """\
# deb http://commented.example/debian bookworm main
deb cdrom:[Debian GNU/Linux 12]/ bookworm main
deb-src http://source.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb http://archive.ubuntu.example/ubuntu noble main
deb http://snapshot.debian.org/archive/debian/20250520T000000Z bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://one.example/debian/ bookworm main contrib # and so on
deb https://two.example/debian trixie non-free main
"""
MODERN = """\
Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm

Types: deb deb-src
URIs: http://one.example/debian
 https://two.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
OLD = "Package: asterisk\nVersion: 1:16.28.0~dfsg-0+deb11u4\nArchitecture: amd64\nFilename: a.deb\nSize: 1\n\n"


@pytest.fixture
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("get_asterisk", str(SCRIPT))
    spec = importlib.util.spec_from_loader("get_asterisk", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    writing, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = writing
    return module


def run(folder: Path, *arguments: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPT), "--folder", str(folder), *arguments]
    environment = {"PATH": path} if path is not None else None
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(("name", "text"), [("sources.list", CLASSIC), ("sources.list.d/debian.sources", MODERN)])
def test_the_machines_own_mirror_is_taken(script: ModuleType, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text)
    found = [mirror.rstrip("/") for mirror in script.mirrors(tmp_path)]
    assert found == ["http://one.example/debian", "https://two.example/debian"]


def test_no_sources_at_all(script: ModuleType, tmp_path: Path) -> None:
    assert list(script.mirrors(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1:22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("Asterisk 22.10.1~dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("1:16.28.0~dfsg-0+deb11u4", (16, 28, 0)),
        ("(none)", ()),
    ],
)
def test_versions(script: ModuleType, text: str, numbers: tuple[int, ...]) -> None:
    assert script.numbers(text) == numbers


@pytest.mark.parametrize(
    ("says", "sentence"),
    [("Asterisk 22.9.4", "older than 22.10.1"), ("no such file", "does not run")],
)
def test_what_does_not_say_a_new_version_is_not_used(
    script: ModuleType, tmp_path: Path, says: str, sentence: str
) -> None:
    (tmp_path / "asterisk").write_text(f"#!/bin/sh\necho {says}\n")
    (tmp_path / "asterisk").chmod(0o755)
    with pytest.raises(script.Failed, match=sentence):
        script.checked(tmp_path)


def test_the_second_run_needs_nothing(tmp_path: Path) -> None:
    """No network, no apt, no second."""
    root = Path(needs("asterisk"))
    begun = time.monotonic()
    again = run(root.parent, "--mirror", NOBODY, "--print-root", path="/nowhere:/bin")
    assert (again.stdout.strip(), again.returncode) == (str(root), 0), again.stderr
    assert time.monotonic() - begun < 5  # a second, and what a busy machine adds
    assert not [path for path in root.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o6000]


def test_a_machine_without_the_tools_is_told_which(tmp_path: Path) -> None:
    refused = run(tmp_path, path="/nowhere")
    assert refused.stderr.strip().startswith("scripts/get-asterisk: this machine lacks apt, dpkg, tar;")
    assert refused.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_mirror_that_is_away(tmp_path: Path) -> None:
    needs("apt")
    refused = run(tmp_path, "--mirror", NOBODY)
    assert f"{NOBODY} could not be reached" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.fixture
def unsigned(tmp_path: Path) -> Iterator[str]:
    """A mirror whose index is whole, but that nobody signed."""
    suite = tmp_path / "mirror" / "dists" / "forky"
    packages = suite / "main" / "binary-amd64" / "Packages"
    packages.parent.mkdir(parents=True)
    packages.write_text(OLD)
    line = f" {hashlib.sha256(OLD.encode()).hexdigest()} {len(OLD)} main/binary-amd64/Packages"
    described = f"Suite: forky\nCodename: forky\nArchitectures: amd64\nComponents: main\nSHA256:\n{line}\n"
    (suite / "Release").write_text(f"Origin: Debian\n{described}")
    handler = functools.partial(Quiet, directory=str(tmp_path / "mirror"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def test_what_debian_did_not_sign_is_not_used(tmp_path: Path, unsigned: str) -> None:
    needs("apt")
    refused = run(tmp_path / "into", "--mirror", unsigned)
    assert "signature on what" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_control_without_the_check_that_mirror_would_be_believed(
    script: ModuleType, tmp_path: Path, unsigned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("apt")
    monkeypatch.setattr(script, "SOURCE", script.SOURCE.replace("signed-by={keyring}", "trusted=yes"))
    with pytest.raises(script.TooOld, match=r"has Asterisk 1:16\.28\.0.* and 22\.10\.1 or newer is needed"):
        script.fetch(tmp_path / "state", (unsigned, "forky", "amd64"), lambda *_, **__: None)


def test_without_it_the_calls_are_skipped_with_the_reason_and_fail_at_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking() -> str | None:
        raise Lacking("scripts/get-asterisk: the mirror could not be reached.")

    monkeypatch.setitem(THINGS, "asterisk", (lacking, "Asterisk"))
    monkeypatch.delenv("RAZDAR_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="the mirror could not be reached"):
        needs("asterisk")
    monkeypatch.setenv("RAZDAR_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match=r"could not be reached.* allows no skipping"):
        needs("asterisk")
