"""Pages of certificates: the list, the customer's page, the file; whole sentences, also right to left."""

import re
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from razdar.core.disclosure import Role
from razdar.privacy import issuing, jobs, services
from razdar.privacy.models import Erasure
from razdar.runtime import live
from razdar.runtime.scope import scope
from razdar.vault.freezing import READING
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.privacy.erasing import certified, erased
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
LIST = "/privacy/erasures/"


def get(world: World, url: str, role: Role = Role.AUDITOR, **headers: str) -> HttpResponse:
    request = RequestFactory().get(url, headers=headers)
    request.viewer = world.viewer(role)  # type: ignore[attr-defined]
    match = resolve(url.partition("?")[0])
    with scope(world.client):
        return cast(HttpResponse, match.func(request, *match.args, **match.kwargs))


def test_after_a_proof_the_ground_is_chosen_still_and_nothing_was_done(world: World) -> None:
    url = reverse("privacy:erase", args=[world.customer()])
    request = RequestFactory().post(url, {"ground": "objection", "sure": "on"})
    request.viewer = world.viewer(Role.PRIVACY_OFFICER, assured_at=0.0)  # type: ignore[attr-defined]
    match = resolve(url)
    with scope(world.client):
        asked = cast(HttpResponse, match.func(request, *match.args, **match.kwargs))
        assert not Erasure.objects.exists()
    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    assert back == f"{url}?ground=objection"
    page = get(world, back, Role.PRIVACY_OFFICER)
    assert "Nothing was done yet" in text_of(page)
    assert re.search(r'<input[^>]* value="objection"[^>]* checked', page.content.decode())
    assert "Nothing was done yet" not in text_of(get(world, f"{url}?ground=nonsense", Role.PRIVACY_OFFICER))


def text_of(response: HttpResponse) -> str:
    plain = re.sub(r"<(script|style|select)[^>]*>.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def page_of(customer: UUID) -> str:
    return reverse("privacy:record", args=[customer])


def file_of(customer: UUID) -> str:
    return reverse("privacy:certificate", args=[customer])


def test_an_empty_list_says_what_will_stand_there(world: World) -> None:
    assert "Nobody has been erased" in text_of(get(world, LIST))


def test_until_it_is_issued_the_pages_say_so(world: World) -> None:
    customer = erased(world)
    page = text_of(get(world, page_of(customer)))
    assert "The certificate is being issued" in page
    assert "Download" not in page
    assert "certificate being issued" in text_of(get(world, LIST))
    assert get(world, file_of(customer)).status_code == 404


def test_while_it_is_carried_out_the_page_says_so_and_turns_to_done_by_itself(world: World) -> None:
    customer = world.customer()
    with scope(world.client):
        services.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    for url, said in ((page_of(customer), "No background worker is running"), (LIST, "Waiting for the background")):
        assert said in text_of(get(world, url))
    with connection.cursor() as cursor:  # as a worker does at its start
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    page = get(world, page_of(customer))
    assert "Being carried out" in text_of(page)
    assert "To be destroyed" in text_of(page)
    assert "Being carried out" in text_of(get(world, LIST))
    again = re.search(r'hx-get="([^"]+)" hx-trigger="razdar:live, every 30s"', page.content.decode())
    assert again
    jobs.finish(world.client, customer)
    part = get(world, again[1], **{"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "Being carried out" not in text_of(part)
    assert "hx-get" in part.content.decode()  # the certificate is still to come
    wait_until_sequenced()
    jobs.certify()
    done = get(world, again[1], **{"HX-Request": "true"})
    assert "Download certificate" in text_of(done)
    assert "hx-get" not in done.content.decode()


def test_open_pages_hear_of_it_when_it_is_carried_out_and_when_it_is_certified(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, UUID | None]] = []
    monkeypatch.setattr(live, "changed", lambda topic, about=None: told.append((topic, about)))
    customer = erased(world)
    assert told.count((issuing.TOPIC, customer)) == 1
    assert told.count((READING, customer)) == 1  # the pages that show it
    wait_until_sequenced()
    jobs.certify()
    assert told.count((issuing.TOPIC, customer)) == 2
    assert f'data-live="erasures:{customer}"' not in get(world, page_of(customer)).content.decode()  # it is done


def test_the_pages_say_from_when_it_is_final_and_hand_out_the_file(world: World) -> None:
    customer, data = certified(world)
    for url in (page_of(customer), LIST):
        page = text_of(get(world, url))
        assert "On this system nothing of this customer opens since" in page
        assert "and knows the passphrase could still open copies of the data made before it." in page
        assert "No key bundle made before the erasure was still valid" in page
        assert "No date of cryptographic finality can be given for this root." in page
        assert file_of(customer) in get(world, url).content.decode()
    answer = get(world, file_of(customer))
    assert answer.content == data
    assert answer["Content-Disposition"] == f'attachment; filename="erasure-{customer}.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_a_bundle_made_before_is_named_with_the_day_it_expires(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from razdar.core.ledger.certificates import Bundle, Finality
    from razdar.keys import certifying

    sound = certifying.standing_of

    def with_a_bundle(*known: Any) -> certifying.Standing:
        standing = sound(*known)
        live = standing.finality.live_at
        bundle = Bundle(7, live + timedelta(days=14))
        return replace(standing, finality=Finality.of(live, [bundle], None))

    monkeypatch.setattr(certifying, "standing_of", with_a_bundle)
    customer, _ = certified(world)
    assert "The last such key bundle, number 7, expires on" in text_of(get(world, page_of(customer)))


def test_a_supervisor_reads_the_record_and_gets_no_file(world: World) -> None:
    customer, _ = certified(world)
    page = get(world, page_of(customer), Role.SUPERVISOR)
    assert "Destroyed keys" in text_of(page)
    assert file_of(customer) not in page.content.decode()
    for url in (LIST, file_of(customer)):
        assert get(world, url, Role.SUPERVISOR).status_code == 404


def test_a_damaged_certificate_is_called_that(world: World) -> None:
    customer, _ = certified(world)
    with scope(world.client):
        Erasure.objects.update(certificate="nothing of the kind")
    assert "The certificate is damaged" in text_of(get(world, page_of(customer)))
    assert "Certificate damaged" in text_of(get(world, LIST))
    assert get(world, file_of(customer)).status_code == 404


def test_right_to_left_the_ids_keep_their_direction(world: World) -> None:
    customer, _ = certified(world)
    with translation.override("fa"):
        page = get(world, LIST).content.decode()
    assert 'dir="rtl"' in page
    assert f'<bdi dir="ltr">{customer}</bdi>' in page


def test_a_place_that_is_none_is_refused(world: World) -> None:
    assert get(world, f"{LIST}?before=nowhere").status_code == 422


def test_older_ones_are_a_page_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar.privacy import selectors

    first, second = erased(world), erased(world)
    monkeypatch.setattr(selectors, "PAGE", 1)
    page = get(world, LIST).content.decode()
    assert str(second) in page
    assert str(first) not in page
    older = re.search(r'rel="next" href="(\?before=[^"]+)"', page)
    assert older
    assert str(first) in get(world, LIST + older[1]).content.decode()
    wait_until_sequenced()
    jobs.certify()
    assert get(world, file_of(first)).status_code == 200
