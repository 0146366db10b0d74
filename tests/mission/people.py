"""The people of an installation under test: what they type, and their authenticator apps."""

import base64
import hmac
import re
import time
from dataclasses import dataclass

from tests.mission.wire import Answer, Wire

STEP_SECONDS = 30
_SEED = re.compile(r"<code>(?:<[^>]+>)*([A-Z2-7 ]{16,})<")


class NotSignedIn(RuntimeError):
    """The product did not let somebody in who should come in; the message says at which step."""


@dataclass
class Person:
    """Somebody who works with the product.

    Attributes:
        name: work name, which is typed to sign in.
        role: as the invitation's form names it.
        seed: of the authenticator app, base 32; empty before it is set up.
        used: the last step of the app whose code was used.
        ahead: seconds by which the clock of their app, and of the house, is ahead.
    """

    name: str
    role: str
    client: str
    password: str
    seed: str = ""
    used: int = 0
    ahead: int = 0

    def next_code(self) -> str:
        """A code that was not used yet; waits where it must, since each is good once, and one step early at most."""
        step = max(self._now(), self.used + 1)
        while step > self._now() + 1:
            time.sleep(0.5)
        self.used = step
        return totp(self.seed, step)

    def _now(self) -> int:
        return (int(time.time()) + self.ahead) // STEP_SECONDS

    def sign_in(self, origin: str) -> Wire:
        """Sign in through the ordinary form."""
        wire = Wire(origin)
        answer = self.type_password(wire)
        if not answer.path.endswith("/login/code/"):
            raise NotSignedIn(f"{self.name}: password")
        answer = wire.post(answer.path, {"code": self.next_code()})
        if answer.status != 302 or wire.arrive(wire.get("/")).path.startswith("/account/"):
            raise NotSignedIn(f"{self.name}: code")
        return wire

    def type_password(self, wire: Wire) -> Answer:
        """The first step alone; where it leads."""
        return wire.submit("/account/login/", {"login": self.name, "password": self.password})

    def accept(self, origin: str, invitation: str) -> Wire:
        """Choose the password on an invitation; signed in, as far as a password goes."""
        wire = Wire(origin)
        answer = wire.submit(invitation, {"password1": self.password, "password2": self.password})
        if answer.status != 200 or answer.path == invitation:
            raise NotSignedIn(f"{self.name}: invitation")
        return wire

    def set_up_app(self, wire: Wire) -> None:
        """Set up an authenticator app, as the page says."""
        found = _SEED.search(wire.get("/account/app/").text)
        if found is None:
            raise NotSignedIn(f"{self.name}: no seed is shown")
        self.seed = found[1].replace(" ", "")
        if wire.post("/account/app/", {"code": self.next_code()}).status != 302:
            raise NotSignedIn(f"{self.name}: authenticator app")


def totp(seed: str, step: int) -> str:
    """The code of a step (RFC 6238, SHA-1, six digits)."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.digest(key, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 1_000_000:06}"
