"""The URLs of the desk: agents, supervisors, and how contacts may end; see `tests.doors.table`."""

from collections.abc import Callable

from tests.doors import planted as p
from tests.doors.house import House
from tests.doors.planted_desk import ASKED_FOR
from tests.doors.table import C, Call, P, R, the_customer
from tests.doors.table_of_customers import EVERYTHING_OF, LONER

PHONE = p.BY_CLASS[C.PHONE].texts[0]
NOT_WRITTEN_BY = {R.SUPERVISOR: 404, "loner": 403}
"""Only who wrote a note changes it."""
EARLIER = ("note", "note to change")


def a_note(name: str) -> Callable[[House], tuple[object, ...]]:
    return lambda house: (house.customer, house.once[name])


def a_contact(name: str) -> Callable[[House], tuple[object, ...]]:
    return lambda house: (house.calls[name],)


def once(*names: str) -> Callable[[House], tuple[object, ...]]:
    return lambda house: tuple(house.once[name] for name in names)


WORK = (
    Call("desk:agent", P.WORK_DESK_USE, says="You work on"),
    Call(
        "desk:agent",
        P.WORK_DESK_USE,
        "search",
        post={"by": C.PHONE, "value": PHONE},
        says="found",
        shows=(p.SURNAME, p.GENDER),
        assigns=True,
    ),
    Call("desk:now", P.WORK_DESK_USE, says="You work on"),
    Call(
        "desk:customer",
        P.WORK_DESK_USE,
        at=the_customer,
        says="Contacts so far",
        shows=(*EVERYTHING_OF, p.NOTE),
    ),
    Call("desk:customer-state", P.WORK_DESK_USE, at=the_customer, status=204),
    Call("desk:ask", P.WORK_ACCESS_ASK, at=the_customer, says="Ask for access"),
    Call(
        "desk:ask",
        P.WORK_ACCESS_ASK,
        "with a reason",
        at=the_customer,
        post={"purpose": "complaint", "reason": ASKED_FOR},
        status=422,  # works for the customer already
        otherwise={"loner": 200},
    ),
    Call(
        "desk:wrap-up", P.WORK_DISPOSITION_SET, "in no way", at=a_contact("call"), post={}, status=422, otherwise=LONER
    ),
    Call(
        "desk:wrap-up",
        P.WORK_DISPOSITION_SET,
        at=a_contact("call"),
        post=lambda h: {"code": str(h.once["code"])},
        otherwise=LONER,
        says="Saved: Resolved.",
    ),
    Call(
        "desk:wrap-up-undo",
        P.WORK_DISPOSITION_SET,
        at=lambda h: (h.calls["opened"], h.once["said"]),
        post={},
        otherwise={R.SUPERVISOR: 404, "loner": 403},  # said by somebody else
        says="Taken back",
    ),
)

NOTES = (
    Call("desk:note-check", P.WORK_NOTE_WRITE, at=the_customer, post={"text": f"call {PHONE}"}, says="personal data"),
    Call("desk:note-check", P.WORK_NOTE_WRITE, "nothing new", at=the_customer, post={"text": "called"}, status=204),
    Call("desk:note-draft", P.WORK_NOTE_WRITE, at=the_customer, post={"text": ""}, otherwise=LONER),
    Call(
        "desk:note-save",
        P.WORK_NOTE_WRITE,
        at=the_customer,
        post={"text": "wants a letter"},
        otherwise=LONER,
        says="The note is saved.",
        shows=(p.NOTE,),
    ),
    Call(
        "desk:note-save",
        P.WORK_NOTE_WRITE,
        "with a number",
        at=the_customer,
        post={"text": f"call {PHONE}"},
        status=422,
        otherwise=LONER,
        says="Nothing is saved yet",
    ),
    Call("desk:note-before", P.WORK_DESK_USE, at=a_note("note"), says="What the note said before"),
    Call("desk:note-change", P.WORK_NOTE_WRITE, at=a_note("note"), otherwise=NOT_WRITTEN_BY, shows=(p.NOTE,)),
    Call(
        "desk:note-change",
        P.WORK_NOTE_WRITE,
        "saving",
        at=a_note("note to change"),
        post={"text": "was changed"},
        otherwise=NOT_WRITTEN_BY,
        says="The note is changed.",
        shows=(p.NOTE,),
    ),
    Call(
        "desk:note-withdraw",
        P.WORK_NOTE_WRITE,
        at=a_note("note to change"),
        post={},
        otherwise=NOT_WRITTEN_BY,
        says="taken back",
        shows=(p.NOTE,),
    ),
)

OVERSEEN = (
    Call("desk:contacts", P.WORK_CONTACT_OVERSEE, says="Narrow and sort", shows=(p.SURNAME,)),
    Call("desk:contacts", P.WORK_CONTACT_OVERSEE, "no such day", query=lambda _: {"since": "yesterday"}, status=422),
    Call("desk:recordings", P.INTERACTIONS_RENDITION_PLAY, says="Nothing is played or opened here"),
    Call("desk:recordings", P.INTERACTIONS_RENDITION_PLAY, "no such state", query=lambda _: {"state": "x"}, status=422),
    Call("desk:team", P.WORK_CONTACT_OVERSEE, says="Agents, and what they work on now"),
    Call("desk:given", P.WORK_CONTACT_REASSIGN, at=a_contact("call"), says="Who has it", shows=(p.SURNAME,)),
    Call("desk:give", P.WORK_CONTACT_REASSIGN, at=a_contact("call"), says="to another agent"),
    Call(
        "desk:give",
        P.WORK_CONTACT_REASSIGN,
        "looking at who gets it",
        at=a_contact("call"),
        post=lambda h: {"agent": str(h.once["leaver"])},
        says="it closes at once",
    ),
    Call("desk:give-back", P.WORK_CONTACT_REASSIGN, at=once("handed call", "handed"), post={}, status=302),
    Call("desk:sign-out", P.IDENTITY_AGENT_SIGN_OUT, at=once("leaver"), says="Sign out everywhere"),
    Call("desk:sign-out", P.IDENTITY_AGENT_SIGN_OUT, "doing it", at=once("leaver"), post={}, status=302),
    Call("desk:requests", P.WORK_ACCESS_DECIDE, says="a second person decides"),
    Call(
        "desk:requests",
        P.WORK_ACCESS_DECIDE,
        "with a reason",
        query=lambda h: {"why": str(h.once["access refuse"])},
        says="a second person decides",
        also=(p.REASON,),
    ),
    Call("desk:request-approve", P.WORK_ACCESS_DECIDE, at=once("access approve"), post={}, status=302),
    Call("desk:request-refuse", P.WORK_ACCESS_DECIDE, at=once("access refuse"), says="What the agent is told"),
    Call(
        "desk:request-refuse",
        P.WORK_ACCESS_DECIDE,
        "doing it",
        at=once("access refuse"),
        post={"answer": "say_more"},
        status=302,
    ),
)

CODES = (
    Call("desk:codes", P.WORK_CODES_KEEP, says="In their order"),
    Call("desk:codes", P.WORK_CODES_KEEP, "adding", post={"name": "Sent to billing"}, status=302),
    Call("desk:codes", P.WORK_CODES_KEEP, "adding nothing", post={"name": ""}, status=422),
    Call("desk:code", P.WORK_CODES_KEEP, at=once("code"), says="Rename"),
    Call("desk:code", P.WORK_CODES_KEEP, "nothing", at=once("code"), post={"name": ""}, status=422),
    Call("desk:code-act", P.WORK_CODES_KEEP, "down", at=lambda h: (h.once["code"], "down"), post={}, status=302),
)
