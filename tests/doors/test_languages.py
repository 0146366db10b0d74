"""No English is left on any page in Persian, Hindi, Polish and Chinese.

Every address of the table that is read with GET is asked for in each language, as somebody who is answered. What
stands there in every language is the data of the house: its names, reasons and notes. The control run asks for the same
pages in English, and finds that nearly all of them are full of it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.doors.answers import TABLE
from tests.doors.house import Actor, House
from tests.doors.table import Call
from tests.doors.words import known_to
from tests.languages import books
from tests.languages.english import digits_left, left_over, translated

pytestmark = pytest.mark.xdist_group("languages of the house")
SCREENS = [call for call in TABLE if call.post is None and not call.fresh and call.status == 200]


def pages(house: House, language: str) -> Iterator[tuple[Call, str]]:
    for call in SCREENS:
        actor = next((each for each in house.actors if each.ours and call.status_for(each) == 200), None)
        if actor is None:
            continue
        answer: Any = _asked(house, call, actor, language)
        if answer.status_code == 200 and not answer.streaming and "html" in answer.headers["Content-Type"]:
            yield call, answer.content.decode()


def _asked(house: House, call: Call, actor: Actor, language: str) -> Any:
    url = reverse(call.name, args=call.at(house) if call.at else ())
    headers = {**call.headers, "Accept-Language": language, **({"HX-Request": "true"} if call.fragment else {})}
    return house.browser(actor).get(url, call.query(house) if call.query else None, headers=headers)


NAMES = re.compile(r"(?:Person|Administrator)(?: [a-z_.]+){0,2} [0-9]")
"""What people are called here."""


def whole(call: Call, page: str) -> str:
    """A fragment stands in a page of its language."""
    return page if "<html" in page else f"<html lang=''>{page}</html>"


@pytest.mark.parametrize("language", books.LANGUAGES)
def test_no_english_is_left(house: House, language: str) -> None:
    known, english = known_to(house), translated(language)
    found = {
        f"{line}   [{call}]": None
        for call, page in pages(house, language)
        for line in left_over(whole(call, page), language, known, english)
    }
    unique = {line.partition("   [")[0]: line for line in found}
    assert not unique, f"{len(unique)} texts:\n" + "\n".join(unique.values())


def test_persian_pages_write_persian_digits(house: House) -> None:
    found = {
        f"{line} [{call}]"
        for call, page in pages(house, "fa")
        if call.name != "desk:components"  # samples are data, and no page of anybody's work
        for line in digits_left(whole(call, page), NAMES)
    }
    assert not found, "\n".join(sorted(found))


def test_every_screen_is_looked_at_and_english_ones_are_found_out(house: House) -> None:
    known = known_to(house)
    seen = list(pages(house, "en"))
    assert len(seen) >= 0.8 * len(SCREENS)
    found = [call for call, page in seen if list(left_over(whole(call, page), "hi", known, ()))]
    assert len(found) >= 0.9 * len(seen)
