"""Work names, what people type to sign in; and names of clients.

Compared in one form (NFKC, case folded) so that a name typed on any keyboard is the same name, and written in a small
alphabet so that two people cannot hold names that merely look alike.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from razdar.core.digits import latin
from razdar.core.errors import BadInput

LONGEST = 40
LONGEST_CLIENT = 80

WORK_NAME = RegexValidator(
    r"\A[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])\Z",
    _("Use 2 to 40 small letters a to z, digits, dots, hyphens and underscores; begin and end with a letter or digit."),
)


def canonical(name: str) -> str:
    """The one form of a typed name; at most 80 characters of input are looked at."""
    return latin(unicodedata.normalize("NFKC", name[:80])).strip().casefold()


def check_work_name(name: str) -> None:
    """Hold a canonical name against the alphabet.

    Raises:
        BadInput: it cannot be a work name.
    """
    try:
        WORK_NAME(name)
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise BadInput(reasons) from None


def client_name(name: str) -> str:
    """A client's name as it is stored.

    Raises:
        BadInput: there is none, or it is too long.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_CLIENT:
        raise BadInput("A client needs a name of at most 80 letters.")
    return name
