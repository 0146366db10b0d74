"""The log's pages: one's own client's only, plain words, no personal data, and never read unseen."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, reverse

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.ledger import Event, FieldSeen, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.oversight import details
from tests.audit.fakes import CUSTOMER, OTHER, PERSON, A, B, Connection, auditor, look
from tests.audit.sequencing import wait_until_sequenced
from tests.oversight.reading import get, text_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

LOG = "/log/"
WHO = f"/customers/{CUSTOMER}/events/"


def guarded(resolver: URLResolver, path: str = "") -> Iterator[tuple[str, Permission]]:
    """Every page that asks for a permission, by the name that a refusal is written down with."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from guarded(each, f"{path}{each.namespace}:" if each.namespace else path)
        elif permission := getattr(each.callback, "permission", None):
            yield f"{path}{each.name}", permission


def outcomes(response: HttpResponse) -> int:
    """How many events are shown: each has a pill in its row."""
    return response.content.decode().count('<td><span class="pill ')


def test_the_addresses() -> None:
    assert reverse("oversight:log") == LOG
    assert reverse("oversight:customer-events", args=[CUSTOMER]) == WHO


def test_who_looked_tells_who_what_when_why_and_how_it_ended() -> None:
    audit.record_now(look())
    wait_until_sequenced()
    text = text_of(get(WHO))
    for words in (
        PERSON.hex[-8:],
        "Agent",
        "Opening the customer's card",
        "Looked at",
        "Surname (Shown)",
        "Serving the customer",
        "Done",
        str(datetime.now(UTC).year),
    ):
        assert words in text


def test_both_pages_are_themselves_in_the_log() -> None:
    audit.record_now(look())
    wait_until_sequenced()
    get(WHO)
    get(LOG)
    wait_until_sequenced()
    assert text_of(get(LOG)).count("Reading the log") == 2


@pytest.mark.parametrize("url", [LOG, WHO])
def test_without_the_permission_there_is_no_such_page(url: str) -> None:
    audit.record_now(look())
    wait_until_sequenced()
    response = get(url, Viewer(PERSON, "agent", A, "s1", permissions=frozenset({Permission.CUSTOMERS_CARD_VIEW})))
    assert response.status_code == 404
    assert "Opening" not in text_of(response)


def test_another_clients_events_are_not_there() -> None:
    audit.record_now(look(B))
    wait_until_sequenced()
    assert "Opening the customer's card" not in text_of(get(LOG))
    assert "Opening the customer's card" in text_of(get(LOG, auditor(B)))


def test_another_clients_customer_is_not_found_however_often_one_asks(owner: Connection) -> None:
    audit.record_now(look(B))
    wait_until_sequenced()
    for _ in range(2):
        assert get(WHO).status_code == 404
        wait_until_sequenced()
    assert owner.execute("SELECT count(*) FROM audit_event WHERE log = %s", [A]).fetchone() == (0,)
    assert get(WHO, auditor(B)).status_code == 200


@pytest.mark.parametrize(
    ("ago", "kind", "says"),
    [
        (45, "ok", "The log is up to date."),
        (75, "bad", "The log has been standing still since"),
        (None, "bad", "The log has not been started yet."),
    ],
)
def test_the_page_tells_whether_the_log_stands_still(owner: Connection, ago: int | None, kind: str, says: str) -> None:
    said = None if ago is None else datetime.now(UTC) - timedelta(seconds=ago)
    owner.execute("UPDATE audit_sequencing SET caught_up_at = %s", [said])
    response = get(LOG)
    assert says in text_of(response)
    assert re.findall(r'<p><span class="pill pill-(\w+)', response.content.decode()) == [kind]
    day = f'<time datetime="{said.isoformat(timespec="seconds")}">' if said else "<time"
    assert (day in response.content.decode()) is (ago == 75)


def test_a_sequencer_that_works_again_is_seen_on_the_page(owner: Connection) -> None:
    owner.execute("UPDATE audit_sequencing SET caught_up_at = now() - interval '1 hour'")
    assert "standing still" in text_of(get(LOG))
    wait_until_sequenced()
    assert "The log is up to date." in text_of(get(LOG))


def test_nobody_has_looked_yet() -> None:
    assert "Nobody has looked yet" in text_of(get(LOG))


def test_a_list_shows_each_class_once_and_how_many_records() -> None:
    seen = tuple(FieldSeen(name, "masked", UUID(int=n)) for n in range(1, 4) for name in ("phone", "email"))
    audit.record_now(Event(client=A, actor=PERSON, action="customers:list:view", mode=Mode.LIST_ROW, fields=seen))
    wait_until_sequenced()
    text = text_of(get(LOG))
    assert "E-mail address (Masked) Phone number (Masked) of 3 records" in text
    assert "of 3 records" not in text_of(get(f"/customers/{UUID(int=1)}/events/"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, 3),
        ({"actor": str(PERSON)}, 2),
        ({"action": "customers:field:reveal"}, 1),
        ({"mode": "deny"}, 1),
        ({"mode": "deny", "actor": str(PERSON)}, 0),
        ({"since": "2020-01-01", "until": "2020-12-31"}, 0),
        ({"since": (datetime.now(UTC) - timedelta(days=1)).date().isoformat()}, 3),
        ({"until": datetime.now(UTC).date().isoformat()}, 3),
    ],
)
def test_filters_narrow(query: dict[str, str], shown: int) -> None:
    audit.record_now(look())
    audit.record_now(Event(client=A, actor=PERSON, action="customers:field:reveal", mode=Mode.REVEAL))
    refused = Event(
        client=A, actor=OTHER, action="customers:card:view", mode=Mode.DENY, outcome=Outcome.DENIED, customer=CUSTOMER
    )
    audit.record_now(refused)
    wait_until_sequenced()
    response = get(LOG, query=query)
    assert outcomes(response) == shown
    assert ("Nothing fits" in text_of(response)) is (shown == 0)


@pytest.mark.parametrize(
    "query",
    [{"actor": str(UUID(int=99))}, {"actor": "x"}, {"mode": "peek"}, {"since": "yesterday"}, {"action": "' OR 1=1"}],
)
def test_a_filter_that_makes_no_sense_shows_nothing_and_says_so(query: dict[str, str]) -> None:
    audit.record_now(look())
    wait_until_sequenced()
    response = get(LOG, query=query)
    assert response.status_code == 422
    assert outcomes(response) == 0
    assert "Please look at these points." in text_of(response)


@pytest.mark.parametrize("before", ["", "x", "-1", "1.5", "٣", "9" * 19])
def test_a_place_that_makes_no_sense_is_refused(before: str) -> None:
    assert get(LOG, query={"before": before}).status_code == 422


def test_pages_go_back_and_keep_the_filter() -> None:
    for _ in range(60):
        audit.record_now(look())
    wait_until_sequenced()
    first = get(LOG, query={"mode": "view"})
    older = re.search(r'href="\?mode=view&amp;before=(\d+)"', first.content.decode())
    assert older
    second = get(LOG, query={"mode": "view", "before": older[1]})
    assert (outcomes(first), outcomes(second)) == (50, 10)
    assert 'rel="next"' not in second.content.decode()
    assert 'href="?mode=view"' in second.content.decode()


def test_a_damaged_entry_is_shown_as_damaged(owner: Connection) -> None:
    audit.record_now(look())
    wait_until_sequenced()
    owner.execute("UPDATE audit_event SET payload = 'x' WHERE log = %s", [A])
    assert "This entry is damaged" in text_of(get(LOG))


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    event = Event(
        client=A,
        role="stranger",
        action="customers:thing:do",
        mode=Mode.VIEW,
        actor=PERSON,
        fields=(FieldSeen("aura", "glimpsed", CUSTOMER),),
        purpose="curiosity",
        detail=(("weight", 3),),
    )
    audit.record_now(event)
    wait_until_sequenced()
    text = text_of(get(LOG))
    for words in ("stranger", "customers:thing:do", "aura (glimpsed)", "curiosity", "weight: 3"):
        assert words in text


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ((("from_ms", 0), ("to_ms", 5000), ("rendition", "original")), "Part: 0:00–0:05 · Rendition: original"),
        ((("from_ms", 65_000),), "from_ms: 65000"),
        ((("duration_ms", 68_600), ("interaction", "0192")), "Length: 1:09 · Contact: 0192"),
        ((("found", 2),), "Found: 2"),
        ((("answer", "differs"),), "Answer: differs"),
        ((("limit", "match"),), "Limit: tries to match"),
        ((("weight", 3), ("step", "passkey")), "weight: 3 · Step: passkey"),
        ((("kind", "newer"), ("entries", 12)), "Kind: newer · Entries: 12"),
        ((("birth_date", "changed"),), "Date of birth: changed"),
        ((("by_ms", 5000), ("of", "sequencer")), "By: 0:05 · Whose clock: the log's"),
        ((("before_ms", 0), ("minimum", 256)), "Older than: 1 Jan 1970 00:00 · First entry still held: 256"),
        ((("role", "auditor"), ("person", "0192")), "Role: Auditor · Person: 0192"),
        ((("role", "king"),), "Role: king"),
        (
            (("supervisor_phone", "on_request+second:legal.service/none:"),),
            "Supervisor · Phone number: before: On request · with a second person · A legal duty, Serving the "
            "customer; now: Not shown",
        ),
        (
            (("page", "desk:exception-new"), ("needed", "vault:matrix:propose")),
            "Page: /exceptions/new/ · Permission needed: Proposing a change of who may see what",
        ),
        ((("page", "oversight:entry"),), "Page: /log/…/"),
        (
            (("page", "oversight:log"), ("needed", "vault:matrix:dance")),
            "Page: Log · Permission needed: vault:matrix:dance",
        ),
        ((("page", "desk:gone"),), "Page: desk:gone"),
        ((("request", str(OTHER)),), f"Request: {OTHER.hex[-8:]}"),
        ((("supervisor_phone", "seen:service/none:"),), "Supervisor · Phone number: seen:service/none:"),
    ],
)
def test_details_are_put_into_words(detail: tuple[tuple[str, str | int], ...], shown: str) -> None:
    assert " · ".join(f"{name}: {value}" for name, value in details.pairs(detail)) == shown


def test_every_permission_and_every_page_that_asks_for_one_has_words() -> None:
    pages = list(guarded(get_resolver()))
    assert len(pages) > 40
    for name, permission in pages:
        (_page, page), (_needed, needed) = details.pairs((("page", name), ("needed", str(permission))))
        assert ":" not in page + needed, name


def test_the_page_of_an_entry_shows_ids_whole() -> None:
    assert details.pairs((("request", str(OTHER)),), whole=True) == (("Request", str(OTHER)),)


def test_details_stand_on_the_page() -> None:
    detail = (("from_ms", 0), ("to_ms", 5000), ("rendition", "redacted"))
    audit.record_now(Event(client=A, actor=PERSON, action="interactions:recording:play", mode=Mode.PLAY, detail=detail))
    wait_until_sequenced()
    assert "Listened to · Part: 0:00–0:05 · Rendition: redacted" in text_of(get(LOG))


def test_the_sealed_reason_is_not_on_the_page_and_a_customer_is_a_pseudonym() -> None:
    event = Event(
        client=A,
        actor=PERSON,
        action="customers:field:reveal",
        mode=Mode.REVEAL,
        customer=OTHER,
        sealed_reason="c2VhbGVk",
    )
    audit.record_now(event)
    wait_until_sequenced()
    page = get(LOG).content.decode()
    assert "c2VhbGVk" not in page
    assert str(OTHER) not in text_of(get(LOG))
    assert OTHER.hex[-8:] in page
