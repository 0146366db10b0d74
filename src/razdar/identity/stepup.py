"""Step-up: an act that opens or changes much needs a strong factor proven within the last five minutes.

OWASP ASVS 5.0 V7.5.3. The viewer carries the time of the last proof; a sign-in with TOTP or a passkey counts, a
recovery code does not. Pages answer `StepUpNeeded` by leading to ``/step-up/`` and back.
"""

import time

from django.http import HttpRequest

from razdar.core.disclosure import Viewer
from razdar.core.errors import StepUpNeeded
from razdar.identity.proofs import RECENT


def require_recent(viewer: Viewer, request: HttpRequest | None = None, seconds: int = RECENT) -> None:  # noqa: ARG001
    """Refuse when the strong factor was proven longer ago.

    Args:
        viewer: who acts; made from the request's session.
        request: not looked at; the viewer already holds what the session has proven.
        seconds: how long a proof is good for.

    Raises:
        StepUpNeeded: the person must prove it again.
    """
    if time.time() - viewer.assured_at > seconds:
        raise StepUpNeeded("Confirm that it is you: this act needs a sign-in of the last five minutes.")
