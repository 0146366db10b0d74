"""Addresses of room ``ui``: the choice of language and of light or dark."""

from django.urls import path

from razdar.ui.appearance import set_appearance
from razdar.ui.languages import choose

urlpatterns = [
    path("language/", choose, name="set_language"),
    path("appearance/", set_appearance, name="set_appearance"),
]
