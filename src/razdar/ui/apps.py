"""Room ``ui``."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "razdar.ui"
    label = "ui"
