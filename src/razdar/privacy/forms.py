"""What the privacy officer says when a customer is to be erased."""

from django import forms
from django.utils.translation import gettext_lazy as _

from razdar.privacy.models import Erasure

GROUND_LABELS = {
    Erasure.Ground.REQUEST.value: _("The customer asked for it"),
    Erasure.Ground.OBJECTION.value: _("The customer objected to the processing"),
    Erasure.Ground.UNLAWFUL.value: _("The data was processed unlawfully"),
    Erasure.Ground.NO_LONGER_NEEDED.value: _("The data is no longer needed"),
}


class EraseForm(forms.Form):
    """Why, and that there is no way back."""

    ground = forms.ChoiceField(label=_("Ground"), choices=list(GROUND_LABELS.items()), widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("I understand that this cannot be undone"))
    previewed = forms.CharField(widget=forms.HiddenInput, required=False)
