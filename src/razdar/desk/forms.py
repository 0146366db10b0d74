"""Proposing a change: of how one kind of data is stored. The forms of the other rules stand in `rule_forms`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from razdar.identity.client_modes import StorageMode

TWO_KEYS = "dual_control"
_WHO = _("Two keys need one to five persons who keep the second one. Every other mode has none.")


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
