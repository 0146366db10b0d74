"""What ``razdar units`` writes: systemd units with an account for each process, and everything they stand on.

==================  ==========================================================  ======================================
account             its process                                                 what it alone has
==================  ==========================================================  ======================================
razdar-keyagent     ``razdar keyagent``; no network                             key store, passphrase
razdar-web          ``razdar web``
razdar-worker       ``razdar worker``                                           notices of erasures
razdar-sequencer    ``razdar sequencer``                                        the sequencer's database role
razdar-recorder     ``razdar recorder``                                         its spool, its certificate's key
razdar-operator     commands, by ``/usr/local/sbin/razdar``; the backup         the other database roles
razdar-witness      ``razdar witness``, on the client's machine                 its folder
==================  ==========================================================  ======================================

Rules:

* Each process has a folder of its own as ``RAZDAR_VAR``, 0700. Shared are three: the key agent's socket (group
  ``razdar``), stored files, which are ciphertext (group ``razdar-objects``), and key bundles, which the operator reads.
* An environment file is root's, 0600, and holds what its process needs and nothing else; systemd reads it.
* The passphrase is a credential of the key agent's unit (systemd.exec(5), LoadCredential=), from a file of root's.

This module makes texts and knows no disk; ``command`` reads and writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from razdar.keys.callers import Role
from razdar.runtime.postgres import conninfo
from razdar.units.walls import (
    ANY_NETWORK,
    LOOPBACK,
    MANY_CONNECTIONS,
    NO_NETWORK,
    NO_NEW_CODE,
    NOT_SWAPPED,
    SANDBOX,
    SHARES_FILES,
    THIS_HOST,
)

SETTINGS = "/etc/razdar"
STATE = "/var/lib/razdar"
SOCKET = "/run/razdar/keyagent.sock"
OBJECTS = f"{STATE}/objects"
BUNDLES = f"{STATE}/bundles"
UNITS = "/etc/systemd/system"
COMMAND = "/usr/local/sbin/razdar"
WITNESS_COMMAND = "/usr/local/sbin/razdar-witness"
WITNESS_STATE = "/var/lib/razdar-witness"

DATABASE, OWNER, SEQUENCER, BACKUP = (
    "RAZDAR_DATABASE_URL",
    "RAZDAR_OWNER_URL",
    "RAZDAR_SEQUENCER_URL",
    "RAZDAR_BACKUP_URL",
)
DATABASES = (DATABASE, OWNER, SEQUENCER, BACKUP)
TRANSCRIBER = ("RAZDAR_TRANSCRIBER", "RAZDAR_TRANSCRIBER_MODEL")
ENTITIES = ("RAZDAR_ENTITIES", "RAZDAR_ENTITIES_MODELS")
RECORDER, RECORDER_CERT, RECORDER_KEY = "RAZDAR_RECORDER", "RAZDAR_RECORDER_CERT", "RAZDAR_RECORDER_KEY"
CHOICES = (
    "RAZDAR_LOG_MONTHS",
    "RAZDAR_EPOCH_DAYS",
    "RAZDAR_OBJECTS_URL",
    RECORDER,
    RECORDER_CERT,
    RECORDER_KEY,
    *TRANSCRIBER,
    *ENTITIES,
)
"""Settings that may be chosen; the others follow from the layout."""
ROLES = (Role.WEB, Role.WORKER, Role.SEQUENCER, Role.RECORDER, Role.OPERATOR)
"""What calls the key agent; an account is named after each."""


@dataclass(frozen=True)
class File:
    """One file to be written: an absolute path, its text, and its mode."""

    path: str
    text: str = field(repr=False)
    mode: int = 0o644


@dataclass(frozen=True)
class Site:
    """What differs between installations.

    Attributes:
        prefix: where the program is.
        settings: ``RAZDAR_*`` by name, the four addresses among them.
        backups: folder that a daily backup goes to, if one is to be made.
        encrypted: whether the passphrase's file is one that ``systemd-creds encrypt`` made.
    """

    prefix: Path
    settings: Mapping[str, str] = field(repr=False)
    backups: Path | None = None
    encrypted: bool = False

    @property
    def program(self) -> str:
        return f"{self.prefix}/.venv/bin/razdar"

    @property
    def on_this_host(self) -> bool:
        """Whether web and worker reach everything they need on this host."""
        hosts = conninfo.parse(self.settings[DATABASE])["host"].split(",")
        return self.own_objects and all(host in LOOPBACK or host.startswith("/") for host in hosts)

    @property
    def own_objects(self) -> bool:
        """Whether stored files are in the folder of this layout."""
        return "RAZDAR_OBJECTS_URL" not in self.settings


@dataclass(frozen=True)
class Unit:
    """What one service needs beyond the sandbox.

    Attributes:
        name: of its account and its environment file, without their beginning.
        title: shown by systemd.
        run: command and arguments.
        settings: names of the variables it gets.
        writes: folders it may write, beyond its own.
        groups: further groups of its account.
        more: further lines.
        kind: systemd's Type.
    """

    name: str
    title: str
    run: str
    settings: tuple[str, ...]
    writes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    more: str = ""
    kind: str = "exec"


# --- The whole --------------------------------------------------------------------------------------------------------


def files(site: Site) -> list[File]:
    """Everything for the host that Razdar runs on."""
    served = services(site)
    units = [File(f"{UNITS}/razdar-{unit.name}.service", service(site, unit)) for unit in served]
    environments = [
        File(f"{SETTINGS}/{unit.name}.env", environment(site, unit.name, unit.settings), 0o600) for unit in served
    ]
    return [
        *units,
        *_backup_files(site),
        File(f"{UNITS}/razdar.target", _target(unit.name for unit in served)),
        *environments,
        File(f"{SETTINGS}/operator.env", environment(site, "operator", (*DATABASES, *CHOICES)), 0o600),
        File(f"{SETTINGS}/callers", "".join(f"razdar-{role} = {role}\n" for role in ROLES)),
        File("/etc/sysusers.d/razdar.conf", _accounts()),
        File("/etc/tmpfiles.d/razdar.conf", _folders(site)),
        File(COMMAND, _command("operator", site.program), 0o755),
    ]


def witness_files(prefix: Path, bind: str, tls: tuple[Path, Path] | None = None) -> list[File]:
    """Everything for the client's machine, which runs a witness and nothing else.

    Args:
        prefix: where the program is.
        bind: where it listens.
        tls: certificate chain and key, which the unit gets as credentials.
    """
    site = Site(prefix, {})
    command, folder = f"{site.program} witness", f"--folder {WITNESS_STATE}/witness"
    run = f"{command} run {folder} --bind {bind}"
    more = ANY_NETWORK + NO_NEW_CODE
    if tls:
        run += " --cert %d/cert --key %d/key"
        more += f"LoadCredential=cert:{tls[0]}\nLoadCredential=key:{tls[1]}\n"
    unit = Unit("witness", "Razdar witness: co-signs the log", run, (), more=more)
    accounts = 'u razdar-witness - "Razdar witness"\n'
    folders = _folder(WITNESS_STATE, "0700", "razdar-witness")
    return [
        File(f"{UNITS}/razdar-witness.service", service(site, unit)),
        File(f"{SETTINGS}/witness.env", f"RAZDAR_VAR='{WITNESS_STATE}'\n", 0o600),
        File("/etc/sysusers.d/razdar-witness.conf", accounts),
        File("/etc/tmpfiles.d/razdar-witness.conf", folders),
        File(WITNESS_COMMAND, _command("witness", command, folder), 0o755),
    ]


def services(site: Site) -> list[Unit]:
    """The processes that run all the time."""
    shared = (OBJECTS,) if site.own_objects else ()
    groups = ("razdar", "razdar-objects")
    notices = (f"{site.backups}/erasures",) if site.backups else ()
    network = ANY_NETWORK + (THIS_HOST if site.on_this_host else "")
    agent = _credential(site) + NO_NETWORK + NO_NEW_CODE + NOT_SWAPPED
    return [
        Unit(
            "keyagent",
            "Razdar key agent: holds the keys",
            "keyagent",
            (),
            ("/run/razdar", BUNDLES),
            more=agent,
            kind="notify",
        ),
        Unit(
            "web",
            "Razdar web process",
            "web",
            (DATABASE, "RAZDAR_OBJECTS_URL", TRANSCRIBER[0]),
            shared,
            groups,
            network + SHARES_FILES,
        ),
        Unit(
            "worker",
            "Razdar worker",
            "worker",
            (
                *(DATABASE, "RAZDAR_OBJECTS_URL", "RAZDAR_EPOCH_DAYS", "RAZDAR_BACKUP_FOLDER", RECORDER),
                *(*TRANSCRIBER, *ENTITIES),
            ),
            (*shared, *notices),
            groups,
            network + SHARES_FILES,
        ),
        # It has one role in the database and never the web's; nothing else of it opens the ordinary alias.
        Unit(
            "sequencer",
            "Razdar sequencer: writes and signs the log",
            "sequencer",
            (SEQUENCER, "RAZDAR_LOG_MONTHS"),
            groups=("razdar",),
            more=ANY_NETWORK + NO_NEW_CODE,
        ),
        _recorder(site, shared, groups),
    ]


def _recorder(site: Site, shared: tuple[str, ...], groups: tuple[str, ...]) -> Unit:
    """Exchanges on other hosts reach it, so it may reach any host; its certificate's key is a credential."""
    run, more = "recorder", ANY_NETWORK + SHARES_FILES + NOT_SWAPPED + MANY_CONNECTIONS
    if RECORDER_CERT in site.settings:
        run += " --cert %d/cert --key %d/key"
        more += (
            f"LoadCredential=cert:{site.settings[RECORDER_CERT]}\nLoadCredential=key:{site.settings[RECORDER_KEY]}\n"
        )
    title = "Razdar recorder: seals calls while they are spoken"
    return Unit("recorder", title, run, (DATABASE, "RAZDAR_OBJECTS_URL", RECORDER), shared, groups, more, "notify")


# --- Texts ------------------------------------------------------------------------------------------------------------


def service(site: Site, unit: Unit) -> str:
    """The unit's file."""
    run = unit.run if unit.run.startswith("/") else f"{site.program} {unit.run}"
    own = WITNESS_STATE if unit.name == "witness" else _own(unit.name)
    writes = " ".join((own, *unit.writes))
    groups = f"SupplementaryGroups={' '.join(unit.groups)}\n" if unit.groups else ""
    return (
        f"[Unit]\nDescription={unit.title}\nDocumentation=file:{site.prefix}/docs/production.md\n"
        f"{_order(unit)}\n[Service]\n"
        f"Type={unit.kind}\nExecStart={run}\nUser=razdar-{unit.name}\nGroup=razdar-{unit.name}\n{groups}"
        f"EnvironmentFile={SETTINGS}/{unit.name}.env\n{_restarting(unit)}\n"
        f"{SANDBOX}{unit.more}ReadWritePaths={writes}\n{_install(unit)}"
    )


def environment(site: Site, name: str, wanted: Iterable[str]) -> str:
    """The environment file of one account."""
    values = {"RAZDAR_VAR": _own(name), "RAZDAR_KEY_AGENT": SOCKET, "PYTHONDONTWRITEBYTECODE": "1"}
    if name == "keyagent":
        values |= {"RAZDAR_CALLERS": f"{SETTINGS}/callers", "RAZDAR_BUNDLES": BUNDLES}
    else:
        values["RAZDAR_URL"] = site.settings["RAZDAR_URL"]
    values |= {key: site.settings[key] for key in wanted if key in site.settings}
    if name in {"web", "worker", "recorder", "operator"}:
        values.setdefault("RAZDAR_OBJECTS_URL", f"file://{OBJECTS}")
    if name == "operator":
        values["RAZDAR_BUNDLES"] = BUNDLES
    if name == "sequencer":
        values[DATABASE] = site.settings[SEQUENCER]
    if site.backups and name in {"worker", "operator"}:
        values["RAZDAR_BACKUP_FOLDER"] = str(site.backups)
    return "".join(f"{key}='{value}'\n" for key, value in sorted(values.items()))


def _order(unit: Unit) -> str:
    after = ["network-online.target", "time-sync.target"]
    if unit.name == "keyagent":
        after = ["local-fs.target"]
    elif unit.name != "witness":
        after += ["postgresql.service", "razdar-keyagent.service"]
    wants = [name for name in after if name in {"network-online.target", "razdar-keyagent.service"}]
    part = "" if unit.name == "witness" or unit.kind == "oneshot" else "PartOf=razdar.target\n"
    return f"After={' '.join(after)}\n" + (f"Wants={' '.join(wants)}\n" if wants else "") + part


def _restarting(unit: Unit) -> str:
    # What is wrong may pass, such as a database that is away; a unit that gave up would have to be found by somebody.
    return "" if unit.kind == "oneshot" else "Restart=always\nRestartSec=3\nTimeoutStopSec=30\n"


def _install(unit: Unit) -> str:
    if unit.kind == "oneshot":
        return ""
    return f"\n[Install]\nWantedBy={'multi-user' if unit.name == 'witness' else 'razdar'}.target\n"


def _credential(site: Site) -> str:
    load = "LoadCredentialEncrypted" if site.encrypted else "LoadCredential"
    source = f"{SETTINGS}/passphrase{'.cred' if site.encrypted else ''}"
    return f"{load}=passphrase:{source}\nEnvironment=RAZDAR_PASSPHRASE_FILE=%d/passphrase\n"


def _target(names: Iterable[str]) -> str:
    wants = " ".join(f"razdar-{name}.service" for name in names)
    return f"[Unit]\nDescription=Razdar\nWants={wants}\n\n[Install]\nWantedBy=multi-user.target\n"


def _accounts() -> str:
    titles = {"keyagent": "key agent", **{str(role): str(role) for role in ROLES}}
    lines = ["g razdar -", "g razdar-objects -"]
    lines += [f'u razdar-{name} - "Razdar {title}"' for name, title in titles.items()]
    lines += [f"m razdar-{name} razdar" for name in ROLES]
    lines += [f"m razdar-{name} razdar-objects" for name in ("web", "worker", "recorder", "operator")]
    return "\n".join(lines) + "\n"


def _folders(site: Site) -> str:
    lines = [_folder("/run/razdar", "2750", "razdar-keyagent", "razdar"), _folder(STATE, "0755", "root")]
    lines += [_folder(_own(name), "0700", f"razdar-{name}") for name in ("keyagent", *ROLES)]
    # `razdar init` makes the key store as root.
    lines.append(f"Z {_own('keyagent')} ~0700 razdar-keyagent razdar-keyagent -\n")
    lines.append(_folder(BUNDLES, "2750", "razdar-keyagent", "razdar-operator"))
    if site.own_objects:
        lines.append(_folder(OBJECTS, "2770", "root", "razdar-objects"))
    if site.backups:
        lines.append(_folder(str(site.backups), "0711", "razdar-operator"))
        lines.append(_folder(f"{site.backups}/erasures", "0750", "razdar-worker", "razdar-operator"))
    return "".join(lines)


def _folder(path: str, mode: str, owner: str, group: str | None = None) -> str:
    return f"d {path} {mode} {owner} {group or owner} -\n"


def _own(name: str) -> str:
    return f"{STATE}/{name}"


def _command(account: str, program: str, fixed: str = "") -> str:
    """A command of root's that runs the program under an account, with that account's settings and no others.

    Args:
        account: without its beginning.
        program: which, and its first arguments.
        fixed: its last ones.
    """
    return (
        "#!/bin/sh\n"
        f"# For root: Razdar under the account razdar-{account}, which cannot read the key store.\n"
        'exec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" /bin/sh -c \'\n'
        f"  set -a; . {SETTINGS}/{account}.env; set +a\n"
        f"  exec setpriv --reuid=razdar-{account} --regid=razdar-{account} --init-groups --no-new-privs \\\n"
        f'    --inh-caps=-all {program} "$@"{f" {fixed}" if fixed else ""}\n'
        '\' razdar "$@"\n'
    )


# --- The daily backup -------------------------------------------------------------------------------------------------


def _backup_files(site: Site) -> list[File]:
    if site.backups is None:
        return []
    unit = Unit(
        "operator",
        "Razdar backup",
        f"backup {site.backups}",
        (),
        (str(site.backups),),
        ("razdar", "razdar-objects"),
        ANY_NETWORK + NO_NEW_CODE,
        "oneshot",
    )
    timer = (
        "[Unit]\nDescription=Daily Razdar backup\n\n[Timer]\nOnCalendar=*-*-* 02:30:00\nRandomizedDelaySec=30min\n"
        "Persistent=yes\n\n[Install]\nWantedBy=timers.target\n"
    )
    return [
        File(f"{UNITS}/razdar-backup.service", service(site, unit)),
        File(f"{UNITS}/razdar-backup.timer", timer),
    ]
