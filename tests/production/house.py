"""An installation as ``razdar units`` lays it out, with its four processes under four accounts, and questions to it.

Runs inside a machine that is thrown away (:mod:`tests.production.machine`). There is no systemd in it: the processes
are started here, under the accounts, with the environment files, in the folders that were written for it. What they
are asked is answered as one JSON object on the last line of output.
"""

import http.client
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg

from tests.production.machine import PREFIX

PROGRAM = str(PREFIX / ".venv/bin/razdar")
AUTHORITY = Path("/etc/razdar/database-ca.pem")
PASSPHRASE = Path("/etc/razdar/passphrase")
VAR = Path("/var/lib/razdar/keyagent")
HOST = "desk.example.org"
SERVING = ("keyagent", "sequencer", "worker", "web")
SECONDS = 30.0

_COVERED = "SELECT coalesce(sum(size), 0) FROM audit_checkpoint"

ASK_KEY_STORE = "print(len(open('/var/lib/razdar/keyagent/keys/keystore.sqlite3', 'rb').read()))"
_AGENT = """
from pathlib import Path
from razdar.keys.remote import RemoteAgent
from razdar.keys.records import Extension, LogHead
from uuid import UUID
agent = RemoteAgent(Path('/run/razdar/keyagent.sock'), 'web')
"""
ASK_SIGN = _AGENT + "print(len(agent.sign_checkpoints([Extension(LogHead(UUID(int=7), 1, 1, bytes(32)), ())])))"
ASK_KEYS = _AGENT + "print(agent.status().clients)"


_STORE = """
from uuid import UUID
from django.conf import settings
settings.configure(RAZDAR_OBJECTS_URL='file:///var/lib/razdar/objects')
from razdar.runtime import objects
name = UUID(int=7)
"""
ASK_STORE = _STORE + "objects.put(name, b'sealed'); print('done')"
ASK_TAKE = _STORE + "print(objects.get(name).decode()); objects.delete(name); assert not list(objects.names())"
ASK_LOOK = "import os; print(os.listdir('/var/lib/razdar/objects'))"


def asked(account: str, code: str) -> str:
    """What a piece of code says under an account: its output, or the name of the error."""
    guarded = f"import json\ntry:\n    exec({code!r})\nexcept Exception as error:\n    print(type(error).__name__)"
    done = subprocess.run(
        [sys.executable, "-c", guarded], **_as(account), capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.strip() or done.stderr.strip()[-300:]


def _as(account: str) -> dict[str, object]:
    entry = pwd.getpwnam(account)
    groups = os.getgrouplist(account, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups, "umask": 0o077}


def settings(name: str) -> dict[str, str]:
    """The environment of a unit, as systemd reads it."""
    text = Path(f"/etc/razdar/{name}.env").read_text()
    return dict(re.findall(r"^([A-Z_]+)='(.*)'$", text, re.MULTILINE))


# --- Setting up -------------------------------------------------------------------------------------------------------


def set_up() -> list[str]:
    """From nothing to written units; the one-time links."""
    Path("/etc/razdar").mkdir(mode=0o755)
    url = _with_readable_authority(os.environ.pop("RAZDAR_TEST_ADMIN_URL"))
    PASSPHRASE.touch(mode=0o600)
    PASSPHRASE.write_text("correct horse battery staple\n")
    environment = {
        **os.environ,
        "RAZDAR_VAR": str(VAR),
        "RAZDAR_URL": f"https://{HOST}",
        "RAZDAR_PASSPHRASE_FILE": str(PASSPHRASE),
    }
    people = ["--administrator", "mira=Mira Holt", "--administrator", "odil=Odil Brand"]
    said = _run([PROGRAM, "init", "--admin-url", url, "--client", "Northwind", *people], environment)
    units = [PROGRAM, "units", "--url", f"https://{HOST}", "--database", f"{VAR}/database.env"]
    _run([*units, "--backups", "/srv/backup"], environment)
    _run(["systemd-sysusers"], os.environ)
    _run(["systemd-tmpfiles", "--create", "razdar.conf"], os.environ)
    (VAR / "database.env").unlink()
    return re.findall(rf"https://{HOST}(\S+)", said)


def _with_readable_authority(url: str) -> str:
    """The server's address with its authority where every account can read it."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    shutil.copy(query["sslrootcert"], AUTHORITY)
    AUTHORITY.chmod(0o644)
    return urlunsplit(parts._replace(query=urlencode({**query, "sslrootcert": str(AUTHORITY)})))


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[:2]}: {done.stdout}\n{done.stderr}")
    return done.stdout


def start() -> dict[str, "subprocess.Popen[bytes]"]:
    """The four processes, each under its account with its own environment and nothing else."""
    running = {}
    for name in SERVING:
        environment = {"PATH": "/usr/bin:/bin", **settings(name)}
        if name == "keyagent":
            environment["RAZDAR_PASSPHRASE_FILE"] = _credential()
        log = Path(f"/tmp/{name}.out").open("wb")  # noqa: S108, SIM115 - a machine of its own
        running[name] = subprocess.Popen(
            [PROGRAM, name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            **_as(f"razdar-{name}"),  # type: ignore[call-overload]
        )
    return running


def _credential() -> str:
    """What LoadCredential= does: a copy that one account alone can read."""
    folder = Path("/run/credentials")
    folder.mkdir(exist_ok=True)
    copy = folder / "passphrase"
    shutil.copy(PASSPHRASE, copy)
    copy.chmod(0o400)
    os.chown(copy, pwd.getpwnam("razdar-keyagent").pw_uid, -1)
    return str(copy)


# --- Questions --------------------------------------------------------------------------------------------------------


def page(path: str) -> tuple[int, str]:
    """A page as the TLS front asks for it."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=10)
    connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def awaited(look: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if look():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def log_state() -> tuple[int, int]:
    """Entries in the log, and what signed checkpoints cover, added up."""
    with psycopg.connect(settings("operator")["RAZDAR_BACKUP_URL"]) as connection:
        entries = connection.execute("SELECT count(*) FROM audit_event").fetchone()
        signed = connection.execute(_COVERED).fetchone()
    return int((entries or (0,))[0]), int((signed or (0,))[0])


def answers(links: list[str]) -> dict[str, object]:
    """Everything that is asked."""
    found: dict[str, object] = {"links": len(links)}
    found["sign-in page"] = awaited(lambda: page("/account/login/")[0] == 200)
    before = log_state()
    found["link page"] = page(links[0])[0]
    found["renew"] = _command("person", "renew", "--client", "Northwind", "odil")
    found["sequenced and signed"] = awaited(lambda: log_state()[0] > before[0] and log_state()[1] > before[1])
    found["check"] = _command("check")
    found["keys status"] = _command("keys", "status")
    found["web asks for keys"] = asked("razdar-web", ASK_KEYS)
    for account in ("razdar-web", "razdar-worker", "razdar-sequencer", "razdar-operator"):
        found[f"{account} reads the key store"] = asked(account, ASK_KEY_STORE)
    found["razdar-sequencer signs"] = asked("razdar-sequencer", ASK_SIGN)
    for account in ("razdar-web", "razdar-worker", "nobody"):
        found[f"{account} signs"] = asked(account, ASK_SIGN)
    for name in ("keyagent", "web", "worker", "sequencer", "operator"):
        found[f"web reads {name}.env"] = asked("razdar-web", f"print(open('/etc/razdar/{name}.env').read()[:20])")
    found["web reads the passphrase"] = asked("razdar-web", f"print(open('{PASSPHRASE}').read()[:2])")
    for folder in ("keyagent", "worker", "sequencer", "operator", "bundles"):
        code = f"import os; print(os.listdir('/var/lib/razdar/{folder}'))"
        found[f"web lists {folder}"] = asked("razdar-web", code)
    found["web stores a file"] = asked("razdar-web", ASK_STORE)
    found["worker reads and removes it"] = asked("razdar-worker", ASK_TAKE)
    found["sequencer looks for it"] = asked("razdar-sequencer", ASK_LOOK)
    found["key agent's own account reads the key store"] = asked("razdar-keyagent", ASK_KEY_STORE)
    found["root reads web.env"] = asked("root", "print(open('/etc/razdar/web.env').read()[:20])")
    found["settings"] = {name: sorted(settings(name)) for name in (*SERVING, "operator")}
    return found


def _command(*arguments: str) -> str:
    done = subprocess.run(
        ["/usr/local/sbin/razdar", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    return f"{done.returncode} {done.stdout.strip()} {done.stderr.strip()}".strip()


def main() -> int:
    links = set_up()
    running = start()
    try:
        found = answers(links)
        found["running"] = sorted(name for name, process in running.items() if process.poll() is None)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(30)
    if "--logs" in sys.argv:
        found["logs"] = {name: Path(f"/tmp/{name}.out").read_text()[-2000:] for name in SERVING}  # noqa: S108
    print(json.dumps(found))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
