"""After an erasure nothing of the customer stands on any page, whoever asks, and every page still answers.

That is so from the moment the erasure has begun, long before the worker has destroyed the keys and removed the rows.
"""

import pytest
from django.urls import reverse

from razdar.privacy import jobs
from tests.doors import planted as p
from tests.doors.answers import answer_to
from tests.doors.house import House
from tests.doors.table import DESK, PEOPLE
from tests.doors.table_of_callers import CALLERS
from tests.doors.table_of_customers import CALLS, CARD, SEARCH
from tests.doors.table_of_desk import NOTES, OVERSEEN, WORK

pytestmark = pytest.mark.walls
TABLE = [
    call
    for call in (*SEARCH, *CARD, *CALLERS, *CALLS, *DESK, *PEOPLE, *WORK, *NOTES, *OVERSEEN)
    if call.name != "privacy:erase"
]
WORKING = ("agent", "supervisor", "quality_reviewer", "privacy_officer", "security_officer")


@pytest.fixture(scope="module", params=["begun", "finished"])
def erased(request: pytest.FixtureRequest, house: House) -> House:
    """The house when its privacy officer has erased the planted customer, requests that wait included."""
    officer, record = house.browser(house.actor("privacy_officer")), reverse("privacy:record", args=[house.customer])
    if officer.get(record).status_code == 404:
        url = reverse("privacy:erase", args=[house.customer])
        assert officer.post(url, {"ground": "request", "sure": "on"})["Location"] == record
    if request.param == "finished":
        jobs.finish(house.world.client, house.customer)
    return house


@pytest.mark.parametrize("name", WORKING)
def test_nothing_of_the_customer_is_found(erased: House, name: str) -> None:
    erased.begin_anew()
    actor, problems = erased.actor(name), []
    for call in (each for each in TABLE if each.status_for(actor) != 404):
        answer = answer_to(erased, call, actor)
        problems += [f"{call}: finds {each}" for each in erased.scanner.found_in(answer) & set(p.OF_THE_CUSTOMER)]
        if answer.status_code >= 500 or (not call.at and answer.status_code != call.status_for(actor)):
            problems.append(f"{call}: {answer.status_code}")
    assert not problems, "\n".join(problems)


def test_the_list_of_events_remains(erased: House) -> None:
    page = erased.browser(erased.actor("auditor")).get(reverse("oversight:customer-events", args=[erased.customer]))
    assert "Creating the customer" in page.content.decode()
