"""How often a sign-in may fail.

Rules (NIST SP 800-63B-4 section 3.2.2; PCI DSS 4.0.1, 8.3.4)
-------------------------------------------------------------
* An account: waits that grow from the 5th failure in a row, closed for 30 minutes at every 10th, disabled at the
  100th. A wrong code of the second factor counts like a wrong password; only a whole sign-in clears the count.
* A source (an address, or an IPv6 network): at most 20 failures in 10 minutes over all accounts.
* Five failures of one account within 10 minutes, and a source that reaches its limit, are reported to the log.
* An unknown name is counted exactly like a known one, so that nothing tells them apart; tables hold a keyed hash of it.
* A try is counted before the password is looked at, on a connection that commits at once: a hundred tries sent at the
  same moment are a hundred tries, and a request that fails gives none back.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from razdar.core.errors import TooManyTries
from razdar.core.ledger.events import Mode, Outcome
from razdar.identity import events
from razdar.identity.events import Origin
from razdar.identity.keyed import TRIES, keyed_hash
from razdar.identity.models import Tries, User

DELAY_FROM, LOCK_AT, DISABLE_AT = 5, 10, 100
LOCK = timedelta(minutes=30)
LONGEST_DELAY = timedelta(seconds=60)
WINDOW = timedelta(minutes=10)
ALERT_AT, SOURCE_AT = 5, 20
AT_ONCE = "audit"

WAIT = _("Too many tries. Wait a little and try again. If it stays closed, an administrator can open it.")


@dataclass(frozen=True)
class Try:
    """One try that was counted and is not decided yet.

    Attributes:
        failures: how many in a row this would be, if it fails.
        recent: how many of this account within the window.
        from_source: how many of this source within the window.
        before: until when the account had to wait before this try.
    """

    username: str
    origin: Origin
    failures: int
    recent: int
    from_source: int
    before: datetime | None


def begin(username: str, origin: Origin) -> Try:
    """Count a try before it is looked at.

    Raises:
        TooManyTries: the account must wait or the source has used up its tries; nothing may be looked at.
    """
    now = timezone.now()
    with transaction.atomic(using=AT_ONCE):
        account = _row("account", username, now)
        source = _row("source", origin.source, now)
        waiting = account.not_before is not None and account.not_before > now
        if waiting or len(source.recent) >= SOURCE_AT:
            raise TooManyTries(str(WAIT))
        before, account.not_before = account.not_before, _not_before(account.failures + 1, now)
        for row in (account, source):
            row.failures += 1
            row.recent = [*row.recent, now.timestamp()][-SOURCE_AT:]
            row.save(using=AT_ONCE)
    return Try(username, origin, account.failures, _count(account), len(source.recent), before)


def passed(attempt: Try) -> None:
    """The password was right: take this try back. Earlier failures stay until the whole sign-in is done."""
    now = timezone.now()
    with transaction.atomic(using=AT_ONCE):
        for kind, name in (("account", attempt.username), ("source", attempt.origin.source)):
            row = _row(kind, name, now)
            row.failures = max(row.failures - 1, 0)
            row.recent = row.recent[:-1]
            row.not_before = attempt.before if kind == "account" else None
            row.save(using=AT_ONCE)


def clear(username: str) -> None:
    """Forget an account's failures: signed in, or opened by an administrator."""
    Tries.objects.using(AT_ONCE).filter(subject=_subject("account", username)).delete()


def failed(attempt: Try, step: str) -> None:
    """Log a failure, report what is unusual, and disable the account at the 100th in a row.

    Args:
        step: what failed: ``password``, ``code``, ``passkey``.
    """
    person = User.objects.filter(username=attempt.username).values_list("pk", flat=True).first()

    def tell(action: str, count: int) -> None:
        detail = (("count", count), ("step", step))
        events.record_now(action, Mode.DENY, attempt.origin, person, outcome=Outcome.DENIED, detail=detail)

    tell("identity:sign_in:fail", attempt.failures)
    if attempt.recent == ALERT_AT:
        tell("identity:account:alert", attempt.recent)
    if attempt.from_source == SOURCE_AT:
        tell("identity:source:alert", attempt.from_source)
    if attempt.failures % LOCK_AT == 0:
        tell("identity:account:lock", attempt.failures)
    if attempt.failures >= DISABLE_AT and person:
        open_ones = User.objects.using(AT_ONCE).filter(pk=person, disabled=User.Disabled.NO)
        open_ones.update(disabled=User.Disabled.TRIES)  # who left, or was closed out, stays so
        tell("identity:account:disable", attempt.failures)


def waits_until(username: str) -> datetime | None:
    """Until when nothing that is typed for this account is looked at; None where it need not wait."""
    row = Tries.objects.filter(subject=_subject("account", username)).first()
    return row.not_before if row and row.not_before and row.not_before > timezone.now() else None


def forget_old() -> None:
    """Remove what no longer says anything: sources after the window, unknown names after a day."""
    day_ago = timezone.now() - timedelta(days=1)
    Tries.objects.filter(updated_at__lt=day_ago, lasting=False).delete()


def _row(kind: str, name: str, now: datetime) -> Tries:
    rows = Tries.objects.using(AT_ONCE)
    subject = _subject(kind, name)
    rows.bulk_create([Tries(subject=subject, updated_at=now)], ignore_conflicts=True)
    row = rows.select_for_update().get(subject=subject)
    row.recent = [moment for moment in row.recent if moment > (now - WINDOW).timestamp()]
    row.updated_at = now
    row.lasting = kind == "account" and User.objects.using(AT_ONCE).filter(username=name).exists()
    return row


def _subject(kind: str, name: str) -> bytes:
    return keyed_hash(TRIES, f"{kind}:{name}".encode())


def _count(row: Tries) -> int:
    return len([moment for moment in row.recent if moment > time.time() - WINDOW.total_seconds()])


def _not_before(failures: int, now: datetime) -> datetime | None:
    if failures < DELAY_FROM:
        return None
    if failures % LOCK_AT == 0:
        return now + LOCK
    # Waits double from the fifth failure on; beyond a minute they only help whoever wants to lock a colleague out.
    return now + min(timedelta(seconds=2 ** min(failures - DELAY_FROM, 10)), LONGEST_DELAY)
