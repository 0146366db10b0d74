from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "razdar.oversight"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.ui.shell import NAVIGATION, Destination

        NAVIGATION.register("oversight")(
            Destination(_("Log"), "oversight:log", Permission.OVERSIGHT_LOG_VIEW, order=60)
        )
