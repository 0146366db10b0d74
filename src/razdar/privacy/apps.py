from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "razdar.privacy"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.ui.shell import NAVIGATION, Destination

        NAVIGATION.register("erasures")(
            Destination(_("Erasures"), "privacy:erasures", Permission.PRIVACY_ERASURE_VIEW, order=65)
        )
