"""Events: canonical bytes, strict reading, and no room for personal data."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import razdar
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput
from razdar.core.ledger import MAX_PAYLOAD, Event, FieldSeen, Mode, Outcome, decode, encode
from razdar.core.ledger.events import MAX_AT_MS

CLIENT, PERSON, CUSTOMER = UUID(int=1), UUID(int=2), UUID(int=3)
PLAIN = Event(client=CLIENT, action="customers:card:view", mode=Mode.VIEW)

codes = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
ids = st.uuids().filter(lambda u: u.int != 0)
maybe_ids = st.none() | ids
numbers = st.integers(-(2**53) + 1, 2**53 - 1)
values = numbers | st.from_regex(r"[A-Za-z0-9:._/+=-]{0,40}", fullmatch=True)
events = st.builds(
    Event,
    client=maybe_ids,
    actor=maybe_ids,
    role=codes | st.just(""),
    device=st.sampled_from(["", "Firefox, Linux", "تلفن"]),
    action=st.builds(lambda a, b, c: f"{a}:{b}:{c}", codes, codes, codes),
    mode=st.sampled_from(Mode),
    customer=maybe_ids,
    fields=st.lists(st.builds(FieldSeen, codes, codes, st.uuids()), max_size=8).map(tuple),
    outcome=st.sampled_from(Outcome),
    trace=maybe_ids,
    detail=st.dictionaries(codes, values, max_size=4).map(lambda d: tuple(d.items())),
    sealed_reason=st.sampled_from(["", "AAEC"]),
)


@given(events, st.integers(0, MAX_AT_MS))
def test_reading_gives_back_what_was_written(event: Event, at: int) -> None:
    dated = decode(encode(event, at))
    assert (dated.event, dated.at_ms) == (event, at)


def test_the_bytes_of_an_event_are_fixed() -> None:
    """A format others verify: these bytes must never change."""
    event = Event(
        client=CLIENT,
        actor=PERSON,
        role="agent",
        session="s1",
        device="Firefox, Linux",
        zone="office",
        action="customers:card:view",
        mode=Mode.VIEW,
        customer=CUSTOMER,
        fields=(FieldSeen("surname", "clear", CUSTOMER), FieldSeen("gender", "clear", CUSTOMER)),
        purpose="service",
        detail=(("count", 2),),
    )
    assert encode(event, 1_750_000_000_123) == (
        b'{"action":"customers:card:view","actor":"00000000-0000-0000-0000-000000000002","at":1750000000123,"case":"",'
        b'"client":"00000000-0000-0000-0000-000000000001","customer":"00000000-0000-0000-0000-000000000003",'
        b'"detail":{"count":2},"device":"Firefox, Linux",'
        b'"fields":[{"seen":["gender:clear","surname:clear"],"subjects":["00000000-0000-0000-0000-000000000003"]}],'
        b'"mode":"view","outcome":"ok","purpose":"service","role":"agent","sealed_reason":"","session":"s1",'
        b'"trace":null,"v":1,"zone":"office"}'
    )


def test_order_and_repeats_of_fields_do_not_matter() -> None:
    a, b = FieldSeen("surname", "clear", CUSTOMER), FieldSeen("phone", "masked", CUSTOMER)
    assert encode(replace(PLAIN, fields=(a, b, a)), 1) == encode(replace(PLAIN, fields=(b, a)), 1)


def test_a_page_of_many_rows_stays_small() -> None:
    seen = tuple(FieldSeen(name, "masked", UUID(int=n + 1)) for n in range(1000) for name in ("phone", "email", "iban"))
    assert len(encode(replace(PLAIN, fields=seen), 1)) < 45_000


def test_too_long_is_refused_with_advice() -> None:
    seen = tuple(FieldSeen("phone", "masked", UUID(int=n + 1)) for n in range(2000))
    with pytest.raises(BadInput, match="fewer records"):
        encode(replace(PLAIN, fields=seen), 1)


@pytest.mark.parametrize(
    "change",
    [
        {"action": "Looked at Anna Kowalska"},
        {"action": "customers:card"},
        {"role": "the boss"},
        {"session": "a b"},
        {"device": "x" * 81},
        {"device": "anna@example.com"},
        {"zone": "line\nbreak"},
        {"purpose": "because she asked"},
        {"case": "+48 600 100 200"},
        {"outcome": "maybe"},
        {"mode": "peek"},
        {"detail": (("reason", "she asked me to"),)},
        {"detail": (("mail", "anna@example.com"),)},
        {"detail": (("share", 0.5),)},
        {"detail": (("yes", True),)},
        {"detail": (("big", 2**53),)},
        {"detail": (("twice", 1), ("twice", 2))},
        {"detail": (("Upper", 1),)},
        {"sealed_reason": "in clear!"},
        {"sealed_reason": "żółw"},
        {"customer": "48600100200"},
        {"client": UUID(int=0)},
        {"fields": (FieldSeen("Anna Kowalska", "clear", CUSTOMER),)},
        {"fields": (FieldSeen("surname", "clear", "Anna"),)},  # type: ignore[arg-type]
    ],
)
def test_what_could_carry_personal_data_is_refused_without_repeating_it(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        replace(PLAIN, **change)
    assert "anna" not in str(caught.value).lower()


def _with(**change: object) -> bytes:
    body = {**json.loads(encode(PLAIN, 5)), **change}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_helper_of_the_next_test_writes_canonical_bytes() -> None:
    assert _with() == encode(PLAIN, 5)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 60_000,
        b"{" + b" " * MAX_PAYLOAD,
        b" " + encode(PLAIN, 5),
        encode(PLAIN, 5) + b"\n",
        encode(PLAIN, 5)[:-1],
        encode(PLAIN, 5).replace(b'"at":5', b'"at":5.0'),
        encode(PLAIN, 5).replace(b'"at":5', b'"at":NaN'),
        encode(PLAIN, 5).replace(b'"at":5', b'"at":true'),
        encode(PLAIN, 5).replace(b'"at":5', b'"at":-5'),
        encode(PLAIN, 5).replace(b'"at":5', b'"at":5,"at":5'),
        encode(PLAIN, 5).replace(b"view", b"\\u0076iew"),
        encode(PLAIN, 5).replace(str(CLIENT).encode(), CLIENT.hex.encode()),
        _with(extra=1),
        _with(v=2),
        _with(v=True),
        _with(fields=[{"seen": ["phone:masked"], "subjects": []}]),
        _with(fields=[{"seen": ["phone"], "subjects": [str(CUSTOMER)]}]),
        _with(fields={}),
        _with(detail=[]),
        _with(actor=7),
        _with(role=None),
        b'{"device":"\\ud800"}',
    ],
)
def test_any_other_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(BadInput):
        decode(payload)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_noise_is_refused_and_never_crashes(payload: bytes) -> None:
    with pytest.raises(BadInput):
        decode(payload)


def test_by_takes_the_viewers_own_marks() -> None:
    viewer = Viewer(PERSON, "supervisor", CLIENT, "s9", "Chrome, Linux", "office")
    event = Event.by(viewer, "customers:card:view", Mode.VIEW, customer=CUSTOMER, purpose="service")
    assert (event.actor, event.role, event.session, event.zone) == (PERSON, "supervisor", "s9", "office")
    assert event.subjects == {CUSTOMER}
    assert Event.by(replace(viewer, person=UUID(int=0)), "customers:card:view", Mode.VIEW).actor is None


def test_the_operator_at_the_console_has_a_constructor_that_is_the_only_one_to_say_so() -> None:
    event = Event.by_operator(CLIENT, "keys:bundle:make", Mode.SYSTEM, detail=(("number", 3),))
    assert (event.role, event.actor, event.session, event.zone) == ("operator", None, "console", "console")
    assert decode(encode(event, 1)).event == event
    source = Path(razdar.__file__).parent
    assert [path.name for path in source.rglob("*.py") if 'role="operator"' in path.read_text()] == []
