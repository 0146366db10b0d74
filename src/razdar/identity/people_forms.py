"""Forms of the pages of people: narrowing the list, inviting many at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.core.disclosure import Role
from razdar.identity.directory import Narrowed, Order, Signed, Standing
from razdar.identity.duties import FOR_PEOPLE
from razdar.identity.inviting import LONGEST_TEXT
from razdar.ui.labels import ROLE_LABELS

ANY = ("", _("Any"))
STANDINGS = {
    Standing.ACTIVE: pgettext_lazy("state of an account", "Active"),
    Standing.INVITED: pgettext_lazy("state of an account", "Invited"),
    Standing.LAPSED: pgettext_lazy("state of an account", "Link ran out"),
    Standing.TRIES: pgettext_lazy("state of an account", "Locked after too many tries"),
    Standing.INACTIVE: pgettext_lazy("state of an account", "Unused for thirty days"),
    Standing.CLOSED: pgettext_lazy("state of an account", "Closed by an administrator"),
    Standing.LEFT: pgettext_lazy("state of an account", "Left"),
    Standing.ELSEWHERE: pgettext_lazy("state of an account", "Also works elsewhere"),
}
SIGNED = {
    Signed.WEEK: pgettext_lazy("last sign-in", "Within a week"),
    Signed.OLDER: pgettext_lazy("last sign-in", "Longer ago"),
    Signed.NEVER: pgettext_lazy("last sign-in", "Never"),
}
ORDERS = {
    Order.NAME: pgettext_lazy("order of people", "Work name"),
    Order.NEWEST: pgettext_lazy("order of people", "Last sign-in, newest first"),
    Order.OLDEST: pgettext_lazy("order of people", "Last sign-in, oldest first"),
}
_TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}


class PeopleFilter(forms.Form):
    """Empty fields do not narrow. It is sent as a body: a work name must not stand in an address."""

    text = forms.CharField(
        label=_("Work name"), required=False, max_length=40, widget=forms.TextInput({"type": "search", **_TYPED})
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[ANY, *((role.value, ROLE_LABELS[role]) for role in FOR_PEOPLE)]
    )
    standing = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *((each.value, name) for each, name in STANDINGS.items())]
    )
    factor = forms.ChoiceField(
        label=_("Second factor"),
        required=False,
        choices=[
            ANY,
            ("yes", pgettext_lazy("second factor", "Set up")),
            ("no", pgettext_lazy("second factor", "Not set up")),
        ],
    )
    signed = forms.ChoiceField(
        label=_("Last sign-in"), required=False, choices=[ANY, *((each.value, name) for each, name in SIGNED.items())]
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(each.value, name) for each, name in ORDERS.items()]
    )
    after = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def shown(self) -> list[forms.BoundField]:
        """The fields that people fill in; which page is the business of its button."""
        return [field for field in self if field.name != "after"]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beside the order."""
        return any(self.data.get(name) for name in self.fields if name not in {"order", "after"})

    def narrowed(self) -> Narrowed | None:
        """What was asked for; None where something of it cannot be."""
        if not self.is_bound:
            return Narrowed()
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Narrowed(
            text=data["text"],
            role=Role(data["role"]) if data["role"] else None,
            standing=Standing(data["standing"]) if data["standing"] else None,
            factor={"yes": True, "no": False}.get(data["factor"]),
            signed=Signed(data["signed"]) if data["signed"] else None,
            order=Order(data["order"]) if data["order"] else Order.NAME,
            page=data["after"] or 1,
        )


class ManyForm(forms.Form):
    """A list of people to invite: typed or pasted, or a file."""

    text = forms.CharField(
        label=_("One person in each line"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Work name, name, role, as in: sara.q, Sara Quinn, agent. Several roles are separated by a slash."),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_("Saved as UTF-8, in the same order. A first line with headings is left out."),
        widget=forms.FileInput({"accept": ".csv,text/csv,text/plain"}),
    )
    good = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data.get("file")
        if not file:
            return ""
        if file.size > LONGEST_TEXT:
            raise forms.ValidationError(_("This file is too long. At most 200 people can be invited at once."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not text in UTF-8. Save it as “CSV UTF-8”.")) from None

    def typed(self) -> str:
        """Everything that was handed in: what was right before, what was typed, and the file."""
        data: dict[str, Any] = self.cleaned_data
        return "\n".join(part for part in (data["good"], data["text"], data["file"]) if part)
