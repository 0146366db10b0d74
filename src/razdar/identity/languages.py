"""A person's language goes along: chosen at one desk, it is spoken at the next one they sign in at.

The account's choice counts over the browser's at the sign-in, since desks are shared; who never chose gets what the
browser says. Only whoever is fully signed in writes it.
"""

from django.http import HttpRequest, HttpResponseBase

from razdar.identity.models import User
from razdar.ui import languages
from razdar.ui.shell import viewer_of


def remember(request: HttpRequest, code: str) -> None:
    """Keep what the viewer chose."""
    if viewer := viewer_of(request):
        User.objects.filter(pk=viewer.person).update(language=code)


def recall(response: HttpResponseBase, user: User) -> None:
    """Have the browser of somebody who has just signed in speak as they chose."""
    languages.bring(response, user.language)
