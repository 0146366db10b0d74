"""Second factors: seeds sealed for their owner, TOTP codes used once, recovery codes.

Rules
-----
* A seed is sealed for the person whose row holds it. A seed moved to somebody else's row does not open, and what does
  not open agrees with no code.
* TOTP (RFC 6238): six digits, 30 seconds, one step of drift each way. A step that was used, and every earlier one, is
  refused for ever: the last step is kept with the person and moved on by one conditional update.
* Recovery codes: ten of 80 bits, each good once, made from one sealed seed; shown once.
* The library asks its adapter to seal and open without saying for whom. The owner is told beside it: by `owned_by`, or
  it is the signed-in person, who is the only one whose factors the library touches outside of `owned_by`.
"""

import base64
import hmac
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from razdar.core.errors import Unopenable
from razdar.identity.models import User
from razdar.identity.proofs import STRONG
from razdar.runtime.scope import unit
from razdar.vault import staff

PERIOD, DRIFT, DIGITS = 30, 1, 6
CODES, CODE_BYTES = 10, 10
_KIND = "factor"
_OWNER: ContextVar[UUID | None] = ContextVar("owner of a second factor", default=None)


@contextmanager
def owned_by(person: UUID) -> Iterator[None]:
    """Seal and open second factors of this person inside the block."""
    token = _OWNER.set(person)
    try:
        yield
    finally:
        _OWNER.reset(token)


def seal_factor(text: str) -> str:
    """Seal a seed for the owner in force. Raises Unopenable when there is none."""
    return staff.seal_staff(_owner(), _KIND, text)


def open_factor(sealed: str) -> str:
    """Open a seed of the owner in force.

    Raises:
        Unopenable: no owner, altered, or sealed for somebody else.
    """
    return staff.open_staff(_owner(), _KIND, sealed)


def _owner() -> UUID:
    owner = _OWNER.get()
    if owner is not None:
        return owner
    user = getattr(context.request, "user", None)
    if user is None or not user.is_authenticated:
        raise Unopenable
    return UUID(str(user.pk))


# --- What a person has set up -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passkey:
    id: int
    name: str


@dataclass(frozen=True)
class Factors:
    """What somebody has set up.

    Attributes:
        recovery_left: unused recovery codes.
        codes_shown: whether the present codes have been shown.
    """

    totp: bool
    passkeys: tuple[Passkey, ...]
    recovery_left: int
    codes_shown: bool

    @property
    def strong(self) -> int:
        """How many strong factors there are."""
        return int(self.totp) + len(self.passkeys)


def factors_of(person: UUID) -> Factors:
    """What somebody has set up; opens nothing."""
    rows = list(Authenticator.objects.filter(user_id=person).order_by("pk"))
    codes = next((row for row in rows if row.type == "recovery_codes"), None)
    used = bin(codes.data.get("used_mask", 0)).count("1") if codes else CODES
    return Factors(
        totp=any(row.type == "totp" for row in rows),
        passkeys=tuple(Passkey(row.pk, str(row.data.get("name", ""))) for row in rows if row.type == "webauthn"),
        recovery_left=CODES - used,
        codes_shown=bool(codes and codes.data.get("viewed_at")),
    )


def has_strong(person: UUID) -> bool:
    return bool(Authenticator.objects.filter(user_id=person, type__in=STRONG).exists())


# --- Codes ------------------------------------------------------------------------------------------------------------


def check_code(person: UUID, typed: str, *, recovery: bool = True) -> Authenticator | None:
    """The factor that a typed code proves: the authenticator app or a recovery code; None when it proves nothing.

    Args:
        recovery: whether a recovery code will do.
    """
    code = plain_code(typed)
    rows = {row.type: row for row in Authenticator.objects.filter(user_id=person).exclude(type="webauthn")}
    with owned_by(person):
        if len(code) == DIGITS and "totp" in rows and _check_totp(person, rows["totp"], code):
            return rows["totp"]
        if (
            recovery
            and len(code) > DIGITS
            and "recovery_codes" in rows
            and _use_recovery(rows["recovery_codes"].pk, code)
        ):
            return rows["recovery_codes"]
    return None


def plain_code(typed: str) -> str:
    """A code as it was meant: digits of any script, small letters, spaces and hyphens do not matter."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed[:80]) if c.isalnum())
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept).upper()


def use_step(person: UUID, seed: str, code: str) -> bool:
    """Whether a code belongs to a step that was not used yet; uses it."""
    now = int(time.time()) // PERIOD
    for step in range(now - DRIFT, now + DRIFT + 1):
        expected = format_hotp_value(hotp_value(seed, step))
        if hmac.compare_digest(expected.encode(), code.encode()):
            return bool(User.objects.filter(pk=person, totp_step__lt=step).update(totp_step=step))
    return False


def _check_totp(person: UUID, row: Authenticator, code: str) -> bool:
    try:
        seed = open_factor(row.data["secret"])
    except Unopenable:
        return False
    return use_step(person, seed, code)


def _use_recovery(row_id: int, code: str) -> bool:
    with unit():
        row = Authenticator.objects.select_for_update().get(pk=row_id)
        for number, expected in enumerate(_codes(row)):
            unused = not row.data["used_mask"] & 1 << number
            if unused and hmac.compare_digest(plain_code(expected).encode(), code.encode()):
                row.data["used_mask"] |= 1 << number
                row.save(update_fields=["data"])
                return True
    return False


def _codes(row: Authenticator) -> list[str]:
    """All ten codes, four groups of four letters and digits each; none when the seed does not open."""
    try:
        seed = open_factor(row.data["seed"]).encode()
    except Unopenable:
        return []
    parts = (hmac.digest(seed, b"recovery code %d" % number, "sha256")[:CODE_BYTES] for number in range(CODES))
    texts = (base64.b32encode(part).decode() for part in parts)
    return ["-".join(text[i : i + 4] for i in range(0, 16, 4)) for text in texts]


def show_codes(person: UUID) -> list[str]:
    """The unused recovery codes, once; an empty list afterwards."""
    with unit(), owned_by(person):
        row = Authenticator.objects.select_for_update().filter(user_id=person, type="recovery_codes").first()
        if row is None or row.data.get("viewed_at"):
            return []
        row.data["viewed_at"] = time.time()
        row.save(update_fields=["data"])
        return [code for number, code in enumerate(_codes(row)) if not row.data["used_mask"] & 1 << number]


def new_codes(person: UUID) -> None:
    """Replace the recovery codes; the old ones are good for nothing from now on."""
    with unit(), owned_by(person):
        User.objects.select_for_update().get(pk=person)
        Authenticator.objects.filter(user_id=person, type="recovery_codes").delete()
        RecoveryCodes.activate(User(pk=person))


def enrol_totp(person: UUID) -> str:
    """Set up an authenticator app for somebody who has none, and recovery codes; returns its seed in base 32.

    The same as the page does, for whoever sets up an installation without a browser.
    """
    with unit(), owned_by(person):
        user = User.objects.select_for_update().get(pk=person)
        seed: str = generate_totp_secret()
        TOTP.activate(user, seed)
        RecoveryCodes.activate(user)
    return seed
