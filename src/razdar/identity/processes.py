"""The processes of the house, and who has which duty in them before a client decides otherwise.

A process stands here when the product carries it out or asks somebody to. Who may do what is decided by roles; this
says who answers for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput


class Process(StrEnum):
    CALLS = "calls"
    LISTENING = "listening"
    REVEALS = "reveals"
    APPROVING_REVEALS = "approving_reveals"
    ROLES = "roles"
    MATRIX = "matrix"
    RETENTION = "retention"
    ERASURE = "erasure"
    LOG = "log"
    WITNESS = "witness"
    INCIDENTS = "incidents"
    KEYS = "keys"
    BACKUPS = "backups"
    BACKGROUND = "background"


class Duty(StrEnum):
    """The four duties of the field (RACI)."""

    RESPONSIBLE = "responsible"
    ACCOUNTABLE = "accountable"
    CONSULTED = "consulted"
    INFORMED = "informed"


DUTY_LABELS: Mapping[Duty, Promise] = {
    Duty.RESPONSIBLE: pgettext_lazy("duty", "Responsible"),
    Duty.ACCOUNTABLE: pgettext_lazy("duty", "Accountable"),
    Duty.CONSULTED: pgettext_lazy("duty", "Consulted"),
    Duty.INFORMED: pgettext_lazy("duty", "Informed"),
}
DUTY_MEANINGS: Mapping[Duty, Promise] = {
    Duty.RESPONSIBLE: _("Does the work."),
    Duty.ACCOUNTABLE: _("Answers for it, and decides in doubt."),
    Duty.CONSULTED: _("Is asked before."),
    Duty.INFORMED: _("Is told afterwards."),
}
PROCESS_LABELS: Mapping[Process, tuple[Promise, Promise]] = {
    Process.CALLS: (_("Answering calls"), _("Serving customers and writing down what was agreed.")),
    Process.LISTENING: (_("Listening to calls"), _("Reviewing redacted recordings and transcripts.")),
    Process.REVEALS: (_("Revealing data"), _("Opening a single value or an original, with a purpose and a reason.")),
    Process.APPROVING_REVEALS: (_("Agreeing to reveals"), _("Deciding, as the second person, what is opened.")),
    Process.ROLES: (_("Granting roles"), _("Inviting people, giving and ending roles, opening closed accounts.")),
    Process.MATRIX: (_("Deciding who sees what"), _("The disclosure matrix and exceptions for single persons.")),
    Process.RETENTION: (_("Keeping and storing"), _("How long data is kept and under which encryption it is stored.")),
    Process.ERASURE: (_("Erasing customers"), _("Destroying a customer's keys on request, and the certificate.")),
    Process.LOG: (_("Reading the log"), _("Looking at who looked, and asking why.")),
    Process.WITNESS: (_("Witnessing the log"), _("Running the witness that co-signs the log.")),
    Process.INCIDENTS: (_("Answering incidents"), _("Acting on alerts, forged rows and unexplained access.")),
    Process.KEYS: (_("Keeping keys"), _("The passphrase, rotation and key bundles.")),
    Process.BACKUPS: (_("Backups"), _("Making backups, and trying whether they can be restored.")),
    Process.BACKGROUND: (
        pgettext_lazy("on calls", "Background work"),
        _("Transcription, redaction and what failed in them."),
    ),
}

GRANTS = frozenset({Process.ROLES, Process.MATRIX, Process.APPROVING_REVEALS})
"""Who does these gives others the right to see."""
USES = frozenset({Process.CALLS, Process.LISTENING, Process.REVEALS})
"""Who does these sees customers' data."""


@dataclass(frozen=True, order=True)
class Bearer:
    """Who has a duty: whoever holds a role, or one person."""

    role: Role | None = None
    person: UUID | None = None

    @property
    def key(self) -> str:
        """How a form and a stored version name it."""
        return f"role:{self.role}" if self.role else f"person:{self.person}"

    @classmethod
    def parse(cls, key: str) -> "Bearer":
        """Read a key.

        Raises:
            BadInput: it is none.
        """
        kind, _colon, name = key.partition(":")
        try:
            return cls(role=Role(name)) if kind == "role" else cls(person=UUID(name))
        except ValueError:
            raise BadInput("Choose a role or a person of this client.") from None


@dataclass(frozen=True)
class Duties:
    """Who owns a process, and who has which duty in it."""

    owner: Bearer
    bearers: Mapping[Duty, tuple[Bearer, ...]] = field(default_factory=dict)

    def of(self, duty: Duty) -> tuple[Bearer, ...]:
        return self.bearers.get(duty, ())

    def everybody(self) -> tuple[Bearer, ...]:
        return (self.owner, *(bearer for duty in Duty for bearer in self.of(duty)))

    def to_json(self) -> dict[str, object]:
        return {"owner": self.owner.key, **{str(d): sorted(b.key for b in self.of(d)) for d in Duty}}

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "Duties":
        """Read what `to_json` wrote.

        Raises:
            BadInput: anything unknown in it.
        """
        lists = {duty: body.get(str(duty), []) for duty in Duty}
        if not all(isinstance(keys, list) for keys in lists.values()):
            raise BadInput("The stored duties cannot be read.")
        found = {duty: tuple(Bearer.parse(str(key)) for key in keys) for duty, keys in lists.items()}  # type: ignore[attr-defined]
        return cls(Bearer.parse(str(body.get("owner", ""))), found)


def _by(owner: Role, **roles: tuple[Role, ...]) -> Duties:
    return Duties(Bearer(owner), {Duty(duty): tuple(Bearer(role) for role in held) for duty, held in roles.items()})


R = Role
_WATCH = (R.AUDITOR, R.CLIENT_OBSERVER)
SHIPPED: Mapping[Process, Duties] = {
    Process.CALLS: _by(
        R.SUPERVISOR, responsible=(R.AGENT,), accountable=(R.SUPERVISOR,), consulted=(R.QUALITY_REVIEWER,)
    ),
    Process.LISTENING: _by(
        R.SUPERVISOR, responsible=(R.QUALITY_REVIEWER,), accountable=(R.SUPERVISOR,), informed=(R.AGENT,)
    ),
    Process.REVEALS: _by(
        R.PRIVACY_OFFICER,
        responsible=(R.SUPERVISOR, R.PRIVACY_OFFICER),
        accountable=(R.PRIVACY_OFFICER,),
        informed=(R.CLIENT_OBSERVER,),
    ),
    Process.APPROVING_REVEALS: _by(
        R.SECURITY_OFFICER,
        responsible=(R.SECURITY_OFFICER,),
        accountable=(R.SECURITY_OFFICER,),
        consulted=(R.PRIVACY_OFFICER,),
        informed=(R.CLIENT_OBSERVER,),
    ),
    Process.ROLES: _by(
        R.ADMINISTRATOR,
        responsible=(R.ADMINISTRATOR,),
        accountable=(R.ADMINISTRATOR,),
        consulted=(R.SUPERVISOR,),
        informed=(R.SECURITY_OFFICER, *_WATCH),
    ),
    Process.MATRIX: _by(
        R.SECURITY_OFFICER,
        responsible=(R.ADMINISTRATOR,),
        accountable=(R.SECURITY_OFFICER,),
        consulted=(R.PRIVACY_OFFICER,),
        informed=_WATCH,
    ),
    Process.RETENTION: _by(
        R.PRIVACY_OFFICER,
        responsible=(R.ADMINISTRATOR,),
        accountable=(R.PRIVACY_OFFICER,),
        consulted=(R.SECURITY_OFFICER,),
        informed=_WATCH,
    ),
    Process.ERASURE: _by(
        R.PRIVACY_OFFICER,
        responsible=(R.PRIVACY_OFFICER,),
        accountable=(R.PRIVACY_OFFICER,),
        informed=_WATCH,
    ),
    Process.LOG: _by(
        R.SECURITY_OFFICER,
        responsible=(R.SECURITY_OFFICER, R.AUDITOR),
        accountable=(R.SECURITY_OFFICER,),
        consulted=(R.PRIVACY_OFFICER,),
        informed=(R.CLIENT_OBSERVER,),
    ),
    Process.WITNESS: _by(
        R.CLIENT_OBSERVER,
        responsible=(R.CLIENT_OBSERVER,),
        accountable=(R.CLIENT_OBSERVER,),
        consulted=(R.TECHNICIAN,),
        informed=(R.AUDITOR,),
    ),
    Process.INCIDENTS: _by(
        R.SECURITY_OFFICER,
        responsible=(R.SECURITY_OFFICER, R.TECHNICIAN),
        accountable=(R.SECURITY_OFFICER,),
        consulted=(R.PRIVACY_OFFICER,),
        informed=(R.ADMINISTRATOR, R.CLIENT_OBSERVER),
    ),
    Process.KEYS: _by(
        R.SECURITY_OFFICER,
        responsible=(R.TECHNICIAN,),
        accountable=(R.SECURITY_OFFICER,),
        informed=(R.CLIENT_OBSERVER,),
    ),
    Process.BACKUPS: _by(
        R.TECHNICIAN, responsible=(R.TECHNICIAN,), accountable=(R.SECURITY_OFFICER,), informed=(R.ADMINISTRATOR,)
    ),
    Process.BACKGROUND: _by(
        R.TECHNICIAN, responsible=(R.TECHNICIAN,), accountable=(R.ADMINISTRATOR,), informed=(R.SUPERVISOR,)
    ),
}
"""What holds until a client decides otherwise; nobody in it both grants and uses a right."""
