"""Room ``security``."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "razdar.security"
    label = "security"

    def ready(self) -> None:
        from razdar.security.services import note_refused_page
        from razdar.ui.pages import WITNESSES

        WITNESSES.register("security")(note_refused_page)
