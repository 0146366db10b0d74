"""What a password must be, and what it need not be."""

import pytest

from razdar.core.errors import BadInput
from razdar.identity.hashers import PepperedHasher
from razdar.identity.invitations import check_password
from razdar.identity.models import User
from tests.identity.world import World


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
