"""Brings the database to this version: migrations as the owner, then what migrations cannot say.

``razdar migrate`` runs in a process of its own. There every alias is the owner: data migrations of libraries use the
default alias without asking, and no request is ever served by that process.
"""

from django.conf import settings
from django.core.management import call_command
from django.db import connections

# Tables that the runtime role needs no rights on at all.
_OWNERS_ONLY = ("django_migrations",)


def migrate() -> None:
    """Apply all migrations; harmless when there is nothing to do."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", settings.CACHES["default"]["LOCATION"], verbosity=0)
    with connections["default"].cursor() as cursor:
        for table in _OWNERS_ONLY:
            cursor.execute(f"REVOKE ALL ON {table} FROM PUBLIC, razdar_runtime, razdar_sequencer")
