"""The people of a running demo: what they type to sign in, and signing in as one of them.

Passwords and seeds are made when the demo starts and live in this process alone.
"""

import base64
import hmac
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

from razdar.demo_content.browser import Browser
from razdar.demo_content.staff import DemoStaff

STEP_SECONDS = 30
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


class NotSignedIn(Exception):
    """The product did not let the person in; the message says at which step."""


def fresh_password() -> str:
    """Four groups of four random syllables: 98 bits, and one can type it."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(4)) for _ in range(4))


def totp(seed: str, step: int) -> str:
    """The code of a step (RFC 6238, SHA-1, six digits)."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.digest(key, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class Member:
    """One person of the demo."""

    person: DemoStaff
    client: str
    password: str
    seed: str
    _used: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def code(self) -> str:
        """The code an authenticator app would show now."""
        return totp(self.seed, int(time.time()) // STEP_SECONDS)

    def next_code(self) -> str:
        """A code that was not used yet; waits for the next one when it must (each is good once)."""
        with self._lock:
            while (step := max(int(time.time()) // STEP_SECONDS, self._used + 1)) > time.time() // STEP_SECONDS + 1:
                time.sleep(0.5)
            self._used = step
            return totp(self.seed, step)

    def sign_in(self, origin: str) -> Browser:
        """Sign in over HTTP through the ordinary form.

        Raises:
            NotSignedIn: the product said no.
        """
        browser = Browser(origin)
        form = browser.get("/account/login/")
        answer = browser.submit(form, "/account/login/", {"login": self.person.username, "password": self.password})
        if answer.status != 302:
            raise NotSignedIn("password")
        code_page = browser.get(answer.location)
        answer = browser.submit(code_page, answer.location, {"code": self.next_code()})
        if answer.status != 302:
            raise NotSignedIn("code")
        return browser
