"""What administrators type: a cell, a reason, an exception, a number of days, who answers for a process."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from razdar.core import cells
from razdar.core.cells import Problem
from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role
from razdar.core.errors import BadInput
from razdar.identity.exceptions import HOURS, Candidate
from razdar.identity.processes import DUTY_LABELS, DUTY_MEANINGS, Bearer, Duties, Duty
from razdar.identity.reasons import LONGEST, SHORTEST
from razdar.identity.responsibilities import Named
from razdar.identity.retention import LONGEST as LONGEST_DAYS
from razdar.ui.errors import sentence
from razdar.ui.fields import WholeField
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS

_OF_PURPOSES = {Problem.NO_PURPOSE, Problem.WRONG_PURPOSE}
FIELDS = {problem: "purposes" if problem in _OF_PURPOSES else "level" for problem in Problem}
"""At which field of a cell a problem stands; what is said of it stands in `cells.SENTENCES`."""
_FOR_HOURS = {
    1: _("1 hour"),
    8: _("8 hours"),
    24: _("1 day"),
    72: _("3 days"),
    168: _("1 week"),
    336: _("2 weeks"),
    672: _("4 weeks"),
}
_RADIO = forms.RadioSelect(attrs={"class": "form-check-input"})


class PurposesField(forms.MultipleChoiceField):
    """Needed or not by the level: so it is not called optional."""

    depends = True


class CellForm(forms.Form):
    """One cell of a role and a class that stand in the address: what shall hold."""

    level = forms.ChoiceField(
        label=_("Level"), choices=[(level.name, LEVEL_LABELS[level]) for level in Level], widget=_RADIO
    )
    purposes = PurposesField(
        label=_("Purposes"),
        help_text=_("At least one is needed, unless the level is “Not shown”."),
        choices=[(str(p), PURPOSE_LABELS[p]) for p in cells.PURPOSES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    second_person = forms.BooleanField(label=_("A reveal needs a second person"), required=False)

    def __init__(self, role: Role | None, data_class: DataClass | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_role, self.of_class = role, data_class

    @staticmethod
    def from_cell(cell: Cell) -> dict[str, object]:
        """The initial values of a cell."""
        return {"level": cell.level.name, "purposes": sorted(cell.purposes), "second_person": cell.second_person}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        role, data_class = self.about(data)
        if role and data_class and {"level", "purposes"} <= data.keys():
            for problem in cells.problems(role, data_class, self._cell(data)):
                self.add_error(FIELDS[problem], sentence(BadInput(cells.SENTENCES[problem])))
        return data

    def about(self, _data: dict[str, Any]) -> tuple[Role | None, DataClass | None]:
        """Whose cell it is."""
        return self.of_role, self.of_class

    def cell(self) -> Cell:
        """What was chosen, as a cell."""
        return cells.tidied(self._cell(self.cleaned_data))

    @staticmethod
    def _cell(data: dict[str, Any]) -> Cell:
        purposes = frozenset(Purpose(p) for p in data["purposes"])
        return Cell(Level[data["level"]], purposes, data.get("second_person", False))


class ReasonForm(forms.Form):
    """Why something is proposed."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text=_("Whoever decides reads it, and so do auditors. Write nothing about a customer."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class ExceptionForm(CellForm):
    """A cell for one person: for whom, which, how long, and why."""

    grant = forms.ChoiceField(label=_("For whom"))
    data_class = forms.ChoiceField(label=_("Data class"), choices=[(str(c), CLASS_LABELS[c]) for c in cells.CLASSES])
    hours = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, choices=[(hours, _FOR_HOURS[hours]) for hours in HOURS], initial=24
    )
    reason = ReasonForm.base_fields["reason"]
    field_order = ("grant", "data_class", "level", "purposes", "second_person", "hours", "reason")

    def __init__(self, candidates: Sequence[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(None, None, *args, **kwargs)
        self.candidates = {str(each.grant): each for each in candidates}
        grant = self.fields["grant"]
        if isinstance(grant, forms.ChoiceField):
            grant.choices = [("", "")] + [
                (key, f"{each.name} · {ROLE_LABELS[each.role]}") for key, each in self.candidates.items()
            ]

    def about(self, data: dict[str, Any]) -> tuple[Role | None, DataClass | None]:
        found = self.candidates.get(data.get("grant", ""))
        return (found.role if found else None), (DataClass(data["data_class"]) if data.get("data_class") else None)


class DaysForm(ReasonForm):
    """For how many days one class of data shall be kept."""

    days = WholeField(label=_("Days"), min_value=1, max_value=LONGEST_DAYS)
    field_order = ("days", "reason")


class DutiesForm(ReasonForm):
    """Who owns one process, and who has which duty in it: a row for each who could."""

    def __init__(self, bearers: Iterable[Named], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bearers = list(bearers)
        choices = [(each.key, each.name) for each in self.bearers]
        self.fields["owner"] = forms.ChoiceField(label=_("Owner"), choices=choices, widget=_RADIO)
        for duty in Duty:
            self.fields[str(duty)] = forms.MultipleChoiceField(
                label=str(DUTY_LABELS[duty]),
                choices=choices,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
                required=False,
                help_text=str(DUTY_MEANINGS[duty]),
            )

    @staticmethod
    def from_duties(duties: Duties) -> dict[str, object]:
        """The initial values."""
        return {"owner": duties.owner.key, **{str(duty): [b.key for b in duties.of(duty)] for duty in Duty}}

    def columns(self) -> list[forms.BoundField]:
        return [self["owner"], *(self[str(duty)] for duty in Duty)]

    def rows(self) -> list[tuple[Named, list[tuple[forms.BoundField, BoundWidget]]]]:
        """Each who could have a duty, with the buttons of that row and the columns they stand in."""
        columns = [(column, list(column)) for column in self.columns()]
        return [(each, [(column, widgets[at]) for column, widgets in columns]) for at, each in enumerate(self.bearers)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for duty, missing in (
            (Duty.RESPONSIBLE, _("Somebody must be responsible.")),
            (Duty.ACCOUNTABLE, _("Somebody must be accountable.")),
        ):
            if str(duty) in data and not data[str(duty)]:
                self.add_error(str(duty), missing)
        return data

    def duties(self) -> Duties:
        """What was chosen."""
        data = self.cleaned_data
        held = {duty: tuple(Bearer.parse(key) for key in data[str(duty)]) for duty in Duty}
        return Duties(Bearer.parse(data["owner"]), held)
