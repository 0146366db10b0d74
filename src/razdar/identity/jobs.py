"""Sweeping up: sessions that ended, links that ran out, tries that say nothing any more, people who stay away."""

from datetime import timedelta

from django.utils import timezone

from razdar.identity import invitations, tries
from razdar.identity.backends import UNUSED
from razdar.identity.models import User
from razdar.identity.sessions import SessionStore
from razdar.runtime.jobs import periodic


@periodic("identity.sweep", "17 * * * *")
def sweep() -> None:
    """Once an hour. What it removes had no effect before either: every check looks at the clock by itself."""
    SessionStore.clear_expired()
    invitations.forget_old()
    tries.forget_old()
    long_ago = timezone.now() - UNUSED - timedelta(hours=1)
    User.objects.filter(is_active=True, disabled=User.Disabled.NO, last_active_at__lt=long_ago).update(
        disabled=User.Disabled.INACTIVE
    )
