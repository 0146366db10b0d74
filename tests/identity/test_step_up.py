"""Step-up: five minutes, a strong factor, and back to a page of this site."""

from dataclasses import replace

import pytest

from razdar.core.errors import StepUpNeeded
from razdar.vault.door import require_assurance
from tests.identity.world import World, viewer_of


def test_five_minutes(world: World) -> None:
    viewer = viewer_of(world.anna)
    require_assurance(viewer)
    require_assurance(replace(viewer, assured_at=viewer.assured_at - 295))
    for late in (replace(viewer, assured_at=viewer.assured_at - 305), replace(viewer, assured_at=0.0)):
        with pytest.raises(StepUpNeeded):
            require_assurance(late)


def test_a_page_that_needs_it_leads_there_and_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from razdar.identity import proofs

    browser = world.anna.sign_in()
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 400} for record in records]
    session.save()
    form = {"work_name": "tom", "name": "Tom T", "roles": ["technician"]}
    answer = browser.post("/people/invite/", form, headers={"referer": "http://testserver/people/invite/"})
    assert answer["Location"] == "/step-up/?next=%2Fpeople%2Finvite%2F"
    assert browser.get(answer["Location"]).status_code == 200
    assert browser.post("/step-up/", {"code": world.anna.code(), "next": "/people/invite/"}).status_code == 422
    world.clock.tick()
    back = browser.post("/step-up/", {"code": world.anna.code(), "next": "/people/invite/"})
    assert back["Location"] == "/people/invite/"
    assert b"/invitation/" in browser.post(back["Location"], form).content
    assert proofs.proof_of(browser.get("/account/").wsgi_request).second_factor


def test_changing_the_own_factors_needs_it_too(world: World) -> None:
    browser = world.anna.sign_in()
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 400} for record in records]
    session.save()
    for path in ("/account/app/", "/account/passkeys/add/", "/account/recovery-codes/"):
        assert browser.get(path)["Location"].startswith("/step-up/"), path


def test_signed_out_people_are_led_to_sign_in(world: World) -> None:
    from django.test import Client as Browser

    assert Browser().get("/step-up/")["Location"].startswith("/account/login/")
