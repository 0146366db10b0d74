"""Every URL of the product, how it is called, who is answered, and which planted values stand on the answer.

Who may act is said here a second time, apart from the views, so that a gate that is gone is noticed. What may be seen
is said nowhere here: it comes from the shipped matrix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.test.client import MULTIPART_CONTENT

from razdar.core.disclosure import DataClass, Level, Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from tests.doors import planted as p
from tests.doors.house import Actor, House
from tests.doors.planted import Planted
from tests.identity.world import PASSWORD

C, P, R = DataClass, Permission, Role


class Who(Enum):
    """Who is answered, where it is no permission that decides."""

    ANYBODY = "signed in or not"
    ACCOUNT = "whoever typed the password"
    AT_WORK = "whoever is fully signed in"


@dataclass(frozen=True)
class Call:
    """One way to call a URL.

    Attributes:
        name: of the URL.
        who: who is answered.
        note: tells the calls of one URL apart.
        at: what stands in the address; an object of the planted customer's client unless anybody may call it.
        anywhere: what stands in the address is there at every client.
        post: the form's data, or a body of that content type; None for GET. Data may depend on the house.
        status: of the answer to those who are answered.
        otherwise: another status, by actor or role, and why it is not the first stands beside the call.
        says: words of the answer that was wanted.
        shows: planted values that stand there for everybody who may meet them.
        opens: classes that are open for this customer's record, to whom the matrix gives them on request.
        second: a second person has agreed.
        assigns: it makes the caller work for the customer.
        also: what stands there by the page's own purpose, whatever the matrix says.
        fresh: in a browser of its own, because it ends or changes the session.
        before: what is done in that browser first.
    """

    name: str
    who: Permission | Who
    note: str = ""
    at: Callable[[House], tuple[object, ...]] | None = None
    anywhere: bool = False
    query: Callable[[House], Mapping[str, str]] | None = None
    post: Mapping[str, Any] | str | Callable[[House], Mapping[str, Any]] | None = None
    content_type: str = MULTIPART_CONTENT
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    otherwise: Mapping[str, int] = field(default_factory=dict)
    says: str = ""
    shows: tuple[Planted, ...] = ()
    opens: frozenset[DataClass] = frozenset()
    second: bool = False
    assigns: bool = False
    also: tuple[Planted, ...] = ()
    fresh: bool = False
    before: Callable[[House, Any], None] | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.note}".strip().replace(" ", "-")

    @property
    def fragment(self) -> bool:
        """Asked for by htmx, as a piece of a page."""
        return self.name in FRAGMENTS

    def status_for(self, actor: Actor) -> int:
        """What this actor is answered with."""
        if actor.role != actor.name and actor.name in self.otherwise:
            return self.otherwise[actor.name]
        if self.who is not Who.ANYBODY and (actor.person is None or not (actor.role or self.who is Who.ACCOUNT)):
            return 401 if self.fragment else 302  # to the sign-in, or to its next step
        if isinstance(self.who, P) and self.who not in ROLE_PERMISSIONS.get(actor.role or R.TECHNICIAN, frozenset()):
            return 404
        if self.at and not self.anywhere and self.who is not Who.ANYBODY and not actor.ours:
            return 404  # never 403: that would say that it exists
        return self.otherwise.get(actor.role or "", self.status)

    def opened_to(self, actor: Actor) -> frozenset[DataClass]:
        """The classes that this call opens for an actor beyond what the matrix shows at once."""
        answered = self.status_for(actor) == self.status
        return p.opened(actor.role, self.opens, second=self.second) if answered and actor.ours else frozenset()


def _holders(*permissions: Permission) -> dict[str, int]:
    """404 for every role that holds none of these."""
    return {role: 404 for role in R if not ROLE_PERMISSIONS[role] & set(permissions)}


def if_on_request(data_class: DataClass) -> dict[str, int]:
    """A reveal of what is not on request is refused, and so is what an agent without an assignment asks."""
    return {role: 403 for role in R if p.cell(role, data_class).level is not Level.ON_REQUEST}


def _forgets_tries(house: House, _: Any) -> None:
    """One source may report so often only, and all browsers here are one source."""
    house.begin_anew()


def _types_password(_: House, browser: Any) -> None:
    browser.post("/account/login/", {"login": "security_officer.0", "password": PASSWORD})


FRAGMENTS = {f"customers:{name}" for name in ("field", "reveal", "open-granted", "match", "correct", "add-handle")}
FRAGMENTS |= {"customers:second-key", "desk:storage-progress", "interactions:ask", "oversight:proof-state"}
FRAGMENTS |= {"interactions:integrity", "interactions:progress", "interactions:states", "interactions:waiting"}
FRAGMENTS |= {"identity:approvals-news", "oversight:customer-news", "oversight:news"}
FRAGMENTS |= {"oversight:monitor-feed", "oversight:monitor-lately", "oversight:freeze-state"}
FRAGMENTS |= {f"desk:{name}" for name in ("now", "customer-state", "ask", "give", "wrap-up", "wrap-up-undo")}
FRAGMENTS |= {f"desk:note-{name}" for name in ("save", "check", "draft", "change", "withdraw", "before")}
FRAGMENTS |= {"identity:waiting", "reading"}
FRAGMENTS |= {f"assurance:{name}-now" for name in ("keys", "jobs", "certificates")}
ANY, ACCOUNT, AT_WORK = Who.ANYBODY, Who.ACCOUNT, Who.AT_WORK
REASONED = {"purpose": "complaint", "reason": p.REASON.texts[0], "case": "T-17"}
UNREASONED = {"purpose": "complaint", "reason": "short"}
ONLY_TECHNICIAN = dict.fromkeys((*(r for r in R if r is not R.TECHNICIAN), "newcomer"), 404)  # it has the passkey
NO_APP_YET = {"newcomer": 404}


def the_customer(house: House) -> tuple[object, ...]:
    return (house.customer,)


def the_last_entry(house: House) -> tuple[object, ...]:
    return (house.last_entry,)


def a_class(_: House) -> tuple[object, ...]:
    return (DataClass.BIRTH_DATE,)


def of_the_customer(house: House) -> Mapping[str, str]:
    return {"customer": str(house.customer)}


def one_call(house: House) -> Mapping[str, str]:
    return {"topic": f"calls:{house.calls['call']}"}


def a_field(data_class: DataClass) -> Callable[[House], tuple[object, ...]]:
    return lambda house: (house.customer, house.addresses[data_class])


def a_sound(call: str, *, redacted: bool) -> Callable[[House], tuple[object, ...]]:
    return lambda house: (house.calls[call], house.recordings[call, redacted])


SIGN_IN = (
    Call("set_language", ANY, post={"language": "en", "next": "/"}, status=302),
    Call("account_login", ANY, status=302, otherwise={"nobody": 200}, says="Lost your password"),
    Call(
        "account_login",
        ANY,
        "wrong password",
        post={"login": "agent.0", "password": "twelve other words"},
        status=302,
        otherwise={"nobody": 200},
        says="is wrong, or this account is closed",
    ),
    Call(
        "mfa_authenticate",
        ANY,
        status=302,
        otherwise={"nobody": 200},
        says="Second step",
        before=_types_password,
        fresh=True,
    ),
    Call("account_logout", ACCOUNT, says="Sign out?"),
    Call("account_logout", ACCOUNT, "leaving", post={}, status=302, fresh=True),
    Call("account_reauthenticate", ACCOUNT, status=302, otherwise={"newcomer": 200}, says="Type your password"),
    Call("account_change_password", ACCOUNT, says="Change your password"),
    Call("mfa_index", ACCOUNT, says="Who you are"),
    Call("mfa_list_webauthn", ACCOUNT, says="Passkeys"),
    Call("mfa_activate_totp", ACCOUNT, says="authenticator app"),
    Call("identity:totp-picture", ACCOUNT, says="<svg", before=lambda _, browser: browser.get("/account/app/")),
    Call("mfa_deactivate_totp", ACCOUNT, otherwise={"newcomer": 404}, says="Remove"),
    Call("mfa_view_recovery_codes", ACCOUNT, otherwise=NO_APP_YET, says="They are shown only now"),
    Call("mfa_generate_recovery_codes", ACCOUNT, post={}, status=302, otherwise=NO_APP_YET),
    Call("mfa_add_webauthn", ACCOUNT, says="passkey"),
    Call("mfa_edit_webauthn", ACCOUNT, at=lambda h: (h.passkey,), otherwise=ONLY_TECHNICIAN, says="desk key"),
    Call("mfa_remove_webauthn", ACCOUNT, at=lambda h: (h.passkey,), otherwise=ONLY_TECHNICIAN, says="desk key"),
    Call("step_up", ACCOUNT, otherwise={"newcomer": 302}, says="Confirm that it is you"),
    Call("step_up", ACCOUNT, "wrong code", post={"code": "000000"}, status=422, otherwise={"newcomer": 302}),
    Call("workplace", ACCOUNT, otherwise={"newcomer": 302}, says="Where do you work now?"),
    Call(
        "workplace", ACCOUNT, "one of somebody else", post={"workplace": "x"}, status=404, otherwise={"newcomer": 302}
    ),
    Call("identity:sign-out-elsewhere", ACCOUNT, post={}, status=302),
    Call("identity:invitation", ANY, at=lambda h: (h.token,), says="Choose a password", also=(p.INVITED,)),
    Call(
        "identity:invitation",
        ANY,
        "two passwords",
        at=lambda h: (h.token,),
        post={"password1": "a", "password2": "b"},
        status=422,
        also=(p.INVITED,),
    ),
    Call(
        "security:csp-report",
        ANY,
        post='{"csp-report": {"effective-directive": "script-src", "document-uri": "http://localhost:8000/"}}',
        content_type="application/csp-report",
        status=204,
        before=_forgets_tries,
    ),
    Call("security:csp-report", ANY, "nonsense", post={}, status=422, before=_forgets_tries),
)

PEOPLE = (
    Call("identity:people", P.IDENTITY_PERSON_LIST, says="People of this client"),
    Call("identity:person", P.IDENTITY_PERSON_LIST, at=lambda h: (h.once["colleague"],), says="colleague"),
    Call("identity:invite", P.IDENTITY_PERSON_INVITE, says="a link that is shown once"),
    Call(
        "identity:invite",
        P.IDENTITY_PERSON_INVITE,
        "nobody in particular",
        post={"work_name": "?"},
        status=422,
        says="Please look at these points",
    ),
    Call(
        "identity:propose-role",
        P.IDENTITY_ROLE_GRANT,
        at=lambda h: (h.once["colleague"],),
        post={"role": "quality_reviewer"},
        status=302,
    ),
    *(
        Call(
            "identity:role",
            P.IDENTITY_PERSON_LIST,
            act,
            at=lambda h, act=act: (h.once[f"person {act}"], h.once[f"role {act}"], act),  # type: ignore[misc]
            post={},
            status=302,
        )
        for act in ("approve", "refuse", "end")
    ),
    *(
        Call(f"identity:{name}", P.IDENTITY_PERSON_INVITE, at=lambda h: (h.once["colleague"],), post={}, status=status)
        for name, status in (("sign-out-person", 302), ("unlock", 302), ("renew", 200))
    ),
    Call("identity:approvals", P.IDENTITY_REVEAL_APPROVE, says="Approvals"),
    Call(
        "identity:approvals",
        P.IDENTITY_REVEAL_APPROVE,
        "with a reason",
        query=lambda h: {"why": str(h.once["decide approve"])},
        says="Approvals",
        also=(p.REASON,),
    ),
    Call("identity:approvals-news", P.IDENTITY_REVEAL_APPROVE, query=lambda _: {"since": "0"}, says="approvals-news"),
    Call("identity:approvals-news", P.IDENTITY_REVEAL_APPROVE, "since no time", status=404),
    Call("live", P.OVERSIGHT_LOG_VIEW, query=lambda _: {"topic": "log"}, says="event: hello"),
    Call("live", P.IDENTITY_REVEAL_APPROVE, "approvals", query=lambda _: {"topic": "approvals"}, says="event: hello"),
    Call("live", P.INTERACTIONS_RECORD_VIEW, "one call", query=one_call, anywhere=True, says="event: hello"),
    Call("live", AT_WORK, "nothing there is", query=lambda _: {"topic": "nothing"}, status=404),
    *(
        Call(
            "identity:decide",
            P.IDENTITY_REVEAL_APPROVE,
            act,
            at=lambda h, act=act: (h.once[f"decide {act}"], act),  # type: ignore[misc]
            post={},
            status=302,
            otherwise={R.PRIVACY_OFFICER: 403},  # nobody decides the own request
        )
        for act in ("approve", "refuse")
    ),
)

DESK = (
    Call("desk:home", AT_WORK, says="Your work", otherwise={R.AGENT: 302, R.QUALITY_REVIEWER: 302}),
    Call("desk:storage", P.VAULT_MATRIX_VIEW, says="How each kind of data is stored now"),
    Call("desk:storage-progress", P.VAULT_MATRIX_VIEW, says="storage-progress"),
    Call("desk:storage-choose", P.VAULT_MATRIX_PROPOSE, at=a_class, anywhere=True, says="Propose another mode"),
    Call(
        "desk:storage-choose",
        P.VAULT_MATRIX_PROPOSE,
        "proposing",
        at=a_class,
        anywhere=True,
        post={"mode": "sealed"},
        status=302,
    ),
    Call(
        "desk:storage-choose",
        P.VAULT_MATRIX_PROPOSE,
        "proposing nonsense",
        at=a_class,
        anywhere=True,
        post={"mode": "in the clear"},
        status=422,
        says="Select a valid choice",
    ),
    Call("oversight:log", P.OVERSIGHT_LOG_VIEW, says="Reading this page is in the log too"),
    Call("oversight:log", P.OVERSIGHT_LOG_VIEW, "no such day", query=lambda _: {"since": "yesterday"}, status=422),
    Call("oversight:log", P.OVERSIGHT_LOG_VIEW, "of a customer", query=of_the_customer, says="Reading this page"),
    Call("oversight:entry", P.OVERSIGHT_LOG_VIEW, at=the_last_entry, says="How it is proven"),
    Call("oversight:entry-proof", P.OVERSIGHT_LOG_VIEW, at=the_last_entry, says="c2sp.org/tlog-proof@v1"),
    Call("oversight:entry-bytes", P.OVERSIGHT_LOG_VIEW, at=the_last_entry, says='"v":1'),
    Call("oversight:proof", P.OVERSIGHT_LOG_VIEW, says="No witness yet"),
    Call("oversight:proof-state", P.OVERSIGHT_LOG_VIEW, says="Signed, no witness yet"),
    Call("oversight:export", P.OVERSIGHT_LOG_VIEW, says="Download the log"),
    Call("oversight:export", P.OVERSIGHT_LOG_VIEW, "for no purpose", post={"purpose": ""}, status=422),
    Call("oversight:export", P.OVERSIGHT_LOG_VIEW, "whole", post={"purpose": "legal"}, says="verify.py"),
    Call("oversight:customer-events", P.OVERSIGHT_LOG_VIEW, at=the_customer, says="Creating the customer"),
    Call("oversight:news", P.OVERSIGHT_LOG_VIEW, query=lambda _: {"since": "1"}, says="new entries"),
    Call("oversight:news", P.OVERSIGHT_LOG_VIEW, "since no place", status=422),
    Call(
        "oversight:customer-news",
        P.OVERSIGHT_LOG_VIEW,
        at=the_customer,
        query=lambda _: {"since": "0"},
        says="new entries",
    ),
    Call("privacy:erase", P.PRIVACY_CUSTOMER_ERASE, at=the_customer, says="What will be destroyed"),
    Call(
        "privacy:erase", P.PRIVACY_CUSTOMER_ERASE, "without a ground", at=the_customer, post={"sure": "on"}, status=422
    ),
    Call(
        "privacy:erase",
        P.PRIVACY_CUSTOMER_ERASE,
        "a spare one",
        at=lambda h: (h.once["erase"],),
        post={"ground": "request", "sure": "on"},
        status=302,
    ),
    Call(
        "privacy:record",
        AT_WORK,
        at=lambda h: (h.once["erased"],),
        otherwise=_holders(P.PRIVACY_CUSTOMER_ERASE, P.OVERSIGHT_LOG_VIEW),
        says="Destroyed keys",
    ),
    Call("privacy:erasures", P.PRIVACY_ERASURE_VIEW, says="Each erasure gets a signed certificate"),
    Call("privacy:erasures", P.PRIVACY_ERASURE_VIEW, "no such place", query=lambda _: {"before": "x"}, status=422),
    Call(
        "privacy:certificate", P.PRIVACY_ERASURE_VIEW, at=lambda h: (h.once["erased"],), says="erasure-certificate/v1"
    ),
    Call("customers:card", P.CUSTOMERS_CARD_VIEW, "erased", at=lambda h: (h.once["erased"],), says="was erased"),
)
