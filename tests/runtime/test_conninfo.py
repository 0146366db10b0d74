"""Which database URLs are accepted."""

import pytest

from razdar.core.errors import Misconfigured
from razdar.runtime.postgres import conninfo


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@/razdar?host=/run/postgresql",
        "postgresql://u:p@db.example.org/razdar?sslmode=verify-full",
        "postgresql://u:p@db.example.org:6432/razdar?sslmode=verify-full&sslrootcert=system",
        "postgresql://u:p@localhost/razdar?sslmode=verify-full",
    ],
)
def test_accepted(url: str) -> None:
    assert conninfo.parse(url)["dbname"] == "razdar"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db.example.org/razdar",
        "postgresql://u:p@db.example.org/razdar?sslmode=require",
        "postgresql://u:p@db.example.org/razdar?sslmode=verify-ca",
        "postgresql://u:p@localhost/razdar",
        "postgresql://u:p@127.0.0.1/razdar?sslmode=disable",
        "postgresql://u:p@/razdar",
        "postgresql://u:p@/razdar?service=somewhere",
        "postgresql://u:p@/razdar?host=/run/postgresql,db.example.org",
        "postgresql://u:p@/razdar?host=/run/postgresql&hostaddr=192.0.2.1",
        "postgresql://db.example.org/razdar?sslmode=verify-full",
        "postgresql://u:p@db.example.org?sslmode=verify-full",
        "mysql://u:p@/razdar?host=/x",
        "nonsense",
        "",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        conninfo.parse(url)
    assert "example" not in str(refused.value)


def test_another_user_keeps_the_server() -> None:
    url = "postgresql://u:p@db.example.org:6432/razdar?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    other = conninfo.parse(conninfo.with_user(url, "v", "s/e?c&r=e t", "d-b"))
    assert other == {
        "user": "v",
        "password": "s/e?c&r=e t",
        "dbname": "d-b",
        "host": "db.example.org",
        "port": "6432",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
    }


def test_urls_have_no_text_form() -> None:
    urls = conninfo.RoleUrls("postgresql://a:secret@/d?host=/x", "", "", "")
    assert "secret" not in f"{urls!r} {urls}"


def test_an_alias_carries_the_servers_options() -> None:
    settings = conninfo.alias("postgresql://u:p@h:5433/d?sslmode=verify-full&sslrootcert=system", {"min_size": 1})
    assert settings["HOST"] == "h"
    assert settings["PORT"] == "5433"
    assert settings["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "system", "pool": {"min_size": 1}}
