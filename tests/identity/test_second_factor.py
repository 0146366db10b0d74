"""Second factors: sealed for their owner, good once, never the last one removed."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser

from razdar.core.errors import Unopenable
from razdar.identity import factors
from razdar.identity.models import Session, User
from razdar.identity.proofs import proof_of
from tests.identity.soft_key import SoftKey, challenge
from tests.identity.world import CODE_PAGE, Person, World, viewer_of

HOST = "localhost:8000"


def second_step(person: Person, code: str) -> int:
    browser = Browser()
    person.type_password(browser)
    return browser.post(CODE_PAGE, {"code": code}).status_code


class TestSeeds:
    def test_a_seed_swapped_between_people_does_not_open(self, world: World) -> None:
        rows = {row.user_id: row for row in Authenticator.objects.filter(type="totp")}
        anna, boris = rows[world.anna.id], rows[world.boris.id]
        anna.data, boris.data = boris.data, anna.data
        anna.save()
        boris.save()
        world.clock.tick()
        # Neither the own code, nor the code of whom the seed belongs to.
        for code in (world.anna.code(), world.boris.code()):
            assert second_step(world.anna, code) == 200
            assert second_step(world.boris, code) == 200

    def test_recovery_codes_swapped_between_people_do_not_open(self, world: World) -> None:
        codes = factors.show_codes(world.boris.id)
        assert second_step(world.boris, codes[0]) == 302
        rows = {row.user_id: row for row in Authenticator.objects.filter(type="recovery_codes")}
        rows[world.anna.id].data["seed"] = rows[world.boris.id].data["seed"]
        rows[world.anna.id].save()
        assert second_step(world.anna, codes[1]) == 200

    def test_the_adapter_opens_nothing_without_an_owner(self, world: World) -> None:
        sealed = Authenticator.objects.get(type="totp", user_id=world.anna.id).data["secret"]
        with pytest.raises(Unopenable):
            factors.open_factor(sealed)
        with factors.owned_by(world.boris.id), pytest.raises(Unopenable):
            factors.open_factor(sealed)
        with factors.owned_by(world.anna.id):
            assert factors.open_factor(sealed) == world.anna.seed

    def test_while_it_is_set_up_the_seed_lies_in_no_table(self, world: World) -> None:
        browser = world.anna.sign_in()
        page = browser.get("/account/app/").content.decode()
        seed = "".join(re.search(r'<code><bdi dir="ltr">([A-Z2-7 ]+)</bdi></code>', page)[1].split())  # type: ignore[index]
        assert all(seed not in row.payload for row in Session.objects.all())
        assert seed not in browser.get("/account/app/picture.svg").content.decode()


class TestCodes:
    def test_a_code_is_good_once(self, world: World) -> None:
        world.clock.tick()
        code = world.anna.code()
        assert second_step(world.anna, code) == 302
        assert second_step(world.anna, code) == 200

    def test_one_step_of_drift_each_way_and_no_more(self, world: World) -> None:
        for steps, status in ((-2, 200), (2, 200), (-1, 302), (1, 302)):
            world.clock.tick(300)
            assert second_step(world.anna, world.anna.code(steps)) == status, steps

    def test_an_earlier_step_is_refused_after_a_later_one(self, world: World) -> None:
        world.clock.tick(300)
        assert second_step(world.anna, world.anna.code(1)) == 302
        assert second_step(world.anna, world.anna.code(0)) == 200
        assert second_step(world.anna, world.anna.code(1)) == 200

    def test_a_used_code_stays_used_for_as_long_as_it_is_valid(self, world: World) -> None:
        world.clock.tick(300)
        code = world.anna.code(1)
        assert second_step(world.anna, code) == 302
        world.clock.tick(45)
        assert second_step(world.anna, code) == 200

    @pytest.mark.parametrize("digits", ["۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"])
    def test_digits_of_other_scripts(self, world: World, digits: str) -> None:
        world.clock.tick()
        code = "".join(digits[int(digit)] for digit in world.anna.code())
        assert second_step(world.anna, f" {code[:3]} {code[3:]} ") == 302

    def test_ten_recovery_codes_of_eighty_bits(self, world: World) -> None:
        codes = factors.show_codes(world.anna.id)
        assert len(set(codes)) == 10
        assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)
        assert factors.show_codes(world.anna.id) == []

    def test_a_recovery_code_lets_in_and_proves_nothing_for_a_reveal(self, world: World) -> None:
        browser = Browser()
        world.anna.type_password(browser)
        browser.post(CODE_PAGE, {"code": factors.show_codes(world.anna.id)[0]})
        viewer = viewer_of(world.anna, browser)
        assert viewer.assured_at == 0.0
        assert browser.post("/step-up/", {"code": "AAAA-AAAA-AAAA-AAAA"}).status_code == 422
        assert browser.get("/account/app/").status_code == 200  # a new phone can be set up

    def test_new_codes_end_the_old_ones(self, world: World) -> None:
        old = factors.show_codes(world.anna.id)
        world.anna.sign_in().post("/account/recovery-codes/new/")
        assert second_step(world.anna, old[0]) == 200
        assert second_step(world.anna, factors.show_codes(world.anna.id)[0]) == 302


class TestPasskeys:
    @pytest.fixture
    def key(self) -> SoftKey:
        return SoftKey(f"http://{HOST}", "localhost")

    def add(self, world: World, key: SoftKey) -> Browser:
        browser = world.anna.sign_in(Browser(headers={"host": HOST}))
        page = browser.get("/account/passkeys/add/").content
        form = {"name": "desk key", "credential": key.register(challenge(page))}
        assert browser.post("/account/passkeys/add/", form).status_code == 302
        return browser

    def test_adding_one_and_signing_in_with_it(self, world: World, key: SoftKey) -> None:
        assert b"desk key" in self.add(world, key).get("/account/").content
        browser = Browser(headers={"host": HOST})
        world.anna.type_password(browser)
        page = browser.get(CODE_PAGE).content
        assert browser.post(CODE_PAGE, {"credential": key.prove(challenge(page))}).status_code == 302
        assert browser.get("/people/").status_code == 200
        assert viewer_of(world.anna, browser).assured_at > 0

    def test_somebody_elses_key_proves_nothing(self, world: World, key: SoftKey) -> None:
        self.add(world, key)
        browser = Browser(headers={"host": HOST})
        world.anna.type_password(browser)
        stranger = SoftKey(f"http://{HOST}", "localhost")
        page = browser.get(CODE_PAGE).content
        assert browser.post(CODE_PAGE, {"credential": stranger.prove(challenge(page))}).status_code == 200

    def test_an_answer_is_good_for_its_own_challenge_only(self, world: World, key: SoftKey) -> None:
        self.add(world, key)
        answers = []
        for _ in range(2):
            browser = Browser(headers={"host": HOST})
            world.anna.type_password(browser)
            answer = key.prove(challenge(browser.get(CODE_PAGE).content))
            answers.append((browser, answer))
        assert answers[1][0].post(CODE_PAGE, {"credential": answers[0][1]}).status_code == 200

    @pytest.mark.parametrize("nonsense", ["", "{}", "[]", '"x"', "null", '{"id": 1}'])
    def test_nonsense_is_refused_kindly(self, world: World, key: SoftKey, nonsense: str) -> None:
        self.add(world, key)
        browser = Browser(headers={"host": HOST})
        world.anna.type_password(browser)
        assert browser.post(CODE_PAGE, {"credential": nonsense}).status_code == 200

    def test_step_up_with_it(self, world: World, key: SoftKey) -> None:
        browser = self.add(world, key)
        page = browser.get("/step-up/?next=/people/").content
        answer = browser.post("/step-up/", {"credential": key.prove(challenge(page)), "next": "/people/"})
        assert answer["Location"] == "/people/"

    def test_renaming_and_removing(self, world: World, key: SoftKey) -> None:
        browser = self.add(world, key)
        pk = Authenticator.objects.get(type="webauthn").pk
        browser.post(f"/account/passkeys/{pk}/", {"name": "drawer key"})
        assert b"drawer key" in browser.get("/account/").content
        assert b"drawer key" in browser.get(f"/account/passkeys/{pk}/remove/").content
        browser.post(f"/account/passkeys/{pk}/remove/")
        assert not Authenticator.objects.filter(type="webauthn").exists()

    def test_the_last_strong_factor_stays(self, world: World, key: SoftKey) -> None:
        browser = self.add(world, key)
        assert browser.post("/account/app/remove/").status_code == 302
        assert not Authenticator.objects.filter(type="totp", user_id=world.anna.id).exists()
        pk = Authenticator.objects.get(type="webauthn").pk
        browser.post(f"/account/passkeys/{pk}/remove/")
        assert Authenticator.objects.filter(type="webauthn").exists()


def test_the_only_app_cannot_be_removed(world: World) -> None:
    browser = world.anna.sign_in()
    assert browser.post("/account/app/remove/").status_code == 200
    assert Authenticator.objects.filter(type="totp", user_id=world.anna.id).exists()


def test_a_new_app_takes_the_place_of_the_old_one(world: World) -> None:
    browser = world.anna.sign_in()
    page = browser.get("/account/app/").content.decode()
    seed = "".join(re.search(r'<code><bdi dir="ltr">([A-Z2-7 ]+)</bdi></code>', page)[1].split())  # type: ignore[index]
    world.clock.tick()
    renewed = Person(world.anna.id, "anna", seed, world.clock)
    assert browser.post("/account/app/", {"code": renewed.code()}).status_code == 302
    assert Authenticator.objects.filter(type="totp", user_id=world.anna.id).count() == 1
    world.clock.tick()
    assert second_step(world.anna, world.anna.code()) == 200
    assert second_step(renewed, renewed.code()) == 302


def test_a_password_confirms_nothing_once_there_is_a_second_factor(world: World) -> None:
    browser = world.anna.sign_in()
    answer = browser.post("/account/confirm/", {"password": "seven quiet herons at dusk"})
    assert answer["Location"].startswith("/step-up/")


def test_a_session_from_before_the_second_factor_has_to_prove_it(world: World) -> None:
    browser = Browser()
    row = Authenticator.objects.get(type="totp", user_id=world.anna.id)
    Authenticator.objects.filter(user_id=world.anna.id).delete()
    world.anna.type_password(browser)
    Authenticator.objects.create(user_id=world.anna.id, type="totp", data=row.data)
    assert not proof_of(browser.get("/account/").wsgi_request).second_factor
    assert browser.get("/people/", follow=True).redirect_chain[-1][0].startswith("/step-up/")
    world.clock.tick()
    answer = browser.post("/step-up/", {"code": world.anna.code(), "next": "/people/"})
    assert browser.get(answer["Location"]).status_code == 200


def test_the_password_hash_is_peppered(world: World) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    stored = User.objects.get(pk=world.anna.id).password
    assert stored.startswith("razdar_argon2$argon2id$")
    plain = stored.replace("razdar_argon2", "argon2", 1)
    assert not Argon2PasswordHasher().verify("seven quiet herons at dusk", plain)
