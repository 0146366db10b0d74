"""What ``razdar doctor`` looks at in the log: whether what happened is in it, and whether a witness vouches for it."""

from datetime import datetime
from typing import Any

import psycopg

from razdar.audit.models import CosigningState, Sequencing
from razdar.audit.selectors import STANDS_STILL_AFTER
from razdar.core.ledger import covering
from razdar.runtime.checkup import Found, Site, broken, check, look_at, skipped, works
from razdar.runtime.database_checks import connected

_AFTER = ("database", "database-runtime", "migrations")
_COSIGNED = """
SELECT max(c.cosigned_at) FROM audit_log l LEFT JOIN audit_checkpoint c ON c.client_id = l.log
WHERE l.signed_size > 0
  AND EXISTS (SELECT FROM audit_witness w WHERE w.client_id IS NULL OR w.client_id = l.log)
GROUP BY l.log
"""
_REFUSED = "SELECT count(*) FROM audit_cosigning WHERE state = %s"
_NO_WITNESS = "No witness is known, so nobody outside would notice an operator who rewrote all of the log."


@check("sequencer", "Sequencer", after=_AFTER)
def _sequencer(site: Site) -> Found:
    """It found the inbox empty within the last minute."""
    since = Sequencing.objects.values_list("caught_up_at", flat=True).first()
    if since is None:
        return broken("It never ran: what happens waits in the inbox and is not lost.", site.start("sequencer"))
    behind = site.now - since
    if behind > STANDS_STILL_AFTER:
        minutes = int(behind.total_seconds() // 60)
        said = f"It has been behind for {minutes} minutes: what happens waits in the inbox and is not lost."
        return broken(said, site.start("sequencer"))
    return works("Everything that happened is in the log.")


@check("witness", "Witness", after=(*_AFTER, "database-sequencer", "sequencer"))
def _witness(site: Site) -> Found:
    """A witness co-signed lately, and none refuses."""
    if "sequencer" not in site.urls:
        return skipped(
            "This account is not given the sequencer's address. Run the doctor under the operator's account."
        )
    with connected(site, "sequencer") as connection:
        return _cosigned(site, connection)


def _cosigned(site: Site, connection: "psycopg.Connection[Any]") -> Found:
    if not connection.execute("SELECT 1 FROM audit_witness LIMIT 1").fetchone():
        return look_at(_NO_WITNESS, "razdar log witness add https://WITNESS:8443 WITNESS-KEY")
    refused = connection.execute(_REFUSED, [CosigningState.REFUSED]).fetchone()
    if refused and refused[0]:
        return broken(
            "A witness refuses: the log is not what it co-signed before. Ask whoever runs it.",
            "razdar log witness list",
        )
    newest: list[datetime | None] = [at for (at,) in connection.execute(_COSIGNED).fetchall()]
    late = [at for at in newest if at is None or site.now - at > covering.ALARM]
    if late:
        said = (
            f"{len(late)} logs were not co-signed for more than 15 minutes: the witness is away, or cannot be reached."
        )
        return broken(said, "razdar log witness list")
    return works("Every log was co-signed within the last 15 minutes.")
