"""The page of a call whose words nobody has: it says what the call waits for and what brings it forward."""

import re
from uuid import UUID

import pytest
from django.test import RequestFactory

from razdar.core.disclosure import Role
from razdar.interactions import jobs, views
from razdar.interactions.models import Stage
from razdar.runtime.scope import scope
from tests.interactions.taking_in import taken_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(world: World, call: UUID, role: Role) -> str:
    request = RequestFactory().get("/")
    request.viewer = world.viewer(role)  # type: ignore[attr-defined]
    with scope(world.client):
        return views.one(request, call).content.decode()  # type: ignore[arg-type]


def test_it_says_what_it_waits_for_and_how_the_words_are_handed_in(world: World) -> None:
    call = taken_in(world, transcript=b"")
    jobs.advance(world.client, call)
    page = page_of(world, call, Role.SUPERVISOR)
    assert "waits for an engine or a transcript" in page
    assert f"razdar transcript {call} FILE" in page


def test_where_there_is_nothing_to_say_no_empty_words_stand(world: World) -> None:
    """Who may ask for the original of a call that an engine did not manage need not be told who else may."""
    call = taken_in(world)
    with scope(world.client):
        failed = {"state": Stage.State.FAILED, "error": "engine-broke-off"}
        Stage.objects.filter(interaction_id=call, name="transcribe").update(**failed)
    page = page_of(world, call, Role.PRIVACY_OFFICER)
    assert "The transcription engine did not manage this call." in page
    assert 'id="originals"' in page
    assert not re.search(r"<p class=\"help\">\s*</p>", page)
