from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "razdar.desk"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.ui.shell import NAVIGATION, Destination

        NAVIGATION.register("matrix")(
            Destination(_("Disclosure matrix"), "desk:matrix", Permission.VAULT_MATRIX_VIEW, order=70)
        )
        NAVIGATION.register("storage")(
            Destination(_("How data is stored"), "desk:storage", Permission.VAULT_MATRIX_VIEW, order=71)
        )
