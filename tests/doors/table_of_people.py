"""The rows of the table that belong to acts on colleagues' accounts, to inviting many, and to clients."""

from collections.abc import Callable

from razdar.core.disclosure import Role
from tests.doors.house import House
from tests.doors.table import Call, P

SURE = {"reset": "Reset and make a link", "close": "Close the account", "leave": "End everything now"}
DONE = {"reset": 200, "close": 302, "leave": 200, "reopen": 302}


def _whom(act: str) -> Callable[[House], tuple[object, ...]]:
    return lambda house: (house.once[f"person {act}"],)


def _nowhere(_: House) -> dict[str, str]:
    return {"after": "x"}


def _whose(house: House) -> tuple[object, ...]:
    return (house.once["colleague"],)


ACCOUNTS = (
    Call("identity:people", P.IDENTITY_PERSON_LIST, "narrowed", post={"text": "admin"}, says="People of this client"),
    Call("identity:people", P.IDENTITY_PERSON_LIST, "narrowed to nonsense", post={"role": "king"}, status=422),
    Call("identity:person", P.IDENTITY_PERSON_LIST, "older acts", at=_whose, query=lambda _: {"after": "1"}),
    Call("identity:person", P.IDENTITY_PERSON_LIST, "since no place", at=_whose, query=_nowhere, status=404),
    *(
        Call(f"identity:{act}", P.IDENTITY_PERSON_INVITE, "beforehand", at=_whose, says=says)
        for act, says in SURE.items()
    ),
    *(
        Call(f"identity:{act}", P.IDENTITY_PERSON_INVITE, at=_whom(act), post={}, status=status)
        for act, status in DONE.items()
    ),
    Call(
        "identity:ask-observers",
        P.IDENTITY_PERSON_INVITE,
        at=lambda house: (house.actor(f"other {Role.CLIENT_OBSERVER}").person,),
        post={},
        status=302,
        before=lambda house, _browser: house.nobody_stops_reading(),
        otherwise={Role.ADMINISTRATOR: 404, f"other {Role.ADMINISTRATOR}": 302},  # there nobody asks to stop reading
    ),
    Call("identity:invite-many", P.IDENTITY_PERSON_INVITE, says="First each line is checked"),
    Call("identity:invite-many", P.IDENTITY_PERSON_INVITE, "nobody", post={"text": ""}, status=422),
    Call(
        "identity:invite-many",
        P.IDENTITY_PERSON_INVITE,
        "checking",
        post={"act": "check", "text": "one.more, One More, auditor\n?, Nobody, auditor"},
        says="Invite 1 person",
    ),
    Call(
        "identity:invite-many",
        P.IDENTITY_PERSON_INVITE,
        "inviting",
        post={"act": "invite", "good": "yet.another, Yet Another, auditor"},
        says="Back to people",
    ),
    Call("desk:clients", P.IDENTITY_PERSON_LIST, says="razdar client add"),
    Call("desk:client", P.IDENTITY_PERSON_LIST, says="People by role"),
    Call("desk:client-change", P.IDENTITY_CLIENT_CHANGE, says="Time zone"),
    Call("desk:client-change", P.IDENTITY_CLIENT_CHANGE, "to nowhere", post={"zone": "Mars/Olympus"}, status=422),
    Call(
        "desk:client-change",
        P.IDENTITY_CLIENT_CHANGE,
        "storing what holds",
        post={"zone": "UTC", "language": ""},
        status=302,
    ),
)
