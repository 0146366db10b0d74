"""The witness over HTTP and from the command line: bounded, on time, and without the rest of Razdar."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from razdar.audit.witness import command, server
from razdar.audit.witness.state import STATE, WitnessFolder
from razdar.core.errors import Misconfigured
from razdar.core.ledger import notes, witnessing
from tests.audit.logs import LOG, SEED, Tree, key_of
from tests.audit.witnesses import serving
from tests.weakening import ROOT

PATH = "/add-checkpoint"


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    made = WitnessFolder(tmp_path / "witness", "witness.example.org")
    made.trust(key_of(SEED))
    return made


@pytest.fixture
def at(folder: WitnessFolder) -> Iterator[str]:
    with serving(folder) as url:
        yield url


def post(url: str, body: bytes, path: str = PATH, method: str = "POST") -> tuple[int, str | None, bytes]:
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read()


def test_it_answers_as_the_specification_says(folder: WitnessFolder, at: str) -> None:
    tree = Tree()
    status, _, body = post(at, tree.request(0, 5))
    assert status == 200
    note = witnessing.parse(tree.request(0, 5)).note.with_signatures(*witnessing.parse_signatures(body))
    assert abs((folder.key.check(note) or 0) - time.time()) < 10
    assert post(at, tree.request(0, 6)) == (409, "text/x.tlog.size", b"5\n")
    assert post(at, Tree(b"fork").request(5, 6))[0] == 422
    assert post(at, tree.request(5, 6, seed=bytes(range(1, 33))))[0] == 403
    assert post(at, tree.request(0, 6, "unknown/log"))[0] == 404
    assert post(at, b"old x\n")[0] == 400
    assert post(at, b"", "/")[0] == 404
    assert post(at, b"", method="GET")[0] == 405


def test_a_body_without_end_or_that_never_comes_is_given_up(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(at, b"x" * (witnessing.MAX_REQUEST + 1))[0] == 413
    monkeypatch.setattr(server, "BODY_SECONDS", 0.2)
    address = urlsplit(at)
    with socket.create_connection((address.hostname, address.port or 0), timeout=5) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nold")
        assert b" 408 " in slow.recv(100)


def test_without_its_state_it_answers_that_it_cannot_sign(folder: WitnessFolder, at: str, tmp_path: Path) -> None:
    (tmp_path / "witness" / STATE).unlink()
    assert post(at, Tree().request(0, 5))[0] == 500
    assert not (tmp_path / "witness" / STATE).exists()


@pytest.mark.parametrize(
    ("host", "certificate", "key", "words"),
    [
        ("0.0.0.0", None, None, "127.0.0.1 only"),  # noqa: S104
        ("witness.example.org", None, None, "TLS front"),
        ("127.0.0.1", Path("cert.pem"), None, "needs its key"),
        ("127.0.0.1", None, Path("key.pem"), "needs its key"),
    ],
)
def test_another_host_needs_tls(
    folder: WitnessFolder, host: str, certificate: Path | None, key: Path | None, words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        server.serve(folder, (host, 0), certificate, key)


def _run(tmp_path: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "razdar", "witness", *arguments, "--folder", str(tmp_path / "w")]
    environ = os.environ | {"RAZDAR_VAR": str(tmp_path / "var")}
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _said(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    process = _run(tmp_path, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def test_from_the_command_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serving_ = _run(tmp_path, "run", "--name", "witness.example.org", "--bind", f"127.0.0.1:{port}")
    try:
        assert serving_.stdout is not None
        shown = serving_.stdout.readline()
        assert shown.startswith("Key of this witness: witness.example.org+")
        assert notes.VerifierKey.parse(shown.split()[-1]).algorithm is notes.Algorithm.COSIGNATURE
        tree = Tree()
        url = f"http://127.0.0.1:{port}"
        _until_open(port)
        assert post(url, tree.request(0, 5))[0] == 404
        assert "fingerprint" in _said(tmp_path, "trust", key_of(SEED).format())[1]
        assert post(url, tree.request(0, 5))[0] == 200
        status, said = _said(tmp_path, "show")
        assert status == 0
        assert f"Co-signed: {LOG}/1 at 5 entries" in said
        assert "begin anew once" in _said(tmp_path, "trust", key_of(SEED).format())[1]
    finally:
        serving_.send_signal(signal.SIGTERM)
        serving_.communicate(timeout=30)
    (tmp_path / "w" / STATE).write_text("{")
    status, said = _said(tmp_path, "run", "--bind", f"127.0.0.1:{port}")
    assert status == 1
    assert "set up another one in a new folder" in said


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["witness"], "verb"),
        (["witness", "run", "--folder", "w"], "--bind"),
        (["witness", "trust", "--folder", "w"], "VKEY"),
        (["witness", "show"], "--folder"),
        (["witness", "trust", "VKEY", "--bind", "127.0.0.1:8443", "--folder", "w"], "unrecognized"),
    ],
)
def test_what_a_verb_does_not_take_is_refused(
    words: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    command._arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(words[1:])
    assert wanted in capsys.readouterr().err


def _until_open(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def test_a_witness_loads_nothing_of_the_rest() -> None:
    code = (
        "import sys; import razdar.audit.witness.server, razdar.audit.witness.state, razdar.audit.witness.command; "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'sqlite3') "
        "or m.startswith(('razdar.keys.store', 'razdar.keys.agent', 'razdar.vault'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout.strip() == "[]"
