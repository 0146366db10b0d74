"""Clients, people, roles, invitations, sessions, tries and approvals.

The tables of people are installation-wide. ``Approval``, ``MatrixException``, ``RetentionChange``, ``ProcessDuties``
and ``RedactionPolicy`` belong to one client and are guarded by row-level security.
A person's id is the pseudonym that the log knows; the name stands beside it, sealed and bound to that id. There is no
e-mail address: people sign in by work name.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from razdar.core.disclosure import columns
from razdar.identity.names import WORK_NAME, canonical
from razdar.identity.retention import defaults
from razdar.runtime.ids import uuid7


class Client(models.Model):
    """The company whose customers are served.

    ``zone`` is the time zone in which its people read times. ``language`` is that of people who have chosen none in
    their browser; empty for what the browser asks for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True)
    zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="", blank=True)
    retention = models.JSONField(default=defaults)
    created_at = models.DateTimeField(auto_now_add=True)

    data_classes = columns(technical="id created_at", setting="name zone language retention")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=canonical(username or ""))


class User(AbstractBaseUser):
    """A member of staff. Its id is the pseudonym by which the log knows the person."""

    class Disabled(models.TextChoices):
        """Why the person cannot sign in."""

        NO = ""
        TRIES = "tries"
        INACTIVE = "inactive"
        CLOSED = "closed"
        LEFT = "left"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=40, unique=True, validators=[WORK_NAME])
    sealed_name = models.TextField()
    is_active = models.BooleanField(default=False)
    disabled = models.CharField(max_length=10, choices=Disabled, default=Disabled.NO, blank=True)
    last_active_at = models.DateTimeField(null=True)
    totp_step = models.BigIntegerField(default=0)
    language = models.CharField(max_length=20, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    data_classes = columns(
        technical="id is_active disabled totp_step created_at",
        staff_hr="username sealed_name password last_login last_active_at language",
    )


class RoleGrant(models.Model):
    """That a person holds a role at a client, since when and by whose word; void without its authenticator."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    proposed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32, default=b"")

    data_classes = columns(
        technical="id client_id state proposed_at decided_at ended_at mac",
        staff_hr="user_id role proposed_by_id decided_by_id",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "client", "role"],
                condition=models.Q(state__in=["proposed", "active"]),
                name="identity_one_living_grant",
            ),
        )


class Invitation(models.Model):
    """A one-time link by which a person sets up the own sign-in. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey("identity.Client", on_delete=models.CASCADE, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32, default=b"")

    data_classes = columns(
        technical="id client_id token_hash created_at expires_at used_at mac", staff_hr="user_id invited_by_id"
    )


class Session(models.Model):
    """A browser's session: the hash of its key, and its payload sealed and bound to that hash.

    ``seen_at`` is its last request, ``acted_at`` the last one behind which a person stood.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_hash = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey("identity.User", on_delete=models.CASCADE, related_name="+", null=True)
    payload = models.TextField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    acted_at = models.DateTimeField(default=timezone.now)
    locked_at = models.DateTimeField(null=True)

    data_classes = columns(technical="id key_hash", staff_hr="user_id payload started_at seen_at acted_at locked_at")

    class Meta:
        indexes = (models.Index(fields=["seen_at"], name="identity_session_seen"),)


class Tries(models.Model):
    """Failed tries of one account or one source, known by a keyed hash: an unknown name is never stored.

    `lasting`: of an account that exists; who sweeps has no key to see that by the subject.
    """

    subject = models.BinaryField(primary_key=True, max_length=32)
    failures = models.PositiveIntegerField(default=0)
    recent = models.JSONField(default=list)
    not_before = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    lasting = models.BooleanField(default=False)

    data_classes = columns(technical="subject failures recent not_before updated_at lasting")


class Approval(models.Model):
    """A request that somebody else must decide; void without its authenticator. The payload holds ids and codes, no
    personal data."""

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    requested_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    mac = models.BinaryField(max_length=32, default=b"")

    data_classes = columns(
        technical="id client_id kind subject payload state requested_at decided_at expires_at mac",
        staff_hr="requested_by_id decided_by_id",
    )

    class Meta:
        indexes = (models.Index(fields=["client", "state", "kind"], name="identity_approval_open"),)


class MatrixException(models.Model):
    """A cell of the matrix for one person in one role, for a time; void without its authenticator."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        REFUSED = "refused"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    grant = models.ForeignKey("identity.RoleGrant", on_delete=models.PROTECT, related_name="+")
    data_class = models.CharField(max_length=30)
    level = models.CharField(max_length=10)
    purposes = models.CharField(max_length=160, blank=True)
    second_person = models.BooleanField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    since = models.DateTimeField()
    until = models.DateTimeField()
    proposed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id grant_id data_class level state since until decided_at ended_at mac",
        setting="purposes second_person",
        staff_hr="user_id role proposed_by_id decided_by_id ended_by_id reason",
    )

    class Meta:
        indexes = (models.Index(fields=["client", "user", "state"], name="identity_exception_who"),)


class RetentionChange(models.Model):
    """A change of how long one class of data is kept: proposed by one person and decided by another, or made at the
    console by whoever runs the installation; then nobody is named."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    data_class = models.CharField(max_length=30)
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    reason = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State)
    proposed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id data_class state proposed_at decided_at mac",
        setting="before after",
        staff_hr="proposed_by_id decided_by_id reason",
    )


class ProcessDuties(models.Model):
    """Who owns a process of the house and who has which duty in it: one version."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        SUPERSEDED = "superseded"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    process = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    proposed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    data_classes = columns(
        technical="id client_id version state proposed_at decided_at",
        setting="process",
        staff_hr="body proposed_by_id decided_by_id reason",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["client", "process"], condition=models.Q(state="active"), name="identity_one_active_duties"
            ),
        )


class RedactionPolicy(models.Model):
    """What becomes of what redaction finds at a client: one version, void without its authenticator.

    ``body`` is a document of `razdar.core.redaction.documents`, sealed: its list of texts may hold personal data. The
    first version has no proposer: the client was founded with it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        SUPERSEDED = "superseded"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey("identity.Client", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    body = models.TextField()
    reason = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State)
    proposed_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32)

    data_classes = columns(
        technical="id client_id version state proposed_at decided_at mac",
        setting="body",
        staff_hr="proposed_by_id decided_by_id reason",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(state="active"), name="identity_one_redaction_policy"
            ),
        )
