"""Who may sign in by work name and password.

An unknown name costs the same work as a known one, and every refusal looks the same from outside: wrong password,
unknown, disabled, never set up, left, or unused for thirty days (PCI DSS 4.0.1, 8.2.6, allows ninety).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from razdar.identity.models import User
from razdar.identity.names import canonical

UNUSED = timedelta(days=30)


def may_sign_in(user: User) -> bool:
    """Whether this account is open."""
    active_at = user.last_active_at
    return user.is_active and not user.disabled and active_at is not None and timezone.now() - active_at < UNUSED


class WorkNameBackend(BaseBackend):
    """Django's interface to the above."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 (Django's interface)
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        if not username or not password:
            return None
        user = User.objects.filter(username=canonical(username)).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and may_sign_in(user) else None

    def get_user(self, user_id: UUID | str) -> User | None:
        try:
            user = User.objects.filter(pk=user_id).first()
        except ValidationError:
            return None
        return user if user is not None and may_sign_in(user) else None
