"""What a password must be (NIST SP 800-63B-4 section 3.1.1.2).

* 12 to 128 code points after NFKC; nothing is cut. More than 512 as typed are refused before they are normalized.
* Not on the offline list of the twenty thousand most common passwords (Django ships it), also not with other digits or
  marks put around such a word.
* Not made of what anybody would try first here: the product, the client, the person's own names.
* No composition rule and no expiry, which the standard forbids. Pasting is allowed.
"""

import unicodedata
from collections.abc import Iterable

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from razdar.identity.hashers import LONGEST_TYPED
from razdar.identity.models import User
from razdar.identity.selectors import client_names_of, display_name

SHORTEST, LONGEST = 12, 128
HELP = gettext_lazy(
    "Twelve characters or more: several words that belong together only for you are easy to remember and hard to "
    "guess. You may paste it from a password manager."
)
_PRODUCT = ("razdar",)
_SHORTEST_WORD = 4
# How many letters and digits a password must have beside such names.
_BESIDES_NAMES = 8


class LengthValidator:
    """Between 12 and 128 code points in NFKC."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 (Django's interface)
        length = len(password)
        if length <= LONGEST_TYPED:
            length = len(unicodedata.normalize("NFKC", password))
        if length < SHORTEST:
            text = ngettext("Use %(count)d character or more.", "Use %(count)d characters or more.", SHORTEST)
            raise ValidationError(text, code="too_short", params={"count": SHORTEST})
        if length > LONGEST:
            text = ngettext("Use at most %(count)d character.", "Use at most %(count)d characters.", LONGEST)
            raise ValidationError(text, code="too_long", params={"count": LONGEST})

    def get_help_text(self) -> str:
        return str(HELP)


class BlockListValidator:
    """Refuses common passwords, whole and as the core of a longer one."""

    def __init__(self) -> None:
        self._common: frozenset[str] = frozenset(CommonPasswordValidator().passwords)

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 (Django's interface)
        if len(password) > LONGEST_TYPED:
            return  # Django asks every rule; the rule of length has refused it.
        folded = unicodedata.normalize("NFKC", password).casefold().strip()
        core = folded.strip("0123456789 !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\\")
        halves = folded[: len(folded) // 2], folded[len(folded) // 2 :]
        repeated = halves[0] == halves[1] and halves[0] in self._common
        too_plain = len(set(folded)) < 5
        if folded in self._common or core in self._common or repeated or too_plain:
            raise ValidationError(_("This password is among the first that are tried. Choose another."), code="common")

    def get_help_text(self) -> str:
        return ""


class ContextValidator:
    """Refuses passwords that are little more than the product's, the client's or the person's own name."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST_TYPED:
            return
        folded = rest = _plain(password)
        for word in sorted(_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        # A name inside a long phrase is harmless; a name with a year behind it, or said twice, is not.
        if rest != folded and len(rest) < _BESIDES_NAMES:
            raise ValidationError(
                _("This password holds a name that anybody would try. Choose another."), code="context"
            )

    def get_help_text(self) -> str:
        return ""


def _words(user: User | None) -> Iterable[str]:
    words = list(_PRODUCT)
    if user is not None:
        words += [user.username, *display_name(user.pk).split()]
        for name in client_names_of(user.pk):
            words += [name, *name.split()]
    return [folded for word in words if len(folded := _plain(word)) >= _SHORTEST_WORD]


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
