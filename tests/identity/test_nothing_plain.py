"""Nothing that must be sealed lies readable in any table."""

import re
from typing import Any

from django.db import connection

from razdar.core.disclosure import Role
from razdar.identity import factors, services
from razdar.identity.services import Newcomer
from tests.identity.world import PASSWORD, World, viewer_of


def every_value() -> str:
    """Everything in every table that the runtime role may read, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' "
            "AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            texts += [_readable(row[0]) for row in cursor.fetchall()]
    return "\n".join(texts)


def _readable(row: str) -> str:
    """A row with its bytes beside it as letters."""
    found: list[Any] = [bytes.fromhex(match) for match in re.findall(r"\\x((?:[0-9a-f]{2})+)", row)]
    return row + "".join(f" {data.decode('latin-1')} {data.decode('utf-16-le', 'replace')}" for data in found)


def test_no_seed_no_code_no_password_no_name_no_token(world: World) -> None:
    link = services.invite(viewer_of(world.anna), world.client, Newcomer("tom", "Tobias Findlay", (Role.TECHNICIAN,)))
    assert link
    browser = world.anna.sign_in()
    page = browser.get("/account/app/").content.decode()
    fresh = "".join(re.search(r'<code><bdi dir="ltr">([A-Z2-7 ]+)</bdi></code>', page)[1].split())  # type: ignore[index]
    codes = factors.show_codes(world.boris.id)
    key = browser.cookies["razdar_session"].value
    secrets = [
        PASSWORD,
        "Tobias",
        "Findlay",
        link.token,
        world.anna.seed,
        fresh,
        codes[0],
        codes[0].replace("-", ""),
        key,
    ]
    stored = every_value()
    assert "tom" in stored  # the search sees what is there
    assert str(world.anna.id) in stored
    assert [secret for secret in secrets if secret in stored] == []
