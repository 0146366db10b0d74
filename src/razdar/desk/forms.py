"""Proposing a change: of one cell of the disclosure matrix, or of how one kind of data is stored."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from razdar.core.disclosure import Category, Cell, DataClass, Level, Purpose, Role, info
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from razdar.identity.client_modes import StorageMode
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS

_HIDDEN = {Category.SETTING, Category.TECHNICAL, Category.STAFF}
CLASSES = tuple(c for c in DataClass if info(c).category not in _HIDDEN and info(c).storable)
_CONTENT = (DataClass.RECORDING, DataClass.TRANSCRIPT)
_REVEALS = {True: {Permission.INTERACTIONS_ORIGINAL_PLAY}, False: {Permission.CUSTOMERS_FIELD_REVEAL}}
PURPOSES = tuple(p for p in Purpose if p is not Purpose.PROCESSING)
TWO_KEYS = "dual_control"
_WHO = _("Two keys need one to five persons who keep the second one. Every other mode has none.")


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

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"role", "data_class", "level"} <= data.keys():
            return data
        level, opens = Level[data["level"]], ROLE_PERMISSIONS[Role(data["role"])]
        if level and not data.get("purposes"):
            self.add_error("purposes", _("Choose at least one purpose; without one nothing is shown."))
        if level is Level.ON_REQUEST and not opens & _REVEALS[DataClass(data["data_class"]) in _CONTENT]:
            self.add_error("level", _("This role has no right to reveal, so nothing could be asked for."))
        return data

    def cell(self) -> Cell:
        """What was chosen, as a cell."""
        data = self.cleaned_data
        return Cell(Level[data["level"]], frozenset(Purpose(p) for p in data["purposes"]), data["second_person"])


class ModeForm(forms.Form):
    """How one class shall be stored."""

    mode = forms.ChoiceField(label=_("Encryption mode"), widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
    recipients = forms.CharField(
        label=_("Who keeps the second key"),
        required=False,
        max_length=12_000,
        help_text=_("For two keys only: one to five age recipients, one in a line. Each begins with age1."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, modes: Sequence[StorageMode], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes = modes
        mode = self.fields["mode"]
        if isinstance(mode, forms.ChoiceField):
            mode.choices = [(mode.name, mode.label) for mode in modes]
        if not any(mode.name == TWO_KEYS for mode in modes):
            del self.fields["recipients"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "mode" in data and (data["mode"] == TWO_KEYS) != bool(self._named(data)):
            self.add_error("recipients" if "recipients" in self.fields else None, _WHO)
        return data

    def rows(self) -> list[tuple[BoundWidget, StorageMode]]:
        """Each button with its mode."""
        return list(zip(self["mode"], self.modes, strict=True))

    def recipients_named(self) -> list[str]:
        """The recipients as they were typed."""
        return self._named(self.cleaned_data)

    @staticmethod
    def _named(data: dict[str, Any]) -> list[str]:
        return str(data.get("recipients", "")).split()
