"""Proposing a change of one cell of the disclosure matrix."""

from django import forms
from django.utils.translation import gettext_lazy as _

from razdar.core.disclosure import Category, Cell, DataClass, Level, Purpose, Role, info
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS

_HIDDEN = {Category.SETTING, Category.TECHNICAL, Category.STAFF}
CLASSES = tuple(c for c in DataClass if info(c).category not in _HIDDEN and info(c).storable)
PURPOSES = tuple(p for p in Purpose if p is not Purpose.PROCESSING)


class CellForm(forms.Form):
    """One cell: role and class, and what shall hold."""

    role = forms.ChoiceField(label=_("Role"), choices=[(str(r), ROLE_LABELS[r]) for r in Role])
    data_class = forms.ChoiceField(label=_("Data class"), choices=[(str(c), CLASS_LABELS[c]) for c in CLASSES])
    level = forms.ChoiceField(label=_("Level"), choices=[(level.name, LEVEL_LABELS[level]) for level in Level])
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"),
        choices=[(str(p), PURPOSE_LABELS[p]) for p in PURPOSES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    second_person = forms.BooleanField(label=_("A reveal needs a second person"), required=False)

    def cell(self) -> Cell:
        """What was chosen, as a cell."""
        data = self.cleaned_data
        return Cell(Level[data["level"]], frozenset(Purpose(p) for p in data["purposes"]), data["second_person"])
