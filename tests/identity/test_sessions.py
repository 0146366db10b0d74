"""Sessions: 15 minutes, 12 hours, a sealed payload that belongs to its row."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from razdar.identity.models import Session
from razdar.identity.sessions import SessionStore, digest
from tests.identity.world import World


def store(**values: str) -> SessionStore:
    session = SessionStore()
    session.update(values)
    session.create()
    return session


def again(session: SessionStore) -> SessionStore:
    return SessionStore(session.session_key)


@pytest.mark.django_db
class TestPayload:
    def test_only_the_hash_and_a_sealed_payload_are_stored(self) -> None:
        session = store(word="rhododendron")
        row = Session.objects.get()
        assert session.session_key
        assert bytes(row.key_hash) == digest(session.session_key)
        assert session.session_key not in row.payload
        assert "rhododendron" not in row.payload
        assert again(session)["word"] == "rhododendron"

    def test_swapped_payloads_do_not_open(self) -> None:
        one, two = store(who="one"), store(who="two")
        rows = {bytes(row.key_hash): row for row in Session.objects.all()}
        first, second = rows[digest(str(one.session_key))], rows[digest(str(two.session_key))]
        Session.objects.filter(pk=first.pk).update(payload=second.payload)
        assert again(one).get("who") is None
        assert again(two)["who"] == "two"

    def test_an_altered_payload_is_no_session(self) -> None:
        session = store(who="one")
        payload = Session.objects.get().payload
        flipped = payload[:-5] + ("A" if payload[-5] != "A" else "B") + payload[-4:]
        Session.objects.update(payload=flipped)
        assert dict(again(session).items()) == {}

    def test_a_key_is_256_bits(self) -> None:
        keys = {SessionStore()._get_new_session_key() for _ in range(50)}
        assert len(keys) == 50
        assert all(len(key) == 43 for key in keys)

    def test_a_made_up_key_is_not_adopted(self) -> None:
        session = SessionStore("x" * 43)
        session["who"] = "one"
        session.save()
        assert session.session_key != "x" * 43


@pytest.mark.django_db
class TestTime:
    def test_it_ends_after_a_quarter_of_an_hour_without_a_request(self) -> None:
        session = store(who="one")
        Session.objects.update(seen_at=timezone.now() - timedelta(minutes=14, seconds=50))
        assert again(session)["who"] == "one"
        assert timezone.now() - Session.objects.get().seen_at < timedelta(seconds=5)
        Session.objects.update(seen_at=timezone.now() - timedelta(minutes=15, seconds=1))
        assert again(session).get("who") is None

    def test_it_ends_after_twelve_hours_whatever_happens(self) -> None:
        session = store(who="one")
        Session.objects.update(started_at=timezone.now() - timedelta(hours=12, seconds=1))
        assert again(session).get("who") is None

    def test_a_new_key_buys_no_new_time(self) -> None:
        session = store(_auth_user_id=None)  # type: ignore[arg-type]
        started = timezone.now() - timedelta(hours=11)
        Session.objects.update(started_at=started)
        later = again(session)
        old = later.session_key
        later.cycle_key()
        assert later.session_key != old
        assert Session.objects.get().started_at == started

    def test_the_sweep_removes_what_ended(self) -> None:
        store(who="one")
        Session.objects.update(seen_at=timezone.now() - timedelta(minutes=16))
        store(who="two")
        SessionStore.clear_expired()
        assert Session.objects.count() == 1


def test_signing_in_changes_the_key(world: World) -> None:
    from django.test import Client as Browser

    browser = Browser()
    world.anna.type_password(browser)
    before = browser.cookies["razdar_session"].value
    world.clock.tick()
    browser.post("/account/login/code/", {"code": world.anna.code()})
    assert browser.cookies["razdar_session"].value != before


def test_the_cookie(world: World) -> None:
    cookie = world.anna.sign_in().cookies["razdar_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert settings.SESSION_COOKIE_SECURE is settings.BASE_URL.secure


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://desk.example.org", "__Host-razdar True Strict / None True"),
        ("http://localhost:8000", "razdar_session False Strict / None True"),
    ],
)
def test_the_cookie_follows_the_base_url(url: str, expected: str) -> None:
    names = ("NAME", "SECURE", "SAMESITE", "PATH", "DOMAIN", "HTTPONLY")
    code = "from django.conf import settings as s; print(" + ", ".join(f"s.SESSION_COOKIE_{n}" for n in names) + ")"
    environ = os.environ | {"RAZDAR_URL": url, "DJANGO_SETTINGS_MODULE": "razdar.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
