"""The pages about the installation itself: keys, background work, certificates."""

from typing import Any

import psycopg

from razdar.core.permissions import Permission
from tests.doors.house import House
from tests.doors.table import Call

P = Permission


def a_job(_: House) -> tuple[object, ...]:
    return ("identity.sweep",)


def a_job_of_keys(_: House) -> tuple[object, ...]:
    return ("vault.keep",)


def a_job_given_up(_: House) -> tuple[object, ...]:
    return ("interactions.advance",)


def _gives_up(house: House, _: Any) -> None:
    """A job of the planted customer's client that was given up."""
    with psycopg.connect(house.world.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('nobody', 'interactions.advance', jsonb_build_object('client', %s::text), 'failed')",
            [str(house.world.client)],
        )


SYSTEM = (
    Call("assurance:keys", P.VAULT_KEYS_VIEW, says="razdar keys rotate epoch --client"),
    Call("assurance:keys-now", P.VAULT_KEYS_VIEW, says="Key agent"),
    Call("assurance:jobs", P.ASSURANCE_SYSTEM_VIEW, says="By the clock"),
    Call("assurance:jobs-now", P.ASSURANCE_SYSTEM_VIEW, says="By the clock"),
    Call("assurance:job-run", P.ASSURANCE_JOB_RUN, at=a_job, anywhere=True, post={}, status=302),
    Call("assurance:job-run", P.ASSURANCE_JOB_RUN, "of keys", at=a_job_of_keys, anywhere=True, post={}, status=404),
    Call("assurance:jobs-again", P.ASSURANCE_JOB_RUN, "nothing", at=a_job, anywhere=True, post={}, status=404),
    Call("assurance:jobs-again", P.ASSURANCE_JOB_RUN, at=a_job_given_up, post={}, status=302, before=_gives_up),
    Call("assurance:certificates", P.ASSURANCE_SYSTEM_VIEW, says="This version sends no mail"),
    Call("assurance:certificates-now", P.ASSURANCE_SYSTEM_VIEW, says="Not looked at yet"),
)
