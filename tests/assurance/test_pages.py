"""The pages about the installation: what they say of keys, of background work and of certificates, and to whom."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from razdar.assurance import doors_seen, job_words, jobs, keyring, working
from razdar.core.disclosure import Role
from razdar.core.errors import KeysLocked, NotFound, NotYours, Unavailable
from razdar.core.permissions import Permission
from razdar.keys import agent
from razdar.keys.records import Progress
from razdar.runtime import certificates, runs, schedule, sightings
from razdar.runtime.certificates import Door
from razdar.runtime.jobs import SCHEDULED
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.vault import keeping, sighting
from tests.world import World, build, unlocked_keys


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        yield build(database.owner)


# --- Keys -------------------------------------------------------------------------------------------------------------


def _ring(world: World, role: Role = Role.TECHNICIAN, now: datetime | None = None) -> keyring.Keyring:
    with scope(world.client):
        return keyring.keyring(world.viewer(role), now)


def test_before_the_worker_looked_only_the_agent_is_known(world: World) -> None:
    ring = _ring(world)
    assert ring.agent.unlocked
    assert ring.agent.since is not None
    assert (ring.seen, ring.restore) == (None, None)


def test_the_page_says_what_the_worker_saw_of_this_client_alone(world: World) -> None:
    world.customer()
    world.customer(surname="Another")
    world.customer(world.other)
    keeping.rotate_epoch(world.other)
    jobs.look_at_keys()
    seen = _ring(world).seen
    assert seen is not None
    assert [(epoch.number, epoch.keys, epoch.current) for epoch in seen.epochs] == [(1, 2, True)]
    with scope(world.other):
        other = keyring.keyring(world.viewer(Role.TECHNICIAN, world.other)).seen
    assert other is not None
    assert [(epoch.number, epoch.keys) for epoch in other.epochs] == [(2, 1)]
    assert seen.late
    assert not seen.stale


def test_what_was_seen_grows_old(world: World) -> None:
    jobs.look_at_keys()
    seen = _ring(world, now=datetime.now(UTC) + timedelta(hours=1)).seen
    assert seen is not None
    assert seen.stale


def test_a_rotation_is_told_while_it_runs(world: World) -> None:
    world.customer()
    jobs.look_at_keys()
    sighting.told(Progress(world.client, 2, 1, (), finished=False))
    seen = _ring(world).seen
    assert seen is not None
    assert seen.rotation == keyring.Rotation(2, 1, 1)
    sighting.told(Progress(world.client, 2, 1, (), finished=True))
    seen = _ring(world).seen
    assert seen is not None
    assert seen.rotation is None


def test_a_locked_agent_is_said_and_nothing_else_is_lost(world: World) -> None:
    jobs.look_at_keys()
    with patch.object(type(agent.current()), "status", side_effect=KeysLocked("away")):
        ring = _ring(world)
    assert not ring.agent.unlocked
    assert ring.seen is not None


def test_only_who_looks_after_keys_or_watches_is_told(world: World) -> None:
    allowed = {role for role in Role if Permission.VAULT_KEYS_VIEW in world.viewer(role).permissions}
    watching = {Role.SECURITY_OFFICER, Role.AUDITOR, Role.CLIENT_OBSERVER}
    assert allowed == {Role.ADMINISTRATOR, Role.TECHNICIAN} | watching
    with pytest.raises(NotYours):
        _ring(world, Role.SUPERVISOR)


# --- Jobs -------------------------------------------------------------------------------------------------------------


def _work(world: World, role: Role = Role.TECHNICIAN, now: datetime | None = None) -> working.Work:
    with scope(world.client):
        return working.work(world.viewer(role), now)


def test_all_scheduled_work_is_explained() -> None:
    ours = {name for name in SCHEDULED if not name.startswith("probe.")}  # those are of other tests
    assert ours == set(job_words.WORDS)


def test_what_destroys_or_makes_keys_is_asked_for_at_the_console_alone() -> None:
    kept_back = {name for name, words in job_words.WORDS.items() if words.command}
    destroying = {"interactions.retain", "oversight.retain", "work.retain", "telephony.drop_keys"}
    assert kept_back == destroying | {"vault.keep", "vault.cover", "vault.reconcile"}


def test_a_run_is_written_down_with_its_code_alone(world: World) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    for error in ("", "keys-locked", "keys-locked"):
        runs.note("identity.sweep", began, began + timedelta(seconds=3), error)
    line = next(line for line in _work(world).lines if line.name == "identity.sweep")
    assert (line.state, line.failures, line.seconds) == ("bad", 2, 3.0)
    assert str(line.reason) == "The key agent did not answer."
    assert line.good_at is not None
    runs.note("identity.sweep", began, began, "")
    assert runs.last()["identity.sweep"].failures == 0


def test_an_error_that_nobody_foresaw_leaves_no_text(world: World) -> None:
    assert runs.code(ValueError("Quillfeather")) == "internal"
    assert runs.code(KeysLocked("away")) == "keys-locked"
    assert runs.code(None) == ""


def test_work_that_did_not_come_is_late(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2)
    runs.note("identity.sweep", long_ago, long_ago, "")
    line = next(line for line in _work(world).lines if line.name == "identity.sweep")
    assert line.state == "late"
    assert line.next_at > datetime.now(UTC)
    assert schedule.overdue(datetime.now(UTC)) == ["identity.sweep"]


def test_a_page_may_have_work_done_and_that_is_in_the_log(world: World) -> None:
    viewer = world.viewer(Role.TECHNICIAN)
    with scope(world.client):
        assert working.run_now(viewer, "identity.sweep")
    with scope(world.client):
        assert not working.run_now(viewer, "identity.sweep")
    written = [event for event in world.events() if event.action == "assurance:job:run"]
    assert [(event.actor, dict(event.detail)) for event in written] == [(viewer.person, {"job": "identity.sweep"})] * 2


@pytest.mark.parametrize("name", ["vault.keep", "interactions.retain", "nothing"])
def test_a_page_may_not_ask_for_keys_or_destruction(world: World, name: str) -> None:
    with scope(world.client), pytest.raises(NotFound):
        working.run_now(world.viewer(Role.ADMINISTRATOR), name)


def test_looking_is_not_acting(world: World) -> None:
    viewer = world.viewer(Role.TECHNICIAN)
    only_looks = replace(viewer, permissions=viewer.permissions - {Permission.ASSURANCE_JOB_RUN})
    with scope(world.client):
        assert not any(line.may_run for line in working.work(only_looks).lines)
        with pytest.raises(NotYours):
            working.run_now(only_looks, "identity.sweep")
        with pytest.raises(NotYours):
            working.retry(only_looks, "interactions.advance")


def test_only_own_jobs_are_counted_and_tried_again(world: World, database: RoleUrls) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        for client in (world.client, world.client, world.other):
            owner.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
                " VALUES ('pipeline', 'interactions.advance', jsonb_build_object('client', %s::text), 'failed')",
                [str(client)],
            )
    (given_up,) = _work(world).given_up
    assert (given_up.name, given_up.count) == ("interactions.advance", 2)
    with scope(world.client):
        assert working.retry(world.viewer(Role.TECHNICIAN), "interactions.advance") == 2
    found = _work(world)
    assert found.given_up == ()
    (queue,) = found.queues
    assert (queue.name, queue.waiting) == ("pipeline", 2)
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone() == (1,)


# --- Certificates -----------------------------------------------------------------------------------------------------


def _certificate(folder: Path, days: int, name: str = "desk.example.org") -> tuple[Path, Path]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "cert.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, secret


@contextmanager
def _door(folder: Path, days: int, *, postgres: bool = False) -> Iterator[Door]:
    chain, secret = _certificate(folder, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain:
                if postgres:
                    assert plain.recv(8)[4:] == (80877103).to_bytes(4, "big")
                    plain.sendall(b"S")
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield Door(
            "database" if postgres else "web", "127.0.0.1", listener.getsockname()[1], "127.0.0.1", chain, postgres
        )
    finally:
        listener.close()


@pytest.mark.parametrize("postgres", [False, True])
def test_a_door_is_asked_for_its_certificate(tmp_path: Path, postgres: bool) -> None:
    with _door(tmp_path, 50, postgres=postgres) as door:
        served = certificates.served(door)
        assert served.issuer == "An authority"
        assert served.names == ("desk.example.org", "127.0.0.1")
        assert served.days_left(datetime.now(UTC)) == 49
        assert served.believed
        assert not certificates.served(replace(door, called="another.example")).believed
        assert not certificates.served(replace(door, authority=None)).believed


def test_one_that_ran_out_is_read_and_not_believed(tmp_path: Path) -> None:
    with _door(tmp_path, -1) as door:
        served = certificates.served(door)
    assert served.days_left(datetime.now(UTC)) < 0
    assert not served.believed


def test_nobody_there_is_said() -> None:
    with pytest.raises(Unavailable):
        certificates.served(Door("web", "127.0.0.1", 1, "127.0.0.1"))


def test_doors_are_found_in_the_settings(tmp_path: Path) -> None:
    urls = {"runtime": "postgresql://u:p@db.example/razdar?sslmode=verify-full&sslrootcert=/ca.pem"}
    found = certificates.doors(
        "https://desk.example.org", urls, ("0.0.0.0:8446", tmp_path), {"AWS_ENDPOINT": "https://store.example:9000"}
    )
    assert {(door.name, door.host, door.port) for door in found} == {
        ("web", "desk.example.org", 443),
        ("recorder", "127.0.0.1", 8446),
        ("objects", "store.example", 9000),
        ("database", "db.example", 5432),
    }
    local = certificates.doors(
        "http://localhost:8000", {"runtime": "postgresql://u@/razdar?host=/run"}, ("", tmp_path), {}
    )
    assert [door.name for door in local] == ["recorder"]


STATES = {-1: "over", 20: "soon", 31: "good"}


@pytest.mark.parametrize("days", STATES)
def test_the_page_warns_thirty_days_before(world: World, tmp_path: Path, days: int) -> None:
    with _door(tmp_path, days) as door, patch.object(doors_seen, "_doors", lambda: {"web": door, "objects": None}):
        doors_seen.look()
    with scope(world.client):
        found = doors_seen.doors(world.viewer(Role.TECHNICIAN))
    assert [one.state for one in found.certificates] == [STATES[days], "none"]
    assert not found.stale
    with scope(world.client):
        later = doors_seen.doors(world.viewer(Role.TECHNICIAN), datetime.now(UTC) + timedelta(hours=4))
    assert later.stale


def test_a_client_founded_since_the_hour_is_not_left_without_certificates(world: World) -> None:
    """A worker that starts before the first client is founded finds nobody to leave anything for."""
    technician = world.viewer(Role.TECHNICIAN)
    with patch.object(doors_seen, "_doors", lambda: {"web": None}):
        with patch.object(doors_seen.people, "clients", list):
            jobs.look_at_doors()
        with scope(world.client):
            assert doors_seen.doors(technician).at is None
        jobs.look_at_keys()
    with scope(world.client):
        seen_at = doors_seen.doors(technician).at
    assert seen_at
    jobs.look_at_keys()
    with scope(world.client):
        assert doors_seen.doors(technician).at == seen_at  # once an hour is enough for who is known


def test_certificates_are_for_who_looks_after_the_machine(world: World) -> None:
    with scope(world.client), pytest.raises(NotYours):
        doors_seen.doors(world.viewer(Role.AUDITOR))


def test_what_was_seen_is_the_clients_own(world: World) -> None:
    with scope(world.client):
        sightings.leave(world.client, "keys", {"of": str(uuid4())})
    with scope(world.other):
        assert sightings.seen(world.client, "keys") is None
