"""The URLs about who a caller is and which records are one person's; see `tests.doors.table`."""

from tests.doors import planted as p
from tests.doors.house import House
from tests.doors.table import C, Call, P, the_customer

PHONE = p.BY_CLASS[C.PHONE]
BORN = p.BY_CLASS[C.BIRTH_DATE]
NOT_WORKING = {"loner": 403}  # who does not work for the customer has nothing to compare


def the_caller(house: House) -> tuple[object, ...]:
    return (house.once["caller"],)


def the_caller_as_the_customer(house: House) -> tuple[object, ...]:
    return (house.once["caller"], house.customer)


CALLERS = (
    Call("customers:card", P.CUSTOMERS_CARD_VIEW, "of a caller", at=the_caller, says="Unknown caller"),
    Call(
        "customers:card",
        P.CUSTOMERS_CARD_VIEW,
        "of a linked caller",
        at=lambda h: (h.once["other caller"],),
        says="One person",
    ),
    Call("customers:identify", P.CUSTOMERS_CALLER_IDENTIFY, at=the_caller, says="Who is the caller?"),
    Call(
        "customers:identify",
        P.CUSTOMERS_CALLER_IDENTIFY,
        "by a number",
        at=the_caller,
        post={"by": C.PHONE, "value": PHONE.texts[0]},
        says="Found",
        shows=(p.SURNAME,),
        assigns=True,
    ),
    Call("customers:identify", P.CUSTOMERS_CALLER_IDENTIFY, "who is known", at=the_customer, status=404),
    Call(
        "customers:identify-as",
        P.CUSTOMERS_CALLER_IDENTIFY,
        at=the_caller_as_the_customer,
        says="Is this the caller?",
        shows=(p.SURNAME, p.GENDER),
    ),
    Call(
        "customers:identify-as",
        P.CUSTOMERS_CALLER_IDENTIFY,
        "what is so",
        at=the_caller_as_the_customer,
        post={"field": C.BIRTH_DATE, "value": BORN.texts[0]},
        otherwise=NOT_WORKING,
        says="It agrees.",
        shows=(p.SURNAME, p.GENDER),
    ),
    Call(
        "customers:identify-as",
        P.CUSTOMERS_CALLER_IDENTIFY,
        "what is not so",
        at=the_caller_as_the_customer,
        post={"field": C.BIRTH_DATE, "value": p.CLAIM.texts[0]},
        otherwise=NOT_WORKING,
        says="It does not agree.",
        shows=(p.SURNAME, p.GENDER),
    ),
    Call(
        "customers:identify-as",
        P.CUSTOMERS_CALLER_IDENTIFY,
        "by a name that is seen",
        at=the_caller_as_the_customer,
        post={"field": C.SURNAME, "value": p.SURNAME.texts[0]},
        status=422,
        otherwise=NOT_WORKING,
        shows=(p.SURNAME, p.GENDER),
    ),
    Call(
        "customers:identify-link",
        P.CUSTOMERS_CALLER_IDENTIFY,
        at=lambda h: (h.once["caller"], h.once["known"]),
        post={},
        status=302,
        otherwise={"agent": 403},  # to whom nothing of it agreed; to the supervisor it did (`house`)
    ),
    Call("customers:merge", P.CUSTOMERS_RECORD_MERGE, at=the_customer, says="Find the other record"),
    Call(
        "customers:merge",
        P.CUSTOMERS_RECORD_MERGE,
        "by a number",
        at=lambda h: (h.once["two keys"],),
        post={"by": C.PHONE, "value": PHONE.texts[0]},
        says="Found",
        shows=(p.SURNAME,),
    ),
    Call(
        "customers:merge-into",
        P.CUSTOMERS_RECORD_MERGE,
        at=lambda h: (h.once["two keys"], h.customer),
        says="What merging means",
        shows=(p.SURNAME,),
    ),
    Call(
        "customers:merge-into",
        P.CUSTOMERS_RECORD_MERGE,
        "an unknown caller",
        at=the_caller_as_the_customer,
        post={},
        status=422,
    ),
    Call(
        "customers:undo-link",
        P.CUSTOMERS_CALLER_IDENTIFY,
        at=lambda h: (h.once["other caller"], h.once["link"]),
        says="What undoing means",
    ),
    Call(
        "customers:undo-link",
        P.CUSTOMERS_CALLER_IDENTIFY,
        "of somebody else",
        at=lambda h: (h.customer, h.once["link"]),
        post={},
        status=404,
    ),
)
