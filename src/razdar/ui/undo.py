"""Saying what was done, with a button that takes it back.

For acts where a mistake is cheap: they are done at once and can be undone for a while, and nobody is asked "are you
sure?" beforehand. What undoing means, and until when, is the business of the address that takes it; the notice is only
a way there. Acts that cannot be undone are confirmed before they are done.
"""

from django.contrib import messages
from django.http import HttpRequest

_TAG = "undo:"


def done(request: HttpRequest, sentence: str, undo_url: str) -> None:
    """Say on the next page what was done.

    Args:
        sentence: a whole sentence, translated, without personal data: messages are kept in the session.
        undo_url: an address of this site that takes a POST without fields.
    """
    messages.success(request, sentence, extra_tags=f"{_TAG}{undo_url}")


def url_in(tags: str) -> str:
    """The address in a message's tags; empty where there is none of ours."""
    url = tags.removeprefix(_TAG) if tags.startswith(_TAG) else ""
    return url if url.startswith("/") and not url.startswith("//") else ""
