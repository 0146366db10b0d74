from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "razdar.privacy"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.privacy import issuing, jobs
        from razdar.ui.shell import NAVIGATION, Destination, Group
        from razdar.vault.reconciliation import ACTS

        ACTS.register("destroy_customer")(jobs.ACTION)
        ACTS.register("sign_certificate")(issuing.ISSUE)
        NAVIGATION.register("erasures")(
            Destination(
                _("Erasures"), "privacy:erasures", Permission.PRIVACY_ERASURE_VIEW, order=65, group=Group.OVERSIGHT
            )
        )
