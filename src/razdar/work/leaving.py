"""What an agent who leaves would leave to others: contacts that run, and contacts whose end nobody has named.

Counted only: whoever lets people leave sees no customer, and giving a contact on is a supervisor's (`handing_over`).
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from razdar.identity.leaving import LEFT_BEHIND
from razdar.interactions import finding
from razdar.telephony import selectors as calls
from razdar.ui import formats
from razdar.work import dispositions

SINCE = timedelta(days=7)
"""As long as such a contact stands on its agent's desk."""


@LEFT_BEHIND.register("contacts")
def left_behind(client: UUID, person: UUID) -> tuple[str, ...]:
    """The contacts that somebody must go on with, as sentences; inside the client's scope."""
    since, runs, said = timezone.now() - SINCE, Q(calls.runs(client)), Q(dispositions.is_said(client))
    running = finding.count(client, person, since, runs)
    return (*_running(running), *_open(finding.count(client, person, since, ~runs & ~said)))


def _running(count: int) -> tuple[str, ...]:
    said = ngettext(
        "%(count)s contact of this person runs on. A supervisor gives it to another agent on the page Contacts.",
        "%(count)s contacts of this person run on. A supervisor gives them to other agents on the page Contacts.",
        count,
    )
    return (said % {"count": formats.number(count)},) if count else ()


def _open(count: int) -> tuple[str, ...]:
    said = ngettext(
        "Of %(count)s contact of the last week nobody has said how it ended. "
        "A supervisor gives it to another agent on the page Contacts.",
        "Of %(count)s contacts of the last week nobody has said how they ended. "
        "A supervisor gives them to other agents on the page Contacts.",
        count,
    )
    return (said % {"count": formats.number(count)},) if count else ()
