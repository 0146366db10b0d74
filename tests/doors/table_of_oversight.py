"""The doors of the live monitor, of freezes and of questions about the log; see `table`."""

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from tests.doors.table import Call

P, R = Permission, Role

CLIENTS_OWN = (
    Call("oversight:monitor", P.OVERSIGHT_MONITOR_VIEW, says="Every touch of this client"),
    Call("oversight:monitor", P.OVERSIGHT_MONITOR_VIEW, "no such list", query=lambda _: {"kind": "x"}, status=404),
    Call("oversight:monitor-feed", P.OVERSIGHT_MONITOR_VIEW, says="What happens now"),
    Call("oversight:monitor-lately", P.OVERSIGHT_MONITOR_VIEW, says="Reveals of the last 24 hours"),
    Call("oversight:freeze", P.OVERSIGHT_MONITOR_VIEW, says="When reading was stopped"),
    Call("oversight:freeze-state", P.OVERSIGHT_MONITOR_VIEW, says="Whoever may read it can"),
    Call("oversight:freeze-ask", P.VAULT_CLIENT_FREEZE, at=lambda _: ("freeze",), anywhere=True, post={}, status=302),
    Call(
        "oversight:freeze-ask",
        P.VAULT_CLIENT_FREEZE,
        "to lift what is not frozen",
        at=lambda _: ("lift",),
        anywhere=True,
        post={},
        status=422,
    ),
    Call(
        "oversight:freeze-decide",
        P.VAULT_CLIENT_FREEZE,
        "refusing",
        at=lambda h: (h.once["freeze"], "refuse"),
        post={},
        status=302,
    ),
    Call(
        "oversight:freeze-decide",
        P.VAULT_CLIENT_FREEZE,
        "agreeing to a request of another kind",  # to agree to a real one would shut every other door
        at=lambda h: (h.once["erased"], "agree"),
        post={},
        status=404,
    ),
    Call(
        "oversight:observer-decide",
        P.VAULT_CLIENT_FREEZE,
        at=lambda h: (h.once["observer"], "refuse"),
        post={},
        status=302,
    ),
    Call("oversight:questions", P.OVERSIGHT_QUESTION_VIEW, says="due within three days"),
    Call("oversight:questions", P.OVERSIGHT_QUESTION_VIEW, "no such", query=lambda _: {"state": "x"}, status=422),
    Call("oversight:question-ask", P.OVERSIGHT_QUESTION_ASK, query=lambda _: {"entries": "0"}, says="this entry"),
    Call("oversight:question-ask", P.OVERSIGHT_QUESTION_ASK, "about nothing", status=422),
    Call(
        "oversight:question-ask",
        P.OVERSIGHT_QUESTION_ASK,
        "sent",
        post={"entries": "0", "text": "Why was this looked at so late?"},
        status=302,
    ),
    Call(
        "oversight:question-ask",
        P.OVERSIGHT_QUESTION_ASK,
        "with a number",
        post={"entries": "0", "text": "Why was +44 20 7183 8750 called?"},
        status=422,
        says="looks like personal data",
    ),
    Call("oversight:question", P.OVERSIGHT_QUESTION_VIEW, at=lambda h: (h.once["question"],), says="What was written"),
    *(
        Call(
            "oversight:question-say",
            P.OVERSIGHT_QUESTION_VIEW,
            act,
            at=lambda h, act=act, name=name: (h.once[name], act),  # type: ignore[misc]
            post={"text": "This was a call of the customer."},
            status=302,
            otherwise={role: 403 for role in R if needed not in ROLE_PERMISSIONS[role]},
        )
        for act, name, needed in (
            ("answer", "question", P.OVERSIGHT_QUESTION_ANSWER),
            ("again", "question", P.OVERSIGHT_QUESTION_ASK),
            ("close", "closing", P.OVERSIGHT_QUESTION_ASK),
        )
    ),
)
