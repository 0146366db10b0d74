"""The pages of administrators' rules: the matrix, exceptions, days and responsibilities."""

from django.test import Client as Browser
from django.urls import reverse

from razdar.core.disclosure import Role
from razdar.core.permissions import Permission
from razdar.desk.redaction_forms import PolicyForm
from razdar.identity import redacting
from tests.doors.house import House
from tests.doors.table import Call

P, R = Permission, Role
VIEW, PROPOSE, REDACT = P.VAULT_MATRIX_VIEW, P.VAULT_MATRIX_PROPOSE, P.IDENTITY_REDACTION_PROPOSE
WHY = "A reason that is long enough"
_ENDED = {role: 404 for role in R if role is not R.PRIVACY_OFFICER}  # who comes before the others


def a_cell(_: House) -> tuple[object, ...]:
    return ("agent", "phone")


def drafted(_: House, browser: Browser) -> None:
    """One cell of the proposal that whoever asks is still writing."""
    browser.post(reverse("desk:matrix-cell", args=("agent", "phone")), {"level": "CLEAR", "purposes": ["service"]})


def kept(_: House) -> tuple[object, ...]:
    return ("recording",)


def a_policy(house: House, **changes: str) -> dict[str, str]:
    """The form of a redaction policy, as it holds but for some fields."""
    form = PolicyForm(redacting.policy_of(house.world.client), 1)
    return {name: str(value) for name, value in form.initial.items()} | {"reason": WHY} | changes


def calls(_: House) -> tuple[object, ...]:
    return ("calls",)


RULES = (
    Call("desk:matrix", VIEW, says="What each role sees of each kind of data"),
    Call("desk:matrix-list", VIEW, says="What the role sees"),
    Call("desk:matrix-list", VIEW, "of a role", query=lambda _: {"role": "supervisor"}, says="sees: Supervisor"),
    Call("desk:matrix-cell", PROPOSE, at=a_cell, anywhere=True, says="Holds now:"),
    Call("desk:matrix-cell", PROPOSE, "no cell", at=lambda _: ("agent", "cvv"), anywhere=True, status=404),
    Call("desk:matrix-cell", PROPOSE, "nonsense", at=a_cell, anywhere=True, post={"level": "king"}, status=422),
    Call(
        "desk:matrix-cell",
        PROPOSE,
        "without a purpose",
        at=a_cell,
        anywhere=True,
        post={"level": "CLEAR"},
        status=422,
        says="Choose at least one purpose",
    ),
    Call(
        "desk:matrix-cell",
        PROPOSE,
        "drafting",
        at=a_cell,
        anywhere=True,
        post={"level": "CLEAR", "purposes": ["service"]},
        status=302,
    ),
    Call("desk:matrix-propose", PROPOSE, before=drafted, says="What would change"),
    Call("desk:matrix-propose", PROPOSE, "without a reason", post={"reason": ""}, status=422),
    Call("desk:matrix-sample", VIEW, says="An invented customer"),
    Call("desk:matrix-sample", VIEW, "of nothing", query=lambda _: {"of": "nothing"}, status=404),
    Call("desk:matrix-undo", PROPOSE, at=a_cell, anywhere=True, post={}, status=302),
    Call("desk:matrix-rebase", PROPOSE, post={}, status=302),
    Call("desk:matrix-discard", PROPOSE, says="Discard your draft?"),
    Call("desk:matrix-discard", PROPOSE, "doing it", post={}, status=302),
    Call("desk:matrix-versions", VIEW, says="Every version, the newest first"),
    Call("desk:matrix-version", VIEW, at=lambda h: (h.once["version"],), says="About this version"),
    Call("desk:matrix-again", PROPOSE, at=lambda h: (h.once["proposed"],), post={}, status=302),
    Call("desk:matrix-compare", VIEW, says="Choose two versions"),
    Call("desk:exceptions", VIEW, says="Exceptions for single persons"),
    Call("desk:exception-new", PROPOSE, says="What shall hold, and for how long"),
    Call("desk:exception-new", PROPOSE, "nonsense", post={"hours": "9000"}, status=422, says="Select a valid choice"),
    Call("desk:exception", VIEW, at=lambda h: (h.once["exception"],), says="About this exception"),
    Call(
        "desk:exception-end",
        VIEW,
        at=lambda h: (h.once["exception"],),
        post={},
        status=302,
        otherwise=_ENDED,
    ),
    Call("desk:retention", VIEW, says="Destroyed by the daily run"),
    Call("desk:retention-change", PROPOSE, at=kept, anywhere=True, says="Propose another number of days"),
    Call("desk:retention-change", PROPOSE, "no class", at=lambda _: ("cvv",), anywhere=True, status=404),
    Call("desk:retention-change", PROPOSE, "nonsense", at=kept, anywhere=True, post={"days": "0"}, status=422),
    Call(
        "desk:retention-change",
        PROPOSE,
        "asking what it brings",
        at=kept,
        anywhere=True,
        post={"days": "30", "reason": WHY},
        says="This keeps data for a shorter time",
    ),
    Call("desk:retention-one", VIEW, at=lambda h: (h.once["days"],), says="About this change"),
    Call("desk:redaction", VIEW, says="What becomes of it"),
    Call("desk:redaction-change", REDACT, says="Nothing changes until somebody else has agreed."),
    Call("desk:redaction-change", REDACT, "nonsense", post={"action_phone": "shout"}, status=422),
    Call("desk:redaction-change", REDACT, "more rows", post={"more": "yes", "rows": "3"}, says="Pattern 6"),
    Call(
        "desk:redaction-change",
        REDACT,
        "asking what it changes",
        post=lambda house: a_policy(house, action_phone="keep"),
        says="What it changes",
    ),
    Call("desk:redaction-version", VIEW, at=lambda h: (h.once["redaction"],), says="About this version"),
    Call("desk:redaction-test", VIEW, says="It is neither stored nor logged."),
    Call("desk:redaction-test", VIEW, "nothing", post={"text": ""}, status=422),
    Call("desk:redaction-test", VIEW, "a text", post={"text": "card 4111 1111 1111 1111"}, says="Findings and reasons"),
    Call("desk:responsibilities", VIEW, says="Processes, owners and duties"),
    Call("desk:responsibility", VIEW, at=calls, anywhere=True, says="Changes of"),
    Call("desk:responsibility", VIEW, "no process", at=lambda _: ("magic",), anywhere=True, status=404),
    Call("desk:responsibility-change", PROPOSE, at=calls, anywhere=True, says="Who has which duty"),
    Call("desk:responsibility-change", PROPOSE, "nonsense", at=calls, anywhere=True, post={"owner": ""}, status=422),
    Call("desk:responsibility-version", VIEW, at=lambda h: (h.once["duties"],), says="What it changes"),
)
