"""The URLs that lead to a customer's record and calls; see `tests.doors.table`."""

from tests.doors import planted as p
from tests.doors.house import House
from tests.doors.table import REASONED, UNREASONED, C, Call, P, R, a_field, a_sound, if_on_request, the_customer

LONER = {"loner": 403}  # an agent works beside a contact of the customer, or not at all
TYPED = {"surname": "Somebody", "birth_date": "1999-09-09"}
"""What is typed and not planted: it may come back to who typed it."""
AS_SHIPPED = {R.QUALITY_REVIEWER: 403}  # asks only where the client's matrix says so
WHOLE = {"Range": "bytes=0-"}
EVERYTHING_OF = (*p.FIELDS, *p.HANDLES)
ORIGINALS = frozenset({C.RECORDING, C.TRANSCRIPT})


def two_keys(house: House) -> tuple[object, ...]:
    """Where the second key of a value is asked for."""
    return (house.once["two keys"], C.POSTAL_ADDRESS, house.once["two keys grant"])


SEARCH = (
    Call("customers:search", P.CUSTOMERS_RECORD_SEARCH, says="Search by one exact value"),
    Call("customers:search", P.CUSTOMERS_RECORD_SEARCH, "by nothing", post={"by": "height", "value": "2 m"}),
    *(
        Call(
            "customers:search",
            P.CUSTOMERS_RECORD_SEARCH,
            f"by {planted}",
            post={"by": planted.data_class, "value": planted.texts[0]},
            says="Found",
            shows=(p.SURNAME, p.GENDER),
            assigns=True,
        )
        for planted in EVERYTHING_OF
        if planted.data_class in {C.SURNAME, C.NATIONAL_ID, C.REFERENCE_NO, C.PHONE, C.WHATSAPP_ID, C.EMAIL}
    ),
    Call("customers:new", P.CUSTOMERS_RECORD_CREATE, says="New customer"),
    Call("customers:new", P.CUSTOMERS_RECORD_CREATE, "saving", post=TYPED, status=302),
    Call(
        "customers:new", P.CUSTOMERS_RECORD_CREATE, "born twice", post=TYPED | {"birth_date": "1999-99-09"}, status=422
    ),
)

CARD = (
    Call("customers:card", P.CUSTOMERS_CARD_VIEW, at=the_customer, says="Ways to reach", shows=EVERYTHING_OF),
    *(
        Call("customers:field", P.CUSTOMERS_CARD_VIEW, str(each), at=a_field(each.data_class), shows=(each,))
        for each in EVERYTHING_OF
    ),
    Call("customers:reveal", P.CUSTOMERS_FIELD_REVEAL, at=a_field(C.PHONE), says="recorded"),
    *(
        Call(
            "customers:reveal",
            P.CUSTOMERS_FIELD_REVEAL,
            str(each),
            at=a_field(each.data_class),
            post=REASONED,
            otherwise=if_on_request(each.data_class),
            shows=(each,),
            opens=frozenset({each.data_class}),
        )
        for each in EVERYTHING_OF
    ),
    Call(
        "customers:reveal",
        P.CUSTOMERS_FIELD_REVEAL,
        "without a reason",
        at=a_field(C.PHONE),
        post=UNREASONED,
        status=422,
        says="Reason",
    ),
    Call(
        "customers:open-granted",
        P.CUSTOMERS_FIELD_REVEAL,
        at=lambda h: (h.customer, C.NATIONAL_ID, h.once["grant"]),
        post={},
        otherwise={R.SUPERVISOR: 404},  # somebody else's grant
        shows=(p.BY_CLASS[C.NATIONAL_ID],),
        opens=frozenset({C.NATIONAL_ID}),
        second=True,
    ),
    Call(
        "customers:second-key",
        P.CUSTOMERS_FIELD_REVEAL,
        at=two_keys,
        otherwise={R.PRIVACY_OFFICER: 404},  # somebody else's grant
        says="another person keeps that key",
    ),
    Call(
        "customers:second-key",
        P.CUSTOMERS_FIELD_REVEAL,
        "with a wrong one",
        at=two_keys,
        post={"key": "0" * 64},
        status=422,
        otherwise={R.PRIVACY_OFFICER: 404},
        says="This key does not open this value",
    ),
    Call(
        "customers:second-key-file",
        P.CUSTOMERS_FIELD_REVEAL,
        at=two_keys,
        post={},
        otherwise={R.PRIVACY_OFFICER: 404},
        says="age-encryption.org/v1",
    ),
    Call("customers:match", P.CUSTOMERS_FIELD_MATCH, at=a_field(C.BIRTH_DATE), says="what the caller says"),
    *(
        Call(
            "customers:match",
            P.CUSTOMERS_FIELD_MATCH,
            f"{each}",
            at=a_field(each.data_class),
            post={"value": each.texts[0]},
            otherwise=LONER,
            says="It agrees.",
        )
        for each in EVERYTHING_OF
        if each is not p.GENDER
    ),
    Call(
        "customers:match",
        P.CUSTOMERS_FIELD_MATCH,
        "what is not so",
        at=a_field(C.BIRTH_DATE),
        post={"value": p.CLAIM.texts[0]},
        otherwise=LONER,
        says="It does not agree.",
    ),
    Call("customers:match", P.CUSTOMERS_FIELD_MATCH, "nothing", at=a_field(C.PHONE), post={"value": ""}, status=422),
    Call("customers:correct", P.CUSTOMERS_FIELD_CORRECT, at=a_field(C.PHONE), says="Type the new value"),
    *(
        Call(
            "customers:correct",
            P.CUSTOMERS_FIELD_CORRECT,
            str(each),
            at=a_field(each.data_class),
            post={"value": each.texts[0]},
            otherwise=LONER,
            shows=(each,),
        )
        for each in EVERYTHING_OF
    ),
    Call(
        "customers:correct",
        P.CUSTOMERS_FIELD_CORRECT,
        "an impossible date",
        at=a_field(C.BIRTH_DATE),
        post={"value": "1999-99-09"},
        status=422,
        otherwise=LONER,
    ),
    Call("customers:add-handle", P.CUSTOMERS_FIELD_CORRECT, at=the_customer, says="Add a way"),
    Call(
        "customers:add-handle",
        P.CUSTOMERS_FIELD_CORRECT,
        "saving",
        at=the_customer,
        post={"kind": "email", "value": "new@example.org"},
        otherwise=LONER,
    ),
    Call(
        "customers:add-handle",
        P.CUSTOMERS_FIELD_CORRECT,
        "no address",
        at=the_customer,
        post={"kind": "email", "value": "new"},
        status=422,
    ),
)

_ONE = (p.SURNAME, *p.WORDS, *p.WAVES)

CALLS = (
    Call("interactions:list", P.INTERACTIONS_RECORD_LIST, says="Calls", shows=(p.SURNAME,)),
    Call("interactions:jobs", P.INTERACTIONS_PIPELINE_VIEW, says="Nothing waits"),
    Call("interactions:waiting", P.INTERACTIONS_PIPELINE_VIEW, says="Nothing waits"),
    Call("interactions:states", P.INTERACTIONS_RECORD_LIST, says="calls-news"),
    Call("interactions:states", P.INTERACTIONS_RECORD_LIST, "of nothing", query=lambda _: {"first": "x"}, status=404),
    Call(
        "interactions:progress",
        P.INTERACTIONS_RECORD_VIEW,
        at=lambda h: (h.calls["call"],),
        says="The call is ready",
    ),
    Call(
        "interactions:list",
        P.INTERACTIONS_RECORD_LIST,
        "of one customer",
        query=lambda h: {"customer": str(h.customer)},
        says="All calls",
        shows=(p.SURNAME,),
    ),
    Call("interactions:list", P.INTERACTIONS_RECORD_LIST, "of nobody", query=lambda _: {"customer": "x"}, status=404),
    Call("interactions:one", P.INTERACTIONS_RECORD_VIEW, at=lambda h: (h.calls["call"],), says="Trace", shows=_ONE),
    Call(
        "interactions:one",
        P.INTERACTIONS_RECORD_VIEW,
        "with open originals",
        at=lambda h: (h.calls["opened"],),
        shows=_ONE,
        opens=ORIGINALS,
        second=True,
    ),
    Call(
        "interactions:audio",
        P.INTERACTIONS_RENDITION_PLAY,
        at=a_sound("call", redacted=True),
        headers=WHOLE,
        status=206,
        otherwise={R.PRIVACY_OFFICER: 403},  # on request, and not asked for
        shows=p.NOISES,
    ),
    Call(
        "interactions:audio",
        P.INTERACTIONS_RENDITION_PLAY,
        "original",
        at=a_sound("call", redacted=False),
        headers=WHOLE,
        status=403,
    ),
    Call(
        "interactions:audio",
        P.INTERACTIONS_RENDITION_PLAY,
        "open original",
        at=a_sound("opened", redacted=False),
        headers=WHOLE,
        status=206,
        otherwise={R.SUPERVISOR: 403, R.QUALITY_REVIEWER: 403},
        shows=p.NOISES,
        opens=ORIGINALS,
        second=True,
    ),
    Call(
        "interactions:audio",
        P.INTERACTIONS_RENDITION_PLAY,
        "all at once",
        at=a_sound("opened", redacted=False),
        status=416,
    ),
    Call(
        "interactions:integrity",
        P.INTERACTIONS_RENDITION_PLAY,
        at=a_sound("call", redacted=True),
        otherwise={R.PRIVACY_OFFICER: 404},  # may not open it
        says="Verified",
    ),
    Call(
        "interactions:integrity",
        P.INTERACTIONS_RENDITION_PLAY,
        "original",
        at=a_sound("call", redacted=False),
        status=404,
    ),
    Call(
        "interactions:ask",
        P.INTERACTIONS_ORIGINAL_PLAY,
        at=lambda h: (h.calls["asked"], "transcript"),
        otherwise=AS_SHIPPED,
        says="original",
    ),
    Call(
        "interactions:ask",
        P.INTERACTIONS_ORIGINAL_PLAY,
        "with a reason",
        at=lambda h: (h.calls["asked"], "transcript"),
        post=REASONED,
        otherwise=AS_SHIPPED,
    ),
    Call(
        "interactions:ask",
        P.INTERACTIONS_ORIGINAL_PLAY,
        "without a reason",
        at=lambda h: (h.calls["asked"], "transcript"),
        post=UNREASONED,
        status=422,
        otherwise=AS_SHIPPED,
    ),
    Call(
        "interactions:open",
        P.INTERACTIONS_ORIGINAL_PLAY,
        at=lambda h: (h.calls["asked"], "recording", h.once["open"]),
        post={},
        status=302,
        otherwise={R.QUALITY_REVIEWER: 404},  # somebody else's grant
    ),
)
