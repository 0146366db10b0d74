"""What a password must be, and what it need not be."""

import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser

from razdar.core.errors import BadInput
from razdar.identity import factors, names
from razdar.identity.forms import AcceptForm, NewPasswordForm
from razdar.identity.hashers import LONGEST_TYPED, PepperedHasher
from razdar.identity.invitations import check_password
from razdar.identity.models import User
from razdar.identity.passwords import BlockListValidator, ContextValidator, LengthValidator
from tests.identity.world import PASSWORD, World


@pytest.fixture
def anna(world: World) -> User:
    return User.objects.get(pk=world.anna.id)


REFUSED = {
    "eleven char": "abcdefghijk",
    "129": "quiet herons " * 10,
    "common": "passwordpassword",
    "common with a tail": "Password!1234",
    "common in full-width letters": "ｐａｓｓｗｏｒｄ１２３４",
    "twice a common one": "iloveyouiloveyou",
    "four different letters": "abababababab12",
    "the product": "Razdar-2026!!",
    "the client": "aurora-travel1",
    "the work name": "anna.anna.1234",
    "the surname": "Surname-123456",
}
TAKEN = {
    "words": "seven quiet herons at dusk",
    "no composition": "correcthorsebatterystaple",
    "Persian": "هفت مرغ خاموش شامگاه",
    "Persian with a joiner": "می‌خواهم بروم خانه",
    "Hindi": "सात शांत बगुले संध्या में",
    "spaces at both ends": "  seven quiet herons  ",
    "128": "q1w8 z" * 21 + "xy",
    "a name in a long phrase": "anna collects old copper kettles",
    "generated": "vT9$kq2L!xw7Rz",
}


@pytest.mark.parametrize("password", REFUSED.values(), ids=REFUSED)
def test_refused(anna: User, password: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_password(password, anna)
    assert password not in str(refusal.value)


@pytest.mark.parametrize("password", TAKEN.values(), ids=TAKEN)
def test_taken(anna: User, password: str) -> None:
    check_password(password, anna)


@pytest.mark.parametrize(
    ("chosen", "typed"), [("ﬁfteen ﬂat stones", "fifteen flat stones"), ("Ａ quiet heron!", "A quiet heron!")]
)
def test_compared_in_one_form(chosen: str, typed: str) -> None:
    hasher = PepperedHasher()
    assert hasher.verify(typed, hasher.encode(chosen, "a salt of some length"))


def test_nothing_is_cut() -> None:
    hasher = PepperedHasher()
    stored = hasher.encode("x" * 127 + "y", "a salt of some length")
    assert not hasher.verify("x" * 127 + "z", stored)


def test_the_costs_of_the_product() -> None:
    from razdar.runtime.passwords import Argon2Hasher

    assert (Argon2Hasher.memory_cost, Argon2Hasher.time_cost, Argon2Hasher.parallelism) == (65536, 3, 1)


class TestEndless:
    """Normalizing a long run of combining marks takes time that grows with its square; all else would wait."""

    MARKS = "\u0301" * 25_000 + "\u0323" * 25_000
    PASTED = "\u0301" * 10_000 + "\u0323" * 10_000  # as much as the body of a form may hold
    WITHIN = 2.0  # seconds; normalizing MARKS takes several times as long

    @contextmanager
    def quickly(self) -> Iterator[None]:
        start = time.perf_counter()
        longest = 0
        normalize = unicodedata.normalize

        def watched(form: Literal["NFKC"], text: str) -> str:
            nonlocal longest
            longest = max(longest, len(text))
            return normalize(form, text)

        with mock.patch("unicodedata.normalize", watched):
            yield
        assert time.perf_counter() - start < self.WITHIN
        assert longest <= LONGEST_TYPED

    def test_at_the_door_it_is_a_wrong_password(self, world: World) -> None:
        with self.quickly():
            endless = world.anna.type_password(Browser(), self.PASTED)
        wrong = world.anna.type_password(Browser(), "certainly not this one")
        assert endless.status_code == wrong.status_code == 200
        said = [a.content[a.content.index(b'role="alert"') : a.content.index(b"</form>")] for a in (endless, wrong)]
        assert said[0] == said[1]
        with self.quickly():
            world.anna.type_password(Browser(), "x" + "\u0323\u0301" * 10_000)

    def test_it_is_counted_like_a_wrong_password(self, world: World) -> None:
        for _ in range(6):
            world.anna.type_password(Browser(), self.PASTED)
        assert b"Too many tries" in world.anna.type_password(Browser(), self.PASTED).content

    def test_it_costs_the_work_of_any_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hashed: list[str] = []
        stored = PepperedHasher().encode("seven quiet herons at dusk", "a salt of some length")
        monkeypatch.setattr("razdar.identity.hashers.Argon2Hasher.verify", lambda _, typed, __: hashed.append(typed))
        PepperedHasher().verify("x" * (LONGEST_TYPED + 1), stored)
        PepperedHasher().verify("x" * LONGEST_TYPED, stored)
        assert len(hashed) == 2
        assert len(hashed[0]) == len(hashed[1])

    def test_it_agrees_with_nothing_not_even_with_itself(self) -> None:
        hasher = PepperedHasher()
        endless = "x" * (LONGEST_TYPED + 1)
        assert not hasher.verify(endless, hasher.encode(endless, "a salt of some length"))

    def test_it_cannot_be_chosen(self, anna: User) -> None:
        with self.quickly(), pytest.raises(BadInput, match="128"):
            check_password(self.MARKS, anna)
        for rule in (BlockListValidator(), ContextValidator()):
            with self.quickly():
                rule.validate(self.MARKS, anna)
        with self.quickly(), pytest.raises(ValidationError):
            LengthValidator().validate(self.MARKS, anna)

    def test_the_forms_refuse_it(self, anna: User) -> None:
        with self.quickly():
            form = AcceptForm({"password1": self.MARKS, "password2": self.MARKS})
            assert set(form.errors) == {"password1", "password2"}
        with self.quickly():
            typed = {"oldpassword": PASSWORD, "password1": self.MARKS, "password2": self.MARKS}
            assert set(NewPasswordForm(data=typed, user=anna).errors) == {"password1", "password2"}
        # Nothing that is pasted is cut silently by the browser.
        assert "maxlength" not in str(form)

    def test_on_the_pages_of_somebody_signed_in(self, world: World) -> None:
        browser = world.anna.sign_in()
        typed = {"oldpassword": self.PASTED, "password1": PASSWORD, "password2": PASSWORD}
        with self.quickly():
            assert browser.post("/account/password/", typed).status_code == 200
        with self.quickly():
            browser.post("/account/reauthenticate/", {"password": self.PASTED})

    def test_names_and_codes(self) -> None:
        with self.quickly():
            assert len(names.canonical(self.MARKS)) <= 80
            assert len(factors.plain_code(self.MARKS)) <= 80
