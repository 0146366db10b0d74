"""The language somebody chose is spoken again: in this browser, and wherever they sign in next."""

import pytest
from django.conf import settings
from django.test import Client as Browser

from razdar.core.disclosure import Role
from razdar.identity.models import User
from tests.identity.world import Person, World

COOKIE = settings.LANGUAGE_COOKIE_NAME
YEAR = 365 * 24 * 60 * 60


def choose(browser: Browser, code: str) -> None:
    assert browser.post("/language/", {"language": code, "next": "/account/"}).status_code == 302


def spoken(browser: Browser, path: str = "/account/login/") -> str:
    page = browser.get(path, follow=True).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.fixture
def sara(world: World) -> Person:
    return world.join("sara", Role.SUPERVISOR)


def test_the_browser_keeps_a_choice_for_a_year_signed_in_or_not(db: None) -> None:
    browser = Browser()
    assert spoken(browser) == "en"
    choose(browser, "zh-hant")
    assert spoken(browser) == "zh-Hant-TW"
    assert browser.cookies[COOKIE]["max-age"] == YEAR
    assert browser.cookies[COOKIE]["httponly"]


def test_the_account_brings_its_choice_to_another_browser(sara: Person) -> None:
    choose(sara.sign_in(), "fa")
    elsewhere = Browser()
    choose(elsewhere, "pl")  # whoever sat there before
    assert spoken(sara.sign_in(elsewhere), "/account/") == "fa"
    assert spoken(elsewhere) == "fa"


def test_who_never_chose_gets_what_the_browser_says(sara: Person) -> None:
    browser = Browser()
    choose(browser, "pl")
    assert spoken(sara.sign_in(browser), "/account/") == "pl"
    assert User.objects.get(pk=sara.id).language == ""


def test_a_language_that_is_not_spoken_here_is_not_kept(sara: Person) -> None:
    browser = sara.sign_in()
    for code in ("de", "", "../en"):
        choose(browser, code)
    assert User.objects.get(pk=sara.id).language == ""
    User.objects.filter(pk=sara.id).update(language="tlh")  # from a version that spoke it
    assert spoken(sara.sign_in(Browser()), "/account/") == "en"


def test_nobody_s_account_changes_before_the_second_factor(sara: Person) -> None:
    browser = Browser()
    sara.type_password(browser)
    choose(browser, "hi")
    assert User.objects.get(pk=sara.id).language == ""
