"""What people type at the desk. Nothing typed is ever put into an address or sent back in an error."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.core.disclosure import DataClass, Purpose, Shown
from razdar.customers.fields import FIELDS, GENDERS, HANDLES
from razdar.ui.fields import CodeField, IsoDayField
from razdar.ui.labels import CLASS_LABELS, PURPOSE_LABELS

GENDER_LABELS = {
    "female": _("Female"),
    "male": _("Male"),
    "other": pgettext_lazy("gender", "Other"),
    "unknown": pgettext_lazy("gender", "Unknown"),
}
NUMBERS = frozenset({DataClass.PHONE, DataClass.WHATSAPP_ID})
PRIVATE = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


def value_field(data_class: DataClass, *, required: bool = False) -> forms.Field:
    """The control for a value of a class."""
    label = format_lazy("{}", CLASS_LABELS[data_class])
    if data_class is DataClass.GENDER:
        choices = [("", _("not given")), *((gender, GENDER_LABELS[gender]) for gender in GENDERS)]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    widget = forms.TextInput(attrs=PRIVATE)
    if data_class is DataClass.BIRTH_DATE:
        help_text = _("Year-month-day, for example 1984-03-31.")
        return IsoDayField(label=label, max_length=400, required=required, help_text=help_text, widget=widget)
    return forms.CharField(label=label, max_length=400, required=required, widget=widget)


class SearchForm(forms.Form):
    """Search by one exact value."""

    by = forms.ChoiceField(label=_("Search by"))
    value = forms.CharField(label=_("Exact value"), max_length=200, widget=forms.TextInput(attrs=PRIVATE))

    def __init__(self, classes: tuple[DataClass, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = self.fields["by"]
        if isinstance(by, forms.ChoiceField):
            by.choices = [(str(c), CLASS_LABELS[c]) for c in classes]
        if NUMBERS & set(classes):
            self.fields["value"].help_text = _(
                "Type a telephone number with its country code, for example +44 20 7946 0999."
            )

    @property
    def by_number(self) -> bool:
        """Whether what was searched by last is a number that has a country code."""
        return self.initial.get("by") in NUMBERS


class RevealForm(forms.Form):
    """Purpose and reason of a reveal."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=())
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=500,
        help_text=_("Say why you need it. The reason is stored and shown to those who check."),
        widget=forms.Textarea(attrs={"rows": 3, **PRIVATE}),
    )
    case = CodeField(
        label=_("Case or ticket, if there is one"),
        regex=r"^[A-Za-z0-9:._-]{0,40}$",
        required=False,
        help_text=_("Its number, as in T-4711: letters, digits and : . _ -"),
        error_messages={"invalid": _("Only the number of the case, without blanks: letters, digits and : . _ -")},
    )

    def __init__(self, purposes: frozenset[Purpose], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purpose = self.fields["purpose"]
        if isinstance(purpose, forms.ChoiceField):
            purpose.choices = [(str(p), PURPOSE_LABELS[p]) for p in Purpose if p in purposes]


class _Unrepeated(forms.Textarea):
    """What was pasted is not sent back, as with a password."""

    def format_value(self, _value: object) -> str:
        return ""


class SecondKeyForm(forms.Form):
    """The second key of one value, as its keeper read it out of the age file."""

    key = forms.CharField(
        label=_("Second key"),
        max_length=2000,
        help_text=_("The last line that the command prints, or all of it."),
        widget=_Unrepeated(attrs={"rows": 3, "dir": "ltr", **PRIVATE}),
    )


class ValueForm(forms.Form):
    """A single value: a claim to compare, or the new value of a field."""

    def __init__(self, data_class: DataClass, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(data_class, required=True)


class CorrectionForm(ValueForm):
    """The new value of a field. Removing what is stored is a choice of its own; an empty field removes nothing."""

    def __init__(self, shown: Shown, *args: Any, **kwargs: Any) -> None:
        super().__init__(shown.data_class, *args, **kwargs)
        if shown.present:
            self.fields["remove"] = forms.BooleanField(label=_("Remove this value"), required=False)
            self.use_required_attribute = False  # who ticks that types nothing
            value = self.fields["value"]
            value.required = not self.data.get("remove")
            value.error_messages["required"] = _(
                "Nothing was typed, so nothing was changed. To remove this value, tick “Remove this value”."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("remove") and data.get("value"):
            self.add_error("remove", _("Either type a new value or remove this one, not both. Nothing was changed."))
        return data


class _UnrepeatedInput(forms.TextInput):
    """What was said is not sent back."""

    def format_value(self, _value: object) -> str:
        return ""


class CompareForm(forms.Form):
    """What a caller says, and of which field."""

    field = forms.ChoiceField(label=_("What the caller was asked for"))
    value = forms.CharField(
        label=_("What the caller says"),
        max_length=200,
        help_text=_("A date as year-month-day, for example 1984-03-31."),
        widget=_UnrepeatedInput(attrs=PRIVATE),
    )

    def __init__(self, shown: Iterable[Shown], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["field"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.key, CLASS_LABELS[each.data_class]) for each in shown]


class HandleForm(forms.Form):
    """A further way to reach a customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(str(c), CLASS_LABELS[c]) for c in HANDLES])
    value = forms.CharField(label=_("Number or address"), max_length=200, widget=forms.TextInput(attrs=PRIVATE))


class CustomerForm(forms.Form):
    """A new customer. Who was told that somebody has one of the values already may save all the same."""

    known: tuple[DataClass, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for data_class in (*FIELDS, *HANDLES):
            self.fields[str(data_class)] = value_field(data_class)
        if self.data.get("anyway"):
            self._ask(self.data.get("told", ""))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = data.get("told", "").split() if data.get("anyway") else ()
        for name in told:
            if name in self.fields and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Type this again: it was not sent back to this page."))
        return data

    def typed(self) -> dict[DataClass, str]:
        """What was typed, by class."""
        values = {c: self.cleaned_data[str(c)] for c in (*FIELDS, *HANDLES)}
        return {c: text for c, text in values.items() if text}

    def agrees(self, known: Iterable[DataClass]) -> bool:
        """Whether it may be saved although somebody has these values already."""
        classes = set(known)
        return not classes or (bool(self.cleaned_data.get("anyway")) and DataClass.REFERENCE_NO not in classes)

    def tell(self, known: tuple[DataClass, ...]) -> None:
        """Say by which values somebody is stored already, and ask; these values are not sent back."""
        self.known = known
        self.data = {**dict(self.data.items()), **{str(c): "" for c in known}}
        for data_class in known:
            self.add_error(str(data_class), _("A customer who is stored already has this."))
        if DataClass.REFERENCE_NO not in known:
            self._ask(" ".join(map(str, known)))

    def _ask(self, told: str) -> None:
        """Ask whether this is somebody else; which values were not sent back is remembered, so that none gets lost."""
        self.fields["anyway"] = forms.BooleanField(label=_("This is somebody else: save all the same"), required=False)
        self.fields["told"] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput, label="")
        self.data = {**dict(self.data.items()), "told": told}
