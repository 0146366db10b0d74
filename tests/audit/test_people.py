"""What the log says about a colleague: acts on them and their own, of one client, and nothing of anybody else."""

from uuid import UUID, uuid4

import pytest

from razdar import audit
from razdar.audit import people
from razdar.audit.people import Wanted
from razdar.audit.selectors import Page
from razdar.core.ledger import Event, Mode
from razdar.runtime.scope import scope
from tests.audit.fakes import A, B
from tests.audit.sequencing import wait_until_sequenced

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

TOLD, OWN = ("identity:person:close",), ("identity:factor:add",)


def write(client: UUID, action: str, actor: UUID, **detail: str) -> None:
    told = tuple(detail.items())
    audit.record_now(Event(client=client, action=action, mode=Mode.CHANGE, actor=actor, role="person", detail=told))


def found(person: UUID, page: Page | None = None) -> list[tuple[str, UUID | None]]:
    with scope(A):
        lines = people.acts(Wanted(A, person, TOLD, OWN), page or Page()).lines
    return [(line.event.action, line.event.actor) for line in lines if line.event]


def test_acts_on_a_person_and_of_the_own_sign_in_and_no_others() -> None:
    tom, anna = uuid4(), uuid4()
    write(A, TOLD[0], anna, person=str(tom))
    write(A, TOLD[0], tom, person=str(anna))  # what somebody does to others is not about them
    write(A, OWN[0], tom)
    write(A, OWN[0], anna)
    write(A, "identity:session:start", tom)
    write(B, TOLD[0], anna, person=str(tom))
    wait_until_sequenced()
    assert found(tom) == [(OWN[0], tom), (TOLD[0], anna)]


def test_page_by_page() -> None:
    tom = uuid4()
    for _ in range(5):
        write(A, OWN[0], tom)
    wait_until_sequenced()
    wanted, seen, before = Wanted(A, tom, TOLD, OWN), [], None
    for _ in range(3):
        with scope(A):
            lines = people.acts(wanted, Page(before, 2))
        seen += [line.index for line in lines.lines]
        before = lines.older
    assert len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert before is None
